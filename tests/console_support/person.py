"""What every journey through the console needs: arguments, codes, a browser of a width, and what each page must be.

Arguments of a journey: address of the console, secret of the set-up, script of axe, folder for pictures, then its own. Pictures are for people
to look at, and are taken where `LIFEGUARD_PICTURES` is set.
"""
import base64
import hashlib
import hmac
import os
import shutil
import struct
import sys
import time

from playwright.sync_api import Error, Locator

BASE, SECRET, AXE, PICTURES = sys.argv[1:5]
MORE = sys.argv[5:]
AXE_SCRIPT = open(AXE, encoding="utf-8").read() if AXE else ""
PASSWORD = "correct horse battery"
looked, used = [], set()
press = Locator.click


def click(place, *arguments, **options):
    """Presses, and waits for the page to which that leads: where it is only begun nothing stands on it yet."""
    press(place, *arguments, **options)
    place.page.wait_for_load_state()


Locator.click = click


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


def picture(page, name):
    """A picture of the whole page, for people to look at. A browser on a busy machine cannot always take one: no page is worse for that."""
    if not os.environ.get("LIFEGUARD_PICTURES"):
        return
    try:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
    except Error as fault:
        if "Unable to capture screenshot" not in str(fault):
            raise
        print(f"no picture of {name}: the browser could not take one", file=sys.stderr)


def look(page, name):
    """What every page must be: in its width, with one heading, and without serious faults for whoever cannot see or point."""
    width = page.viewport_size["width"]
    picture(page, f"console-{name}-{width}")
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


def menu(page, name):
    """Goes where the menu leads; the group that holds the page may be folded."""
    named = page.get_by_role("link", name=name, exact=True, include_hidden=True)
    nav = page.locator("nav.places")
    if not nav.get_by_role("link", name=name, exact=True).is_visible():
        nav.locator("details", has=named).locator("summary").click()
    nav.get_by_role("link", name=name, exact=True).click()


def script(page):
    return page.context.lifeguard_script


def launched(play):
    """Chromium. Its shell without windows, where that is there, does the same for two thirds of the work."""
    shell = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
    return play.chromium.launch(executable_path=shell, args=["--no-sandbox"])


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


def it_account(page):
    """The administrator makes an account for IT; its first secret."""
    page.goto(BASE + "/people/new")
    page.locator("#shown").fill("Ivy Tech")
    page.locator("#name").fill("ivy")
    page.locator("#role").select_option("it")
    page.get_by_role("button", name="Make the account").click()
    return page.locator("dd code").nth(1).inner_text()


def enrol(page, secret, name="ivy"):
    """The first sign-in with that secret: a password of one's own, and the key of the codes."""
    page.goto(BASE + "/sign-in")
    page.get_by_label("Name to sign in with").fill(name)
    page.get_by_label("Password").fill(secret)
    page.keyboard.press("Enter")
    page.wait_for_url("**/enrol")
    key = page.locator("dd code").inner_text()
    page.locator("#fresh").fill(PASSWORD)
    page.locator("#again").fill(PASSWORD)
    page.locator("#code").fill(code(key))
    page.get_by_role("button", name="Go on").click()
    page.wait_for_load_state()
    return key


def sign_in(page, key, name="robin"):
    page.goto(BASE + "/sign-in")
    page.get_by_label("Name to sign in with").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Six-digit code").fill(code(key))
    page.keyboard.press("Enter")
    page.wait_for_url("**/dashboard")


def come_in(page, cookie):
    """With the session that a test has begun."""
    name, value = cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": BASE}])


def each_browser(play, cookie):
    """A page of somebody who is signed in, at both widths with script and without; and what the names of its pictures end with."""
    browser = launched(play)
    for width, with_script in [(1280, True), (390, True), (1280, False), (390, False)]:
        page = opened(browser, width, with_script)
        come_in(page, cookie)
        yield page, "" if with_script else "-plain"
        page.context.close()
    browser.close()
