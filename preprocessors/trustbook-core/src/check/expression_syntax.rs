//! The text between a pair of braces is not a valid expression.

use super::{Check, Findings, Run, slots};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::expand::arguments::BadArgument;
use crate::expand::block::{self, check_arguments};
use crate::facts::Facts;
use crate::page::{PageProblem, SlotKind, braces};
use crate::span::Span;

pub(super) const CHECK: Check = Check::deny("expression-syntax", include_str!("expression_syntax.md"), Run::Book(run));

/// The largest number of lookups for misspelt ids, each of which compares all ids.
const MOST_LOOKS: usize = 200;

fn run(book: &Book, findings: &mut Findings) {
    let mut looks = MOST_LOOKS;
    other_braces(book, &mut looks, findings);
    for slot in slots(&book.pages) {
        match &slot.what {
            SlotKind::Malformed(malformed) => {
                let finding = Diagnostic::new(slot.span, &malformed.why);
                findings.push(match closed(book, &mut looks, slot.span) {
                    Some((span, text)) => finding.help(format!("write `{text}`")).edit(span, text),
                    None => finding.help(&malformed.help),
                });
            }
            SlotKind::Block(call) => {
                for bad in check_arguments(book, call) {
                    if let BadArgument::Unreadable(malformed) = bad {
                        findings.push(Diagnostic::new(slot.span, malformed.why).help(malformed.help));
                    }
                }
            }
            SlotKind::Value(_) | SlotKind::Braces => {}
        }
    }
}

/// Reports braces of other kinds around an id of the register or the word of a block.
fn other_braces(book: &Book, looks: &mut usize, findings: &mut Findings) {
    let words = block::words(&book.theme);
    for problem in book.pages.iter().flat_map(|page| &page.problems) {
        let PageProblem::Braces { span, inner, rest } = problem else { continue };
        let text = match inner.strip_prefix('#') {
            Some(word) if words.contains(&word) => format!("{{{{{inner}{rest}}}}}"),
            Some(_) => continue,
            None => match meant(&book.facts, looks, inner) {
                Some(id) => format!("{{{{ {id}{rest} }}}}"),
                None => continue,
            },
        };
        let written = book.map.slice(*span);
        let finding =
            Diagnostic::new(*span, format!("`{written}` is not an expression, and the page shows it as text"));
        findings.push(finding.help(format!("write `{text}`, or a backslash before it to show it")).edit(*span, text));
    }
}

/// Returns the id that was meant, if any: the id itself or a similar one.
fn meant(facts: &Facts, looks: &mut usize, id: &str) -> Option<String> {
    if facts.find(id).is_some() {
        return Some(id.to_owned());
    }
    *looks = looks.checked_sub(1)?;
    braces::near(facts, id)
}

/// Returns the place and the corrected text of an expression that lacks one closing brace.
fn closed(book: &Book, looks: &mut usize, span: Span) -> Option<(Span, String)> {
    let text = book.map.file(span.file).text();
    let line = text.get(span.start..)?.strip_prefix("{{")?.lines().next()?;
    let (inner, _) = line.split_once('}').filter(|(_, rest)| !rest.starts_with('}'))?;
    let id = inner.split_whitespace().next()?;
    let is_block = id.strip_prefix('#').is_some_and(|word| block::words(&book.theme).contains(&word));
    let meant = if is_block { id.to_owned() } else { meant(&book.facts, looks, id)? };
    let end = span.start + "{{".len() + inner.len() + 1;
    let whole = format!("{{{{{}}}}}", inner.replacen(id, &meant, 1));
    Some((Span { end, ..span }, whole))
}
