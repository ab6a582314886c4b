//! The domain of an e-mail address on a page accepts no mail.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::facts::mail;
use crate::lock::Mail;
use crate::register::value::date_words;

pub(super) const CHECK: Check =
    Check::warn("contact-unreachable", include_str!("contact_unreachable.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    for address in mail::addresses(&book.facts) {
        let Some(entry) = book.lock.domain(&address.domain) else { continue };
        let why = match entry.mail {
            Mail::Mx | Mail::Address => continue,
            Mail::Refused => "says that it accepts no mail",
            Mail::None => "has neither a mail server nor an address",
        };
        let message = format!("mail to `{}` cannot be delivered: {} {why}", address.address, address.domain);
        findings.push(
            Diagnostic::new(address.span, message)
                .also(entry.span, format!("looked up on {}", date_words(entry.checked)))
                .help("correct the address, or the records of the domain")
                .help("run `trustbook refresh` to look it up again"),
        );
    }
}
