//! The permanent address of lines, in the form of each forge.

use super::Lines;
use super::host::{Forge, Repository};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// A file at a commit, with the lines to show, if any.
#[derive(Debug)]
pub(super) struct CommitFile<'f> {
    pub(super) commit: &'f str,
    pub(super) path: &'f str,
    pub(super) lines: Option<Lines>,
}

/// The characters to percent-encode in a path; brackets and parentheses too, so that Markdown can hold the address.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes a path.
pub(super) fn encoded(path: &str) -> String {
    utf8_percent_encode(path, PATH).to_string()
}

/// Returns the address of a file, or of lines in it.
pub(super) fn address(repository: &Repository, file: &CommitFile<'_>) -> Option<String> {
    let Repository { forge, address } = repository;
    let CommitFile { commit, lines, .. } = file;
    let path = encoded(file.path);
    let range = lines.map(|lines| fragment(*forge, lines)).unwrap_or_default();
    Some(match forge {
        Forge::GitHub => format!("{address}/blob/{commit}/{path}{}{range}", as_source(file, "?plain=1")),
        Forge::GitLab => format!("{address}/-/blob/{commit}/{path}{}{range}", as_source(file, "?plain=1")),
        Forge::BitbucketCloud => format!("{address}/src/{commit}/{path}{range}"),
        Forge::BitbucketServer => format!("{address}/browse/{path}?at={commit}{range}"),
        Forge::Gitea => format!("{address}/src/commit/{commit}/{path}{}{range}", as_source(file, "?display=source")),
        Forge::Sourcehut => format!("{address}/tree/{commit}/item/{path}{range}"),
        Forge::Azure => format!("{address}?path=/{path}&version=GC{commit}{range}"),
        Forge::Cgit => format!("{address}/tree/{path}?id={commit}{range}"),
        Forge::Gitiles => format!("{address}/+/{commit}/{path}{range}"),
    })
}

fn fragment(forge: Forge, Lines { first, last }: Lines) -> String {
    let one = first == last;
    match forge {
        Forge::GitHub | Forge::Gitea if !one => format!("#L{first}-L{last}"),
        Forge::GitLab | Forge::Sourcehut if !one => format!("#L{first}-{last}"),
        Forge::GitHub | Forge::Gitea | Forge::GitLab | Forge::Sourcehut => format!("#L{first}"),
        Forge::BitbucketCloud if one => format!("#lines-{first}"),
        Forge::BitbucketCloud => format!("#lines-{first}:{last}"),
        Forge::BitbucketServer if one => format!("#{first}"),
        Forge::BitbucketServer => format!("#{first}-{last}"),
        // A selection ends before the first column of the next line.
        Forge::Azure => format!(
            "&line={first}&lineEnd={}&lineStartColumn=1&lineEndColumn=1&lineStyle=plain",
            last.saturating_add(1)
        ),
        // One of these two has no ranges, and the other has them only in its newest versions.
        Forge::Cgit => format!("#n{first}"),
        Forge::Gitiles => format!("#{first}"),
    }
}

/// Returns `query` if the forge would otherwise render the file instead of showing its lines, else an empty text.
fn as_source<'q>(file: &CommitFile<'_>, query: &'q str) -> &'q str {
    const DRAWN: &[&str] = &[".adoc", ".asciidoc", ".markdown", ".md", ".mdx", ".org", ".rst"];
    let path = file.path.to_ascii_lowercase();
    if file.lines.is_some() && DRAWN.iter().any(|end| path.ends_with(end)) { query } else { "" }
}

#[cfg(test)]
mod tests {
    use crate::forge::{Lines, permalink};
    use url::Url;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn of(repository: &str, path: &str, first: usize, last: usize) -> Option<String> {
        let found = permalink(&Url::parse(repository).unwrap(), None, COMMIT, path, Some(Lines { first, last }));
        found.map(|address| address.replace(COMMIT, "C"))
    }

    #[test]
    fn every_forge_has_its_form() {
        for (repository, one, more) in [
            ("https://github.com/o/r.git", "https://github.com/o/r/blob/C/a.sql#L3", "#L3-L5"),
            ("https://github.com/o/r/", "https://github.com/o/r/blob/C/a.sql#L3", "#L3-L5"),
            ("https://github.com/o/r/tree/main/x", "https://github.com/o/r/blob/C/a.sql#L3", "#L3-L5"),
            ("ssh://git@github.com/o/r.git", "https://github.com/o/r/blob/C/a.sql#L3", "#L3-L5"),
            ("https://github.example.com/o/r", "https://github.example.com/o/r/blob/C/a.sql#L3", "#L3-L5"),
            ("https://gitlab.com/g/s/r.git", "https://gitlab.com/g/s/r/-/blob/C/a.sql#L3", "#L3-5"),
            ("https://gitlab.example.com:8443/g/r", "https://gitlab.example.com:8443/g/r/-/blob/C/a.sql#L3", "#L3-5"),
            ("https://bitbucket.org/o/r", "https://bitbucket.org/o/r/src/C/a.sql#lines-3", "#lines-3:5"),
            (
                "https://bitbucket.example.com/scm/PR/r.git",
                "https://bitbucket.example.com/projects/PR/repos/r/browse/a.sql?at=C#3",
                "#3-5",
            ),
            (
                "https://code.example.com/x/scm/~u/r.git",
                "https://code.example.com/x/users/u/repos/r/browse/a.sql?at=C#3",
                "#3-5",
            ),
            (
                "https://code.example.com/projects/PR/repos/r/browse",
                "https://code.example.com/projects/PR/repos/r/browse/a.sql?at=C#3",
                "#3-5",
            ),
            ("https://codeberg.org/o/r", "https://codeberg.org/o/r/src/commit/C/a.sql#L3", "#L3-L5"),
            ("http://gitea.example.com/o/r", "http://gitea.example.com/o/r/src/commit/C/a.sql#L3", "#L3-L5"),
            ("https://git.sr.ht/~u/r", "https://git.sr.ht/~u/r/tree/C/item/a.sql#L3", "#L3-5"),
            (
                "https://git.kernel.org/pub/scm/git/git.git/",
                "https://git.kernel.org/pub/scm/git/git.git/tree/a.sql?id=C#n3",
                "#n3",
            ),
            ("https://x.googlesource.com/a/b", "https://x.googlesource.com/a/b/+/C/a.sql#3", "#3"),
        ] {
            assert_eq!(of(repository, "a.sql", 3, 3).as_deref(), Some(one), "{repository}");
            let page = one.split('#').next().unwrap();
            assert_eq!(of(repository, "a.sql", 3, 5), Some(format!("{page}{more}")), "{repository}");
            let whole = permalink(&Url::parse(repository).unwrap(), None, COMMIT, "/a.sql", None).unwrap();
            assert_eq!(whole.replace(COMMIT, "C"), page, "{repository}");
        }
        let lines = "line=3&lineEnd=6&lineStartColumn=1&lineEndColumn=1&lineStyle=plain";
        for repository in [
            "https://dev.azure.com/o/p/_git/r",
            "https://o.visualstudio.com/p/_git/r",
            "https://tfs.example.com/tfs/c/p/_git/r",
        ] {
            let expected = format!("{repository}?path=/a.sql&version=GCC&{lines}");
            assert_eq!(of(repository, "a.sql", 3, 5), Some(expected));
        }
    }

    #[test]
    fn paths_are_encoded_and_what_is_no_path_has_no_address() {
        let of = |path: &str| of("https://github.com/o/r", path, 3, 3);
        assert_eq!(
            of("a b/[id]#?%(é).ts").as_deref(),
            Some("https://github.com/o/r/blob/C/a%20b/%5Bid%5D%23%3F%25%28%C3%A9%29.ts#L3")
        );
        assert_eq!(of("./README.md").as_deref(), Some("https://github.com/o/r/blob/C/README.md?plain=1#L3"));
        for path in ["", "/", "a/../b", "../b", "a//b", "a/"] {
            assert_eq!(of(path), None, "{path}");
        }
        for repository in [
            "https://example.com/o/r",
            "https://github.com/o",
            "https://bitbucket.example.com/o/r",
            "https://dev.azure.com/o/p",
            "https://o.github.io/r/x",
            "mailto:a@github.com",
            "ftp://github.com/o/r",
        ] {
            assert_eq!(super::tests::of(repository, "a", 3, 3), None, "{repository}");
        }
        let github = Url::parse("https://github.com/o/r").unwrap();
        for commit in ["main", "", "abc", "v1.0.0", "012345g", &COMMIT.repeat(2)] {
            assert_eq!(permalink(&github, None, commit, "a", None), None, "{commit}");
        }
        let reversed = permalink(&github, None, "abcdef0", "a", Some(Lines { first: 5, last: 0 }));
        assert_eq!(reversed.as_deref(), Some("https://github.com/o/r/blob/abcdef0/a#L1-L5"));
    }
}
