"""What whoever signs in is told of tries in their name, a password that has leaked, everybody signed out, and the wait after five tries.

Prints one JSON object; what is wrong ends it with a text and code 1.
"""
import json

from person import AXE_SCRIPT, BASE, PASSWORD, code, launched, look, looked, opened, script, set_up, sign_in
from playwright.sync_api import sync_playwright


def tries(page, password, typed):
    page.goto(BASE + "/sign-in")
    page.get_by_label("Name to sign in with").fill("robin")
    page.get_by_label("Password").fill(password)
    page.get_by_label("Six-digit code").fill(typed)
    page.get_by_role("button", name="Sign in").click()
    return page.get_by_role("alert").inner_text()


def told(page, key, password):
    """Somebody tries it in vain, then the owner comes."""
    assert "do not go together" in tries(page, password, "000000")
    sign_in(page, key)
    part = page.locator("section", has=page.get_by_role("heading", name="Somebody tried to sign in with your name"))
    words = part.inner_text()
    assert "127.0.0.1" in words, words
    assert ("somebody knows your password" in words) == (password == PASSWORD), words
    look(page, "tried")
    part.get_by_role("link", name="Your account").click()
    page.locator("#password").fill(PASSWORD)
    for field in ["fresh", "again"]:
        page.locator(f"#{field}").fill("chesterfield00")
    page.get_by_role("button", name="Change").first.click()
    assert "leaked" in page.locator("main").inner_text()
    look(page, "leaked")
    page.goto(BASE + "/people")
    look(page, "people-sessions")
    page.get_by_role("button", name="End every session of others").click()
    assert page.locator("#because").is_visible() and "/people/sessions" in page.url
    look(page, "people-sessions-fault")
    page.locator("#because").fill("a laptop was lost")
    page.get_by_role("button", name="End every session of others").click()
    page.wait_for_url("**/people")
    page.get_by_role("button", name="Sign out").click()


def main():
    with sync_playwright() as play:
        browser = launched(play)
        key = set_up(opened(browser, 1280, True))
        kinds = [(1280, True, "wrong password"), (390, True, PASSWORD), (1280, False, PASSWORD), (390, False, "wrong password")]
        for width, with_script, password in kinds:
            told(opened(browser, width, with_script), key, password)
        page = opened(browser, 390, True)
        # To wait for a code that was not used may take longer than the pause.
        right = code(key)
        assert "do not go together" in tries(page, "wrong password", "000000")
        assert "fifteen seconds" in tries(page, PASSWORD, right)
        look(page, "sign-in-slow")
    print(json.dumps({"looked": looked, "axe": bool(AXE_SCRIPT), "script": script(page)}))


main()
