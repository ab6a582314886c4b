//! A page makes the reader's browser contact another site by itself.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::site::piece::Use;
use crate::site::resolve::LinkTarget;

pub(super) const CHECK: Check =
    Check::deny("third-party-request", include_str!("third_party_request.md"), Run::Site(run));

fn run(_trust: &Book, site: &Site, findings: &mut Findings) {
    for bad in &site.bad_links {
        let LinkTarget::ThirdParty(host) = &bad.target else { continue };
        let what = match bad.piece.kind {
            Use::Ping => "ping",
            Use::Refresh => "go to",
            _ => "contact",
        };
        findings.push(
            Diagnostic::new(
                bad.place.clone(),
                format!("a reader's browser would {what} `{host}` by itself, for `{}`", bad.written),
            )
            .help("put the file into the book, or make it a link that a reader follows"),
        );
    }
}
