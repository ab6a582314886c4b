//! Addresses on an unknown forge, made from a template of the book.

use super::moving::moving;
use super::permanent::{CommitFile, encoded};
use super::{Lines, line};
use crate::suggest::nearest;
use url::Url;

const PLACEHOLDERS: [&str; 4] = ["commit", "path", "first", "last"];

/// Checks a template, and describes its first mistake as a phrase that follows its name.
///
/// # Errors
/// The template has an unbalanced brace or an unknown placeholder, lacks `{commit}`, is not a web address, or leads to
/// a branch.
pub fn check(template: &str) -> Result<(), String> {
    let web = template.strip_prefix("https://").or_else(|| template.strip_prefix("http://"));
    let Some(rest) = web else {
        return Err("is not a web address that begins with `https://`".to_owned());
    };
    for piece in pieces(template) {
        match piece {
            TemplatePiece::Text(text) if text.contains(['{', '}']) => {
                return Err("has a brace that is not closed or not opened".to_owned());
            }
            TemplatePiece::Placeholder(name) if !PLACEHOLDERS.contains(&name) => {
                return Err(match nearest(name, PLACEHOLDERS) {
                    Some(near) => format!("has `{{{name}}}`, which is unknown: did you mean `{{{near}}}`?"),
                    None => format!(
                        "has `{{{name}}}`, which is unknown: write `{{commit}}`, `{{path}}`, `{{first}}` or `{{last}}`"
                    ),
                });
            }
            _ => {}
        }
    }
    if !template.contains("{commit}") {
        return Err("has no `{commit}`: its lines would move".to_owned());
    }
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if host.contains('{') {
        return Err("has a placeholder in the name of its host".to_owned());
    }
    let example = CommitFile { commit: "0123456789abcdef", path: "a/b", lines: Some(Lines { first: 3, last: 5 }) };
    let filled = fill(template, &example).filter(|filled| !host.is_empty() && Url::parse(filled).is_ok());
    match filled {
        None => Err("is not a web address".to_owned()),
        Some(filled) if moving(&filled).is_some() => Err("leads to a branch, whose lines move".to_owned()),
        Some(_) => Ok(()),
    }
}

/// Fills a template for a file. Without lines, the fragment and the query parameters that need them are left out.
pub(super) fn fill(template: &str, file: &CommitFile<'_>) -> Option<String> {
    let lines = file.lines.map(line::in_order);
    let template = match lines {
        Some(_) => template.to_owned(),
        None => without_lines(template),
    };
    let mut filled = String::new();
    for piece in pieces(&template) {
        match (piece, lines) {
            (TemplatePiece::Text(text), _) => filled.push_str(text),
            (TemplatePiece::Placeholder("commit"), _) => filled.push_str(file.commit),
            (TemplatePiece::Placeholder("path"), _) => filled.push_str(&encoded(file.path)),
            (TemplatePiece::Placeholder("first"), Some(lines)) => filled.push_str(&lines.first.to_string()),
            (TemplatePiece::Placeholder("last"), Some(lines)) => filled.push_str(&lines.last.to_string()),
            (TemplatePiece::Placeholder(_), _) => return None,
        }
    }
    Some(filled)
}

fn without_lines(template: &str) -> String {
    let asks = |text: &str| text.contains("{first}") || text.contains("{last}");
    let (page, fragment) = template.split_once('#').map_or((template, None), |(page, rest)| (page, Some(rest)));
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    let kept: Vec<&str> = query.split('&').filter(|part| !part.is_empty() && !asks(part)).collect();
    let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
    let fragment = fragment.filter(|text| !asks(text)).map(|text| format!("#{text}")).unwrap_or_default();
    format!("{path}{query}{fragment}")
}

enum TemplatePiece<'t> {
    Text(&'t str),
    Placeholder(&'t str),
}

/// Splits a template into text and placeholders; a brace without a partner is text.
fn pieces(template: &str) -> Vec<TemplatePiece<'_>> {
    let mut pieces = Vec::new();
    for (index, part) in template.split('{').enumerate() {
        match part.split_once('}') {
            Some((name, text)) if index > 0 => {
                pieces.extend([TemplatePiece::Placeholder(name), TemplatePiece::Text(text)])
            }
            _ if index > 0 => pieces.extend([TemplatePiece::Text("{"), TemplatePiece::Text(part)]),
            _ => pieces.push(TemplatePiece::Text(part)),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forge::permalink;

    #[test]
    fn templates_are_filled() {
        let any = Url::parse("https://code.example.com/r").unwrap();
        let of = |template: &str, lines: Option<Lines>| permalink(&any, Some(template), "abcdef0", "a b/c", lines);
        let lines = Some(Lines { first: 3, last: 5 });
        let template = "https://code.example.com/r/{commit}/{path}?x=1&l={first}#L{first}-L{last}";
        assert_eq!(of(template, lines).unwrap(), "https://code.example.com/r/abcdef0/a%20b/c?x=1&l=3#L3-L5");
        assert_eq!(of(template, None).unwrap(), "https://code.example.com/r/abcdef0/a%20b/c?x=1");
        assert_eq!(of("https://code.example.com/{first}/{commit}", None), None);
    }

    #[test]
    fn templates_are_checked() {
        for good in [
            "https://code.example.com/r/{commit}/{path}#L{first}-L{last}",
            "http://localhost:3000/{path}?rev={commit}&line={first}",
            "https://github.com/o/r/blob/{commit}/{path}#L{first}",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, why) in [
            ("code.example.com/{commit}", "https://"),
            ("ftp://code.example.com/{commit}", "https://"),
            ("https://code.example.com/{path}", "`{commit}`"),
            ("https://code.example.com/{comit}/{path}", "did you mean `{commit}`?"),
            ("https://code.example.com/{commit}/{zzz}", "`{zzz}`"),
            ("https://code.example.com/{commit}/{path", "brace"),
            ("https://code.example.com/{commit}/path}", "brace"),
            ("https://{commit}.example.com/{path}", "host"),
            ("https://example.com{path}/{commit}", "host"),
            ("https:///{commit}", "web address"),
            ("https://github.com/o/r/blob/main/{path}?c={commit}#L{first}", "branch"),
        ] {
            let found = check(bad).unwrap_err();
            assert!(found.contains(why), "{bad}: {found}");
        }
    }
}
