//! Types of SQL databases that can hold anything.

use super::FieldContent;

/// Types that can hold anything, in lower case and without brackets.
const OPAQUE: &[&str] = &[
    "array",
    "binary",
    "binary varying",
    "blob",
    "bytea",
    "bytes",
    "hstore",
    "image",
    "json",
    "jsonb",
    "long raw",
    "longblob",
    "map",
    "mediumblob",
    "nested",
    "object",
    "raw",
    "record",
    "sql_variant",
    "struct",
    "super",
    "tinyblob",
    "tuple",
    "varbinary",
    "variant",
    "xml",
    "xmltype",
];

/// Returns the kind of content that a type allows.
pub(super) fn content(ty: &str) -> FieldContent {
    let words = ty.trim().to_ascii_lowercase();
    let end = words.find(['(', '<']).unwrap_or(words.len());
    let words = words.get(..end).unwrap_or_default().trim();
    if OPAQUE.contains(&words) { FieldContent::Opaque } else { FieldContent::Plain }
}

/// Returns a type without the brackets of an array, and true if it had them.
pub(super) fn without_list(ty: &str) -> (&str, bool) {
    let whole = ty.trim();
    let mut base = whole;
    while let Some((before, size)) = base.strip_suffix(']').and_then(|rest| rest.rsplit_once('['))
        && size.bytes().all(|byte| byte.is_ascii_digit())
        && !before.is_empty()
    {
        base = before.trim_end();
    }
    (base, base.len() < whole.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_that_hold_anything_are_known() {
        assert!(OPAQUE.is_sorted());
        for ty in ["json", "JSONB", "varbinary(max)", "map<string,string>", "bytea", "Nested(a String)"] {
            assert_eq!(content(ty), FieldContent::Opaque, "{ty}");
        }
        for ty in ["varchar(255)", "text", "int", "timestamp with time zone", "enum('json')", ""] {
            assert_eq!(content(ty), FieldContent::Plain, "{ty}");
        }
        assert_eq!(without_list("text[]"), ("text", true));
        assert_eq!(without_list("varchar(20)[][3]"), ("varchar(20)", true));
        assert_eq!(without_list("int4[]"), ("int4", true));
        assert_eq!(without_list("int"), ("int", false));
        assert_eq!(without_list("[]"), ("[]", false));
    }
}
