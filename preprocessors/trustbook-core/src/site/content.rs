//! Entities of HTML, resolved.

/// Numeric entities, and the few with names that the renderer's serializer, Handlebars and writers of HTML use.
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
        let end = rest.bytes().take(LONGEST_ENTITY).position(|byte| byte == b';');
        match end.and_then(|end| Some((entity(&rest[1..end])?, end))) {
            Some((c, end)) => {
                output.push(c);
                rest = &rest[end + 1..];
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

/// The most bytes from `&` to `;`.
const LONGEST_ENTITY: usize = 12;

fn entity(name: &str) -> Option<char> {
    match name.strip_prefix('#') {
        Some(number) => {
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => number.parse(),
            };
            char::from_u32(code.ok()?)
        }
        None => Some(match name {
            "amp" => '&',
            "apos" => '\'',
            "gt" => '>',
            "lt" => '<',
            "nbsp" => '\u{a0}',
            "quot" => '"',
            _ => return None,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn entities_are_resolved_once() {
        let text = "a&amp;b &#x27;&#39;&#92;&nbsp;&amp;lt; &é; & &bogus; &#xFFFFFFFF;";
        assert_eq!(unescape(text), "a&b ''\\\u{a0}&lt; &é; & &bogus; &#xFFFFFFFF;");
    }
}
