#!/usr/bin/env node
// Starts the binary of this system, which is in an optional dependency; nothing is downloaded and no script runs on
// installation.
"use strict";

const { spawn } = require("node:child_process");

const system = `${process.platform}-${process.arch}`;
const file = process.platform === "win32" ? "trustbook.exe" : "trustbook";
let binary;
try {
  binary = require.resolve(`@trustbook/${system}/${file}`);
} catch {
  console.error(`error: the package @trustbook/${system} is not installed`);
  console.error("help: install with optional dependencies; package.json of this package lists the systems that have a binary");
  process.exit(3);
}

const child = spawn(binary, process.argv.slice(2), { stdio: "inherit" });
// `serve` ends on a signal; the terminal sends it to both, and other programs to this one only.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`error: ${binary} cannot be started: ${error.message}`);
  process.exit(3);
});
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
