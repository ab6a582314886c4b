//! The content security policy of a page blocks its style or content.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::site::piece::Use;
use crate::site::resolve::LinkTarget;

pub(super) const CHECK: Check = Check::deny("inline-code", include_str!("inline_code.md"), Run::Site(run));

fn run(_trust: &Book, site: &Site, findings: &mut Findings) {
    for bad in &site.bad_links {
        let LinkTarget::Stopped(what) = &bad.target else { continue };
        let piece = &bad.piece;
        let finding =
            Diagnostic::new(bad.place.clone(), format!("the content security policy of the page blocks {what}"));
        let finding = match piece.attribute.is_empty() {
            true => finding,
            false => finding.label(format!("`{}` of `<{}>`", piece.attribute, piece.element)),
        };
        findings.push(finding.help(match piece.kind {
            Use::Code => "give the element a class, and write its style in `theme/css/site.css`",
            _ => "move the content to a file of the book, and name that file",
        }));
    }
}
