"""Looks at the evidence for a board as a safeguarding lead does, states something, and takes papers away. Its own argument: the session's cookie."""
from person import AXE_SCRIPT, BASE, MORE, launched, look, looked, menu, opened
from playwright.sync_api import sync_playwright

with sync_playwright() as play:
    browser = launched(play)
    for width, with_script in [(1280, True), (390, True), (1280, False)]:
        page = opened(browser, width, with_script)
        name, value = MORE[0].split("=", 1)
        page.context.add_cookies([{"name": name, "value": value, "url": BASE}])
        end = "" if with_script else "-plain"
        page.goto(BASE + "/dashboard")
        menu(page, "Evidence for the board")
        look(page, "board" + end)
        page.get_by_role("button", name="State it").click()
        assert page.locator("#what-fault").is_visible() and page.locator("#person-fault").is_visible()
        look(page, "board-fault" + end)
        page.get_by_label("What is stated").select_option("staff-trained")
        page.get_by_role("group", name="Is it there?").get_by_label("Yes").check()
        page.get_by_label("Who stands for it").fill("Sam Lead")
        page.get_by_label("Where it stands, or what was found").fill("All staff, 3 September")
        page.get_by_role("button", name="State it").click()
        assert "All staff, 3 September" in page.locator("main").inner_text()
        with page.expect_download() as taken:
            page.get_by_role("link", name="Review of the year, to print").click()
        assert taken.value.suggested_filename == "review.html"
        page.get_by_role("link", name="What is kept of people here").click()
        look(page, "statement" + end)
        page.context.close()
    browser.close()
print("axe" if AXE_SCRIPT else "skipped: axe-core is not here", *looked)
