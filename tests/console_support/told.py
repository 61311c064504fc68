"""From the block page to the answer, as a child, an administrator and a safeguarding lead see it, in Chromium.

Own arguments: the cookies of an administrator and of the safeguarding lead, the proxy, and an address that is closed.
"""
import json

from person import AXE_SCRIPT, BASE, MORE, launched, look, looked
from playwright.sync_api import sync_playwright

ADMIN, LEAD, PROXY, BLOCKED = MORE
OWN = "http://lifeguard.internal"


def at_width(browser, width, with_script, **more):
    context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=with_script, bypass_csp=with_script,
                                  color_scheme="dark" if width < 500 else "light", **more)
    context.lifeguard_script = with_script
    return context.new_page()


def child(browser, width, with_script):
    page = at_width(browser, width, with_script, proxy={"server": f"http://{PROXY}"})
    page.goto(BLOCKED)
    page.get_by_text("I think this is wrong").click()
    look(page, "queue-block")
    page.locator("#words").fill("I need it for my homework about ships.")
    page.get_by_role("button", name="Tell the staff").click()
    assert page.get_by_role("heading", name="Thank you").is_visible()
    look(page, "queue-thanks")
    number = page.locator("p.print").inner_text()
    page.goto(OWN + "/worry")
    look(page, "queue-worry")
    page.locator("#words").fill("Somebody asks me for pictures in a game.\nI do not want to.")
    page.get_by_role("button", name="Send it").click()
    assert page.get_by_role("heading", name="Thank you").is_visible()
    look(page, "queue-worry-thanks")
    return page, number


def staff(browser, width, with_script, cookie):
    page = at_width(browser, width, with_script)
    name, value = cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": BASE}])
    return page


def answer(browser, width, with_script, last):
    page = staff(browser, width, with_script, ADMIN)
    page.goto(BASE + "/dashboard")
    look(page, "queue-dashboard")
    page.get_by_role("link", name="Asked to be opened").first.click()
    look(page, "queue-list")
    page.get_by_role("link", name="blocked[.]test").click()
    page.get_by_role("button", name="Send the answer").click()
    assert page.get_by_role("alert").is_visible()
    look(page, "queue-one-faults")
    page.get_by_label("stays closed").check()
    page.locator("#words").fill("It is a shop. Try the library's page about ships.")
    if last:
        page.get_by_role("button", name="Send the answer").click()
        page.wait_for_url("**/queue")
    page = staff(browser, width, with_script, LEAD)
    page.goto(BASE + "/worries")
    look(page, "queue-worries")
    page.get_by_role("link", name="W-1", exact=True).click()
    look(page, "queue-worry-one")
    page.get_by_label("answered").check()
    page.locator("#words").fill("Thank you for telling me. Come to my room at noon.")
    page.get_by_role("button", name="Send the answer").click()
    page.wait_for_url("**/worries")


def main():
    with sync_playwright() as play:
        browser = launched(play)
        widths = [(1280, True), (390, True), (1280, False), (390, False)]
        for at, (width, with_script) in enumerate(widths):
            page, number = child(browser, width, with_script)
            answer(browser, width, with_script, at == len(widths) - 1)
        page.goto(BLOCKED)
        assert "The staff looked at this page on" in page.locator("main").inner_text()
        look(page, "queue-answered")
        page.goto(OWN + "/answer")
        page.locator("#number").fill(number)
        page.get_by_role("button", name="Look").click()
        assert "It is a shop" in page.locator("main").inner_text()
        look(page, "queue-answer")
        browser.close()
    print(json.dumps({"looked": looked, "axe": bool(AXE_SCRIPT)}))


main()
