"""Duties and receipts, as the safeguarding lead sees them, in Chromium. Own argument: the cookie of the safeguarding lead."""
import json

from person import AXE_SCRIPT, BASE, MORE, launched, look, looked
from playwright.sync_api import sync_playwright

LEAD = MORE[0]


def main():
    with sync_playwright() as play:
        browser = launched(play)
        for width, with_script in [(390, True), (390, False), (1280, False), (1280, True)]:
            context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=with_script, bypass_csp=with_script,
                                          color_scheme="dark" if width < 500 else "light")
            context.lifeguard_script = with_script
            name, value = LEAD.split("=", 1)
            context.add_cookies([{"name": name, "value": value, "url": BASE}])
            page = context.new_page()
            page.goto(BASE + "/duties")
            look(page, "duties")
            page.get_by_text("Give this duty: Reading the digest").click()
            page.get_by_label("Owner").locator("visible=true").first.select_option("sam")
            look(page, "duties-give")
            page.get_by_role("button", name="Give the duty").locator("visible=true").first.click()
            assert page.get_by_role("alert").first.is_visible()
            look(page, "duties-faults")
        page.goto(BASE + "/duties")
        page.get_by_role("button", name="I have read it").click()
        page.wait_for_url("**/duties")
        look(page, "duties-read")
        browser.close()
    print(json.dumps({"looked": looked, "axe": bool(AXE_SCRIPT)}))


main()
