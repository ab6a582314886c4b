//! What the three dialects do differently.

/// A dialect of SQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::schema) enum Dialect {
    /// MySQL and MariaDB.
    Mysql,
    /// PostgreSQL.
    Postgresql,
    /// SQLite.
    Sqlite,
}

impl Dialect {
    /// The schema that is left off the names of tables.
    pub(super) fn default_schema(self) -> Option<&'static str> {
        match self {
            Dialect::Mysql => None,
            Dialect::Postgresql => Some("public"),
            Dialect::Sqlite => Some("main"),
        }
    }

    /// A name as it is compared: PostgreSQL keeps the case of quoted names, the others keep none.
    pub(super) fn fold(self, name: &str, quoted: Quoted) -> String {
        match (self, quoted) {
            (Dialect::Postgresql, Quoted::Yes) => name.to_owned(),
            _ => name.to_lowercase(),
        }
    }
}

/// Whether a name stands in quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoted {
    /// It does.
    Yes,
    /// It does not.
    No,
}
