//! Language tags (BCP 47), as far as a book needs them.

/// The languages of ISO 639-1; all others have tags of three letters.
const CODES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee \
    el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is \
    it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms \
    mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk \
    sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi \
    yo za zh zu";

/// Names of languages, and codes of countries, that authors write instead of a tag, each with its tag.
const NAMES: &[(&str, &str)] = &[
    ("chinese", "zh"),
    ("cn", "zh"),
    ("cz", "cs"),
    ("deutsch", "de"),
    ("dk", "da"),
    ("dutch", "nl"),
    ("english", "en"),
    ("español", "es"),
    ("français", "fr"),
    ("french", "fr"),
    ("ge", "ka"),
    ("german", "de"),
    ("gr", "el"),
    ("italian", "it"),
    ("italiano", "it"),
    ("japanese", "ja"),
    ("jp", "ja"),
    ("nederlands", "nl"),
    ("polski", "pl"),
    ("portuguese", "pt"),
    ("português", "pt"),
    ("spanish", "es"),
    ("svenska", "sv"),
];

/// Returns true for a tag in the form of RFC 5646, section 2.1: a language of two letters that exists or of three,
/// and parts of up to eight letters and digits. No registered language has more letters.
pub fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    let is_known = match language.len() {
        2 => CODES.split(' ').any(|code| language.eq_ignore_ascii_case(code)),
        length => length == 3 && language.bytes().all(|byte| byte.is_ascii_alphabetic()),
    };
    is_known && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Returns the tag that is probably meant by another text.
pub(super) fn meant(text: &str) -> String {
    let name = text.trim().to_lowercase();
    let named = NAMES.iter().find(|(known, _)| *known == name).map(|(_, tag)| (*tag).to_owned());
    let spelt = Some(text.trim().replace('_', "-")).filter(|text| is_language_tag(text));
    named.or(spelt).unwrap_or_else(|| "en".to_owned())
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
            "ge",
            "xx-DE",
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
        for (text, tag) in [("Deutsch", "de"), ("jp", "ja"), ("de_AT", "de-AT"), ("Klingon", "en")] {
            assert_eq!(meant(text), tag);
        }
    }
}
