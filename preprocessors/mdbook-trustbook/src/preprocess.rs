//! The preprocessor: takes mdBook's chapters and returns them with their values filled in.

use crate::disk::DiskWorld;
use crate::{embedded, outline};
use anyhow::{Context, Result};
use jiff::civil::Date;
use mdbook_core::book::{Book, BookItem};
use mdbook_preprocessor::PreprocessorContext;
use std::collections::BTreeMap;
use trustbook_core::BuildCache;
use trustbook_core::book::Next;
use trustbook_core::report::{self, Colour, ReportFormat};

/// The result of a run of the preprocessor.
#[derive(Debug)]
pub struct Done {
    /// The book with its expressions and blocks replaced by their values.
    pub book: Book,
    /// The report of all findings, for people.
    pub report: String,
    /// The number of errors in the report.
    pub errors: usize,
}

/// Runs the preprocessor on the input from mdBook.
///
/// # Errors
/// Returns an error if the book's folder cannot be opened, or today's date is not known.
pub fn run(context: &PreprocessorContext, book: Book) -> Result<Done> {
    let world = DiskWorld::open(&context.root, today()?)
        .with_context(|| format!("the book {} cannot be opened", context.root.display()))?;
    let sources = trustbook_core::read(&world, embedded::THEME);
    let mut content =
        trustbook_core::read_book(&world, sources, outline::of_book(&book), Next::Links, &BuildCache::default());
    let findings = trustbook_core::check_book(&mut content).findings;
    let errors = report::count(&findings).0;
    // Each renderer asks for the same chapters, so findings that do not stop the build are reported only once.
    let report = match context.renderer.as_str() {
        "html" => report::report(&content.map, &findings, ReportFormat::Human, Colour::None),
        _ if errors > 0 => report::report(&content.map, &findings, ReportFormat::Human, Colour::None),
        _ => String::new(),
    };
    let (expanded, _) = trustbook_core::expand_pages(&content);
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    for (page, expanded) in content.pages.iter().zip(&expanded) {
        texts.insert(page.chapter.path.as_deref().unwrap_or_default(), expanded.markdown(page));
    }
    let mut book = book;
    replace(&mut book.items, &texts);
    Ok(Done { book, report, errors })
}

fn replace(items: &mut [BookItem], texts: &BTreeMap<&str, String>) {
    for item in items {
        let BookItem::Chapter(chapter) = item else { continue };
        let path = chapter.path.as_ref().map(|path| path.to_string_lossy().replace('\\', "/"));
        if let Some(text) = path.and_then(|path| texts.get(path.as_str())) {
            chapter.content.clone_from(text);
        }
        replace(&mut chapter.sub_items, texts);
    }
}

/// Returns today in UTC, or the day given by `SOURCE_DATE_EPOCH` (reproducible-builds.org).
///
/// # Errors
/// Returns an error if `SOURCE_DATE_EPOCH` is not a number of seconds, or not a day of the calendar.
pub fn today() -> Result<Date> {
    let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => text.trim().parse().context("SOURCE_DATE_EPOCH is not a number of seconds")?,
        Err(_) => std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX)),
    };
    let timestamp = jiff::Timestamp::from_second(seconds)
        .map_err(|_| anyhow::anyhow!("SOURCE_DATE_EPOCH is outside the calendar"))?;
    Ok(timestamp.to_zoned(jiff::tz::TimeZone::UTC).date())
}
