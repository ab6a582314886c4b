//! Categories of data: the keys of fideslang, with the words that readers see.
//!
//! A key is a path from the general to the specific, such as `user.contact.email`. A vendor may extend a known key, as
//! fideslang allows: `user.contact.email.work`.

mod suggest;

use crate::suggest::nearest;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use suggest::{Suggestion, suggest};

/// The reason why a key is not a category.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The key that was probably meant.
    pub nearest: Option<String>,
}

struct Category {
    words: String,
    special: Option<String>,
}

const DATA: &str = include_str!("../../data/fideslang.toml");

static CATEGORIES: LazyLock<BTreeMap<String, Category>> = LazyLock::new(|| {
    let data: toml::Table = DATA.parse().unwrap_or_default();
    let entries = data.get("categories").and_then(toml::Value::as_table).into_iter().flatten();
    let text = |about: &toml::Value, key: &str| Some(about.get(key)?.as_str()?.to_owned());
    entries
        .filter_map(|(key, about)| {
            Some((key.clone(), Category { words: text(about, "words")?, special: text(about, "special") }))
        })
        .collect()
});

/// The longest key that is read, in bytes.
const LONGEST: usize = 200;

/// Returns the known keys, sorted.
pub fn known() -> impl Iterator<Item = &'static str> {
    CATEGORIES.keys().map(String::as_str)
}

/// Returns the day of the list; later additions to fideslang are not in it.
pub fn checked() -> Option<Date> {
    let data: toml::Table = DATA.parse().ok()?;
    data.get("checked")?.as_datetime()?.to_string().parse().ok()
}

/// Returns the words that readers see for a key: "e-mail address".
///
/// A key below a known one adds its own last part: "e-mail address (work)". `None` for a key that [`check`] rejects.
pub fn words(key: &str) -> Option<String> {
    check(key).ok()?;
    let (parent, category) = nearest_known(key)?;
    let own = key.get(parent.len()..)?.rsplit('.').next().unwrap_or_default();
    match own {
        "" => Some(category.words.clone()),
        own => Some(format!("{} ({})", category.words, own.replace('_', " "))),
    }
}

/// Checks that a key is a category: a known key, or one below a known key.
///
/// Parts consist of lower-case letters, digits and `_`. The first part below a known key is taken as a misspelling of a
/// part that fideslang has there in three cases: it is almost the same (`user.contact.emial`), it is a shorter form
/// (`user.contact.phone`), or fideslang has it deeper (`user.email`).
///
/// # Errors
/// The key is not a category; the error has the known key that was probably meant.
pub fn check(key: &str) -> Result<(), Unknown> {
    if key.len() > LONGEST {
        return Err(Unknown { nearest: None });
    }
    let plain = |part: &str| !part.is_empty() && part.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    if !key.split('.').all(plain) {
        let mended = key.trim().to_lowercase().replace(['-', ' '], "_");
        let parts: Vec<&str> = mended.split('.').filter(|part| plain(part)).collect();
        return Err(Unknown { nearest: meant(&parts.join(".")) });
    }
    match nearest_known(key) {
        Some((known, _)) if known.len() == key.len() || misspelt(key, known).is_none() => Ok(()),
        _ => Err(Unknown { nearest: meant(key) }),
    }
}

/// Returns true if a category is of personal data: `user` and everything below it.
pub fn is_personal(key: &str) -> bool {
    within(key, "user")
}

/// Returns true if a category is `ancestor`, or lies below it.
pub fn within(key: &str, ancestor: &str) -> bool {
    key.strip_prefix(ancestor).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Returns the words of Article 9(1) of the GDPR for a category, as far as its key shows them: "data concerning
/// health".
///
/// Such data needs a ground of Article 9(2) besides one of Article 6.
pub fn special(key: &str) -> Option<&'static str> {
    nearest_known(key)?.1.special.as_deref()
}

/// Returns the known key that a key is or lies below.
fn nearest_known(key: &str) -> Option<(&'static str, &'static Category)> {
    let mut at = key;
    loop {
        if let Some((known, category)) = CATEGORIES.get_key_value(at) {
            return Some((known, category));
        }
        at = at.rsplit_once('.')?.0;
    }
}

/// Returns the known key that a key was probably meant to be, or to lie below.
fn meant(key: &str) -> Option<String> {
    let mut key = key.to_owned();
    // Each turn corrects one part, and no known key has more parts than there are turns.
    for _ in 0..4 {
        let Some((known, _)) = nearest_known(&key) else {
            return nearest(&key, known()).map(str::to_owned);
        };
        let Some(mended) = misspelt(&key, known).filter(|_| known.len() < key.len()) else {
            return Some(key);
        };
        let rest = key.get(known.len() + 1..).and_then(|rest| rest.split_once('.'));
        key = rest.map_or_else(|| mended.to_owned(), |(_, rest)| format!("{mended}.{rest}"));
    }
    nearest_known(&key).map(|(known, _)| known.to_owned())
}

/// Returns the key that was meant if the part below `above` resembles one that fideslang has there.
fn misspelt(key: &str, above: &str) -> Option<&'static str> {
    let part = key.get(above.len() + 1..)?.split('.').next()?;
    let below = || known().filter_map(|known| Some((known, known.strip_prefix(above)?.strip_prefix('.')?)));
    let beside = || below().filter(|(_, rest)| !rest.contains('.'));
    let joined = part.replace('_', "");
    let is_near = |other: &str| {
        let most = if other.len() < 5 { 1 } else { 1 + other.len() / 6 };
        other.replace('_', "") == joined || strsim::osa_distance(part, other) <= most
    };
    let words = |part: &'_ str| part.split('_').map(str::to_owned).collect::<Vec<_>>();
    let is_shorter = |other: &str| {
        let all = words(other);
        words(part).iter().all(|word| all.contains(word))
    };
    let found = beside().filter(|(_, other)| is_near(other)).min_by_key(|(_, other)| strsim::osa_distance(part, other));
    found
        .or_else(|| beside().find(|(_, other)| is_shorter(other)))
        .or_else(|| below().find(|(_, rest)| rest.rsplit('.').next() == Some(part)))
        .map(|(key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_its_words_and_its_parent() {
        assert_eq!(known().count(), 85);
        assert!(known().is_sorted() && checked().is_some());
        let mut seen = BTreeMap::new();
        for (key, category) in CATEGORIES.iter() {
            assert!(key.rsplit_once('.').is_none_or(|(parent, _)| CATEGORIES.contains_key(parent)), "{key}");
            assert!(!category.words.is_empty() && category.words.len() < 40, "{key}");
            assert_eq!(seen.insert(&category.words, key), None, "{key}");
            assert_eq!(check(key), Ok(()), "{key}");
            // A statement about a category holds for everything below it.
            let above = key.rsplit_once('.').and_then(|(parent, _)| special(parent));
            assert!(above.is_none() || category.special.is_some(), "{key}");
        }
        let data: toml::Table = DATA.parse().unwrap();
        assert_eq!(data["categories"].as_table().unwrap().len(), CATEGORIES.len());
    }

    #[test]
    fn words_are_made_for_keys_below() {
        assert_eq!(words("user.contact.email").as_deref(), Some("e-mail address"));
        assert_eq!(words("user.contact.email.work").as_deref(), Some("e-mail address (work)"));
        assert_eq!(words("user.content.private.voice_mail.greeting").as_deref(), Some("private content (greeting)"));
        assert_eq!(words("user.content.llm_prompt").as_deref(), Some("content by users (llm prompt)"));
        assert_eq!((words("user.contact.emial"), words("customer.mail"), words("")), (None, None, None));
    }

    #[test]
    fn misspellings_are_found_and_extensions_taken() {
        for good in [
            "user.contact.email.work",
            "user.contact.messenger",
            "user.device.cookie_name",
            "user.content.private.messages",
            "user.content.attachments",
            "user.behavior.login_history",
            "user.health_and_medical.blood_type",
            "user.financial.tax_id",
            "user.account.plan",
            "user.account.user_role",
            "user.custom_2",
            "system.operations.request_log",
            "system.billing",
        ] {
            assert_eq!(check(good), Ok(()), "{good}");
        }
        for (bad, nearest) in [
            ("user.contact.emial", Some("user.contact.email")),
            ("user.contact.e_mail", Some("user.contact.email")),
            ("user.contact.e-mail", Some("user.contact.email")),
            ("user.contact.emails", Some("user.contact.email")),
            ("user.contact.phone", Some("user.contact.phone_number")),
            ("user.contct.email", Some("user.contact.email")),
            ("user.contact.emial.work", Some("user.contact.email.work")),
            ("user.contcat.adress.citty", Some("user.contact.address.city")),
            ("users.contact.email", Some("user.contact.email")),
            ("User.Contact.Email", Some("user.contact.email")),
            ("user.email", Some("user.contact.email")),
            ("user.ip_address", Some("user.device.ip_address")),
            ("user.contact.city", Some("user.contact.address.city")),
            ("user.device.ip", Some("user.device.ip_address")),
            ("user.behaviour", Some("user.behavior")),
            ("user.health", Some("user.health_and_medical")),
            ("user.contact.email.", Some("user.contact.email")),
            ("user..contact", Some("user.contact")),
            ("sytem.operations", Some("system.operations")),
            ("customer", None),
            ("", None),
            (".", None),
            ("é", None),
        ] {
            assert_eq!(check(bad), Err(Unknown { nearest: nearest.map(str::to_owned) }), "{bad}");
        }
        assert!(check(&"user.".repeat(100_000)).is_err() && check(&"a".repeat(150)).is_err());
    }

    #[test]
    fn what_is_personal_and_what_is_special() {
        assert!(is_personal("user") && is_personal("user.contact.email.work"));
        assert!(!is_personal("system.operations") && !is_personal("users") && !is_personal(""));
        assert!(within("user.contact", "user.contact") && within("user.contact.email", "user.contact"));
        assert!(!within("user.contact", "user.contact.email") && !within("user.contacts", "user.contact"));
        assert_eq!(special("user.health_and_medical.blood_type"), Some("data concerning health"));
        assert_eq!(special("user.demographic.race_ethnicity"), Some("racial or ethnic origin"));
        assert_eq!(special("user.authorization.biometric"), Some("biometric data"));
        assert_eq!((special("user.contact.email"), special("user.criminal_history"), special("x")), (None, None, None));
        assert_eq!(known().filter(|key| special(key).is_some()).count(), 14);
    }
}
