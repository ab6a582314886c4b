//! The block `fields`: the contents of a table's fields, each with the line of the schema that defines it.

use super::anchors::Anchors;
use super::arguments::{BadArgument, argument, not_taken, twice};
use super::cells::{common_json, note};
use super::encode::entities;
use super::shown::ShownValue;
use super::special::Special;
use super::value::form;
use super::{anchors, cells, value};
use crate::book::Book;
use crate::category;
use crate::datamap::{Datamap, Holding, ModelTarget, PinnedSchema};
use crate::facts::Facts;
use crate::page::syntax::{BlockCall, Malformed};
use crate::register::common::{Common, Visibility};
use crate::schema::TableKind;
use crate::schema::index::{FieldIndex, TableIndex};
use crate::suggest::{listed, nearest};
use crate::theme::Theme;
use serde_json::{Map, Value as Json, json};

/// The block's word.
pub(super) const WORD: &str = "fields";
pub(super) const BLOCK: Special = Special {
    word: WORD,
    check,
    ids: |book, call| records_of(tables(book, call)),
    data: |book, _, call, anchors| data(book, call, anchors),
};
/// The arguments that the block takes, besides tables without a name.
const TAKES: &[&str] = &["where"];
/// The maximum number of fields of a table that is shown unfolded.
const MOST_OPEN: usize = 15;
/// The same where a block shows more than `FEW` tables.
const MOST_OPEN_OF_MANY: usize = 4;
const FEW: usize = 3;
/// The values of `where`, besides a category.
const WHERE: &[&str] = &["all", "personal", "special"];

/// The fields that a block shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where<'c> {
    All,
    /// Fields that hold personal data, or may do so because they are not classified.
    Personal,
    /// Fields of special categories (GDPR Art. 9).
    Special,
    /// Fields of a category, or of one below it.
    Within(&'c str),
}

impl<'c> Where<'c> {
    pub(super) fn read(word: Option<&'c str>) -> Self {
        match word {
            None | Some("all") => Where::All,
            Some("personal") => Where::Personal,
            Some("special") => Where::Special,
            Some(key) => Where::Within(key),
        }
    }

    pub(super) fn takes(self, holding: &Holding<'_>) -> bool {
        match (self, holding) {
            (Where::All, _) => true,
            (Where::Personal, holding) => holding.may_be_personal(),
            (Where::Special, Holding::Known(key, _)) => category::special(key).is_some(),
            (Where::Within(ancestor), Holding::Known(key, _)) => category::within(key, ancestor),
            (Where::Special | Where::Within(_), _) => false,
        }
    }
}

/// Returns the error for an unknown category.
pub(super) fn check_where(name: &str, word: &str) -> Option<BadArgument> {
    if WHERE.contains(&word) {
        return None;
    }
    let unknown = category::check(word).err()?;
    let near = nearest(word, WHERE.iter().copied()).map(str::to_owned).or(unknown.nearest);
    let help = match near {
        Some(near) => format!("did you mean `{name}={near}`?"),
        None => format!(
            "it can be {} or a data category of fideslang, such as `user.contact`",
            listed(WHERE.iter().copied())
        ),
    };
    Some(BadArgument::Unreadable(Malformed::new(format!("`{name}` cannot be `{word}`"), help)))
}

/// Returns the errors in the block's arguments.
pub(super) fn check(book: &Book, call: &BlockCall) -> Vec<BadArgument> {
    let mut bad = Vec::new();
    for (name, text) in &call.args {
        match name.as_deref() {
            None => match book.datamap.find(text) {
                ModelTarget::Table(..) => {}
                ModelTarget::Field(schema, table, _) => bad.push(BadArgument::Unreadable(Malformed::new(
                    format!("`{text}` is a field, and the block `{WORD}` shows tables"),
                    format!("name its table, `{}`", anchors::id(schema, table, None)),
                ))),
                _ => bad.push(BadArgument::NoTable { id: text.clone() }),
            },
            Some("where") => bad.extend(check_where("where", text)),
            Some(name) => bad.push(not_taken(WORD, name, TAKES)),
        }
    }
    bad.extend(twice(call));
    if !call.args.iter().any(|(name, _)| name.is_none()) {
        bad.push(BadArgument::Unreadable(Malformed::new(
            "the block `fields` names no table",
            "name it by its schema: `{{#fields schema.table}}`",
        )));
    }
    bad
}

/// Returns the tables that a block names, except internal ones.
pub(super) fn tables<'t>(book: &'t Book, call: &BlockCall) -> Vec<(&'t PinnedSchema, &'t TableIndex)> {
    let named = call.args.iter().filter(|(name, _)| name.is_none());
    named
        .filter_map(|(_, id)| match book.datamap.find(id) {
            ModelTarget::Table(schema, table) => Some((schema, table)),
            _ => None,
        })
        .filter(|(schema, table)| visibility(&book.facts, schema, table) != Visibility::Internal)
        .collect()
}

/// Returns the ids of the records about tables and their schemas.
pub(super) fn records_of(tables: Vec<(&PinnedSchema, &TableIndex)>) -> Vec<String> {
    let tables = tables
        .into_iter()
        .flat_map(|(schema, table)| [format!("schema.{}", schema.id), format!("table.{}.{}", schema.id, table.name)]);
    let mut ids: Vec<String> = tables.collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// Returns true if a block shows a table or a field. A removed field counts as shown where its table is.
pub(super) fn names(datamap: &Datamap, call: &BlockCall, id: &str) -> bool {
    let named = call.args.iter().filter(|(name, _)| name.is_none());
    named.map(|(_, table)| table).any(|table| match datamap.find(id) {
        ModelTarget::Field(schema, of, field) => {
            *table == anchors::id(schema, of, None)
                && Where::read(argument(call, "where")).takes(&datamap.holding(schema, of, field))
        }
        _ => table == id || id.strip_prefix(table.as_str()).is_some_and(|rest| rest.starts_with('.')),
    })
}

/// Returns the fields of a table that a block shows, each with its contents. An internal table shows none.
pub(super) fn shown<'t>(
    book: &'t Book,
    schema: &'t PinnedSchema,
    table: &'t TableIndex,
    asked: Where<'_>,
) -> Vec<(&'t FieldIndex, Holding<'t>)> {
    if visibility(&book.facts, schema, table) != Visibility::Public {
        return Vec::new();
    }
    let all = table.fields.iter().map(|field| (field, book.datamap.holding(schema, table, field)));
    all.filter(|(_, holding)| asked.takes(holding)).collect()
}

/// Returns true if a data model is public.
pub(super) fn is_public(facts: &Facts, schema: &PinnedSchema) -> bool {
    facts.record("schema", &schema.id).is_some_and(|record| record.common.visibility == Visibility::Public)
}

/// Returns the visibility of a table, which cannot exceed that of its schema.
pub(super) fn visibility(facts: &Facts, schema: &PinnedSchema, table: &TableIndex) -> Visibility {
    let of = |kind: &str, id: &str| facts.record(kind, id).map(|record| record.common.visibility);
    match (of("schema", &schema.id), of("table", &format!("{}.{}", schema.id, table.name))) {
        (None | Some(Visibility::Public), None | Some(Visibility::Public)) => Visibility::Public,
        (Some(Visibility::Internal), _) | (_, Some(Visibility::Internal)) => Visibility::Internal,
        (Some(Visibility::OnRequest), _) | (_, Some(Visibility::OnRequest)) => Visibility::OnRequest,
    }
}

/// Returns the data for the template.
pub(super) fn data(book: &Book, call: &BlockCall, anchors: &mut Anchors) -> Json {
    let asked = Where::read(argument(call, "where"));
    let tables = tables(book, call);
    let shared = shared(book, &tables);
    let most = if tables.len() > FEW { MOST_OPEN_OF_MANY } else { MOST_OPEN };
    let rows = tables.into_iter().map(|(schema, table)| {
        let mut row = table_json(book, schema, table, asked, anchors);
        row["is_long"] = json!(row["fields"].as_array().is_some_and(|fields| fields.len() > most));
        row
    });
    let rows: Vec<Json> = rows.collect();
    json!({ "args": { "where": asked_words(&book.theme, asked) }, "tables": rows, "shared": shared })
}

/// Returns the common version, dates and source of several tables that agree.
fn shared(book: &Book, tables: &[(&PinnedSchema, &TableIndex)]) -> Json {
    let [(first, _), rest @ ..] = tables else { return Json::Null };
    let record = |(schema, table): &(&PinnedSchema, &TableIndex)| {
        book.facts.record("table", &format!("{}.{}", schema.id, table.name))
    };
    let commons: Vec<&Common> = tables.iter().filter_map(record).map(|record| &*record.common).collect();
    if commons.len() != tables.len() || rest.iter().any(|(schema, _)| schema.id != first.id) {
        return Json::Null;
    }
    match cells::shared(book, &commons) {
        Json::Null => Json::Null,
        dates => json!({ "version": version_json(&book.theme, first), "dates": dates }),
    }
}

/// Returns the words for a caption about the selection of fields.
fn asked_words(theme: &Theme, asked: Where<'_>) -> Option<String> {
    match asked {
        Where::All => None,
        Where::Personal => Some(theme.words.get("fields.personal")),
        Where::Special => Some(theme.words.get("fields.special_data")),
        Where::Within(key) => theme.words.category(key).or(Some(key.to_owned())),
    }
}

fn table_json(book: &Book, schema: &PinnedSchema, table: &TableIndex, asked: Where<'_>, anchors: &mut Anchors) -> Json {
    let shown = shown(book, schema, table, asked);
    let record = book.facts.record("table", &format!("{}.{}", schema.id, table.name));
    let mut row = Map::new();
    row.insert("name".to_owned(), json!(table.name));
    row.insert("anchor".to_owned(), json!(anchors.unique(&anchors::anchor(schema, table, None))));
    row.insert("others".to_owned(), json!(table.fields.len() - shown.len()));
    row.insert("kind".to_owned(), json!(kind_words(table.kind)));
    row.insert("stored_as".to_owned(), json!(table.stored_as));
    let forms = json!({ "name": value::code(&table.name), "stored_as": table.stored_as.as_deref().map(value::code) });
    row.insert("forms".to_owned(), forms);
    row.insert("place".to_owned(), json!(table.place(None)));
    row.insert("link".to_owned(), json!(schema.permalink(table, None)));
    let purpose = record.and_then(|record| record.value("purpose"));
    let purpose = purpose.map(|purpose| match visibility(&book.facts, schema, table) {
        Visibility::Public => value::typed(book, purpose),
        _ => value::on_request(book, record.and_then(|record| record.common.owner.as_deref())),
    });
    row.insert("purpose".to_owned(), json!(purpose.map(ShownValue::into_html)));
    row.insert("version".to_owned(), version_json(&book.theme, schema));
    let fields = shown.iter().map(|(field, holding)| field_json(book, schema, table, field, holding, anchors));
    let fields: Vec<Json> = fields.collect();
    row.insert("kept".to_owned(), kept(&fields));
    row.insert("fields".to_owned(), json!(fields));
    let mut dates = Map::new();
    if let Some(record) = record {
        common_json(book, &record.common, &mut dates);
        row.insert("note".to_owned(), note(&book.reader_notes, &record.full_id(), &record.common));
    } else {
        row.insert("note".to_owned(), Json::Null);
    }
    row.insert("dates".to_owned(), if dates.is_empty() { Json::Null } else { Json::Object(dates) });
    Json::Object(row)
}

fn kind_words(kind: TableKind) -> &'static str {
    match kind {
        TableKind::Table => "table",
        TableKind::View => "view",
        TableKind::Type => "type",
    }
}

/// Returns the version that was checked: a commit, or the files of the book.
pub(super) fn version_json(theme: &Theme, schema: &PinnedSchema) -> Json {
    let Some(pinned) = schema.pinned() else { return Json::Null };
    let checked = value::date(theme, pinned.checked);
    let short: String = pinned.commit.chars().take(12).collect();
    let code = value::code(&short)["html"].as_str().unwrap_or_default().to_owned();
    let commit = theme.words.with("schema.commit_of", &[("commit", &code)]);
    let linked = |html: &str| match schema.file_permalink() {
        Some(link) => format!("<a href=\"{}\">{html}</a>", entities(&link)),
        None => html.to_owned(),
    };
    json!({
        "forms": {
            "commit": { "html": code },
            "linked": { "html": linked(&commit) },
            "place": { "html": linked(&entities(&schema.path)) },
        },
        "commit": pinned.commit,
        "short": short,
        "path": schema.path,
        "link": schema.file_permalink(),
        "repository": pinned.repository.as_str().trim_end_matches('/'),
        "checked": { "text": checked.text, "html": checked.clone().into_html() },
    })
}

fn field_json(
    book: &Book,
    schema: &PinnedSchema,
    table: &TableIndex,
    field: &FieldIndex,
    holding: &Holding<'_>,
    anchors: &mut Anchors,
) -> Json {
    let said = book.datamap.said(&schema.id, &table.name).and_then(|said| said.fields.get(&field.name));
    let text = |text: Option<&String>| text.map(|text| value::plain(text.clone()).into_html());
    let detail = field.detail.as_ref();
    let modifiers = detail.map(|detail| detail.told()).unwrap_or_default();
    let origin = detail.and_then(|detail| detail.origin.as_ref());
    let origin = origin.map(
        |origin| json!({ "migration": origin.migration, "date": origin.date.map(|day| book.theme.words.date(day)) }),
    );
    let stored_as = detail.and_then(|detail| detail.stored_as.as_deref());
    let (when, opaque) = (said.and_then(|said| said.when.as_ref()), said.and_then(|said| said.opaque.as_ref()));
    let pending = match holding {
        Holding::Pending(day) => Some(value::date(&book.theme, *day).into_html()),
        _ => None,
    };
    json!({
        "forms": {
            "stored_as": stored_as.map(value::code),
            "when": { "html": text(when) },
            "opaque": { "html": text(opaque) },
            "pending": { "html": pending },
        },
        "name": field.name,
        "anchor": anchors.unique(&anchors::anchor(schema, table, Some(field))),
        "stored_as": stored_as,
        "type": detail.map(|detail| detail.ty.as_str()),
        "modifiers": (!modifiers.is_empty()).then(|| modifiers.iter().map(|word| modifier(&book.theme, word)).collect::<Vec<_>>().join(", ")),
        "link": schema.permalink(table, Some(field)),
        "place": table.place(Some(field)),
        "category": category_json(&book.theme, holding),
        "pending": pending,
        "when": text(when),
        "retention": said.and_then(|said| said.retention.as_ref()).map(|words| value::retention(book, words).into_html()),
        "opaque": text(opaque),
        "note": text(said.and_then(|said| said.note.as_ref())).map(|html| json!({ "html": html })),
        "origin": origin,
    })
}

/// Returns the common retention of a table's fields. `differs` if the fields have several; `is_open` if none has one.
fn kept(fields: &[Json]) -> Json {
    let first = fields.first().map_or(&Json::Null, |field| &field["retention"]);
    let differs = fields.iter().any(|field| field["retention"] != *first);
    json!({ "html": if differs { &Json::Null } else { first }, "differs": differs, "is_open": !differs && first.is_null() })
}

/// Returns a category for a template; null if it is not known.
pub(super) fn category_json(theme: &Theme, holding: &Holding<'_>) -> Json {
    let Holding::Known(key, _) = holding else { return Json::Null };
    let words = theme.words.category(key).unwrap_or_else(|| (*key).to_owned());
    let mut shown = form(&value::plain(words), json!(key));
    shown["special"] = json!(theme.words.special(key));
    shown["personal"] = json!(category::is_personal(key));
    shown
}

/// Returns the words for a modifier that a data model gives beside a field's type.
fn modifier(theme: &Theme, word: &str) -> String {
    theme.words.find(&format!("modifier.{word}")).unwrap_or(word).to_owned()
}
