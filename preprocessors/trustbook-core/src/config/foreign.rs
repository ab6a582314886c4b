//! Preprocessors and outputs of other programs, as book.toml names them.

use crate::span::{FileId, Span};
use crate::toml_tree::{TomlKey, span_of, text_of};
use std::borrow::Cow;
use toml::de::DeValue;

/// A preprocessor or an output of another program. No setting of a book runs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foreign {
    /// The name of the table.
    pub span: Span,
    /// The name of a preprocessor; `None` for an output.
    pub preprocessor: Option<String>,
    /// The table, such as `preprocessor.toc`.
    pub table: String,
    /// `command`; `mdbook-` and the name if not given.
    pub command: Option<String>,
    /// True if mdBook goes on without the program where it is not installed.
    pub optional: bool,
    /// The preprocessors that run later.
    pub before: Vec<String>,
    /// The preprocessors that run earlier.
    pub after: Vec<String>,
    /// The outputs for which it runs; if not given, the program is asked.
    pub renderers: Option<Vec<String>>,
}

/// The preprocessors of mdBook itself, whose work the reader of chapters does.
pub const BUILT_IN: [&str; 2] = ["index", "links"];

impl Foreign {
    /// Returns the command line.
    pub fn command(&self) -> Cow<'_, str> {
        match (&self.command, &self.preprocessor) {
            (Some(command), _) => Cow::Borrowed(command),
            (None, name) => Cow::Owned(format!("mdbook-{}", name.as_deref().unwrap_or_default())),
        }
    }

    /// Returns the value of `--allow-preprocessor` that runs this preprocessor. Whoever changes book.toml can change the
    /// command, so one that does not follow from the name is part of the value.
    pub fn allowance(&self) -> Option<String> {
        let name = self.preprocessor.as_ref()?;
        let command = self.command();
        Some(if command == format!("mdbook-{name}") { name.clone() } else { format!("{name}={command}") })
    }
}

pub(super) fn read(file: FileId, key: &TomlKey<'_>, kind: &str, value: &DeValue<'_>) -> Foreign {
    let get = |name: &str| match value {
        DeValue::Table(table) => table.get(name),
        _ => None,
    };
    let list = |name: &str| match get(name)?.get_ref() {
        DeValue::Array(items) => Some(items.iter().filter_map(text_of).map(str::to_owned).collect()),
        _ => None,
    };
    let name = key.get_ref();
    Foreign {
        span: span_of(file, key),
        preprocessor: (kind == "preprocessor").then(|| name.to_string()),
        table: format!("{kind}.{name}"),
        command: get("command").and_then(text_of).map(str::to_owned),
        optional: get("optional").is_some_and(|value| matches!(value.get_ref(), DeValue::Boolean(true))),
        before: list("before").unwrap_or_default(),
        after: list("after").unwrap_or_default(),
        renderers: list("renderers"),
    }
}
