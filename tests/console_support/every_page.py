"""Every page of the console, and every page that people see at the proxy, in Chromium.

Its own argument: a file that says who has which session, which places there are, and who may open which (`tests/clients/console_every_page.rs`).
First every page is found, by following links as each person; then each kind of page is looked at in up to four ways. axe works where there
is script, which the pages themselves have none of. Prints one JSON object; what is wrong ends it with a text and code 1.
"""
import html
import json
import os
import re
import time
import urllib.error
import urllib.request
from urllib.parse import parse_qsl, urljoin, urlsplit

from person import AXE_SCRIPT, BASE, MORE, PICTURES, launched
from playwright.sync_api import Error, sync_playwright

TOLD = json.load(open(MORE[0], encoding="utf-8"))
# Width, scheme, language, script: the first two have each of them once, all four each pair of width and scheme.
WAYS = [(1280, "light", "en-GB", True), (390, "dark", "cy", True), (390, "light", "en-GB", False), (1280, "dark", "cy", False)]
MOST_BYTES = 100_000
# So many pages of a place that differ in which questions stand behind its path.
KINDS_OF_A_PLACE = 3
AXE = "axe.run(document, %s).then(r => JSON.stringify(r.violations.filter(v => ['serious', 'critical'].includes(v.impact))" \
      ".map(v => v.id + ': ' + v.nodes[0].html.slice(0, 160))))"
WIDE = "JSON.stringify([document.documentElement.scrollWidth, document.querySelectorAll('h1').length, document.documentElement.lang," \
       "[...document.querySelectorAll('.fold')].filter(e => e.scrollWidth > e.clientWidth).map(e => e.ariaLabel)," \
       "!!document.querySelector('meta[http-equiv=refresh i]')])"
faults, figures = [], []


def kind(url):
    parts = urlsplit(url)
    return parts.path, tuple(sorted({key for key, _ in parse_qsl(parts.query, keep_blank_values=True)}))


def links_of(url, text):
    """Where a page leads on its own host."""
    found = [urljoin(url, html.unescape(link)) for link in re.findall(r'<a [^>]*href="([^"]*)"', text)]
    return [link.split("#")[0] for link in found if urlsplit(link).netloc == urlsplit(url).netloc]


class Person:
    """Somebody with a session, in a browser of their own: one context for script and one without."""

    def __init__(self, browser, name, base, cookie=None, proxy=None, client=None):
        self.name, self.base, self.pages, self.contexts = name, base, {}, {}
        self.browser, self.cookie, self.proxy, self.client = browser, cookie, proxy, client

    def context(self, script):
        if script not in self.contexts:
            more = {"proxy": {"server": self.proxy, "bypass": "<-loopback>"}} if self.proxy else {}
            context = self.browser.new_context(java_script_enabled=script, **more)
            if self.cookie:
                name, value = self.cookie.split("=", 1)
                context.add_cookies([{"name": name, "value": value, "url": self.base}])
            self.contexts[script] = context
        return self.contexts[script]

    def links(self, url):
        """The status, the type and the links of a page that is only fetched."""
        headers = {"Accept": "text/html", "Sec-Fetch-Dest": "document"}
        if self.proxy:
            return self.links_at_proxy(url, {**headers, "X-Forwarded-For": self.client})
        answer = self.context(True).request.get(url, max_redirects=0, headers=headers)
        text = answer.text() if "html" in answer.headers.get("content-type", "") else ""
        return answer.status, answer.headers, links_of(url, text)

    def links_at_proxy(self, url, headers):
        """The same by way of the proxy, which Playwright's own requests ask for a tunnel."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": self.proxy}))
        try:
            answer = opener.open(urllib.request.Request(url, headers=headers), timeout=20)
        except urllib.error.HTTPError as refused:
            answer = refused
        told = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status, told, links_of(url, answer.read().decode("utf-8", "replace"))

    def look(self, url, way, allowed=(200,)):
        """Opens a page in one of the ways and writes down what is wrong with it."""
        width, scheme, language, script = way
        if script not in self.pages:
            page = self.context(script).new_page()
            cdp = self.context(script).new_cdp_session(page)
            cdp.send("Network.enable")
            cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
            seen = {"bytes": 0, "hosts": set(), "said": []}
            cdp.on("Network.loadingFinished", lambda event: seen.__setitem__("bytes", seen["bytes"] + int(event["encodedDataLength"])))
            page.on("request", lambda request: seen["hosts"].add(urlsplit(request.url).netloc))
            page.on("console", lambda message: seen["said"].append(f"{message.type}: {message.text[:200]} {message.location.get('url', '')}"))
            page.on("pageerror", lambda error: seen["said"].append(f"error: {error}"))
            page.on("dialog", lambda dialog: (seen["said"].append("a script of somebody else ran"), dialog.dismiss()))
            self.pages[script] = page, cdp, seen
        page, cdp, seen = self.pages[script]
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        headers = {"Accept-Language": language}
        if self.client:
            headers["X-Forwarded-For"] = self.client
        page.set_extra_http_headers(headers)
        seen.update(bytes=0, hosts=set(), said=[])
        what = f"{self.name} {urlsplit(url).path}?{urlsplit(url).query} at {way}"
        began = time.monotonic()
        try:
            answer = page.goto(url, wait_until="load")
        except Error as error:
            faults.append(f"{what}: {error}")
            return
        took = time.monotonic() - began
        if answer.status not in allowed:
            faults.append(f"{what}: {answer.status}")
            return
        wide, headings, lang, over, refreshes = json.loads(evaluate(cdp, WIDE))
        if wide > width:
            faults.append(f"{what}: {wide} wide")
        if over:
            faults.append(f"{what}: scrolls sideways: {over}")
        if headings != 1:
            faults.append(f"{what}: {headings} headings")
        if self.base == BASE and lang != language and not urlsplit(url).path in TOLD["open"]:
            faults.append(f"{what}: is in {lang}")
        if AXE_SCRIPT and script:
            evaluate(cdp, AXE_SCRIPT + ";true")
            # A page that comes by itself was asked for, stops after five minutes, and has a link that stops it (WCAG 2.2.1).
            rules = {"resultTypes": ["violations"], "rules": {"meta-refresh": {"enabled": not refreshes}, "meta-refresh-no-exceptions": {"enabled": False}}}
            found = json.loads(evaluate(cdp, AXE % json.dumps(rules)))
            faults.extend(f"{what}: {one}" for one in found)
        # That the page itself is a refusal is no fault of it.
        said = [line for line in seen["said"] if not line.startswith("verbose") and not ("Failed to load resource" in line and line.endswith(url))]
        faults.extend(f"{what}: the browser says: {line}" for line in said)
        others = seen["hosts"] - {urlsplit(url).netloc}
        if others:
            faults.append(f"{what}: asks {others}")
        if seen["bytes"] > MOST_BYTES or not seen["bytes"]:
            faults.append(f"{what}: {seen['bytes']} bytes")
        figures.append((seen["bytes"], round(took * 1000), what))
        if os.environ.get("LIFEGUARD_PICTURES"):
            name = re.sub(r"[^a-z0-9]+", "-", urlsplit(url).netloc.split(":")[0] + urlsplit(url).path + "-" + "-".join(kind(url)[1]))
            page.screenshot(path=f"{PICTURES}/every-{name.strip('-')}-{width}-{scheme}-{language}.png", full_page=True)


def evaluate(cdp, script):
    """Asked past the page's own rules, which forbid every script: those rules stay on, so that what breaks them is seen."""
    result = cdp.send("Runtime.evaluate", {"expression": script, "awaitPromise": True, "returnByValue": True})
    assert "exceptionDetails" not in result, result["exceptionDetails"]
    return result["result"].get("value")


def find(person, first, may, most=KINDS_OF_A_PLACE):
    """Every kind of page that this person comes to, with its address, and what is a file."""
    waiting, known, files, refused = list(first), {}, {}, {}
    tried = set()
    while waiting:
        url = waiting.pop(0)
        path, keys = kind(url)
        if (path, keys) in tried or (may is not None and path not in may) or sum(1 for other in known if other[0] == path) >= most:
            continue
        status, headers, links = person.links(url)
        if status == 200 and "content-disposition" in headers:
            files[path] = url
        elif "html" in headers.get("content-type", "") and (status == 200 or (person.proxy and status in (403, 451, 502, 503))):
            known[(path, keys)] = url
        else:
            refused[path] = status
            continue
        tried.add((path, keys))
        waiting.extend(links)
    return known, files, refused


def console(browser):
    """Who comes to which kind of page; then each is looked at in every way, by as many of them as there are."""
    comers, files = {}, set()
    everybody = TOLD["people"]
    for one in everybody:
        person = Person(browser, one["role"], BASE, one["cookie"])
        # What nothing leads to, first: a question's rows are the fullest page of their place.
        first = [BASE + path for path in one["more"]] + [BASE + path for path in one["may"]]
        known, taken, _ = find(person, first, set(one["may"]))
        files.update(taken)
        for this, url in known.items():
            comers.setdefault(this, []).append((person, url))
    nobody = Person(browser, "nobody", BASE)
    for path in TOLD["open"]:
        comers.setdefault((path, ()), []).append((nobody, BASE + path))
    comers[("/sign-in", ())] = [(nobody, BASE + "/sign-in")]
    comers[("/enrol", ())] = [(Person(browser, "newcomer", BASE, TOLD["newcomer"]), BASE + "/enrol")]
    comers[("/setup", ())] = [(Person(browser, "first", TOLD["fresh"]), TOLD["fresh"] + "/setup")]
    # One site has nothing to compare: that page is looked at beside those of several (sites.py). What a long question made is no page.
    missing = set(TOLD["places"]) - {path for path, _ in comers} - files - {"/log/sites", "/log/jobs/file"}
    assert not missing, f"nobody came to {sorted(missing)}: the scene has nothing for them"
    whole = set()
    for (path, _), those in sorted(comers.items(), key=lambda item: (item[0][0], -len(item[0][1]))):
        # The kind of a place that most come to in every way, and by each role once; its other kinds in two.
        ways = 2 if path in whole else max(len(those), 4)
        whole.add(path)
        for turn in range(ways):
            person, url = those[turn % len(those)]
            person.look(url, WAYS[turn % 4])
    return len(comers), sorted(files)


def proxy(browser):
    """What people see at the proxy, each from the address of their group; at the proxy's own name also what pages there lead to."""
    people, looked = {}, set()
    for url, client, *other in TOLD["seen"]:
        person = people.setdefault(client, Person(browser, client, "", proxy=(other or [TOLD["proxy"]])[0], client=client))
        own = urlsplit(url).netloc == "lifeguard.internal"
        known, _, refused = find(person, [url], None, 1) if own else ({kind(url): url}, {}, {})
        assert known, (url, refused)
        for address in known.values():
            this = (client, urlsplit(address).netloc, urlsplit(address).path)
            if this not in looked:
                looked.add(this)
                # Each of them is one document without script; a third way for those of the filter itself.
                for way in WAYS[:2 if own else 3]:
                    person.look(address, way, (200, 403, 451, 502, 503))
    return len(looked)


def main():
    began = time.monotonic()
    with sync_playwright() as play:
        browser = launched(play)
        kinds, files = console(browser)
        at_proxy = proxy(browser)
        browser.close()
    figures.sort(reverse=True)
    assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)
    print(json.dumps({
        "kinds of pages": kinds, "files": files, "pages at the proxy": at_proxy, "looks": len(figures), "axe": bool(AXE_SCRIPT),
        "most bytes": figures[:3], "slowest": sorted(figures, key=lambda one: -one[1])[:3], "seconds": round(time.monotonic() - began),
    }, indent=1))


main()
