// Every page in every view: accessible, light, and nothing kept or asked for behind the reader's back.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { axeViolations } from "./axe.mjs";
import { show, VIEWS, visit } from "./browser.mjs";
import { overBudget } from "./budget.mjs";

// These stand outside of the chapters, so the navigation has no current page there.
const NOT_CHAPTERS = new Set(["404.html", "a-z.html", "print.html"]);
// The whole book weighs what it weighs; readers ask for it by name.
const WHOLE = "print.html";

export default function pages(site, browser) {
  describe("every page in every view", { concurrency: 3 }, () => {
    for (const name of site.pages) {
      test(name, (page) => inEveryView(page, site, browser, name));
    }
  });

  test("dark is dark, and paper is white", async () => {
    const url = site.url("index.html");
    const visitor = await visit(browser, url);
    assert.ok((await brightness(visitor.page)) > 200);
    await show(visitor, url, VIEWS.dark);
    assert.ok((await brightness(visitor.page)) < 60);
    await show(visitor, url, VIEWS.print);
    assert.ok((await brightness(visitor.page)) > 200);
    await visitor.close();
  });
}

async function inEveryView(page, site, browser, name) {
  const url = site.url(name);
  const visitor = await visit(browser, url);
  const plain = await visit(browser, url, VIEWS.light, { javaScript: false });

  await page.test("light", async () => none(await complaints(visitor, VIEWS.light)));
  await page.test("without JavaScript", async () => none(await complaints(plain, VIEWS.light)));
  await page.test("budget", { skip: name === WHOLE }, async () => {
    await visitor.page.waitForLoadState("networkidle");
    none(overBudget(site, visitor.requests));
  });
  await page.test("current page", async () => {
    const marked = await visitor.page.evaluate(markedInNavigation);
    assert.deepEqual(marked, NOT_CHAPTERS.has(name) ? [] : [new URL(url).pathname]);
  });
  await page.test("same text with and without JavaScript", async () => {
    const text = await visitor.page.evaluate(mainText);
    assert.ok(text.length > 50, "there is little or no text in main");
    assert.equal(await plain.page.evaluate(mainText), text);
  });
  await plain.close();
  for (const view of ["dark", "390 px", "320 px", "print"]) {
    await page.test(view, async () => {
      await show(visitor, url, VIEWS[view]);
      none(await complaints(visitor, VIEWS[view]));
    });
  }
  await visitor.close();
}

// All complaints at once, so that one run tells everything.
async function complaints(visitor, view) {
  const { page, context, javaScript, trouble } = visitor;
  return [
    ...(await axeViolations(visitor)),
    ...(await page.evaluate(headings)),
    ...(view.media === "print" ? [] : await page.evaluate(sidewaysScrolling)),
    ...(await context.cookies()).map(({ name }) => `cookie: ${name}`),
    ...(javaScript ? await page.evaluate(kept) : []),
    ...trouble,
  ];
}

function none(found) {
  assert.ok(found.length === 0, `\n${found.join("\n")}`);
}

async function brightness(page) {
  const colour = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  return Math.max(...colour.match(/\d+/g).slice(0, 3).map(Number));
}

// The functions below run in the page.

function markedInNavigation() {
  return [...document.querySelectorAll("#tb-nav [aria-current=page]")].map((link) => link.pathname);
}

function mainText() {
  const main = document.querySelector("main");
  // A script may add a button, to copy code for example; what the page says stays the same.
  for (const button of main.querySelectorAll("th > button")) button.replaceWith(...button.childNodes);
  for (const button of main.querySelectorAll("button")) button.remove();
  return main.innerText.trim();
}

function headings() {
  const h1 = document.querySelectorAll("h1").length;
  return h1 === 1 ? [] : [`${h1} h1 headings, not one`];
}

function sidewaysScrolling() {
  const { scrollWidth } = document.scrollingElement;
  if (scrollWidth <= innerWidth) return [];
  const wide = [...document.querySelectorAll("body *")].filter(
    (element) => element.getBoundingClientRect().right > innerWidth + 1,
  );
  const who = wide.slice(0, 3).map((element) => element.outerHTML.slice(0, 80));
  return [`the page is ${scrollWidth} px wide in ${innerWidth} px: ${who.join(" | ")}`];
}

async function kept() {
  const databases = await indexedDB.databases();
  const workers = await navigator.serviceWorker.getRegistrations();
  return [
    ...Object.keys(localStorage).map((key) => `localStorage: ${key}`),
    ...Object.keys(sessionStorage).map((key) => `sessionStorage: ${key}`),
    ...databases.map(({ name }) => `indexedDB: ${name}`),
    ...(await caches.keys()).map((name) => `cache: ${name}`),
    ...workers.map(({ scope }) => `service worker: ${scope}`),
  ];
}
