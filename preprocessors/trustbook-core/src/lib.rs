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
//! | 5 | [`trust()`] | outline -> [`Page`]s, [`trust::Index`]; stages 2 to 5 together are [`Trust`] |
//! | 6 | [`check()`] | trust -> [`Diagnostic`]s |
//! | 7 | [`render()`] | trust -> values -> pages as HTML -> [`Site`] |
//! | 8 | [`output::add`], [`check::run_site`] | trust and site -> files beside the pages, diagnostics; then all is published |

pub mod check;
pub mod claim;
pub mod config;
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
pub mod memo;
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
pub mod told;
pub mod toml_tree;
pub mod trust;
pub mod world;

pub use config::Config;
pub use datamap::Datamap;
pub use diagnostic::{Diagnostic, Level};
pub use facts::Facts;
pub use page::Page;
pub use register::Register;
pub use site::{Options, Site};
pub use trust::{BuildCache, Trust};
pub use trustbook_schema::{category, forge, pattern, schema, span, suggest};
pub use world::World;

use expand::Expanded;
use memo::Memo;
use page::outline::{self, OutlineItem};
use secret::Scanner;
use site::sink::Sink;
use span::SourceMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use theme::Theme;
use trust::{Next, RecordingWorld};

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
    let config = config::read(world, &mut map);
    let theme = Theme::read(embedded, config.language.as_deref(), world, &mut map);
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
pub fn trust(world: &dyn World, sources: Sources, outline: Vec<OutlineItem>, next: Next, kept: &BuildCache) -> Trust {
    world.begins("register");
    let noted = RecordingWorld::new(world);
    let Sources { mut map, mut config, mut theme } = sources;
    let mut outline = outline;
    let additional = additional(world, &mut config);
    theme.unused.retain(|path| !additional.contains_key(path));
    let register = register::read(&noted, &mut map);
    let lock = lock::read(&noted, &mut map);
    let facts = Facts::resolve(register, &lock, world.today());
    let changed_sources = facts::files::changed(world, &facts, &lock);
    let missing_evidence = facts::files::missing(world, &map, &facts, &config.src);
    let downloads = facts::files::downloads(world, &facts, &config.src);
    let datamap = datamap::read(&noted, &mut map, &facts, &lock);
    let observations = observation::read(&noted, &mut map);
    let claims = claim::check(&claim::ClaimSources {
        facts: &facts,
        datamap: &datamap,
        lock: &lock,
        changed: &changed_sources,
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
    if next == Next::Renderer && !outline.is_empty() {
        all.extend(
            page::not_found(world, &config, theme.words.get("page.not_found"))
                .map(|it| OutlineItem::Chapter(it, Vec::new())),
        );
    }
    let page::Chapters { mut pages, missing } = page::read_all(world, &mut map, &config, &all, &mut before);
    outline::each(&mut outline, &mut |chapter| chapter.given = None);
    let room = world.room();
    page::limit_blocks(&mut pages, facts.register.facts.len() + facts.register.records.len(), room);
    page::limit_values(&mut pages, &facts, room);
    let (files, unlisted) = match other_files(world, &config.src, &all, next) {
        Ok(files) => (files, None),
        Err(error) => (Vec::new(), Some(error)),
    };
    let reader_notes = BTreeMap::new();
    let scanner = Scanner::new(&world.secrets());
    let mut trust = Trust {
        map,
        config,
        facts,
        lock,
        changed_sources,
        missing_evidence,
        downloads,
        datamap,
        observations,
        claims,
        index: trust::Index::default(),
        templates: Arc::default(),
        outline,
        pages,
        missing,
        files,
        unlisted,
        additional,
        theme,
        next,
        room,
        scanner,
        reader_notes,
        memo: Memo::default(),
        ground: None,
    };
    if before.keeps() {
        trust.goes_on_from(noted, first, last);
    }
    trust.index = expand::index(&trust);
    trust.templates = expand::block::templates(&trust);
    trust.claims = site::judged(&trust);
    world.begins("secrets in sources");
    trust.hide_secrets();
    trust
}

/// Stage 6: runs the checks on the book, and collects the notes for readers from exceptions.
pub fn check(trust: &mut Trust) -> check::Report {
    let report = check::run_trust(trust);
    trust.reader_notes = exceptions::reader_notes(trust, &report.excepted);
    report
}

/// Reads the style sheets and scripts that the book adds to every page; one that cannot be read is a problem.
fn additional(world: &dyn World, config: &mut Config) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for file in &config.html.additional {
        match world.read(&file.value) {
            Ok(bytes) => {
                found.insert(file.value.clone(), bytes);
            }
            Err(error) => config.problems.push(config::ConfigProblem::BadValue {
                span: file.span,
                why: format!("`{}` cannot be read: {error}", file.value),
                help: "name a file of the book, relative to book.toml".to_owned(),
            }),
        }
    }
    found
}

/// Returns the files under `src` that are neither chapters nor the outline.
fn other_files(
    world: &dyn World,
    src: &str,
    outline: &[OutlineItem],
    next: Next,
) -> Result<Vec<world::FolderEntry>, world::ReadError> {
    let chapters: BTreeSet<String> = outline::chapters(outline)
        .into_iter()
        .filter_map(|(chapter, _)| world::join(src, chapter.source.as_deref()?))
        .chain(std::iter::once(format!("{src}/SUMMARY.md")))
        .map(|path| place::fold(&path))
        .collect();
    let entries = world.list(src)?;
    // Our own site never includes files left by systems and tools; stock mdBook publishes them.
    let below = |path: &str| path.strip_prefix(src).is_some_and(|path| world::is_of_tool(path.trim_start_matches('/')));
    let is_left = |entry: &world::FolderEntry| next == Next::Renderer && entry.plain && below(&entry.path);
    // A file system that ignores case may list a chapter in another spelling.
    let is_other = |entry: &world::FolderEntry| !chapters.contains(&place::fold(&entry.path)) && !is_left(entry);
    Ok(entries.into_iter().filter(is_other).collect())
}

/// Stage 7, first half: expands the values and blocks of all pages, in the order of [`Trust::pages`].
pub fn expand(trust: &Trust) -> (Vec<Arc<Expanded>>, Vec<site::SlotFailure>) {
    let expanded = expand::all(trust);
    let mut failures = Vec::new();
    for (page, expanded) in trust.pages.iter().zip(&expanded) {
        for (slot, why) in &expanded.failures {
            if let page::SlotKind::Block(call) = &page.slots[*slot].what
                && trust.theme.file(&format!("blocks/{}.hbs", call.word)).is_some()
            {
                failures.push(site::SlotFailure { template: expand::block::template(call), why: why.clone() });
            }
        }
    }
    (expanded, failures)
}

/// Returns the HTML of a chapter, without the frame around it.
pub fn chapter_html(trust: &Trust, page: &Page, expanded: &Expanded) -> String {
    site::written(trust, page, expanded).html
}

/// Stage 7: renders all pages with their values and frames, and reads the files that they use. Finished pages go to the
/// sink.
pub fn render(world: &dyn World, trust: &Trust, options: &Options, sink: &dyn Sink) -> Site {
    world.begins("values into pages");
    let (expanded, failures) = expand(trust);
    world.begins("pages");
    let mut site = site::assemble(trust, expanded, options, sink, &output::beside(trust));
    site.failures.extend(failures);
    site.failures.sort_by(|a, b| (&a.template, &a.why).cmp(&(&b.template, &b.why)));
    site.failures.dedup();
    world.begins("files beside the pages");
    output::add(trust, &mut site);
    world.begins("links");
    let mut stay = output::own(trust);
    // No page loads it: those who show a link do.
    stay.extend(trust.config.trustbook.brand.social_image.iter().map(|image| image.value.clone()));
    site::follow(world, trust, options, stay, &mut site);
    world.begins("secrets in the site");
    site.secrets = site::exposed(trust, &site);
    site.gone = site::gone::pages(world, &trust.config, &site);
    // Otherwise no check reads them, and collecting them takes a while in a large book.
    let links = &trust.config.trustbook;
    if options.asks || !links.links.exclude.is_empty() || !links.exceptions.is_empty() {
        world.begins("links outside");
        site.outside = site::gather::outside(trust, &site, options);
    }
    site
}
