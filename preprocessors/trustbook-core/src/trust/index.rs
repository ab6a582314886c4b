//! Where on the site everything stands that pages lead to: built once from all chapters.

use crate::page::Page;
use jiff::civil::Date;
use std::collections::BTreeMap;

/// The place of something on the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The page: `a/b.html`.
    pub path: String,
    /// The anchor on it.
    pub anchor: String,
}

impl Home {
    /// The way to it from a page.
    pub fn from(&self, page: &Page) -> Option<String> {
        let own = page.chapter.page_path()?;
        if own == self.path {
            return Some(format!("#{}", self.anchor));
        }
        Some(format!("{}{}#{}", "../".repeat(own.matches('/').count()), self.path, self.anchor))
    }
}

/// The oldest statement that a page stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Oldest {
    /// The day it was last checked, or else stated.
    pub date: Date,
    /// Whether anybody checked it here.
    pub checked: bool,
}

/// How far somebody has reviewed what a page states, told by the worst of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reviewed {
    /// How many statements no longer hold.
    pub expired: usize,
    /// How many are overdue for their review, or were not looked up for too long.
    pub due: usize,
    /// How many nobody has reviewed.
    pub open: usize,
    /// The first day on which one of the others was last reviewed or seen.
    pub since: Option<Date>,
}

/// What is known of all pages together. What several pages show is at home on the first.
#[derive(Debug, Default)]
pub struct Index {
    /// Where each table and field is described, by `schema.table` and `schema.table.field`.
    pub fields: BTreeMap<String, Home>,
    /// Where the row of each record and fact stands, by its id: `certification.soc2`.
    pub rows: BTreeMap<String, Home>,
    /// The oldest statement of each page that has one, by its file.
    pub oldest: BTreeMap<String, Oldest>,
    /// How far each page that stands on statements is reviewed, by its file.
    pub reviewed: BTreeMap<String, Reviewed>,
}
