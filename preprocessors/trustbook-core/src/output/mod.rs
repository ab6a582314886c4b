//! Stage 8: the files published in addition to the pages, for programs; one file and one page for each.

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

use crate::book::Book;
use crate::claim::Claim;
use crate::config::Config;
use crate::expand::Expanded;
use crate::page::Page;
use crate::page::outline::Chapter;
use crate::register::Record;
use crate::register::claim::KIND;
use crate::register::common::Visibility;
use crate::site::{self, Site};
use std::collections::BTreeSet;

/// The path of a file on the site, and its contents.
type OutputFile = (String, Vec<u8>);
type Files = Vec<OutputFile>;

/// The function that creates files.
#[derive(Debug)]
enum Make {
    /// Runs once all pages are finished; creates no file if there is no content.
    OfSite(fn(&Book, &Site) -> Files),
    /// Runs with each page, on its chapter, its path and the expanded chapter.
    OfPage(fn(&Book, &Page, &str, &Expanded) -> Option<OutputFile>),
}

/// A kind of file published in addition to the pages.
#[derive(Debug)]
pub struct Output {
    /// The path on the site, or a pattern if there are several files.
    pub name: &'static str,
    /// True if the file makes statements of the vendor, which a demonstration leaves out.
    pub is_of_vendor: bool,
    /// The documentation page: the contents of the file, and the conditions for leaving it out.
    pub page: &'static str,
    make: Make,
}

/// Every kind in the order of creation: the last one lists others.
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
    /// Returns the contents in one sentence.
    pub fn summary(&self) -> &'static str {
        self.page.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default()
    }
}

/// Returns the kind with this name.
pub fn find(name: &str) -> Option<&'static Output> {
    OUTPUTS.iter().find(|output| output.name == name)
}

/// Adds the files to a site. A page or a file of the book at the same path takes precedence.
pub fn add(book: &Book, site: &mut Site) {
    // Without pages there is no site to add to.
    if site.pages.is_empty() {
        return;
    }
    let own = own(book);
    let pages: BTreeSet<String> = site.pages.iter().map(|page| page.path.clone()).collect();
    for output in wanted(&book.config) {
        let Make::OfSite(make) = output.make else { continue };
        let made = make(book, site).into_iter();
        site.assets.extend(made.filter(|(path, _)| !own.contains(path) && !pages.contains(path)));
    }
}

/// Returns a function that creates the files of each page. A page or a file of the book at the same path takes
/// precedence.
pub(crate) fn beside(book: &Book) -> impl Fn(&Page, &str, &Expanded) -> Files + Sync {
    let mut taken = own(book);
    taken.extend(book.pages.iter().filter_map(|page| page.chapter.page_path()));
    let of_page = wanted(&book.config).filter_map(|output| match output.make {
        Make::OfPage(make) => Some(make),
        Make::OfSite(_) => None,
    });
    let of_page: Vec<_> = of_page.collect();
    move |page, path, expanded| {
        let made = of_page.iter().filter_map(|make| make(book, page, path, expanded));
        made.filter(|(path, _)| !taken.contains(path)).collect()
    }
}

fn wanted(config: &Config) -> impl Iterator<Item = &'static Output> {
    OUTPUTS.iter().filter(|output| config.trustbook.identity || !output.is_of_vendor)
}

/// Returns the book's own files that are at the path of an output or in `.well-known`, relative to `src`. Programs look
/// for them there, so they are published even if no page links to them.
pub fn own(book: &Book) -> BTreeSet<String> {
    let twins: BTreeSet<String> = book.pages.iter().filter_map(|page| twin(&page.chapter)).collect();
    let src = book.config.src_prefix();
    let files = book.files.iter().filter_map(|entry| entry.path.strip_prefix(src.as_str()));
    files
        .filter(|path| path.starts_with(".well-known/") || find(path).is_some() || twins.contains(*path))
        .map(str::to_owned)
        .collect()
}

/// Returns the address of a path of the site: absolute if the book gives its `site_url`, otherwise relative to the root
/// of the site.
fn address(config: &Config, path: &str) -> String {
    let path = percent_encoding::utf8_percent_encode(path, PATH).to_string();
    match &config.trustbook.site_url {
        Some(url) => url.join(&path).map_or(path, String::from),
        None => path,
    }
}

/// The characters to percent-encode in the path of an address.
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

/// Returns the path of the Markdown copy of a chapter's page: `a/b.md` for `a/b.html`.
fn twin(chapter: &Chapter) -> Option<String> {
    Some(site::twin(&chapter.page_path()?))
}

/// Returns a text on one line, with all Markdown syntax escaped.
fn literal(text: &str) -> String {
    let line = one_line(text);
    let mut literal = String::with_capacity(line.len());
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    for (at, c) in line.char_indices() {
        // At the beginning of a line, these start a list or a rule.
        let begins = matches!(c, '-' | '+' | '=') && at == 0 || matches!(c, '.' | ')') && at == digits && at > 0;
        if begins || matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '&' | '#' | '!' | '~' | '|') {
            literal.push('\\');
        }
        literal.push(c);
    }
    literal
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the common first keys of the JSON outputs.
fn head(book: &Book, version: u64) -> serde_json::Value {
    serde_json::json!({
        "version": version,
        "title": book.config.title,
        "site_url": book.config.trustbook.site_url.as_ref().map(url::Url::as_str),
        "notice": book.config.trustbook.notice,
        "built_for": book.facts.today.to_string(),
    })
}

/// Returns the public claims with their records, sorted by id.
fn claims(book: &Book) -> Vec<(&Record, &Claim)> {
    let records = book.facts.register.of_kind(KIND);
    let mut found: Vec<(&Record, &Claim)> = records
        .filter(|record| record.common.visibility == Visibility::Public)
        .filter_map(|record| Some((record, book.claim(&record.id)?)))
        .collect();
    found.sort_by(|a, b| a.0.id.cmp(&b.0.id));
    found
}

/// Formats JSON as the bytes of a file.
fn written(value: &serde_json::Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}
