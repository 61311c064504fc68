"""The editor of policy as a technician uses it on a Monday: several changes of a group in one draft, addresses from a mail, a new group, and the
question in which group somebody is; at four kinds of browser. Prints one JSON object; what is wrong ends it with a text and code 1.
"""
import json

from person import AXE_SCRIPT, BASE, enrol, it_account, launched, look, looked, menu, opened, set_up, sign_in
from playwright.sync_api import sync_playwright


def published(page):
    page.get_by_role("button", name="Put it in force now").click()
    assert "In force" in page.locator("main").inner_text(), page.locator("main").inner_text()


def several(page):
    """Two categories, YouTube and a share of the day, in one draft."""
    menu(page, "Policy")
    page.get_by_role("link", name="Children", exact=True).first.click()
    page.get_by_role("link", name="Change everything for Children").click()
    look(page, "editor")
    page.locator("summary").filter(has_text="Everyday subjects").click()
    page.locator("summary").filter(has_text="What pages show").click()
    look(page, "editor-open")
    if not page.locator("#category-games").is_visible():
        fold = page.locator("details").filter(has=page.locator("#category-games"))
        fold.locator("summary").click()
    page.locator("#category-games").select_option("block")
    page.locator("main summary").filter(has_text="Searching, YouTube").click()
    page.locator("#youtube").select_option("moderate")
    page.locator("summary").filter(has_text="Times and shares").click()
    page.locator("#quota").fill("video = soon")
    page.locator("#because").fill("Too loud in lessons")
    page.get_by_role("button", name="See what it would do").click()
    assert page.get_by_role("alert").is_visible() and page.locator("#quota-fault").is_visible(), "the fault stands beside its field"
    assert page.locator("#category-games").input_value() == "block", "what was chosen is still there"
    look(page, "editor-fault")
    page.locator("#quota").fill("games = 30m")
    page.get_by_role("button", name="See what it would do").click()
    text = page.locator("main").inner_text()
    assert "It would have blocked 5 requests by 1 person." in text and "What changes" in text, text
    look(page, "editor-draft")
    published(page)


def addresses(page):
    menu(page, "Opened and closed addresses")
    look(page, "addresses")
    page.get_by_role("link", name="Open or close addresses").click()
    page.locator("#addresses").fill("quiet.example.test\nnot an address\nclosed.example.test\nhttps://www.example.test/games/")
    page.get_by_role("radio", name="Blocked").check()
    page.locator("#because").fill("From the mail of the head teacher")
    page.get_by_role("button", name="Check every line").click()
    text = page.locator("main").inner_text()
    assert "are no address" in text, text
    look(page, "addresses-lines")
    page.get_by_role("button", name="See what it would do").click()
    look(page, "addresses-draft")
    published(page)
    page.goto(BASE + "/policy/addresses")
    page.get_by_role("link", name="quiet.example.test").click()
    look(page, "addresses-out")


def groups(page, number):
    menu(page, "Who is in which group")
    look(page, "groups")
    page.get_by_role("link", name="Add a group").click()
    page.locator("#title").fill(f"Year {number}")
    page.locator("#name").fill(f"year-{number}")
    page.locator("#networks").fill(f"10.7.{number}.0/24")
    page.locator("#because").fill("A new class")
    look(page, "group-new")
    page.get_by_role("button", name="See what it would do").click()
    text = page.locator("main").inner_text()
    assert f"10.7.{number}.0/24" in text and f"Year {number}" in text, text
    look(page, "group-draft")
    published(page)
    page.goto(BASE + "/policy/groups/who")
    page.locator("#who").fill(f"10.7.{number}.9")
    page.locator("#because").fill("A call from that room")
    page.get_by_role("button", name="In which group?").click()
    text = page.locator("main").inner_text()
    assert f"Year {number}" in text and "narrowest range" in text, text
    look(page, "who")
    page.goto(BASE + f"/policy/groups/change?group=year-{number}")
    look(page, "group-change")
    page.get_by_role("link", name="Take this group away").click()
    look(page, "group-drop")
    page.locator("#because").fill("The class is over")
    page.get_by_role("button", name="See what it would do").click()
    published(page)


def back(page):
    """The first text, so that the next browser begins where this one did."""
    page.goto(BASE + "/policy/version?version=1")
    page.get_by_label("Why").fill("It was agreed otherwise")
    page.get_by_role("button", name="See what it would do").click()
    published(page)


def main():
    with sync_playwright() as play:
        browser = launched(play)
        admin = opened(browser, 1280, True)
        set_up(admin)
        key = enrol(opened(browser, 1280, True), it_account(admin))
        for number, (width, with_script) in enumerate([(1280, True), (390, True), (1280, False), (390, False)]):
            page = opened(browser, width, with_script)
            sign_in(page, key, "ivy")
            several(page)
            addresses(page)
            groups(page, number + 7)
            back(page)
        browser.close()
    print(json.dumps({"looked": looked, "axe": bool(AXE_SCRIPT)}))


main()
