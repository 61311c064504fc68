"""Policy as IT staff meet it: a category, what it blocked, a draft, what it would do, in force, and back again; at four kinds of browser.

Prints one JSON object; what is wrong ends it with a text and code 1.
"""
import json

from person import AXE_SCRIPT, BASE, enrol, it_account, launched, look, looked, menu, opened, set_up, sign_in
from playwright.sync_api import sync_playwright


def walk(page, key):
    sign_in(page, key, "ivy")
    menu(page, "Policy")
    look(page, "policy")
    page.get_by_role("link", name="Children", exact=True).first.click()
    look(page, "policy-group")
    page.goto(BASE + "/policy/category?category=adult")
    assert "5" in page.locator("tbody tr").first.inner_text()
    page.goto(BASE + "/policy/category?category=games")
    look(page, "policy-category")
    page.get_by_role("link", name="Children: change").click()
    page.get_by_role("radio", name="Blocked").check()
    page.get_by_role("button", name="See what it would do").click()
    assert page.get_by_role("alert").is_visible() and page.get_by_role("radio", name="Blocked").is_checked()
    look(page, "policy-change")
    page.get_by_label("Why").fill("Too loud in lessons")
    page.get_by_role("button", name="See what it would do").click()
    assert "It would have blocked 5 requests by 1 person." in page.locator("main").inner_text(), page.locator("main").inner_text()
    look(page, "policy-draft")
    page.get_by_role("button", name="Put it in force now").click()
    assert "In force" in page.locator("main").inner_text()
    page.goto(BASE + "/policy/versions")
    look(page, "policy-versions")
    # Version 1 is what stood before the first change.
    page.goto(BASE + "/policy/version?version=1")
    look(page, "policy-version")
    page.get_by_label("Why").fill("It was agreed otherwise")
    page.get_by_role("button", name="See what it would do").click()
    page.get_by_role("button", name="Put it in force now").click()
    assert "In force" in page.locator("main").inner_text()
    page.goto(BASE + "/plan")
    look(page, "plan")


def main():
    with sync_playwright() as play:
        browser = launched(play)
        admin = opened(browser, 1280, True)
        set_up(admin)
        key = enrol(opened(browser, 1280, True), it_account(admin))
        for width, with_script in [(1280, True), (390, True), (1280, False), (390, False)]:
            walk(opened(browser, width, with_script), key)
        browser.close()
    print(json.dumps({"looked": looked, "axe": bool(AXE_SCRIPT)}))


main()
