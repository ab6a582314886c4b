//! The book on the disk, with mdBook's outline and settings, and the preprocessor for mdBook.

pub mod disk;
pub mod embedded;
pub mod outline;
pub mod preprocess;
pub mod scratch;
mod settings;

use trustbook_core::diagnostic::Diagnostic;
use trustbook_core::site::outside::Outside;
use trustbook_core::site::sink::Sink;
use trustbook_core::trust::Next;
use trustbook_core::{Kept, Options, Site, Trust, World, check};

/// A build: what was read, the site, and everything that is wrong.
#[derive(Debug)]
pub struct Built {
    /// Stages 1 to 5.
    pub trust: Trust,
    /// The site, also where there are errors, so that it can be shown while it is written.
    pub site: Site,
    /// What the checks found, errors and warnings.
    pub findings: Vec<Diagnostic>,
    /// How many findings an exception of the book stands for.
    pub excepted: usize,
}

/// Stages 1 to 5: reads a book as mdBook would, without running anything of it.
pub fn read(world: &dyn World) -> Trust {
    read_again(world, &Kept::default())
}

/// The same, for a book that is built again and again. What an earlier build has left is taken again where it would be
/// made from the same; who gives this build's [`Built::trust`] to [`Kept::keep`] leaves it to the next.
pub fn read_again(world: &dyn World, kept: &Kept) -> Trust {
    let mut sources = trustbook_core::read(world, embedded::THEME);
    settings::check_config(world, &mut sources);
    let outline = outline::read(world, &mut sources);
    trustbook_core::trust(world, sources, outline, Next::Renderer, kept)
}

/// Stages 6 to 8 of a book that was read. Finished pages go to the sink, the rest is in [`Built::site`].
pub fn build(world: &dyn World, trust: Trust, options: &Options, sink: &dyn Sink) -> Built {
    build_with(world, trust, options, sink, |_, _| {})
}

/// The same, where somebody asks the servers outside before the site is checked, and puts their answers into it.
pub fn build_and_ask(
    world: &dyn World,
    trust: Trust,
    options: &Options,
    sink: &dyn Sink,
    ask: impl FnOnce(&Trust, &mut Outside),
) -> Built {
    let options = Options { asks: true, ..options.clone() };
    build_with(world, trust, &options, sink, ask)
}

fn build_with(
    world: &dyn World,
    mut trust: Trust,
    options: &Options,
    sink: &dyn Sink,
    ask: impl FnOnce(&Trust, &mut Outside),
) -> Built {
    world.begins("checks of sources");
    let report = trustbook_core::check(&mut trust);
    let mut site = trustbook_core::render(world, &trust, options, sink);
    ask(&trust, &mut site.outside);
    world.begins("checks of the site");
    let report = check::run_site(&trust, &site, report);
    // What was put together on a page is hidden from reports as well.
    trust.map.hide(site.secrets.iter().flat_map(trustbook_core::site::Exposed::texts));
    Built { trust, site, findings: report.findings, excepted: report.excepted.len() }
}
