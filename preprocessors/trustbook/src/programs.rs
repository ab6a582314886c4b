//! The preprocessors of other programs that the person who builds a book allows by name.

use crate::output::{cut, say};
use crate::process;
use mdbook_trustbook::foreign::Programs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use trustbook_core::Book;
use trustbook_core::config::foreign::Foreign;
use trustbook_core::report::harmless;
use trustbook_core::world::{LARGE, MAX_PAGES};

/// The environment variable that allows preprocessors, for CI. No book can set it.
const VARIABLE: &str = "TRUSTBOOK_ALLOW_PREPROCESSORS";
/// The time limit for a preprocessor.
const MOST_TIME: Duration = Duration::from_secs(60);
/// The maximum size of the book that it prints: JSON takes more bytes than the pages do.
const MOST_BYTES: u64 = (2 * LARGE * MAX_PAGES) as u64;
/// The number of lines of its standard error that are shown.
const MOST_LINES: usize = 40;

#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct AllowArgs {
    /// Run this preprocessor of book.toml: `NAME` for `mdbook-NAME`, or `NAME=COMMAND` for another command.
    /// The environment variable TRUSTBOOK_ALLOW_PREPROCESSORS allows more, each on a line of its own.
    #[arg(long, value_name = "NAME")]
    allow_preprocessor: Vec<String>,
}

/// Runs the allowed preprocessors of a book.
#[derive(Debug)]
pub(crate) struct Allowed {
    root: PathBuf,
    allowed: Vec<String>,
    log: Mutex<Vec<String>>,
}

impl Allowed {
    /// Returns the programs that the arguments and the environment allow for the book in a folder.
    pub(crate) fn new(book: &Path, args: &AllowArgs) -> Self {
        let variable = std::env::var(VARIABLE).unwrap_or_default();
        let named = args.allow_preprocessor.iter().map(String::as_str).chain(variable.lines());
        let allowed = named.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect();
        let root = std::path::absolute(book).unwrap_or_else(|_| book.to_owned());
        Allowed { root, allowed, log: Mutex::default() }
    }

    /// Prints which preprocessors ran and what they said.
    pub(crate) fn tell(&self, content: &Book) {
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        for line in log.drain(..) {
            // Half a secret would not be recognised.
            say(&harmless(&cut(&content.masked(&line), 500)));
        }
    }

    fn note(&self, line: String) {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    }
}

impl Programs for Allowed {
    fn root(&self) -> PathBuf {
        self.root.clone()
    }

    fn allows(&self, foreign: &Foreign) -> bool {
        foreign.allowance().is_some_and(|allowance| self.allowed.contains(&allowance))
    }

    fn run(&self, foreign: &Foreign, renderer: &str, input: Option<Vec<u8>>) -> Result<Option<Vec<u8>>, String> {
        let line = foreign.command();
        let words = shlex::split(&line).filter(|words| !words.is_empty());
        let Some([program, arguments @ ..]) = words.as_deref() else { return Err("is not a command".to_owned()) };
        // As in mdBook, a path is relative to the book, and a name is looked up.
        let is_path = Path::new(program).components().count() > 1;
        let mut command = process::command(if is_path { self.root.join(program) } else { PathBuf::from(program) });
        command.args(arguments).current_dir(&self.root).stdin(Stdio::piped());
        let asks = input.is_none();
        if asks {
            command.args(["supports", renderer]);
        }
        let started = Instant::now();
        let printed = process::run_with(&mut command, input.unwrap_or_default(), MOST_TIME, MOST_BYTES);
        let printed = printed.map_err(|failure| failure.what().to_owned())?;
        let name = foreign.preprocessor.as_deref().unwrap_or_default();
        let lines: Vec<&str> = printed.errors.lines().filter(|line| !line.trim().is_empty()).collect();
        lines.iter().take(MOST_LINES).for_each(|line| self.note(format!("{name}: {line}")));
        if lines.len() > MOST_LINES {
            self.note(format!("{name}: {} more lines", lines.len() - MOST_LINES));
        }
        match printed.ended {
            None => Err(format!("did not end within {} s", MOST_TIME.as_secs())),
            Some(ended) if asks => {
                if !ended {
                    self.note(format!("`{line}` does not support `{renderer}`, and was not run"));
                }
                Ok(ended.then(Vec::new))
            }
            Some(false) => Err("failed".to_owned()),
            Some(true) if printed.output.len() as u64 > MOST_BYTES => {
                Err(format!("printed more than {} MiB", MOST_BYTES / 1024 / 1024))
            }
            Some(true) => {
                self.note(format!("ran the preprocessor `{line}` in {:.2} s", started.elapsed().as_secs_f32()));
                Ok(Some(printed.output))
            }
        }
    }
}
