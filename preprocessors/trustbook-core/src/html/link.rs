//! Targets of links between chapters.

use std::borrow::Cow;

/// Returns the target of a link on the site: `a.md#b` becomes `a.html#b`. The `README.md` of a folder becomes its
/// `index.html`, which is the name of its page.
pub(crate) fn page_link(destination: &str) -> Cow<'_, str> {
    if destination.starts_with(['#', '?']) || destination.starts_with("//") || has_scheme(destination) {
        return Cow::Borrowed(destination);
    }
    let (path, rest) = destination.split_at(destination.find(['#', '?']).unwrap_or(destination.len()));
    let (folder, name) = path.split_at(path.rfind('/').map_or(0, |at| at + 1));
    let stem = name.strip_suffix(".md").or_else(|| name.strip_suffix(".html").filter(|stem| is_readme(stem)));
    match stem {
        Some(stem) if is_readme(stem) => Cow::Owned(format!("{folder}index.html{rest}")),
        Some(stem) => Cow::Owned(format!("{folder}{stem}.html{rest}")),
        None => Cow::Borrowed(destination),
    }
}

/// Puts `root` in front of a target that is relative to the page.
pub(super) fn rooted(root: &str, destination: String) -> String {
    let is_relative =
        !destination.is_empty() && !destination.starts_with(['#', '?', '/', '\\']) && !has_scheme(&destination);
    if is_relative { format!("{root}{destination}") } else { destination }
}

fn is_readme(stem: &str) -> bool {
    stem.eq_ignore_ascii_case("readme")
}

/// Returns true for a target that begins with a scheme (RFC 3986, section 3.1).
fn has_scheme(destination: &str) -> bool {
    let scheme = destination.split_once(':').map_or("", |(scheme, _)| scheme);
    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::page_link;

    #[test]
    fn chapters_are_linked_by_their_pages() {
        for (written, expected) in [
            ("a.md", "a.html"),
            ("../a/b.md#c", "../a/b.html#c"),
            ("a.md?x=1#c", "a.html?x=1#c"),
            ("README.md", "index.html"),
            ("x/readme.md#a", "x/index.html#a"),
            ("x/README.html", "x/index.html"),
            ("#a.md", "#a.md"),
            ("https://example.com/a.md", "https://example.com/a.md"),
            ("HTTPS://example.com/a.md", "HTTPS://example.com/a.md"),
            ("//example.com/a.md", "//example.com/a.md"),
            ("notes.md.txt", "notes.md.txt"),
            ("x.mdx", "x.mdx"),
            ("a.png#b.md", "a.png#b.md"),
            ("", ""),
        ] {
            assert_eq!(page_link(written), expected, "{written}");
        }
    }
}
