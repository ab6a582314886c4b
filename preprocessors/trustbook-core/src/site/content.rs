//! Entities of HTML, resolved.

use web_atoms::NAMED_ENTITIES;

/// The value of an attribute, or a text, with all entities of HTML resolved (HTML, 13.2.5.72 to 13.2.5.80).
pub(super) fn unescape(text: impl Into<String>) -> String {
    let text = text.into();
    // Most have none.
    if !text.contains('&') {
        return text;
    }
    let mut output = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('&') {
        output.push_str(&rest[..at]);
        rest = &rest[at..];
        match number(rest).or_else(|| named(rest, &mut output)) {
            Some((c, length)) => {
                output.extend(c);
                rest = &rest[length..];
            }
            None => {
                output.push('&');
                rest = &rest[1..];
            }
        }
    }
    output.push_str(rest);
    output
}

/// The character of `&#106;` or `&#x6a` at the start of a text, and the length of that. A semicolon may be left out, and
/// zeros may stand in front.
fn number(text: &str) -> Option<(Option<char>, usize)> {
    let digits = text.strip_prefix("&#")?;
    let (radix, digits) = match digits.strip_prefix(['x', 'X']) {
        Some(digits) => (16, digits),
        None => (10, digits),
    };
    let count = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
    if count == 0 {
        return None;
    }
    let code = u32::from_str_radix(&digits[..count], radix).ok();
    let end = text.len() - digits.len() + count;
    let end = end + usize::from(text[end..].starts_with(';'));
    Some((Some(code.and_then(char::from_u32).filter(|c| *c != '\0').unwrap_or('\u{fffd}')), end))
}

/// Writes what a named entity at the start of a text stands for, and gives its length. Names of old may stand without
/// their semicolon, but not before what could go on in an address: `?a=1&copy=2`.
fn named(text: &str, output: &mut String) -> Option<(Option<char>, usize)> {
    let mut found = None;
    let ends = text.char_indices().skip(2).map(|(at, _)| at).chain(std::iter::once(text.len()));
    for end in ends {
        // The map has every beginning of a name as well, with nothing behind it.
        let Some((first, second)) = NAMED_ENTITIES.get(text.get(1..end)?) else { break };
        if *first != 0 {
            found = Some((end, *first, *second));
        }
    }
    let (end, first, second) = found?;
    let is_open = !text[..end].ends_with(';');
    if is_open && text[end..].starts_with(|c: char| c == '=' || c.is_ascii_alphanumeric()) {
        return None;
    }
    output.extend(char::from_u32(first));
    Some((char::from_u32(second).filter(|c| *c != '\0'), end))
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn entities_are_resolved_once() {
        let text = "a&amp;b &#x27;&#39;&#92;&nbsp;&amp;lt; &é; & &bogus; &#xFFFFFFFF;";
        assert_eq!(unescape(text), "a&b ''\\\u{a0}&lt; &é; & &bogus; \u{fffd}");
        let text =
            "java&Tab;script&colon;&lpar; &#106avascript &#x0000000000006A; &lt &copy ?a&copy=1&ampx &NotEqualTilde; &";
        assert_eq!(unescape(text), "java\tscript:( javascript j < © ?a&copy=1&ampx \u{2242}\u{338} &");
    }
}
