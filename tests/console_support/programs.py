"""Looks at unusual programs as a safeguarding lead does. Its own argument: the cookie."""
from person import AXE_SCRIPT, BASE, MORE, each_browser, look, looked
from playwright.sync_api import sync_playwright

(LEAD,) = MORE

with sync_playwright() as play:
    for page, end in each_browser(play, LEAD):
        page.goto(BASE + "/log/programs")
        page.locator("summary", has_text="How programs are told apart").click()
        look(page, "programs" + end)
        page.get_by_role("button", name="Look for unusual programs").click()
        assert page.get_by_role("alert").is_visible()
        look(page, "programs-faults" + end)
        page.goto(BASE + "/log/programs")
        page.get_by_role("link", name="Shadowrocket 1978").click()
        assert page.locator("#reference").input_value()
print("looked at", len(looked), "pages", "with axe" if AXE_SCRIPT else "without axe")
