// The command observes running pages: a small product that the test serves, and the site itself.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";

/** Root cannot run Chromium in its sandbox, and the pages are those of the tests. */
const SANDBOX = process.getuid?.() === 0 ? ["--no-browser-sandbox"] : [];
const SECRET = "correct horse battery staple";
const COOKIE = `[[cookie]]
id = "session"
name = "session"
kind = "cookie"
purpose = "Keeps you signed in."
category = "necessary"
domain = "127.0.0.1"
max_age = "12 hours"
http_only = true
same_site = "lax"
set_by = "header"
source = "session design"
stated = 2026-01-12

[[cookie]]
id = "theme"
name = "theme"
kind = "cookie"
purpose = "Remembers light or dark."
category = "functional"
set_by = "script"
source = "session design"
stated = 2026-01-12

[[cookie]]
id = "draft"
name = "draft"
kind = "session-storage"
purpose = "Keeps what you type."
category = "functional"
source = "session design"
stated = 2026-01-12
`;
const STEPS = `[[step]]
fill = { selector = "#user", env = "TEST_PASSWORD" }

[[step]]
click = "#agree"
consent = true

[[step]]
wait = "#agreed"
`;

export default function observe(site) {
  describe("observe", { concurrency: 1 }, () => {
    test("an attribute of a cookie that changes fails the build, with both places shown", async (t) => {
      const product = await serve(t);
      const book = newBook(t);
      const url = `${product.origin}/`;
      const args = ["observe", url, "--book", book, "--name", "app", "--steps", join(book, "steps.toml")];

      let ran = await command([...args, "--now", "2026-01-12"]);
      assert.equal(ran.code, 0, ran.said);
      const file = join(book, "facts/observed/app.json");
      const first = readFileSync(file, "utf8");
      assert.ok(!first.includes("correct") && !ran.said.includes("correct"), "a secret is kept");
      assert.ok(!first.includes("s3cr3t"), "the value of a cookie is kept");
      const seen = JSON.parse(first);
      assert.deepEqual(seen.consent, ["before", "after"]);
      assert.deepEqual(seen.steps, ["open /", "fill #user", "click #agree", "wait for #agreed"]);
      assert.deepEqual(seen.cookies.map(brief), [
        "session 127.0.0.1 43200 http_only lax header before",
        "theme 127.0.0.1 86400 -  script before",
      ]);
      assert.deepEqual(seen.storage.map(({ kind, key, when }) => [kind, key, when]), [["session-storage", "draft", "after"]]);
      const hosts = seen.hosts.map(({ host, purpose, when }) => `${host} ${purpose} ${when}`);
      assert.ok(hosts.includes("localhost image before") && hosts.includes("127.0.0.1 fetch after"), hosts.join());

      ran = await command([...args, "--now", "2026-01-12"]);
      assert.match(ran.said, /only the date has changed/);
      assert.equal(readFileSync(file, "utf8"), first, "the same page gives the same bytes");
      ran = await command(["check", book, "--now", "2026-01-15", "--format", "short"]);
      assert.ok(!ran.said.includes("cookie-attributes"), ran.said);

      product.httpOnly = false;
      ran = await command([...args, "--now", "2026-01-13"]);
      assert.match(ran.said, /changed: cookie `session`.* no HttpOnly/);
      ran = await command(["check", book, "--now", "2026-01-15"]);
      assert.equal(ran.code, 1, ran.said);
      assert.match(ran.said, /error\[cookie-attributes\]/);
      assert.match(ran.said, /HttpOnly was no, not yes/);
      assert.match(ran.said, /facts\/cookies\.toml:9/, "the line of the register");
      assert.match(ran.said, /facts\/observed\/app\.json:\d+/, "the line of the observation");

      product.status = 404;
      const before = readFileSync(file, "utf8");
      ran = await command(args);
      assert.equal(ran.code, 3, ran.said);
      assert.match(ran.said, /returned the status 404, and nothing was written/);
      assert.equal(readFileSync(file, "utf8"), before);
    });

    test("a step that can not be taken is told with its line", async (t) => {
      const product = await serve(t);
      const book = newBook(t);
      writeFileSync(join(book, "steps.toml"), '\n[[step]]\nclick = "#nothing"\n');
      const args = ["observe", `${product.origin}/`, "--book", book, "--steps", join(book, "steps.toml"), "--timeout", "2"];
      const ran = await command(args);
      assert.equal(ran.code, 3, ran.said);
      assert.match(ran.said, /steps\.toml:2: the step `click #nothing` failed: nothing on the page is `#nothing`/);
      assert.match(ran.said, /the page is \/ with the title “Product”/);
    });

    test("an interrupt ends the browser too, and nothing is written", async (t) => {
      const product = await serve(t);
      const book = newBook(t);
      const profiles = newFolder(t);
      writeFileSync(join(book, "steps.toml"), '[[step]]\nwait = "60 seconds"\n');
      const args = ["observe", `${product.origin}/`, "--book", book, "--steps", join(book, "steps.toml"), ...SANDBOX];
      const running = spawn(process.env.COMMAND, args, { env: { ...process.env, TMPDIR: profiles }, stdio: "ignore" });
      const ended = once(running, "exit");
      while (!product.asked) await new Promise((ready) => setTimeout(ready, 50));
      running.kill("SIGINT");
      assert.deepEqual(await ended, [3, null]);
      assert.deepEqual(readdirSync(profiles), [], "the profile stays behind");
      assert.ok(!existsSync(join(book, "facts/observed")));
    });

    test("what the reference book says of its own site is so", async (t) => {
      const book = newFolder(t);
      for (const part of ["book.toml", "facts", "src"]) cpSync(join(process.env.BOOK, part), join(book, part), { recursive: true });
      const steps = join(book, "own-steps.toml");
      const pages = ["cookies.html", "claims.html", "data-tables.html"];
      const visits = pages.map((page) => `[[step]]\nvisit = "/${page}"\n`).join("\n");
      writeFileSync(steps, `${visits}\n[[step]]\nclick = ".theme-switch"\nconsent = true\n`);
      const ran = await command(["observe", `${site.origin}/`, "--book", book, "--name", "this-site", "--steps", steps]);
      assert.equal(ran.code, 0, ran.said);
      const seen = JSON.parse(readFileSync(join(book, "facts/observed/this-site.json"), "utf8"));
      assert.deepEqual(seen.cookies, []);
      assert.deepEqual(seen.storage.map(({ key, when }) => [key, when]), [["trustbook-appearance", "after"]]);
      assert.deepEqual([...new Set(seen.hosts.map(({ host }) => host))], ["127.0.0.1"]);
      assert.equal(seen.pages.length, 1 + pages.length);
      const checked = await command(["check", book, "--format", "short"]);
      assert.equal(checked.code, 0, checked.said);
    });
  });
}

function brief({ name, domain, max_age, http_only, same_site, set_by, when }) {
  return [name, domain, max_age, http_only ? "http_only" : "-", same_site, set_by, when].join(" ");
}

function newFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), "trustbook-observe-"));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

function newBook(t) {
  const book = newFolder(t);
  const files = {
    "book.toml":
      '[book]\ntitle = "Product"\n\n[preprocessor.trustbook]\n\n[preprocessor.trustbook.security.env]\nallow = [{ name = "TEST_PASSWORD", hosts = ["127.0.0.1"] }]\n',
    "src/SUMMARY.md": "- [Cookies](cookies.md)\n",
    "src/cookies.md": "# Cookies\n\n{{#cookies}}\n",
    "facts/cookies.toml": COOKIE,
    "steps.toml": STEPS,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(book, path)), { recursive: true });
    writeFileSync(join(book, path), text);
  }
  return book;
}

// Runs the command, and gives its code with all that it says.
function command(args) {
  const env = { ...process.env, TEST_PASSWORD: SECRET };
  return new Promise((done) => {
    const more = args[0] === "observe" ? SANDBOX : [];
    execFile(process.env.COMMAND, [...args, ...more], { env, timeout: 120_000 }, (error, out, err) => {
      done({ code: error ? (error.code ?? -1) : 0, said: out + err });
    });
  });
}

// A product that sets cookies by header and by script, stores something once one has agreed, and asks a second host.
async function serve(t) {
  const product = { httpOnly: true, status: 200 };
  const server = createServer(({ url }, response) => {
    product.asked = true;
    if (url !== "/") return void response.end();
    const session = `session=s3cr3t; Path=/; Max-Age=43200; SameSite=Lax${product.httpOnly ? "; HttpOnly" : ""}`;
    response.writeHead(product.status, { "content-type": "text/html", "set-cookie": session });
    response.end(page(server.address().port));
  });
  await new Promise((ready) => server.listen(0, ready));
  product.origin = `http://127.0.0.1:${server.address().port}`;
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return product;
}

const page = (port) => `<!doctype html><title>Product</title>
<input id=user><button id=agree>Agree</button>
<img src="http://localhost:${port}/pixel.png" alt="">
<script>
  document.cookie = "theme=dark; max-age=86400";
  document.getElementById("agree").onclick = () => {
    sessionStorage.setItem("draft", document.getElementById("user").value);
    fetch("/agreed?by=" + encodeURIComponent(document.getElementById("user").value));
    const done = document.createElement("p");
    done.id = "agreed";
    document.body.append(done);
  };
</script>`;
