//! The query of a `[[source]]`, in the notation of the lock and in words for pages.

use super::common::Visibility;
use super::phrase::Phrase;
use super::types::read_duration;
use super::value::Value;
use super::{Record, types};

/// The name of the kind of record.
pub const KIND: &str = "source";
/// The age up to which a read of a source counts, unless the register gives another one.
pub const MAX_AGE: &str = "30 days";

/// The query as the lock records it. It includes every setting that changes the answer. `None` if the record is
/// incomplete.
pub fn asked(record: &Record) -> Option<String> {
    let text = |field: &str| record.value(field).map(Value::text);
    let behind = |word: &str, field: &str| text(field).map(|text| format!(" {word} {text}")).unwrap_or_default();
    match record.word("kind")? {
        "http" => text("url"),
        "file" => text("path"),
        "git" => {
            let what =
                text("path").map_or_else(|| format!(" tags{}", behind("like", "tags")), |path| format!(" {path}"));
            Some(format!("{}{what}{}", text("repository")?, behind("at", "track")))
        }
        "dns" => Some(format!("{} of {}", record.word("record")?, text("name")?)),
        "command" => {
            let Value::List(argv) = record.value("argv")? else { return None };
            let quoted: Vec<String> = argv.iter().map(|word| crate::toml_tree::quoted(&word.text())).collect();
            Some(format!("[{}]", quoted.join(", ")))
        }
        _ => None,
    }
}

/// The age up to which a read of the source counts.
pub fn max_age(record: &Record) -> Option<jiff::SpanFieldwise> {
    match record.value("max_age") {
        Some(Value::Duration(_, span)) => Some(*span),
        _ => read_duration(MAX_AGE),
    }
}

/// The format of the source: stated in the record, or derived from the kind or a file ending. `None` if unknown.
pub fn format(record: &Record) -> Option<&'static str> {
    if let Some(word) = record.word("format") {
        return super::kinds::FORMATS.iter().find(|format| **format == word).copied();
    }
    let text = |field: &str| record.value(field).map(Value::text);
    match record.word("kind")? {
        // DNS records and tags are lists of texts.
        "dns" => Some("json"),
        "git" if record.field("path").is_none() => Some("json"),
        "command" => Some("text"),
        "http" => by_ending(record.value("url").and_then(|url| match url {
            Value::Url(url) => Some(url.path()),
            _ => None,
        })?),
        _ => by_ending(&text("path")?).or(Some("text")),
    }
}

fn by_ending(path: &str) -> Option<&'static str> {
    let (_, ending) = path.rsplit('/').next()?.rsplit_once('.')?;
    Some(match ending.to_ascii_lowercase().as_str() {
        "csv" => "csv",
        "htm" | "html" => "html",
        "json" => "json",
        "toml" => "toml",
        "txt" => "text",
        "yaml" | "yml" => "yaml",
        _ => return None,
    })
}

/// The origin of the facts for readers: a phrase, and an address if there is a public one.
pub fn shown(record: &Record) -> (Phrase, Option<String>) {
    let text = |field: &str| record.value(field).map(Value::text).unwrap_or_default();
    let own = record.common.source.clone().map(Phrase::Text);
    if record.common.visibility != Visibility::Public {
        let own = own.filter(|_| record.common.visibility == Visibility::OnRequest);
        return (own.unwrap_or_else(|| Phrase::of("source.private", Vec::new())), None);
    }
    let host = |field: &str| match record.value(field) {
        Some(Value::Url(url)) => match url.domain() {
            Some(name) if name.contains('.') => (Phrase::Text(name.to_owned()), Some(url.to_string())),
            // A host without a dot or a domain is in a private network of the vendor, and is not published.
            _ => (Phrase::of("source.server", Vec::new()), None),
        },
        _ => (Phrase::Text(String::new()), None),
    };
    let (phrase, address) = match record.word("kind") {
        Some("http") => host("url"),
        Some("git") => host("repository"),
        Some("file") => (Phrase::of("source.file", vec![("path", text("path"))]), None),
        Some("dns") => (Phrase::of("source.dns", vec![("record", text("record")), ("name", text("name"))]), None),
        _ => (Phrase::of("source.command", Vec::new()), None),
    };
    (own.unwrap_or(phrase), address)
}

/// Returns the fields of a source that its kind does not use.
pub fn idle_fields(record: &Record) -> Vec<&'static str> {
    let own: &[&str] = match record.word("kind") {
        Some("http") => &["format", "headers", "url"],
        Some("file") => &["format", "path"],
        Some("git") => &["format", "path", "repository", "tags", "track"],
        Some("dns") => &["name", "record"],
        Some("command") => &["argv", "format"],
        _ => return Vec::new(),
    };
    let idle = |field: &&types::FieldType| !["kind", "max_age"].contains(&field.name) && !own.contains(&field.name);
    record.kind.fields.iter().filter(idle).map(|field| field.name).filter(|name| record.field(name).is_some()).collect()
}
