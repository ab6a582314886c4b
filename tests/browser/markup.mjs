// The Nu HTML checker (vnu) over every page; it needs Java 17.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import vnu from "vnu-jar";

// Java works while the browser tests run.
export default function markup(site) {
  const files = [...site.pages, ...site.redirects].map((name) => join(site.folder, name));
  const checked = check(files);
  test("the Nu HTML checker finds no error", async (context) => {
    const { missing, output } = await checked;
    if (missing && !process.env.CI) {
      console.log("SKIPPED the Nu HTML checker: there is no java on the path");
      return context.skip("there is no java on the path");
    }
    assert.ok(!missing, "there is no java on the path");
    const { messages } = JSON.parse(output);
    const errors = messages.map(
      ({ url, lastLine, message, extract }) => `${url}:${lastLine}: ${message}\n  ${extract}`,
    );
    assert.equal(errors.join("\n"), "");
  });
}

function check(files) {
  const options = ["--errors-only", "--stdout", "--format", "json"];
  const java = spawn("java", ["-jar", String(vnu), ...options, ...files], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  java.stdout.on("data", (text) => (output += text));
  return new Promise((resolve) => {
    java.on("error", () => resolve({ missing: true }));
    java.on("close", () => resolve({ output }));
  });
}
