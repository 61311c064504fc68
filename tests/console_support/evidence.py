"""Drives disclosures and reviews as people would, in Chromium: a case from the notice to the file, with two persons, and a review.

Prints one JSON object; what is wrong ends it with a text and code 1.
"""
import json

from person import AXE_SCRIPT, BASE, PASSWORD, PICTURES, code, launched, look, looked, opened, set_up
from playwright.sync_api import sync_playwright


def newcomer(admin, page, name, role):
    """Somebody to whom the administrator gives access, signed in."""
    admin.goto(BASE + "/people/new")
    admin.locator("#shown").fill(name.title())
    admin.locator("#name").fill(name)
    admin.locator("#role").select_option(role)
    admin.locator("#vetted").fill("2099-01-01")
    admin.locator("button.go").click()
    secret = admin.locator("dt:has-text('Password') + dd code").inner_text()
    page.goto(BASE + "/sign-in")
    page.get_by_label("Name to sign in with").fill(name)
    page.get_by_label("Password").fill(secret)
    page.keyboard.press("Enter")
    page.wait_for_url("**/enrol")
    own = page.locator("dd code")
    if own.count():
        page.locator("#code").fill(code(own.inner_text()))
    for field in ["fresh", "again"]:
        page.locator(f"#{field}").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    return page


def fill(page, fields):
    for field, value in fields.items():
        page.locator(f"#{field}").fill(value)


def open_case(page, name):
    page.goto(BASE + "/disclosures")
    look(page, f"disclosures-{name}")
    page.get_by_role("link", name="Open a case").click()
    look(page, f"disclosure-new-{name}")
    page.locator("#law").select_option("ipa")
    page.get_by_role("button", name="Open the case").click()
    assert page.get_by_role("alert").is_visible()
    look(page, f"disclosure-faults-{name}")
    fill(page, {
        "asker_body": "Riverside Police", "asker_name": "Ann Lee", "asker_rank": "Detective Constable",
        "asker_contact": "020 7946 0000, ann.lee@riverside.police.test", "reference": "COMM/2026/17", "authority": "OCDA",
        "authority_rank": "Authorising officer", "dated": "2026-01-02", "due": "2099-01-01",
        "about": "Visits of one person to one site on one day, and no more.", "why": "An offence of grooming is investigated.",
        "wording": "You are required to give the requests made from 127.0.0.1 for example.com.\nNothing else is required.",
        "kept": "the safe in the office, folder 3",
    })
    page.get_by_role("button", name="Open the case").click()
    page.wait_for_url("**/disclosures/case*")
    look(page, f"disclosure-opened-{name}")


def put_in(page, name):
    """The notice, as it came: a page of the web is refused, a PDF is kept and given back."""
    fault, notice = f"{PICTURES}/not-a-notice.pdf", f"{PICTURES}/Notice COMM-2026-17.pdf"
    for path, content in [(fault, b"<html><script>alert(1)</script></html>"), (notice, b"%PDF-1.7\n% for " + name.encode() + b"\n%%EOF\n")]:
        with open(path, "wb") as out:
            out.write(content)
    page.locator("#paper").set_input_files(fault)
    page.get_by_role("button", name="Put it in").click()
    assert page.get_by_role("alert").is_visible()
    look(page, f"disclosure-paper-fault-{name}")
    page.locator("#paper").set_input_files(notice)
    page.get_by_role("button", name="Put it in").click()
    page.wait_for_url("**/disclosures/case*")
    look(page, f"disclosure-paper-{name}")
    assert "Notice COMM-2026-17.pdf" in page.locator("main").inner_text()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Notice 1").click()
    with open(taken.value.path(), "rb") as read, open(notice, "rb") as meant:
        assert read.read() == meant.read()
    assert taken.value.suggested_filename.endswith("-notice-1.pdf"), taken.value.suggested_filename


def work(page, name, whom):
    fill(page, {"call_number": "101", "call_found": "printed telephone book", "call_spoke": "control room, Sgt Hill, 1234"})
    page.locator("#call_at").fill("2026-01-03T10:00")
    page.get_by_label("They confirm it").check()
    page.get_by_role("button", name="Record the call").click()
    fill(page, {"addresses": "127.0.0.1", "host": "example.com"})
    page.locator("#from").fill("2026-01-02T00:00")
    page.locator("#to").fill("2026-01-03T00:00")
    page.get_by_role("button", name="Look and hold").click()
    look(page, f"disclosure-scope-{name}")
    page.locator("#asked_of").select_option(whom)
    page.get_by_role("button", name="Ask for the release").click()
    look(page, f"disclosure-asked-{name}")
    return page.url


def decide(page, name):
    page.goto(BASE + "/disclosures")
    page.locator("tbody a").first.click()
    look(page, f"disclosure-decide-{name}")
    page.get_by_label("Release it").check()
    page.locator("#decision_words").fill("Read the notice. The scope is what it asks for.")
    page.get_by_role("button", name="Decide").click()
    look(page, f"disclosure-decided-{name}")


def refuse(page, name):
    """The scope finds nothing: the file cannot be made, which is said; the demand is refused and the case closed."""
    page.locator("#given").fill("DC Lee, in person, on an encrypted stick")
    page.get_by_role("button", name="Make the file and take it").click()
    assert page.get_by_role("alert").is_visible()
    look(page, f"disclosure-nothing-{name}")
    page.locator("#refuse_because").fill("There is no record of what is asked for.")
    page.get_by_role("button", name="Refuse the demand").click()
    page.locator("#outcome").fill("They were told in writing.")
    page.get_by_label("Let the hold go").check()
    page.get_by_role("button", name="Close it").click()
    assert "Closed" in page.locator("main").inner_text()
    look(page, f"disclosure-closed-{name}")


def review(page, name):
    page.goto(BASE + "/reviews")
    look(page, f"reviews-{name}")
    page.get_by_role("link", name="What administrators did").click()
    look(page, f"review-deeds-{name}")
    page.get_by_role("button", name="Sign it off").click()
    assert page.get_by_role("alert").is_visible()
    page.locator("#words").fill("Looked at each with the head.\nNothing is open.")
    page.get_by_role("button", name="Sign it off").click()
    page.wait_for_url("**/reviews")
    page.get_by_role("link", name="The filter as a whole").click()
    look(page, f"review-provision-{name}")
    page.goto(BASE + "/reviews")
    look(page, f"reviews-held-{name}")


with sync_playwright() as playwright:
    browser = launched(playwright)
    admin = opened(browser, 1280, True)
    set_up(admin)
    for width, with_script in [(1280, True), (390, True), (390, False)]:
        name = f"{width}" if with_script else f"{width}-plain"
        officer = newcomer(admin, opened(browser, width, with_script), f"dot{name}", "disclosure-officer")
        lead = newcomer(admin, opened(browser, width, with_script), f"sam{name}", "safeguarding-lead")
        open_case(officer, name)
        put_in(officer, name)
        case = work(officer, name, f"sam{name}")
        decide(lead, name)
        officer.goto(case)
        refuse(officer, name)
        review(lead, name)
        lead.goto(BASE + "/audit")
        text = lead.locator("main").inner_text()
        assert "a sealed case" in text and "Riverside" not in text, text
        look(lead, f"audit-sealed-{name}")
    governor = newcomer(admin, opened(browser, 1280, True), "gil", "governor")
    governor.goto(BASE + "/reviews")
    assert governor.locator("main form").count() == 0
    look(governor, "reviews-governor")
    print(json.dumps({"looked": len(looked), "axe": bool(AXE_SCRIPT)}))
    browser.close()
