//! The addresses on the site of everything that pages link to, collected once from all chapters.

use crate::page::Page;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// An address on the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The path of the page: `a/b.html`.
    pub path: String,
    /// The anchor on the page.
    pub anchor: String,
}

impl Home {
    /// Returns the relative link from a page to this address.
    pub fn from(&self, page: &Page) -> Option<String> {
        let own = page.chapter.page_path()?;
        if own == self.path {
            return Some(format!("#{}", self.anchor));
        }
        Some(format!("{}{}#{}", "../".repeat(own.matches('/').count()), self.path, self.anchor))
    }
}

/// The date of the oldest statement on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Oldest {
    /// The date of its last review, or else of the statement.
    pub date: Date,
    /// True if it was reviewed.
    pub checked: bool,
}

/// The reviews of the statements on a page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reviewed {
    /// The number of expired statements.
    pub expired: usize,
    /// The number of statements whose review or refresh is overdue.
    pub due: usize,
    /// The number of statements never reviewed.
    pub open: usize,
    /// The earliest day on which any of the others was last reviewed or seen.
    pub since: Option<Date>,
}

/// Data collected from all pages. Anything shown on several pages gets its address on the first.
#[derive(Debug, Clone, Default)]
pub struct Index {
    /// The address of the description of each table and field, by `schema.table` and `schema.table.field`.
    pub fields: BTreeMap<String, Home>,
    /// The address of the row of each record and fact, by its id: `certification.soc2`.
    pub rows: BTreeMap<String, Home>,
    /// The oldest statement of each page that shows one, by the file of the page.
    pub oldest: BTreeMap<String, Oldest>,
    /// The reviews of the statements on each page that rests on any, by the file of the page.
    pub reviewed: BTreeMap<String, Reviewed>,
}
