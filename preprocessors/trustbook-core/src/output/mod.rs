//! Stage 8: the files that stand beside the pages, for programs; one file and one page for each.

mod claims_json;
mod facts_json;
pub mod headers;
mod llms_txt;
mod markdown;
mod nojekyll;
mod objects_json;
mod oscal;
mod robots_txt;
pub mod security_txt;
mod sitemap_xml;

use crate::claim::Claim;
use crate::config::Config;
use crate::expand::Expanded;
use crate::page::Page;
use crate::page::outline::Chapter;
use crate::register::Record;
use crate::register::claim::KIND;
use crate::register::common::Visibility;
use crate::site::{self, Site};
use crate::trust::Trust;
use std::collections::BTreeSet;

/// A file with its path on the site.
type File = (String, Vec<u8>);
type Files = Vec<File>;

/// How files are made.
#[derive(Debug)]
enum Make {
    /// Once all pages are finished; none where there is nothing to say.
    OfSite(fn(&Trust, &Site) -> Files),
    /// With each page, from its chapter, its path and the HTML of the chapter.
    OfPage(fn(&Trust, &Page, &str, &Expanded) -> Option<File>),
}

/// A kind of file beside the pages.
#[derive(Debug)]
pub struct Output {
    /// Its path on the site, or its form where there are many of it.
    pub name: &'static str,
    /// It speaks for the vendor, and a demonstration has none.
    pub is_of_vendor: bool,
    /// Its page: what it holds, and when it is left out.
    pub page: &'static str,
    make: Make,
}

/// Every kind, in the order in which they are made: the last lists others.
pub const OUTPUTS: &[Output] = &[
    claims_json::OUTPUT,
    facts_json::OUTPUT,
    headers::OUTPUT,
    markdown::OUTPUT,
    nojekyll::OUTPUT,
    objects_json::OUTPUT,
    oscal::OUTPUT,
    robots_txt::OUTPUT,
    security_txt::OUTPUT,
    sitemap_xml::OUTPUT,
    llms_txt::OUTPUT,
];

impl Output {
    /// What it holds, in a sentence.
    pub fn summary(&self) -> &'static str {
        self.page.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default()
    }
}

/// The kind of this name.
pub fn find(name: &str) -> Option<&'static Output> {
    OUTPUTS.iter().find(|output| output.name == name)
}

/// Adds the files to a site. A page or a file of the book's own at the same path stays.
pub fn add(trust: &Trust, site: &mut Site) {
    // Without pages there is no site to stand beside.
    if site.pages.is_empty() {
        return;
    }
    let own = own(trust);
    let pages: BTreeSet<String> = site.pages.iter().map(|page| page.path.clone()).collect();
    for output in wanted(trust) {
        let Make::OfSite(make) = output.make else { continue };
        let made = make(trust, site).into_iter();
        site.assets.extend(made.filter(|(path, _)| !own.contains(path) && !pages.contains(path)));
    }
}

/// Makes the files beside each page. A page or a file of the book's own at the same path stays.
pub(crate) fn beside(trust: &Trust) -> impl Fn(&Page, &str, &Expanded) -> Files + Sync {
    let mut taken = own(trust);
    taken.extend(trust.pages.iter().filter_map(|page| page.chapter.page_path()));
    let of_page = wanted(trust).filter_map(|output| match output.make {
        Make::OfPage(make) => Some(make),
        Make::OfSite(_) => None,
    });
    let of_page: Vec<_> = of_page.collect();
    move |page, path, expanded| {
        let made = of_page.iter().filter_map(|make| make(trust, page, path, expanded));
        made.filter(|(path, _)| !taken.contains(path)).collect()
    }
}

fn wanted(trust: &Trust) -> impl Iterator<Item = &'static Output> {
    OUTPUTS.iter().filter(|output| trust.config.trustbook.identity || !output.is_of_vendor)
}

/// The files of the book's own that stand where ours would, or in `.well-known`, relative to `src`. Programs look for
/// them there, so that they are published though no page leads to them.
pub fn own(trust: &Trust) -> BTreeSet<String> {
    let twins: BTreeSet<String> = trust.pages.iter().filter_map(|page| twin(&page.chapter)).collect();
    let src = format!("{}/", trust.config.src);
    let files = trust.files.iter().filter_map(|entry| entry.path.strip_prefix(src.as_str()));
    files
        .filter(|path| path.starts_with(".well-known/") || find(path).is_some() || twins.contains(*path))
        .map(str::to_owned)
        .collect()
}

/// The address of a path of the site: whole where the book says where it is published, else from the root of the site.
fn address(config: &Config, path: &str) -> String {
    let path = percent_encoding::utf8_percent_encode(path, PATH).to_string();
    match &config.trustbook.site_url {
        Some(url) => url.join(&path).map_or(path, String::from),
        None => path,
    }
}

/// What the path of an address has not as it is.
const PATH: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'(')
    .add(b')')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Where the Markdown of a chapter's page is: `a/b.md` for `a/b.html`.
fn twin(chapter: &Chapter) -> Option<String> {
    Some(site::twin(&chapter.page_path()?))
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What every file of ours in JSON begins with.
fn head(trust: &Trust, version: u64) -> serde_json::Value {
    serde_json::json!({
        "version": version,
        "title": trust.config.title,
        "site_url": trust.config.trustbook.site_url.as_ref().map(url::Url::as_str),
        "notice": trust.config.trustbook.notice,
        "built_for": trust.facts.today.to_string(),
    })
}

/// The claims that everybody may see, sorted by id, each with its record.
fn claims(trust: &Trust) -> Vec<(&Record, &Claim)> {
    let records = trust.facts.register.of_kind(KIND);
    let mut found: Vec<(&Record, &Claim)> = records
        .filter(|record| record.common.visibility == Visibility::Public)
        .filter_map(|record| Some((record, trust.claim(&record.id)?)))
        .collect();
    found.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    found
}

/// The bytes of a file in JSON.
fn written(value: &serde_json::Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}
