//! book.toml has an unknown key, a wrong type or an invalid value.

use super::{CHECKS, Check, Findings, Run};
use crate::book::Book;
use crate::config::Config;
use crate::config::ConfigProblem;
use crate::diagnostic::{Diagnostic, Place};
use crate::exceptions;
use crate::profile;
use crate::span::Span;
use crate::suggest::{listed, nearest};
use crate::world::join;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::deny("config-invalid", include_str!("config_invalid.md"), Run::Book(run));

fn run(book: &Book, findings: &mut Findings) {
    redirects(book, findings);
    profiles(&book.config, findings);
    social_image(book, findings);
    for problem in &book.config.problems {
        findings.push(message(problem));
    }
    for problem in &book.theme.words.problems {
        findings.push(Diagnostic::new(problem.span, problem.what.clone()).help(problem.help.clone()));
    }
    for (name, level) in &book.config.trustbook.levels {
        findings.extend(match super::FIXED.contains(&name.as_str()) {
            true => Some(fixed(name, level.span)),
            false => named_check(name, level.span),
        });
    }
    for check in book.config.trustbook.exceptions.iter().map(|exception| &exception.check) {
        findings.extend(match exceptions::NEVER.contains(&check.value.as_str()) {
            true => Some(fixed(&check.value, check.span)),
            false => named_check(&check.value, check.span),
        });
    }
}

/// Creates a finding for settings that name a check whose level is fixed.
fn fixed(name: &str, span: Span) -> Diagnostic {
    let why = match name {
        "config-invalid" => "nothing else can be trusted while book.toml is wrong",
        _ => "it is about an exception itself, and disappears with it",
    };
    Diagnostic::new(
        span,
        match super::FIXED.contains(&name) {
            true => format!("findings of `{name}` cannot be changed or allowed"),
            false => format!("exceptions from `{name}` are not allowed"),
        },
    )
    .help(format!("remove it: {why}"))
}

/// Creates a finding for settings that name an unknown check.
fn named_check(name: &str, span: Span) -> Option<Diagnostic> {
    if super::find(name).is_some() {
        return None;
    }
    let finding = Diagnostic::new(span, format!("unknown check `{name}`"));
    Some(match nearest(name, CHECKS.iter().map(|check| check.name)) {
        Some(near) => finding.help(format!("did you mean `{near}`?")).edit(span, near),
        None => finding.help("`trustbook explain` lists the checks"),
    })
}

/// Reports a social image that does not exist: no page shows it, so no link reports it.
fn social_image(book: &Book, findings: &mut Findings) {
    let Some(image) = &book.config.trustbook.brand.social_image else { return };
    let path = join(&book.config.src, &image.value);
    if book.unlisted.is_none() && !book.files.iter().any(|entry| entry.plain && Some(&entry.path) == path.as_ref()) {
        let why = format!("`social-image` names `{}`, which is not a file below `{}`", image.value, book.config.src);
        findings.push(Diagnostic::new(image.span, why).help("correct the path, or remove the setting"));
    }
}

/// Reports names of unknown profiles.
fn profiles(config: &Config, findings: &mut Findings) {
    for name in config.trustbook.profiles.iter().filter(|name| profile::find(&name.value).is_none()) {
        let finding = Diagnostic::new(name.span, format!("unknown profile `{}`", name.value));
        findings.push(match nearest(&name.value, profile::names()) {
            Some(near) => finding.help(format!("did you mean `{near}`?")).edit(name.span, format!("\"{near}\"")),
            None => finding.help(format!("the profiles are {}", listed(profile::names()))),
        });
    }
}

/// Reports redirects with an invalid target, or with an address that is in use.
fn redirects(book: &Book, findings: &mut Findings) {
    if book.config.html.redirects.is_empty() {
        return;
    }
    let taken = taken(book);
    let old = book.config.html.redirects.iter().map(|(from, _)| from.value.trim_start_matches('/').to_owned());
    let pages = book.pages.iter().filter_map(|page| page.chapter.page_path());
    let old_and_new: BTreeSet<String> = old.chain(pages).collect();
    for (from, to) in &book.config.html.redirects {
        let path = from.value.trim_start_matches('/');
        let mut above = path.match_indices('/').map(|(at, _)| &path[..at]);
        let why = match path.contains('#') {
            true if of_page(&old_and_new, path) => "",
            true => "is an anchor of a page that the site does not have",
            false if is_taken(&taken, path) => "is part of the site and cannot lead elsewhere",
            false if above.any(|above| old_and_new.contains(above)) => "is below another old address",
            false => "",
        };
        if !why.is_empty() {
            findings.push(
                Diagnostic::new(from.span, format!("the old address `{}` {why}", from.value))
                    .help("write the path of a page that is gone, such as `/old.html`"),
            );
        }
        let scheme = to.value.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| !scheme.contains('/'));
        if to.value.is_empty() || scheme.is_some_and(|scheme| !matches!(scheme, "https" | "http")) {
            findings.push(
                Diagnostic::new(to.span, format!("`{}` is not a valid target of a redirect", to.value))
                    .help("write a page of the site, such as `new.html`, or an `https:` address"),
            );
        }
    }
}

/// Returns true if a moved anchor belongs to an existing or a moved page.
fn of_page(pages: &BTreeSet<String>, from: &str) -> bool {
    from.split_once('#').is_some_and(|(page, anchor)| !anchor.is_empty() && pages.contains(page))
}

/// Returns the paths of the pages and files of the site.
fn taken(book: &Book) -> BTreeSet<String> {
    let src = book.config.src_prefix();
    let pages = book.pages.iter().filter_map(|page| page.chapter.page_path());
    let files = book.files.iter().filter_map(|entry| entry.path.strip_prefix(src.as_str()).map(str::to_owned));
    let translations = book
        .translations
        .iter()
        .flat_map(|it| ["a-z", "a-z.html", "index.html", "print.html"].map(|path| format!("{}{path}", it.folder())));
    pages
        .chain(files)
        .chain(translations)
        .chain(["404.html", "a-z", "a-z.html", "assets", "index.html", "print.html"].map(str::to_owned))
        .collect()
}

/// Returns true if a page, a file or a folder of the site has this path, or a file is above it.
fn is_taken(taken: &BTreeSet<String>, path: &str) -> bool {
    let folder = format!("{path}/");
    let above = path.match_indices('/').map(|(at, _)| &path[..at]);
    taken.range(folder.clone()..).next().is_some_and(|known| known.starts_with(&folder))
        || std::iter::once(path).chain(above).any(|path| taken.contains(path))
}

fn message(problem: &ConfigProblem) -> Diagnostic {
    match problem {
        ConfigProblem::Unreadable(error) => Diagnostic::new(
            Place::File("book.toml".to_owned()),
            format!("book.toml cannot be read: {error}"),
        )
        .help("a book is a folder with a book.toml; name the folder, or correct the file")
        .help("a book.toml that is a link within a repository is read with `--root` and the folder of the repository"),
        ConfigProblem::Syntax(error) => {
            Diagnostic::new(error.span, format!("book.toml is not TOML: {}", error.message))
                .help(error.help.as_deref().unwrap_or("correct the line"))
        }
        ConfigProblem::UnknownKey { span, key, table, nearest } => {
            let place = if table.is_empty() { "book.toml".to_owned() } else { format!("`[{table}]`") };
            let finding = Diagnostic::new(*span, format!("unknown key `{key}` in {place}"));
            match nearest {
                Some(near) => finding.help(format!("did you mean `{near}`?")).edit(*span, near),
                None => finding.help("remove it: it is not read"),
            }
        }
        ConfigProblem::WrongKind { span, key, expected, found } => {
            Diagnostic::new(*span, format!("`{key}` takes {expected}, not {found}")).help(format!("write {expected}"))
        }
        ConfigProblem::MdBook { why } => {
            Diagnostic::new(Place::File("book.toml".to_owned()), format!("mdBook cannot read book.toml: {why}"))
                .help("correct the key that it names")
        }
        ConfigProblem::Outline { place, why, help } => {
            Diagnostic::new(place.clone(), format!("the outline of the book cannot be read: {why}"))
                .help(help.as_deref().unwrap_or("list the chapters as `- [Name](file.md)`, one on a line"))
        }
        ConfigProblem::BadValue { span, why, help } => Diagnostic::new(*span, why).help(help),
    }
}
