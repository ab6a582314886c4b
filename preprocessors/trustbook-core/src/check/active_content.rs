//! A page or a file of the site would run code, or configure its host.

use super::{Check, Findings, Run};
use crate::book::Book;
use crate::config::security::Script;
use crate::diagnostic::{Diagnostic, Place};
use crate::schema::index::hex;
use crate::site::active::{by_name, is_active_twin, is_obeyed, is_script_file, uncompressed};
use crate::site::resolve::LinkTarget;
use crate::site::{BadLink, OF_THEME, Site, twin};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const CHECK: Check = Check::deny("active-content", include_str!("active_content.md"), Run::Site(run));

fn run(content: &Book, site: &Site, findings: &mut Findings) {
    for bad in &site.bad_links {
        if let LinkTarget::Active(what) = &bad.target {
            findings.push(code(content, site, bad, what));
        }
    }
    names(content, site, findings);
    scripts(content, site, findings);
}

/// Creates a finding for code within a page or a file.
fn code(content: &Book, site: &Site, bad: &BadLink, what: &str) -> Diagnostic {
    let is_file = site.files.contains_key(&bad.from) || content.additional.contains_key(&bad.from);
    let message = match is_file {
        true => format!("`{}` contains {what}", bad.from),
        false => format!("the page contains {what}"),
    };
    let bytes = site.files.get(&bad.from).or_else(|| content.additional.get(&bad.from));
    let text = match bytes {
        Some(bytes) => hash(bytes),
        None => format!("{} {} {}", bad.piece.element, bad.piece.attribute, bad.piece.value),
    };
    let finding = Diagnostic::new(bad.place.clone(), message).about(text);
    let finding = match bad.piece.attribute.is_empty() {
        true => finding,
        false => finding.label(format!("`{}` of `<{}>`", bad.piece.attribute, bad.piece.element)),
    };
    finding.help(match (bad.piece.element.as_ref(), is_file) {
        ("unreadable file", _) => "save the file as UTF-8".to_owned(),
        (_, true) => "remove it, or publish an image or a PDF of it".to_owned(),
        ("script", false) => format!(
            "move the code to a file such as `{}`, load it with `<script src=\"widget.js\">`, and allow \
             that file in `book.toml`",
            content.config.in_src("widget.js")
        ),
        ("form", false) => "link to the page with the form".to_owned(),
        _ => "remove it; a script that `book.toml` allows can listen for events".to_owned(),
    })
}

/// Reports files and pages that are active because of their names.
fn names(content: &Book, site: &Site, findings: &mut Findings) {
    let place = |path: &str| Place::File(content.config.in_src(path));
    let files = site.used.iter().filter_map(|path| Some((place(path), path, by_name(path)?)));
    let old = content.config.html.redirects.iter().rev();
    let old: BTreeMap<&str, _> = old.map(|old| (old.0.value.trim_start_matches('/'), old)).collect();
    let pages = site.pages.iter().filter_map(|page| {
        let Some(index) = page.page else {
            let (from, _) = old.get(page.path.as_str())?;
            // A redirect page never runs code, even if the old address ends in `.php`.
            let why = by_name(&page.path).filter(|_| is_obeyed(&page.path))?;
            return Some((Place::At(from.span), &page.path, why));
        };
        let place = Place::File(content.pages[index].source.clone());
        Some((place, &page.path, by_name(&page.path)?))
    });
    let source = |path: &str| Place::File(content.config.html.additional_source(path).to_owned());
    let added = content.additional.keys().filter_map(|path| Some((source(path), path, by_name(path)?)));
    let twins: Vec<(Place, String)> = site
        .pages
        .iter()
        .filter_map(|page| Some((Place::File(content.pages[page.page?].source.clone()), twin(&page.path))))
        .filter(|(_, twin)| site.beside.contains(twin) && is_active_twin(twin))
        .collect();
    let twins = twins.iter().map(|(place, twin)| (place.clone(), twin, "hosts may take it for a page or a script"));
    let paths: BTreeSet<&str> = site.pages.iter().map(|page| page.path.as_str()).collect();
    let is_ours = |path: &str| {
        paths.contains(path) || site.used.contains(path) || site.assets.contains_key(path) || site.beside.contains(path)
    };
    let copies = site.used.iter().filter(|path| uncompressed(path).is_some_and(is_ours));
    let copies = copies.map(|path| (place(path), path, "hosts send it in place of the file that it may be a copy of"));
    for (place, path, why) in files.chain(pages).chain(added).chain(twins).chain(copies) {
        findings.push(
            Diagnostic::new(place, format!("`{path}` cannot be published: {why}")).help("rename it, or remove it"),
        );
    }
}

/// Reports scripts of the book that are published but not allowed, and entries that allow nothing.
fn scripts(content: &Book, site: &Site, findings: &mut Findings) {
    let published = published(content, site);
    let allowed = &content.config.trustbook.security.scripts;
    for (path, hash) in &published {
        let found = allowed.iter().find(|script| script.path.value == *path);
        match found {
            None => findings.push(
                Diagnostic::new(
                    Place::File(path.clone()),
                    format!("the script `{path}` is not allowed in `book.toml`"),
                )
                .about(hash.clone())
                .help(format!(
                    "review it, then write `scripts = [{{ path = \"{path}\", sha256 = \"{hash}\" }}]` under \
                     `[preprocessor.trustbook.security]`"
                )),
            ),
            Some(Script { sha256, .. }) if sha256.value != *hash => findings.push(
                Diagnostic::new(sha256.span, format!("the script `{path}` differs from the one that was allowed"))
                    .help(format!("review what has changed in it, then write `{hash}`"))
                    .edit(sha256.span, format!("\"{hash}\"")),
            ),
            Some(_) => {}
        }
    }
    let is_unused = |script: &&Script| !published.contains_key(&script.path.value);
    for script in allowed.iter().filter(is_unused) {
        findings.push(
            Diagnostic::new(script.path.span, format!("the site has no script `{}`", script.path.value))
                .help("remove the entry, or correct its path: a script of the book, relative to the root of the book"),
        );
    }
}

/// Returns the published scripts of the book by their paths in the book, each with its SHA-256. Scripts of the embedded
/// theme are excluded.
fn published(content: &Book, site: &Site) -> BTreeMap<String, String> {
    let files = site.files.iter().filter(|(path, _)| is_script_file(path) && by_name(path).is_none());
    let files = files.map(|(path, bytes)| (content.config.in_src(path), hash(bytes)));
    let of_theme = OF_THEME.iter().filter(|(path, _)| is_script_file(path) && content.theme.is_own(path));
    let of_theme = of_theme.filter_map(|(path, to)| Some((format!("theme/{path}"), hash(site.assets.get(*to)?))));
    let added = content.additional.iter().filter(|(path, _)| is_script_file(path));
    let source = |path: &str| content.config.html.additional_source(path).to_owned();
    files.chain(of_theme).chain(added.map(|(path, bytes)| (source(path), hash(bytes)))).collect()
}

fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}
