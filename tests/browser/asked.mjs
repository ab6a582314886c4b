// The search script of a built site, run without a browser: what it says to a query, and where its results lead.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";

// As much of an element as the script touches.
class Element {
  handlers = {};
  children = [];
  textContent = "";
  value = "";
  dataset = {};
  addEventListener(kind, run) { this.handlers[kind] = run; }
  append(...parts) { this.children.push(...parts); }
  appendChild(part) { this.children.push(part); return part; }
  replaceChildren(...parts) { this.children = parts; }
  querySelectorAll() { return this.children.map((row) => row.children[0]); }
  contains() { return false; }
}

// Opens the search of the site in `folder`. The function that it returns asks a query, and also says how many files were
// fetched in all, and before the first result was shown.
export function openSearch(folder) {
  const [dialog, input, status, list] = [1, 2, 3, 4].map(() => new Element());
  dialog.querySelector = (name) => ({ input, "[role=status]": status, ol: list })[name];
  for (const kind of ["none", "one", "many", "first", "partly", "searching", "failed"]) dialog.dataset[kind] = kind;
  let requests = 0, first = 0;
  list.replaceChildren = (...rows) => {
    if (rows.length && !first) first = requests;
    list.children = rows;
  };
  class Document {
    get currentScript() { return { src: "assets/search.js" }; }
  }
  const document = Object.assign(new Document(), {
    getElementById: () => dialog,
    createElement: () => new Element(),
    activeElement: null,
  });
  // An image of a chapter with this name stands before the property of the document.
  Object.defineProperty(document, "currentScript", { value: { src: "elsewhere/x/search.js" } });
  const fetch = async (name) => {
    requests += 1;
    return { ok: true, json: async () => JSON.parse(readFileSync(join(folder, name), "utf8")) };
  };
  const parts = { document, Document, fetch, encodeURIComponent, setTimeout: (run, after) => setTimeout(run, after === 80 ? 0 : after), clearTimeout };
  runInNewContext(readFileSync(join(folder, "assets/search.js"), "utf8"), parts);
  return async function ask(query) {
    status.textContent = "";
    list.children = [];
    first = 0;
    input.value = query;
    input.handlers.input();
    while ((query ? !status.textContent : !requests) || status.textContent === "searching") await new Promise((next) => setTimeout(next, 1));
    return { said: status.textContent, links: list.querySelectorAll().map((link) => link.href), requests, first };
  };
}
