//! A page uses a block that the theme does not have or cannot render.

use super::{Check, Findings, Run, slots};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};
use crate::expand::block::{Blocks, TOO_MANY, words};
use crate::page::SlotKind;
use crate::site::Site;
use crate::suggest::{listed, nearest};
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::deny("block-unknown", include_str!("block_unknown.md"), Run::Both(run, verify));

/// The largest number of names in a message: all blocks of the theme, and some of the book's own.
const MOST_NAMES: usize = 50;

fn run(book: &Book, findings: &mut Findings) {
    let words = words(&book.theme);
    let known: BTreeSet<&str> = words.iter().copied().collect();
    for slot in slots(&book.pages) {
        let SlotKind::Block(call) = &slot.what else {
            continue;
        };
        if known.contains(call.word.as_str()) {
            continue;
        }
        let finding = Diagnostic::new(slot.span, format!("unknown block `{}`", call.word));
        let near = findings.suggests().then(|| nearest(&call.word, words.iter().copied())).flatten();
        findings.push(match near {
            Some(near) => {
                let fixed = book.map.slice(slot.span).replacen(&call.word, near, 1);
                finding.help(format!("did you mean `{{{{#{near}}}}}`?")).edit(slot.span, fixed)
            }
            None => finding.help(format!(
                "the blocks are {}; define your own in `theme/blocks/{}.hbs`",
                listed(words.iter().copied().take(MOST_NAMES)),
                call.word
            )),
        });
    }
    for (word, why) in Blocks::of(book).broken() {
        findings.push(
            Diagnostic::new(
                Place::File(format!("theme/blocks/{word}.hbs")),
                format!("the template of the block `{word}` does not compile: {}", why),
            )
            .help("correct the template, or remove it to use the built-in one"),
        );
    }
    for (path, error) in &book.theme.unreadable {
        findings.push(
            Diagnostic::new(Place::File(path.clone()), format!("this file of the theme cannot be read: {error}"))
                .help("save it as UTF-8 text in a plain file"),
        );
    }
}

fn verify(_trust: &Book, site: &Site, findings: &mut Findings) {
    if site.failures.iter().any(|failure| failure.why == TOO_MANY) {
        findings.push(
            Diagnostic::new(Place::File("book.toml".to_owned()), TOO_MANY)
                .help("show the same records on fewer pages, or fewer of them with `id`"),
        );
    }
    for failure in site.failures.iter().filter(|failure| failure.why != TOO_MANY) {
        findings.push(
            Diagnostic::new(
                Place::File(format!("theme/{}", failure.template)),
                format!("the template cannot be rendered: {}", failure.why),
            )
            .help("correct the template, or remove it to use the built-in one"),
        );
    }
}
