//! Marks in the comments of migrations: the parts that a tool runs forward, and those that it does not.

use super::dialect::Dialect;

/// The part of a migration that a mark begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Half {
    /// The part that is run.
    Up,
    /// The part that reverts it. `is_sure` is false if the mark is a single word, without the sign of a tool.
    Down { is_sure: bool },
}

/// Returns the part that a comment begins: `-- +goose Down`, `-- migrate:down`, `# --- !Downs`, `-- ==== DOWN ====`,
/// `-- //@UNDO`, `---- create above / drop below ----`, `-- Down Migration`.
pub(super) fn half(comment: &str) -> Option<Half> {
    if comment.len() > 200 {
        return None;
    }
    let text = comment.to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|it| !it.is_empty()).collect();
    let word = |word: &str, is_sure: bool| match word {
        "up" => Some(Half::Up),
        "down" => Some(Half::Down { is_sure }),
        _ => None,
    };
    match words.as_slice() {
        _ if text.contains("!ups") => Some(Half::Up),
        _ if text.contains("!downs") => Some(Half::Down { is_sure: true }),
        ["undo"] if text.contains('@') => Some(Half::Down { is_sure: true }),
        ["create", "above", "drop", "below"] => Some(Half::Down { is_sure: true }),
        ["goose" | "migrate" | "micrate" | "rambler" | "shmig", way, ..]
            if !text.trim_start_matches(['-', '#', ' ', '\t', '+']).starts_with("migrate ") || text.contains('+') =>
        {
            word(way, true)
        }
        [way, "migration"] => word(way, true),
        [way] => word(way, text.contains("==")),
        _ => None,
    }
}

/// A line of a file in the form of Liquibase.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Liquibase<'t> {
    /// A changeset that is run, with the sign that ends its statements.
    Run(Option<&'t str>),
    /// A changeset that is not run, with the reason.
    Other(String),
    /// The beginning of lines that are not run.
    Ignore,
    /// The end of lines that are not run.
    Resume,
}

impl<'t> Liquibase<'t> {
    /// Reads `--changeset author:id dbms:postgresql`, or `--ignoreLines:start`.
    pub(super) fn read(comment: &'t str, dialect: Dialect) -> Option<Self> {
        let mut words = comment.trim_start_matches('-').split_whitespace();
        let first = words.next()?;
        if first.eq_ignore_ascii_case("ignoreLines:start") {
            return Some(Liquibase::Ignore);
        } else if first.eq_ignore_ascii_case("ignoreLines:end") {
            return Some(Liquibase::Resume);
        } else if !first.eq_ignore_ascii_case("changeset") {
            return None;
        }
        let words: Vec<&str> = words.collect();
        let value = |name: &str| {
            words.iter().find_map(|word| {
                let (key, value) = word.split_once(':')?;
                key.eq_ignore_ascii_case(name).then(|| value.trim_matches('"'))
            })
        };
        if value("ignore").is_some_and(|it| it.eq_ignore_ascii_case("true")) {
            return Some(Liquibase::Other("it says `ignore:true`".to_owned()));
        }
        let own: &[&str] = match dialect {
            Dialect::Mysql => &["mysql", "mariadb", "all"],
            Dialect::Postgresql => &["postgresql", "cockroachdb", "yugabytedb", "all"],
            Dialect::Sqlite => &["sqlite", "all"],
        };
        match value("dbms") {
            Some(dbms) if !is_for(dbms, own) => Some(Liquibase::Other(format!("it is for `{dbms}`"))),
            _ => Some(Liquibase::Run(value("endDelimiter").filter(|it| !it.is_empty() && !it.contains('\\')))),
        }
    }
}

/// Returns true if a list of databases, such as `postgresql,!h2`, has one of these.
fn is_for(dbms: &str, own: &[&str]) -> bool {
    let names: Vec<&str> = dbms.split(',').map(str::trim).filter(|name| !name.is_empty()).collect();
    let is_own = |name: &str| own.iter().any(|own| own.eq_ignore_ascii_case(name));
    let is_excluded = names.iter().filter_map(|name| name.strip_prefix('!')).any(is_own);
    let mut wanted = names.iter().filter(|name| !name.starts_with('!')).peekable();
    !is_excluded && (wanted.peek().is_none() || wanted.any(|name| is_own(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_tools_are_known_in_any_case_and_spacing() {
        let down = [
            "-- +goose Down",
            "--+goose down",
            "--   +goose   DOWN",
            "-- +migrate Down notransaction",
            "-- migrate:down",
            "--migrate:down transaction:false",
            "# --- !Downs",
            "-- !Downs",
            "-- ==== DOWN ====",
            "-- //@UNDO",
            "--//@UNDO",
            "-- @UNDO",
            "---- create above / drop below ----",
            "-- Down Migration",
            "-- rambler down",
        ];
        for mark in down {
            assert_eq!(half(mark), Some(Half::Down { is_sure: true }), "{mark}");
        }
        for mark in
            ["-- +goose Up", "-- +GOOSE UP", "-- migrate:up", "# --- !Ups", "-- ====  UP  ====", "-- Up Migration"]
        {
            assert_eq!(half(mark), Some(Half::Up), "{mark}");
        }
        assert_eq!(half("-- Down"), Some(Half::Down { is_sure: false }));
        for none in ["-- migrate up to version 7", "-- the hosts that went down", "-- undo", "-- goose", "--"] {
            assert_eq!(half(none), None, "{none}");
        }
    }

    #[test]
    fn changesets_of_other_databases_are_not_run() {
        let read = |text| Liquibase::read(text, Dialect::Postgresql);
        assert_eq!(read("--changeset a:1"), Some(Liquibase::Run(None)));
        assert_eq!(read("-- changeset a:1 endDelimiter:// dbms:postgresql,h2"), Some(Liquibase::Run(Some("//"))));
        assert_eq!(read("--changeset a:1 dbms:!oracle"), Some(Liquibase::Run(None)));
        assert_eq!(read("--changeset a:1 dbms:oracle"), Some(Liquibase::Other("it is for `oracle`".to_owned())));
        assert!(matches!(read("--changeset a:1 dbms:!postgresql"), Some(Liquibase::Other(_))));
        assert!(matches!(read("--changeset a:1 ignore:true"), Some(Liquibase::Other(_))));
        assert_eq!(read("--rollback DROP TABLE a;"), None);
    }
}
