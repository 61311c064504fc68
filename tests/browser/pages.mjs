// Looks at every page of Lifeguard in a real browser, under the header fields that it is really sent with.
//
//   npm install --prefix tests/browser && node tests/browser/pages.mjs
//
// CHROMIUM   path of the browser (default: chromium, chromium-browser or google-chrome on the PATH)
// SHOTS      folder for pictures (default: none are kept)
// ALL        if set, the page of every reason is looked at, and not one of each kind
//
// Checked for each page, in light and dark, at 1280, 390 and 320 CSS pixels (the last is 400 % zoom of 1280, WCAG 1.4.10):
// no finding of axe-core that is serious or critical, no sideways scrolling, no message of the content security policy,
// a visible focus on everything that can be reached with the keyboard, no motion where it is not wanted.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = path.dirname(fileURLToPath(import.meta.url));
const axe = fs.readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "lifeguard-pages-"));
const shots = process.env.SHOTS;
// One of each kind; ALL=1 looks at the page of every reason.
const KINDS = ["own-page", "warned", "warned-framed", "statutory", "category", "blocked-local", "outside-hours", "name-not-found", "log-unavailable",
  "loud", "long", "framed", "bare", "console", "console-loud", "console-coverage", "agreement", "agreement-read", "agreement-none", "notice", "category-clause", "warned-clause", "why", "why-empty", "code", "code-wrong", "code-good", "category-code", "coverage", "authority", "authority-none",
  "sign-in-page", "sign-in", "sign-in-fault", "sign-in-closed", "signed-in",
  "device-windows", "device-linux", "device-administrators", "device-trusted"];
const faults = [];
const fault = (...words) => faults.push(words.join(" "));

function browserPath() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  for (const name of ["chromium", "chromium-browser", "google-chrome"]) {
    for (const place of (process.env.PATH ?? "").split(path.delimiter)) {
      const file = path.join(place, name);
      if (fs.existsSync(file)) return file;
    }
  }
  throw new Error("no browser found; set CHROMIUM");
}

function render() {
  execFileSync("cargo", ["test", "--quiet", "--test", "pages_files"], {
    cwd: path.join(here, "..", ".."),
    env: { ...process.env, LIFEGUARD_PAGES_FOLDER: folder },
    stdio: ["ignore", "ignore", "inherit"],
  });
  return JSON.parse(fs.readFileSync(path.join(folder, "index.json"), "utf8"));
}

// A page of somebody else that loads blocked parts: each must fail in the way that its kind can notice.
const parts = `<!doctype html><html lang="en"><title>Parts</title><img id="i" src="/blocked.png" alt=""><iframe id="f" src="/warned-framed" title="Part"></iframe><script>
window.told = {};
const script = document.createElement("script"); script.src = "/blocked.js"; script.onerror = () => { told.script = "error"; }; document.head.append(script);
const style = document.createElement("link"); style.rel = "stylesheet"; style.href = "/blocked.css"; style.onerror = () => { told.style = "error"; }; document.head.append(style);
fetch("/blocked.json").then(async (a) => { told.json = [a.status, (await a.json()).reason]; });
fetch("http://localhost:" + location.port + "/elsewhere.json").then(async (a) => { told.elsewhere = [a.status, await a.json()]; });
fetch("http://localhost:" + location.port + "/blocked.json").catch(() => { told.hidden = true; });
</script></html>`;

function serve(index) {
  const known = new Map(index.map((page) => ["/" + page.name, page]));
  const server = http.createServer((request, answer) => {
    const page = known.get(request.url);
    if (request.url === "/parts") answer.writeHead(200, { "content-type": "text/html" }).end(parts);
    else if (page) answer.writeHead(page.status, page.fields).end(fs.readFileSync(path.join(folder, page.name)));
    else answer.writeHead(404).end();
  });
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

// Under the policy that the page is sent with: what it looks like, and what the policy has to complain about.
async function look(browser, base, page) {
  for (const scheme of ["light", "dark"]) {
    const context = await browser.newContext({ colorScheme: scheme, reducedMotion: "reduce" });
    const tab = await context.newPage();
    tab.on("console", (message) => {
      const expected = /Failed to load resource: the server responded with a status of/.test(message.text());
      if (!expected) fault(page.name, scheme, "console:", message.text());
    });
    for (const width of [1280, 390, 320]) {
      const where = `${page.name} ${scheme} ${width}`;
      await tab.setViewportSize({ width, height: 844 });
      if (width === 1280) await tab.goto(base + "/" + page.name);
      if (shots && width !== 320) await tab.screenshot({ path: path.join(shots, `${page.name}-${scheme}-${width}.png`), fullPage: true });
      const sideways = await tab.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (sideways > 0) fault(where, "scrolls sideways by", sideways);
      const moving = await tab.evaluate(() => document.getAnimations().length);
      if (moving > 0) fault(where, "moves although motion is not wanted");
    }
    await context.close();
    await judge(browser, base, page, scheme);
  }
}

// axe needs to be put into the page, which its policy rightly forbids: only this context sets the policy aside.
async function judge(browser, base, page, scheme) {
  const context = await browser.newContext({ colorScheme: scheme, bypassCSP: true, reducedMotion: "reduce" });
  const tab = await context.newPage();
  await tab.goto(base + "/" + page.name);
  await tab.evaluate(axe);
  // What is folded is looked at as well.
  await tab.evaluate(() => document.querySelectorAll("details").forEach((folded) => (folded.open = true)));
  for (const width of [1280, 320]) {
    const where = `${page.name} ${scheme} ${width}`;
    await tab.setViewportSize({ width, height: 844 });
    const found = await tab.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
    for (const finding of found.violations) {
      if (["serious", "critical"].includes(finding.impact)) fault(where, "axe", finding.impact, finding.id, finding.nodes[0]?.html);
      else console.log("note:", where, "axe", finding.impact, finding.id, finding.nodes[0]?.html);
    }
  }
  const stops = await tab.evaluate(() => document.querySelectorAll("a[href],button,summary,input:not([type=hidden]),[tabindex='0']").length);
  for (let stop = 0; stop < stops; stop++) {
    await tab.keyboard.press("Tab");
    const seen = await tab.evaluate(() => getComputedStyle(document.activeElement).outlineStyle !== "none");
    if (!seen) fault(page.name, scheme, "focus cannot be seen on stop", stop);
  }
  await context.close();
}

async function checkParts(browser, base) {
  const tab = await (await browser.newContext()).newPage();
  await tab.goto(base + "/parts", { waitUntil: "networkidle" });
  const told = await tab.evaluate(() => ({
    ...window.told,
    image: document.getElementById("i").naturalWidth,
    frame: document.getElementById("f").contentDocument?.querySelector("h1")?.textContent,
  }));
  const expect = { frame: "Stop and think", script: "error", style: "error", json: [403, "category"], hidden: true, image: 1 };
  for (const [key, value] of Object.entries(expect)) {
    if (JSON.stringify(told[key]) !== JSON.stringify(value)) fault("parts", key, JSON.stringify(told[key]));
  }
  if (told.elsewhere?.[0] !== 403 || Object.keys(told.elsewhere[1]).join() !== "blocked,reason,reference") {
    fault("parts elsewhere", JSON.stringify(told.elsewhere));
  }
}

const index = render();
const server = await serve(index);
const base = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({ executablePath: browserPath(), args: ["--no-sandbox"] });
try {
  if (shots) fs.mkdirSync(shots, { recursive: true });
  const html = index.filter((page) => (page.fields["content-type"] ?? "").startsWith("text/html"));
  const pages = process.env.ALL ? html : html.filter((page) => KINDS.includes(page.name));
  for (const page of pages) await look(browser, base, page);
  await checkParts(browser, base);
  console.log(`${pages.length} pages looked at, ${faults.length} faults`);
} finally {
  await browser.close();
  server.close();
  fs.rmSync(folder, { recursive: true, force: true });
}
for (const words of faults) console.error("FAULT:", words);
process.exit(faults.length === 0 ? 0 : 1);
