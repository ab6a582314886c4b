//! The JSON Schema of a file of the register, which editors use to complete and validate it.
//!
//! The schema uses draft 07, which Taplo, the engine of Even Better TOML, supports best. Taplo sees a TOML date as the
//! text `2024-10-01`. A day is therefore text of the format `date`, and only the reader reports quotes around a day.
//! The schema is never stricter than the reader. `trustbook check` covers what a schema cannot express, such as an id
//! that no record has.

use super::common;
use super::kinds::{KINDS, RecordKind};
use super::list::RECORDS;
use super::organisation::{KNOWN, Known};
use super::types::{FieldType, PLACES, ValueType, type_names};
use crate::countries;
use serde_json::{Map, Value as Json, json};

/// The pattern of names of facts, groups and records.
const NAME: &str = "^[A-Za-z0-9_-]+$";
/// The pattern of text with at least one visible character.
const SEEN: &str = "\\S";
/// The pattern of a language tag.
const LANGUAGE: &str = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$";
/// The pattern of a number with its unit, or of several words.
const PERIOD: &str = "[0-9]\\s*[A-Za-z:\u{b5}\u{3bc}]|\\S\\s+\\S";
/// The pattern of a number with its unit, as in `30 days`, `P30D` or `01:30:00`.
const DURATION: &str = "[0-9]\\s*[A-Za-z:\u{b5}\u{3bc}]";
/// The pattern of a telephone number (E.164).
const PHONE: &str = "^\\+[1-9]([ -]?[0-9]){6,14}$";
/// The pattern of an address. The reader accepts more than RFC 3986, such as non-ASCII letters, so `uri` would be too
/// strict.
const URL: &str = "^[Hh][Tt][Tt][Pp][Ss]?:\\S+$";

/// The schema as printed text: indented, with short values on one line.
pub fn text() -> String {
    let mut text = String::new();
    write(&schema(), 0, &mut text);
    text.push('\n');
    text
}

/// The length up to which a value is written on one line, in bytes.
const LINE: usize = 100;

fn write(value: &Json, indent: usize, text: &mut String) {
    let flat = value.to_string();
    let (open, close, items): (char, char, Vec<(String, &Json)>) = match value {
        Json::Object(entries) if flat.len() > LINE => {
            ('{', '}', entries.iter().map(|(key, value)| (format!("{}: ", json!(key)), value)).collect())
        }
        Json::Array(items) if flat.len() > LINE => ('[', ']', items.iter().map(|item| (String::new(), item)).collect()),
        _ => return text.push_str(&flat),
    };
    // A long list of words is filled like a paragraph.
    let is_filled = items.iter().all(|(key, item)| key.is_empty() && item.is_string());
    text.push(open);
    let last = items.len();
    for (at, (key, item)) in items.into_iter().enumerate() {
        let in_line = text.len() - text.rfind('\n').unwrap_or(0);
        match is_filled && at > 0 && in_line < LINE {
            true => text.push(' '),
            false => text.push_str(&format!("\n{:1$}{key}", "", indent + 2)),
        }
        write(item, indent + 2, text);
        text.push_str(if at + 1 < last { "," } else { "" });
    }
    text.push_str(&format!("\n{:indent$}{close}", ""));
}

/// The schema as JSON.
pub fn schema() -> Json {
    let mut properties = Map::new();
    properties.insert("defaults".to_owned(), defaults());
    // The facts of a page come from the page itself, and cannot be stated.
    properties.insert("page".to_owned(), json!(false));
    for (group, doc) in [("vendor", "The organisation."), ("product", "What it sells.")] {
        properties.insert(group.to_owned(), known_group(group, doc));
    }
    for kind in KINDS {
        properties.insert(kind.name.to_owned(), records(kind));
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A file of a Trustbook register",
        "description": "Records in `[[kind]]`, and facts in tables of any other name.",
        "type": "object",
        "properties": properties,
        "propertyNames": { "pattern": NAME },
        "additionalProperties": refer("statement"),
        "definitions": definitions(),
    })
}

fn definitions() -> Map<String, Json> {
    let mut definitions = Map::new();
    definitions.insert("statement".to_owned(), json!({ "anyOf": [refer("value"), refer("fact"), refer("group")] }));
    definitions.insert("group".to_owned(), group());
    definitions.insert(
        "value".to_owned(),
        json!({
            "type": ["string", "number", "boolean", "array"],
            "pattern": SEEN,
            "minItems": 1,
            "items": { "type": ["string", "number", "boolean"], "pattern": SEEN },
        }),
    );
    definitions.insert("fact".to_owned(), fact());
    // A table has the text, or the texts of a list, in several languages.
    let one = json!({ "type": "string", "pattern": SEEN });
    let list = json!({ "type": "array", "minItems": 1, "items": one });
    for (name, said) in [("text", one), ("texts", list)] {
        let languages =
            json!({ "type": "object", "propertyNames": { "pattern": LANGUAGE }, "additionalProperties": said });
        definitions.insert(name.to_owned(), json!({ "anyOf": [said, languages] }));
    }
    definitions.insert("country".to_owned(), country());
    let text = || of_type(ValueType::Text);
    definitions.insert(
        "live".to_owned(),
        json!({
            "type": "object",
            "properties": { "live": text(), "select": text() },
            "required": ["live"],
            "additionalProperties": false,
        }),
    );
    definitions.insert(
        "list".to_owned(),
        json!({
            "description": "All records of the kind that a source has; `map` names the key of the source for each field.",
            "type": "object",
            "properties": {
                "live": text(),
                "select": text(),
                "map": { "type": "object", "additionalProperties": text() },
            },
            "required": ["live"],
            "additionalProperties": false,
        }),
    );
    for field in common::FIELDS {
        definitions.insert(field.name.to_owned(), described(field.doc, of_type(field.ty)));
    }
    definitions
}

/// The schema of a fact in its long form.
fn fact() -> Json {
    let mut properties = Map::new();
    let value = json!({ "anyOf": [refer("value"), refer("text"), refer("texts")] });
    properties.insert("value".to_owned(), described("What is stated.", value));
    let source =
        described("The id of the source that the value comes from, instead of `value`.", of_type(ValueType::Text));
    properties.insert("live".to_owned(), source);
    let select = "What of the source: an expression of jq, or a selector of CSS where it is HTML.";
    properties.insert("select".to_owned(), described(select, of_type(ValueType::Text)));
    properties.insert("type".to_owned(), type_property());
    let label = described("What a list of facts calls it.", of_type(ValueType::Text));
    properties.insert("label".to_owned(), label);
    let choices = json!({ "type": "array", "items": { "type": "string" } });
    properties.insert("choices".to_owned(), described("The words that a fact of the type `choice` can take.", choices));
    properties.extend(common_part(common::KEYS.iter().copied()));
    json!({
        "type": "object",
        "properties": properties,
        "anyOf": [{ "required": ["value"] }, { "required": ["live"] }],
        "not": { "required": ["live", "value"] },
        "additionalProperties": false,
    })
}

/// The schema of `type`: a name from the list. A pattern covers plurals such as `list of urls`.
fn type_property() -> Json {
    let lists = type_names().filter(|name| *name != "choice").map(|name| format!("list of {name}"));
    let names: Vec<String> = type_names().map(str::to_owned).chain(lists).collect();
    let plural = format!("^list of ({})s*$", type_names().collect::<Vec<_>>().join("|"));
    let doc = "The type of the value; left out, it follows from the id or from the value.";
    described(doc, json!({ "anyOf": [{ "enum": names }, { "type": "string", "pattern": plural }] }))
}

/// The schema of a table of facts; a table with a `value` is a fact.
fn group() -> Json {
    json!({
        "type": "object",
        "not": { "required": ["value"] },
        "propertyNames": { "pattern": NAME },
        "additionalProperties": refer("statement"),
    })
}

/// The schema of a table with known and other facts. A choice between this and a fact of that name would be more exact.
/// Editors would then mark the whole table for a mistake in one fact.
fn known_group(name: &str, doc: &str) -> Json {
    let own = KNOWN.iter().filter_map(|known| Some((known.id.strip_prefix(name)?.strip_prefix('.')?, known)));
    let properties: Map<String, Json> = own.map(|(key, known)| (key.to_owned(), known_fact(known))).collect();
    json!({
        "description": doc,
        "type": ["object", "string", "number", "boolean", "array"],
        "properties": properties,
        "propertyNames": { "pattern": NAME },
        "additionalProperties": refer("statement"),
    })
}

/// The schema of a fact whose type follows from its id, unless the fact gives another type.
fn known_fact(known: &Known) -> Json {
    let Some(ty) = known.ty else {
        return described(known.doc, json!({ "anyOf": [refer("statement")] }));
    };
    let own = json!({
        "anyOf": [{ "required": ["type"] }, { "required": ["live"] }, { "properties": { "value": of_type(ty) } }],
    });
    let long = json!({ "allOf": [refer("fact"), own] });
    described(known.doc, json!({ "anyOf": [of_type(ty), long, refer("group")] }))
}

fn defaults() -> Json {
    let keys = common::KEYS.iter().copied().filter(|key| !common::NO_DEFAULT.contains(key));
    let properties: Map<String, Json> = common_part(keys).collect();
    described(
        "What holds for every fact and record of this file that does not say otherwise.",
        json!({ "type": "object", "properties": properties, "additionalProperties": false }),
    )
}

fn records(kind: &RecordKind) -> Json {
    let mut properties = Map::new();
    if kind.id_fields().is_empty() {
        let id = json!({ "type": "string", "pattern": NAME });
        properties.insert("id".to_owned(), described("What pages name it by.", id));
    }
    let fields = fields(kind.fields, "Required, unless `not_stated` names it.");
    properties.extend(fields.zip(kind.fields).map(|((name, schema), field)| (name, or_live(schema, field.ty))));
    properties.extend(common_part(common::KEYS.iter().copied()));
    let names: Vec<&str> = kind.fields.iter().map(|field| field.name).collect();
    let open = json!({ "type": "array", "minItems": 1, "items": { "enum": names } });
    let doc = common::FIELDS.iter().find(|field| field.name == "not_stated").map_or("", |field| field.doc);
    properties.insert("not_stated".to_owned(), described(doc, open));
    // Only the identifying fields are required: `not_stated` may leave every other field open.
    let mut record = json!({ "type": "object", "properties": properties, "additionalProperties": false });
    if kind.id_fields().is_empty() {
        record["properties"][RECORDS] = refer("list");
        record["anyOf"] = json!([{ "required": ["id"] }, { "required": [RECORDS] }]);
    } else {
        record["required"] = json!(kind.id_fields());
    }
    described(kind.doc, json!({ "type": "array", "minItems": 1, "items": described(kind.doc, record) }))
}

fn fields(fields: &[FieldType], needed: &str) -> impl Iterator<Item = (String, Json)> {
    fields.iter().map(move |field| {
        let doc = match field.required {
            true => format!("{} {needed}", field.doc),
            false => field.doc.to_owned(),
        };
        (field.name.to_owned(), described(&doc, of_type(field.ty)))
    })
}

/// Allows a live value in addition to `schema`, except for a table, whose keys are open.
fn or_live(schema: Json, ty: ValueType) -> Json {
    match schema {
        Json::Object(mut schema) if !ty.is_table() => {
            let doc = schema.remove("description").unwrap_or_default();
            json!({ "description": doc, "anyOf": [schema, refer("live")] })
        }
        other => other,
    }
}

fn common_part<'k>(keys: impl Iterator<Item = &'k str>) -> impl Iterator<Item = (String, Json)> {
    keys.map(|key| (key.to_owned(), refer(key)))
}

fn of_type(ty: ValueType) -> Json {
    let text = |pattern: &str| json!({ "type": "string", "pattern": pattern });
    match ty {
        ValueType::Text | ValueType::Markdown => refer("text"),
        ValueType::Id(_) | ValueType::Choice([]) => text(SEEN),
        ValueType::Integer => json!({ "type": "integer" }),
        ValueType::Decimal => json!({ "type": "number" }),
        ValueType::Date => json!({ "type": "string", "format": "date" }),
        ValueType::Duration => text(DURATION),
        ValueType::DurationOr(words) => json!({ "anyOf": [{ "enum": words }, text(DURATION)] }),
        ValueType::Period([]) => text(PERIOD),
        ValueType::Period(words) => json!({ "anyOf": [{ "enum": words }, text(PERIOD)] }),
        ValueType::Email => json!({ "type": "string", "format": "email" }),
        ValueType::Phone => text(PHONE),
        ValueType::Url => text(URL),
        ValueType::Boolean => json!({ "type": "boolean" }),
        ValueType::Choice(words) => json!({ "enum": words }),
        ValueType::Country => refer("country"),
        ValueType::Place => json!({ "anyOf": [{ "enum": PLACES }, refer("country")] }),
        ValueType::DateOrTerm => json!({ "type": ["string", "integer"] }),
        ValueType::OneOrMore(item) => json!({ "anyOf": [of_type(*item), of_type(ValueType::List(item))] }),
        ValueType::List(ValueType::Text | ValueType::Markdown) => refer("texts"),
        ValueType::List(item) => json!({ "type": "array", "minItems": 1, "items": of_type(*item) }),
        ValueType::Map => json!({ "type": "object", "minProperties": 1, "additionalProperties": text(SEEN) }),
        ValueType::Scalar => json!({ "type": ["string", "number", "boolean"], "pattern": SEEN }),
        ValueType::Category => text("^[a-z0-9_]+(\\.[a-z0-9_]+)*$"),
        ValueType::Named(short, known) => {
            let of_short = known.iter().find(|field| field.name == short).map_or(ValueType::Text, |field| field.ty);
            let either = json!([of_type(of_short), of_type(ValueType::Table(known))]);
            json!({ "type": "object", "minProperties": 1, "additionalProperties": { "anyOf": either } })
        }
        ValueType::Table(known) => {
            let properties: Map<String, Json> = fields(known, "Required.").collect();
            json!({ "type": "object", "minProperties": 1, "properties": properties, "additionalProperties": false })
        }
    }
}

fn country() -> Json {
    let codes: Vec<&str> = countries::codes().collect();
    described("A country as ISO 3166-1 alpha-2.", json!({ "enum": codes }))
}

fn refer(definition: &str) -> Json {
    json!({ "$ref": format!("#/definitions/{definition}") })
}

/// Adds the description that editors show. Draft 07 ignores everything beside a `$ref`, which therefore moves into
/// `anyOf`.
fn described(doc: &str, schema: Json) -> Json {
    match schema {
        Json::Object(schema) if !schema.contains_key("$ref") => {
            let mut described = Map::new();
            described.insert("description".to_owned(), json!(doc));
            described.extend(schema);
            Json::Object(described)
        }
        other => json!({ "description": doc, "anyOf": [other] }),
    }
}
