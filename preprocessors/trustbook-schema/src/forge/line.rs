//! Reads line numbers in addresses, and recognises references that do not move.

use super::Lines;
use crate::pattern::Pattern;

/// Returns the lines with the first before the last, both at least 1.
pub(super) fn in_order(lines: Lines) -> Lines {
    let (first, last) = (lines.first.max(1), lines.last.max(1));
    Lines { first: first.min(last), last: first.max(last) }
}

/// Reads `L3`, `L3-L5`, `L3-5`, `L10C3-L12C8` and GitLab's older `LC3`.
pub(super) fn after_letter(fragment: &str) -> Option<Lines> {
    static FORM: Pattern = Pattern::new(r"^LC?(\d{1,9})(?:C\d+)?(?:-L?(\d{1,9})(?:C\d+)?)?$");
    read(&FORM, fragment)
}

/// Reads `lines-3:5` of Bitbucket Cloud, and its older forms `cl-3` and `name.py-3`.
pub(super) fn after_word(fragment: &str, file: &str) -> Option<Lines> {
    static FORM: Pattern = Pattern::new(r"^-(\d{1,9})(?::(\d{1,9}))?(?:,[\d:,]*)?$");
    let rest = ["lines", "cl", file].into_iter().find_map(|word| fragment.strip_prefix(word));
    read(&FORM, rest?)
}

/// Reads `3`, `3-5` and `3,5-8` of Bitbucket Data Center; Gitiles writes only the first form.
pub(super) fn bare(fragment: &str) -> Option<Lines> {
    static FORM: Pattern = Pattern::new(r"^(\d{1,9})(?:-(\d{1,9}))?(?:,[\d,-]*)?$");
    read(&FORM, fragment)
}

/// Reads `n3` and `n3-5` of cgit.
pub(super) fn numbered(fragment: &str) -> Option<Lines> {
    static FORM: Pattern = Pattern::new(r"^n(\d{1,9})(?:-n?(\d{1,9}))?$");
    read(&FORM, fragment)
}

fn read(form: &Pattern, text: &str) -> Option<Lines> {
    // Most addresses name no lines, so no pattern has to be compiled for them.
    if !text.contains(char::is_numeric) {
        return None;
    }
    let found = form.captures(text)?;
    let number = |group: usize| found.get(group)?.as_str().parse::<usize>().ok();
    let first = number(1).filter(|first| *first > 0)?;
    Some(in_order(Lines { first, last: number(2).unwrap_or(first) }))
}

/// Returns true if a reference is a commit: a hash of 40 or 64 hexadecimal digits, or at least 7 of them.
pub(super) fn is_commit(reference: &str) -> bool {
    (7..=64).contains(&reference.len()) && reference.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Returns true if the parts of an address, from the reference on, begin with a tag that looks like a release.
///
/// A tag can be moved, but in practice a release is not: `v1.2`, `1.2.3-rc.1`, `name-1.2.3`, `name-1.2`, `name@1.2.3`
/// and, in two or three parts, `name/v1.2.3`. `release-1.2` and `4.2.x` are branches that receive fixes.
pub(super) fn is_release(parts: &[String]) -> bool {
    static PLAIN: Pattern = Pattern::new(r"^[vV]?\d+(?:\.\d+)+(?:[-+._]?[0-9A-Za-z][0-9A-Za-z.+_-]*)?$");
    static NAMED: Pattern = Pattern::new(r"^(?:[\w.@+-]*[-_@])?[vV]?\d+[._]\d+[._]\d+(?:[-+._]?[0-9A-Za-z][\w.+-]*)?$");
    static SHORT: Pattern = Pattern::new(r"^([A-Za-z]+)[-_@][vV]?\d+\.\d+$");
    let fits = |form: &Pattern, part: &str| form.is_match(part) && !part.ends_with(".x") && !part.ends_with(".X");
    // Below these branches, a folder named like a version is only a folder.
    const BRANCHES: &[&str] = &["HEAD", "dev", "develop", "development", "main", "master", "next", "staging", "trunk"];
    const SERIES: &[&str] =
        &["branch", "dev", "hotfix", "lts", "maint", "maintenance", "rel", "release", "releases", "stable", "support"];
    let Some((first, rest)) = parts.split_first() else { return false };
    let word = SHORT.captures(first).and_then(|found| found.get(1));
    let is_short = word.is_some_and(|word| !SERIES.contains(&word.as_str().to_ascii_lowercase().as_str()));
    let later = || rest.iter().take(2).any(|part| fits(&NAMED, part));
    is_short || fits(&PLAIN, first) || fits(&NAMED, first) || (!BRANCHES.contains(&first.as_str()) && later())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_each_forge_writes_them() {
        let lines = |first, last| Some(Lines { first, last });
        for (fragment, expected) in [
            ("L174", lines(174, 174)),
            ("L3-L5", lines(3, 5)),
            ("L5-L3", lines(3, 5)),
            ("L3-5", lines(3, 5)),
            ("L10C3-L12C8", lines(10, 12)),
            ("LC7", lines(7, 7)),
            ("L0", None),
            ("L", None),
            ("l10n", None),
            ("L10n", None),
            ("L-system", None),
            ("L3-", None),
            ("L99999999999999999999", None),
        ] {
            assert_eq!(after_letter(fragment), expected, "{fragment}");
        }
        for fragment in ["lines-3:5", "a.py-3:5", "cl-3:5", "lines-3:5,9"] {
            assert_eq!(after_word(fragment, "a.py"), lines(3, 5), "{fragment}");
        }
        assert_eq!(after_word("b.py-3", "a.py"), None);
        assert_eq!((bare("3-5"), bare("3,5-8"), bare("3rd")), (lines(3, 5), lines(3, 3), None));
        assert_eq!((numbered("n3"), numbered("n3-5"), numbered("name")), (lines(3, 3), lines(3, 5), None));
    }

    #[test]
    fn releases_are_told_from_branches() {
        let is = |reference: &str| is_release(&reference.split('/').map(str::to_owned).collect::<Vec<_>>());
        for tag in [
            "v1.2",
            "1.2.3",
            "v1.2.3-rc.1",
            "1.0.0b2",
            "V2.0",
            "litellm-1.59.0",
            "release-1.2.3",
            "pkg@1.2.3",
            "@scope/pkg@1.2.3",
            "go/pkg/v1.2.3",
            "20.10.1",
            "CF-1153.18",
            "curl-8_5_0",
            "REL_15_2_1",
        ] {
            assert!(is(tag), "{tag}");
        }
        for branch in [
            "main",
            "release-1.2",
            "release/1.2",
            "Stable-1.2",
            "REL_15_STABLE",
            "4.2.x",
            "v1",
            "stable",
            "main/v1.2.3",
            "main/docs/1.2.3",
            "v1-x",
        ] {
            assert!(!is(branch), "{branch}");
        }
    }
}
