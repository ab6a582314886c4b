//! The book on disk, with mdBook's outline and settings, and the preprocessor for mdBook.

pub mod disk;
pub mod embedded;
pub mod foreign;
pub mod outline;
pub mod preprocess;
pub mod scratch;
mod settings;

use foreign::{Nothing, Programs};
use trustbook_core::book::Next;
use trustbook_core::diagnostic::Diagnostic;
use trustbook_core::site::outside::Outside;
use trustbook_core::site::sink::Sink;
use trustbook_core::{Book, BuildCache, Options, Site, World, check};

/// The result of a build: the book, the site and the findings.
#[derive(Debug)]
pub struct Built {
    /// The result of stages 1 to 5.
    pub book: Book,
    /// The site. It is complete even if there are errors, so that it can be served while the book is written.
    pub site: Site,
    /// The findings of all checks, errors and warnings.
    pub findings: Vec<Diagnostic>,
    /// The number of findings that the book's exceptions accept.
    pub excepted: usize,
}

/// Runs stages 1 to 5: reads a book as mdBook would, without running any of its code.
pub fn read(world: &dyn World) -> Book {
    read_again(world, &Nothing, &BuildCache::default())
}

/// Runs stages 1 to 5 with the given programs, for a book that is built repeatedly. It reuses the parts of an earlier
/// build whose inputs are unchanged. Pass this build's [`Built::book`] to [`BuildCache::keep`] to leave it to the next build.
pub fn read_again(world: &dyn World, programs: &dyn Programs, kept: &BuildCache) -> Book {
    let mut sources = trustbook_core::read(world, embedded::THEME);
    settings::check_config(world, &mut sources);
    let outline = outline::read(world, &mut sources);
    let outline = foreign::preprocess(world, &mut sources, outline, programs);
    trustbook_core::read_book(world, sources, outline, Next::Renderer, kept)
}

/// Runs stages 6 to 8. Finished pages go to the sink; the rest is in [`Built::site`].
pub fn build(world: &dyn World, book: Book, options: &Options, sink: &dyn Sink) -> Built {
    build_with(world, book, options, sink, |_, _| {})
}

/// Runs stages 6 to 8, and calls `ask` before the site is checked. `ask` requests the links that leave the site
/// and puts the answers into [`Outside`].
pub fn build_and_ask(
    world: &dyn World,
    book: Book,
    options: &Options,
    sink: &dyn Sink,
    ask: impl FnOnce(&Book, &mut Outside),
) -> Built {
    let options = Options { asks: true, ..options.clone() };
    build_with(world, book, &options, sink, ask)
}

fn build_with(
    world: &dyn World,
    mut book: Book,
    options: &Options,
    sink: &dyn Sink,
    ask: impl FnOnce(&Book, &mut Outside),
) -> Built {
    world.begins("checks of sources");
    let report = trustbook_core::check_book(&mut book);
    let mut site = trustbook_core::render(world, &book, options, sink);
    ask(&book, &mut site.outside);
    world.begins("checks of the site");
    let report = check::run_site(&book, &site, report);
    // Hide secrets assembled on a page from the reports as well.
    book.map.hide(site.secrets.iter().flat_map(trustbook_core::site::Exposed::texts));
    Built { book, site, findings: report.findings, excepted: report.excepted.len() }
}
