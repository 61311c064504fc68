"""What people think of the filter, as a child and the safeguarding lead see it, in Chromium.

Own arguments: the cookie of the safeguarding lead, the proxy, and an address that is closed.
"""
import json

from person import AXE_SCRIPT, BASE, MORE, launched, look, looked
from playwright.sync_api import sync_playwright

LEAD, PROXY, BLOCKED = MORE
OWN = "http://lifeguard.internal"


def at_width(browser, width, with_script, **more):
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=with_script, bypass_csp=with_script,
                                  color_scheme="dark" if width < 500 else "light", **more)
    context.lifeguard_script = with_script
    return context.new_page()


def child(browser, width, with_script, sends):
    page = at_width(browser, width, with_script, proxy={"server": f"http://{PROXY}"})
    page.goto(BLOCKED)
    look(page, "opinion-block")
    page.get_by_role("link", name="What do you think of the filter?").click()
    look(page, "opinion")
    page.get_by_role("link", name="Cymraeg").click()
    assert page.get_by_role("heading", name="Beth yw dy farn di?").is_visible()
    look(page, "opinion-welsh")
    page.get_by_role("link", name="English").click()
    if sends:
        page.get_by_label("It gets in my way").check()
        page.locator("#words").fill(sends)
        page.get_by_role("button", name="Send it").click()
        assert page.get_by_role("heading", name="Thank you").is_visible()
        look(page, "opinion-danger" if "hurts" in sends else "opinion-thanks")
    return page


def staff(browser, width, with_script):
    page = at_width(browser, width, with_script)
    name, value = LEAD.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": BASE}])
    page.goto(BASE + "/dashboard")
    look(page, "opinions-dashboard")
    page.goto(BASE + "/opinions")
    look(page, "opinions-list")
    page.get_by_role("button", name="Mark as read").click()
    assert page.get_by_role("alert").first.is_visible()
    look(page, "opinions-faults")
    return page


def main():
    with sync_playwright() as play:
        browser = launched(play)
        child(browser, 1280, True, "I wanted a page about ships for my homework and it was closed.")
        child(browser, 390, False, "He hurts me.")
        child(browser, 390, True, None)
        for width, with_script in [(390, True), (390, False), (1280, True), (1280, False)]:
            page = staff(browser, width, with_script)
        page.get_by_label("You said").fill("Pages about ships are closed.")
        page.get_by_label("We did").fill("We looked at them with the teachers, and opened the museum and the library.")
        page.get_by_role("button", name="Mark as read").click()
        page.wait_for_url("**/opinions")
        look(page, "opinions-done")
        page = at_width(browser, 390, True, proxy={"server": f"http://{PROXY}"})
        page.goto(OWN + "/opinion")
        assert "opened the museum" in page.locator("main").inner_text()
        look(page, "opinion-did")
        browser.close()
    print(json.dumps({"looked": looked, "axe": bool(AXE_SCRIPT)}))


main()
