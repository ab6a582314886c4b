//! The files of a schema that the register selects, and the places in them that it accepts.

use super::Acceptance;
use crate::pattern::matches;
use crate::register::Record;
use crate::register::value::Value;
use crate::schema::Schema;
use crate::span::{SourceMap, Span};
use jiff::civil::Date;

/// The files of a schema: those at or below its paths, except some.
#[derive(Debug, Clone)]
pub struct Selection {
    /// The paths of files or folders.
    pub paths: Vec<String>,
    /// The files and folders that are left out; `*` stands for any characters.
    pub except: Vec<String>,
}

impl Selection {
    /// Returns the files that a record selects.
    pub fn of(record: &Record) -> Self {
        let texts = |name: &str| match record.value(name) {
            Some(Value::List(items)) => items.iter().map(Value::text).collect(),
            other => other.map(Value::text).into_iter().filter(|text| !text.is_empty()).collect(),
        };
        Selection { paths: texts("path"), except: texts("except") }
    }

    /// Returns true if a file at or below one of the paths is read.
    pub fn takes(&self, path: &str) -> bool {
        let is_below =
            |except: &str| path.strip_prefix(except.trim_end_matches('/')).is_some_and(|it| it.starts_with('/'));
        !self.except.iter().any(|except| matches(except, path) || is_below(except))
    }

    /// Returns the paths in words, as the lock keeps them.
    pub fn words(&self) -> String {
        let except = if self.except.is_empty() { String::new() } else { format!(" except {}", self.except.join(", ")) };
        format!("{}{except}", self.paths.join(", "))
    }
}

/// Returns the places that a record accepts.
pub fn accepted(record: &Record) -> Vec<Acceptance> {
    let Some(Value::List(items)) = record.value("accept") else { return Vec::new() };
    let one = |item: &Value| {
        let Value::Table(entries) = item else { return None };
        let of = |name: &str| entries.iter().find(|(key, _)| key == name).map(|(_, value)| value);
        // Without a reason or a last day, nothing is accepted.
        match (of("at"), of("until"), of("reason")) {
            (Some(at), Some(Value::Date(until)), Some(_)) => Some(Acceptance { at: at.text(), until: *until }),
            _ => None,
        }
    };
    items.iter().filter_map(one).collect()
}

/// Moves the problems at accepted places to the skipped parts: the rest of the schema can be used.
pub fn set_aside(map: &SourceMap, schema: &mut Schema, accepted: &[Acceptance], today: Date) {
    let is_accepted = |span: Span| {
        let place = place(map, span);
        accepted.iter().any(|accepted| accepted.at == place && accepted.until >= today)
    };
    let problems = std::mem::take(&mut schema.problems);
    let (aside, problems) = problems.into_iter().partition(|problem| is_accepted(problem.span));
    (schema.problems, schema.skipped) = (problems, [std::mem::take(&mut schema.skipped), aside].concat());
}

/// Returns the file and line of a part, in the form of `accept`.
pub(super) fn place(map: &SourceMap, span: Span) -> String {
    let file = map.file(span.file);
    format!("{}:{}", file.path(), file.position(span.start).line)
}
