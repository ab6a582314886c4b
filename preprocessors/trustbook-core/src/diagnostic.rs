//! A finding as data: the message, the place, the reason and the suggested edits.

use crate::span::{Position, Span, floor};

/// The severity of a finding, set for each check in book.toml.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Not reported.
    Allow,
    /// Reported, but the site is still published.
    Warn,
    /// Reported, and nothing is published.
    Deny,
}

impl Level {
    /// Reads `allow`, `warn` or `deny`.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "allow" => Some(Level::Allow),
            "warn" => Some(Level::Warn),
            "deny" => Some(Level::Deny),
            _ => None,
        }
    }

    /// The word in reports: `error` or `warning`.
    pub fn word(self) -> &'static str {
        match self {
            Level::Deny => "error",
            Level::Warn | Level::Allow => "warning",
        }
    }
}

/// The place of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A range of a source file.
    At(Span),
    /// A file, relative to the book, without a known line.
    File(String),
    /// A line of a file that is published unchanged and is not a source.
    InFile {
        /// The path, relative to the book.
        path: String,
        /// The position in the file.
        position: Position,
    },
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Place::At(span)
    }
}

/// A further place that explains a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// The explanation.
    pub text: String,
}

/// A replacement that resolves a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// The replaced text.
    pub span: Span,
    /// The new text.
    pub replacement: String,
}

/// The safety of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fix {
    /// A suggestion: the writer has to decide.
    Suggested,
    /// The page reads the same afterwards, so `check --fix` applies it.
    Safe,
}

/// The longest text of a finding, in bytes: quotations from a book can have any length.
const LONGEST: usize = 1000;

fn shortened(mut text: String) -> String {
    if text.len() > LONGEST {
        text.truncate(floor(&text, LONGEST));
        text.push('…');
    }
    text
}

/// One finding of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The name of the check, in kebab-case.
    pub check: &'static str,
    /// The level; the function that runs the checks sets it.
    pub level: Level,
    /// The reason for the level, if book.toml or a date changed it.
    pub level_reason: Option<String>,
    /// A lower-case phrase without a full stop.
    pub message: String,
    /// The place.
    pub place: Place,
    /// The subject, if the place is no text of a source: an exception ends when it changes.
    pub text: Option<Box<str>>,
    /// Names by which an exception can refer to it, besides its place.
    pub names: Vec<String>,
    /// True if the passing of time alone can have caused it. It is then a warning, unless the book sets a level for the
    /// check.
    pub by_calendar: bool,
    /// The label of the place.
    pub label: Option<String>,
    /// Further places that explain it.
    pub labels: Vec<Label>,
    /// Suggested actions. Only a draft has several lines.
    pub help: Vec<String>,
    /// Edits that resolve it; all of them form one suggestion.
    pub edits: Vec<Edit>,
    /// The safety of the edits.
    pub fix: Fix,
}

impl Diagnostic {
    /// Creates a finding at a place. The function that runs the checks adds check and level.
    pub fn new(place: impl Into<Place>, message: impl Into<String>) -> Self {
        Diagnostic {
            check: "",
            level: Level::Deny,
            level_reason: None,
            message: shortened(message.into()),
            place: place.into(),
            text: None,
            names: Vec::new(),
            by_calendar: false,
            label: None,
            labels: Vec::new(),
            help: Vec::new(),
            edits: Vec::new(),
            fix: Fix::Suggested,
        }
    }

    /// Sets the label of the place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = Some(shortened(text.into()));
        self
    }

    /// Sets what it is about, for a place that is no text of a source.
    #[must_use]
    pub fn about(mut self, text: String) -> Self {
        self.text = Some(text.into_boxed_str());
        self
    }

    /// Sets the names by which an exception can refer to it, besides its place.
    #[must_use]
    pub fn named(mut self, names: Vec<String>) -> Self {
        self.names = names;
        self
    }

    /// Marks it as caused by the passing of time alone.
    #[must_use]
    pub fn by_calendar(mut self) -> Self {
        self.by_calendar = true;
        self
    }

    /// Adds a further place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: shortened(text.into()) });
        self
    }

    /// Adds a suggested action on one line: line breaks in quoted names become spaces.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(shortened(text.into()).replace(['\n', '\r'], " "));
        self
    }

    /// Adds a suggested action with lines to copy. The lines must be safe: names in them are escaped.
    #[must_use]
    pub fn draft(mut self, text: &str, lines: &[String]) -> Self {
        self.help.push(shortened(format!("{text}\n{}", lines.join("\n"))));
        self
    }

    /// Returns the lines of the suggested actions; only a draft has several.
    pub fn help_lines(&self) -> impl Iterator<Item = &str> {
        self.help.iter().flat_map(|help| help.split('\n'))
    }

    /// Adds a replacement after which the page reads the same.
    #[must_use]
    pub fn fix(self, span: Span, replacement: impl Into<String>) -> Self {
        Diagnostic { fix: Fix::Safe, ..self.edit(span, replacement) }
    }

    /// Adds a replacement as a suggestion.
    #[must_use]
    pub fn edit(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.edits.push(Edit { span, replacement: replacement.into() });
        self
    }
}
