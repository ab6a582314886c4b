// The whole book on one page, and the PDF that is made of it: set COMMAND to `trustbook` and BOOK to the book for that.
import assert from "node:assert/strict";
import { execFile, execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { visit } from "./browser.mjs";

const { COMMAND, BOOK } = process.env;
/** Chromium has no sandbox for root, and the pages are those of the tests. */
const SANDBOX = process.getuid?.() === 0 ? ["--no-browser-sandbox"] : [];

export default function printed(site, browser) {
  describe("the whole book on one page", () => {
    test("has each chapter, and its links stay within it", async () => {
      const { page, trouble, close } = await visit(browser, site.url("print.html"));
      const chapters = site.pages.filter((name) => !["404.html", "a-z.html", "print.html"].includes(name));
      assert.equal(await page.locator(".chapter").count(), chapters.length);
      assert.equal(await page.locator("meta[name=robots]").getAttribute("content"), "noindex");
      assert.equal(await page.locator("script").count(), 0);
      const leaving = await page.locator("article a[href]").evaluateAll((links) =>
        links.map((link) => link.getAttribute("href")).filter((href) => /^[^#:]*\.html/.test(href)),
      );
      assert.deepEqual(leaving, [], "links to other pages of the site");
      const repeated = await page.evaluate(() => {
        const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
        return ids.filter((id, at) => ids.indexOf(id) !== at);
      });
      assert.deepEqual(repeated, []);
      const lost = await page.locator('a[href^="#"]').evaluateAll((links) =>
        links.map((link) => link.getAttribute("href")).filter((href) => !document.getElementById(decodeURIComponent(href.slice(1)))),
      );
      assert.deepEqual(lost, []);
      for (const name of chapters) {
        const own = await visit(browser, site.url(name));
        // The dates and the contents of a page are its own, and not those of the chapter.
        const text = squeezed(
          await own.page.locator("article").evaluate((article) => {
            const copy = article.cloneNode(true);
            copy.querySelectorAll(".dateline, .toc-fold").forEach((own) => own.remove());
            return copy.textContent;
          }),
        );
        await own.close();
        assert.ok(squeezed(await page.locator("article").textContent()).includes(text), `${name} is not as on its page`);
      }
      assert.deepEqual(trouble, []);
      await close();
    });

    test("starts a sheet with each chapter", async () => {
      const { page, close } = await visit(browser, site.url("print.html"));
      await page.emulateMedia({ media: "print" });
      const breaks = await page.locator(".chapter").evaluateAll((all) => all.map((it) => getComputedStyle(it).breakBefore));
      assert.deepEqual([...new Set(breaks)], ["page"]);
      await close();
    });
  });

  describe("pdf", { skip: COMMAND && BOOK ? false : "COMMAND and BOOK are not set" }, () => {
    const folder = mkdtempSync(join(tmpdir(), "trustbook-pdf-test-"));
    const pdf = (book, out, ...more) =>
      spawnSync(COMMAND, ["pdf", book, "--now", "2026-01-15", "--out", join(folder, out), ...more], { encoding: "utf8" });
    const make = (out, ...more) => pdf(BOOK, out, ...SANDBOX, ...more);
    const script = (name, text) => {
      writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(folder, name), 0o755);
      return join(folder, name);
    };

    test("is tagged, has bookmarks, a title, a language and the day of the build, and is the same twice", () => {
      const made = make("a.pdf");
      assert.equal(made.status, 0, made.stderr);
      const bytes = readFileSync(join(folder, "a.pdf"));
      const text = bytes.toString("latin1");
      for (const mark of ["/StructTreeRoot", "/Marked true", "/Outlines", "/Lang (en)", "(D:20260115000000+00'00')"]) {
        assert.ok(text.includes(mark), `${mark} is missing`);
      }
      const titles = [...text.matchAll(/\/Title \(((?:[^()\\]|\\.)*)\)/g)].map(([, title]) => title);
      for (const title of ["Cookies", "Data regions", "Vendor information"]) assert.ok(titles.includes(title), title);
      assert.deepEqual(titles.filter((title) => /^(.{4,})\1$/.test(title)), [], "bookmarks that say it twice");
      const named = [...text.matchAll(/\/Title <FEFF([0-9A-F]+)>/gi)].map(([, hex]) => Buffer.from(hex, "hex").swap16().toString("utf16le"));
      assert.ok(named.some((title) => /^Data privacy and security · Berrie AI/.test(title)), "the title of the document");
      const pages = (text.match(/\/Type \/Page\b(?!s)/g) ?? []).length;
      assert.ok(pages >= 14, `${pages} pages`);
      const rect = /\/Subtype \/Link[^>]*?\/Rect \[(\S+) (\S+) (\S+) (\S+)\]\s*\/Dest (\/\S+)/g;
      const areas = [...text.matchAll(rect)].map(([, left, bottom, right, top, dest]) => ({ left, line: `${bottom} ${top} ${dest}`, right }));
      const cut = areas.filter((area, at) => at > 0 && areas[at - 1].line === area.line && areas[at - 1].right === area.left);
      assert.deepEqual(cut, [], "links cut in two within a line, which Chromium does not do every time");
      assert.ok(areas.length > 300, `${areas.length} links`);
      make("b.pdf");
      assert.ok(bytes.equals(readFileSync(join(folder, "b.pdf"))), "the second file differs");
      if (has("pdftotext")) {
        const words = execFileSync("pdftotext", [join(folder, "a.pdf"), "-"], { encoding: "utf8" });
        assert.match(words, /Vulnerability reporting[^]*15 January 2026/);
      }
    });

    test("runs no script, and reaches no other service of this machine and no other file", async () => {
      const asked = [];
      const service = createServer((socket) => {
        asked.push(`${socket.remoteAddress}`);
        socket.destroy();
      });
      service.listen(0, "::");
      await once(service, "listening");
      const { port } = service.address();
      const secret = join(folder, "secret.html");
      writeFileSync(secret, "<h1>SECRETHEADING</h1>");
      const book = join(folder, "hostile");
      mkdirSync(join(book, "src"), { recursive: true });
      mkdirSync(join(book, "theme"));
      const allowed = ["active-content", "anchor-broken", "heading-order", "image-alt", "image-missing", "inline-code", "link-broken", "link-insecure", "third-party-request"];
      const checks = allowed.map((check) => `${check} = "allow"\n`).join("");
      writeFileSync(join(book, "book.toml"), `[book]\ntitle = "Example"\n\n[preprocessor.trustbook.checks]\n${checks}`);
      writeFileSync(join(book, "src/SUMMARY.md"), "- [Example](index.md)\n");
      const hosts = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "127.1", "2130706433"].map((host) => `http://${host}:${port}/`);
      const parts = hosts.flatMap((url) => [
        `<img src="${url}img" alt="x"><iframe src="${url}frame"></iframe><object data="${url}object"></object>`,
        `<link rel="stylesheet" href="${url}style"><link rel="preconnect" href="${url}"><link rel="prefetch" href="${url}next">`,
        `<style>@import "${url}import"; h1 { background: url(${url}background) }</style>`,
        `<script>document.title = "SCRIPTRAN"; new Image().src = "${url}script"; fetch("${url}fetch")</script>`,
      ]);
      parts.push(`<img src="x" alt="x" onerror="document.title = 'SCRIPTRAN'"><iframe src="file://${secret}"></iframe>`);
      writeFileSync(join(book, "src/index.md"), `# Example\n\n${parts.join("\n")}\n\n## More\n\nWords.\n`);
      // The policy of our pages is the theme's to take away.
      const frame = readFileSync(new URL("../../theme/print.hbs", import.meta.url), "utf8");
      writeFileSync(join(book, "theme/print.hbs"), frame.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/i, ""));
      const made = await new Promise((done) => {
        const args = ["pdf", book, "--now", "2026-01-15", "--out", join(folder, "hostile.pdf"), ...SANDBOX];
        const env = { ...process.env, http_proxy: `http://127.0.0.1:${port}` };
        execFile(COMMAND, args, { env }, (error, _, stderr) => done({ code: error?.code ?? 0, stderr }));
      });
      service.close();
      assert.equal(made.code, 0, made.stderr);
      const text = readFileSync(join(folder, "hostile.pdf")).toString("latin1");
      assert.ok(text.startsWith("%PDF-"));
      for (const mark of ["SCRIPTRAN", "SECRETHEADING"]) {
        assert.ok(!text.includes(mark) && !text.includes(utf16(mark)), `${mark} is in the document`);
      }
      assert.deepEqual(asked, [], "a service was asked");
    });

    test("root has to ask for a browser without a sandbox", { skip: SANDBOX.length ? false : "this is not root" }, () => {
      const { status, stderr } = pdf(BOOK, "root.pdf");
      assert.equal(status, 2, stderr);
      assert.match(stderr, /root cannot run Chromium in its sandbox[^]*--no-browser-sandbox/);
      assert.ok(!existsSync(join(folder, "root.pdf")));
    });

    test("what goes wrong is told, and the old file stays", () => {
      writeFileSync(join(folder, "old.pdf"), "old");
      const told = [
        [["--browser", "/no/such/browser"], 2, /there is no browser at \/no\/such\/browser/],
        [["--browser", script("fails", "echo it lacks a thing >&2; exit 1")], 3, /it lacks a thing/],
        [["--browser", script("idles", "exit 0")], 3, /made no PDF/],
        [["--browser", script("hangs", "sleep 60"), "--timeout", "1"], 3, /did not end within 1 second/],
      ];
      for (const [args, code, words] of told) {
        const started = Date.now();
        const { status, stderr } = make("old.pdf", ...args);
        assert.equal(status, code, stderr);
        assert.match(stderr, words);
        assert.match(stderr, /help: /);
        assert.ok(Date.now() - started < 30_000, "it ends in time");
        assert.equal(readFileSync(join(folder, "old.pdf"), "utf8"), "old");
      }
      const empty = spawnSync(COMMAND, ["pdf", BOOK, "--out", join(folder, "x.pdf"), ...SANDBOX], {
        encoding: "utf8",
        env: { PATH: folder },
      });
      assert.equal(empty.status, 3);
      assert.match(empty.stderr, /no usable browser on this machine[^]*install Chromium/);
      assert.ok(!existsSync(join(folder, "x.pdf")));
    });

    test("leaves nothing behind", () => {
      const left = readdirSync(folder).filter((name) => name.startsWith(".trustbook"));
      const temporary = readdirSync(tmpdir()).filter((name) => /^trustbook-pdf-(?!test)/.test(name));
      rmSync(folder, { recursive: true });
      assert.deepEqual([left, temporary], [[], []]);
    });
  });
}

const utf16 = (text) => [...text].map((c) => c.charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()).join("");

const squeezed = (text) => text.replace(/\s+/g, "");

function has(program) {
  return spawnSync(program, ["-v"]).error === undefined;
}
