//! What a field holds, as far as anybody says: its entry in the register, a comment in the schema, or a default.

use super::{Datamap, PinnedSchema, TableSaid};
use crate::category;
use crate::schema::index::{FieldIndex, TableIndex};
use jiff::civil::Date;
use std::borrow::Cow;

/// What is known of a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding<'d> {
    /// It holds data of this category.
    Known(&'d str, By),
    /// It is said by this day.
    Pending(Date),
    /// Its table is left out, with a reason, and it was there when somebody last looked at it.
    LeftOut,
    /// Nobody says.
    Open,
    /// What the register says does not fit, which is reported there.
    Misfit,
}

/// Who says what a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Its entry in the register.
    Entry,
    /// A comment in the schema.
    Comment,
    /// The default of its table.
    Default,
}

impl Holding<'_> {
    /// Whether it holds personal data, or may do so as far as anybody knows.
    pub fn may_be_personal(&self) -> bool {
        match self {
            Holding::Known(key, _) => category::is_personal(key),
            Holding::Pending(_) | Holding::Open | Holding::Misfit => true,
            Holding::LeftOut => false,
        }
    }
}

impl Datamap {
    /// What a field holds.
    pub fn holding<'d>(
        &'d self,
        schema: &'d PinnedSchema,
        table: &'d TableIndex,
        field: &'d FieldIndex,
    ) -> Holding<'d> {
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
        // Whoever leaves a table out without a version stands for what the lock first knew of it.
        None => field.since == table.since,
    };
    match said.left_out {
        Some(_) if is_left_out(said) => Holding::LeftOut,
        _ if said.has_misfits && said.default.is_none() && said.fields.is_empty() => Holding::Misfit,
        _ => Holding::Open,
    }
}

impl TableSaid {
    /// The version at which somebody last looked at a field: that of the table, or of the default that covers it.
    pub fn reviewed_at(&self, field: &str) -> Option<&str> {
        let default = self.default.as_ref().filter(|_| !self.fields.contains_key(field));
        self.reviewed.as_ref().or(default.map(|default| &default.reviewed)).map(|reviewed| reviewed.value.as_str())
    }
}

impl PinnedSchema {
    /// Whether a field was already there when its table was reviewed at a version: a commit that the lock knows, or the
    /// fingerprint of a table in the book.
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

    /// Whether a change of a field came after its table was reviewed.
    pub fn changed_after(&self, at: &str, reviewed: Option<&str>) -> bool {
        let Some(pinned) = self.pinned() else { return false };
        match (position(&pinned.pins, at), reviewed.and_then(|reviewed| position(&pinned.pins, reviewed))) {
            (Some(at), Some(reviewed)) => at > reviewed,
            _ => true,
        }
    }

    /// The version of a table now, as `reviewed` names it.
    pub fn version_of(&self, table: &TableIndex) -> String {
        match self.pinned() {
            Some(pinned) => pinned.commit.chars().take(12).collect(),
            None => self.fingerprint(table).into_owned(),
        }
    }

    /// The fingerprint of a table: it is asked for with each field, and each needs all of them.
    fn fingerprint(&self, table: &TableIndex) -> Cow<'_, str> {
        let all = self.fingerprints.get_or_init(|| self.tables.iter().map(TableIndex::fingerprint).collect());
        let at = self.tables.binary_search_by(|known| known.name.cmp(&table.name));
        match at.ok().and_then(|at| all.get(at)) {
            Some(known) => Cow::Borrowed(known),
            None => Cow::Owned(table.fingerprint()),
        }
    }

    /// Whether a version is one at which a table can have been reviewed.
    pub fn knows_version(&self, table: &TableIndex, reviewed: &str) -> bool {
        match self.pinned() {
            Some(pinned) => position(&pinned.pins, reviewed).is_some(),
            None => self.fingerprint(table) == reviewed,
        }
    }
}

/// Which of the pins a commit, or the beginning of one, is.
fn position(pins: &[String], commit: &str) -> Option<usize> {
    const SHORTEST: usize = 7;
    let begins = |pin: &String| pin.get(..commit.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(commit));
    if commit.len() < SHORTEST { None } else { pins.iter().rposition(begins) }
}
