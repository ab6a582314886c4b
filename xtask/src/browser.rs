//! The tests of the built site in a real browser.

use crate::run::{Outcome, cargo, exists, program, root, run};
use crate::tools;
use anyhow::{Context, Result};
use std::path::PathBuf;
use std::process::Command;

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];

/// Builds the reference book, and tests it in Chromium with JavaScript on and off.
pub(crate) fn test() -> Result<Outcome> {
    let browser = match prepare()? {
        Ok(browser) => browser,
        Err(why) => return Ok(Outcome::Skipped(why)),
    };
    let site = build()?;
    let mut node = program(
        "node",
        &["--test", "--test-reporter=spec", "tests/browser/site.test.mjs", "tests/browser/queries.test.mjs"],
    );
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let command = root().join(target).join("debug").join(format!("trustbook{}", std::env::consts::EXE_SUFFIX));
    run(node.env("SITE", &site).env("CHROMIUM", browser).env("COMMAND", command).env("BOOK", root()))?;
    Ok(Outcome::Passed)
}

/// Takes screenshots of every page into a folder.
pub(crate) fn screenshots(dir: &str) -> Result<()> {
    let browser = prepare()?.map_err(anyhow::Error::msg)?;
    let site = build()?;
    let out = std::path::absolute(dir)?;
    let out = out.to_str().context("the folder's path is not UTF-8")?;
    run(program("node", &["tests/browser/screenshots.mjs", &site, out]).env("CHROMIUM", browser))
}

/// Returns a browser, after installing the packages that the tests need. The inner error says what is missing.
fn prepare() -> Result<Result<String, String>> {
    if !exists("node") || !exists("npm") {
        return Ok(Err("install Node.js 20 or later, with npm".to_owned()));
    }
    let mut browser = BROWSERS.iter().find(|name| exists(name));
    if browser.is_none() {
        if let Err(why) = tools::debian(&["chromium", "fonts-noto-core"])? {
            return Ok(Err(why));
        }
        browser = BROWSERS.iter().find(|name| exists(name));
    }
    let Some(browser) = browser else { return Ok(Err("install Chromium".to_owned())) };
    if !exists("java")
        && let Err(why) = tools::debian(&["default-jre-headless"])?
    {
        return Ok(Err(why));
    }
    let path = Command::new("sh").args(["-c", &format!("command -v {browser}")]).output()?;
    run(program("npm", &["ci", "--no-audit", "--no-fund", "--ignore-scripts"])
        .current_dir(root().join("tests/browser")))?;
    Ok(Ok(String::from_utf8(path.stdout)?.trim().to_owned()))
}

/// Builds the reference book for the tests, and returns its folder.
fn build() -> Result<String> {
    let out = root().join("target/site");
    let out = out.to_str().context("the path of the project is not UTF-8")?.to_owned();
    run(&mut cargo(&["run", "--quiet", "--locked", "--package", "trustbook", "--", "build", "--out", &out]))?;
    Ok(out)
}
