//! A setting of mdBook, a line of SUMMARY.md or a file of the theme has no effect.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::{Diagnostic, Place};
use crate::suggest::nearest;

pub(super) const CHECK: Check = Check::warn("config-ignored", include_str!("config_ignored.md"), Run::Book(run));

/// Files of an mdBook theme, each with its counterpart here.
const OF_MDBOOK: &[(&str, &str)] = &[
    ("theme/index.hbs", "theme/page.hbs"),
    ("theme/head.hbs", "theme/page.hbs"),
    ("theme/header.hbs", "theme/page.hbs"),
    ("theme/redirect.hbs", "theme/moved.hbs"),
    ("theme/favicon.png", "theme/favicon.svg"),
    ("theme/book.js", "theme/js/site.js"),
];

fn run(book: &Book, findings: &mut Findings) {
    for ignored in &book.config.ignored {
        let finding = Diagnostic::new(ignored.place.clone(), &ignored.why).help(&ignored.help);
        findings.push(match &ignored.edit {
            Some((span, text)) => finding.edit(*span, text),
            None => finding,
        });
    }
    for path in &book.theme.unused {
        let known = OF_MDBOOK.iter().find(|(known, _)| known == path).map(|(_, ours)| *ours);
        let css = (path.starts_with("theme/css/") && path.ends_with(".css")).then_some("theme/css/site.css");
        let ours: Vec<String> = book.theme.paths().map(|path| format!("theme/{path}")).collect();
        let help = match known.or(css) {
            Some(ours) => format!("move it into `{ours}`, which replaces the built-in file of that name"),
            None => match nearest(path, ours.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`? Otherwise remove it"),
                None => "remove it; the page of the handbook on themes lists the files that are read".to_owned(),
            },
        };
        findings.push(Diagnostic::new(Place::File(path.clone()), format!("`{path}` is not read")).help(help));
    }
}
