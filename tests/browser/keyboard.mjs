// A reader without a mouse: skip link, light and dark, the menu of a narrow window, and on to a page.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { axeViolations } from "./axe.mjs";
import { VIEWS, visit } from "./browser.mjs";

export default function keyboard(site, browser) {
  const start = (view, options) => visit(browser, site.url("index.html"), VIEWS[view], options);

  describe("keyboard", { concurrency: 2 }, () => {
    for (const [view, javaScript] of [["light", true], ["390 px", true], ["light", false]]) {
      test(`the skip link comes first and leads to main, ${view}${without(javaScript)}`, async () => {
        const { page, close } = await start(view, { javaScript });
        await page.keyboard.press("Tab");
        assert.equal(await focused(page), "a.skip");
        assert.ok(await page.locator(".skip").evaluate(isInWindow), "the skip link stays out of sight");
        await page.keyboard.press("Enter");
        assert.equal(await focused(page), "main");
        await page.keyboard.press("Tab");
        assert.ok(await page.locator(":focus").evaluate(isInMain), "focus went elsewhere than into main");
        await close();
      });
    }

    test("light and dark: the switch keeps a choice, and only once it is used", async () => {
      const visitor = await start("light");
      const { page, trouble } = visitor;
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const stored = () => page.evaluate(() => Object.entries(localStorage).length);
      const light = await ground();
      await tabTo(page, "button.theme-switch");
      assert.equal(await stored(), 0);
      await page.keyboard.press("Space");
      const dark = await ground();
      assert.notEqual(dark, light);
      assert.equal(await stored(), 1);
      assert.equal(await page.locator(".theme-switch").getAttribute("aria-pressed"), "true");
      assert.deepEqual(await axeViolations(visitor), []);

      await page.reload();
      assert.equal(await ground(), dark);
      assert.equal(await page.locator(".theme-switch").getAttribute("aria-pressed"), "true");
      await tabTo(page, "button.theme-switch");
      await page.keyboard.press("Enter");
      assert.equal(await ground(), light);
      assert.equal(await page.locator(".theme-switch").getAttribute("aria-pressed"), "false");
      await page.reload();
      assert.equal(await ground(), light);
      assert.deepEqual(trouble, []);
      await visitor.close();
    });

    test("there is no switch that can do nothing", async () => {
      const { page, close } = await start("light", { javaScript: false });
      assert.equal(await page.locator(".theme-switch").isVisible(), false);
      await close();
    });

    for (const javaScript of [true, false]) {
      test(`the menu opens, closes and leads on, 390 px${without(javaScript)}`, async () => {
        const visitor = await start("390 px", { javaScript });
        const { page, trouble } = visitor;
        const menu = page.locator("#tb-nav");
        assert.equal(await menu.isVisible(), false);

        await tabTo(page, "button.nav-open");
        await page.keyboard.press("Enter");
        assert.equal(await menu.isVisible(), true);
        assert.deepEqual(await axeViolations(visitor), []);
        await page.keyboard.press("Escape");
        assert.equal(await menu.isVisible(), false);
        assert.equal(await focused(page), "button.nav-open");

        await page.keyboard.press("Enter");
        await tabTo(page, "button.nav-close");
        await page.keyboard.press("Enter");
        assert.equal(await menu.isVisible(), false);
        assert.equal(await focused(page), "button.nav-open");

        await page.keyboard.press("Enter");
        await tabTo(page, "#tb-nav a:not([aria-current])");
        const href = await page.locator(":focus").evaluate((link) => link.href);
        await page.keyboard.press("Enter");
        await page.waitForURL(href);
        assert.equal(await menu.isVisible(), false);
        assert.deepEqual(trouble, []);
        await visitor.close();
      });
    }
  });
}

const without = (javaScript) => (javaScript ? "" : ", without JavaScript");

// Presses Tab until what `selector` names has the focus, as a reader would.
async function tabTo(page, selector) {
  for (let presses = 0; presses < 20; presses++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((wanted) => document.activeElement.matches(wanted), selector)) return;
  }
  assert.fail(`Tab does not reach ${selector}`);
}

function focused(page) {
  return page.evaluate(() => {
    const { localName, classList } = document.activeElement;
    return [localName, ...classList].join(".");
  });
}

// The functions below run in the page.

function isInWindow(element) {
  const { top, left, width, height } = element.getBoundingClientRect();
  return top >= 0 && left >= 0 && width > 1 && height > 1;
}

function isInMain(element) {
  return element.closest("main") !== null;
}
