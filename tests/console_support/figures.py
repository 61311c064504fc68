"""Looks at the front page and at the figures as a safeguarding lead and a governor would. Its own arguments: the cookies of their sessions."""
from person import AXE_SCRIPT, BASE, MORE, launched, look, looked, menu, opened
from playwright.sync_api import sync_playwright

LEAD, GOVERNOR = MORE


def enter(page, cookie):
    name, value = cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": BASE}])


with sync_playwright() as play:
    browser = launched(play)
    for width, with_script in [(1280, True), (390, True), (1280, False)]:
        page = opened(browser, width, with_script)
        enter(page, LEAD)
        page.goto(BASE + "/dashboard")
        assert page.locator("svg.chart").count() == 4, page.content()
        look(page, "front" if with_script else "front-plain")
        page.get_by_role("link", name="Show the last 31 days").click()
        page.get_by_text("The same as a table").first.click()
        assert page.locator("table.figures").first.is_visible()
        look(page, "front-month" if with_script else "front-month-plain")
        page.get_by_role("link", name="Show the last 24 hours").click()
        assert "the last 24 hours" in page.locator("main").inner_text()
        page.context.close()
        page = opened(browser, width, with_script)
        enter(page, GOVERNOR)
        page.goto(BASE + "/dashboard")
        menu(page, "Figures")
        look(page, "figures" if with_script else "figures-plain")
        page.emulate_media(media="print", color_scheme="light")
        assert not page.locator("nav.places").is_visible() and page.locator("svg.chart").first.is_visible()
        look(page, "figures-print" if with_script else "figures-print-plain")
        with page.expect_download() as taken:
            page.emulate_media(media="screen")
            page.get_by_role("link", name="Take them away as a file").click()
        assert taken.value.suggested_filename == "figures.csv"
        page.context.close()
    browser.close()
print("axe" if AXE_SCRIPT else "skipped: axe-core is not here", *looked)
