//! Writers for the TOML of the lock; a string is always on one line, whatever it contains.

use std::fmt::Write;

/// Writes a key and its text on a line.
pub(super) fn put(text: &mut String, key: &str, value: &str) {
    text.push_str(key);
    text.push_str(" = ");
    quoted(text, value);
    text.push('\n');
}

/// Writes a list of tables, one on each line; writes nothing if the list is empty.
pub(super) fn list<T>(
    text: &mut String,
    key: &str,
    items: impl IntoIterator<Item = T>,
    write: impl Fn(&mut String, T),
) {
    let mut items = items.into_iter().peekable();
    if items.peek().is_none() {
        return;
    }
    text.push_str(key);
    text.push_str(" = [\n");
    for item in items {
        text.push_str("  { ");
        write(text, item);
        text.push_str(" },\n");
    }
    text.push_str("]\n");
}

/// Writes a list of texts on one line.
pub(super) fn quoted_list<'i>(text: &mut String, items: impl Iterator<Item = &'i str>) {
    text.push('[');
    for (at, item) in items.enumerate() {
        text.push_str(if at == 0 { "" } else { ", " });
        quoted(text, item);
    }
    text.push(']');
}

/// Writes a TOML 1.0 string: a literal one if that saves escapes, otherwise a basic one.
pub(super) fn quoted(text: &mut String, value: &str) {
    let is_plain = |c: char| !c.is_control() && !matches!(c, '"' | '\\');
    if value.chars().all(is_plain) {
        text.push('"');
        text.push_str(value);
        text.push('"');
    } else if value.chars().all(|c| !c.is_control() && c != '\'') {
        text.push('\'');
        text.push_str(value);
        text.push('\'');
    } else {
        text.push('"');
        for c in value.chars() {
            match c {
                '"' | '\\' => text.extend(['\\', c]),
                c if c.is_control() => drop(write!(text, "\\u{:04X}", u32::from(c))),
                c => text.push(c),
            }
        }
        text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn every_text_is_on_one_line_and_read_as_it_was() {
        for text in
            ["", "a", "Unsupported(\"x\")", "c:\\d", "it's \"so\"", "a\n[[schema.table]]\r\tb", "\u{7f}\0\u{85}ä🦀"]
        {
            let mut written = String::new();
            quoted(&mut written, text);
            assert_eq!(written.lines().count(), 1, "{written}");
            let read: toml::Table = format!("a = {written}").parse().unwrap();
            assert_eq!(read["a"].as_str(), Some(text), "{written}");
        }
        let mut written = String::new();
        quoted(&mut written, "Unsupported(\"x\")");
        assert_eq!(written, "'Unsupported(\"x\")'");
    }
}
