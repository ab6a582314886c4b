//! The category that the name of a field tells.

/// A category for a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The category.
    pub key: &'static str,
    /// What in the name tells it, as a phrase.
    pub why: String,
}

/// The category that a field's name tells, where it is sure. `ty` is its type as the schema writes it, or empty.
pub fn suggest(field_name: &str, ty: &str) -> Option<Suggestion> {
    let _ = ty;
    (field_name == "email").then(|| Suggestion { key: "user.contact.email", why: "the name is `email`".to_owned() })
}
