//! A parsed table of the lock: reads its keys, and reports anything that `refresh` would not write.

use super::LockProblem;
use crate::forge::Lines;
use crate::span::{FileId, Span};
use crate::toml_tree::{TomlNode, day_of, kind_of, span_of, text_of};
use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

/// A parsed table of the lock, with its file and span.
#[derive(Clone, Copy)]
pub(super) struct LockTable<'t> {
    pub(super) file: FileId,
    /// The byte offset in the file at which the parsed text begins.
    pub(super) offset: usize,
    pub(super) table: &'t DeTable<'t>,
    pub(super) span: Span,
}

impl<'t> LockTable<'t> {
    pub(super) fn wrong(self, what: String) -> LockProblem {
        LockProblem::Misshapen { span: self.span, what }
    }

    pub(super) fn only(self, known: &[&str]) -> Result<(), LockProblem> {
        match self.table.iter().find(|(key, _)| !known.contains(&key.get_ref().as_ref())) {
            Some((key, _)) => {
                let what = format!("it has a key `{}` that `refresh` does not write", key.get_ref());
                Err(LockProblem::Misshapen { span: self.place(key), what })
            }
            None => Ok(()),
        }
    }

    pub(super) fn span_of(self, key: &str) -> Span {
        self.table.get(key).map_or(self.span, |node| self.place(node))
    }

    /// Returns the span of a key or a value in the whole file.
    fn place<T>(self, node: &toml::Spanned<T>) -> Span {
        let span = span_of(self.file, node);
        Span::new(self.file, self.offset + span.start..self.offset + span.end)
    }

    fn misfit(self, key: &str, node: &TomlNode<'_>, wanted: &str) -> LockProblem {
        let what = format!("its `{key}` is {}, not {wanted}", kind_of(node.get_ref()));
        LockProblem::Misshapen { span: self.place(node), what }
    }

    pub(super) fn may(self, key: &str) -> Result<Option<String>, LockProblem> {
        match self.table.get(key) {
            None => Ok(None),
            Some(node) => text_of(node).map(|text| Some(text.to_owned())).ok_or_else(|| self.misfit(key, node, "text")),
        }
    }

    pub(super) fn text(self, key: &str) -> Result<String, LockProblem> {
        self.may(key)?.ok_or_else(|| self.wrong(format!("it has no `{key}`")))
    }

    pub(super) fn texts(self, key: &str) -> Result<Vec<String>, LockProblem> {
        let Some(node) = self.table.get(key) else { return Ok(Vec::new()) };
        let DeValue::Array(items) = node.get_ref() else { return Err(self.misfit(key, node, "a list")) };
        items
            .iter()
            .map(|item| text_of(item).map(str::to_owned).ok_or_else(|| self.misfit(key, item, "text")))
            .collect()
    }

    pub(super) fn number(self, key: &str) -> Result<Option<usize>, LockProblem> {
        let Some(node) = self.table.get(key) else { return Ok(None) };
        number(node).map(Some).ok_or_else(|| self.misfit(key, node, "a number of this kind"))
    }

    pub(super) fn lines(self) -> Result<Lines, LockProblem> {
        let both = match self.table.get("lines").map(toml::Spanned::get_ref) {
            Some(DeValue::Array(items)) => items.iter().map(number).collect::<Option<Vec<usize>>>(),
            _ => None,
        };
        match both.as_deref() {
            Some([first, last]) if *first >= 1 && first <= last => Ok(Lines { first: *first, last: *last }),
            _ => Err(self.wrong("it has no `lines` from a first to a last".to_owned())),
        }
    }

    pub(super) fn date(self, key: &str) -> Result<Date, LockProblem> {
        let day = match self.table.get(key).map(toml::Spanned::get_ref) {
            Some(DeValue::Datetime(datetime)) => day_of(datetime),
            _ => None,
        };
        day.ok_or_else(|| self.wrong(format!("it has no `{key}` with a date")))
    }

    /// Returns the tables under a key, which holds one table or a list of them; empty if the key is missing.
    pub(super) fn tables(self, key: &str) -> Result<Vec<LockTable<'t>>, LockProblem> {
        let Some(node) = self.table.get(key) else { return Ok(Vec::new()) };
        let within = |node: &'t TomlNode<'t>| match node.get_ref() {
            DeValue::Table(table) => Ok(LockTable { table, span: self.place(node), ..self }),
            _ => Err(self.misfit(key, node, "a table")),
        };
        match node.get_ref() {
            DeValue::Array(items) => items.iter().map(within).collect(),
            _ => Ok(vec![within(node)?]),
        }
    }

    pub(super) fn each<T>(
        self,
        key: &str,
        read: fn(LockTable<'_>) -> Result<T, LockProblem>,
    ) -> Result<Vec<T>, LockProblem> {
        self.tables(key)?.into_iter().map(read).collect()
    }
}

fn number(node: &TomlNode<'_>) -> Option<usize> {
    match node.get_ref() {
        DeValue::Integer(number) => usize::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    }
}
