//! The reader of the lock. What `refresh` did not write in just this way is a problem, and nothing of its entry is used.

use super::write::kind_word;
use super::{FileEntry, Gone, Lock, PATH, Pin, Problem, SchemaEntry, Skipped, VERSION, seal};
use crate::forge::Lines;
use crate::schema::index::{Changed, Detail, FieldIndex, TableIndex};
use crate::schema::{Content, Modifier, Origin, TableKind};
use crate::span::{FileId, SourceMap, Span};
use crate::toml_tree::{self, Node, day_of, kind_of, span_of, text_of};
use crate::world::{ReadError, World};
use jiff::civil::Date;
use toml::de::{DeTable, DeValue};

/// Reads the lock, where there is one.
pub fn read(world: &dyn World, map: &mut SourceMap) -> Lock {
    let text = match toml_tree::read_text(world, PATH) {
        Ok(text) => text,
        Err(toml_tree::TextError::Read(ReadError::Missing)) => return Lock::default(),
        Err(error) => return Lock { exists: true, problems: vec![Problem::Unreadable(error)], ..Lock::default() },
    };
    let file = map.add(PATH, text.as_str());
    let mut lock = parse(file, &text);
    lock.schemas.sort_by(|a, b| a.id.cmp(&b.id));
    lock
}

/// Reads the text of a lock.
pub(super) fn parse(file: FileId, text: &str) -> Lock {
    let mut lock = Lock { exists: true, ..Lock::default() };
    let (tree, errors) = toml_tree::parse(file, text);
    if !errors.is_empty() {
        lock.problems.extend(errors.into_iter().map(Problem::Syntax));
        return lock;
    }
    let root = At { file, table: &tree, span: Span::new(file, 0..0) };
    if let Err(problem) = top(root, &mut lock) {
        lock.problems.push(problem);
    }
    lock
}

fn top(root: At<'_>, lock: &mut Lock) -> Result<(), Problem> {
    root.only(&["schema", "version"])?;
    match root.number("version")? {
        Some(version) if version == VERSION as usize => {}
        _ => return Err(root.wrong(format!("its `version` is not {VERSION}, the one that this command reads"))),
    }
    for entry in root.tables("schema")? {
        match schema(entry) {
            Ok(read) if lock.schema(&read.id).is_some() => {
                lock.problems.push(entry.wrong(format!("it has two entries for the schema `{}`", read.id)));
            }
            Ok(read) => lock.schemas.push(read),
            Err(problem) => lock.problems.push(problem),
        }
    }
    Ok(())
}

fn schema(at: At<'_>) -> Result<SchemaEntry, Problem> {
    at.only(&[
        "checked",
        "commit",
        "files",
        "gone",
        "id",
        "language",
        "path",
        "pins",
        "repository",
        "seal",
        "skipped",
        "table",
        "track",
    ])?;
    let mut entry = SchemaEntry {
        id: at.text("id")?,
        language: at.text("language")?,
        repository: at.text("repository")?,
        path: at.text("path")?,
        track: at.may("track")?,
        commit: at.text("commit")?,
        checked: at.date("checked")?,
        files: at.each("files", file)?,
        pins: at.each("pins", pin)?,
        skipped: at.each("skipped", skipped)?,
        gone: at.each("gone", gone)?,
        tables: at.each("table", table)?,
        span: at.span_of("id"),
    };
    entry.tables.sort_by(|a, b| a.name.cmp(&b.name));
    let twice = entry.tables.windows(2).find(|pair| pair[0].name == pair[1].name);
    if let Some([first, _]) = twice {
        return Err(at.wrong(format!("its entry for `{}` has the table `{}` twice", entry.id, first.name)));
    }
    if entry.pins.last().is_none_or(|pin| pin.commit != entry.commit) {
        return Err(at.wrong(format!("its entry for `{}` is not pinned to the last of its `pins`", entry.id)));
    }
    if at.text("seal")? != seal(&entry) {
        return Err(at.wrong(format!("its entry for `{}` was changed by hand, or in a merge", entry.id)));
    }
    Ok(entry)
}

fn file(at: At<'_>) -> Result<FileEntry, Problem> {
    at.only(&["blob", "path", "sha256"])?;
    Ok(FileEntry { path: at.text("path")?, blob: at.text("blob")?, sha256: at.text("sha256")? })
}

fn pin(at: At<'_>) -> Result<Pin, Problem> {
    at.only(&["commit", "on"])?;
    Ok(Pin { commit: at.text("commit")?, on: at.date("on")? })
}

fn skipped(at: At<'_>) -> Result<Skipped, Problem> {
    at.only(&["line", "path", "what"])?;
    let line = at.number("line")?.ok_or_else(|| at.wrong("it has no `line`".to_owned()))?;
    Ok(Skipped { path: at.text("path")?, line, what: at.text("what")? })
}

fn gone(at: At<'_>) -> Result<Gone, Problem> {
    at.only(&["at", "field", "table", "was"])?;
    Ok(Gone { table: at.text("table")?, field: at.may("field")?, at: at.text("at")?, was: at.text("was")? })
}

fn table(at: At<'_>) -> Result<TableIndex, Problem> {
    at.only(&["fields", "kind", "lines", "name", "names", "origin", "path", "relations", "since", "stored_as"])?;
    let kind = at.may("kind")?;
    let kinds = [TableKind::Table, TableKind::View, TableKind::Type];
    let mut fields = at.each("fields", field)?;
    for group in at.tables("names")? {
        group.only(&["fields", "since"])?;
        let since = Some(group.text("since")?).filter(|since| !since.is_empty());
        let span = group.span_of("fields");
        let names = group.texts("fields")?;
        fields.extend(names.into_iter().map(|name| FieldIndex { name, since: since.clone(), detail: None, span }));
    }
    Ok(TableIndex {
        name: at.text("name")?,
        stored_as: at.may("stored_as")?,
        kind: match kind {
            None => TableKind::Table,
            Some(word) => kinds
                .into_iter()
                .find(|kind| kind_word(*kind) == word)
                .ok_or_else(|| at.wrong(format!("it has a table of the kind `{word}`")))?,
        },
        path: at.text("path")?,
        lines: at.lines()?,
        since: at.may("since")?,
        fields,
        relations: at.texts("relations")?,
        origin: origin(at)?,
        span: at.span_of("name"),
    })
}

fn field(at: At<'_>) -> Result<FieldIndex, Problem> {
    at.only(&[
        "category",
        "changed",
        "hash",
        "lines",
        "modifiers",
        "name",
        "opaque",
        "origin",
        "path",
        "since",
        "stored_as",
        "type",
    ])?;
    let mut modifiers = Vec::new();
    for word in at.texts("modifiers")? {
        let known = Modifier::ALL.iter().find(|(known, _)| *known == word);
        modifiers.push(known.ok_or_else(|| at.wrong(format!("it has a modifier `{word}`")))?.1);
    }
    let changed = match at.tables("changed")?.first() {
        Some(changed) => {
            changed.only(&["at", "was"])?;
            Some(Changed { at: changed.text("at")?, was: changed.text("was")? })
        }
        None => None,
    };
    let content = match at.table.get("opaque").map(toml::Spanned::get_ref) {
        None => Content::Plain,
        Some(DeValue::Boolean(true)) => Content::Opaque,
        Some(_) => return Err(at.wrong("it has an `opaque` that is not true".to_owned())),
    };
    let detail = Detail {
        stored_as: at.may("stored_as")?,
        ty: at.text("type")?,
        modifiers,
        content,
        category: at.may("category")?,
        path: at.may("path")?,
        lines: at.lines()?,
        hash: at.text("hash")?,
        origin: origin(at)?,
        changed,
    };
    Ok(FieldIndex { name: at.text("name")?, since: at.may("since")?, detail: Some(detail), span: at.span_of("name") })
}

fn origin(at: At<'_>) -> Result<Option<Origin>, Problem> {
    let Some(origin) = at.tables("origin")?.first().copied() else { return Ok(None) };
    origin.only(&["date", "migration"])?;
    let date = if origin.table.contains_key("date") { Some(origin.date("date")?) } else { None };
    Ok(Some(Origin { migration: origin.text("migration")?, date }))
}

/// A table of the lock, and where it stands.
#[derive(Clone, Copy)]
struct At<'t> {
    file: FileId,
    table: &'t DeTable<'t>,
    span: Span,
}

impl<'t> At<'t> {
    fn wrong(self, what: String) -> Problem {
        Problem::Misshapen { span: self.span, what }
    }

    fn only(self, known: &[&str]) -> Result<(), Problem> {
        match self.table.iter().find(|(key, _)| !known.contains(&key.get_ref().as_ref())) {
            Some((key, _)) => {
                let what = format!("it has a key `{}` that `refresh` does not write", key.get_ref());
                Err(Problem::Misshapen { span: span_of(self.file, key), what })
            }
            None => Ok(()),
        }
    }

    fn span_of(self, key: &str) -> Span {
        self.table.get(key).map_or(self.span, |node| span_of(self.file, node))
    }

    fn misfit(self, key: &str, node: &Node<'_>, wanted: &str) -> Problem {
        let what = format!("its `{key}` is {} and not {wanted}", kind_of(node.get_ref()));
        Problem::Misshapen { span: span_of(self.file, node), what }
    }

    fn may(self, key: &str) -> Result<Option<String>, Problem> {
        match self.table.get(key) {
            None => Ok(None),
            Some(node) => text_of(node).map(|text| Some(text.to_owned())).ok_or_else(|| self.misfit(key, node, "text")),
        }
    }

    fn text(self, key: &str) -> Result<String, Problem> {
        self.may(key)?.ok_or_else(|| self.wrong(format!("it has no `{key}`")))
    }

    fn texts(self, key: &str) -> Result<Vec<String>, Problem> {
        let Some(node) = self.table.get(key) else { return Ok(Vec::new()) };
        let DeValue::Array(items) = node.get_ref() else { return Err(self.misfit(key, node, "a list")) };
        items
            .iter()
            .map(|item| text_of(item).map(str::to_owned).ok_or_else(|| self.misfit(key, item, "text")))
            .collect()
    }

    fn number(self, key: &str) -> Result<Option<usize>, Problem> {
        let Some(node) = self.table.get(key) else { return Ok(None) };
        number(node).map(Some).ok_or_else(|| self.misfit(key, node, "a number of this kind"))
    }

    fn lines(self) -> Result<Lines, Problem> {
        let both = match self.table.get("lines").map(toml::Spanned::get_ref) {
            Some(DeValue::Array(items)) => items.iter().map(number).collect::<Option<Vec<usize>>>(),
            _ => None,
        };
        match both.as_deref() {
            Some([first, last]) if *first >= 1 && first <= last => Ok(Lines { first: *first, last: *last }),
            _ => Err(self.wrong("it has no `lines` from a first to a last".to_owned())),
        }
    }

    fn date(self, key: &str) -> Result<Date, Problem> {
        let day = match self.table.get(key).map(toml::Spanned::get_ref) {
            Some(DeValue::Datetime(datetime)) => day_of(datetime),
            _ => None,
        };
        day.ok_or_else(|| self.wrong(format!("it has no `{key}` that is a day")))
    }

    /// The tables below a key: a list of them, or one.
    fn tables(self, key: &str) -> Result<Vec<At<'t>>, Problem> {
        let Some(node) = self.table.get(key) else { return Ok(Vec::new()) };
        let within = |node: &'t Node<'t>| match node.get_ref() {
            DeValue::Table(table) => Ok(At { file: self.file, table, span: span_of(self.file, node) }),
            _ => Err(self.misfit(key, node, "a table")),
        };
        match node.get_ref() {
            DeValue::Array(items) => items.iter().map(within).collect(),
            _ => Ok(vec![within(node)?]),
        }
    }

    fn each<T>(self, key: &str, read: fn(At<'_>) -> Result<T, Problem>) -> Result<Vec<T>, Problem> {
        self.tables(key)?.into_iter().map(read).collect()
    }
}

fn number(node: &Node<'_>) -> Option<usize> {
    match node.get_ref() {
        DeValue::Integer(number) => usize::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    }
}
