//! A secret would be published.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};
use crate::secret::SecretKind;
use crate::site::Site;

pub(super) const CHECK: Check = Check::deny("secret-exposed", include_str!("secret_exposed.md"), Run::Site(run));

/// The number of further places listed for one secret.
const MOST_PLACES: usize = 4;

fn run(book: &Book, site: &Site, findings: &mut Findings) {
    for exposed in &site.secrets {
        let mut places = exposed.places(book, site).into_iter();
        let (Some(place), Some(file)) = (places.next(), exposed.files.first()) else { continue };
        // A message never contains the secret itself.
        let message = match &exposed.what {
            SecretKind::Variable(name) => format!("the value of the environment variable `{name}` is published"),
            SecretKind::Token(kind) => format!("{kind} is published"),
        };
        let others = match exposed.files.len() {
            1 => String::new(),
            count => format!(" and {} more", count - 1),
        };
        let finding = Diagnostic::new(place, message).label(format!("in `{file}`{others}"));
        let also = places.take(MOST_PLACES).filter_map(|place| match place {
            Place::At(span) => Some(span),
            Place::File(_) | Place::InFile { .. } => None,
        });
        findings.push(
            also.fold(finding, |finding, span| finding.also(span, "here as well"))
                .help("remove it and revoke it: a secret that was in a book must be considered known"),
        );
    }
}
