//! The keys at the top of a file, found without reading all of it as a tree.

/// The keys at the top of a JSON or YAML file, each with the beginning of its value.
#[derive(Debug)]
pub(in crate::schema) struct Top<'t>(Vec<(&'t str, &'t str)>);

/// The maximum number of keys that are read. A schema has fewer at its top.
const MOST: usize = 1000;

impl<'t> Top<'t> {
    /// Returns the keys of a text; none if it is neither an object nor a block of YAML.
    pub(in crate::schema) fn of(text: &'t str) -> Self {
        let text = text.trim_start_matches('\u{feff}');
        match text.trim_start().starts_with('{') {
            true => Top(of_json(text)),
            false => Top(of_yaml(text)),
        }
    }

    /// Returns true if a key is present.
    pub(in crate::schema) fn has(&self, key: &str) -> bool {
        self.value(key).is_some()
    }

    /// Returns the beginning of a key's value, up to the end of its line.
    pub(in crate::schema) fn value(&self, key: &str) -> Option<&'t str> {
        let (_, value) = self.0.iter().find(|(known, _)| *known == key)?;
        Some(value.lines().next().unwrap_or_default().trim())
    }
}

/// Returns the keys of the outermost object: texts directly in it that are followed by a colon.
fn of_json(text: &str) -> Vec<(&str, &str)> {
    let bytes = text.as_bytes();
    let mut keys = Vec::new();
    let (mut at, mut depth) = (0, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => {
                let start = at + 1;
                at = end_of_text(bytes, start);
                if let (1, Some(key), Some(rest)) = (depth, text.get(start..at), text.get(at + 1..)) {
                    keys.extend(rest.trim_start().strip_prefix(':').map(|value| (key, value.trim_start())));
                }
            }
            _ => {}
        }
        if keys.len() >= MOST {
            break;
        }
        at += 1;
    }
    keys
}

/// Returns the position of the quotation mark that ends a text.
fn end_of_text(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Returns the keys of the outermost block, which are at the beginning of their lines.
fn of_yaml(text: &str) -> Vec<(&str, &str)> {
    let lines = text.lines().take_while(|line| !line.starts_with("..."));
    let lines = lines.filter(|line| !line.starts_with([' ', '\t', '#', '-', '%', '[', ']', '}', '&', '*', '!']));
    let split = lines.filter_map(|line| {
        let quote = line.chars().next().filter(|c| matches!(c, '"' | '\''));
        let (key, rest) = match quote {
            Some(quote) => line.get(1..)?.split_once(quote)?,
            None => line.find(':').and_then(|at| Some((line.get(..at)?, line.get(at..)?)))?,
        };
        let rest = rest.trim_start().strip_prefix(':')?;
        (rest.is_empty() || rest.starts_with([' ', '\t'])).then_some((key.trim_end(), rest.trim()))
    });
    split.take(MOST).collect()
}
