//! Sentences in the language of the book are not read.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};
use crate::prose::frames::is_read;

pub(super) const CHECK: Check = Check::warn("prose-unread", include_str!("prose_unread.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    let register = &book.facts.register;
    // Without a register, no sentence can contradict it.
    if register.facts.is_empty() && register.records.is_empty() {
        return;
    }
    let translations = book.translations.iter().map(|it| it.language.as_str());
    for tag in book.config.language.as_deref().into_iter().chain(translations).filter(|tag| !is_read(tag)) {
        let message = format!("sentences in `{tag}` are not compared with the register");
        findings.push(
            Diagnostic::new(Place::File("book.toml".to_owned()), message)
                .help(
                    "values and blocks are checked as usual; review by hand what the chapters say about the same facts",
                )
                .help("or set `prose-unread` to `allow` to accept this"),
        );
    }
}
