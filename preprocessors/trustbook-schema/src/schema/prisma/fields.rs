//! The content of a model between its braces: fields, and attributes of the whole.

use super::attributes::{self, Attribute};
use super::lexer::{PrismaTokenKind, Tokens};
use super::problems::{Problems, shown};
use crate::schema::{Modifier, category_in};
use std::ops::Range;

/// The content of a model, as written.
#[derive(Debug, Default)]
pub(super) struct Body<'t> {
    pub(super) fields: Vec<PrismaField<'t>>,
    pub(super) attributes: Vec<Attribute<'t>>,
}

/// A field, as written.
#[derive(Debug)]
pub(super) struct PrismaField<'t> {
    pub(super) name: &'t str,
    pub(super) name_range: Range<usize>,
    pub(super) ty: PrismaType<'t>,
    pub(super) ty_range: Range<usize>,
    pub(super) modifiers: Vec<Modifier>,
    pub(super) attributes: Vec<Attribute<'t>>,
    pub(super) category: Option<String>,
    pub(super) range: Range<usize>,
}

/// The type of a field.
#[derive(Debug)]
pub(super) enum PrismaType<'t> {
    /// A type with this name.
    Named(&'t str),
    /// `Unsupported("...")`, as written.
    Unsupported(&'t str),
}

/// Reads the content after an opening brace, up to `end`.
pub(super) fn read<'t>(tokens: &Tokens<'t>, open: usize, end: usize, problems: &mut Problems<'_>) -> Body<'t> {
    let mut body = Body::default();
    let mut category = None;
    // Consecutive lines that make no sense are reported once, at the first of them.
    let mut lost = false;
    let mut at = open + 1;
    // A comment after the brace is about the model.
    while matches!(tokens.kind(at), Some(PrismaTokenKind::LineComment | PrismaTokenKind::BlockComment))
        && tokens.kind(at + 1) == Some(PrismaTokenKind::Newline)
    {
        at += 1;
    }
    while at < end {
        let Some(kind) = tokens.kind(at) else { break };
        match kind {
            PrismaTokenKind::Newline => {
                // A comment above an empty line is not about the field below it.
                if tokens.kind(at - 1) == Some(PrismaTokenKind::Newline) {
                    category = None;
                }
                at += 1;
            }
            PrismaTokenKind::LineComment | PrismaTokenKind::BlockComment => {
                category = of_comment(tokens.slice(at)).or(category);
                at += 1;
            }
            PrismaTokenKind::Word => {
                lost = false;
                let (field, next) = field(tokens, at, end, category.take(), problems);
                body.fields.extend(field);
                at = next;
            }
            PrismaTokenKind::Sign('@') if tokens.is(at + 1, '@') => {
                lost = false;
                category = None;
                let (attribute, next) = attributes::read(tokens, at, end, problems);
                body.attributes.push(attribute);
                at = rest_of_line(tokens, next, end, problems);
            }
            _ => {
                if !lost {
                    not_understood(tokens, at, problems);
                }
                lost = true;
                // A single brace is skipped, and the text after it is read.
                let is_alone = kind == PrismaTokenKind::Sign('{') && tokens.closing(at, end).is_none();
                at = if is_alone { at + 1 } else { tokens.line_end(at, end).max(at + 1) };
            }
        }
    }
    body
}

/// Returns the category that a comment names. A comment inside the comment is about a field that is commented out.
fn of_comment(comment: &str) -> Option<String> {
    let (before, _) = comment.split_once("@category")?;
    let is_nested = [" //", "\t//"].iter().any(|inner| before.contains(inner));
    if is_nested { None } else { category_in(comment) }
}

/// Reads a field, and returns the place after it. `category` comes from a comment above it.
fn field<'t>(
    tokens: &Tokens<'t>,
    first: usize,
    end: usize,
    category: Option<String>,
    problems: &mut Problems<'_>,
) -> (Option<PrismaField<'t>>, usize) {
    let name = tokens.slice(first);
    let name_range = tokens.range(first, first);
    let mut at = first + 1;
    while tokens.kind(at) == Some(PrismaTokenKind::BlockComment) {
        at += 1;
    }
    // Very old schemas have a colon after the name.
    if tokens.is(at, ':') {
        at += 1;
    }
    let Some((ty, mut modifiers, mut last)) = type_of(tokens, at, end, problems) else {
        let help = format!("write its type after its name, such as `{} String`", shown(name).trim_matches('`'));
        problems.push(name_range, format!("the field {} has no type", shown(name)), help);
        return (None, tokens.line_end(at, end).max(first + 1));
    };
    let ty_range = tokens.range(at, last);
    modifiers.extend(marks(tokens, &mut last, end));
    let mut own = None;
    let mut attributes = Vec::new();
    at = last + 1;
    while at < end {
        match tokens.kind(at) {
            Some(PrismaTokenKind::LineComment | PrismaTokenKind::BlockComment) => {
                own = own.or_else(|| of_comment(tokens.slice(at)));
                at += 1;
            }
            Some(PrismaTokenKind::Sign('@')) if !tokens.is(at + 1, '@') => {
                let (attribute, next) = attributes::read(tokens, at, end, problems);
                attributes.push(attribute);
                last = next - 1;
                at = next;
            }
            // The attributes can continue on the next line.
            Some(PrismaTokenKind::Newline) if tokens.is(at + 1, '@') && !tokens.is(at + 2, '@') => at += 1,
            None | Some(PrismaTokenKind::Newline) => break,
            Some(_) => {
                not_understood(tokens, at, problems);
                at = tokens.line_end(at, end).max(at + 1);
                break;
            }
        }
    }
    let range = name_range.start..last_written(tokens, first, last);
    let category = own.or(category);
    (Some(PrismaField { name, name_range, ty, ty_range, modifiers, attributes, category, range }), at)
}

/// Returns the end of the last token that is not a comment. Brackets that are not closed can contain comments.
fn last_written(tokens: &Tokens<'_>, first: usize, mut last: usize) -> usize {
    while last > first
        && matches!(
            tokens.kind(last),
            Some(PrismaTokenKind::LineComment | PrismaTokenKind::BlockComment | PrismaTokenKind::Newline)
        )
    {
        last -= 1;
    }
    tokens.range(first, last).end
}

/// Returns the type at a place, its modifiers, and its last token.
fn type_of<'t>(
    tokens: &Tokens<'t>,
    at: usize,
    end: usize,
    problems: &mut Problems<'_>,
) -> Option<(PrismaType<'t>, Vec<Modifier>, usize)> {
    if at >= end {
        return None;
    }
    // Very old schemas write a list as `[String]`.
    if tokens.is(at, '[') && tokens.is(at + 2, ']') {
        return tokens.word(at + 1).map(|name| (PrismaType::Named(name), vec![Modifier::List], at + 2));
    }
    let name = tokens.word(at)?;
    if name != "Unsupported" || !tokens.is(at + 1, '(') {
        return Some((PrismaType::Named(name), Vec::new(), at));
    }
    let last = tokens.closing(at + 1, end).unwrap_or_else(|| {
        let what = "the brackets of `Unsupported` are not closed".to_owned();
        problems.push(tokens.range(at, at), what, "close them with `)`".to_owned());
        tokens.line_end(at + 2, end) - 1
    });
    Some((PrismaType::Unsupported(tokens.text.get(tokens.range(at, last)).unwrap_or(name)), Vec::new(), last))
}

/// Reads `?` and `[]` after a type, and moves `last` past them.
fn marks(tokens: &Tokens<'_>, last: &mut usize, end: usize) -> Vec<Modifier> {
    let mut found = Vec::new();
    while *last + 1 < end {
        let next = *last + 1;
        if tokens.is(next, '?') {
            found.push(Modifier::Optional);
        } else if tokens.is(next, '[') && tokens.is(next + 1, ']') {
            found.push(Modifier::List);
            *last += 1;
        } else if !tokens.is(next, '!') {
            break;
        }
        *last += 1;
    }
    found
}

/// Skips comments after an attribute of the whole, and reports anything else on the line.
fn rest_of_line(tokens: &Tokens<'_>, mut at: usize, end: usize, problems: &mut Problems<'_>) -> usize {
    while at < end && matches!(tokens.kind(at), Some(PrismaTokenKind::LineComment | PrismaTokenKind::BlockComment)) {
        at += 1;
    }
    if at < end && tokens.kind(at) != Some(PrismaTokenKind::Newline) {
        not_understood(tokens, at, problems);
        return tokens.line_end(at, end).max(at + 1);
    }
    at
}

fn not_understood(tokens: &Tokens<'_>, at: usize, problems: &mut Problems<'_>) {
    let what = format!("{} is not understood here", shown(tokens.slice(at)));
    let help = "a line is a field with its type and its attributes, or an attribute such as `@@map`; remove the rest";
    problems.push(tokens.range(at, at), what, help.to_owned());
}
