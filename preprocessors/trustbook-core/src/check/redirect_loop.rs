//! Redirects form a loop.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::site::Site;
use crate::site::resolve::LinkTarget;
use crate::suggest::listed;

pub(super) const CHECK: Check = Check::deny("redirect-loop", include_str!("redirect_loop.md"), Run::Site(run));

/// The largest number of old addresses in a message.
const SHOWN: usize = 5;

fn run(_trust: &Book, site: &Site, findings: &mut Findings) {
    for bad in &site.bad_links {
        let LinkTarget::Loop(circle) = &bad.target else { continue };
        let names = listed(circle.iter().map(String::as_str).take(SHOWN));
        let message = match circle.len() {
            1 => format!("the old address {names} redirects to itself"),
            count if count > SHOWN => {
                format!("the old addresses {names} and {} more redirect to each other", count - SHOWN)
            }
            _ => format!("the old addresses {names} redirect to each other"),
        };
        findings.push(Diagnostic::new(bad.place.clone(), message).help("redirect one of them to a page of the site"));
    }
}
