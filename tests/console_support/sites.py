"""Pages of several sites, as an administrator, somebody of all sites and the lead of one see them, at the width of a desk and of a phone."""
from playwright.sync_api import sync_playwright

import person
from person import BASE, MORE, launched, look, opened

with sync_playwright() as play:
    browser = launched(play)
    for width, with_script in ((1280, True), (390, True), (390, False)):
        for cookie, pages in zip(MORE, (
            ("people", "people/new"), ("log", "log/found?ask=2", "log/sites?ask=2"),
            ("dashboard", "account", "sites", "sites/consortium", "incidents/new", "policy/versions", "policy",
             "policy/category?category=radio", "sites?seen=leeds%2Fchildren", "board", "reviews", "log/trends", "statement", "lists/noise",
             "lists/unknown", "devices", "log/jobs", "coverage"),
        )):
            page = opened(browser, width, with_script)
            name, value = cookie.split("=", 1)
            page.context.add_cookies([{"name": name, "value": value, "url": BASE}])
            for path in pages:
                page.goto(f"{BASE}/{path}")
                assert "sign-in" not in page.url, page.url
                look(page, "sites-" + path.split("=")[0].replace("?", "-").replace("/", "-"))
            if "sites/consortium" in pages and width == 1280:
                page.goto(f"{BASE}/sites/consortium")
                page.get_by_role("button", name="Let them").click()
                assert page.locator("#because").get_attribute("aria-invalid") == "true"
                look(page, "sites-consortium-faults")
    browser.close()
print("looked at", ", ".join(person.looked))
