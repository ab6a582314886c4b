//! Addresses of lines in repositories: permanent ones are made, and those that move are recognised.
//!
//! How each forge writes lines is compared with the addresses that other programs make for it: GitWebLinks
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

/// The lines of a file, both from 1; the last is included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lines {
    /// The first.
    pub first: usize,
    /// The last.
    pub last: usize,
}

/// The permanent address of a file at a commit, or of lines in it. `commit` is a hash of 7 to 64 hex digits, and `path`
/// is relative to the repository.
///
/// `template` is of the book and goes before all else: `https://code.example.com/r/{commit}/{path}#L{first}-L{last}`.
/// `None` where the forge can not be told and there is no template, and for a path or commit that can not be one.
pub fn permalink(
    repository: &Url,
    template: Option<&str>,
    commit: &str,
    path: &str,
    lines: Option<Lines>,
) -> Option<String> {
    let path = path.strip_prefix("./").unwrap_or(path).trim_start_matches('/');
    // A browser would resolve such parts of a path, in percent encoding too, and ask for another file.
    let odd = path.split('/').any(|part| matches!(part, "" | "." | ".."));
    if odd || !line::is_commit(commit) {
        return None;
    }
    let file = permanent::File { commit, path, lines: lines.map(line::in_order) };
    match template {
        Some(template) => template::fill(template, &file),
        None => permanent::address(&host::repository(repository)?, &file),
    }
}
