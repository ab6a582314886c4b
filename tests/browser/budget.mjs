// What a page costs its reader: requests, bytes and script, each within a budget.
import { existsSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const MOST_REQUESTS = 6;
const MOST_BYTES = 24 * 1024;
const MOST_SCRIPT = 4 * 1024;

// `requests`: the addresses that a page asked for as it loaded. Bytes are counted as gzip makes them.
export function overBudget(site, requests) {
  const parts = requests.map((url) => ({ url, bytes: zipped(site.file(url)) }));
  const script = parts.filter(({ url }) => /\.m?js$/.test(new URL(url).pathname));
  const table = parts.map(({ url, bytes }) => `\n${bytes} ${url}`).join("");
  return [
    ...(parts.length > MOST_REQUESTS ? [`${parts.length} requests:${table}`] : []),
    ...(sum(parts) > MOST_BYTES ? [`${sum(parts)} bytes, gzipped:${table}`] : []),
    ...(sum(script) > MOST_SCRIPT ? [`${sum(script)} bytes of script, gzipped:${table}`] : []),
  ];
}

// A file that is not there weighs nothing; that it is missing is reported elsewhere.
const zipped = (file) => (existsSync(file) ? gzipSync(readFileSync(file)).length : 0);
const sum = (parts) => parts.reduce((total, { bytes }) => total + bytes, 0);
