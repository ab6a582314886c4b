//! The countries of ISO 3166-1, with the names that people use for them.

use std::sync::LazyLock;

/// One country in a line, apart by tabs: its alpha-2 code, its alpha-3 code, its common name, and other names.
const DATA: &str = include_str!("../data/countries.tsv");

static ALL: LazyLock<Vec<Vec<&str>>> = LazyLock::new(|| DATA.lines().map(|line| line.split('\t').collect()).collect());

/// Returns the alpha-2 codes of all countries, sorted.
pub fn codes() -> impl Iterator<Item = &'static str> {
    ALL.iter().filter_map(|country| country.first().copied())
}

/// Returns true for an alpha-2 code in capital letters.
pub fn is_code(text: &str) -> bool {
    codes().any(|code| code == text)
}

/// Returns the common name of a country by its alpha-2 code; a text that is no code is its own name.
pub fn name(code: &str) -> &str {
    let country = ALL.iter().find(|country| country.first() == Some(&code));
    country.and_then(|country| country.get(2).copied()).unwrap_or(code)
}

/// Returns the alpha-2 code of a country by one of its codes or names, whatever the case, dots and spaces.
pub fn find(text: &str) -> Option<&'static str> {
    let plain = |text: &str| text.to_lowercase().replace(['.', ' '], "");
    let given = plain(text);
    ALL.iter().find(|country| country.iter().any(|name| plain(name) == given))?.first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_country_has_two_codes_and_a_name() {
        assert!(ALL.len() == 249 && codes().is_sorted());
        assert!(ALL.iter().all(|it| it.len() > 2 && it[0].len() == 2 && it[1].len() == 3 && !it.contains(&"")));
        assert_eq!((name("GB"), name("XX")), ("United Kingdom", "XX"));
        for (text, code) in [("U.K.", "GB"), ("deu", "DE"), ("the Netherlands", "NL"), ("Viet Nam", "VN")] {
            assert_eq!(find(text), Some(code));
        }
        assert!(find("Europe").is_none() && is_code("FR") && !is_code("fr"));
    }
}
