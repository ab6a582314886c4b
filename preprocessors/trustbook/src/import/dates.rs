//! Days in a text, such as `May 3, 2023`, and the line that says when the text was last changed.

use super::page::{Content, Part};
use jiff::civil::Date;
use std::ops::Range;
use trustbook_core::pattern::Pattern;
use trustbook_core::prose::token::{self, TokenKind};

static UPDATED: Pattern = Pattern::new(
    r"(?i)^(?:this (?:page|list|policy|document) was )?(?:last )?(?:updated?|modified|revised|changed|reviewed|stand|aktualisiert|mise à jour|actualizado)(?: on| as of| am| le| el)?\s*[:\-–]?\s*(.+?)\.?$",
);

/// Returns the day that a text is, if it is certain.
pub(super) fn day(text: &str) -> Option<Date> {
    if let Some(Ok(date)) = text.get(..10).map(str::parse) {
        return Some(date);
    }
    match token::find(text).as_slice() {
        [only] if only.range.len() == text.trim().len() => match only.kind {
            TokenKind::Date(day) => day,
            _ => None,
        },
        _ => None,
    }
}

/// Returns the day of a page that says when it was last changed, and the bytes of that line.
pub(super) fn updated(parts: &[Part]) -> Option<(Date, Range<usize>)> {
    parts.iter().find_map(|part| {
        let Content::Paragraph(cell) = &part.content else { return None };
        let captures = UPDATED.captures(cell.text.trim())?;
        Some((day(captures.get(1)?.as_str().trim())?, part.range.clone()))
    })
}

#[cfg(test)]
mod tests {
    use super::super::page;
    use super::*;

    #[test]
    fn the_day_of_a_page_is_read_where_it_is_certain() {
        let on = |text: &str| updated(&page::read(text)).map(|(day, _)| day.to_string());
        for text in ["*Last updated: May 3, 2023*", "Last updated on 3 May 2023.", "Updated 2023-05-03"] {
            assert_eq!(on(text).as_deref(), Some("2023-05-03"), "{text}");
        }
        for text in [
            "Last updated: 03/05/2023",
            "We updated our servers on May 3, 2023 and more.",
            "Updated weekly",
            "Effective date: 2023-05-03",
        ] {
            assert_eq!(on(text), None, "{text}");
        }
    }
}
