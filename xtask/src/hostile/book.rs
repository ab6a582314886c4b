//! A hostile book from `tests/hostile`: its purpose, its expected result, and its files.

use super::text;
use crate::run::root;
use anyhow::{Context, Result, bail, ensure};
use std::ffi::OsString;
use std::fs;
use std::io::{BufWriter, Write};
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// A hostile book.
pub(super) struct Book {
    pub(super) name: String,
    /// The purpose of the book: the attack, in a sentence.
    pub(super) tries: String,
    /// Commands that run in addition to those for each book.
    pub(super) runs: Vec<String>,
    /// Environment variables.
    pub(super) env: Vec<(String, String)>,
    /// Text that is appended to each sentence in the register of the example vendor. The rest of the book is
    /// then the example vendor's.
    vendor: Option<String>,
    /// The expected result.
    pub(super) comes_to: String,
    path: PathBuf,
    files: Vec<File>,
}

struct File {
    /// The path within the book, in bytes. `№` stands for the number of the repetition.
    path: Vec<u8>,
    what: What,
    count: usize,
}

enum What {
    /// The text as written; it is expanded only on writing, because it may be large.
    Text(String),
    Link(Vec<u8>),
    Fifo,
    Socket,
    /// A sparse file of this size, without content.
    Sparse(u64),
    Folder,
}

/// The file that is passed to a command on standard input.
const STDIN: &str = "stdin.json";
const HEAD: &[&str] = &["runs: ", "env: ", "vendor: ", "comes to: "];

impl Book {
    /// Reads a book.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let source = fs::read_to_string(path)?;
        let name = path.file_stem().context("a book without a name")?.to_string_lossy().into_owned();
        let (head, body) = source.split_once("\n\n=== ").context("no file begins with `=== path`")?;
        let mut lines = head.lines();
        let tries = lines.next().unwrap_or_default().to_owned();
        ensure!(tries.ends_with('.'), "the first line has to say what the book tries, in a sentence");
        let mut book = Book {
            name,
            tries,
            runs: Vec::new(),
            env: Vec::new(),
            vendor: None,
            comes_to: String::new(),
            path: path.to_owned(),
            files: Vec::new(),
        };
        for line in lines {
            match HEAD.iter().find_map(|key| Some((*key, line.strip_prefix(key)?))) {
                Some(("runs: ", words)) => book.runs = words.split(", ").map(str::to_owned).collect(),
                Some(("env: ", pair)) => {
                    let (name, value) = pair.split_once('=').context("a variable without `=`")?;
                    book.env.push((name.to_owned(), value.to_owned()));
                }
                Some(("vendor: ", behind)) => book.vendor = Some(behind.to_owned()),
                Some((_, words)) => words.clone_into(&mut book.comes_to),
                None => bail!("`{line}` is neither `runs: `, `env: `, `vendor: ` nor `comes to: `"),
            }
        }
        for part in body.split("\n=== ") {
            let (head, content) = part.split_once('\n').unwrap_or((part, ""));
            // The line end before the next head belongs to the file.
            book.files.push(file(head, &format!("{content}\n"))?);
        }
        match book.vendor.take() {
            Some(behind) => book.files.extend(vendor(&behind)?),
            None => book.add_missing(),
        }
        Ok(book)
    }

    /// Adds a default book.toml and SUMMARY.md if they are missing.
    fn add_missing(&mut self) {
        let has = |path: &[u8]| self.files.iter().any(|file| file.path == path);
        let mut more = Vec::new();
        if !has(b"book.toml") {
            more.push(("book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n".to_owned()));
        }
        // Nothing is written through a link, which may lead out of the room.
        if !has(b"src/SUMMARY.md") && !has(b"src") {
            let paths = self.files.iter().map(|file| (String::from_utf8_lossy(&file.path).into_owned(), file.count));
            let mut summary = String::new();
            for (path, count) in paths {
                let Some(chapter) = path.strip_prefix("src/").filter(|path| path.ends_with(".md")) else { continue };
                for number in 0..count {
                    let chapter = chapter.replace('№', &number.to_string());
                    summary.push_str(&format!("- [{}](<{chapter}>)\n", chapter.trim_end_matches(".md")));
                }
            }
            more.push(("src/SUMMARY.md", summary));
        }
        self.files.extend(more.into_iter().map(|(path, text)| File {
            path: path.as_bytes().to_vec(),
            what: What::Text(text),
            count: 1,
        }));
    }

    /// Writes the book into a folder, replacing its content.
    pub(super) fn write(&self, folder: &Path) -> Result<()> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        for file in &self.files {
            for number in 0..file.count {
                let mut path = Vec::new();
                text::numbered(&file.path, number, &mut path)?;
                let path = folder.join(OsString::from_vec(path));
                make(&path, &file.what).with_context(|| format!("making {}", path.display()))?;
            }
        }
        Ok(())
    }

    /// Returns the file for the standard input of the preprocessor.
    pub(super) fn stdin(&self, folder: &Path) -> Option<PathBuf> {
        let has = self.files.iter().any(|file| file.path == STDIN.as_bytes());
        has.then(|| folder.join(STDIN))
    }

    /// Writes a new expected result into the book's source.
    pub(super) fn rewrite(&self, comes_to: &str) -> Result<()> {
        let source = fs::read_to_string(&self.path)?;
        let (head, body) = source.split_once("\n\n").context("no head")?;
        let mut lines: Vec<&str> = head.lines().filter(|line| !line.starts_with("comes to: ")).collect();
        let line = format!("comes to: {comes_to}");
        lines.push(&line);
        Ok(fs::write(&self.path, format!("{}\n\n{body}", lines.join("\n")))?)
    }
}

/// Parses the text after `=== `: a path, and its type unless it is a plain file.
fn file(head: &str, content: &str) -> Result<File> {
    let (path, what, count) = if let Some((path, target)) = head.split_once(" -> ") {
        (path, What::Link(text::bytes(target)?), 1)
    } else if let Some((path, note)) = head.strip_suffix(')').and_then(|head| head.rsplit_once(" (")) {
        let (word, number) = note.split_once(' ').unwrap_or((note, ""));
        match (word, note.strip_suffix(" times")) {
            ("fifo", _) => (path, What::Fifo, 1),
            ("socket", _) => (path, What::Socket, 1),
            ("folder", _) => (path, What::Folder, 1),
            ("sparse", _) => (path, What::Sparse(number.parse()?), 1),
            (_, Some(times)) => (path, What::Text(content.to_owned()), times.parse()?),
            _ => bail!("`({note})` is no kind of file"),
        }
    } else {
        (head, What::Text(content.to_owned()), 1)
    };
    Ok(File { path: text::bytes(path)?, what, count })
}

/// Returns the files of the example vendor's book, with text appended to each sentence of its register.
fn vendor(behind: &str) -> Result<Vec<File>> {
    let folder = root().join("tests/books/vendor");
    let mut files = Vec::new();
    for entry in WalkDir::new(&folder) {
        let entry = entry?;
        let path = entry.path().strip_prefix(&folder)?.to_str().context("a name that is no text")?;
        if entry.file_type().is_file() && path != "facts/facts.lock" {
            let text = fs::read_to_string(entry.path())?;
            let is_register = path.starts_with("facts/");
            let text: String = text
                .split_inclusive('\n')
                .map(|line| if is_register { sentence(line, behind) } else { line.to_owned() })
                .collect();
            files.push(File { path: path.as_bytes().to_vec(), what: What::Text(text), count: 1 });
        }
    }
    Ok(files)
}

/// Appends text to a line of the register if its value is a sentence.
fn sentence(line: &str, behind: &str) -> String {
    let is_text = line.trim_end().ends_with('"') && line.contains(" = \"");
    let is_sentence = line.split_once(" = \"").is_some_and(|(_, value)| value.contains(' ') && !value.contains("://"));
    match is_text && is_sentence && !line.starts_with("expr") {
        true => format!("{}{behind}\"\n", line.trim_end().trim_end_matches('"')),
        false => line.to_owned(),
    }
}

fn make(path: &Path, what: &What) -> Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    match what {
        What::Text(text) => {
            let mut out = BufWriter::new(fs::File::create(path)?);
            text::expand(text, &mut out)?;
            out.flush()?;
        }
        What::Link(target) => std::os::unix::fs::symlink(OsString::from_vec(target.clone()), path)?,
        What::Folder => fs::create_dir_all(path)?,
        What::Sparse(len) => fs::File::create(path)?.set_len(*len)?,
        What::Socket => drop(std::os::unix::net::UnixListener::bind(path)?),
        What::Fifo => {
            let made = std::process::Command::new("mkfifo").arg(path).status()?;
            ensure!(made.success(), "mkfifo failed");
        }
    }
    Ok(())
}
