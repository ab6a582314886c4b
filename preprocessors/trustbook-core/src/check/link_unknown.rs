//! The state of a link is unknown, and its last successful check is too old.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::register::value::date_words;
use crate::site::Site;
use crate::site::outside::LinkAnswer;

pub(super) const CHECK: Check = Check::warn("link-unknown", include_str!("link_unknown.md"), Run::Site(run));

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    for page in site.outside.pages(|answer| matches!(answer, LinkAnswer::Unknown { is_tolerated: false, .. })) {
        let LinkAnswer::Unknown { why, help, alive, .. } = page.answer else { continue };
        findings.extend(page.findings(book, CHECK.name, |place| {
            Diagnostic::new(place, format!("could not determine whether `{}` is reachable: {why}", page.url))
                .label(alive.map_or_else(
                    || "never reached from here".to_owned(),
                    |day| format!("last reached on {}", date_words(day)),
                ))
                .help(help.clone())
        }));
    }
}
