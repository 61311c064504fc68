"""The steps of the README from the first start to a browser that is filtered, in Chromium. Own argument: the proxy. Prints a line a step."""
import json
import time

from person import BASE, MORE, PASSWORD, SECRET, code, launched, look
from playwright.sync_api import sync_playwright

PROXY, BLOCKED, WAY, BUTTON, ON = MORE
took, began = [], time.monotonic()


def done():
    global began
    took.append(round(time.monotonic() - began, 1))
    began = time.monotonic()


def fresh(browser, **more):
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True, color_scheme="light", **more)
    context.lifeguard_script = True
    return context.new_page()


with sync_playwright() as play:
    browser = launched(play)
    page = fresh(browser)
    page.goto(BASE + WAY)
    done()
    for field, value in {
        "secret": SECRET, "shown": "Robin Hill", "name": "robin", "fresh": PASSWORD, "again": PASSWORD, "lead_name": "Sam Lead",
        "lead_reach": "020 7946 0000", "it_name": "Ivy Tech", "it_reach": "ivy@school.test",
    }.items():
        page.locator(f"#{field}").fill(value)
    page.get_by_label("youth-club").check()
    page.get_by_role("button", name=BUTTON).click()
    page.wait_for_url("**/enrol")
    done()
    page.locator("#code").fill(code(page.locator("dd code").inner_text()))
    page.get_by_role("button", name=ON).click()
    assert page.locator("ul.codes li").count() == 8
    done()
    page.get_by_role("link", name=ON).click()
    rows = page.locator("tbody tr").all_inner_texts()
    assert len(rows) == 2 and "Blocked" in rows[0] and "Open" in rows[1], rows
    done()
    filtered = fresh(browser, proxy={"server": f"http://{PROXY}"})
    answer = filtered.goto(BLOCKED)
    assert answer.status == 403 and "blocked.example.test" in filtered.locator("main").inner_text(), filtered.content()
    look(filtered, "first-five-block")
    done()
    browser.close()
print(json.dumps(took))
