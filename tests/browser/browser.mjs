// Chromium, the ways in which a reader may see a page, and a watch on what a page does meanwhile.
import { chromium } from "playwright-core";

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A page that asks for somebody else's file is reported, and does not get it.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

const WIDE = { width: 1280, height: 800 };

export const VIEWS = {
  light: { viewport: WIDE, colorScheme: "light", media: "screen" },
  dark: { viewport: WIDE, colorScheme: "dark", media: "screen" },
  "390 px": { viewport: { width: 390, height: 844 }, colorScheme: "light", media: "screen" },
  "320 px": { viewport: { width: 320, height: 640 }, colorScheme: "light", media: "screen" },
  // A sheet of A4 at 96 dots to the inch, from a reader who prefers dark.
  print: { viewport: { width: 794, height: 1123 }, colorScheme: "dark", media: "print" },
};

export function launch() {
  const executablePath = process.env.CHROMIUM || "/usr/bin/chromium";
  return chromium.launch({ executablePath, args: FLAGS });
}

// A new visitor, with no cookies and nothing stored, who opens `url`; see `show` for what comes back.
export async function visit(browser, url, view = VIEWS.light, { javaScript = true } = {}) {
  const context = await browser.newContext({ javaScriptEnabled: javaScript });
  const page = await context.newPage();
  // Without JavaScript this script does not run; the console tells of violations in any case.
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy broken: ${event.effectiveDirective} ${event.blockedURI}`);
    });
  });
  const visitor = { page, context, javaScript, requests: [], trouble: [], close: () => context.close() };
  watch(visitor, new URL(url).origin);
  await show(visitor, url, view);
  return visitor;
}

// Loads `url` anew. From then on `requests` holds what the page asks for, and `trouble` what it should not do.
export async function show(visitor, url, { viewport, colorScheme, media }) {
  visitor.requests.length = 0;
  visitor.trouble.length = 0;
  await visitor.page.setViewportSize(viewport);
  await visitor.page.emulateMedia({ colorScheme, media });
  visitor.response = await visitor.page.goto(url);
}

function watch({ page, requests, trouble }, origin) {
  page.on("console", (message) => trouble.push(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => trouble.push(`script error: ${error.message}`));
  page.on("requestfailed", (request) => {
    trouble.push(`failed request: ${request.url()} (${request.failure()?.errorText})`);
  });
  page.on("request", (request) => {
    requests.push(request.url());
    const target = new URL(request.url());
    if (target.protocol !== "data:" && target.origin !== origin) {
      trouble.push(`request to someone else: ${request.url()}`);
    }
  });
  page.on("response", (response) => {
    if (response.status() >= 400) trouble.push(`${response.status()}: ${response.url()}`);
  });
}
