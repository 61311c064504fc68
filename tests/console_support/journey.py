"""Drives the console as a person would, in Chromium: set-up, sign-in, the pages of a role, and sign-out.

Prints one JSON object; what is wrong ends it with a text and code 1.
"""
import json

from person import AXE_SCRIPT, BASE, look, looked, opened, script, set_up, sign_in
from playwright.sync_api import sync_playwright


def walk(page, key):
    sign_in(page, key)
    for name in ["dashboard", "try", "people", "people/new", "account"]:
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


def main():
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        key = set_up(opened(browser, 1280, True))
        for width, with_script in [(1280, True), (390, True), (1280, False), (390, False)]:
            walk(opened(browser, width, with_script), key)
        browser.close()
    print(json.dumps({"looked": looked, "axe": bool(AXE_SCRIPT)}))


main()
