// Every link within the site leads to a page that is there and to a place on it, also from the 404 page.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { visit } from "./browser.mjs";

export default function links(site, browser) {
  describe("links", () => {
    test("lead to pages and places that exist", async () => {
      const visitor = await visit(browser, site.url("index.html"));
      const targets = new Map();
      for (const name of site.pages) {
        await visitor.page.goto(site.url(name));
        for (const link of await visitor.page.evaluate(allLinks)) note(targets, link, name);
      }
      const inside = [...targets].filter(([address]) => new URL(address).origin === site.origin);
      assert.ok(inside.length >= site.pages.length - 1, "hardly any links were found");
      const broken = [];
      for (const [address, fragments] of inside) {
        broken.push(...(await brokenAt(visitor.page, address, fragments)));
      }
      await visitor.close();
      assert.equal(broken.join("\n"), "");
    });

    for (const name of site.redirects) {
      test(`${name} leads on to a page`, async () => {
        const visitor = await visit(browser, site.url(name));
        await visitor.page.waitForURL((url) => url.href !== site.url(name));
        assert.equal((await fetch(visitor.page.url())).status, 200, visitor.page.url());
        await visitor.close();
      });
    }

    test("a wrong address deep in the site shows the 404 page as it should look", async () => {
      const address = `${site.origin}/no/such/folder/page.html`;
      const home = await visit(browser, site.url("index.html"));
      const visitor = await visit(browser, address);
      assert.equal(visitor.response.status(), 404);
      const expected = /no\/such\/folder\/page\.html$|status of 404/;
      assert.deepEqual(visitor.trouble.filter((line) => !expected.test(line)), []);
      assert.deepEqual(visitor.trouble.length, 2, "the page itself is the one thing that is missing");
      assert.deepEqual(await visitor.page.evaluate(look), await home.page.evaluate(look));
      const broken = [];
      for (const link of await visitor.page.evaluate(allLinks)) {
        if (new URL(link).origin !== site.origin) continue;
        const { status } = await fetch(link);
        const same = link.split("#")[0] === address;
        if (status !== 200 && !same) broken.push(`${link} answers ${status}`);
      }
      await visitor.close();
      await home.close();
      assert.equal(broken.join("\n"), "");
    });
  });
}

function note(targets, link, from) {
  const [address, fragment = ""] = link.split("#", 2);
  if (!targets.has(address)) targets.set(address, new Map());
  const fragments = targets.get(address);
  fragments.set(fragment, [...(fragments.get(fragment) ?? []), from]);
}

// `fragments`: the places of this address that are linked to, and the pages that do so.
async function brokenAt(page, address, fragments) {
  const from = (pages) => `linked from ${[...new Set(pages)].join(", ")}`;
  const { status, headers } = await fetch(address);
  if (status !== 200) return [`${address} answers ${status}, ${from([...fragments.values()].flat())}`];
  if (!headers.get("content-type").startsWith("text/html")) return [];
  await page.goto(address);
  const missing = await page.evaluate(missingPlaces, [...fragments.keys()].filter(Boolean));
  return missing.map((place) => `${address}#${place} does not exist, ${from(fragments.get(place))}`);
}

// The functions below run in the page.

function allLinks() {
  const attributes = [...document.querySelectorAll("[href], [src]")].map(
    (element) => element.getAttribute("href") ?? element.getAttribute("src"),
  );
  return attributes.map((value) => new URL(value, document.baseURI).href);
}

function missingPlaces(fragments) {
  return fragments.filter((fragment) => {
    location.hash = fragment;
    return document.querySelector(":target") === null;
  });
}

function look() {
  const style = (selector) => getComputedStyle(document.querySelector(selector));
  const { fontFamily, backgroundColor } = style("body");
  return { fontFamily, backgroundColor, heading: style("h1").fontSize, skip: style(".skip").position };
}
