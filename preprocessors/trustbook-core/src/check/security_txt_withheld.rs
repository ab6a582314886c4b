//! security.txt is not published despite a vulnerability policy, because a fact behind it is not reviewed.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::output::security_txt;

pub(super) const CHECK: Check =
    Check::warn("security-txt-withheld", include_str!("security_txt_withheld.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    // The book has its own file, which `security-txt-invalid` covers.
    let own = book.config.in_src(security_txt::PATH);
    if book.files.iter().any(|entry| entry.path == own) {
        return;
    }
    let policy = security_txt::policy(&book.facts).filter(|_| book.config.trustbook.identity);
    let Some(policy) = policy.filter(|policy| !book.facts.register.broken.contains(&policy.span.file)) else {
        return;
    };
    let Err(reasons) = security_txt::text(book, policy) else { return };
    let [first, others @ ..] = reasons.as_slice() else { return };
    let is_by_calendar = reasons.iter().all(|reason| reason.by_calendar);
    let mut finding = Diagnostic::new(first.span, format!("the site has no security.txt: {}", first.why))
        .help("review it, and write the date as `verified` beside it; `trustbook review` asks for each")
        .help("a book that does not speak for the vendor says `identity = false` under `[preprocessor.trustbook]`");
    for reason in others {
        finding = finding.also(reason.span, reason.why.clone());
    }
    findings.push(if is_by_calendar { finding.by_calendar() } else { finding });
}
