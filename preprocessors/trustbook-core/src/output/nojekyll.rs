//! `.nojekyll` and `CNAME`: the settings of GitHub Pages for a site published from a branch.

use super::{Files, Make, Output};
use crate::book::Book;
use crate::site::Site;

pub(super) const OUTPUT: Output =
    Output { name: ".nojekyll", is_of_vendor: false, page: include_str!("nojekyll.md"), make: Make::OfSite(make) };

fn make(book: &Book, _: &Site) -> Files {
    let cname = book.config.html.cname.iter().map(|host| ("CNAME".to_owned(), format!("{host}\n").into_bytes()));
    std::iter::once((OUTPUT.name.to_owned(), Vec::new())).chain(cname).collect()
}
