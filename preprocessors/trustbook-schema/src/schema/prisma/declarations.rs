//! The declarations of one file: models, views, composite types and enums.

use super::fields::{self, Body};
use super::lexer::{KEYWORDS, PrismaTokenKind, Tokens, header};
use super::problems::{Problems, shown};
use crate::schema::TableKind;
use crate::suggest;
use std::ops::Range;

/// A declaration that fields can name as their type.
#[derive(Debug)]
pub(super) struct Declaration<'t> {
    pub(super) what: DeclarationKind<'t>,
    pub(super) name: &'t str,
    pub(super) name_range: Range<usize>,
    /// The byte range from the keyword to the closing brace.
    pub(super) range: Range<usize>,
}

/// The content of a declaration.
#[derive(Debug)]
pub(super) enum DeclarationKind<'t> {
    Table(TableKind, Body<'t>),
    Enum,
    /// A declaration that cannot be read, which is already reported. A field that names it is not a second mistake.
    Unread,
}

/// Reads the declarations of a file.
pub(super) fn read<'t>(tokens: &Tokens<'t>, problems: &mut Problems<'_>) -> Vec<Declaration<'t>> {
    let mut found = Vec::new();
    // Consecutive lines that make no sense are reported once, at the first of them.
    let mut lost = false;
    let mut at = 0;
    while let Some(kind) = tokens.kind(at) {
        if matches!(kind, PrismaTokenKind::Newline | PrismaTokenKind::LineComment | PrismaTokenKind::BlockComment) {
            at += 1;
            continue;
        }
        let next = match header(tokens, at) {
            Some((name, open)) => {
                lost = false;
                let (declaration, next) = declaration(tokens, at, name, open, problems);
                found.extend(declaration);
                next
            }
            None => match unread(tokens, at, problems) {
                Some((declaration, next)) => {
                    lost = false;
                    found.extend(declaration);
                    next
                }
                None => {
                    if !lost {
                        nothing_known(tokens, at, problems);
                    }
                    lost = true;
                    tokens.line_end(at, tokens.next_header(at))
                }
            },
        };
        at = next.max(at + 1);
    }
    found
}

/// Reads the declaration whose keyword is at `at`, and returns the place after it.
fn declaration<'t>(
    tokens: &Tokens<'t>,
    at: usize,
    name: usize,
    open: usize,
    problems: &mut Problems<'_>,
) -> (Option<Declaration<'t>>, usize) {
    let keyword = tokens.slice(at);
    let (end, next) = match block_end(tokens, open) {
        Ok(close) => (close, close + 1),
        Err(end) => {
            let what = format!("the {} {} is not closed", word_for(keyword), shown(tokens.slice(name)));
            problems.push(tokens.range(at, name), what, "close it with `}` on a line of its own".to_owned());
            (end, end)
        }
    };
    let what = match keyword {
        "model" => DeclarationKind::Table(TableKind::Table, fields::read(tokens, open, end, problems)),
        "view" => DeclarationKind::Table(TableKind::View, fields::read(tokens, open, end, problems)),
        "type" => DeclarationKind::Table(TableKind::Type, fields::read(tokens, open, end, problems)),
        "enum" => DeclarationKind::Enum,
        // The names of databases and generators are not types.
        _ => return (None, next),
    };
    let last = if next > end { end } else { last_written(tokens, open, end) };
    let (name_range, range) = (tokens.range(name, name), tokens.range(at, last));
    (Some(Declaration { what, name: tokens.slice(name), name_range, range }), next)
}

/// Returns the brace that closes a block, or as an error the end of a block without one.
fn block_end(tokens: &Tokens<'_>, open: usize) -> Result<usize, usize> {
    let limit = tokens.next_header(open);
    match tokens.closing(open, limit) {
        Some(close) => Ok(close),
        // A brace inside the block is not closed: the first closing brace ends the block.
        None => (open + 1..limit).find(|at| tokens.is(*at, '}')).ok_or(limit),
    }
}

/// Returns the last token before `end` that is part of the declaration.
fn last_written(tokens: &Tokens<'_>, open: usize, end: usize) -> usize {
    let is_blank = |at| {
        matches!(
            tokens.kind(at),
            Some(PrismaTokenKind::Newline | PrismaTokenKind::LineComment | PrismaTokenKind::BlockComment)
        )
    };
    (open..end).rev().find(|at| !is_blank(*at)).unwrap_or(open)
}

/// Reports and skips something that begins like a declaration but is not one; its name stays known.
fn unread<'t>(tokens: &Tokens<'t>, at: usize, problems: &mut Problems<'_>) -> Option<(Option<Declaration<'t>>, usize)> {
    let keyword = tokens.word(at)?;
    let is_known = KEYWORDS.contains(&keyword);
    let name = tokens.word(at + 1).map(|_| at + 1);
    let last = name.unwrap_or(at);
    let open = tokens.skip_blank(last + 1);
    let limit = tokens.next_header(at);
    let (what, help, next) = match (name, open < limit && tokens.is(open, '{')) {
        (Some(name), false) if keyword == "type" && tokens.is(name + 1, '=') => {
            let what = format!("the type {} is another name for a type", shown(tokens.slice(name)));
            let help = "write the type itself where this name is used; Prisma no longer reads such names".to_owned();
            (what, help, tokens.line_end(at, limit))
        }
        (Some(name), false) if is_known => {
            let what = format!("the {} {} has no braces", word_for(keyword), shown(tokens.slice(name)));
            (what, "put what belongs to it between `{` and `}`".to_owned(), tokens.line_end(at, limit))
        }
        (_, true) if is_known => {
            let what = format!("a {} has no name", word_for(keyword));
            (what, format!("write its name after `{keyword}`"), behind_block(tokens, open))
        }
        (_, true) => {
            let what = format!("{} is not a keyword of Prisma", shown(keyword));
            let help = match suggest::nearest(keyword, KEYWORDS.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the keywords are {}", suggest::listed(KEYWORDS.iter().copied())),
            };
            (what, help, behind_block(tokens, open))
        }
        _ => return None,
    };
    problems.push(tokens.range(at, last), what, help);
    let declaration = name.map(|name| Declaration {
        what: DeclarationKind::Unread,
        name: tokens.slice(name),
        name_range: tokens.range(name, name),
        range: tokens.range(at, name),
    });
    Some((declaration, next))
}

fn behind_block(tokens: &Tokens<'_>, open: usize) -> usize {
    block_end(tokens, open).map_or_else(|end| end, |close| close + 1)
}

fn nothing_known(tokens: &Tokens<'_>, at: usize, problems: &mut Problems<'_>) {
    let (what, help) = match tokens.kind(at) {
        Some(PrismaTokenKind::Sign('}')) => {
            ("a brace closes what is not open".to_owned(), "remove it, or open its block with `{`".to_owned())
        }
        _ => {
            let what = format!("{} is outside every declaration", shown(tokens.slice(at)));
            (what, "move it into a model, or remove it".to_owned())
        }
    };
    problems.push(tokens.range(at, at), what, help);
}

/// Returns the word for a declaration in messages.
fn word_for(keyword: &str) -> &str {
    if keyword == "type" { "composite type" } else { keyword }
}
