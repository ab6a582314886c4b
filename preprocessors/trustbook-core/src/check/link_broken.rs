//! A link leads to a page or a file that the site does not have.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::config::Config;
use crate::diagnostic::{Diagnostic, Place};
use crate::site::outside::LinkAnswer;
use crate::site::resolve::LinkTarget;
use crate::site::{BadLink, Site};
use crate::toml_tree::TextError;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::deny("link-broken", include_str!("link_broken.md"), Run::Both(outline, links));

fn outline(book: &Book, findings: &mut Findings) {
    let summary = book.config.in_src("SUMMARY.md");
    for (chapter, error) in &book.missing {
        let source = chapter.source.as_deref().unwrap_or_default();
        let place = chapter.span.map_or_else(|| Place::File(summary.clone()), Place::At);
        let help = match error {
            TextError::NotUtf8 { .. } => "save the file as UTF-8",
            _ => "correct the path, create the file, or leave the path empty for a draft",
        };
        findings.push(Diagnostic::new(place, format!("the chapter `{source}` cannot be read: {error}")).help(help));
    }
}

fn links(book: &Book, site: &Site, findings: &mut Findings) {
    outside(book, site, findings);
    let missing: BTreeSet<String> = book.missing.iter().filter_map(|(chapter, _)| chapter.page_path()).collect();
    let pages: BTreeSet<&str> = site.pages.iter().map(|page| page.path.as_str()).collect();
    for bad in site.bad_links.iter().filter(|bad| !bad.piece.is_picture()) {
        let (place, written) = (bad.place.clone(), &bad.written);
        findings.push(match &bad.target {
            // An unreadable chapter is reported at the outline, and not at every link to it.
            LinkTarget::Nowhere(path) | LinkTarget::Leaves(path) if missing.contains(path) => continue,
            LinkTarget::Nowhere(path) => {
                let finding = Diagnostic::new(place, format!("broken link `{written}`: the site has no `{path}`"));
                finding.help(help(book, &pages, bad, path, findings))
            }
            LinkTarget::Case(path) => {
                Diagnostic::new(place, format!("the letter case of `{written}` is wrong: the site has `{path}`"))
                    .help(format!("write `{}`: web servers distinguish upper and lower case", cased(written, path)))
            }
            LinkTarget::Leaves(path) => Diagnostic::new(place, format!("`{written}` leaves the site, to `{path}`"))
                .help(way_back(&book.config, &pages, path)),
            LinkTarget::Malformed(why, help) => {
                let what = match written.trim().is_empty() {
                    true => format!("the `{}` of a `<{}>`", bad.piece.attribute, bad.piece.element),
                    false => format!("`{written}`"),
                };
                Diagnostic::new(place, format!("{what} {why}")).help(help.clone())
            }
            _ => continue,
        });
    }
}

/// The suggestion for a link that leaves the site. The path begins with `../`.
fn way_back(config: &Config, pages: &BTreeSet<&str>, path: &str) -> String {
    let up = path.rfind("../").map_or(0, |at| at + 3);
    let (up, inside) = path.split_at(up);
    if pages.contains(inside) {
        return format!("did you mean `{}{inside}`?", config.base_path());
    }
    let root = inside.split_inclusive('/').next().unwrap_or_default();
    format!(
        "correct the link, or declare what is published beside the site: `outside = [\"{up}{root}\"]` under \
         `[preprocessor.trustbook]`"
    )
}

/// The suggestion for a link to a path that the site does not have.
fn help(book: &Book, pages: &BTreeSet<&str>, bad: &BadLink, path: &str, findings: &Findings) -> String {
    if let Some(file) = forgotten(book, path) {
        return format!("`{file}` is not in SUMMARY.md: list it there");
    }
    if path.starts_with("www.") || path.starts_with("http//") || path.starts_with("https//") {
        let host = path.trim_start_matches("https//").trim_start_matches("http//");
        return format!("write `https://{host}` to link to another site");
    }
    if path.strip_suffix('/').is_some_and(|page| pages.contains(page)) {
        return "remove the slash: it is a page, not a folder".to_owned();
    }
    if path == "print.html" {
        return "the site has no print page with all chapters: link to one of its pages".to_owned();
    }
    // The file of a chapter is not published beside its page.
    let source = book.config.in_src(path);
    if let Some(page) = book.pages.iter().find(|page| page.source == source).and_then(|page| page.chapter.page_path()) {
        return format!("did you mean `{page}`?");
    }
    let page = format!("{path}.html");
    if pages.contains(page.as_str()) {
        return format!(
            "did you mean `{page}`? Where the host serves it without `.html`, set `without-extension = true` under \
             `[preprocessor.trustbook.links]`"
        );
    }
    let folder = format!("{path}/");
    if pages.range(folder.as_str()..).next().is_some_and(|page| page.starts_with(&folder)) {
        return format!("the folder has no page of its own: link to one of its pages, or write `{folder}index.md`");
    }
    let others = pages.iter().copied().filter(|page| *page != bad.from);
    match findings.suggest(path, others) {
        Some(near) => format!("did you mean `{near}`?"),
        None => match path.split_once('/') {
            // Nothing of the site is there, so another program may publish it.
            Some((folder, _)) if !has_folder(book, pages, folder) => format!(
                "correct the link, or declare what is added to the site: `outside = [\"{folder}/\"]` under \
                 `[preprocessor.trustbook]`"
            ),
            _ => "correct the link; a chapter has a page only if SUMMARY.md lists it".to_owned(),
        },
    }
}

/// Returns true if the site or the folder of chapters has a folder of this name.
fn has_folder(book: &Book, pages: &BTreeSet<&str>, folder: &str) -> bool {
    let within = format!("{folder}/");
    let source = book.config.in_src(&within);
    pages.range(within.as_str()..).next().is_some_and(|page| page.starts_with(&within))
        || book.files.iter().any(|entry| entry.path.starts_with(&source))
}

/// Returns the link with the case of the path that the site has.
fn cased(written: &str, path: &str) -> String {
    let end = written.find(['#', '?']).unwrap_or(written.len());
    let (own, rest) = written.split_at(end);
    let name = path.rsplit('/').next().unwrap_or(path);
    let name = match own.strip_suffix(".md") {
        Some(_) => name.replace(".html", ".md"),
        None => name.to_owned(),
    };
    match own.rsplit_once('/') {
        // If the folder differs, the suggestion is the whole path.
        Some((folder, last)) if last.eq_ignore_ascii_case(&name) && last != name => format!("{folder}/{name}{rest}"),
        None if own != name => format!("{name}{rest}"),
        _ => path.to_owned(),
    }
}

/// Returns the Markdown file that would be the page if SUMMARY.md listed it.
fn forgotten<'t>(book: &'t Book, path: &str) -> Option<&'t str> {
    let file = book.config.in_src(&format!("{}.md", path.strip_suffix(".html")?));
    let at = book.files.binary_search_by(|entry| entry.path.as_str().cmp(&file)).ok()?;
    Some(&book.files[at].path)
}

/// Reports external links whose targets are gone.
fn outside(book: &Book, site: &Site, findings: &mut Findings) {
    for page in site.outside.pages(|answer| matches!(answer, LinkAnswer::Gone(_))) {
        let LinkAnswer::Gone(why) = page.answer else { continue };
        findings.extend(page.findings(book, CHECK.name, |place| {
            let finding = Diagnostic::new(place, format!("broken link `{}`: {why}", page.url));
            match page.is_evidence {
                true => finding.label("used as evidence").help(
                    "name other evidence, or its new address; until there is some, accept the finding with an \
                     exception that has a last day",
                ),
                false => finding.help("link to its new address, or remove the link"),
            }
        }));
    }
}
