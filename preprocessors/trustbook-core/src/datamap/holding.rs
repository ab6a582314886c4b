//! The data that a field holds: its entry in the register, a comment in the schema, or a default.

use super::{Datamap, PinnedSchema, TableSaid};
use crate::category;
use crate::schema::index::{FieldIndex, TableIndex};
use jiff::civil::Date;
use std::borrow::Cow;

/// The classification of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding<'d> {
    /// The field holds data of this category.
    Known(&'d str, By),
    /// The field is to be classified by this day.
    Pending(Date),
    /// Its table is left out with a reason, and the field existed at the last review.
    LeftOut,
    /// The field is not classified.
    Open,
    /// The value in the register is invalid, which is reported there.
    Misfit,
}

/// The source of a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Its entry in the register.
    Entry,
    /// A comment in the schema.
    Comment,
    /// The default of its table.
    Default,
    /// Its name, in any table of the schema.
    Column,
}

impl Holding<'_> {
    /// Returns true if the field holds personal data, or may hold some as far as is known.
    pub fn may_be_personal(&self) -> bool {
        match self {
            Holding::Known(key, _) => category::is_personal(key),
            Holding::Pending(_) | Holding::Open | Holding::Misfit => true,
            Holding::LeftOut => false,
        }
    }
}

impl Datamap {
    /// Returns the classification of a field: from its entry, the comment, the default of the table or the name alone,
    /// in this order.
    pub fn holding<'d>(
        &'d self,
        schema: &'d PinnedSchema,
        table: &'d TableIndex,
        field: &'d FieldIndex,
    ) -> Holding<'d> {
        match (self.of_table(schema, table, field), schema.columns.get(&field.name)) {
            (Holding::Open, Some(category)) => Holding::Known(category, By::Column),
            (holding, _) => holding,
        }
    }

    fn of_table<'d>(&'d self, schema: &'d PinnedSchema, table: &'d TableIndex, field: &'d FieldIndex) -> Holding<'d> {
        let said = self.said(&schema.id, &table.name);
        let entry = said.and_then(|said| said.fields.get(&field.name));
        let comment = field.detail.as_ref().and_then(|detail| detail.category.as_deref());
        match (entry, said) {
            (Some(entry), _) => match (&entry.category, entry.to_be_classified, comment) {
                (Some(category), _, _) => Holding::Known(category, By::Entry),
                (None, _, Some(comment)) => Holding::Known(comment, By::Comment),
                (None, Some(day), None) => Holding::Pending(day),
                (None, None, None) if entry.is_misfit => Holding::Misfit,
                (None, None, None) => default(schema, table, field, said),
            },
            (None, _) if comment.is_some() => Holding::Known(comment.unwrap_or_default(), By::Comment),
            (None, _) => default(schema, table, field, said),
        }
    }
}

fn default<'d>(
    schema: &PinnedSchema,
    table: &TableIndex,
    field: &FieldIndex,
    said: Option<&'d TableSaid>,
) -> Holding<'d> {
    let Some(said) = said else { return Holding::Open };
    if let Some(default) = &said.default
        && schema.covers(table, field, &default.reviewed.value)
    {
        return Holding::Known(&default.category, By::Default);
    }
    let is_left_out = |said: &TableSaid| match &said.reviewed {
        Some(reviewed) => schema.covers(table, field, &reviewed.value),
        // A table that is left out without a version covers the fields that the lock first had.
        None => field.since == table.since,
    };
    match said.left_out {
        Some(_) if is_left_out(said) => Holding::LeftOut,
        _ if said.has_misfits && said.default.is_none() && said.fields.is_empty() => Holding::Misfit,
        _ => Holding::Open,
    }
}

impl TableSaid {
    /// Returns the version at which a field was last reviewed: that of the table, or of the default that covers it.
    pub fn reviewed_at(&self, field: &str) -> Option<&str> {
        let default = self.default.as_ref().filter(|_| !self.fields.contains_key(field));
        self.reviewed.as_ref().or(default.map(|default| &default.reviewed)).map(|reviewed| reviewed.value.as_str())
    }
}

impl PinnedSchema {
    /// Returns true if a field existed when its table was reviewed.
    ///
    /// `reviewed` is a commit that the lock knows or, for a schema in the book, the fingerprint of the table.
    pub fn covers(&self, table: &TableIndex, field: &FieldIndex, reviewed: &str) -> bool {
        match self.pinned() {
            Some(pinned) => {
                let since = field.since.as_deref().and_then(|since| position(&pinned.pins, since));
                match (since, position(&pinned.pins, reviewed)) {
                    (Some(since), Some(reviewed)) => since <= reviewed,
                    _ => false,
                }
            }
            None => self.fingerprint(table) == reviewed,
        }
    }

    /// Returns true if a field changed after its table was reviewed, or if the version of the review is unknown.
    pub fn changed_after(&self, at: &str, reviewed: Option<&str>) -> bool {
        let Some(pinned) = self.pinned() else { return false };
        match (position(&pinned.pins, at), reviewed.and_then(|reviewed| position(&pinned.pins, reviewed))) {
            (Some(at), Some(reviewed)) => at > reviewed,
            _ => true,
        }
    }

    /// Returns the current version of a table, in the form of `reviewed`.
    pub fn version_of(&self, table: &TableIndex) -> String {
        match self.pinned() {
            Some(pinned) => pinned.commit.chars().take(12).collect(),
            None => self.fingerprint(table).into_owned(),
        }
    }

    /// Returns the fingerprint of a table. It is cached: every field asks for it, and it takes all of them to compute.
    fn fingerprint(&self, table: &TableIndex) -> Cow<'_, str> {
        let all = self.fingerprints.get_or_init(|| self.tables.iter().map(TableIndex::fingerprint).collect());
        let at = self.tables.binary_search_by(|known| known.name.cmp(&table.name));
        match at.ok().and_then(|at| all.get(at)) {
            Some(known) => Cow::Borrowed(known),
            None => Cow::Owned(table.fingerprint()),
        }
    }

    /// Returns true if a table can have been reviewed at this version.
    pub fn knows_version(&self, table: &TableIndex, reviewed: &str) -> bool {
        match self.pinned() {
            Some(pinned) => position(&pinned.pins, reviewed).is_some(),
            None => self.fingerprint(table) == reviewed,
        }
    }
}

/// Returns the index of the newest pin that begins with `commit`, which needs at least 7 digits.
fn position(pins: &[String], commit: &str) -> Option<usize> {
    const SHORTEST: usize = 7;
    let begins = |pin: &String| pin.get(..commit.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(commit));
    if commit.len() < SHORTEST { None } else { pins.iter().rposition(begins) }
}
