// What axe-core finds wrong with a page as it is shown now.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
// Targets of 24 px (WCAG 2.5.8) are off by default; preloading would fetch the page's files again.
const OPTIONS = {
  preload: false,
  resultTypes: ["violations"],
  rules: { "target-size": { enabled: true } },
};

// The debugger puts axe into the page, so the page's security policy stands as it is.
export async function axeViolations({ page, javaScript }) {
  if (!javaScript) await page.evaluate(prepareWithoutJavaScript);
  await page.evaluate(SOURCE);
  const found = await page.evaluate((options) => window.axe.run(document, options), OPTIONS);
  if (found.passes.length < 20) return [`axe looked at little: ${found.passes.length} rules passed`];
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `axe ${id}: ${node.html}\n${node.failureSummary}`),
  );
}

// Runs in the page. No timer fires there, and axe waits for some; it also passes over `noscript`.
function prepareWithoutJavaScript() {
  window.setTimeout = (run) => void Promise.resolve().then(run);
  for (const shown of document.querySelectorAll("noscript")) shown.replaceWith(...shown.childNodes);
}
