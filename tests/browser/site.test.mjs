// All browser tests of one built site, in one browser: `npm ci`, then `SITE=<folder> node --test`.
import { after } from "node:test";
import { launch } from "./browser.mjs";
import keyboard from "./keyboard.mjs";
import links from "./links.mjs";
import markup from "./markup.mjs";
import observe from "./observe.mjs";
import pages from "./pages.mjs";
import printed from "./printed.mjs";
import search from "./search.mjs";
import { openSite } from "./site.mjs";

const site = await openSite(process.env.SITE);
const browser = await launch();
after(async () => {
  await browser.close();
  site.close();
});

keyboard(site, browser);
links(site, browser);
pages(site, browser);
search(site, browser);
printed(site, browser);
observe(site);
markup(site);
