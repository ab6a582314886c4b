//! Suggests the category of a field from its name.

use super::CATEGORIES;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// A suggested category for a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The key of the category.
    pub key: &'static str,
    /// The reason, as a phrase: "its name ends in `email`".
    pub why: String,
}

/// The longest name that is read, in bytes.
const LONGEST: usize = 200;

/// The shape of a type, as far as it matters here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum TypeShape {
    Text,
    Number,
    Time,
    YesNo,
    Document,
}

/// The meaning of a name, and the conditions under which it holds.
#[derive(Debug)]
struct Meaning {
    category: &'static str,
    shapes: Vec<TypeShape>,
    before: BTreeSet<String>,
    /// The words that must come before the name, joined; empty if nothing must.
    only_after: BTreeSet<String>,
}

#[derive(Debug, Default)]
struct FieldNames {
    before: BTreeSet<String>,
    after: BTreeSet<String>,
    /// Words that end like those of people, and name something else.
    things: BTreeSet<String>,
    meanings: Vec<Meaning>,
    /// The index of the meaning of each name, with its words joined.
    by_name: BTreeMap<String, usize>,
}

static NAMES: LazyLock<FieldNames> = LazyLock::new(|| read().unwrap_or_default());

/// Suggests a category if the name of a field is clear. `ty` is its type as the schema writes it, or empty.
///
/// A name is read word by word, in any notation: `userEmail`, `user_email`, `USER-EMAIL`. Its last words must be a
/// known name, and all words before it must leave its meaning unchanged: `billing_email`, but not `email_sent_at` and
/// not `welcome_email`.
pub fn suggest(field_name: &str, ty: &str) -> Option<Suggestion> {
    if field_name.len() > LONGEST {
        return None;
    }
    let mut words = split(field_name);
    while words.len() > 1 && words.last().is_some_and(|last| NAMES.after.contains(last)) {
        words.pop();
    }
    let shape = shape(ty);
    // The longest name is the most specific: `email verification token` before `token`.
    (0..words.len()).find_map(|at| {
        let (before, name) = words.split_at_checked(at)?;
        let meaning = NAMES.meanings.get(*NAMES.by_name.get(&name.concat())?)?;
        let fits = meaning.shapes.contains(&shape) && stays(before, meaning);
        let how = if at == 0 { "is" } else { "ends in" };
        fits.then(|| Suggestion { key: meaning.category, why: format!("its name {how} `{}`", name.join(" ")) })
    })
}

/// Returns true if the words before a name leave its meaning unchanged.
fn stays(before: &[String], meaning: &Meaning) -> bool {
    if !meaning.only_after.is_empty() {
        return meaning.only_after.contains(&before.concat());
    }
    before.iter().all(|word| NAMES.before.contains(word) || meaning.before.contains(word) || is_role(word))
}

/// Returns true for a word that names a person by what the person does: `viewer`, `committer`, `actor`, `mentee`.
fn is_role(word: &str) -> bool {
    word.len() > 4 && ["er", "or", "ee", "ist"].iter().any(|end| word.ends_with(end)) && !NAMES.things.contains(word)
}

/// Splits a name into words in lower case, without numbers: `addressLine2` becomes `address` and `line`.
fn split(name: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![String::new()];
    let mut chars = name.chars().peekable();
    let mut last = ' ';
    while let Some(c) = chars.next() {
        let next_is_lower = chars.peek().is_some_and(char::is_ascii_lowercase);
        // `userEmail`, and `IPAddress`, in which the second word begins with the last capital.
        let begins =
            c.is_ascii_uppercase() && (last.is_ascii_lowercase() || (last.is_ascii_uppercase() && next_is_lower));
        if begins || !c.is_alphabetic() {
            words.push(String::new());
        }
        if c.is_alphabetic()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
        last = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Returns the shape of a type by its first known word: `VARCHAR(255)`, `Int?`, `timestamp with time zone`.
fn shape(ty: &str) -> TypeShape {
    let lower = ty.to_lowercase();
    // MySQL has no other type for Booleans.
    if lower.starts_with("tinyint(1)") {
        return TypeShape::YesNo;
    }
    let words = lower.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty());
    let known = |word: &str| {
        let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
        Some(match word {
            "bool" | "boolean" | "bit" => TypeShape::YesNo,
            "int" | "integer" | "bigint" | "smallint" | "mediumint" | "tinyint" | "serial" | "bigserial" | "long"
            | "short" | "uint" | "float" | "double" | "decimal" | "numeric" | "number" | "real" | "money" | "i"
            | "u" | "f" => TypeShape::Number,
            "date" | "datetime" | "timestamp" | "timestamptz" | "time" | "timetz" | "datetimeoffset" | "instant"
            | "datetimetz" | "smalldatetime" | "year" | "interval" => TypeShape::Time,
            "json" | "jsonb" | "object" | "map" | "struct" | "record" | "dict" | "hstore" | "xml" => {
                TypeShape::Document
            }
            "string" | "text" | "varchar" | "char" | "character" | "citext" | "nvarchar" | "nchar" | "uuid"
            | "clob" | "bytes" | "bytea" | "blob" | "str" => TypeShape::Text,
            _ => return None,
        })
    };
    words.filter_map(known).next().unwrap_or(TypeShape::Text)
}

fn read() -> Option<FieldNames> {
    let data: toml::Table = include_str!("../../data/field_names.toml").parse().ok()?;
    let (before, after, things) = (set(data.get("before")), set(data.get("after")), set(data.get("things")));
    let mut names = FieldNames { before, after, things, ..FieldNames::default() };
    for field in data.get("field")?.as_array()? {
        // The key lives as long as the list of categories.
        let (category, _) = CATEGORIES.get_key_value(field.get("category")?.as_str()?)?;
        let shapes = match texts(field.get("types")) {
            types if types.is_empty() => vec![TypeShape::Text],
            types => types.iter().filter_map(|name| shape_of(name)).collect(),
        };
        let (before, only_after) = (set(field.get("before")), set(field.get("only_after")));
        names.meanings.push(Meaning { category, shapes, before, only_after });
        for name in set(field.get("names")) {
            names.by_name.insert(name, names.meanings.len() - 1);
        }
    }
    Some(names)
}

fn shape_of(name: &str) -> Option<TypeShape> {
    match name {
        "text" => Some(TypeShape::Text),
        "number" => Some(TypeShape::Number),
        "time" => Some(TypeShape::Time),
        "yes-no" => Some(TypeShape::YesNo),
        "document" => Some(TypeShape::Document),
        _ => None,
    }
}

fn texts(list: Option<&toml::Value>) -> Vec<String> {
    let items = list.and_then(toml::Value::as_array).into_iter().flatten();
    items.filter_map(|item| Some(item.as_str()?.to_owned())).collect()
}

/// Returns the entries of a list, each with its words joined.
fn set(list: Option<&toml::Value>) -> BTreeSet<String> {
    texts(list).into_iter().map(|text| text.replace(' ', "")).collect()
}

#[cfg(test)]
mod tests;
