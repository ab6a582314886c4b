//! Blocks: `{{#word args}}` drawn by a Handlebars template from the records that it names.

use super::anchors::Anchors;
use super::arguments::{self, BadArgument, COMPARED, argument, facts, records};
use super::drawn::Drawn;
use super::encode::entities;
use super::{compare, rows};
use crate::book::Book;
use crate::page::syntax::BlockCall;
use crate::page::{Context, Page, SlotKind};
use crate::register::{Record, summary};
use crate::theme::bounded::{Budget, STEP_TAKES, Templates};
use crate::theme::{Theme, bounded, helper, render_error, template_error, walk};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The template part that compares hosting options.
const COMPARE: &str = "compare";

/// The limit for the blocks of all pages, in bytes written. A value passed to a template costs a step.
const MOST: usize = 64 * 1024 * 1024;
/// The limit for the rows of one block, each of which takes tens of kilobytes until it is written.
const MOST_ROWS: usize = 10_000;
/// The error for blocks over the limit.
pub const TOO_MANY: &str = "the blocks of all pages together show more than a site can hold";

/// The blocks of a build.
#[derive(Debug)]
pub struct Blocks<'t> {
    templates: &'t Templates,
    /// The budget shared by the blocks of all pages.
    budget: Budget<'static>,
}

/// The blocks of a page.
#[derive(Debug)]
pub(super) struct OnPage<'b> {
    blocks: &'b Blocks<'b>,
    budget: Budget<'b>,
    anchors: Anchors,
}

impl<'t> Blocks<'t> {
    /// Returns the blocks of a book, none of them drawn yet.
    pub fn of(book: &'t Book) -> Self {
        Blocks { templates: &book.templates, budget: Budget::new(MOST * book.room) }
    }

    /// The templates that do not compile: the word of each block and the reason.
    pub fn broken(&self) -> &'t [(String, String)] {
        &self.templates.broken
    }

    /// Returns true if the blocks of all pages together exceed the limit.
    pub fn are_too_many(&self) -> bool {
        self.budget.is_spent()
    }

    /// Returns the blocks of one page.
    pub(super) fn on_page(&self) -> OnPage<'_> {
        OnPage { blocks: self, budget: self.budget.of_page(), anchors: Anchors::default() }
    }

    /// Counts the blocks of a page that was expanded in an earlier build.
    pub(super) fn take(&self, taken: usize) {
        self.budget.take(taken);
    }
}

impl OnPage<'_> {
    /// Returns the amount that the page's blocks have taken from the budget.
    pub(super) fn taken(&self) -> usize {
        self.budget.taken()
    }

    /// Draws the block at a byte of the page's body as one line of HTML.
    ///
    /// # Errors
    /// Returns an error if the budget is spent, or if the template cannot be filled in.
    pub(super) fn draw(&mut self, book: &Book, page: &Page, at: usize, call: &BlockCall) -> Result<String, String> {
        if self.budget.is_spent() {
            return Err(TOO_MANY.to_owned());
        }
        if book.facts.register.records.len() > MOST_ROWS && rows_of(book, call).len() > MOST_ROWS {
            self.budget.take(MOST * book.room + 1);
            return Err(TOO_MANY.to_owned());
        }
        let anchors = &mut self.anchors;
        let (template, mut data) = match compares(call) {
            true => (COMPARE.to_owned(), compare::data(book, call, anchors)),
            false => (format!("#{}", call.word), data(book, page, call, anchors)),
        };
        let level = level(page, at);
        data["level"] = json!(level);
        data["below"] = json!((level + 1).min(6));
        self.budget.take(values(&data) * STEP_TAKES);
        let html = bounded::render(&self.blocks.templates.handlebars, &template, data, &self.budget);
        let html = html.map_err(|error| render_error(&error))?;
        // The HTML becomes one line, because a blank line would end it in the surrounding Markdown.
        let html: Vec<&str> = html.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let word = entities(&call.word).replace("&#95;", "_");
        Ok(format!("<div class=\"tb-block tb-{word}\">{}</div>", html.join(" ")))
    }
}

/// Compiles the templates of the theme's parts and blocks: those that pages use, and the book's own.
pub(crate) fn templates(book: &Book) -> Arc<Templates> {
    book.cache.of("templates of blocks", book.folder.clone(), || compiled(book))
}

fn compiled(book: &Book) -> Templates {
    let mut handlebars = bounded::engine();
    handlebars.register_escape_fn(entities);
    helper::register(&mut handlebars, &book.theme.words);
    let slots = book.pages.iter().flat_map(|page| &page.slots).filter(|slot| slot.context != Context::Code);
    let used: BTreeSet<&str> = slots
        .filter_map(|slot| match &slot.what {
            SlotKind::Block(call) => Some(call.word.as_str()),
            _ => None,
        })
        .collect();
    let is_own = |name: &str| book.map.find(&format!("theme/blocks/{name}.hbs")).is_some();
    let blocks = book.theme.below("blocks/", ".hbs").filter(|(name, _)| used.contains(name) || is_own(name));
    let blocks: Vec<(String, &str)> = blocks.map(|(name, text)| (format!("#{name}"), text)).collect();
    let parts = book.theme.below("parts/", ".hbs").map(|(name, text)| (name.to_owned(), text));
    let all: Vec<(String, &str)> = parts.chain(blocks.iter().cloned()).collect();
    let broken = bounded::register(&mut handlebars, &all).into_iter();
    let word = |name: &str| name.trim_start_matches('#').to_owned();
    let mut broken: Vec<_> = broken.map(|(name, error)| (word(&name), template_error(&error))).collect();
    for name in blocks.iter().map(|(name, _)| name.as_str()).chain([COMPARE]) {
        if let Some(why) = walk::endless(&handlebars, name) {
            handlebars.unregister_template(name);
            broken.push((word(name), why));
        }
    }
    Templates { handlebars, broken }
}

/// Returns the level of a heading within a block: one below the heading above the block.
fn level(page: &Page, at: usize) -> usize {
    let above = page.headings.partition_point(|heading| heading.at < at).checked_sub(1);
    above.map_or(1, |above| usize::from(page.headings[above].level).min(5)) + 1
}

/// Counts the values in a template's data, nested ones included.
fn values(data: &Json) -> usize {
    match data {
        Json::Array(items) => 1 + items.iter().map(values).sum::<usize>(),
        Json::Object(fields) => 1 + fields.values().map(values).sum::<usize>(),
        _ => 1,
    }
}

/// Returns the path within the theme of the template that draws a block.
pub fn template(call: &BlockCall) -> String {
    if compares(call) { "parts/compare.hbs".to_owned() } else { format!("blocks/{}.hbs", call.word) }
}

/// Returns true if a block compares hosting options.
pub(super) fn compares(call: &BlockCall) -> bool {
    let can = match Drawn::of(&call.word) {
        Drawn::Kind(kind) => summary::of(kind).is_some(),
        Drawn::Facts => true,
        Drawn::Special(_) | Drawn::Own => false,
    };
    can && argument(call, "compare") == Some(COMPARED)
}

/// Returns the data for a block's template.
fn data(book: &Book, page: &Page, call: &BlockCall, anchors: &mut Anchors) -> Json {
    match Drawn::of(&call.word) {
        Drawn::Kind(kind) => rows::of_kind(book, page, call, kind, anchors),
        Drawn::Facts => rows::of_facts(book, call, anchors),
        Drawn::Special(special) => (special.data)(book, page, call, anchors),
        Drawn::Own => rows::everything(book, page, call),
    }
}

/// Returns the errors in a block's arguments.
pub fn check_arguments(book: &Book, call: &BlockCall) -> Vec<BadArgument> {
    match Drawn::of(&call.word) {
        Drawn::Kind(kind) => arguments::check(&book.facts, call, Some(kind)),
        Drawn::Facts => arguments::check(&book.facts, call, None),
        Drawn::Special(special) => (special.check)(book, call),
        Drawn::Own => arguments::check_own(&book.facts, call),
    }
}

/// Returns the words that a theme has templates for, sorted.
pub fn words(theme: &Theme) -> Vec<&str> {
    theme.below("blocks/", ".hbs").map(|(name, _)| name).collect()
}

/// Returns the ids that a block shows.
pub fn ids(book: &Book, call: &BlockCall) -> Vec<String> {
    let options = match compares(call) {
        true => compare::columns(book, call).into_iter().map(Record::full_id).collect(),
        false => Vec::new(),
    };
    let mut ids = rows_of(book, call);
    ids.extend(options);
    ids
}

/// Returns the ids of a block's rows.
fn rows_of(book: &Book, call: &BlockCall) -> Vec<String> {
    match Drawn::of(&call.word) {
        // A mistake in the arguments is reported at the block only, and not at every record that it leaves out.
        Drawn::Kind(kind) if !check_arguments(book, call).is_empty() => {
            book.facts.register.of_kind(kind.name).map(Record::full_id).collect()
        }
        Drawn::Kind(kind) => records(&book.facts, kind, call).into_iter().map(Record::full_id).collect(),
        Drawn::Facts => facts(&book.facts, call).into_iter().map(|fact| fact.id.clone()).collect(),
        Drawn::Special(special) => (special.ids)(book, call),
        // A block of the theme's own is given the whole register.
        Drawn::Own => book.facts.ids().map(str::to_owned).collect(),
    }
}
