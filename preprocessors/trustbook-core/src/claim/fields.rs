//! The fields in the scope of a claim: those of a data model or of one table, with their categories.

use super::seen::{Audience, Basis, ClaimResult, Reason, Why};
use super::{ClaimSources, is_public};
use crate::category;
use crate::datamap::{Absent, DatamapProblem, FieldEntry, Holding, PinnedSchema, Version};
use crate::register::Record;
use crate::register::common::State;
use crate::register::phrase::Phrase;
use crate::register::value::{Value, date_words};
use crate::schema::index::{FieldIndex, TableIndex};

/// The relation between a field and the category of a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    /// The field holds that category, or one below it.
    Holds,
    /// The field holds a more general category, which may include that one.
    MayHold,
    /// The field holds an unrelated category.
    Other,
}

/// A field with a known category.
pub(super) struct ClassifiedField<'t> {
    pub(super) schema: &'t PinnedSchema,
    pub(super) table: &'t TableIndex,
    pub(super) field: &'t FieldIndex,
    pub(super) said: Option<&'t FieldEntry>,
    pub(super) category: &'t str,
    pub(super) relation: Relation,
    shown: Audience,
}

impl ClassifiedField<'_> {
    /// The field and its place for messages, such as "`messages` of `Request` (model.prisma:5)".
    pub(super) fn words(&self) -> String {
        format!("`{}` of `{}` ({})", self.field.name, self.table.name, self.table.place(Some(self.field)))
    }

    /// Creates a reason that points at the field and at its entry in the register.
    pub(super) fn reason(&self, why: Why, what: String) -> Reason {
        let reason = Reason::new(why, what).at(self.field.span, "the field").shown(self.shown);
        match self.said {
            Some(said) => reason.at(said.span, "what the register says of it"),
            None => reason,
        }
    }

    /// Records that the field was looked at, with a link for readers if they may see it.
    pub(super) fn looked(&self, seen: &mut ClaimResult, when: &str) {
        let place = self.table.place(Some(self.field));
        let values = vec![
            ("field", self.field.name.clone()),
            ("table", self.table.name.clone()),
            ("place", place.to_string()),
            ("when", when.to_owned()),
        ];
        let what = Phrase::of("claim.evidence_field", values);
        match self.shown {
            Audience::ToAll => {
                let on = self.schema.pinned().map(|pinned| pinned.checked);
                seen.looked(what, on, self.schema.permalink(self.table, Some(self.field)));
            }
            Audience::ToNobody => seen.looked_unseen(what),
        }
    }
}

/// Returns all fields in scope with a known category. Each field without one adds a reason.
pub(super) fn all<'t>(sources: &ClaimSources<'t>, record: &Record, seen: &mut ClaimResult) -> Vec<ClassifiedField<'t>> {
    let text = |field: &str| record.value(field).map(Value::text);
    let id = text("schema").unwrap_or_default();
    let Some(schema) = sources.datamap.schema(&id) else {
        seen.reported("field-name", format!("there is no data model `{id}`"));
        return Vec::new();
    };
    let told = seen.reasons.len();
    let tables = tables(sources, schema, text("table").as_deref(), record, seen);
    if let Some(tables) = &tables {
        basis(sources, schema, tables, seen);
    }
    let category = text("category");
    let mut found = Vec::new();
    for table in tables.into_iter().flatten() {
        reviewed(sources, schema, table, seen);
        sources.shared.take(1 + table.fields.len());
        for field in &table.fields {
            found.extend(one(sources, schema, table, field, category.as_deref(), seen));
        }
    }
    seen.hide_from(told, Audience::to_all_if(is_public(sources.facts, "schema", &schema.id)));
    found
}

/// Returns the tables in scope; `None` if the data model is not reliable.
fn tables<'t>(
    sources: &ClaimSources<'t>,
    schema: &'t PinnedSchema,
    name: Option<&str>,
    record: &Record,
    seen: &mut ClaimResult,
) -> Option<Vec<&'t TableIndex>> {
    for problem in &schema.problems {
        let check = match problem {
            DatamapProblem::Unpinned => "schema-unpinned",
            DatamapProblem::Mismatch(..) => "lock-mismatch",
            // This problem affects only the links to lines.
            DatamapProblem::Template(_) => continue,
            _ => "schema-syntax",
        };
        seen.reported(check, format!("the data model `{}` cannot be used as it is", schema.id));
        return None;
    }
    if schema.version == Version::None {
        seen.reported("lock-mismatch", format!("the version of the data model `{}` is not known", schema.id));
        return None;
    }
    let skipped = schema.skipped.len();
    if skipped > 0 {
        let what = format!("the reader of the data model `{}` skipped {skipped} of its statements", schema.id);
        seen.push(
            Reason::new(Why::Lacking, what)
                .help("check the findings of `schema-skipped`; an attested claim can say the rest"),
        );
    }
    let Some(name) = name else { return Some(schema.tables.iter().collect()) };
    if let Some(table) = schema.table(name) {
        return Some(vec![table]);
    }
    let at = record.field("table").map_or(record.span, |fact| fact.span);
    let reason = Reason::new(Why::Lacking, format!("the data model `{}` has no table `{name}`", schema.id));
    let reason = reason.at(at, "the claim speaks of it");
    seen.push(match sources.datamap.absent_table(schema, name) {
        Absent::Gone(Some((at, was))) => {
            reason.help(format!("it is gone since commit {at}, and was at {was}; correct the sentence and the claim"))
        }
        _ => {
            sources.shared.take(schema.tables.len());
            match sources.datamap.near_table(schema, name) {
                Some(near) => reason.help(format!("did you mean `{near}`?")),
                None => reason.help("name a table that it has, or remove `table` to check all of them"),
            }
        }
    });
    None
}

/// Records the basis of the claim: the version of the data model, and the day of its last comparison.
fn basis(sources: &ClaimSources<'_>, schema: &PinnedSchema, tables: &[&TableIndex], seen: &mut ClaimResult) {
    let fields: usize = tables.iter().map(|table| table.fields.len()).sum();
    let pinned = schema.pinned();
    let on = pinned.map(|pinned| pinned.checked);
    let of = match tables {
        [one] => format!("the table `{}`", one.name),
        many => format!("{} tables", many.len()),
    };
    let version = pinned.map_or_else(String::new, |pinned| format!(", commit {}", short(&pinned.commit)));
    let model = ("model", format!("{}{version}", schema.path));
    let what = match tables {
        [one] => Phrase::counted("claim.evidence_table", fields, vec![model, ("table", one.name.clone())]),
        many => Phrase::counted("claim.evidence_tables", fields, vec![model, ("tables", many.len().to_string())]),
    };
    let shown = is_public(sources.facts, "schema", &schema.id);
    match (fields, shown) {
        // The scope is empty.
        (0, _) => seen.lacking(format!("{of} of the data model `{}` has no field", schema.id)),
        (_, true) => seen.looked(what, on, schema.file_permalink()),
        (_, false) => seen.looked_unseen(what),
    }
    let commit = pinned.map(|pinned| short(&pinned.commit)).filter(|_| shown);
    let path = shown.then(|| schema.path.clone());
    seen.basis = Some(Basis::Schema { commit, on, path });
    seen.until(schema.fresh_until(sources.facts));
    if let (Some(pinned), Some(until)) = (pinned, schema.fresh_until(sources.facts))
        && until < sources.facts.today
    {
        let what = format!("the data model `{}` was last compared on {}", schema.id, date_words(pinned.checked));
        seen.push(Reason::new(Why::Old, what).help(format!("run `trustbook refresh {}`", schema.id)));
    }
}

/// Adds the review state of the `[[table]]` record, which is independent of the claim.
fn reviewed(sources: &ClaimSources<'_>, schema: &PinnedSchema, table: &TableIndex, seen: &mut ClaimResult) {
    let Some(record) = sources.facts.record("table", &format!("{}.{}", schema.id, table.name)) else { return };
    let shown = Audience::to_all_if(is_public(sources.facts, "table", &record.id));
    seen.until(record.common.due(sources.facts.today));
    let why = match sources.facts.state(&record.common) {
        State::Due(since) => (Why::Due, format!("has been overdue for a review since {}", date_words(since))),
        State::Expired(on) => (Why::Old, format!("expired on {}", date_words(on))),
        _ => return,
    };
    seen.push(Reason::new(why.0, format!("what the register says of `{}` {}", table.name, why.1)).shown(shown));
}

fn one<'t>(
    sources: &ClaimSources<'t>,
    schema: &'t PinnedSchema,
    table: &'t TableIndex,
    field: &'t FieldIndex,
    category: Option<&str>,
    seen: &mut ClaimResult,
) -> Option<ClassifiedField<'t>> {
    let said = sources.datamap.said(&schema.id, &table.name);
    let is_shown = is_public(sources.facts, "schema", &schema.id)
        && is_public(sources.facts, "table", &format!("{}.{}", schema.id, table.name));
    let entry = said.and_then(|said| said.fields.get(&field.name));
    let mut known = ClassifiedField {
        schema,
        table,
        field,
        said: entry,
        category: "",
        relation: Relation::Other,
        shown: Audience::to_all_if(is_shown),
    };
    let unknown = |seen: &mut ClaimResult, why: Why| {
        seen.push(known.reason(why, format!("{} is not classified", known.words())));
    };
    match sources.datamap.holding(schema, table, field) {
        Holding::Known(key, _) => known.category = key,
        Holding::Pending(_) => {
            unknown(seen, Why::Lacking);
            return None;
        }
        Holding::Open => {
            unknown(seen, Why::Reported("field-unclassified"));
            return None;
        }
        Holding::Misfit => {
            unknown(seen, Why::Reported("fact-type"));
            return None;
        }
        Holding::LeftOut => {
            let what = format!("the table `{}` is left out, and its fields are not classified", table.name);
            let reason = Reason::new(Why::Lacking, what).shown(known.shown);
            let reason = match said {
                Some(said) => reason.at(said.span, "left out here"),
                None => reason,
            };
            seen.push(
                reason.help("name the `table` that the sentence is about, or say what the fields of this one hold"),
            );
            return None;
        }
    }
    let changed = field.detail.as_ref().and_then(|detail| detail.changed.as_ref());
    let reviewed = said.and_then(|said| said.reviewed_at(&field.name));
    if changed.is_some_and(|changed| schema.changed_after(&changed.at, reviewed)) {
        let what = format!("{} has changed since it was classified", known.words());
        seen.push(known.reason(Why::Reported("field-changed"), what));
    }
    known.relation = match category {
        None => Relation::Holds,
        Some(category) if category::within(known.category, category) => Relation::Holds,
        Some(category) if category::within(category, known.category) => Relation::MayHold,
        Some(_) => Relation::Other,
    };
    Some(known)
}

/// The words of a category, followed by its key.
pub(super) fn category_words(key: &str) -> String {
    category::words(key).map_or_else(|| format!("`{key}`"), |words| format!("{words} (`{key}`)"))
}

fn short(commit: &str) -> String {
    commit.chars().take(crate::lock::SHORT_COMMIT).collect()
}
