//! The one door between the core and the world: files of the book, today's date, and what must not be published.

use crate::place;
use crate::secret::Secret;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::fmt;

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// There is no such file.
    Missing,
    /// The path leaves the book, by itself or through a link.
    Outside,
    /// It is a folder, a pipe, a device or a symbolic link.
    NotAFile,
    /// It has more bytes than [`MAX_FILE`].
    TooLarge,
    /// With it, what was read of the book has more bytes than [`MAX_BOOK`].
    BookTooLarge,
    /// With it, the pages have more than so many MiB, which is [`MAX_PAGES`] as often as [`World::room`] says.
    PagesTooLarge(usize),
    /// With it, the pages have more headings than each can be given an address of its own.
    TooManyHeadings,
    /// The system refused, with its words.
    Refused(String),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ReadError::Missing => f.write_str("there is no such file"),
            ReadError::Outside => f.write_str("the path leaves the book"),
            ReadError::NotAFile => f.write_str("it is not a plain file"),
            ReadError::TooLarge => write!(f, "it is larger than {} MiB", MAX_FILE / 1024 / 1024),
            ReadError::BookTooLarge => {
                write!(f, "with it, the files of the book have more than {} MiB together", MAX_BOOK / 1024 / 1024)
            }
            ReadError::PagesTooLarge(most) => write!(
                f,
                "with it, the pages have more than {most} MiB together; if you trust the book, set {ROOM} to 1"
            ),
            ReadError::TooManyHeadings => write!(
                f,
                "with it, the pages have more headings than a site can hold; if you trust the book, set {ROOM} to 1"
            ),
            ReadError::Refused(why) => f.write_str(why),
        }
    }
}

/// The largest file that is read, in bytes.
pub const MAX_FILE: u64 = 32 * 1024 * 1024;
/// The most that is read of a book, in bytes; a file that is read twice counts once.
pub const MAX_BOOK: u64 = 128 * 1024 * 1024;
/// The variable of the environment that gives a book more room. Nothing within a book can: a book that somebody sends
/// must end soon, and one with thousands of chapters must be built.
pub const ROOM: &str = "TRUSTBOOK_LARGE_BOOK";
/// How often the limits hold for such a book.
pub const LARGE: usize = 8;
/// The most text that pages have together, with what they include, in bytes.
pub const MAX_PAGES: usize = 12 * 1024 * 1024;

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The path relative to the book, with `/`.
    pub path: String,
    /// Whether it is a plain file (not a link, pipe or device).
    pub plain: bool,
    /// Its size in bytes.
    pub len: u64,
}

/// What a build may know of the world.
pub trait World: Sync {
    /// Reads a file. The path is relative to the book's root and uses `/`.
    ///
    /// # Errors
    /// See [`ReadError`]; a path that leaves the book is [`ReadError::Outside`].
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError>;

    /// All entries below a folder that are not folders, sorted by path. A folder that does not exist has none.
    ///
    /// # Errors
    /// Where the folder exists and can not be listed.
    fn list(&self, dir: &str) -> Result<Vec<Entry>, ReadError>;

    /// The date for which the site is built.
    fn today(&self) -> Date;

    /// The variables of the environment whose names say that they hold secrets. They decide nothing but whether a
    /// value of theirs stands in the site.
    fn secrets(&self) -> Vec<Secret>;

    /// How often the limits of all pages together hold: 1, or [`LARGE`] where whoever builds the book asks for it.
    fn room(&self) -> usize {
        1
    }

    /// Hears that a part of the build begins, and so that the one before it is done. It decides nothing: the core has
    /// no clock, and whoever wants to know what takes how long has one.
    fn begins(&self, _part: &'static str) {}
}

/// Joins a path onto a folder and resolves `.` and `..`; `None` where it leaves the root or is absolute.
pub fn join(dir: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\\') || path.contains('\0') {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in dir.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            // On Windows `C:` and the like name a drive, and dots and spaces at the end of a name are not read.
            part if part.ends_with(':') || part.trim_end_matches(['.', ' ']).is_empty() => return None,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The folder of a path; empty for a file at the root.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

/// Ends of names that are keys, databases or backups.
const ENDINGS: &[&str] = &[
    "~", ".bak", ".crt", ".gpg", ".jks", ".kdbx", ".key", ".old", ".orig", ".p12", ".pem", ".pfx", ".rej", ".sqlite",
    ".swo", ".swp", ".tmp",
];

/// Names of files, or of folders, that systems and tools leave beside a book and that say nothing.
const OF_TOOLS: &[&str] = &[
    ".cargo",
    ".ds_store",
    ".editorconfig",
    ".gitattributes",
    ".github",
    ".gitignore",
    ".gitkeep",
    ".gitmodules",
    ".idea",
    ".keep",
    ".markdownlint.json",
    ".markdownlint.yaml",
    ".nojekyll",
    ".prettierignore",
    ".prettierrc",
    ".vscode",
    "desktop.ini",
    "thumbs.db",
];

/// True for a file that a system or tool has left, which a site never has. `path` is relative to `src`.
pub fn is_of_tool(path: &str) -> bool {
    place::fold(path).split('/').any(|part| OF_TOOLS.contains(&part))
}

/// Why a file must not be published. `path` is relative to `src`.
pub fn forbidden(entry: &Entry, path: &str) -> Option<&'static str> {
    let folded = place::fold(path.strip_prefix(".well-known/").unwrap_or(path));
    let name = folded.rsplit('/').next().unwrap_or_default();
    if !entry.plain {
        Some("it is a link, a pipe or a device")
    } else if entry.len > MAX_FILE {
        Some("it is larger than 32 MiB")
    } else if folded.split('/').any(|part| part.starts_with('.')) {
        Some("its name, or that of its folder, begins with a dot")
    } else if place::has_short_name(path) {
        Some("its name, or that of its folder, can be the short name of another file on Windows")
    } else if name.starts_with("id_rsa") || name.starts_with("id_ed25519") {
        Some("it looks like a private key")
    } else if ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        Some("it looks like a key, a database or a backup")
    } else {
        None
    }
}

/// Why nothing may be read out of a file of the book, other than by what it is for: pages would show it. `path` is
/// relative to the book.
pub fn closed(path: &str) -> Option<String> {
    // What is not public stands in the register beside what is.
    if place::is_within(path, place::FACTS) {
        let is_spelt_so = parent(path).split('/').next() == Some(place::FACTS);
        let other = if is_spelt_so { "" } else { "some disks read its path as `facts/`, and " };
        return Some(format!("{other}pages show the register through expressions and blocks only"));
    }
    forbidden(&Entry { path: path.to_owned(), plain: true, len: 0 }, path).map(str::to_owned)
}

/// A world in memory, for tests and examples.
#[derive(Debug, Clone)]
pub struct MemoryWorld {
    files: BTreeMap<String, Vec<u8>>,
    secrets: Vec<Secret>,
    today: Date,
}

impl MemoryWorld {
    /// An empty world on a day.
    pub fn new(today: Date) -> Self {
        MemoryWorld { files: BTreeMap::new(), secrets: Vec::new(), today }
    }

    /// Adds or replaces a file.
    pub fn insert(&mut self, path: &str, content: impl Into<Vec<u8>>) {
        self.files.insert(path.to_owned(), content.into());
    }

    /// Adds a variable of the environment.
    pub fn set_secret(&mut self, name: &str, value: &str) {
        self.secrets.push(Secret::new(name, value));
    }
}

impl World for MemoryWorld {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let path = join("", path).ok_or(ReadError::Outside)?;
        self.files.get(&path).cloned().ok_or(ReadError::Missing)
    }

    fn list(&self, dir: &str) -> Result<Vec<Entry>, ReadError> {
        let prefix = format!("{dir}/");
        let below = self.files.keys().filter(|path| dir.is_empty() || path.starts_with(&prefix));
        let entry = |path: &String| Entry { path: path.clone(), plain: true, len: self.files[path].len() as u64 };
        Ok(below.map(entry).collect())
    }

    fn today(&self) -> Date {
        self.today
    }

    fn secrets(&self) -> Vec<Secret> {
        self.secrets.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::{closed, join};

    #[test]
    fn joined_paths_stay_inside() {
        assert_eq!(join("src/a", "../b.md").as_deref(), Some("src/b.md"));
        assert_eq!(join("src", "./x/./y.md").as_deref(), Some("src/x/y.md"));
        for path in ["../../x", "/etc/passwd", "a\\..\\b", "C:/x", "../src/../../x", ".. /x", ".../x", "a/. /x"] {
            assert_eq!(join("src", path), None, "{path}");
        }
    }

    #[test]
    fn a_closed_file_is_known_by_every_name() {
        for path in ["facts/a.toml", "FACTS/a.toml", "facts./a.toml", "fact\u{17f}/a.toml", "Facts/Facts.Lock"] {
            assert!(closed(path).is_some_and(|why| why.contains("the register")), "{path}");
        }
        for path in
            [".env", "\u{200d}.env", "\u{ff0e}git/config", "ID_RSA", "a.PEM.", "a.pem::$DATA", "a.bak ", "GIT~1/config"]
        {
            assert!(closed(path).is_some(), "{path}");
        }
        for path in ["factsheet.md", "src/facts/a.md", "a.md", ".well-known/security.txt", "model.prisma"] {
            assert_eq!(closed(path), None, "{path}");
        }
    }
}
