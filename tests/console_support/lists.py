"""Lists, unknown hosts, exceptions, codes and sites in Chromium, as somebody of IT uses them.

Its own arguments: the cookie of somebody of IT who has signed in, and the address of a list.
"""
import json

from person import AXE_SCRIPT, BASE, MORE, launched, look, looked, opened
from playwright.sync_api import sync_playwright

COOKIE, LIST = MORE


def signed_in(browser, width, with_script):
    page = opened(browser, width, with_script)
    name, value = COOKIE.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": BASE}])
    return page


def choose(page, label):
    page.get_by_label(label, exact=True).check()


def add_source(page, name):
    page.goto(BASE + "/lists/sources")
    look(page, "lists-sources")
    page.get_by_role("link", name="Add a source").click()
    page.get_by_role("button", name="Try it").click()
    assert page.get_by_role("alert").is_visible()
    look(page, "lists-new-faults")
    page.locator("#name").fill(name)
    page.locator("#place").fill(LIST)
    page.locator("#category").select_option("testing")
    page.get_by_role("button", name="Try it").click()
    page.wait_for_url("**/lists/sources/trial**")
    while page.get_by_role("link", name="Look again").count():
        page.get_by_role("link", name="Look again").click()
    assert "would have been blocked" in page.locator("main").inner_text(), page.locator("main").inner_text()
    look(page, "lists-trial")
    page.locator("#because").fill("asked for by a teacher")
    page.get_by_role("button", name="Add the source").click()
    page.wait_for_url("**/lists/sources")
    for _ in range(50):
        if page.get_by_role("link", name=name, exact=True).count():
            break
        page.wait_for_timeout(200)
        page.goto(BASE + "/lists/sources")
    page.get_by_role("link", name=name, exact=True).click()
    look(page, "lists-one")
    page.locator("#drop_because").fill("not needed")
    page.get_by_role("button", name="Take it out").click()
    page.wait_for_url("**/lists/sources")


def hosts(page):
    page.goto(BASE + "/lists/unknown")
    look(page, "lists-unknown")
    page.get_by_role("link", name="odd.test").click()
    page.locator("#because").fill("seen in a lesson")
    page.locator("#category").select_option("testing")
    look(page, "lists-unknown-put")
    page.get_by_role("button", name="Put it there").click()
    page.wait_for_url("**/lists/unknown")
    choose(page, "odd.test: testing")
    page.locator("#back_because").fill("a mistake")
    page.get_by_role("button", name="Take it out").click()
    page.wait_for_url("**/lists/unknown")
    page.goto(BASE + "/lists/noise")
    look(page, "lists-noise")
    page.goto(BASE + "/sites")
    look(page, "sites")


def exceptions(page):
    page.goto(BASE + "/exceptions/new")
    look(page, "exceptions-new")
    choose(page, "opens addresses or a category")
    choose(page, "everybody")
    page.get_by_role("button", name="Put it in force").click()
    look(page, "exceptions-faults")
    page.locator("#addresses").fill("blocked.test")
    page.locator("#because").fill("a lesson")
    page.get_by_role("button", name="Put it in force").click()
    page.wait_for_url("**/exceptions")
    page.get_by_role("link", name="Make a code").click()
    choose(page, "opens addresses or a category")
    choose(page, "whoever has the code")
    page.locator("#addresses").fill("known.test")
    page.locator("#because").fill("a lesson")
    page.get_by_role("button", name="Make the code").click()
    assert page.locator("dd code").first.inner_text()
    look(page, "exceptions-code")
    page.get_by_role("link", name="Exceptions and codes").click()
    look(page, "exceptions")
    page.get_by_role("radio").first.check()
    page.locator("#because").fill("the lesson is over")
    page.get_by_role("button", name="End it").click()
    page.wait_for_url("**/exceptions")


def main():
    with sync_playwright() as play:
        browser = launched(play)
        for width, with_script in [(1280, True), (390, True), (1280, False), (390, False)]:
            page = signed_in(browser, width, with_script)
            add_source(page, f"games-{width}-{with_script}".lower())
            hosts(page)
            exceptions(page)
        browser.close()
    print(json.dumps({"looked": looked, "axe": bool(AXE_SCRIPT)}))


main()
