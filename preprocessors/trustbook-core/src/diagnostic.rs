//! A finding as data: what is wrong, where, why, and how to mend it.

use crate::span::{Position, Span, floor};

/// How a finding is treated, set for each check in book.toml.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Not reported.
    Allow,
    /// Reported; the site is still published.
    Warn,
    /// Reported; nothing is published.
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

    /// What a report calls it: `error` or `warning`.
    pub fn word(self) -> &'static str {
        match self {
            Level::Deny => "error",
            Level::Warn | Level::Allow => "warning",
        }
    }
}

/// Where a finding stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// At a range of a source file.
    At(Span),
    /// Somewhere in a file, relative to the book, of which the line is not known.
    File(String),
    /// At a line of a file that is published as it is and is no source.
    InFile {
        /// The path, relative to the book.
        path: String,
        /// Where it begins.
        position: Position,
    },
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Place::At(span)
    }
}

/// A second place that explains the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What stands there.
    pub text: String,
}

/// A replacement that mends the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// With what.
    pub replacement: String,
}

/// Whether an edit can be made without a look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fix {
    /// The writer has to decide.
    Suggested,
    /// The page reads the same afterwards; `check --fix` makes it.
    Safe,
}

/// The longest text of a finding, in bytes: what it quotes from a book can be of any length.
const LONGEST: usize = 1000;

fn shortened(mut text: String) -> String {
    if text.len() > LONGEST {
        text.truncate(floor(&text, LONGEST));
        text.push('…');
    }
    text
}

/// One finding of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The check's name, in kebab-case.
    pub check: &'static str,
    /// The level; the sink sets it from the check and book.toml.
    pub level: Level,
    /// Why the level is what it is, where a book changed it or a date caused it.
    pub level_reason: Option<String>,
    /// One lower-case phrase without a full stop.
    pub message: String,
    /// Where.
    pub place: Place,
    /// What an exception can name it by, besides its place.
    pub names: Vec<String>,
    /// Whether the calendar alone can have caused it: then it warns, unless the book sets a level for its check.
    pub by_calendar: bool,
    /// What to say at the place itself.
    pub label: Option<String>,
    /// Other places that explain it.
    pub labels: Vec<Label>,
    /// What to do. A draft has more than one line.
    pub help: Vec<String>,
    /// Edits that mend it; all of them together are one suggestion.
    pub edits: Vec<Edit>,
    /// Whether the edits can be made without a look at them.
    pub fix: Fix,
}

impl Diagnostic {
    /// A finding with a message at a place; the sink fills in check and level.
    pub fn new(place: impl Into<Place>, message: impl Into<String>) -> Self {
        Diagnostic {
            check: "",
            level: Level::Deny,
            level_reason: None,
            message: shortened(message.into()),
            place: place.into(),
            names: Vec::new(),
            by_calendar: false,
            label: None,
            labels: Vec::new(),
            help: Vec::new(),
            edits: Vec::new(),
            fix: Fix::Suggested,
        }
    }

    /// Says something at the place itself.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.label = Some(shortened(text.into()));
        self
    }

    /// Says what an exception can name it by, besides its place.
    #[must_use]
    pub fn named(mut self, names: Vec<String>) -> Self {
        self.names = names;
        self
    }

    /// Says that the calendar alone caused it.
    #[must_use]
    pub fn by_calendar(mut self) -> Self {
        self.by_calendar = true;
        self
    }

    /// Points at a second place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: shortened(text.into()) });
        self
    }

    /// Says what to do, on one line: what a name brings along makes no line of its own.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(shortened(text.into()).replace(['\n', '\r'], " "));
        self
    }

    /// Says what to do with lines that can be copied. The lines have to be safe: names in them are escaped.
    #[must_use]
    pub fn draft(mut self, text: &str, lines: &[String]) -> Self {
        self.help.push(shortened(format!("{text}\n{}", lines.join("\n"))));
        self
    }

    /// The lines of what to do; only a draft has more than one.
    pub fn help_lines(&self) -> impl Iterator<Item = &str> {
        self.help.iter().flat_map(|help| help.split('\n'))
    }

    /// Adds a replacement after which the page reads the same.
    #[must_use]
    pub fn fix(self, span: Span, replacement: impl Into<String>) -> Self {
        Diagnostic { fix: Fix::Safe, ..self.edit(span, replacement) }
    }

    /// Suggests a replacement.
    #[must_use]
    pub fn edit(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.edits.push(Edit { span, replacement: replacement.into() });
        self
    }
}
