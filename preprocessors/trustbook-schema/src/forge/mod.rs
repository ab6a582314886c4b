//! Addresses of lines in repositories: makes permanent ones, and recognises those that move.
//!
//! The line syntax of each forge was compared with the addresses that other programs make: GitWebLinks
//! (github.com/reduckted/GitWebLinks, `shared/handlers`), and for sourcehut the editor Zed.

mod host;
mod line;
mod moving;
mod permanent;
mod raw;
mod template;

use url::Url;

pub use moving::{Moving, moving};
pub use raw::{RawLines, raw_lines};
pub use template::check as check_template;

/// A range of lines in a file, both counted from 1; the last is included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lines {
    /// The first line.
    pub first: usize,
    /// The last line.
    pub last: usize,
}

/// Returns the permanent address of a file at a commit, or of lines in it. `None` if the path or the commit is invalid,
/// or if the forge cannot be recognised and there is no template.
///
/// `commit` is a hash of 7 to 64 hexadecimal digits, and `path` is relative to the repository. `template` comes from
/// the book and takes precedence: `https://code.example.com/r/{commit}/{path}#L{first}-L{last}`.
pub fn permalink(
    repository: &Url,
    template: Option<&str>,
    commit: &str,
    path: &str,
    lines: Option<Lines>,
) -> Option<String> {
    let path = path.strip_prefix("./").unwrap_or(path).trim_start_matches('/');
    // A browser would resolve such parts, also percent-encoded ones, and request another file.
    let odd = path.split('/').any(|part| matches!(part, "" | "." | ".."));
    if odd || !line::is_commit(commit) {
        return None;
    }
    let file = permanent::CommitFile { commit, path, lines: lines.map(line::in_order) };
    match template {
        Some(template) => template::fill(template, &file),
        None => permanent::address(&host::repository(repository)?, &file),
    }
}
