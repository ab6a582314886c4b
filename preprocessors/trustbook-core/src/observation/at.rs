//! Reads an object in the JSON of an observation by its keys; the first mistake stops the reading.

use super::When;
use crate::json_tree::{JsonEntry, JsonNode, JsonValue};
use crate::span::{FileId, Span};
use crate::suggest::{listed, nearest};
use jiff::civil::Date;
use std::ops::Range;

/// An object, with the file that it is in.
#[derive(Clone, Copy)]
pub(super) struct ObservationObject<'n> {
    pub(super) file: FileId,
    pub(super) node: &'n JsonNode,
}

/// A mistake: its span, a phrase that describes it, and the action that fixes it.
pub(super) type ObservationMistake = (Span, String, String);

impl<'n> ObservationObject<'n> {
    pub(super) fn span(self) -> Span {
        Span::new(self.file, self.node.range.clone())
    }

    fn wrong(self, range: Range<usize>, why: String, help: &str) -> ObservationMistake {
        (Span::new(self.file, range), why, help.to_owned())
    }

    fn entries(self) -> Result<&'n [JsonEntry], ObservationMistake> {
        match &self.node.value {
            JsonValue::Map(entries) => Ok(entries),
            other => Err(self.wrong(
                self.node.range.clone(),
                format!("expected an object, found {}", other.words()),
                "write `{ ... }`",
            )),
        }
    }

    /// Rejects unknown keys.
    pub(super) fn only(self, known: &[&str]) -> Result<(), ObservationMistake> {
        for (key, range, _) in self.entries()? {
            if !known.contains(&key.as_str()) {
                let help = match nearest(key, known.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it takes {}", listed(known.iter().copied())),
                };
                return Err(self.wrong(range.clone(), format!("unknown key `{key}`"), &help));
            }
        }
        Ok(())
    }

    fn may(self, key: &str) -> Result<Option<&'n JsonNode>, ObservationMistake> {
        Ok(self.entries()?.iter().find(|(known, _, _)| known == key).map(|(_, _, node)| node))
    }

    fn need(self, key: &str) -> Result<&'n JsonNode, ObservationMistake> {
        let help = "write it: state what was not checked, do not omit it";
        self.may(key)?.ok_or_else(|| self.wrong(self.start(), format!("missing key `{key}`"), help))
    }

    /// Returns the range of the first character, so that a finding is no longer than its line.
    fn start(self) -> Range<usize> {
        self.node.range.start..(self.node.range.start + 1).min(self.node.range.end)
    }

    fn misfit<T>(self, key: &str, node: &JsonNode, wanted: &str) -> Result<T, ObservationMistake> {
        let why = format!("`{key}` is {}, not {wanted}", node.value.words());
        Err(self.wrong(node.range.clone(), why, &format!("write {wanted}")))
    }

    pub(super) fn text(self, key: &str) -> Result<String, ObservationMistake> {
        let node = self.need(key)?;
        match &node.value {
            JsonValue::Text(text) if !text.trim().is_empty() && !text.contains(char::is_control) => Ok(text.clone()),
            JsonValue::Text(_) => self.misfit(key, node, "text that is not empty and has no control characters"),
            _ => self.misfit(key, node, "text"),
        }
    }

    pub(super) fn span_of(self, key: &str) -> Result<Span, ObservationMistake> {
        Ok(Span::new(self.file, self.need(key)?.range.clone()))
    }

    /// Reads one of these words.
    pub(super) fn word(self, key: &str, words: &[&str]) -> Result<String, ObservationMistake> {
        let text = self.text(key)?;
        match words.contains(&text.as_str()) {
            true => Ok(text),
            false => {
                let help = match nearest(&text, words.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it can be {}", listed(words.iter().copied()).replace(" and ", " or ")),
                };
                Err(self.wrong(self.need(key)?.range.clone(), format!("`{key}` cannot be `{text}`"), &help))
            }
        }
    }

    /// Reads one of these words, or null.
    pub(super) fn word_or_null(self, key: &str, words: &[&str]) -> Result<Option<String>, ObservationMistake> {
        if self.need(key)?.value == JsonValue::Null { Ok(None) } else { self.word(key, words).map(Some) }
    }

    pub(super) fn flag(self, key: &str) -> Result<bool, ObservationMistake> {
        let node = self.need(key)?;
        match node.value {
            JsonValue::Bool(is) => Ok(is),
            _ => self.misfit(key, node, "true or false"),
        }
    }

    /// Reads a whole number that is at least `least`.
    pub(super) fn integer(self, key: &str, least: i64) -> Result<i64, ObservationMistake> {
        let node = self.need(key)?;
        match &node.value {
            JsonValue::Number(written) => match written.parse::<i64>() {
                Ok(number) if number >= least => Ok(number),
                _ => self.misfit(key, node, &format!("a whole number from {least} on")),
            },
            _ => self.misfit(key, node, "a whole number"),
        }
    }

    /// Reads seconds; null means until the browser is closed.
    pub(super) fn seconds(self, key: &str) -> Result<Option<i64>, ObservationMistake> {
        if self.need(key)?.value == JsonValue::Null { Ok(None) } else { self.integer(key, 0).map(Some) }
    }

    pub(super) fn day(self, key: &str) -> Result<Date, ObservationMistake> {
        let text = self.text(key)?;
        let range = self.need(key)?.range.clone();
        let help = "write the date, such as `2026-01-31`";
        let is_day = text.len() == 10;
        let day = text.parse().ok().filter(|_| is_day);
        day.ok_or_else(|| self.wrong(range, format!("`{key}` is not a date"), help))
    }

    pub(super) fn url(self, key: &str) -> Result<url::Url, ObservationMistake> {
        let text = self.text(key)?;
        let range = self.need(key)?.range.clone();
        let url = url::Url::parse(&text).ok().filter(|url| matches!(url.scheme(), "https" | "http") && url.has_host());
        let url = url.filter(|url| url.username().is_empty() && url.password().is_none());
        url.ok_or_else(|| {
            self.wrong(range, format!("`{key}` is not a web address"), "write the whole address, without a password")
        })
    }

    pub(super) fn when(self) -> Result<When, ObservationMistake> {
        self.word("when", &["after", "before"]).map(|word| phase(&word))
    }

    fn list(self, key: &str) -> Result<(&'n JsonNode, &'n [JsonNode]), ObservationMistake> {
        let node = self.need(key)?;
        match &node.value {
            JsonValue::List(items) => Ok((node, items)),
            _ => self.misfit(key, node, "a list"),
        }
    }

    /// Returns true if an optional key is present.
    pub(super) fn has(self, key: &str) -> bool {
        self.need(key).is_ok()
    }

    pub(super) fn texts(self, key: &str) -> Result<Vec<String>, ObservationMistake> {
        let (node, items) = self.list(key)?;
        let text = |item: &JsonNode| match &item.value {
            JsonValue::Text(text) => Ok(text.clone()),
            _ => self.misfit(key, node, "a list of texts"),
        };
        items.iter().map(text).collect()
    }

    /// Reads each object of a list.
    pub(super) fn each<T>(
        self,
        key: &str,
        read: impl Fn(ObservationObject<'n>) -> Result<T, ObservationMistake>,
    ) -> Result<Vec<T>, ObservationMistake> {
        self.list(key)?.1.iter().map(|node| read(ObservationObject { node, ..self })).collect()
    }
}

/// Returns the phase for a word; any word except `after` is `before`.
pub(super) fn phase(word: &str) -> When {
    if word == "after" { When::After } else { When::Before }
}
