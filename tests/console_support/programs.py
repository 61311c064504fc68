"""Looks at unusual programs as a safeguarding lead does. Its own argument: the cookie."""
from person import AXE_SCRIPT, BASE, MORE, look, looked, opened
from playwright.sync_api import sync_playwright

(LEAD,) = MORE

with sync_playwright() as play:
    browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    for width, with_script in [(1280, True), (390, True), (1280, False), (390, False)]:
        end = "" if with_script else "-plain"
        page = opened(browser, width, with_script)
        name, value = LEAD.split("=", 1)
        page.context.add_cookies([{"name": name, "value": value, "url": BASE}])
        page.goto(BASE + "/log/programs")
        page.locator("summary", has_text="How programs are told apart").click()
        look(page, "programs" + end)
        page.get_by_role("button", name="Look for unusual programs").click()
        assert page.get_by_role("alert").is_visible()
        look(page, "programs-faults" + end)
        page.goto(BASE + "/log/programs")
        page.get_by_role("link", name="Shadowrocket 1978").click()
        assert page.locator("#reference").input_value()
        page.context.close()
    browser.close()
print("looked at", len(looked), "pages", "with axe" if AXE_SCRIPT else "without axe")
