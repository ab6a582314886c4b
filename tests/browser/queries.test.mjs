// What readers type into the search in four languages, and what must come first: `COMMAND=trustbook node --test`.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { openSearch } from "./asked.mjs";

const ROOT = join(import.meta.dirname, "../..");
const FOLDER = mkdtempSync(join(tmpdir(), "trustbook-queries-"));
// Of 100 queries, as many lead to their place at once.
const LEAST = 95;
after(() => rmSync(FOLDER, { recursive: true }));

describe("search", () => {
  const sites = Object.fromEntries(["en", "de", "fr", "es"].map((language) => [language, open(language)]));

  for (const [language, { ask, queries }] of Object.entries(sites)) {
    test(`leads to what is meant, ${language}`, async (t) => {
      const wrong = [];
      for (const [query, wanted] of queries) {
        const { said, links } = await ask(query);
        const first = links.length ? decodeURIComponent(links[0]) : said;
        if (first !== wanted) wrong.push(`${query}: ${first}, not ${wanted}, which is at ${links.map(decodeURIComponent).indexOf(wanted) + 1}`);
      }
      for (const line of wrong) t.diagnostic(line);
      assert.ok(wrong.length * 100 <= queries.length * (100 - LEAST), `${wrong.length} of ${queries.length}:\n${wrong.join("\n")}`);
    });
  }

  test("says what there is, and finds nothing by words that no reader sees", async () => {
    const { ask } = sites.en;
    assert.equal((await ask("zzzzzz")).said, "none");
    // A sentence is cut down to what it asks for.
    assert.notEqual((await ask("how do I report a vulnerability")).said, "partly");
    // Only what names the law, not each record that a law asks for.
    for (const [query, most] of [["gdpr", 40], ["annex", 40], ["2024", 10]]) {
      const { said, links } = await ask(query);
      assert.ok(links.length <= most, `${query}: ${said}, ${links.length}`);
    }
    // `2FA` is not a 2 and something that begins with `fa`.
    assert.deepEqual((await ask("2fa")).links, (await ask("mfa")).links);
  });

  test("shows a record once, by its name, and needs few requests for it", async () => {
    const { links } = await sites.en.ask("encryption");
    assert.equal(new Set(links.map((link) => link.replace(/^.*#/, "#"))).size, links.length, links.join("\n"));
    const { ask } = open("en");
    assert.equal((await ask("")).requests, 1);
    assert.ok((await ask("cookies")).first <= 3);
  });
});

// Builds the book of a language, and opens its search.
function open(language) {
  const [list, ...files] = readFileSync(join(ROOT, `tests/queries/${language}.txt`), "utf8").split(/^=== /m);
  const queries = list.trim().split("\n").slice(1).map((line) => line.split(" -> "));
  const book = join(FOLDER, language);
  if (!files.length) cpSync(join(ROOT, "tests/books/vendor"), book, { recursive: true });
  for (const file of files) {
    const end = file.indexOf("\n"), path = join(book, file.slice(0, end));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.slice(end + 1));
  }
  execFileSync(process.env.COMMAND, ["build", book, "--now", "2026-01-15"], { stdio: ["ignore", "ignore", "pipe"] });
  return { ask: openSearch(join(book, "book")), queries };
}
