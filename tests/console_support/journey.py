"""Drives the console as a person would, in Chromium: set-up, sign-in, the pages of a role, and sign-out.

Arguments: address of the console, secret of the set-up, script of axe, folder for pictures.
Prints one JSON object; what is wrong ends it with a text and code 1.
"""
import base64
import hashlib
import hmac
import json
import struct
import sys
import time

from playwright.sync_api import sync_playwright

BASE, SECRET, AXE, PICTURES = sys.argv[1:5]
AXE_SCRIPT = open(AXE, encoding="utf-8").read() if AXE else ""
PASSWORD = "correct horse battery"
looked, used = [], set()


def code(key):
    """A code that was not used yet: RFC 6238, written a second time."""
    raw = base64.b32decode(key.replace(" ", ""))
    while True:
        step = int(time.time()) // 30
        if (key, step) in used:
            # The window reaches one step ahead.
            step += 1
        if (key, step) not in used:
            break
        time.sleep(0.5)
    used.add((key, step))
    tag = hmac.new(raw, struct.pack(">q", step), hashlib.sha1).digest()
    at = tag[-1] & 15
    return "%06d" % ((struct.unpack(">I", tag[at:at + 4])[0] & 0x7FFFFFFF) % 1000000)


def look(page, name):
    """What every page must be: in its width, with one heading, and without serious faults for whoever cannot see or point."""
    width = page.viewport_size["width"]
    page.screenshot(path=f"{PICTURES}/console-{name}-{width}.png", full_page=True)
    wide = page.locator("html").evaluate("e => e.scrollWidth") if script(page) else width
    assert wide <= width, f"{name}: {wide} wide at {width}"
    assert page.locator("h1").count() == 1, f"{name}: one heading"
    if script(page):
        # Tables that fold are read from top to bottom, and never sideways.
        over = page.locator(".fold").evaluate_all("all => all.filter(e => e.scrollWidth > e.clientWidth).map(e => e.ariaLabel)")
        assert not over, f"{name} at {width}: {over}"
    found = []
    if AXE_SCRIPT and script(page):
        result = page.evaluate("async script => { (0, eval)(script); return await axe.run(document, {resultTypes: ['violations']}) }", AXE_SCRIPT)
        found = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in result["violations"] if v["impact"] in ("serious", "critical")]
    assert not found, f"{name} at {width}: {found}"
    looked.append(f"{name}-{width}")


def script(page):
    return page.context.lifeguard_script


def opened(browser, width, with_script):
    # The pages forbid every script; axe has to get past that, and so the rules are off for it alone. They are tested without it.
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=with_script, bypass_csp=with_script,
                                  color_scheme="dark" if width < 500 else "light")
    context.lifeguard_script = with_script
    return context.new_page()


def set_up(page):
    page.goto(BASE + "/sign-in")
    look(page, "sign-in")
    page.get_by_role("link", name="set up this console").click()
    page.get_by_role("button", name="Make the administrator").click()
    assert page.get_by_role("alert").is_visible()
    look(page, "setup-faults")
    for field, value in {
        "secret": SECRET, "shown": "Robin Hill", "name": "robin", "fresh": PASSWORD, "again": PASSWORD, "lead_name": "Sam Lead",
        "lead_reach": "020 7946 0000", "it_name": "Ivy Tech", "it_reach": "ivy@school.test",
    }.items():
        page.locator(f"#{field}").fill(value)
    page.get_by_label("youth-club").check()
    page.get_by_role("button", name="Make the administrator").click()
    page.wait_for_url("**/enrol")
    look(page, "enrol")
    key = page.locator("dd code").inner_text()
    page.locator("#code").fill(code(key))
    page.get_by_role("button", name="Go on").click()
    assert page.locator("ul.codes li").count() == 8
    look(page, "recovery")
    page.get_by_role("link", name="Go on").click()
    rows = page.locator("tbody tr")
    assert rows.count() == 2 and "Blocked" in rows.nth(0).inner_text() and "Open" in rows.nth(1).inner_text(), rows.all_inner_texts()
    look(page, "try")
    return key


def sign_in(page, key):
    page.goto(BASE + "/sign-in")
    page.get_by_label("Name to sign in with").fill("robin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Six-digit code").fill(code(key))
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard")


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
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
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
