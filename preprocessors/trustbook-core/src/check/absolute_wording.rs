//! A sentence makes an unlimited promise about the vendor.

use super::{Check, Look, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::page::Page;
use crate::prose::names::RegisterNames;
use crate::prose::{Sentence, absolute, draft};

pub(super) const CHECK: Check =
    Check::warn("absolute-wording", include_str!("absolute_wording.md"), Run::Prose(prepare, |_, _| {}));

fn prepare(book: &Book) -> Look<'_> {
    let names = RegisterNames::of(&book.facts);
    Box::new(move |prose| {
        let sentences = prose.sentences_where(|passage| absolute::may_promise(&passage.text));
        sentences.filter_map(|sentence| message(book, prose.page, &sentence, &names)).collect()
    })
}

fn message(book: &Book, page: &Page, sentence: &Sentence<'_>, names: &RegisterNames<'_>) -> Option<Diagnostic> {
    let range = absolute::find(sentence, names)?;
    let word = sentence.text()[range.clone()].to_lowercase();
    let range = sentence.in_passage(&range);
    let span = sentence.passage.locate(page, range)?;
    let finding = Diagnostic::new(span, format!("`{word}` promises more than anyone can verify"))
        .help("say what is done, when and by what means, or name the condition under which it does not hold")
        .help("or make it a claim, which each build verifies: `trustbook explain claim` lists the kinds");
    Some(match draft::claim(book, page, sentence, "attested") {
        Some([expression, claim]) => {
            finding.edit(expression.span, expression.replacement).edit(claim.span, claim.replacement)
        }
        None => finding,
    })
}
