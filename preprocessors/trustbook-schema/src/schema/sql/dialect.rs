//! The differences between the three dialects of SQL.

/// A dialect of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::schema) enum Dialect {
    /// MySQL and MariaDB.
    Mysql,
    Postgresql,
    Sqlite,
}

impl Dialect {
    /// Returns the schema that is left off the names of tables.
    pub(super) fn default_schema(self) -> Option<&'static str> {
        match self {
            Dialect::Mysql => None,
            Dialect::Postgresql => Some("public"),
            Dialect::Sqlite => Some("main"),
        }
    }

    /// Returns a name as it is compared: PostgreSQL preserves the case of quoted names, the others ignore case.
    pub(super) fn fold(self, name: &str, quoted: Quoted) -> String {
        match (self, quoted) {
            (Dialect::Postgresql, Quoted::Yes) => name.to_owned(),
            _ => name.to_lowercase(),
        }
    }
}

/// The quoting of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoted {
    /// In quotes.
    Yes,
    /// Without quotes.
    No,
}
