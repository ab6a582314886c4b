//! Statements, by their first words: the effect of each on the shape of a schema.

use super::alter;
use super::change::{Altered, Dropped, Effect, Exists, Reach, SchemaChange};
use super::column::{Faults, StatementFault, short, shown};
use super::create::{create, is_object};
use super::cursor::{Cursor, Name};
use super::dialect::Dialect;
use super::split::Statement;

/// The first words of statements that never change a shape.
const SILENT: &[&str] = &[
    "INSERT",
    "REPLACE",
    "UPDATE",
    "DELETE",
    "MERGE",
    "VALUES",
    "WITH",
    "GRANT",
    "REVOKE",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "START",
    "END",
    "ABORT",
    "SAVEPOINT",
    "RELEASE",
    "LOCK",
    "UNLOCK",
    "PRAGMA",
    "ANALYZE",
    "VACUUM",
    "REINDEX",
    "EXPLAIN",
    "SHOW",
    "RESET",
    "DISCARD",
    "TRUNCATE",
    "COPY",
    "LISTEN",
    "NOTIFY",
    "UNLISTEN",
    "CLUSTER",
    "CHECKPOINT",
    "REFRESH",
    "REASSIGN",
    "SECURITY",
    "ATTACH",
    "DETACH",
    "FLUSH",
    "OPTIMIZE",
    "CHECK",
    "REPAIR",
    "KILL",
    "HANDLER",
    "LOAD",
    "DESCRIBE",
    "DESC",
    "DEALLOCATE",
    "DECLARE",
    "FETCH",
    "CLOSE",
    "MOVE",
    "ECHO",
    "DELIMITER",
    "CHANGE",
    "RETURN",
    "SIGNAL",
    "XA",
    "TABLE",
    "INSTALL",
    "UNINSTALL",
    "PURGE",
    "STOP",
    "WARNINGS",
    "STATUS",
];

/// Returns the effect of a statement. `faults` passes the cache of types from one statement to the next.
pub(super) fn effect(faults: &mut Faults, statement: &Statement, text: &str, dialect: Dialect) -> Effect {
    let mut effect = Effect { faults: std::mem::take(faults), ..Effect::default() };
    read_one(&mut effect, statement, text, dialect);
    // The cache of types stays for the next statement.
    let list = std::mem::take(&mut effect.faults.list);
    *faults = std::mem::take(&mut effect.faults);
    effect.faults.list = list;
    effect
}

fn read_one(effect: &mut Effect, statement: &Statement, text: &str, dialect: Dialect) {
    let mut it = Cursor { text, tokens: &statement.tokens, dialect };
    if statement.is_client_line {
        let line = short(text.get(it.range()).unwrap_or_default());
        effect.changes.push(match line.starts_with("\\if") || line.starts_with("\\el") {
            true => SchemaChange::Unknown(format!("`{line}` decides when it is run; all its branches are read")),
            false => SchemaChange::Elsewhere(line),
        });
        return;
    }
    let known = read(&mut it, effect, statement);
    if known.is_none() && effect.faults.len() == 0 && effect.changes.is_empty() {
        let words = it_words(text, statement);
        effect.changes.push(SchemaChange::Unknown(format!("the effect of `{words}` is not known")));
    }
}

/// Returns the first words of a statement, for a message.
fn it_words(text: &str, statement: &Statement) -> String {
    let tokens = statement.tokens.get(..statement.tokens.len().min(5)).unwrap_or_default();
    let range = tokens.first().map_or(0, |it| it.start)..tokens.last().map_or(0, |it| it.end);
    short(text.get(range).unwrap_or_default())
}

fn read(it: &mut Cursor<'_>, effect: &mut Effect, statement: &Statement) -> Option<()> {
    let range = it.range();
    if it.eat(&["CREATE"]) {
        return create(it, effect, statement);
    } else if it.eat(&["ALTER"]) {
        return alter_any(it, effect);
    } else if it.eat(&["DROP"]) {
        return drop(it, effect);
    } else if it.eat(&["RENAME", "TABLE"]) || it.eat(&["RENAME", "TABLES"]) {
        for mut part in it.parts() {
            alter::exists(&mut part);
            let table = part.name()?;
            part.eat(&["TO"]).then_some(())?;
            effect.changes.push(SchemaChange::Rename { table, to: part.name()? });
        }
    } else if it.eat(&["COMMENT", "ON"]) {
        comment(it, effect);
    } else if it.eat(&["USE"]) {
        effect
            .changes
            .push(SchemaChange::Schema(it.ident().map(|schema| it.dialect.fold(&schema.text, schema.quoted))));
    } else if it.eat(&["SET"]) {
        set(it, effect);
    } else if it.has(0, &["DO", "EXECUTE", "CALL", "IMPORT", "SOURCE", "LOAD"]) {
        let word = it.peek(0).map(|token| it.of(token)).unwrap_or_default().to_uppercase();
        let what = match word.as_str() {
            "DO" if it.dialect == Dialect::Mysql => return Some(()),
            "LOAD" => return Some(()),
            "DO" => "the effect of a `DO` block is not known".to_owned(),
            "SOURCE" | "IMPORT" => {
                effect.changes.push(SchemaChange::Elsewhere(short(it.text.get(range).unwrap_or_default())));
                return Some(());
            }
            word => format!("the effect of `{word}` is not known"),
        };
        effect.changes.push(SchemaChange::Unknown(what));
    } else if it.at(&["RESET", "SEARCH_PATH"]) || it.at(&["RESET", "ALL"]) || it.at(&["DISCARD", "ALL"]) {
        effect.changes.push(SchemaChange::Schema(None));
    } else if it.at(&["ROLLBACK"]) && !it.has(1, &["PREPARED"]) {
        let what = "what `ROLLBACK` takes back is read as if it had stayed".to_owned();
        effect.changes.push(SchemaChange::Unknown(what));
    } else if it.has(0, &["SELECT"]) {
        select(it, effect);
    } else if it.has(0, &["PREPARE"]) {
        effect.changes.push(SchemaChange::Mentions);
    } else if !it.has(0, SILENT) && !(it.sign(0, "(") && (it.sign(1, "(") || it.has(1, &["SELECT", "WITH", "VALUES"])))
    {
        let first = it.peek(0).map(|token| it.of(token)).unwrap_or_default();
        let what = format!("`{}` does not begin a known statement", short(first));
        effect.faults.push(StatementFault {
            range,
            what,
            help: "correct the statement, or write `--` before what is not SQL",
        });
    }
    Some(())
}

fn alter_any(it: &mut Cursor<'_>, effect: &mut Effect) -> Option<()> {
    it.eat_one(&["ONLINE", "IGNORE"]);
    it.eat_one(&["FOREIGN", "MATERIALIZED"]);
    let what = if it.eat_one(&["TABLE", "VIEW"]) {
        Altered::Table
    } else if it.eat(&["TYPE"]) {
        Altered::Type
    } else if it.eat(&["DOMAIN"]) {
        // Everything else about a domain restricts its values.
        let name = it.name()?;
        if it.eat(&["RENAME", "TO"]) {
            effect.changes.push(SchemaChange::RenameType { name, to: it.ident()? });
        }
        return Some(());
    } else if it.has(0, &["SCHEMA"]) && it.has(2, &["RENAME"]) {
        it.skip(1);
        let from = it.ident()?;
        it.eat(&["RENAME", "TO"]).then_some(())?;
        effect.changes.push(SchemaChange::RenameSchema { from, to: it.ident()? });
        return Some(());
    } else {
        // MySQL's `ALTER ALGORITHM=... VIEW`, and everything that has no columns.
        return is_object(it).then_some(());
    };
    let exists = alter::exists(it);
    let reach = if it.dialect == Dialect::Postgresql && it.eat(&["ONLY"]) { Reach::One } else { Reach::All };
    let table = it.name()?;
    it.eat_sign("*");
    if it.has(0, &["AS"]) {
        return None;
    }
    if what == Altered::Type && it.at(&["RENAME", "TO"]) {
        it.skip(2);
        let to = it.ident()?;
        effect.changes.push(SchemaChange::RenameType { name: table, to });
        return Some(());
    }
    let steps = alter::steps(*it, what, &mut effect.faults);
    effect.changes.push(SchemaChange::Alter { table, exists, what, reach, steps });
    Some(())
}

fn drop(it: &mut Cursor<'_>, effect: &mut Effect) -> Option<()> {
    it.eat_one(&["TEMPORARY", "FOREIGN", "MATERIALIZED"]);
    let kind = if it.eat_one(&["TABLE", "TABLES"]) {
        Dropped::Table
    } else if it.eat(&["VIEW"]) {
        Dropped::View
    } else if it.eat(&["TYPE"]) || it.eat(&["DOMAIN"]) {
        Dropped::Type
    } else if it.eat(&["INDEX"]) {
        it.eat(&["CONCURRENTLY"]);
        alter::exists(it);
        let names = it.names()?;
        let table = if it.eat(&["ON"]) { it.name() } else { None };
        effect.changes.push(SchemaChange::DropIndex { names, table });
        return Some(());
    } else if it.has(0, &["OWNED"]) {
        return None;
    } else if it.eat_one(&["SCHEMA", "DATABASE"]) {
        alter::exists(it);
        let names = it.names()?;
        // Without the word, PostgreSQL only drops a schema that is empty; a database there is another one.
        if it.has(0, &["CASCADE"]) || it.dialect == Dialect::Mysql {
            effect.changes.push(SchemaChange::DropSchemas(names));
        }
        return Some(());
    } else {
        return is_object(it).then_some(());
    };
    let exists: Exists = alter::exists(it);
    let names = it.names()?;
    let cascade = it.eat(&["CASCADE"]);
    effect.changes.push(SchemaChange::Drop { names, kind, exists, cascade });
    Some(())
}

fn comment(it: &mut Cursor<'_>, effect: &mut Effect) -> Option<()> {
    it.eat(&["COLUMN"]).then_some(())?;
    let mut table: Name = it.name()?;
    let column = table.pop()?;
    it.eat(&["IS"]);
    effect.changes.push(SchemaChange::Comment { table, column, text: it.string() });
    Some(())
}

fn set(it: &mut Cursor<'_>, effect: &mut Effect) {
    it.eat_one(&["LOCAL", "SESSION"]);
    if it.eat(&["SEARCH_PATH"]) {
        it.skip(1);
        let is_default = it.has(0, &["DEFAULT"]);
        let first = it.string().or_else(|| it.ident().map(|name| it.dialect.fold(&name.text, name.quoted)));
        effect.changes.push(SchemaChange::Schema(first.filter(|name| !is_default && is_schema(name))));
    } else if it.sign(0, "@") {
        // A statement that is assembled from texts and then executed.
        effect.changes.push(SchemaChange::Mentions);
    }
}

/// Returns true for the first name of a search path that is a schema of its own.
fn is_schema(name: &str) -> bool {
    !name.is_empty() && !name.starts_with('$') && name != "pg_catalog"
}

/// Functions that do not change a shape, as dumps call them.
const HARMLESS: &[&str] =
    &["set_config", "setval", "nextval", "now", "count", "version", "current_database", "pg_sleep", "lo_create"];

/// Reads a `SELECT`: a function that is called for its effect may change the shape.
fn select(it: &mut Cursor<'_>, effect: &mut Effect) {
    it.skip(1);
    let before = *it;
    let Some(name) = it.name() else { return };
    let last = name.last().map(|last| last.text.to_lowercase()).unwrap_or_default();
    let own = name.len() == 1 || !name.first().is_some_and(|first| first.text.eq_ignore_ascii_case("pg_catalog"));
    let mut inside = *it;
    if last == "set_config" && inside.eat_sign("(") && inside.string().as_deref() == Some("search_path") {
        inside.skip(1);
        let path = inside.string().unwrap_or_default();
        let first = path.split(',').next().unwrap_or_default().trim().trim_matches('"').to_owned();
        effect.changes.push(SchemaChange::Schema(Some(first).filter(|name| is_schema(name))));
        return;
    }
    let is_call = it.sign(0, "(") && own && !HARMLESS.contains(&last.as_str());
    let geometry = last.ends_with("geometrycolumn");
    let mut rest = before;
    while !rest.is_empty() && !rest.has(0, &["INTO"]) {
        rest.skip_one();
    }
    if is_call && (it.dialect == Dialect::Postgresql || geometry) {
        effect
            .changes
            .push(SchemaChange::Unknown(format!("the effect of the function `{}` is not known", shown(&name))));
    } else if !rest.is_empty() && it.dialect == Dialect::Postgresql {
        effect.changes.push(SchemaChange::Unknown("the columns of `SELECT INTO` are not known".to_owned()));
    }
}
