//! Every keyword as a name, in each dialect of SQL: the readers agree with the servers.
//!
//! `tests/schemas/keywords.txt` records what the servers accept. `--ignored` compares it with each of `pg_virtualenv`,
//! `mariadbd` and `sqlite3` that is installed, in about a minute; `UPDATE=1` writes it anew.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::process::{Child, Command, Stdio};
use trustbook_core::schema::{SchemaFile, find};
use trustbook_core::span::SourceMap;

const RECORD: &str = include_str!("../schemas/keywords.txt");

/// A use of a name: its letter in the record, the dialects that have it, the statements, and the table and the column
/// that exist afterwards. `W` is the name, `"W"` the name in quotes.
type Use = (char, &'static str, &'static str, &'static str, &'static str);

const USES: &[Use] = &[
    ('c', "mps", "CREATE TABLE c_W (id int, W int);", "c_W", "W"),
    ('a', "mps", "CREATE TABLE a_W (id int); ALTER TABLE a_W ADD W int;", "a_W", "W"),
    ('b', "mps", "CREATE TABLE b_W (id int); ALTER TABLE b_W ADD COLUMN W int;", "b_W", "W"),
    ('n', "mps", "CREATE TABLE n_W (id int); ALTER TABLE n_W RENAME COLUMN id TO W;", "n_W", "W"),
    ('o', "mps", "CREATE TABLE o_W (id int, \"W\" int); ALTER TABLE o_W RENAME COLUMN W TO b_;", "o_W", "b_"),
    ('r', "ps", "CREATE TABLE r_W (id int, \"W\" int); ALTER TABLE r_W RENAME W TO b_;", "r_W", "b_"),
    (
        'd',
        "mps",
        "CREATE TABLE d_W (id int, \"W\" int); ALTER TABLE d_W DROP W; ALTER TABLE d_W ADD \"W\" text;",
        "d_W",
        "W",
    ),
    ('l', "p", "CREATE TABLE l_W (id int, \"W\" int); ALTER TABLE l_W ALTER W TYPE text;", "l_W", "W"),
    ('m', "m", "CREATE TABLE m_W (id int, \"W\" int); ALTER TABLE m_W MODIFY W text;", "m_W", "W"),
    ('x', "m", "CREATE TABLE x_W (id int, \"W\" int); ALTER TABLE x_W CHANGE W b_ text;", "x_W", "b_"),
    ('t', "mps", "CREATE TABLE W (t_W int);", "W", "t_W"),
    ('u', "mps", "ALTER TABLE W ADD u_W int;", "W", "u_W"),
    ('k', "mps", "CREATE TABLE k_W (id int, \"W\" int, PRIMARY KEY (id), UNIQUE (W));", "k_W", "W"),
    ('v', "mps", "CREATE VIEW v_W AS SELECT 1 AS W;", "v_W", "W"),
    ('y', "p", "CREATE TYPE W AS ENUM ('a'); CREATE TABLE y_W (id W, b_ int);", "y_W", "id"),
    ('z', "p", "CREATE TYPE z_.W AS ENUM ('a'); CREATE TABLE z_W (id z_.W, b_ int);", "z_W", "id"),
    ('q', "p", "CREATE TABLE q_W (b_ int, W W NOT NULL);", "q_W", "W"),
    ('s', "mp", "CREATE SCHEMA W; CREATE TABLE W.s_W (id int);", "W.s_W", "id"),
    ('e', "p", "CREATE TYPE W.e_W AS ENUM ('a'); CREATE TABLE e_W (id W.e_W, b_ int);", "e_W", "id"),
];

const DIALECTS: &[(&str, char)] = &[("mysql", 'm'), ("postgresql", 'p'), ("sqlite", 's')];

/// Returns the statements of a use, with the table and the column that they make.
fn statements((_, _, text, table, column): &Use, word: &str, letter: char) -> (String, String, String) {
    let quoted = if letter == 'm' { format!("`{word}`") } else { format!("\"{word}\"") };
    // The capital letter occurs in other words as well.
    let set = |text: &str| {
        let text = text.replace("\"W\"", &quoted).replace("_W", &format!("_{word}"));
        let parts: Vec<String> = text
            .split_inclusive(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .map(|part| match part.strip_prefix('W') {
                Some(rest) if rest.chars().all(|c| !c.is_ascii_alphanumeric() && c != '_') => format!("{word}{rest}"),
                _ => part.to_owned(),
            })
            .collect();
        parts.concat()
    };
    (set(text), set(table), set(column))
}

/// Returns the uses that the record has for each word, by dialect.
fn record() -> BTreeMap<&'static str, BTreeMap<&'static str, &'static str>> {
    let mut found: BTreeMap<&str, BTreeMap<&str, &str>> = BTreeMap::new();
    let mut dialect = "";
    for line in RECORD.lines() {
        match line.split_once(": ") {
            Some((uses, words)) => {
                found.entry(dialect).or_default().extend(words.split(' ').map(|word| (word, uses)));
            }
            None => dialect = line.trim_start_matches("# "),
        }
    }
    found
}

#[test]
fn keywords_are_names_where_the_servers_accept_them() {
    let record = record();
    let mut wrong = BTreeSet::new();
    for (dialect, letter) in DIALECTS {
        for (word, uses) in &record[dialect] {
            for it in USES.iter().filter(|it| uses.contains(it.0)) {
                let before = if it.0 == 'u' { USES.iter().find(|it| it.0 == 't') } else { None };
                let before = before.map(|it| statements(it, word, *letter).0).unwrap_or_default();
                let before = if it.0 == 'q' { format!("CREATE TYPE \"{word}\" AS ENUM ('a');") } else { before };
                let (text, table, column) = statements(it, word, *letter);
                let text = before + &text;
                let mut map = SourceMap::default();
                let file = map.add("schema.sql", text.as_str());
                let schema = (find(dialect).unwrap().read)(&[SchemaFile { file, path: "schema.sql", text: &text }]);
                let fields = schema.tables.iter().find(|it| it.name == table).map(|it| &it.fields);
                let field = fields.and_then(|it| it.iter().find(|it| it.name.eq_ignore_ascii_case(&column)));
                let ty = match it.0 {
                    'd' | 'l' | 'm' | 'x' => "text",
                    'y' | 'q' => word,
                    _ => "",
                };
                let is_right = field.is_some_and(|it| ty.is_empty() || it.ty.trim_matches('"') == ty);
                let count = fields.map_or(0, Vec::len);
                let expected = if matches!(it.0, 'n' | 't' | 'v' | 's') { 1 } else { 2 };
                if !is_right || count != expected || !schema.problems.is_empty() || !schema.skipped.is_empty() {
                    wrong.insert(format!("{dialect} {}: {text}", it.0));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} uses are read wrongly:\n{}",
        wrong.len(),
        wrong.into_iter().collect::<Vec<_>>().join("\n")
    );
}

#[test]
#[ignore = "starts database servers"]
fn the_record_of_keywords_is_that_of_the_servers() {
    let record = record();
    let mut text = String::new();
    for (dialect, letter) in DIALECTS {
        let mut by_uses: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        let seen = seen(*letter, record[dialect].keys());
        for (word, known) in &record[dialect] {
            let is_there = |it: &&Use| {
                let (_, table, column) = statements(it, word, *letter);
                let (schema, table) = table.split_once('.').unwrap_or(("", &table));
                seen.as_ref().is_some_and(|seen| {
                    let is_text = matches!(it.0, 'd' | 'l' | 'm' | 'x');
                    seen.iter().any(|(s, t, c, ty)| {
                        (schema.is_empty() || s == schema)
                            && t == table
                            && c.eq_ignore_ascii_case(&column)
                            && (!is_text || ty == "text")
                    })
                })
            };
            let uses = match &seen {
                Some(_) => USES.iter().filter(|it| it.1.contains(*letter)).filter(is_there).map(|it| it.0).collect(),
                None => (*known).to_owned(),
            };
            by_uses.entry(uses).or_default().push(word);
        }
        text.push_str(&format!("# {dialect}\n"));
        for (uses, words) in by_uses {
            text.push_str(&format!("{uses}: {}\n", words.join(" ")));
        }
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write("schemas/keywords.txt", text).unwrap();
    } else {
        assert!(text == RECORD, "`UPDATE=1 cargo test -p trustbook-tests keywords` writes the record\n{text}");
    }
}

/// Schema, table, column and type, in lower case.
type Seen = BTreeSet<(String, String, String, String)>;

/// Returns the columns that a server has after all statements, if it is installed.
fn seen<'a>(letter: char, words: impl Iterator<Item = &'a &'a str>) -> Option<Seen> {
    let mut script = String::new();
    for word in words {
        for it in USES.iter().filter(|it| it.1.contains(letter)) {
            let text = statements(it, word, letter).0;
            script.push_str(&match it.0 {
                // A table is a type as well.
                'y' => format!("SET search_path TO y_;\n{text}\nSET search_path TO public;\n"),
                'q' => format!("CREATE TYPE \"{word}\" AS ENUM ('a');\n{text}\n"),
                _ => format!("{text}\n"),
            });
        }
    }
    // Thousands of tables are made, each synchronised with its disk.
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
    let path = folder.path().display().to_string();
    let (before, after, mut command, _server) = match letter {
        'p' => {
            let mut command = Command::new("pg_virtualenv");
            command.args(["psql", "-qAt", "-F", "\t"]);
            let after = "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns;";
            ("CREATE SCHEMA y_; CREATE SCHEMA z_;", after, command, None)
        }
        'm' => {
            let data = format!("--datadir={path}/data");
            let quiet = |command: &mut Command| command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
            let mut install = Command::new("mariadb-install-db");
            install.args(["--no-defaults", "--user=root", &data, "--auth-root-authentication-method=normal"]);
            quiet(&mut install).ok()?.wait().ok()?.success().then_some(())?;
            let mut server = Command::new("mariadbd");
            let socket = format!("--socket={path}/socket");
            server.args([
                "--no-defaults",
                "--user=root",
                "--skip-networking",
                "--sync-frm=0",
                "--default-storage-engine=MyISAM",
            ]);
            let server = Server(quiet(server.args([&data, &socket])).ok()?);
            let ready = || folder.path().join("socket").exists();
            for _ in 0..600 {
                if !ready() {
                    std::thread::sleep(std::time::Duration::from_millis(100));
                }
            }
            let mut command = Command::new("mariadb");
            command.args(["--no-defaults", &socket, "-uroot", "--force", "--batch", "--skip-column-names"]);
            let after = "SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns;";
            ("CREATE DATABASE own; USE own;", after, command, Some(server))
        }
        _ => {
            let mut command = Command::new("sqlite3");
            command.args(["-tabs", ":memory:"]);
            let after = "SELECT '', m.name, c.name, lower(c.type) FROM sqlite_master m, pragma_table_info(m.name) c;";
            ("", after, command, None)
        }
    };
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    let mut stdin = child.stdin.take()?;
    let writer = std::thread::spawn(move || stdin.write_all(format!("{before}\n{script}\n{after}\n").as_bytes()));
    let output = child.wait_with_output().ok()?;
    writer.join().unwrap().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).to_lowercase();
    let rows = text.lines().filter_map(|line| {
        let mut cells = line.split('\t').map(str::to_owned);
        Some((cells.next()?, cells.next()?, cells.next()?, cells.next()?))
    });
    Some(rows.collect::<Seen>()).filter(|seen| !seen.is_empty())
}

/// A server that stops when it is dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
