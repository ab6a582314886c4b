//! JSON with positions (RFC 8259), for files that people review: a duplicate key is refused.

use std::collections::BTreeSet;
use std::ops::Range;

/// A value with its position.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct JsonNode {
    /// The value.
    pub(crate) value: JsonValue,
    /// The bytes in the text.
    pub(crate) range: Range<usize>,
}

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum JsonValue {
    /// `null`.
    Null,
    /// True or false.
    Bool(bool),
    /// A number in its original notation.
    Number(String),
    /// A text.
    Text(String),
    /// Values in order.
    List(Vec<JsonNode>),
    /// Keys in order, each with its position and its value.
    Map(Vec<JsonEntry>),
}

/// A key, its bytes in the text, and its value.
pub(crate) type JsonEntry = (String, Range<usize>, JsonNode);

/// A mistake and its position.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonFault {
    /// A phrase that describes it.
    pub(crate) why: String,
    /// The bytes in the text.
    pub(crate) range: Range<usize>,
}

/// The deepest nesting of lists and maps.
const DEEPEST: usize = 32;

/// Parses a text as one value.
///
/// # Errors
/// Returns the first mistake.
pub(crate) fn parse(text: &str) -> Result<JsonNode, JsonFault> {
    let mut reader = JsonParser { text, at: 0, depth: 0 };
    let node = reader.value()?;
    reader.space();
    if reader.at < text.len() { Err(reader.fault("there is more after the value")) } else { Ok(node) }
}

impl JsonValue {
    /// The kind of value in words.
    pub(crate) fn words(&self) -> &'static str {
        match self {
            JsonValue::Null => "null",
            JsonValue::Bool(_) => "true or false",
            JsonValue::Number(_) => "a number",
            JsonValue::Text(_) => "text",
            JsonValue::List(_) => "a list",
            JsonValue::Map(_) => "an object",
        }
    }
}

struct JsonParser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

impl JsonParser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn fault(&self, why: impl Into<String>) -> JsonFault {
        let end = self.rest().chars().next().map_or(self.at, |c| self.at + c.len_utf8());
        JsonFault { why: why.into(), range: self.at..end }
    }

    fn space(&mut self) {
        self.at += self.rest().bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
    }

    /// Consumes the next character if it is this one, and returns true if it was.
    fn takes(&mut self, c: char) -> bool {
        let is_next = self.rest().starts_with(c);
        self.at += if is_next { c.len_utf8() } else { 0 };
        is_next
    }

    fn value(&mut self) -> Result<JsonNode, JsonFault> {
        self.space();
        let start = self.at;
        let value = match self.rest().bytes().next() {
            None => return Err(self.fault("the file ends where a value should be")),
            Some(b'{') => self.nested(Self::map)?,
            Some(b'[') => self.nested(Self::list)?,
            Some(b'"') => JsonValue::Text(self.text()?),
            Some(b'-' | b'0'..=b'9') => self.number()?,
            Some(_) => self.word()?,
        };
        Ok(JsonNode { value, range: start..self.at })
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<JsonValue, JsonFault>) -> Result<JsonValue, JsonFault> {
        if self.depth == DEEPEST {
            return Err(self.fault(format!("lists and objects are nested more than {DEEPEST} deep")));
        }
        self.depth += 1;
        self.at += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn word(&mut self) -> Result<JsonValue, JsonFault> {
        let known = [("null", JsonValue::Null), ("true", JsonValue::Bool(true)), ("false", JsonValue::Bool(false))];
        match known.into_iter().find(|(word, _)| self.rest().starts_with(word)) {
            Some((word, value)) => {
                self.at += word.len();
                Ok(value)
            }
            None => Err(self.fault("this is not a JSON value")),
        }
    }

    fn number(&mut self) -> Result<JsonValue, JsonFault> {
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
        let written: String = self.rest().bytes().take_while(|byte| is_part(byte)).map(char::from).collect();
        if serde_json::from_str::<serde_json::Number>(&written).is_err() {
            return Err(JsonFault { why: "this is not a number".to_owned(), range: self.at..self.at + written.len() });
        }
        self.at += written.len();
        Ok(JsonValue::Number(written))
    }

    fn text(&mut self) -> Result<String, JsonFault> {
        let start = self.at;
        let mut escaped = false;
        for (offset, c) in self.rest().char_indices().skip(1) {
            match c {
                '"' if !escaped => {
                    let range = start..start + offset + 1;
                    self.at = range.end;
                    let written = self.text.get(range.clone()).unwrap_or_default();
                    let wrong = |_| JsonFault { why: "this is not a valid JSON string".to_owned(), range };
                    return serde_json::from_str(written).map_err(wrong);
                }
                '\n' => break,
                c => escaped = c == '\\' && !escaped,
            }
        }
        Err(self.fault("this string is not closed"))
    }

    fn list(&mut self) -> Result<JsonValue, JsonFault> {
        let mut items = Vec::new();
        self.space();
        if self.takes(']') {
            return Ok(JsonValue::List(items));
        }
        loop {
            items.push(self.value()?);
            self.space();
            if self.takes(']') {
                return Ok(JsonValue::List(items));
            }
            if !self.takes(',') {
                return Err(self.fault("a comma or the end of the list is missing"));
            }
        }
    }

    fn map(&mut self) -> Result<JsonValue, JsonFault> {
        let mut entries: Vec<JsonEntry> = Vec::new();
        let mut seen = BTreeSet::new();
        self.space();
        if self.takes('}') {
            return Ok(JsonValue::Map(entries));
        }
        loop {
            self.space();
            let start = self.at;
            if !self.rest().starts_with('"') {
                return Err(self.fault("a key in quotes is missing"));
            }
            let key = self.text()?;
            let range = start..self.at;
            if !seen.insert(key.clone()) {
                return Err(JsonFault { why: format!("the key `{key}` appears twice in one object"), range });
            }
            self.space();
            if !self.takes(':') {
                return Err(self.fault("a colon is missing after the key"));
            }
            entries.push((key, range, self.value()?));
            self.space();
            if self.takes('}') {
                return Ok(JsonValue::Map(entries));
            }
            if !self.takes(',') {
                return Err(self.fault("a comma or the end of the object is missing"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_places() {
        let node = parse(" {\"a\": [1.5, \"x\\\"y\"], \"b\": null}\n").unwrap();
        let JsonValue::Map(entries) = &node.value else { panic!("{node:?}") };
        assert_eq!((entries[0].0.as_str(), entries[0].1.clone()), ("a", 2..5));
        let JsonValue::List(items) = &entries[0].2.value else { panic!("{node:?}") };
        assert_eq!(items[1].value, JsonValue::Text("x\"y".to_owned()));
        assert_eq!(entries[1].2.value, JsonValue::Null);
    }

    #[test]
    fn what_is_no_json_is_refused_at_its_place() {
        for (text, why) in [
            ("", "ends"),
            ("{\"a\": 1, \"a\": 2}", "twice"),
            ("[1, ]", "not a JSON value"),
            ("[1] 2", "more after"),
            ("{a: 1}", "key in quotes"),
            ("{\"a\" 1}", "colon"),
            ("{\"a\": 1 \"b\": 2}", "comma"),
            ("\"a", "not closed"),
            ("\"\\q\"", "not a valid JSON string"),
            ("01", "not a number"),
            ("[1, // no\n 2]", "not a JSON value"),
            ("NaN", "not a JSON value"),
        ] {
            let fault = parse(text).unwrap_err();
            assert!(fault.why.contains(why), "{text}: {fault:?}");
            assert!(fault.range.end <= text.len());
        }
        assert!(parse(&"[".repeat(100_000)).unwrap_err().why.contains("deep"));
        assert!(parse(&format!("{}1{}", "[".repeat(32), "]".repeat(32))).is_ok());
    }
}
