"""Drives the console as a person would, in Chromium: set-up, sign-in, the pages of a role, and sign-out.

Prints one JSON object; what is wrong ends it with a text and code 1.
"""
import json

from person import AXE_SCRIPT, BASE, PASSWORD, code, launched, look, looked, opened, script, set_up, sign_in
from playwright.sync_api import sync_playwright


def walk(page):
    for name in ["dashboard", "try", "people", "people/new", "account", "accreditation", "coverage", "lists/emergency"]:
        page.goto(f"{BASE}/{name}")
        look(page, name.replace("/", "-"))
    # By keyboard alone: the first stop leads past the head of the page.
    page.goto(BASE + "/account")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Skip to the content" or not script(page)
    assert "this one" in page.locator("table").inner_text()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.goto(BASE + "/people")
    assert page.url.endswith("/sign-in")


def close_at_once(page):
    """What stands on the page of addresses that are closed at once, and a press that is refused."""
    page.goto(BASE + "/lists/emergency")
    page.locator("#address").fill("a-long-name-of-a-site.example.test/with/a/page")
    assert page.locator("#category").input_value() == "", "nothing is chosen before somebody chooses"
    page.locator("#category").select_option("gambling")
    page.locator("#because").fill("seen in a lesson, and nobody knew it before")
    page.get_by_role("button", name="Close it now").click()
    assert page.locator("tbody tr").count() == 1
    page.get_by_role("button", name="Take it back").click()
    assert page.get_by_role("alert").is_visible()


def technician(admin, page):
    """Somebody of IT, to whom the administrator gives access: the press for every suite, without a reason and with one."""
    admin.goto(BASE + "/people/new")
    admin.locator("#shown").fill("Ivy Tech")
    admin.locator("#name").fill("ivy")
    admin.locator("input[name=role][value=it], select[name=role]").first.evaluate(
        "e => { if (e.tagName === 'SELECT') e.value = 'it'; else e.checked = true }")
    admin.locator("button.go").click()
    secret = admin.locator("dt:has-text('Password') + dd code").inner_text()
    page.goto(BASE + "/sign-in")
    page.get_by_label("Name to sign in with").fill("ivy")
    page.get_by_label("Password").fill(secret)
    page.keyboard.press("Enter")
    page.wait_for_url("**/enrol")
    own = page.locator("dd code").inner_text()
    page.locator("#code").fill(code(own))
    for field in ["fresh", "again"]:
        page.locator(f"#{field}").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.goto(BASE + "/accreditation/run")
    look(page, "accreditation-run")
    page.get_by_role("button", name="Run every suite now").click()
    assert page.get_by_role("alert").is_visible()
    look(page, "accreditation-run-fault")
    page.locator("#because").fill("the governors meet")
    page.get_by_role("button", name="Run every suite now").click()
    assert page.get_by_role("button", name="Run every suite now").count() == 0
    look(page, "accreditation-runs")


def main():
    with sync_playwright() as play:
        browser = launched(play)
        key = set_up(opened(browser, 1280, True))
        for width, with_script in [(1280, True), (390, True), (1280, False), (390, False)]:
            page = opened(browser, width, with_script)
            sign_in(page, key)
            if width == 1280 and with_script:
                close_at_once(page)
                technician(page, opened(browser, 390, True))
            walk(page)
        browser.close()
    print(json.dumps({"looked": looked, "axe": bool(AXE_SCRIPT)}))


main()
