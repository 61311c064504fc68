// Signs in on the page of Lifeguard with a real browser: led there, typed, and back at what was asked for.
//
//   node tests/browser/sign_in.mjs PROXY ADDRESS NAME PASSWORD
//
// CHROMIUM   path of the browser (default: chromium)
// PLAYWRIGHT path of the package (default: that of tests/browser)
// SHOTS      folder for pictures (default: none are kept)
//
// Prints one JSON object with what was seen on the way.
import path from "node:path";

const { chromium } = await import(process.env.PLAYWRIGHT ?? "playwright-core");
const [proxy, address, name, password] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--proxy-bypass-list=<-loopback>"],
  proxy: { server: proxy },
});
const told = {};
try {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, javaScriptEnabled: false });
  const tab = await context.newPage();
  const shot = async (what) => {
    if (!process.env.SHOTS) return;
    for (const width of [1280, 390]) {
      await tab.setViewportSize({ width, height: 844 });
      await tab.screenshot({ path: path.join(process.env.SHOTS, `${what}-${width}.png`), fullPage: true });
    }
  };
  await tab.goto(address);
  told.led = tab.url();
  told.heading = await tab.textContent("h1");
  await shot("sign-in");
  await tab.fill("#name", name);
  await tab.fill("#password", "a wrong password");
  await tab.press("#password", "Enter");
  await tab.waitForSelector("[role=alert]");
  told.wrong = await tab.textContent("[role=alert]");
  await shot("sign-in-wrong");
  await tab.getByLabel("Your name").fill(name);
  await tab.getByLabel("Your password").fill(password);
  await tab.getByRole("button", { name: "Sign in" }).click();
  await tab.waitForURL(address);
  told.back = tab.url();
  told.page = await tab.textContent("body");
  await tab.goto("http://lifeguard.internal/sign-in");
  told.there = await tab.textContent(".lead");
  await shot("signed-in");
  await tab.getByRole("button", { name: "Sign out" }).click();
  await tab.waitForSelector("#name");
  told.out = await tab.textContent("h1");
  await tab.getByRole("button", { name: "I agree and go on" }).click();
  await tab.getByRole("button", { name: "Sign out" }).waitFor();
  told.guest = await tab.textContent(".lead");
} finally {
  await browser.close();
}
console.log(JSON.stringify(told));
