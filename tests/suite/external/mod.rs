//! `trustbook check --external` against local servers only.

mod cache;
mod courtesy;
mod kinds;
mod names;
mod places;
mod server;
mod shares;

use crate::command::{programs, stderr, stdout, write};
use serde_json::Value as Json;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Variables that would redirect requests or change the output.
const REMOVED: &[&str] = &[
    "ALL_PROXY",
    "CI",
    "GITHUB_ACTIONS",
    "GITHUB_STEP_SUMMARY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// A book in a temporary folder, whose links lead to this machine.
struct Book {
    dir: TempDir,
    names: SocketAddr,
}

impl Book {
    /// Creates a book with one page, and these settings under `[preprocessor.trustbook.links]`.
    fn new(page: &str, settings: &str) -> Self {
        let book = Book { dir: tempfile::tempdir().unwrap(), names: names::start() };
        book.set(settings);
        book.write("src/SUMMARY.md", "- [Links](links.md)\n");
        book.write("src/links.md", page);
        book
    }

    fn set(&self, settings: &str) {
        self.write(
            "book.toml",
            &format!(
                "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n\n\
                 [preprocessor.trustbook.security.network]\nallow = [\"127.0.0.1\"]\nnameservers = [\"{}\"]\n\n\
                 [preprocessor.trustbook.links]\n{settings}\n",
                self.names
            ),
        );
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn write(&self, path: &str, text: &str) {
        write(self.path(), path, text);
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap_or_default()
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(programs().join("trustbook"));
        command.args(args).current_dir(self.path());
        for name in REMOVED {
            command.env_remove(name);
        }
        command.output().unwrap()
    }

    /// Runs `check --external` with more arguments.
    fn check(&self, args: &[&str]) -> Checked {
        let args: Vec<&str> = ["check", "--external", "--format", "json"].iter().chain(args).copied().collect();
        Checked::of(&self.run(&args))
    }
}

/// The result of a run.
#[derive(Debug)]
struct Checked {
    code: Option<i32>,
    findings: Vec<Json>,
    said: String,
}

impl Checked {
    fn of(output: &Output) -> Self {
        let findings = stdout(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        Checked { code: output.status.code(), findings, said: stderr(output) }
    }

    /// Returns the check, the line and the message of each finding.
    fn told(&self) -> Vec<(String, u64, String)> {
        let text = |finding: &Json, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        let of = |finding: &Json| {
            (text(finding, "check"), finding["line"].as_u64().unwrap_or_default(), text(finding, "message"))
        };
        self.findings.iter().map(of).collect()
    }

    /// Returns the checks of the findings.
    fn checks(&self) -> Vec<String> {
        self.told().into_iter().map(|(check, ..)| check).collect()
    }
}

/// Returns a page with one link per line, starting at the third line.
fn page_of(links: &[String]) -> String {
    let lines: String = links.iter().enumerate().map(|(at, link)| format!("- [link {at}]({link})\n")).collect();
    format!("# Links\n\n{lines}")
}
