"""Somebody signs in with the organisation's own service, in Chromium: the good way, and the ones that end on a page that says why.

Its own argument: the file that tells the service what to say. Prints one JSON object.
"""
import json

from person import AXE_SCRIPT, BASE, MORE, launched, look, looked, opened
from playwright.sync_api import sync_playwright

SAYS = MORE[0]


def says(groups, **more):
    with open(SAYS, "w", encoding="utf-8") as file:
        json.dump({"account": "kim", "amr": ["pwd", "mfa"], "button": True,
                   "claims": {"groups": groups, "name": "Kim Ray", "preferred_username": "kim"}, **more}, file)


def go(page):
    page.goto(BASE + "/sign-in")
    page.get_by_role("link", name="Sign in with Riverside School").click()
    page.get_by_role("button", name="It is me").click()


with sync_playwright() as playwright:
    browser = launched(playwright)
    for width, with_script in [(1280, True), (390, True), (1280, False)]:
        page = opened(browser, width, with_script)
        says(["technicians"])
        page.goto(BASE + "/sign-in")
        look(page, "organisation-sign-in")
        go(page)
        page.wait_for_url("**/dashboard")
        look(page, "organisation-dashboard")
        # The session holds from page to page, as any other does.
        page.goto(BASE + "/account")
        assert "Kim Ray" in page.locator("header").inner_text()
        page.get_by_role("button", name="Sign out").click()
        page.context.close()
    for groups, more, name in [([], {}, "refused"), (["technicians"], {"bad": "foreign"}, "bad")]:
        page = opened(browser, 390 if more else 1280, True)
        says(groups, **more)
        go(page)
        assert page.get_by_role("alert").is_visible()
        look(page, f"organisation-{name}")
        page.get_by_role("link", name="Back to sign in").click()
        page.context.close()
    browser.close()
print(json.dumps({"looked": looked, "axe": bool(AXE_SCRIPT)}))
