// The search: what it finds, with the keyboard alone, and that nobody is told what was typed.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { axeViolations } from "./axe.mjs";
import { VIEWS, visit } from "./browser.mjs";
import { overBudget } from "./budget.mjs";

// What a reader of the reference book types, and where the first answer leads.
const FIRST = [
  ["soc2", "vendor-information.html#certification-soc2"],
  ["SOC 2", "vendor-information.html#certification-soc2"],
  ["soc-2", "vendor-information.html#certification-soc2"],
  ["cookies", "cookies.html"],
  ["us-west", "data-regions.html#region-us-west"],
  ["us-west-1", "data-regions.html#region-us-west"],
  ["frankfurt", "data-regions.html#region-eu-central"],
  ["phone", "vendor-information.html#fact-vendor-phone"],
  ["telephone", "vendor-information.html#fact-vendor-phone"],
  ["encryption", "security-measures.html#encryption"],
  ["encrpytion", "security-measures.html#encryption"],
  ["Éncryption", "security-measures.html#encryption"],
  ["ncryption", "security-measures.html#encryption"],
  ["audit log", "security-measures.html#audit-logs"],
  ["sso", "security-measures.html#single-sign-on"],
  ["neondb", "security-measures.html#subprocessor-neondb"],
  ["vulnerabil", "vulnerability-reporting.html"],
  ["sub-processor", "security-measures.html#organizations-behind-the-infrastructure"],
  ["aws marketplace", "procurement.html#procurement-aws-marketplace"],
  ["end_user", "data-fields.html#field-litellm.LiteLLM_EndUserTable"],
];

export default function search(site, browser) {
  const start = (view = "light", options) => visit(browser, site.url("index.html"), VIEWS[view], options);

  describe("search", { concurrency: 2 }, () => {
    test("leads to what is meant", async () => {
      const { page, trouble, close } = await start();
      await page.keyboard.press("Control+k");
      const wrong = [];
      for (const [query, wanted] of FIRST) {
        const { links } = await ask(page, query);
        if (links[0] !== wanted) wrong.push(`${query} leads to ${links[0]}, not ${wanted}`);
      }
      assert.equal(wrong.join("\n"), "");
      assert.deepEqual(trouble, []);
      await close();
    });

    test("says how much there is, and what to do where there is nothing", async () => {
      const { page, close } = await start();
      await page.keyboard.press("Control+k");
      assert.match((await ask(page, "cookies")).status, /^\d+ results/);
      assert.match((await ask(page, "phone")).status, /^1 result$/);
      assert.match((await ask(page, "phone zzzzzz")).status, /^No result has every word\. These come closest\.$/);
      for (const query of ["zzzzzz", "🔒", "constructor", "toString", "' onerror='x"]) {
        const { status, links } = await ask(page, query);
        assert.ok(!/^\d+ results/.test(status) || links.length > 0, `${query}: ${status}`);
      }
      assert.deepEqual(await ask(page, "zzzzzz"), { status: "No results for “zzzzzz”.", links: [] });
      assert.deepEqual(await ask(page, ""), { status: "", links: [] });
      await close();
    });

    test("shows markup as text, and marks what was typed", async () => {
      const { page, trouble, close } = await start();
      await page.keyboard.press("Control+k");
      await ask(page, "encryption");
      const first = page.locator("#tb-search li").first();
      assert.equal(await first.locator(".search-title mark").textContent(), "Encryption");
      const kinds = await page.locator("#tb-search ol *").evaluateAll((all) => [...new Set(all.map((it) => it.localName))]);
      assert.deepEqual(kinds.sort(), ["a", "li", "mark", "span"]);
      await ask(page, "<img src=x onerror=alert(1)>");
      assert.equal(await page.locator("#tb-search img").count(), 0);
      assert.deepEqual(trouble, []);
      await close();
    });

    test("is loaded at its first use, keeps to its budget and tells nobody what was typed", async () => {
      const visitor = await start();
      const { page, requests, context, trouble } = visitor;
      await page.waitForLoadState("networkidle");
      assert.deepEqual(overBudget(site, requests), []);
      assert.deepEqual(requests.filter((url) => url.includes("assets/search/")), []);
      const before = requests.length;
      await page.keyboard.press("Control+k");
      await ask(page, "encrpytion");
      await ask(page, "telephone");
      await page.waitForLoadState("networkidle");
      const asked = requests.slice(before).map((url) => new URL(url));
      assert.ok(asked.some(({ pathname }) => pathname.endsWith("assets/search/index.json")));
      assert.deepEqual(asked.filter(({ pathname }) => !/\/assets\/search(\.js|\/([0-9a-f]{12}\/)?[a-z]+(-\d+)?\.json)$/.test(pathname)), []);
      assert.ok(asked.length <= 8, `${asked.length} requests`);
      await page.keyboard.press("Enter");
      await page.waitForURL(/vendor-information\.html/);
      const told = [page.url(), ...requests, await page.evaluate(() => document.referrer)].join("\n");
      assert.doesNotMatch(told, /encr|telephone|\?/i);
      assert.equal(await page.evaluate(() => JSON.stringify([history.state, { ...localStorage }, { ...sessionStorage }, name])), '[null,{},{},""]');
      assert.deepEqual(await context.cookies(), []);
      assert.deepEqual(trouble, []);
      await visitor.close();
    });

    test("a journey with the keyboard alone", async () => {
      const { page, trouble, close } = await start();
      const isOpen = () => page.locator("#tb-search").evaluate((dialog) => dialog.open);
      const focus = () => page.evaluate(() => document.activeElement.id || document.activeElement.className || document.activeElement.localName);
      await page.keyboard.press("Tab");
      for (let presses = 0; presses < 8 && (await focus()) !== "search-open"; presses++) await page.keyboard.press("Tab");
      assert.equal(await focus(), "search-open");
      await page.keyboard.press("Enter");
      assert.ok(await isOpen());
      assert.equal(await focus(), "tb-search-words");
      await page.keyboard.press("Escape");
      assert.ok(!(await isOpen()));
      assert.equal(await focus(), "search-open", "the focus goes back to where it was");
      await page.keyboard.press("Control+k");
      await page.keyboard.type("cookies");
      await page.locator("#tb-search li a").nth(2).waitFor();
      // What is found for the first letters gives way to what is found for all of them.
      const found = () => page.locator("#tb-search ol").innerHTML();
      for (let before = ""; before !== (await found()); await page.waitForTimeout(500)) before = await found();
      const href = (nth) => page.locator("#tb-search li a").nth(nth).evaluate((link) => link.href);
      const focused = () => page.evaluate(() => document.activeElement.href);
      await page.keyboard.press("ArrowDown");
      assert.equal(await focused(), await href(0));
      await page.keyboard.press("ArrowDown");
      assert.equal(await focused(), await href(1));
      assert.notEqual(await page.locator(":focus").evaluate((link) => getComputedStyle(link).outlineStyle), "none");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("ArrowUp");
      assert.equal(await focus(), "tb-search-words");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      const wanted = await focused();
      // Who went on before the answer to the last letter was there keeps the place.
      await page.evaluate(() => {
        document.getElementById("tb-search-words").value = "cookie";
        document.getElementById("tb-search-words").dispatchEvent(new Event("input"));
        document.querySelector("#tb-search ol").firstChild.dataset.old = "";
      });
      await page.waitForFunction(() => !document.querySelector("#tb-search [data-old]"));
      assert.equal(await focused(), wanted);
      await page.keyboard.press("Enter");
      await page.waitForURL(wanted);
      // Enter right behind the last letter waits for the answer to what was typed.
      await page.keyboard.press("Control+k");
      await page.keyboard.type("frankfurt");
      await page.keyboard.press("Enter");
      await page.waitForURL(/data-regions\.html#region-eu-central$/);
      // A place on the same page: the dialog is gone, and the place is in view.
      await page.keyboard.press("Control+k");
      await page.keyboard.type("northern california");
      await page.keyboard.press("Enter");
      await page.waitForURL(/#region-us-west$/);
      assert.ok(!(await isOpen()));
      assert.deepEqual(trouble, []);
      await close();
    });

    for (const view of ["light", "dark", "390 px", "320 px"]) {
      test(`the dialog with answers is accessible, ${view}`, async () => {
        const visitor = await start(view);
        const { page, trouble } = visitor;
        await page.locator(".search-open").click();
        await ask(page, "cookies");
        assert.deepEqual(await axeViolations(visitor), []);
        const { width, left, right } = await page.locator("#tb-search").evaluate((dialog) => {
          const { left, right } = dialog.getBoundingClientRect();
          return { width: dialog.scrollWidth - dialog.clientWidth, left, right };
        });
        assert.ok(width <= 0 && left >= 0 && right <= VIEWS[view].viewport.width, "the dialog fits");
        await page.locator(".search-close").click();
        assert.deepEqual(trouble, []);
        await visitor.close();
      });
    }

    test("it can be told apart with forced colours", async () => {
      const visitor = await start();
      const { page } = visitor;
      await page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
      await page.keyboard.press("Control+k");
      await ask(page, "cookies");
      assert.deepEqual(await axeViolations(visitor), []);
      await page.keyboard.press("ArrowDown");
      assert.notEqual(await page.locator(":focus").evaluate((link) => getComputedStyle(link).outlineStyle), "none");
      await visitor.close();
    });

    test("it works from the page of a wrong address, deep in the site", async () => {
      const { page, close } = await visit(browser, `${site.origin}/no/such/page.html`);
      await page.keyboard.press("Control+k");
      await page.locator("#tb-search-words").fill("frankfurt");
      await page.locator("#tb-search li a").first().waitFor();
      await page.keyboard.press("Enter");
      await page.waitForURL(`${site.origin}/data-regions.html#region-eu-central`);
      await close();
    });

    test("where the index can not be had, it says so and A–Z is there", async () => {
      const { page, context, close } = await start();
      await context.route("**/assets/search/**", (route) => route.abort());
      await page.keyboard.press("Control+k");
      await page.locator("#tb-search-words").fill("cookies");
      await page.getByText("Search could not be loaded.").waitFor();
      await page.locator("#tb-search .search-note a").click();
      await page.waitForURL(/a-z\.html$/);
      await close();
    });

    test("a key that is typed elsewhere opens nothing", async () => {
      const { page, close } = await start();
      await page.evaluate(() => {
        const box = document.createElement("textarea");
        document.querySelector("main").append(box);
        box.focus();
      });
      await page.keyboard.type("and/or");
      assert.equal(await page.locator("textarea").inputValue(), "and/or");
      assert.equal(await page.locator("#tb-search").evaluate((dialog) => dialog.open), false);
      await close();
    });
  });

  describe("A–Z", () => {
    test("replaces the search without JavaScript, and leads on", async () => {
      const { page, close } = await start("light", { javaScript: false });
      assert.equal(await page.locator(".search-open").isVisible(), false);
      assert.equal(await page.locator("#tb-search").isVisible(), false);
      await page.locator(".a-z-link").click();
      await page.waitForURL(/a-z\.html$/);
      await page.locator(".letters a", { hasText: "S" }).click();
      assert.match(page.url(), /#letter-s$/);
      await page.locator(".a-z a", { hasText: /^SOC 2$/ }).click();
      await page.waitForURL(/vendor-information\.html#certification-soc2$/);
      await close();
    });

    test("has every heading of the book, in order", async () => {
      const { page, close } = await visit(browser, site.url("a-z.html"));
      const names = await page.locator(".a-z > li").evaluateAll((items) => items.map((item) => (item.querySelector(":scope > a") ?? item.firstChild).textContent.trim()));
      const folded = names.map((name) => name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/^[^\p{L}\p{N}]+/u, ""));
      assert.deepEqual(folded, [...folded].sort());
      for (const name of site.pages.filter((name) => !["404.html", "a-z.html", "print.html"].includes(name))) {
        await page.goto(site.url(name));
        const headings = await page.locator("article :is(h2, h3)[id]").allTextContents();
        const missing = headings.filter((heading) => heading.length <= 120 && !names.includes(heading.trim()));
        assert.deepEqual(missing, [], name);
      }
      await close();
    });
  });
}

// Types a query anew, and gives what is said and where the answers lead.
async function ask(page, query) {
  const status = page.locator("#tb-search [role=status]");
  await page.locator("#tb-search-words").fill("");
  await page.waitForFunction(() => !document.querySelector("#tb-search [role=status]").textContent);
  await page.locator("#tb-search-words").fill(query);
  if (query) {
    await page.waitForFunction(() => {
      const { searching } = document.getElementById("tb-search").dataset;
      return !["", searching].includes(document.querySelector("#tb-search [role=status]").textContent);
    });
  }
  const links = await page.locator("#tb-search ol a").evaluateAll((all) => {
    const root = document.querySelector("script[src$='assets/site.js']").src.replace("assets/site.js", "");
    return all.map((link) => link.href.replace(root, ""));
  });
  return { status: await status.textContent(), links };
}
