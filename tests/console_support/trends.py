"""Looks at long questions, breaches and trends as a safeguarding lead and as IT staff. Its own arguments: the cookies of their sessions."""
from person import AXE_SCRIPT, BASE, MORE, launched, look, looked, menu, opened
from playwright.sync_api import sync_playwright

LEAD, IT = MORE


def enter(page, cookie):
    name, value = cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": BASE}])


with sync_playwright() as play:
    browser = launched(play)
    for width, with_script in [(1280, True), (390, True), (1280, False)]:
        plain = "" if with_script else "-plain"
        page = opened(browser, width, with_script)
        enter(page, LEAD)
        page.goto(BASE + "/dashboard")
        menu(page, "Trends")
        assert page.locator("svg.chart").count() == 2, page.content()
        look(page, "trends" + plain)
        page.get_by_role("link", name="fresh.test").click()
        assert page.get_by_label("Text in the web address").input_value() == "fresh.test"
        menu(page, "Blocked today, allowed then")
        look(page, "breaches" + plain)
        page.get_by_role("link", name="Open an incident about later.test").click()
        assert "later.test" in page.locator("[name=what]").input_value()
        menu(page, "Long questions")
        look(page, "jobs" + plain)
        page.context.close()
        page = opened(browser, width, with_script)
        enter(page, IT)
        page.goto(BASE + "/log/breaches")
        look(page, "breaches-it" + plain)
        page.get_by_role("link", name="Close later.test at once").click()
        assert page.locator("[name=address]").input_value() == "later.test"
        page.context.close()
    browser.close()
print("axe" if AXE_SCRIPT else "skipped: axe-core is not here", *looked)
