//! A heading contains a value and has no id of its own, so its anchor would change with the value.

use super::{Check, Findings, Run, slots};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::page::{Context, SlotKind};

pub(super) const CHECK: Check =
    Check::deny("heading-without-id", include_str!("heading_without_id.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for slot in slots(&book.pages) {
        if slot.context == Context::HeadingWithoutId && matches!(slot.what, SlotKind::Value(_)) {
            findings.push(Diagnostic::new(slot.span, "a heading with a value has no id of its own").help(
                "end the heading with an id, such as `{#company}`, so that links to it still work when the value \
                 changes",
            ));
        }
    }
}
