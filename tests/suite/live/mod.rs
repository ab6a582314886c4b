//! Live facts: sources of every kind, the lock, the guarded network and its limits, against local servers.

mod book;
mod dns;
mod domains;
mod faults;
mod git;
mod hermetic;
mod interrupted;
mod kinds;
mod network;
mod refresh;
mod secrets;
mod tamper;
mod tls;

use crate::command::{programs, stderr, stdout, write};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Variables that would redirect requests, or that contain data of the person who runs the tests.
const REMOVED: &[&str] = &[
    "ALL_PROXY",
    "CI",
    "GITHUB_ACTIONS",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "all_proxy",
    "http_proxy",
    "https_proxy",
    "no_proxy",
];

/// A book in a temporary folder, whose sources are on this machine.
struct Book {
    dir: TempDir,
    env: Vec<(String, String)>,
}

impl Book {
    /// Creates a book that allows the hosts and addresses in `allow`, with this register.
    fn new(allow: &[&str], register: &str) -> Self {
        Book::with(&format!("[preprocessor.trustbook.security.network]\nallow = {allow:?}\n"), register)
    }

    /// Creates a book with these settings after `[preprocessor.trustbook]`.
    fn with(settings: &str, register: &str) -> Self {
        let book = Book { dir: tempfile::tempdir().unwrap(), env: Vec::new() };
        book.write("book.toml", &format!("[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n\n{settings}"));
        book.write("src/SUMMARY.md", "- [Page](page.md)\n");
        book.write("src/page.md", "# Page\n\n{{#facts product}}\n\n{{#sources}}\n");
        book.write("facts/product.toml", register);
        book
    }

    fn path(&self) -> &Path {
        self.dir.path()
    }

    fn write(&self, path: &str, text: &str) {
        write(self.path(), path, text);
    }

    /// Sets an environment variable for the command.
    fn set(&mut self, name: &str, value: &str) {
        self.env.push((name.to_owned(), value.to_owned()));
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(programs().join("trustbook"));
        command.args(args).current_dir(self.path());
        for name in REMOVED {
            command.env_remove(name);
        }
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the command on a day of January 2026.
    fn on(&self, day: u8, args: &[&str]) -> Said {
        let day = format!("2026-01-{day:02}");
        let output = self.command(args).args(["--now", &day]).output().unwrap();
        Said(output)
    }

    fn lock(&self) -> String {
        fs::read_to_string(self.path().join("facts/facts.lock")).unwrap_or_default()
    }

    /// Returns the value of a fact in the lock, as TOML.
    fn value(&self, id: &str) -> Option<String> {
        let lock: toml::Table = self.lock().parse().unwrap();
        let sources = lock.get("source")?.as_array()?.clone();
        let facts = sources.iter().filter_map(|source| source.get("facts")?.as_array().cloned()).flatten();
        facts.into_iter().find(|fact| fact["id"].as_str() == Some(id)).map(|fact| fact["value"].to_string())
    }
}

/// The output of the command.
struct Said(Output);

impl Said {
    fn code(&self) -> Option<i32> {
        self.0.status.code()
    }

    /// Returns both streams, for assertion messages.
    fn all(&self) -> String {
        format!("{}{}", stdout(&self.0), stderr(&self.0))
    }

    fn out(&self) -> String {
        stdout(&self.0)
    }

    #[track_caller]
    fn ok(self) -> Self {
        assert_eq!(self.code(), Some(0), "{}", self.all());
        self
    }

    /// Asserts that the command failed without a panic, and printed all these texts.
    #[track_caller]
    fn failed_with(self, parts: &[&str]) -> Self {
        let all = self.all();
        assert_eq!(self.code(), Some(1), "{all}");
        assert!(!all.contains("panicked"), "{all}");
        for part in parts {
            assert!(all.contains(part), "no {part:?} in:\n{all}");
        }
        self
    }
}

/// Returns a register with an http source, and a fact from it.
fn http(url: &str) -> String {
    format!(
        "[product]\nversion = {{ live = \"release\", select = \".tag_name\" }}\n\n\
         [[source]]\nid = \"release\"\nkind = \"http\"\nurl = \"{url}\"\nformat = \"json\"\n"
    )
}
