//! The languages of data models: each has one file, one page and one line here.

use super::{
    Language, django, django_models, drizzle, fides, json_schema, liquibase, mysql, openapi, postgresql, prisma, rails,
    sqlalchemy, sqlite, tbls,
};

/// Returns true if a file in a folder can belong to a data model in any language.
pub fn is_schema_file(path: &str) -> bool {
    LANGUAGES.iter().any(|language| language.reads(path))
}

/// All languages, sorted by name.
pub const LANGUAGES: &[Language] = &[
    django::LANGUAGE,
    django_models::LANGUAGE,
    drizzle::LANGUAGE,
    fides::LANGUAGE,
    json_schema::LANGUAGE,
    liquibase::LANGUAGE,
    mysql::LANGUAGE,
    openapi::LANGUAGE,
    postgresql::LANGUAGE,
    prisma::LANGUAGE,
    rails::LANGUAGE,
    sqlalchemy::LANGUAGE,
    sqlite::LANGUAGE,
    tbls::LANGUAGE,
];

/// The names of all languages, sorted.
pub const NAMES: &[&str] = &{
    let mut names = [""; LANGUAGES.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = LANGUAGES[at].name;
        at += 1;
    }
    names
};

/// Returns the language of a name.
pub fn find(name: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.name == name)
}

/// The languages that a file can be in, as far as its ending and text show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognised {
    /// No language has its ending and fits its text.
    None,
    /// One language, by name.
    One(&'static str),
    /// Several languages, by name.
    Many(Vec<&'static str>),
}

/// Recognises the language of a file, by its ending and then by its text.
pub fn recognise(path: &str, text: &str) -> Recognised {
    let by_ending = LANGUAGES.iter().filter(|language| language.ends(path));
    let found: Vec<&str> = by_ending.filter(|language| (language.is_it)(text)).map(|language| language.name).collect();
    match found.as_slice() {
        [] => Recognised::None,
        [one] => Recognised::One(one),
        _ => Recognised::Many(found),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_sorted_and_each_has_its_page() {
        assert!(LANGUAGES.is_sorted_by_key(|language| language.name));
        for language in LANGUAGES {
            assert!(language.page.starts_with(&format!("# {}\n", language.name)), "{}", language.name);
            assert!(language.endings.iter().all(|ending| ending.starts_with('.')));
        }
    }
}
