// Pictures of every page, to be looked at: `node screenshots.mjs SITE OUT`; OUT/readme.png is the README's.
import { join } from "node:path";
import { launch, VIEWS, visit } from "./browser.mjs";
import { openSite } from "./site.mjs";

const SHOTS = { wide: VIEWS.light, 390: VIEWS["390 px"], dark: VIEWS.dark, print: VIEWS.print };

const [folder, out] = process.argv.slice(2);
if (!out) {
  console.error("usage: node screenshots.mjs SITE OUT");
  process.exit(2);
}
const site = await openSite(folder);
const browser = await launch();
for (const name of site.pages) {
  const stem = name.replace(/\.html$/, "").replaceAll("/", "-");
  for (const [shot, view] of Object.entries(SHOTS)) {
    await shoot(name, view, { path: join(out, `${stem}.${shot}.png`), fullPage: true });
  }
}
await shoot("index.html", VIEWS.light, { path: join(out, "readme.png") });
await browser.close();
site.close();

async function shoot(name, view, options) {
  const visitor = await visit(browser, site.url(name), view);
  await visitor.page.screenshot(options);
  await visitor.close();
  console.log(options.path);
}
