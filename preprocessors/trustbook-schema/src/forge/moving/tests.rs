//! Addresses that move, and addresses that do not.

use super::*;
use crate::forge::permalink;

/// An address, then its repository (without the scheme), reference, path and lines.
type Row = (&'static str, &'static str, &'static str, &'static str, (usize, usize));

const MOVE: &[Row] = &[
    (
        "https://github.com/o/r/blob/main/db/schema.prisma#L174",
        "github.com/o/r",
        "main",
        "db/schema.prisma",
        (174, 174),
    ),
    ("https://www.github.com/o/r/blob/main/a.ts#L1", "www.github.com/o/r", "main", "a.ts", (1, 1)),
    ("http://github.com/o/r/blob/main/a.ts#L1-L9", "github.com/o/r", "main", "a.ts", (1, 9)),
    ("//github.com/o/r/blob/main/a.ts#L1-9", "github.com/o/r", "main", "a.ts", (1, 9)),
    (" https://github.com/o/r/blob/HEAD/a.ts#L10C3-L12C8 ", "github.com/o/r", "HEAD", "a.ts", (10, 12)),
    ("https://github.com/o/r/blob/main/README.md?plain=1#L14", "github.com/o/r", "main", "README.md", (14, 14)),
    ("https://github.com/o/r/blame/dev/a%20b/%C3%A9.ts#L3", "github.com/o/r", "dev", "a b/é.ts", (3, 3)),
    ("https://github.com/o/r/edit/main/a.ts#L3", "github.com/o/r", "main", "a.ts", (3, 3)),
    ("https://github.com/o/r/raw/main/a.ts#L3", "github.com/o/r", "main", "a.ts", (3, 3)),
    ("https://github.com/o/r/raw/refs/heads/main/a.ts#L3", "github.com/o/r", "main", "a.ts", (3, 3)),
    ("https://github.com/o/r/tree/main/a.ts#L3", "github.com/o/r", "main", "a.ts", (3, 3)),
    ("https://github.com/o/r/blob/refs/heads/main/a.ts#L3", "github.com/o/r", "main", "a.ts", (3, 3)),
    ("https://github.com/o/r/blob/feature/x/a.ts#L3", "github.com/o/r", "feature", "x/a.ts", (3, 3)),
    ("https://github.com/o/r/blob/feature%2Fx/a.ts#L3", "github.com/o/r", "feature/x", "a.ts", (3, 3)),
    ("https://github.com/o/r/blob/release-1.2/a.ts#L3", "github.com/o/r", "release-1.2", "a.ts", (3, 3)),
    ("https://github.com/o/r/blob/4.2.x/a.ts#L3", "github.com/o/r", "4.2.x", "a.ts", (3, 3)),
    ("https://github.com/o/r/blob/main/docs/v1.2.3/a.md#L3", "github.com/o/r", "main", "docs/v1.2.3/a.md", (3, 3)),
    ("https://github.com/o/r/blob/main/a.ts#L3:~:text=email", "github.com/o/r", "main", "a.ts", (3, 3)),
    ("https://github.com/o/r/blob/decade/a.ts#L3", "github.com/o/r", "decade", "a.ts", (3, 3)),
    ("https://github.dev/o/r/blob/main/a.ts#L3", "github.com/o/r", "main", "a.ts", (3, 3)),
    ("https://raw.githubusercontent.com/o/r/main/a.ts#L3", "github.com/o/r", "main", "a.ts", (3, 3)),
    ("https://raw.githubusercontent.com/o/r/refs/heads/main/a.ts#L3", "github.com/o/r", "main", "a.ts", (3, 3)),
    ("https://code.example.com/o/r/blob/main/a.ts#L3", "code.example.com/o/r", "main", "a.ts", (3, 3)),
    ("https://gitlab.com/g/r/-/blob/main/a.sql#L3-5", "gitlab.com/g/r", "main", "a.sql", (3, 5)),
    ("https://gitlab.com/g/s/t/r/-/blob/main/a.sql?ref_type=heads#L3", "gitlab.com/g/s/t/r", "main", "a.sql", (3, 3)),
    ("https://gitlab.com/g/r/blob/master/a.sql#L3", "gitlab.com/g/r", "master", "a.sql", (3, 3)),
    ("https://gitlab.com/g/s/r/blob/master/a.sql#LC3", "gitlab.com/g/s/r", "master", "a.sql", (3, 3)),
    ("https://gitlab.com/g/r/-/blame/main/a.sql#L3", "gitlab.com/g/r", "main", "a.sql", (3, 3)),
    ("https://gitlab.com/g/r/-/raw/main/a.sql#L3", "gitlab.com/g/r", "main", "a.sql", (3, 3)),
    ("https://gitlab.com/g/r/-/edit/main/a.sql#L3", "gitlab.com/g/r", "main", "a.sql", (3, 3)),
    ("https://code.example.com:8443/g/r/-/blob/main/a#L3", "code.example.com:8443/g/r", "main", "a", (3, 3)),
    ("https://bitbucket.org/o/r/src/main/a.py#lines-3", "bitbucket.org/o/r", "main", "a.py", (3, 3)),
    ("https://bitbucket.org/o/r/src/main/x/a.py#lines-3:5", "bitbucket.org/o/r", "main", "x/a.py", (3, 5)),
    ("https://bitbucket.org/o/r/src/master/a.py?at=master#cl-3", "bitbucket.org/o/r", "master", "a.py", (3, 3)),
    ("https://bitbucket.org/o/r/src/master/a.py#a.py-3", "bitbucket.org/o/r", "master", "a.py", (3, 3)),
    ("https://bitbucket.org/o/r/annotate/main/a.py#lines-3", "bitbucket.org/o/r", "main", "a.py", (3, 3)),
    (
        "https://bitbucket.example.com/projects/PR/repos/r/browse/x/a.py?at=refs/heads/main#3",
        "bitbucket.example.com/projects/PR/repos/r",
        "main",
        "x/a.py",
        (3, 3),
    ),
    (
        "https://git.example.com/projects/PR/repos/r/browse/a.py?at=refs%2Fheads%2Ffeature%2Fx#3-5",
        "git.example.com/projects/PR/repos/r",
        "feature/x",
        "a.py",
        (3, 5),
    ),
    (
        "https://git.example.com/users/u/repos/r/browse/a.py#3,7-9",
        "git.example.com/users/u/repos/r",
        "HEAD",
        "a.py",
        (3, 3),
    ),
    ("https://codeberg.org/o/r/src/branch/main/x/a.go#L3-L5", "codeberg.org/o/r", "main", "x/a.go", (3, 5)),
    ("https://codeberg.org/o/r/blame/branch/main/a.go#L3", "codeberg.org/o/r", "main", "a.go", (3, 3)),
    ("https://codeberg.org/o/r/raw/branch/main/a.go#L3", "codeberg.org/o/r", "main", "a.go", (3, 3)),
    ("https://codeberg.org/o/r/_edit/main/a.go#L3", "codeberg.org/o/r", "main", "a.go", (3, 3)),
    ("https://gitea.example.com/o/r/src/master/a.go#L3", "gitea.example.com/o/r", "master", "a.go", (3, 3)),
    ("https://example.com/git/o/r/src/branch/main/a.go#L3", "example.com/git/o/r", "main", "a.go", (3, 3)),
    (
        "https://dev.azure.com/o/p/_git/r?path=/x/a.cs&version=GBmain&line=3",
        "dev.azure.com/o/p/_git/r",
        "main",
        "x/a.cs",
        (3, 3),
    ),
    (
        "https://o.visualstudio.com/p/_git/r?path=%2Fa.cs&version=GBf%2Fx&line=3&lineEnd=6&lineStartColumn=1&lineEndColumn=1",
        "o.visualstudio.com/p/_git/r",
        "f/x",
        "a.cs",
        (3, 5),
    ),
    (
        "https://dev.azure.com/o/_git/r?path=/a.cs&line=3&lineEnd=4&lineEndColumn=9",
        "dev.azure.com/o/_git/r",
        "HEAD",
        "a.cs",
        (3, 4),
    ),
    ("https://git.sr.ht/~u/r/tree/master/item/x/a.c#L3", "git.sr.ht/~u/r", "master", "x/a.c", (3, 3)),
    ("https://git.sr.ht/~u/r/tree/feature/x/item/a.c#L3-5", "git.sr.ht/~u/r", "feature/x", "a.c", (3, 5)),
    ("https://git.sr.ht/~u/r/blame/master/a.c#L3", "git.sr.ht/~u/r", "master", "a.c", (3, 3)),
    ("https://git.example.org/r.git/tree/x/a.c?h=main#n3", "git.example.org/r", "main", "x/a.c", (3, 3)),
    ("https://git.example.org/r/tree/a.c#n3", "git.example.org/r", "HEAD", "a.c", (3, 3)),
    ("https://x.googlesource.com/a/b/+/refs/heads/main/c.cc#3", "x.googlesource.com/a/b", "main", "c.cc", (3, 3)),
    ("https://x.googlesource.com/a/+/HEAD/c.cc#3", "x.googlesource.com/a", "HEAD", "c.cc", (3, 3)),
];

const STAY: &[&str] = &[
    // A commit, whole or shortened.
    "https://github.com/o/r/blob/029f645f1c81cbd6c6c48fbc8490d91da937066f/a.ts#L3",
    "https://github.com/o/r/blob/029F645F1C81CBD6C6C48FBC8490D91DA937066F/a.ts#L3",
    "https://github.com/o/r/blob/029f645/a.ts#L3-L5",
    "https://gitlab.com/g/r/-/blob/029f645f/a.ts#L3",
    "https://gitlab.com/g/r/blob/029f645f/a.ts#L3",
    "https://bitbucket.org/o/r/src/029f645f1c81/a.py#lines-3",
    "https://git.example.com/projects/PR/repos/r/browse/a.py?at=029f645f1c8#3",
    "https://codeberg.org/o/r/src/commit/029f645f1c81cbd6c6c48fbc8490d91da937066f/a.go#L3",
    "https://dev.azure.com/o/p/_git/r?path=/a.cs&version=GC029f645f1c81cbd6c6c48fbc8490d91da937066f&line=3",
    "https://git.sr.ht/~u/r/tree/029f645f1c81/item/a.c#L3",
    "https://git.example.org/r/tree/a.c?id=029f645f1c81cbd6c6c48fbc8490d91da937066f#n3",
    "https://git.example.org/r/tree/a.c?h=main&id=029f645f1c81cbd6c6c48fbc8490d91da937066f#n3",
    "https://x.googlesource.com/a/+/029f645f1c81cbd6c6c48fbc8490d91da937066f/c.cc#3",
    "https://raw.githubusercontent.com/o/r/029f645f1c81cbd6c6c48fbc8490d91da937066f/a.ts#L3",
    // A release.
    "https://github.com/o/r/blob/v1.2.3/a.ts#L3",
    "https://github.com/o/r/blob/1.0/a.ts#L3",
    "https://github.com/o/r/blob/refs/tags/stable/a.ts#L3",
    "https://github.com/o/r/blob/pkg/v1.2.3/a.go#L3",
    "https://github.com/o/r/blob/%40o/pkg%401.2.3/a.ts#L3",
    "https://gitlab.com/g/r/-/blob/nightly/a.ts?ref_type=tags#L3",
    "https://codeberg.org/o/r/src/tag/nightly/a.go#L3",
    "https://git.example.com/projects/PR/repos/r/browse/a.py?at=refs/tags/nightly#3",
    "https://dev.azure.com/o/p/_git/r?path=/a.cs&version=GTnightly&line=3",
    "https://git.example.org/r/tree/a.c?h=v1.2.3#n3",
    "https://github.com/o/r/blob/v1.2.3/src/branch/x/y#L3",
    "https://github.com/o/r/blob/v1.2.3/-/blob/main/a#L3",
    "https://x.googlesource.com/a/+/v1.2.3/+/main/c.cc#3",
    // No lines.
    "https://github.com/o/r/blob/main/a.ts",
    "https://github.com/o/r/blob/main/SECURITY.md#reporting",
    "https://github.com/o/r/blob/main/README.md#L-system",
    "https://github.com/o/r/blob/main/README.md#l10n",
    "https://github.com/o/r/blob/main/README.md#l10",
    "https://github.com/o/r/blob/main/a.ts#L0",
    "https://github.com/o/r/blob/main#L3",
    "https://github.com/o/r/tree/main/docs#usage",
    "https://gitlab.com/g/r/-/blob/main/a.ts",
    "https://bitbucket.org/o/r/src/main/README.md#markdown-header-usage",
    "https://bitbucket.org/o/r/src/main/README.md#L3",
    "https://codeberg.org/o/r/src/branch/main/README.md#usage",
    "https://dev.azure.com/o/p/_git/r?path=/a.cs&version=GBmain",
    "https://git.sr.ht/~u/r/tree/master/item/README.md#install",
    // Something else.
    "https://github.com/o/r#L3",
    "https://github.com/o/r/issues/3#issuecomment-1",
    "https://github.com/o/r/pull/3/files#diff-1L3",
    "https://github.com/o/r/releases/tag/v1.2.3",
    "https://github.com/o/r/compare/main...x#L3",
    "https://github.com/o/r/wiki/blob#L3",
    "https://gitlab.com/g/r/-/issues/3#L3",
    "https://gitlab.com/g/r/-/tags/v1#L3",
    "https://example.com/blob/main/a.ts#L3",
    "https://example.com/docs/edit/blob/main/a#L3x",
    "https://example.com/a/raw/main/b.html#L3",
    "https://example.com/docs/guide/tree/x#L3",
    "https://example.com/a/tree/oak.html#name",
    "https://example.com/projects/3/repos.html#3",
    "https://example.com/o/r/src/main/a#L3",
    "https://sourcegraph.com/github.com/o/r@029f645/-/blob/a.ts#L3",
    "https://docs.rs/x/latest/src/x/lib.rs.html#3",
    "https://docs.example.com/src/branch#L3",
    "https://o.github.io/r/blob.html#L3",
    "mailto:a@github.com",
    "blob/main/a.ts#L3",
    "src/a.md#L3",
    "https://",
    "//",
    "#L3",
    "",
];

#[test]
fn what_moves() {
    for (url, repository, reference, path, (first, last)) in MOVE {
        let found = moving(url).unwrap_or_else(|| unreachable!("{url}"));
        let scheme = found.repository.split_once("://").unwrap();
        assert_eq!(
            (scheme.1, found.reference.as_str(), found.path.as_str(), found.lines),
            (*repository, *reference, *path, Lines { first: *first, last: *last }),
            "{url}"
        );
    }
}

#[test]
fn what_stays() {
    for url in STAY {
        assert_eq!(moving(url), None, "{url}");
    }
    assert_eq!(moving(&format!("https://github.com/o/r/blob/main/{}#L3", "a/".repeat(50_000))), None);
}

#[test]
fn a_branch_can_have_slashes() {
    let found = moving("https://github.com/o/r/blob/feature/x/y/a.ts#L3").unwrap();
    let splits: Vec<(String, String)> = found.splits().collect();
    let expected = [("feature", "x/y/a.ts"), ("feature/x", "y/a.ts"), ("feature/x/y", "a.ts")];
    assert_eq!(splits, expected.map(|(reference, path)| (reference.to_owned(), path.to_owned())));
}

#[test]
fn no_permanent_address_moves() {
    let repositories = MOVE.iter().filter_map(|(url, ..)| Url::parse(&moving(url)?.repository).ok());
    let mut made = 0;
    for repository in repositories {
        for commit in ["029f645f1c81cbd6c6c48fbc8490d91da937066f", "0123456", &"abcdef01".repeat(8)] {
            for path in
                ["a.ts", "README.md", "blob/main/a.ts", "-/blob/main/a", "src/branch/main/x", "tree/x/item/é #?"]
            {
                for (first, last) in [(1, 1), (3, 3), (3, 5), (174, 180)] {
                    let lines = Some(Lines { first, last });
                    let Some(address) = permalink(&repository, None, commit, path, lines) else { continue };
                    assert!(Url::parse(&address).is_ok());
                    assert_eq!(moving(&address), None, "{address}");
                    made += 1;
                }
            }
        }
    }
    assert!(made > 2000, "{made}");
}
