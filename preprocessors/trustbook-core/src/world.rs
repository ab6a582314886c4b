//! The only interface between the core and the outside world: files of the book, today's date, and secrets.

use crate::place;
use crate::secret::Secret;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::fmt;

/// The reason why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadError {
    /// The file does not exist.
    Missing,
    /// The path leaves the book, by itself or through a symbolic link.
    Outside,
    /// The path is a folder, a pipe, a device or a symbolic link.
    NotAFile,
    /// The file is larger than [`MAX_FILE`].
    TooLarge,
    /// With this file, the total read from the book exceeds [`MAX_BOOK`].
    BookTooLarge,
    /// With this file, the pages exceed this number of MiB, which is [`MAX_PAGES`] times [`World::room`].
    PagesTooLarge(usize),
    /// With this file, the pages have too many headings to give each its own anchor.
    TooManyHeadings,
    /// The operating system refused; holds its message.
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

/// The largest file to read, in bytes.
pub const MAX_FILE: u64 = 32 * 1024 * 1024;
/// The largest total read from a book, in bytes; a file that is read twice counts once.
pub const MAX_BOOK: u64 = 128 * 1024 * 1024;
/// The environment variable that raises the limits for a large book. A book cannot do so itself: an untrusted book must
/// end soon, but one with thousands of chapters must build.
pub const ROOM: &str = "TRUSTBOOK_LARGE_BOOK";
/// The factor by which it raises the limits.
pub const LARGE: usize = 8;
/// The largest total text of the pages with their includes, in bytes.
pub const MAX_PAGES: usize = 12 * 1024 * 1024;

/// One entry of a folder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct FolderEntry {
    /// The path relative to the book, with `/`.
    pub path: String,
    /// True if it is a plain file (not a link, a pipe or a device).
    pub plain: bool,
    /// The size in bytes.
    pub len: u64,
}

/// The information about the outside world that a build can use.
pub trait World: Sync {
    /// Reads a file. The path is relative to the book's root and uses `/`.
    ///
    /// # Errors
    /// See [`ReadError`]; a path that leaves the book is [`ReadError::Outside`].
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError>;

    /// Returns all entries below a folder that are not folders, sorted by path. A missing folder has none.
    ///
    /// # Errors
    /// Returns an error if the folder exists but cannot be listed.
    fn list(&self, dir: &str) -> Result<Vec<FolderEntry>, ReadError>;

    /// Returns the date for which the site is built.
    fn today(&self) -> Date;

    /// Returns the environment variables whose names mark them as secrets. They are only used to detect their values in
    /// the site.
    fn secrets(&self) -> Vec<Secret>;

    /// Returns the path of the book within the folder around it that may be read as well; empty without one. Paths may
    /// then begin with as many `..` as it has parts.
    fn folder(&self) -> &str {
        ""
    }

    /// Returns the factor for the limits on all pages: 1, or [`LARGE`] if the environment asks for it.
    fn room(&self) -> usize {
        1
    }

    /// Called when a part of the build begins, and the previous one is done. It has no effect on the result: the core
    /// has no clock, so an implementation can measure the parts here.
    fn begins(&self, _part: &'static str) {}
}

/// Joins a path onto a folder and resolves `.` and `..`. `None` if it leaves the root or is absolute.
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
            // On Windows, `C:` and the like name a drive, and dots and spaces at the end of a name are ignored.
            part if part.ends_with(':') || part.trim_end_matches(['.', ' ']).is_empty() => return None,
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Resolves `.` and `..` in a path that may begin above the book, such as `../shared/a.css`.
pub fn outward(path: &str) -> Option<String> {
    let path = path.trim_start_matches("./");
    let (up, inside) = path.split_at(path.len() - path.trim_start_matches("../").len());
    join("", inside).map(|inside| format!("{up}{inside}"))
}

/// Joins a path onto a folder of the book. The result may be above the book, but in the folder that may be read.
pub fn reach(world: &dyn World, dir: &str, path: &str) -> Option<String> {
    let folder = world.folder();
    join(&format!("{folder}/{dir}"), path).map(|whole| seen_from(folder, &whole))
}

/// Returns a path relative to a folder, both given from one root.
pub fn seen_from(folder: &str, path: &str) -> String {
    let (from, to): (Vec<&str>, Vec<&str>) = (parts(folder).collect(), parts(path).collect());
    let same = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..", from.len() - same);
    up.chain(to[same..].iter().copied()).collect::<Vec<_>>().join("/")
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|part| !part.is_empty())
}

/// Returns the folder of a path; empty for a file at the root.
pub fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(dir, _)| dir)
}

/// Extensions of keys, databases and backups.
const ENDINGS: &[&str] = &[
    "~", ".bak", ".crt", ".gpg", ".jks", ".kdbx", ".key", ".old", ".orig", ".p12", ".pem", ".pfx", ".rej", ".sqlite",
    ".swo", ".swp", ".tmp",
];

/// Files and folders that systems and tools leave in a book, and that have no content for readers.
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

/// Returns true for a file left by a system or a tool, which a site never includes. `path` is relative to `src`.
pub fn is_of_tool(path: &str) -> bool {
    place::fold(path).split('/').any(|part| OF_TOOLS.contains(&part))
}

/// Returns the reason why a file must not be published. `path` is relative to `src`.
pub fn forbidden(entry: &FolderEntry, path: &str) -> Option<&'static str> {
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

/// Returns the reason why the contents of a file of the book must not get into pages, except through its own reader.
/// `path` is relative to the book.
pub fn closed(path: &str) -> Option<String> {
    // The register also contains facts that are not public.
    if place::is_within(path, place::FACTS) {
        let is_spelt_so = parent(path).split('/').next() == Some(place::FACTS);
        let other = if is_spelt_so { "" } else { "some file systems read its path as `facts/`, and " };
        return Some(format!("{other}pages show the register through expressions and blocks only"));
    }
    forbidden(&FolderEntry { path: path.to_owned(), plain: true, len: 0 }, path).map(str::to_owned)
}

/// An in-memory world for tests and examples.
#[derive(Debug, Clone)]
pub struct MemoryWorld {
    files: BTreeMap<String, Vec<u8>>,
    secrets: Vec<Secret>,
    today: Date,
}

impl MemoryWorld {
    /// Creates an empty world on a day.
    pub fn new(today: Date) -> Self {
        MemoryWorld { files: BTreeMap::new(), secrets: Vec::new(), today }
    }

    /// Adds or replaces a file.
    pub fn insert(&mut self, path: &str, content: impl Into<Vec<u8>>) {
        self.files.insert(path.to_owned(), content.into());
    }

    /// Adds an environment variable with a secret.
    pub fn set_secret(&mut self, name: &str, value: &str) {
        self.secrets.push(Secret::new(name, value));
    }
}

impl World for MemoryWorld {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        let path = join("", path).ok_or(ReadError::Outside)?;
        self.files.get(&path).cloned().ok_or(ReadError::Missing)
    }

    fn list(&self, dir: &str) -> Result<Vec<FolderEntry>, ReadError> {
        let prefix = format!("{dir}/");
        let below = self.files.keys().filter(|path| dir.is_empty() || path.starts_with(&prefix));
        let entry = |path: &String| FolderEntry { path: path.clone(), plain: true, len: self.files[path].len() as u64 };
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
    use super::{closed, join, seen_from};

    #[test]
    fn joined_paths_stay_inside() {
        assert_eq!(join("src/a", "../b.md").as_deref(), Some("src/b.md"));
        assert_eq!(join("src", "./x/./y.md").as_deref(), Some("src/x/y.md"));
        for path in ["../../x", "/etc/passwd", "a\\..\\b", "C:/x", "../src/../../x", ".. /x", ".../x", "a/. /x"] {
            assert_eq!(join("src", path), None, "{path}");
        }
    }

    #[test]
    fn an_outward_path_keeps_only_its_first_steps_up() {
        for (path, outward) in [("./a/../b.css", "b.css"), ("../../a/./b.css", "../../a/b.css"), ("../a/../b", "../b")]
        {
            assert_eq!(super::outward(path).as_deref(), Some(outward));
        }
        assert_eq!(super::outward("../a/../../b"), None);
        assert_eq!(super::outward("/a"), None);
    }

    #[test]
    fn a_path_is_seen_from_a_folder() {
        for (folder, path, seen) in [
            ("", "a/b", "a/b"),
            ("docs/book", "docs/book/src/a.md", "src/a.md"),
            ("docs/book", "docs/README.md", "../README.md"),
            ("docs/book", "README.md", "../../README.md"),
            ("docs/book", "docs/bookshelf", "../bookshelf"),
        ] {
            assert_eq!(seen_from(folder, path), seen);
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
