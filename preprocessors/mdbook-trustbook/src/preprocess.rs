//! The preprocessor: mdBook's chapters in, the same chapters with their values out.

use crate::disk::DiskWorld;
use crate::{embedded, outline};
use anyhow::{Context, Result};
use jiff::civil::Date;
use mdbook_core::book::{Book, BookItem};
use mdbook_preprocessor::PreprocessorContext;
use std::collections::BTreeMap;
use trustbook_core::report::{self, Colour, Format};
use trustbook_core::trust::Next;
use trustbook_core::{Kept, expand};

/// What the preprocessor did.
#[derive(Debug)]
pub struct Done {
    /// The book with its values in place.
    pub book: Book,
    /// What is wrong, for people.
    pub report: String,
    /// How many errors there are among it.
    pub errors: usize,
}

/// Runs on what mdBook gives.
///
/// # Errors
/// Where the book's folder can not be opened.
pub fn run(context: &PreprocessorContext, book: Book) -> Result<Done> {
    let world = DiskWorld::open(&context.root, today()?)
        .with_context(|| format!("the book {} can not be opened", context.root.display()))?;
    let sources = trustbook_core::read(&world, embedded::THEME);
    let mut trust = trustbook_core::trust(&world, sources, outline::of_book(&book), Next::Links, &Kept::default());
    let findings = trustbook_core::check(&mut trust).findings;
    let errors = report::count(&findings).0;
    // Each renderer asks for the same chapters: what does not stop the build is said once.
    let report = match context.renderer.as_str() {
        "html" => report::report(&trust.map, &findings, Format::Human, Colour::None),
        _ if errors > 0 => report::report(&trust.map, &findings, Format::Human, Colour::None),
        _ => String::new(),
    };
    let (expanded, _) = expand(&trust);
    let mut texts: BTreeMap<&str, String> = BTreeMap::new();
    for (page, expanded) in trust.pages.iter().zip(&expanded) {
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

/// Today in UTC, or the day that `SOURCE_DATE_EPOCH` names (reproducible-builds.org).
///
/// # Errors
/// Where `SOURCE_DATE_EPOCH` is not a number of seconds.
pub fn today() -> Result<Date> {
    let seconds = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(text) => text.trim().parse().context("SOURCE_DATE_EPOCH is not a number of seconds")?,
        Err(_) => std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX)),
    };
    let timestamp = jiff::Timestamp::from_second(seconds)
        .map_err(|_| anyhow::anyhow!("SOURCE_DATE_EPOCH is not a day of our calendar"))?;
    Ok(timestamp.to_zoned(jiff::tz::TimeZone::UTC).date())
}
