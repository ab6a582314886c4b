import { launch, VIEWS, visit } from "./browser.mjs";
import { openSite } from "./site.mjs";
const site = await openSite("/tmp/search-site");
const browser = await launch();
const v = await visit(browser, site.url("index.html"), VIEWS.light);
const { page } = v;
await page.keyboard.press("/");
for (const q of process.argv.slice(2)) {
  await page.fill("#tb-search-words", q);
  await page.waitForTimeout(400);
  const rows = await page.$$eval("#tb-search ol a", (l) => l.slice(0, 5).map((a) => a.getAttribute("href") + " | " + [...a.children].map((c) => c.textContent.slice(0, 90)).join(" | ")));
  console.log("==", q, "::", await page.textContent("#tb-search [role=status]"));
  console.log(rows.map((r) => "   " + r).join("\n"));
}
console.log(v.trouble, v.requests);
await page.fill("#tb-search-words", "soc 2"); await page.waitForTimeout(300);
await page.screenshot({ path: "/tmp/s-light.png" });
await v.close();
for (const [n, view] of [["dark", "dark"], ["320", "320 px"]]) {
  const w = await visit(browser, site.url("index.html"), VIEWS[view]);
  await w.page.screenshot({ path: `/tmp/s-${n}-closed.png` });
  await w.page.click(".search-open"); await w.page.fill("#tb-search-words", "encryption"); await w.page.waitForTimeout(300);
  await w.page.screenshot({ path: `/tmp/s-${n}.png` });
  await w.close();
}
for (const n of ["a-z.html", "print.html"]) {
  const w = await visit(browser, site.url(n), VIEWS.light);
  await w.page.screenshot({ path: `/tmp/s-${n}.png` });
  await w.close();
}
await browser.close(); site.close();
