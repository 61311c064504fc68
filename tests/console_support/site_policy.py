"""The policy of one site, as its own IT staff and somebody of all sites see it, at the width of a desk and of a phone, and one draft by hand."""
from playwright.sync_api import sync_playwright

import person
from person import BASE, MORE, launched, look, opened

PAGES = (
    ("policy", "policy?group=leeds/children", "policy/addresses", "policy/addresses/new", "policy/groups", "policy/groups/new",
     "policy/edit?group=leeds/children", "policy/change?group=leeds/children&category=radio", "policy/versions", "policy/draft?draft=1"),
    ("policy", "policy?site=leeds", "policy/addresses", "policy/addresses?site=leeds", "policy/versions", "policy/version?version=1"),
    ("policy", "policy/addresses"),
)

with sync_playwright() as play:
    browser = launched(play)
    for width, with_script in ((1280, True), (390, True), (390, False)):
        for number, (cookie, pages) in enumerate(zip(MORE, PAGES)):
            page = opened(browser, width, with_script)
            name, value = cookie.split("=", 1)
            page.context.add_cookies([{"name": name, "value": value, "url": BASE}])
            for path in pages:
                page.goto(f"{BASE}/{path}")
                assert "sign-in" not in page.url, page.url
                assert page.locator("h1").count() == 1, path
                look(page, f"site-policy-{number}-" + path.split("?")[0].replace("/", "-"))
            if number == 0:
                page.goto(f"{BASE}/policy/addresses/new")
                page.get_by_label("Addresses").fill(f"by-hand-{width}-{with_script}.test")
                page.get_by_role("radio", name="Blocked").check()
                page.get_by_label("Why").fill("Too loud in lessons")
                page.get_by_role("button", name="Check every line").click()
                page.get_by_role("button", name="See what it would do").click()
                page.wait_for_url("**/policy/draft?draft=*")
                page.get_by_role("button", name="Put it in force now").click()
                assert "In force" in page.locator("main").inner_text()
                look(page, "site-policy-published")
    browser.close()
print("looked at", ", ".join(person.looked))
