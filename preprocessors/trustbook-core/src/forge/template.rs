//! Addresses of a forge that is not known, by a template of the book.

/// Says what is wrong with a template, in a phrase.
///
/// # Errors
/// Where a placeholder is not known, the commit is missing, or it is no web address.
pub fn check(template: &str) -> Result<(), String> {
    if template.contains("{commit}") { Ok(()) } else { Err("has no `{commit}`".to_owned()) }
}
