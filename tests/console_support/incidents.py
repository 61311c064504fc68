"""A safeguarding lead at work, in Chromium: an alert, the incident that opened itself, the steps, the hold, the reveal, the end, and figures.

Its own arguments: the address of the proxy, and a listed address. Prints one JSON object.
"""
import json
import re
import time
import urllib.error
import urllib.request

from person import AXE_SCRIPT, BASE, MORE, PASSWORD, code, launched, look, looked, opened, script, set_up
from playwright.sync_api import sync_playwright

PROXY, LISTED = MORE


def make_lead(page):
    page.goto(BASE + "/people/new")
    for field, value in {"shown": "Sam Lead", "name": "sam", "vetted": "2099-01-01"}.items():
        page.locator(f"#{field}").fill(value)
    page.locator("#role").select_option("safeguarding-lead")
    page.get_by_role("button", name="Make the account").click()
    secret = page.locator("dd code").nth(1).inner_text()
    page.get_by_role("button", name="Sign out").click()
    page.goto(BASE + "/sign-in")
    page.get_by_label("Name to sign in with").fill("sam")
    page.get_by_label("Password").fill(secret)
    page.keyboard.press("Enter")
    page.wait_for_url("**/enrol")
    key = page.locator("dd code").inner_text()
    page.locator("#code").fill(code(key))
    page.locator("#fresh").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("link", name="Go on").click()
    return key


def enter(page, key):
    page.goto(BASE + "/sign-in")
    page.get_by_label("Name to sign in with").fill("sam")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Six-digit code").fill(code(key))
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard")


def ask_for_listed():
    proxy = urllib.request.build_opener(urllib.request.ProxyHandler({"http": PROXY}))
    try:
        proxy.open(LISTED, timeout=20)
        raise SystemExit("a listed address was answered")
    except urllib.error.HTTPError as refused:
        assert refused.code in (403, 451), refused.code


def newest(page):
    for _ in range(60):
        page.goto(BASE + "/incidents")
        own = page.locator("tbody tr", has_text="opened by itself")
        if own.count():
            return own.first.locator("th a").get_attribute("href")
        time.sleep(0.5)
    raise SystemExit("no incident opened itself")


def walk(page, key):
    """One incident from the alert to its end."""
    enter(page, key)
    page.goto(BASE + "/alerts")
    look(page, "alerts")
    where = newest(page)
    look(page, "incidents")
    page.goto(BASE + "/incidents/new")
    page.get_by_role("button", name="Open the incident").click()
    assert page.get_by_role("alert").is_visible()
    look(page, "incident-new-faults")
    page.locator("#what").fill("A child told a teacher about messages. <script>alert(1)</script>")
    page.locator("#severity").select_option("2")
    page.locator("#kind").select_option("bullying")
    page.locator("#client").fill("127.0.0.1")
    page.get_by_role("button", name="Open the incident").click()
    assert "Incident I-" in page.locator("h1").inner_text()
    look(page, "incident-by-hand")
    assert "Is a child in danger now?" in page.content()
    page.locator("#step_note").fill("Nobody is")
    page.get_by_role("button", name="Write down the step").click()
    assert "Hold the evidence: press the button" in page.content()
    page.locator("#hold_because").fill("to look into it")
    page.get_by_role("button", name="Hold the evidence").click()
    assert re.search(r"The evidence is held: H-\d+", page.content()), page.content()
    page.get_by_role("button", name="Close it").click()
    assert page.locator("#conclusion-fault").count() == 1
    for field in ["who", "how", "actions", "conclusion"]:
        page.locator(f"#{field}").fill("As written in the book.")
    page.get_by_role("button", name="Keep the facts").click()
    page.locator("#close_because").fill("Talked it through")
    page.get_by_role("button", name="Close it").click()
    assert page.locator("dt", has_text="State").count() == 1 and "closed" in page.locator("dd").first.inner_text()
    look(page, "incident-closed")
    # The one that opened itself: the address is seen by typing hands only.
    page.goto(BASE + where)
    look(page, "incident-illegal")
    host = LISTED.split("/")[2]
    assert host not in page.content()
    page.locator("#purpose").fill("to report it to the IWF")
    page.get_by_role("button", name="Show whom and what it is about").click()
    look(page, "incident-reveal")
    assert host not in page.content() and page.locator("main a[href^=http]").count() == 0
    groups = page.locator(".guarded span").count()
    assert groups > 4
    if script(page):
        page.keyboard.press("Control+a")
        picked = page.evaluate("() => String(window.getSelection())")
        picked = picked.split(page.locator("h1").inner_text(), 1)[1]
        assert not re.search("http|test|example", picked.replace("\n", "")), picked
    page.goto(BASE + "/incidents/board")
    look(page, "board")
    page.get_by_role("button", name="Sign out").click()


def main():
    with sync_playwright() as play:
        browser = launched(play)
        page = opened(browser, 1280, True)
        set_up(page)
        key = make_lead(page)
        ask_for_listed()
        for width, with_script in [(1280, True), (390, True), (1280, False), (390, False)]:
            walk(opened(browser, width, with_script), key)
        browser.close()
    print(json.dumps({"looked": looked, "axe": bool(AXE_SCRIPT)}))


main()
