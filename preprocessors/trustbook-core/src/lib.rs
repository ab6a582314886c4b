//! The pure core of Trustbook: the vendor's statements, the pages that show them, and the checks that keep them true.
//!
//! One build has eight stages. Problems with the content are part of the value that each stage returns. All of them are
//! collected, and the checks turn them into findings.
//!
//! | # | stage | in -> out |
//! |---|---|---|
//! | 1 | [`read`] | [`World`] -> [`Sources`]: source map, settings, theme |
//! | 2 | [`register::read`] | `facts/**/*.toml` -> [`Register`] |
//! | 3 | [`Facts::resolve`] | register and lock -> [`Facts`], each with its state today |
//! | 4 | [`datamap::read`] | pins and the lock, or schema files of the book -> [`Datamap`], classified; then [`claim::check`] |
//! | 5 | [`read_book`] | outline -> [`Page`]s, [`book::Index`]; stages 2 to 5 together are [`Book`] |
//! | 6 | [`check_book`] | book -> [`Diagnostic`]s |
//! | 7 | [`render()`] | book -> values -> pages as HTML -> [`Site`] |
//! | 8 | [`output::add`], [`check::run_site`] | book and site -> files beside the pages, diagnostics; then all is published |

pub mod book;
pub mod cache;
pub mod check;
pub mod claim;
pub mod claim_findings;
pub mod config;
pub mod countries;
pub mod datamap;
pub mod diagnostic;
pub mod exceptions;
pub mod expand;
pub mod facts;
pub mod findings;
pub mod fingerprint;
pub mod html;
mod json_tree;
pub mod lock;
pub mod observation;
pub mod output;
pub mod page;
pub mod place;
pub mod profile;
pub mod prose;
pub mod regions;
pub mod register;
pub mod report;
pub mod secret;
pub mod site;
pub mod theme;
pub mod toml_tree;
pub mod world;

pub use book::{Book, BuildCache};
pub use config::Config;
pub use datamap::Datamap;
pub use diagnostic::{Diagnostic, Level};
pub use facts::Facts;
pub use page::Page;
pub use register::Register;
pub use site::{Options, Site};
pub use trustbook_schema::{category, forge, pattern, schema, span, suggest};
pub use world::World;

use book::{Next, RecordingWorld, Translation};
use cache::Cache;
use expand::{Editions, Expanded};
use facts::files::NamedFiles;
use page::outline::{self, OutlineItem};
use secret::Scanner;
use site::sink::Sink;
use span::SourceMap;
use std::collections::BTreeMap;
use std::sync::Arc;
use theme::Theme;

/// The settings and the theme of a book, and all files read so far.
#[derive(Debug)]
pub struct Sources {
    /// All source files.
    pub map: SourceMap,
    /// book.toml.
    pub config: Config,
    /// The theme.
    pub theme: Theme,
}

/// Stage 1: reads book.toml and the theme. `embedded` are the files of the built-in theme, by path within the theme.
pub fn read(world: &dyn World, embedded: &[(&str, &str)]) -> Sources {
    world.begins("settings and theme");
    let mut map = SourceMap::default();
    let mut config = config::read(world, &mut map);
    let theme = Theme::read(embedded, &mut config, world, &mut map);
    Sources { map, config, theme }
}

/// Gives each chapter of an outline its text after includes, for the preprocessors that run on it.
///
/// # Errors
/// Returns an error if all texts together are larger than those of pages can be.
pub fn include(world: &dyn World, sources: &mut Sources, outline: &mut [OutlineItem]) -> Result<(), world::ReadError> {
    page::include_all(world, &mut sources.map, &sources.config, outline)
}

/// Stages 2 to 5: reads the register and the chapters of an outline. Results of an earlier build are reused.
pub fn read_book(
    world: &dyn World,
    sources: Sources,
    outline: Vec<OutlineItem>,
    next: Next,
    kept: &BuildCache,
) -> Book {
    world.begins("register");
    let recorded = RecordingWorld::new(world);
    let Sources { mut map, mut config, mut theme } = sources;
    let mut outline = outline;
    let additional = book::files::additional(world, &mut config);
    theme.unused.retain(|path| !additional.contains_key(path));
    let mut register = register::read(&recorded, &mut map);
    let own = config.language.as_deref().unwrap_or(theme::words::FALLBACK);
    register.speak(own);
    register.check_languages(own, &theme.translations.iter().map(|(tag, _)| tag.as_str()).collect::<Vec<_>>());
    let lock = lock::read(&recorded, &mut map);
    let facts = Facts::resolve(register, &lock, &theme.words, world.today());
    let named_files = NamedFiles::of(world, &map, &facts, &lock, &config.src_prefix());
    let datamap = datamap::read(&recorded, &mut map, &facts, &lock);
    let observations = observation::read(&recorded, &mut map);
    let claims = claim::check(&claim::ClaimSources {
        facts: &facts,
        datamap: &datamap,
        lock: &lock,
        changed: &named_files.changed,
        observations: &observations,
        site_url: config.trustbook.site_url.as_ref(),
        site: match next {
            Next::Renderer => claim::SiteIs::Checked,
            Next::Links => claim::SiteIs::MadeElsewhere,
        },
        shared: &claim::Shared::default(),
    });
    world.begins("chapters");
    let (mut before, last) = kept.take();
    let first = map.count();
    let mut all = outline.clone();
    let mut translations = Translation::take(&theme, &mut outline);
    if next == Next::Renderer && !outline.is_empty() {
        all.extend(
            page::not_found(world, &config, theme.words.get("page.not_found"))
                .map(|it| OutlineItem::Chapter(it, Vec::new())),
        );
    }
    let page::Chapters { mut pages, missing } = page::read_all(world, &mut map, &config, &all, &mut before);
    let outlines = translations.iter_mut().map(|it| &mut it.outline).chain([&mut outline]);
    outlines.for_each(|outline| outline::each(outline, &mut |chapter| chapter.given = None));
    let room = world.room();
    page::limit_blocks(&mut pages, facts.register.facts.len() + facts.register.records.len(), room);
    page::limit_values(&mut pages, &facts, room);
    let (files, unlisted) = match book::files::others(world, &config, (&all, &translations), next) {
        Ok(files) => (files, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let reader_notes = BTreeMap::new();
    let scanner = Scanner::new(&world.secrets());
    let mut book = Book {
        map,
        config,
        facts,
        lock,
        named_files,
        datamap,
        observations,
        claims,
        index: book::Index::default(),
        templates: Arc::default(),
        outline,
        translations,
        folder: String::new(),
        pages: Arc::new(pages),
        missing,
        files,
        unlisted,
        additional,
        theme,
        next,
        room,
        scanner,
        reader_notes,
        cache: Cache::default(),
        inputs: None,
    };
    if before.keeps() {
        book.goes_on_from(recorded, first, last);
    }
    book.index = expand::index(&book);
    book.templates = expand::block::templates(&book);
    book.claims = site::judged(&book);
    world.begins("secrets in sources");
    book.hide_secrets();
    book
}

/// Stage 6: runs the checks on the book, and gives it the notes for readers from exceptions.
pub fn check_book(book: &mut Book) -> check::Report {
    let report = check::run_book(book);
    book.reader_notes = exceptions::reader_notes(book, &report.excepted);
    report
}

/// Stage 7, first half: expands the values and blocks of all pages, in the order of [`Book::pages`].
pub fn expand_pages(book: &Book) -> (Vec<Arc<Expanded>>, Vec<site::SlotFailure>) {
    expand_in(book, &Editions::of(book))
}

fn expand_in(book: &Book, editions: &Editions<'_>) -> (Vec<Arc<Expanded>>, Vec<site::SlotFailure>) {
    let expanded = expand::all(book, editions);
    let mut failures = Vec::new();
    for (page, expanded) in book.pages.iter().zip(&expanded) {
        for (slot, why) in &expanded.failures {
            if let page::SlotKind::Block(call) = &page.slots[*slot].what
                && book.theme.file(&format!("blocks/{}.hbs", call.word)).is_some()
            {
                failures.push(site::SlotFailure { template: expand::block::template(call), why: why.clone() });
            }
        }
    }
    (expanded, failures)
}

/// Returns the HTML of a chapter, without the frame around it.
pub fn chapter_html(book: &Book, page: &Page, expanded: &Expanded) -> String {
    site::written(book, page, expanded).html
}

/// Stage 7: renders all pages with their values and frames, and reads the files that they use. Finished pages go to the
/// sink.
pub fn render(world: &dyn World, book: &Book, options: &Options, sink: &dyn Sink) -> Site {
    world.begins("values into pages");
    let editions = Editions::of(book);
    let (expanded, failures) = expand_in(book, &editions);
    world.begins("pages");
    let mut site = site::assemble(&editions, expanded, options, sink, &output::beside(book));
    site.failures.extend(failures);
    site.failures.sort_by(|a, b| (&a.template, &a.why).cmp(&(&b.template, &b.why)));
    site.failures.dedup();
    world.begins("files beside the pages");
    output::add(book, &mut site);
    world.begins("links");
    let mut stay = output::own(book);
    // No page loads it: those who show a link do.
    stay.extend(book.config.trustbook.brand.social_image.iter().map(|image| image.value.clone()));
    site::follow(world, book, options, stay, &mut site);
    world.begins("secrets in the site");
    site.secrets = site::exposed(book, &site);
    site.gone = site::gone::pages(world, &book.config, &site);
    // Otherwise no check reads them, and collecting them takes a while in a large book.
    let links = &book.config.trustbook;
    if options.asks || !links.links.exclude.is_empty() || !links.exceptions.is_empty() {
        world.begins("links outside");
        site.outside = site::gather::outside(book, &site, options);
    }
    site
}
