// The built site under test: its pages, and a server that hands them out as a plain web host would.
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, sep } from "node:path";

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".md": "text/markdown; charset=utf-8",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".webp": "image/webp",
  ".xml": "application/xml",
};
const REDIRECT = /<meta http-equiv="refresh"/i;

// Serves `folder` on a free port of 127.0.0.1.
// `pages` are the HTML files that readers read, `redirects` those that only lead on.
export async function openSite(folder) {
  if (!folder || !existsSync(join(folder, "index.html"))) {
    throw new Error(`no built site at \`${folder}\`: build one, then set SITE to its folder`);
  }
  const html = readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(".html"))
    .map((name) => name.split(sep).join("/"))
    .sort();
  const leadsOn = (name) => REDIRECT.test(readFileSync(join(folder, name), "utf8"));
  const server = createServer((request, response) => answer(folder, request, response));
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    folder,
    origin,
    pages: html.filter((name) => !leadsOn(name)),
    redirects: html.filter(leadsOn),
    url: (name) => `${origin}/${name.split("/").map(encodeURIComponent).join("/")}`,
    file: (url) => join(folder, fileName(new URL(url).pathname)),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function answer(folder, request, response) {
  // `new URL` has resolved all `..` by now, so nothing outside of the folder is reached.
  const { pathname } = new URL(request.url, "http://127.0.0.1");
  const file = join(folder, fileName(pathname));
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory()) {
    response.writeHead(301, { location: `${pathname}/` }).end();
  } else if (found) {
    send(response, 200, file);
  } else if (existsSync(join(folder, "404.html"))) {
    send(response, 404, join(folder, "404.html"));
  } else {
    response.writeHead(404).end("not found");
  }
}

function send(response, status, file) {
  response.writeHead(status, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
  createReadStream(file).pipe(response);
}

function fileName(pathname) {
  const name = decodeURIComponent(pathname);
  return name.endsWith("/") ? `${name}index.html` : name;
}
