//! mdBook's includes, expanded here: with positions, confined to the book, and with an error if something is missing.

use super::scan::{BraceToken, TokenKind, tokens};
use super::stitch::Stitched;
use super::{PageProblem, PageSource};
use crate::span::{FileId, Span};
use crate::toml_tree;
use crate::world;
use std::ops::Range;

/// The deepest nesting of includes, as in mdBook.
const MAX_DEPTH: usize = 10;
/// The most text that one page can be assembled from, in bytes.
const MAX_PAGE: usize = world::MAX_PAGES / 3;

/// Replaces every include of a page.
pub(super) struct Includer<'s, 'w> {
    pub(super) source: &'s mut PageSource<'w>,
    pub(super) problems: Vec<PageProblem>,
    /// The text of `{{#title ...}}`.
    pub(super) title: Option<String>,
    pub(super) size: usize,
    /// True if the page has grown too large, which was reported.
    pub(super) full: bool,
}

enum IncludePart {
    Whole,
    Lines(Range<Option<usize>>),
    Anchor(String),
}

impl Includer<'_, '_> {
    /// Expands a text. `dir` is the folder in the book that its paths are relative to.
    pub(super) fn expand(&mut self, input: Stitched, dir: &str, depth: usize) -> Stitched {
        let text = input.text();
        let mut output = Stitched::default();
        let mut done = 0;
        for token in tokens(text) {
            let TokenKind::Directive(word) = &token.kind else {
                continue;
            };
            let args = arguments(text, &token, word);
            let Some(at) = input.locate(token.range.clone()) else {
                continue;
            };
            if !matches!(word.as_str(), "include" | "playground" | "rustdoc_include" | "title") || args.is_empty() {
                continue;
            }
            output.push_part(&input, done..token.range.start);
            done = token.range.end;
            if word == "title" {
                self.title = Some(args.to_owned());
            } else if let Some(part) = self.included(word, args, at, dir, depth) {
                output.push_part(&part, 0..part.text().len());
            }
        }
        // Most pages include nothing.
        if done == 0 {
            return input;
        }
        output.push_part(&input, done..text.len());
        output
    }

    fn included(&mut self, word: &str, args: &str, at: Span, dir: &str, depth: usize) -> Option<Stitched> {
        let (target, attributes) = args.split_once(char::is_whitespace).unwrap_or((args, ""));
        let (path, part) = match word {
            "playground" => (target, IncludePart::Whole),
            _ => target.split_once(':').map_or((target, IncludePart::Whole), |(path, part)| (path, read_part(part))),
        };
        let missing = |why: String| PageProblem::Include { span: at, target: target.to_owned(), why };
        if depth >= MAX_DEPTH {
            self.problems.push(missing(format!("files include each other more than {MAX_DEPTH} deep")));
            return None;
        }
        let Some(full) = world::reach(self.source.world, dir, path) else {
            self.problems.push(missing("the path leaves the book".to_owned()));
            return None;
        };
        if let Some(why) = world::closed(&full) {
            self.problems.push(missing(why));
            return None;
        }
        // Report this once: every later include would fail in the same way.
        if self.full {
            return None;
        }
        // A file can be included many times.
        let known = self.source.map.find(&full).map(|file| self.source.map.file(file)).filter(|file| file.is_exact());
        let text = match known
            .map_or_else(|| toml_tree::read_text(self.source.world, &full), |file| Ok(file.text().to_owned()))
        {
            Ok(text) => text,
            Err(error) => {
                self.problems.push(missing(error.to_string()));
                return None;
            }
        };
        self.size += text.len();
        if self.size > MAX_PAGE {
            self.full = true;
            self.problems.push(missing(format!("the page grows beyond {} MiB", MAX_PAGE / 1024 / 1024)));
            return None;
        }
        let file = self.source.map.add(&full, text.as_str());
        let whole = match word {
            "rustdoc_include" => hide_outside(&text, &part, file),
            _ => cut(&text, &part, file),
        };
        let whole = match whole {
            Ok(whole) => whole,
            Err(why) => {
                self.problems.push(missing(why));
                return None;
            }
        };
        if word == "playground" {
            return Some(fenced(&whole, attributes, at));
        }
        Some(self.expand(whole, world::parent(&full), depth + 1))
    }
}

fn arguments<'t>(text: &'t str, token: &BraceToken, word: &str) -> &'t str {
    let inner = &text[token.range.start + 2..token.range.end - 2];
    inner.trim().trim_start_matches('#').strip_prefix(word).unwrap_or_default().trim()
}

/// Reads `2:10`, `2:`, `:10`, `2` or the name of an anchor.
fn read_part(text: &str) -> IncludePart {
    let (start, end) = match text.split_once(':') {
        Some((start, end)) => (start, Some(end)),
        None => (text, None),
    };
    let number = |text: &str| text.parse::<usize>().ok();
    match (start.is_empty(), number(start), end) {
        (true, _, None) => IncludePart::Whole,
        (false, None, _) => IncludePart::Anchor(start.to_owned()),
        (false, Some(line), None) => IncludePart::Lines(Some(line)..Some(line)),
        (_, line, Some(end)) => IncludePart::Lines(line..number(end)),
    }
}

/// Returns the byte ranges of lines, without line ends.
fn lines(text: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let range = start..start + line.trim_end_matches(['\n', '\r']).len();
            start += line.len();
            range
        })
        .collect()
}

/// The sections of an anchor that an include shows, as in mdBook.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sections {
    First,
    All,
}

/// Returns a flag for each line that is true if the part includes it.
fn chosen(text: &str, part: &IncludePart, sections: Sections) -> Result<Vec<bool>, String> {
    let lines = lines(text);
    match part {
        IncludePart::Whole => Ok(vec![true; lines.len()]),
        IncludePart::Lines(range) => {
            let first = range.start.unwrap_or(1).max(1);
            let last = range.end.unwrap_or(lines.len().max(first));
            if first > lines.len() || last > lines.len() || last < first {
                return Err(format!("it has {} lines, but lines {first} to {last} are requested", lines.len()));
            }
            Ok((1..=lines.len()).map(|line| (first..=last).contains(&line)).collect())
        }
        IncludePart::Anchor(name) => {
            let mut inside = false;
            let mut found = false;
            let chosen: Vec<bool> = lines
                .iter()
                .map(|range| match marker(&text[range.clone()]) {
                    Some((true, anchor)) => {
                        if anchor == name && (!found || sections == Sections::All) {
                            (inside, found) = (true, true);
                        }
                        false
                    }
                    Some((false, anchor)) => {
                        inside &= anchor != name;
                        false
                    }
                    None => inside,
                })
                .collect();
            if !found {
                return Err(format!("it has no line `ANCHOR: {name}`"));
            }
            if !chosen.contains(&true) {
                return Err(format!("there is nothing between `ANCHOR: {name}` and its end"));
            }
            Ok(chosen)
        }
    }
}

/// Reads `ANCHOR: name` (true) or `ANCHOR_END: name` (false) in a line.
fn marker(line: &str) -> Option<(bool, &str)> {
    let (opens, rest) = match (line.find("ANCHOR:"), line.find("ANCHOR_END:")) {
        (Some(at), _) => (true, &line[at + "ANCHOR:".len()..]),
        (None, Some(at)) => (false, &line[at + "ANCHOR_END:".len()..]),
        (None, None) => return None,
    };
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
    (end > 0).then(|| (opens, &rest[..end]))
}

fn cut(text: &str, part: &IncludePart, file: FileId) -> Result<Stitched, String> {
    let mut output = Stitched::default();
    if let IncludePart::Whole = part {
        // Drop the last line end, so that `{{#include}}` inside a line stays on it.
        let end = text.trim_end_matches(['\r', '\n']).len();
        output.push_source(&text[..end], Span::new(file, 0..end));
        return Ok(output);
    }
    let chosen = chosen(text, part, Sections::First)?;
    let mut first = true;
    for range in lines(text).into_iter().zip(chosen).filter_map(|(range, chosen)| chosen.then_some(range)) {
        if !first {
            output.push_instead("\n", Span::new(file, range.start..range.start));
        }
        first = false;
        output.push_source(&text[range.clone()], Span::new(file, range));
    }
    Ok(output)
}

/// Returns the whole file with the other lines hidden by `# `, as rustdoc does.
fn hide_outside(text: &str, part: &IncludePart, file: FileId) -> Result<Stitched, String> {
    let chosen = chosen(text, part, Sections::All)?;
    let mut output = Stitched::default();
    let kept = lines(text).into_iter().zip(chosen).filter(|(range, _)| marker(&text[range.clone()]).is_none());
    for (index, (range, shown)) in kept.enumerate() {
        let at = Span::new(file, range.start..range.start);
        if index > 0 {
            output.push_instead("\n", at);
        }
        if !shown {
            output.push_instead(if range.is_empty() { "#" } else { "# " }, at);
        }
        output.push_source(&text[range.clone()], Span::new(file, range));
    }
    Ok(output)
}

fn fenced(code: &Stitched, attributes: &str, at: Span) -> Stitched {
    let mut output = Stitched::default();
    let attributes: String = attributes.split_whitespace().map(|attribute| format!(",{attribute}")).collect();
    output.push_instead(&format!("```rust{attributes}\n"), at);
    output.push_part(code, 0..code.text().len());
    output.push_instead("\n```", at);
    output
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::SourceMap;

    fn part(text: &str, part: &str) -> Result<String, String> {
        let file = SourceMap::default().add("x", text);
        cut(text, &read_part(part), file).map(|cut| cut.text().to_owned())
    }

    #[test]
    fn parts_are_cut_as_mdbook_cuts_them() {
        let text = "one\ntwo\n// ANCHOR: a\nthree\n// ANCHOR_END: a\nfour\n";
        assert_eq!(part(text, "2").as_deref(), Ok("two"));
        assert_eq!(part(text, "1:2").as_deref(), Ok("one\ntwo"));
        assert_eq!(part(text, "6:").as_deref(), Ok("four"));
        assert_eq!(part(text, ":1").as_deref(), Ok("one"));
        assert_eq!(part(text, "a").as_deref(), Ok("three"));
        assert!(part(text, "b").is_err());
        assert!(part(text, "7").is_err());
        assert!(part(text, "2:99").is_err());
    }

    #[test]
    fn an_anchor_of_several_sections_is_shown_as_mdbook_shows_it() {
        let text = "0\n// ANCHOR: a\n1\n// ANCHOR_END: a\n2\n// ANCHOR: a\n\n// ANCHOR: a\n3\n// ANCHOR_END: a\n";
        assert_eq!(part(text, "a").as_deref(), Ok("1"));
        let file = SourceMap::default().add("x", text);
        let hidden = hide_outside(text, &read_part("a"), file).map(|all| all.text().to_owned());
        assert_eq!(hidden.as_deref(), Ok("# 0\n1\n# 2\n\n3"));
    }
}
