//! Addresses that serve the bytes of a file, made from addresses that show its lines.
//!
//! On most forges a script shows the lines of a page, so the answer is the same whether a line exists or not.

use super::Lines;
use super::host::{Forge, by_host};
use super::line;
use percent_encoding::percent_decode_str;
use url::Url;

/// Lines of a file, with the address of its bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RawLines {
    /// The address of the bytes.
    pub file: Url,
    /// The lines.
    pub lines: Lines,
}

/// Reads an address of lines at a commit, a tag or a branch; `None` for anything else, and for forges that serve no
/// bytes.
pub fn raw_lines(url: &Url) -> Option<RawLines> {
    let fragment = url.fragment()?.split(":~:").next().unwrap_or_default();
    let fragment = percent_decode_str(fragment).decode_utf8_lossy();
    let parts: Vec<&str> = url.path_segments()?.filter(|part| !part.is_empty()).collect();
    let host = url.host_str()?;
    let page = |at: usize| matches!(parts.get(at), Some(&("blob" | "blame")));
    let has_file = |at: usize| parts.len() > at + 2;
    let (at, word, lines) = match by_host(host)? {
        Forge::GitHub if page(2) && has_file(2) => (2, "raw", line::after_letter(&fragment)),
        Forge::GitLab => {
            let at = (2..parts.len()).find(|at| page(*at) && has_file(*at))?;
            (at, "raw", line::after_letter(&fragment))
        }
        Forge::BitbucketCloud if parts.get(2) == Some(&"src") && has_file(2) => {
            (2, "raw", line::after_word(&fragment, parts.last()?))
        }
        Forge::BitbucketServer => {
            let at = parts.iter().position(|part| *part == "browse").filter(|at| *at >= 4 && parts.len() > at + 1)?;
            (at, "raw", line::bare(&fragment))
        }
        Forge::Gitea if parts.get(2) == Some(&"src") && has_file(3) => (2, "raw", line::after_letter(&fragment)),
        Forge::Sourcehut if parts.get(2) == Some(&"tree") && parts.get(4) == Some(&"item") => {
            return sourcehut(url, &parts, line::after_letter(&fragment)?);
        }
        Forge::Cgit => {
            let at = parts.iter().position(|part| *part == "tree").filter(|at| *at >= 1 && parts.len() > at + 1)?;
            (at, "plain", line::numbered(&fragment))
        }
        _ => return None,
    };
    let mut path = parts.clone();
    *path.get_mut(at)? = word;
    let mut file = url.clone();
    file.set_fragment(None);
    // The bytes do not need a query that selects a view, but they need one that names the commit.
    let names_commit = url.query_pairs().any(|(name, _)| matches!(name.as_ref(), "at" | "h" | "id"));
    if !names_commit {
        file.set_query(None);
    }
    if host == "github.com" {
        // GitHub would redirect to this host.
        file.set_host(Some("raw.githubusercontent.com")).ok()?;
        path.remove(at);
    }
    file.set_path(&path.join("/"));
    Some(RawLines { file, lines: lines? })
}

/// Maps `/~user/repository/tree/COMMIT/item/PATH` to the address of its bytes, `/~user/repository/blob/COMMIT/PATH`.
fn sourcehut(url: &Url, parts: &[&str], lines: Lines) -> Option<RawLines> {
    let ([before @ .., _], [commit, _, path @ ..]) = (parts.get(..3)?, parts.get(3..)?) else { return None };
    let path: Vec<&str> = before.iter().chain(&["blob", commit]).chain(path).copied().collect();
    let mut file = url.clone();
    file.set_fragment(None);
    file.set_query(None);
    file.set_path(&path.join("/"));
    Some(RawLines { file, lines })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Option<(String, usize, usize)> {
        let found = raw_lines(&Url::parse(url).unwrap())?;
        Some((found.file.to_string(), found.lines.first, found.lines.last))
    }

    #[test]
    fn each_forge_serves_its_files_somewhere() {
        for (url, file, first, last) in [
            (
                "https://github.com/o/r/blob/abcdef0/a%20b/c.rs?plain=1#L3-L5",
                "https://raw.githubusercontent.com/o/r/abcdef0/a%20b/c.rs",
                3,
                5,
            ),
            ("https://github.com/o/r/blame/main/c.rs#L3", "https://raw.githubusercontent.com/o/r/main/c.rs", 3, 3),
            (
                "http://github.example.com:8080/o/r/blob/v1/c.rs#L3",
                "http://github.example.com:8080/o/r/raw/v1/c.rs",
                3,
                3,
            ),
            ("https://gitlab.com/g/s/r/-/blob/main/c.rs#L3-5", "https://gitlab.com/g/s/r/-/raw/main/c.rs", 3, 5),
            (
                "https://bitbucket.org/o/r/src/abcdef0/c.rs#lines-3:5",
                "https://bitbucket.org/o/r/raw/abcdef0/c.rs",
                3,
                5,
            ),
            (
                "https://bitbucket.example.com/projects/P/repos/r/browse/c.rs?at=abcdef0#3",
                "https://bitbucket.example.com/projects/P/repos/r/raw/c.rs?at=abcdef0",
                3,
                3,
            ),
            (
                "https://codeberg.org/o/r/src/commit/abcdef0/c.rs#L3",
                "https://codeberg.org/o/r/raw/commit/abcdef0/c.rs",
                3,
                3,
            ),
            ("https://git.sr.ht/~u/r/tree/abcdef0/item/d/c.rs#L3", "https://git.sr.ht/~u/r/blob/abcdef0/d/c.rs", 3, 3),
            (
                "https://git.kernel.org/pub/git.git/tree/d/c.c?id=abcdef0#n3",
                "https://git.kernel.org/pub/git.git/plain/d/c.c?id=abcdef0",
                3,
                3,
            ),
        ] {
            assert_eq!(of(url), Some((file.to_owned(), first, last)), "{url}");
        }
    }

    #[test]
    fn what_shows_no_lines_has_no_bytes() {
        for url in [
            "https://github.com/o/r/blob/main/c.rs",
            "https://github.com/o/r/blob/main/README.md#install",
            "https://github.com/o/r#L3",
            "https://github.com/o/r/blob/main#L3",
            "https://github.com/o/r/issues/3#L3",
            "https://docs.example.com/o/r/blob/main/c.rs#L3",
            "https://x.googlesource.com/a/+/abcdef0/c.rs#3",
            "https://git.sr.ht/~u/r/tree#L3",
            "https://gitlab.com/g/r/-/tree/main/d#L3",
        ] {
            assert_eq!(of(url), None, "{url}");
        }
    }
}
