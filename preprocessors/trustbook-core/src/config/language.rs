//! Language tags (BCP 47), as far as a book needs them.

/// Names of languages that authors write instead of a tag, each with its tag.
const NAMES: &[(&str, &str)] = &[
    ("chinese", "zh"),
    ("deutsch", "de"),
    ("dutch", "nl"),
    ("english", "en"),
    ("español", "es"),
    ("français", "fr"),
    ("french", "fr"),
    ("german", "de"),
    ("italian", "it"),
    ("italiano", "it"),
    ("japanese", "ja"),
    ("nederlands", "nl"),
    ("polski", "pl"),
    ("portuguese", "pt"),
    ("português", "pt"),
    ("spanish", "es"),
    ("svenska", "sv"),
];

/// Returns true for a tag in the form of RFC 5646, section 2.1: a language of two or three letters, and parts of up to
/// eight letters and digits. No registered language has more letters.
pub fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.bytes().all(|byte| byte.is_ascii_alphabetic())
        && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Returns the tag of a language by its name.
pub(super) fn named(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase();
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, tag)| *tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_told_from_names() {
        for tag in ["de", "en-GB", "zh-Hant-TW", "gsw", "de-CH-1996", "sl-rozaj-biske"] {
            assert!(is_language_tag(tag), "{tag}");
        }
        for text in [
            "",
            "English, German",
            "en\nContact: x",
            "123",
            "Deutsch",
            "en_US",
            "e",
            "de-",
            "-de",
            "english",
            "de-toolongpart",
        ] {
            assert!(!is_language_tag(text), "{text}");
        }
        assert_eq!((named("Deutsch"), named("Klingon")), (Some("de"), None));
    }
}
