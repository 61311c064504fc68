"""Looks at the menu, help and the settings as a safeguarding lead and IT staff would. Its own arguments: the cookies of their sessions."""
from person import AXE_SCRIPT, BASE, MORE, launched, look, looked, opened
from playwright.sync_api import sync_playwright

LEAD, IT = MORE


def enter(page, cookie):
    name, value = cookie.split("=", 1)
    page.context.add_cookies([{"name": name, "value": value, "url": BASE}])


with sync_playwright() as play:
    browser = launched(play)
    for width, with_script in [(1280, True), (390, True), (1280, False), (390, False)]:
        end = "" if with_script else "-plain"
        page = opened(browser, width, with_script)
        page.goto(BASE + "/sign-in")
        page.get_by_role("link", name="Help with this page").click()
        assert page.locator("h1").inner_text() == "Signing in" and page.locator("ol.steps li").count() > 2
        look(page, "help-sign-in" + end)
        enter(page, LEAD)
        page.goto(BASE + "/dashboard")
        look(page, "desk-front" + end)
        # Where there is room one group lies open, the one in which somebody is; on a phone the page comes first. Another one opens in its place,
        # without script too.
        menu = page.locator("nav.places")
        assert menu.locator("a:visible").count() in (range(2, 8) if width > 500 else [0])
        menu.locator("summary", has_text="People").click()
        look(page, "desk-menu" + end)
        menu.get_by_role("link", name="Incidents", exact=True).click()
        assert menu.locator("a[aria-current]:visible").all_inner_texts() == (["Incidents"] if width > 500 else [])
        assert page.locator("h1").bounding_box()["y"] < 400, "the page is seen without scrolling"
        page.get_by_role("link", name="Help with this page").click()
        look(page, "help-incidents" + end)
        page.get_by_role("link", name="All help").click()
        look(page, "help" + end)
        page.get_by_role("link", name="Show the sheet").click()
        look(page, "help-roles" + end)
        page.goto(BASE + "/devices")
        page.locator("#because").fill("Somebody says that their password is known")
        page.get_by_role("button", name="Show them").click()
        look(page, "devices" + end)
        page.goto(BASE + "/help/roles")
        page.emulate_media(media="print", color_scheme="light")
        assert not menu.is_visible()
        page.emulate_media(media="screen")
        page.context.close()
        page = opened(browser, width, with_script)
        enter(page, IT)
        page.goto(BASE + "/settings")
        look(page, "settings" + end)
        page.get_by_role("link", name="[site]", exact=True).click()
        assert page.get_by_text("Riverside Library").first.is_visible()
        look(page, "settings-section" + end)
        page.get_by_role("link", name="All settings").click()
        page.locator("summary", has_text="Can be changed here").click()
        look(page, "settings-open" + end)
        page.get_by_role("link", name="site.contact.phone").click()
        page.locator("#value").fill(f"020 7946 {width}{len(end)}")
        page.get_by_role("button", name="See what it would do").click()
        assert page.get_by_role("alert").is_visible() and page.locator("#value").input_value().startswith("020 7946")
        look(page, "setting-fault" + end)
        page.locator("#because").fill("The office has moved")
        page.get_by_role("button", name="See what it would do").click()
        look(page, "setting-draft" + end)
        page.get_by_role("button", name="Put it in force now").click()
        page.goto(BASE + "/help/page?of=settings")
        assert f"020 7946 {width}{len(end)}" in page.locator("main").inner_text(), page.locator("main").inner_text()
        page.context.close()
    browser.close()
print("axe" if AXE_SCRIPT else "skipped: axe-core is not here", *looked)
