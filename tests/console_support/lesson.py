"""Looks at a lesson as a safeguarding lead does: puts rooms and times down, and goes to a device and back. Its own argument: the cookie."""
from datetime import datetime
from zoneinfo import ZoneInfo

from person import AXE_SCRIPT, BASE, MORE, each_browser, look, looked
from playwright.sync_api import sync_playwright

(LEAD,) = MORE
MAP = """room,seat,device
IT 1,1,PC-01
IT 1,2,PC-02
IT 1,3,192.0.2.3
IT 1,4,PC-04
IT 1,5,PC-02
IT 2,1,10.0.0.0/8
IT 2,,192.0.2.8/29
"""

with sync_playwright() as play:
    for page, end in each_browser(play, LEAD):
        page.goto(BASE + "/lesson")
        look(page, "lesson-blank" + end)
        page.get_by_role("button", name="Show the lesson").click()
        assert page.get_by_role("alert").is_visible()
        look(page, "lesson-faults" + end)
        page.get_by_role("link", name="Rooms, seats and times of lessons").click()
        page.locator("#map").fill(MAP)
        page.locator("#because").fill("New computers in IT 1")
        page.get_by_role("button", name="Check every line").click()
        assert page.get_by_text("Not taken: the same stands in line 3.").is_visible()
        look(page, "rooms-answers" + end)
        page.get_by_role("button", name="Keep these").click()
        look(page, "rooms" + end)
        page.get_by_role("link", name="See and change the times of lessons").click()
        page.locator("#times").fill("All day,00:00,23:59\n1,09:00,09:50\n")
        page.locator("#because").fill("The new year")
        page.get_by_role("button", name="Check every line").click()
        page.get_by_role("button", name="Keep these").click()
        look(page, "lesson-times" + end)
        page.goto(BASE + "/lesson")
        page.locator("#room").select_option("IT 1")
        page.locator("#day").fill(datetime.now(ZoneInfo("Europe/London")).strftime("%Y-%m-%d"))
        page.locator("#lesson").select_option(label="All day (00:00\u201323:59)")
        page.locator("#because").fill("A parent asked about today")
        page.get_by_role("button", name="Show the lesson").click()
        look(page, "lesson-seen" + end)
        page.locator("summary", has_text="Seat 2").click()
        look(page, "lesson-open" + end)
        page.get_by_role("link", name="PC-02", exact=True).click()
        look(page, "lesson-device" + end)
        page.get_by_role("link", name="Back to the lesson").click()
        assert page.get_by_text("IT 1: ").first.is_visible()
print("looked at", len(looked), "pages", "with axe" if AXE_SCRIPT else "without axe")
