//! Live lists: records that are read from a source instead of the register.

use super::common::Common;
use super::kinds::RecordKind;
use super::live::{Literal, literal};
use super::read::{RegisterReader, is_name};
use super::types::ValueType;
use super::value::{self, Value};
use super::{Fact, Record, Register, RegisterProblem};
use crate::countries;
use crate::span::Span;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The key of a table that takes all records from a source.
pub(super) const RECORDS: &str = "records";
/// The largest number of records in a list.
const MOST: usize = 10_000;
/// The fields from which an id is made if the source has none, in this order.
const NAMING: &[&str] = &["name", "scheme", "place", "title", "question", "email"];

/// The records of one kind that come from a source.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveList {
    /// The kind of the records.
    pub kind: &'static RecordKind,
    /// The fields beside the list, which hold for all records that do not have them.
    pub given: Vec<(String, Literal)>,
    /// The list as a live fact. Each item of its value is a record as an inline table of TOML.
    pub fact: Fact,
}

/// Turns what a source has into the items of a list. `columns` names the key of the source for each field, where it is
/// not the name of the field.
///
/// # Errors
/// Returns a phrase that follows "finds" if it cannot be a list of records.
pub fn rows(kind: &RecordKind, columns: &[(String, String)], json: &Json) -> Result<Literal, String> {
    let Json::Array(items) = json else { return Err("no list of records".to_owned()) };
    if items.len() > MOST {
        return Err(format!("{} records, of which a list can have {MOST}", items.len()));
    }
    let mut ids = BTreeSet::new();
    let mut rows = Vec::new();
    for item in items {
        let Json::Object(row) = item else { return Err("a list with an item that is not a record".to_owned()) };
        let (id, fields) = fields(kind, columns, row)?;
        if !ids.insert(id.clone()) {
            return Err(format!("two records with the id `{id}`"));
        }
        let fields = fields.iter().map(|(name, value)| format!("{name} = {}", value.toml()));
        rows.push(Literal::Text(format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))));
    }
    if rows.is_empty() { Err("an empty list".to_owned()) } else { Ok(Literal::List(rows)) }
}

type Fields = Vec<(&'static str, Literal)>;

/// Returns the id of a row and its fields, with the id first.
fn fields(
    kind: &RecordKind,
    columns: &[(String, String)],
    row: &Map<String, Json>,
) -> Result<(String, Fields), String> {
    let column =
        |name: &str| columns.iter().find(|(field, _)| field == name).map_or(name.to_owned(), |(_, of)| of.clone());
    let value = |name: &str, ty: ValueType| match row.get(&column(name)) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Json::String(text)) if matches!(ty, ValueType::List(_)) => {
            let parts = text.split([',', ';']).flat_map(|part| coded(ty, part.trim())).map(Json::from).collect();
            literal(Some(ty), &Json::Array(parts)).map(Some)
        }
        Some(Json::Array(items)) if matches!(ty, ValueType::List(_)) && items.iter().all(Json::is_string) => {
            let parts = items.iter().filter_map(Json::as_str).flat_map(|item| coded(ty, item)).map(Json::from);
            literal(Some(ty), &Json::Array(parts.collect())).map(Some)
        }
        Some(Json::String(text)) if matches!(ty, ValueType::Country | ValueType::Place) => {
            literal(Some(ty), &Json::from(coded(ty, text).join(", "))).map(Some)
        }
        Some(json @ Json::Array(_)) if !matches!(ty, ValueType::List(_) | ValueType::OneOrMore(_)) => {
            Err(format!("a list for `{name}` in {json}"))
        }
        Some(json) if matches!(ty, ValueType::List(_)) && !json.is_array() => {
            literal(Some(ty), &Json::Array(vec![json.clone()])).map(Some)
        }
        Some(json) => literal(Some(ty), json).map(Some),
    };
    let mut fields = Vec::new();
    for field in kind.fields.iter().filter(|field| !field.ty.is_table()) {
        fields.extend(value(field.name, field.ty)?.map(|value| (field.name, value)));
    }
    let word = |name: &str| fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value.words());
    let given = value("id", ValueType::Text)?.map(|id| id.words());
    let id = given.or_else(|| NAMING.iter().find_map(|name| word(name))).map(|text| slug(&text));
    let Some(id) = id.filter(|id| is_name(id)) else {
        let row = Json::Object(row.clone()).to_string();
        return Err(format!("a record without a name from which an id can be made: {row}"));
    };
    fields.insert(0, ("id", Literal::Text(id.clone())));
    Ok((id, fields))
}

/// Returns the words of the register for a place that a list gives by its name; any other text as it is.
fn coded(ty: ValueType, text: &str) -> Vec<&str> {
    let is_country = matches!(ty, ValueType::Country | ValueType::Place | ValueType::List(ValueType::Place));
    let known = || value::place_words(text).or_else(|| Some(vec![countries::find(text)?]));
    is_country.then(known).flatten().unwrap_or_else(|| vec![text])
}

/// Returns a text in the letters of ids: `Amazon Web Services, Inc.` becomes `amazon-web-services-inc`.
fn slug(text: &str) -> String {
    let words: Vec<String> = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    words.join("-")
}

/// Returns the differences between two lists as a phrase: `adds stripe, changes aws and removes mailgun`.
pub fn difference(before: &Literal, after: &Literal) -> String {
    let (before, after) = (by_id(before), by_id(after));
    let names = |ids: Vec<&String>| ids.into_iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
    let added = after.keys().filter(|id| !before.contains_key(*id)).collect();
    let removed = before.keys().filter(|id| !after.contains_key(*id)).collect();
    let changed = after.iter().filter(|(id, text)| before.get(*id).is_some_and(|known| known != *text));
    let changed = changed.map(|(id, _)| id).collect();
    let phrases = [("adds", names(added)), ("changes", names(changed)), ("removes", names(removed))];
    let phrases: Vec<String> =
        phrases.iter().filter(|(_, ids)| !ids.is_empty()).map(|(verb, ids)| format!("{verb} {ids}")).collect();
    if phrases.is_empty() { "has its records in another order".to_owned() } else { phrases.join("; ") }
}

/// Returns the items of a list by the first of their fields, which identifies them.
fn by_id(list: &Literal) -> BTreeMap<String, &str> {
    let Literal::List(items) = list else { return BTreeMap::new() };
    let items = items.iter().filter_map(|item| match item {
        Literal::Text(text) => Some(text.as_str()),
        _ => None,
    });
    items.map(|text| (text.split('"').nth(1).unwrap_or_default().to_owned(), text)).collect()
}

/// Adds the records of all lists whose values are known. They have the place of the list.
pub(crate) fn add(register: &mut Register) {
    let lists = std::mem::take(&mut register.lists);
    let known = register.records.iter().map(|record| (record.full_id(), record.span));
    let mut known: BTreeMap<String, Span> = if lists.is_empty() { BTreeMap::new() } else { known.collect() };
    for list in &lists {
        let Some(Value::List(rows)) = &list.fact.value else { continue };
        let rows: Vec<String> = rows.iter().map(|row| completed(row.text(), &list.given)).collect();
        let mut read = Register::default();
        RegisterReader::of(&mut read, &mut BTreeMap::new(), &mut BTreeSet::new(), list.fact.span.file).file(&format!(
            "{} = [{}]",
            list.kind.name,
            rows.join(", ")
        ));
        let span = list.fact.span;
        register.problems.extend(read.problems.iter().map(|problem| at_list(problem, span)));
        for record in read.records {
            let id = record.full_id();
            if let Some(first) = known.get(&id).copied() {
                register.problems.push(RegisterProblem::Duplicate { id, first, second: span });
                continue;
            }
            known.insert(id, span);
            register.records.push(placed(record, span, &list.fact.common));
        }
    }
    register.lists = lists;
}

/// Returns a row with those of the given fields that it lacks.
fn completed(row: String, given: &[(String, Literal)]) -> String {
    let known: toml::Table = format!("row = {row}").parse().unwrap_or_default();
    let known = known.get("row").and_then(toml::Value::as_table);
    let lacks = |name: &str| known.is_none_or(|known| !known.contains_key(name));
    let more = given.iter().filter(|(name, _)| lacks(name)).map(|(name, value)| format!(", {name} = {}", value.toml()));
    let more: String = more.collect();
    match row.strip_suffix(" }") {
        Some(row) => format!("{row}{more} }}"),
        None => row,
    }
}

fn placed(record: Record, span: Span, common: &Arc<Common>) -> Record {
    let field = |fact: Fact| Fact { span, key_span: span, entries: Vec::new(), common: Arc::clone(common), ..fact };
    let fields = record.fields.into_iter().map(field).collect();
    Record { span, entries: Vec::new(), fields, common: Arc::clone(common), ..record }
}

/// Returns a problem of a record at the place of its list.
fn at_list(problem: &RegisterProblem, span: Span) -> RegisterProblem {
    let (what, help) = match problem {
        RegisterProblem::WrongType { id, misfit, .. } => {
            (format!("`{id}`, which the source has, {}", misfit.why), misfit.help.clone())
        }
        _ => ("the source has a record that the register cannot read".to_owned(), None),
    };
    let help = help.unwrap_or_else(|| "correct it at the source, or select something else".to_owned());
    RegisterProblem::Misshapen { span, what, help }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::kinds;
    use serde_json::json;

    fn of(json: Json) -> Result<String, String> {
        let columns = [("name".to_owned(), "company".to_owned()), ("countries".to_owned(), "where".to_owned())];
        rows(kinds::find("subprocessor").unwrap(), &columns, &json).map(|list| list.words())
    }

    #[test]
    fn rows_become_records() {
        let is = |json: Json, expected: &str| assert_eq!(of(json).unwrap_or_else(|why| why), expected);
        is(
            json!([{ "company": "Amazon Web Services, Inc.", "where": "US; IE", "purpose": "hosting", "x": { "y": 1 } }]),
            "{ id = \"amazon-web-services-inc\", name = \"Amazon Web Services, Inc.\", purpose = \"hosting\", \
             countries = [\"US\", \"IE\"] }",
        );
        is(
            json!([{ "id": "a", "company": "A", "where": "Germany, EMEA", "seat": "United States" }]),
            "{ id = \"a\", name = \"A\", seat = \"US\", countries = [\"DE\", \"Europe\", \"Middle East\", \"Africa\"] }",
        );
        is(json!([{ "id": "a", "company": "A", "where": "US" }]), "{ id = \"a\", name = \"A\", countries = [\"US\"] }");
        is(json!([{ "company": "A", "where": null }, { "company": "a" }]), "two records with the id `a`");
        is(json!([{ "where": "US" }]), "a record without a name from which an id can be made: {\"where\":\"US\"}");
        is(json!({ "a": 1 }), "no list of records");
        is(json!([1]), "a list with an item that is not a record");
        is(json!([]), "an empty list");
        is(json!([{ "company": ["A"] }]), "a list for `name` in [\"A\"]");
    }

    #[test]
    fn differences_name_the_records() {
        let list = |items: &[&str]| Literal::List(items.iter().map(|item| Literal::Text((*item).to_owned())).collect());
        let before = list(&["{ id = \"a\" }", "{ id = \"b\" }"]);
        assert_eq!(
            difference(&before, &list(&["{ id = \"b\", x = 1 }", "{ id = \"c\" }"])),
            "adds `c`; changes `b`; removes `a`"
        );
        assert_eq!(
            difference(&before, &list(&["{ id = \"b\" }", "{ id = \"a\" }"])),
            "has its records in another order"
        );
    }
}
