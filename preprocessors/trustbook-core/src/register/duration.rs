//! Spans of time in human notation: `30 days`, `30d` or `P30D`.

/// Reads a positive span of time with its unit.
///
/// # Errors
/// Returns a phrase that describes the problem.
pub(super) fn read(text: &str) -> Result<jiff::SpanFieldwise, &'static str> {
    match text.parse::<jiff::Span>() {
        Ok(span) if span.signum() > 0 => Ok(span.fieldwise()),
        Ok(_) => Err("must be longer than zero"),
        Err(error) if error.is_range() => Err("is too long for the calendar"),
        Err(_) => Err("is not a duration"),
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn what_is_no_duration_is_told_apart() {
        for text in ["30 days", "30d", "P30D", "1 year", "1.5 hours"] {
            assert!(read(text).is_ok(), "{text}");
        }
        for text in ["-3 days", "3 days ago", "0 days"] {
            assert_eq!(read(text), Err("must be longer than zero"), "{text}");
        }
        for text in ["99999999 years", "2147483648 days"] {
            assert_eq!(read(text), Err("is too long for the calendar"), "{text}");
        }
        for text in ["1e9 days", "soon", "", "99999999999999999999 days"] {
            assert_eq!(read(text), Err("is not a duration"), "{text}");
        }
    }
}
