//! `trustbook schema` as a user runs it: coverage, suggestions from names, and exports for other programs.

use crate::command::{stderr, stdout, tree, trustbook, write};
use std::path::Path;
use tempfile::TempDir;
use trustbook_core::schema::{LANGUAGES, SchemaFile, find};
use trustbook_core::span::SourceMap;

const MODEL: &str = r#"
model User {
  id        String  @id
  email     String
  nickname  String? // @category user.name
  settings  Json
  plan      String
  wobble    String
}

model Session {
  id        String  @id
  userEmail String
  blurb     String
}

model Migration {
  name String @id
}
"#;

const REGISTER: &str = r#"
[defaults]
source = "the team"

[[schema]]
id = "app"
path = "schema.prisma"

[[table]]
schema = "app"
name = "User"
purpose = "People with an account."
[table.fields]
id = "user.unique_id"
settings = "system.operations"
plan = { to_be_classified = 2026-06-30 }
wobble = { to_be_classified = 2026-03-31 }

[[table]]
schema = "app"
name = "Migration"
left_out = "it holds no personal data"
"#;

/// Creates a book with a data model of three tables.
fn book() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n");
    write(dir.path(), "facts/data.toml", REGISTER);
    write(dir.path(), "schema.prisma", MODEL);
    write(dir.path(), "src/SUMMARY.md", "- [Data](data.md)\n");
    write(dir.path(), "src/data.md", "# Data\n");
    dir
}

/// Classifies all fields that are open in [`book`].
fn describe(dir: &Path) {
    let mended = REGISTER
        .replace("settings = \"system.operations\"", "settings = { category = \"user\", opaque = \"what users set\" }")
        .replace("[table.fields]\n", "[table.fields]\nemail = \"user.contact.email\"\n");
    let session = "\n[[table]]\nschema = \"app\"\nname = \"Session\"\npurpose = \"Who is signed in.\"\n[table.fields]\nid = \"system.operations\"\n\
                   userEmail = \"user.contact.email\"\nblurb = \"user.content\"\n";
    write(dir, "facts/data.toml", &format!("{mended}{session}"));
}

#[test]
fn coverage_says_what_is_left() {
    let book = book();
    let output = trustbook(&["schema", "coverage"], book.path());
    let text = stdout(&output);
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["app:", "schema.prisma"], "{text}");
    let version = rows[2].last().unwrap();
    assert_eq!(rows[2], ["User", "6", "2", "1", "-", "-", "2", "(by", "2026-03-31)", "1", "-", "1", version], "{text}");
    assert_eq!(rows[3][..9], ["Session", "3", "-", "-", "-", "-", "-", "3", "-"], "{text}");
    assert!(text.lines().nth(4).unwrap().contains("1: it holds no personal data"), "{text}");
    assert_eq!(rows[5][..4], ["total", "10", "2", "1"], "{text}");
    assert!(stderr(&output).contains("10 fields in 1 data model: 4 are open"), "{}", stderr(&output));
    assert_eq!(output.status.code(), Some(1));

    let json = stdout(&trustbook(&["schema", "coverage", "app", "--json"], book.path()));
    let rows: Vec<serde_json::Value> = json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((rows.len(), &rows[0]["table"], &rows[0]["pending_by"]), (3, &"User".into(), &"2026-03-31".into()));
    assert_eq!((&rows[2]["left_out"], &rows[2]["left_out_because"]), (&1.into(), &"it holds no personal data".into()));
    // The printed version is the one that `reviewed` accepts.
    assert_eq!(rows[0]["version"], *version);
}

#[test]
fn coverage_fails_where_check_does() {
    let book = book();
    let code = |args: &[&str]| trustbook(args, book.path()).status.code();
    assert_eq!((code(&["check"]), code(&["schema", "coverage"])), (Some(1), Some(1)));
    describe(book.path());
    assert_eq!((code(&["check"]), code(&["schema", "coverage"])), (Some(0), Some(0)));
    write(book.path(), "schema.prisma", &format!("{MODEL}\nmodel Broken {{"));
    assert_eq!((code(&["check"]), code(&["schema", "coverage"])), (Some(1), Some(1)));
    let output = trustbook(&["schema", "coverage"], book.path());
    assert!(stderr(&output).contains("`app` is not known completely"), "{}", stderr(&output));
}

#[test]
fn suggestions_are_toml_that_can_be_pasted() {
    let book = book();
    let before = tree(book.path());
    let output = trustbook(&["schema", "suggest"], book.path());
    assert_eq!((output.status.code(), tree(book.path()) == before), (Some(0), true));
    assert!(stderr(&output).contains("4 open fields, and the names of 2 suggest a category"), "{}", stderr(&output));
    assert!(stderr(&output).contains("Nothing was applied, and a name proves nothing"), "{}", stderr(&output));
    let text = stdout(&output);
    assert!(text.contains("\nuserEmail = \"user.contact.email\" # its name ends in `email`"), "{text}");
    assert!(text.contains("\n# blurb = { to_be_classified = 2026-04-15 }"), "{text}");
    // A table that is already described cannot be described again.
    assert!(text.contains("# `table.app.User` is described in facts/data.toml:11"), "{text}");
    assert!(text.contains("\n# email = \"user.contact.email\""), "{text}");
    let pasted: toml::Table = text.parse().unwrap();
    assert_eq!(pasted["table"].as_array().unwrap().len(), 1);
    assert_eq!(pasted["table"][0]["name"].as_str(), Some("Session"));

    write(book.path(), "facts/data.toml", &format!("{REGISTER}\n{text}"));
    let findings = stdout(&trustbook(&["check", "--format", "short"], book.path()));
    assert!(!findings.contains("register-syntax") && !findings.contains("fact-duplicate"), "{findings}");
    assert!(!findings.contains("userEmail") && findings.contains("blurb"), "{findings}");

    let only = stdout(&trustbook(&["schema", "suggest", "--table", "User"], book.path()));
    assert!(only.contains("email") && !only.contains("Session"), "{only}");
}

#[test]
fn hostile_names_stay_names() {
    let book = book();
    let names = ["a.b", "c\\\"d", "x = 1\\n[[table]]", "\\u202egnp", "", "]", "#", "user email"];
    let fields: Vec<String> = names.iter().map(|name| format!("\"{name}\": {{ \"type\": \"string\" }}")).collect();
    let model = format!("{{ \"$defs\": {{ \"T\\n[x]\": {{ \"properties\": {{ {} }} }} }} }}", fields.join(", "));
    write(book.path(), "schema.json", &model);
    let register =
        "[defaults]\nsource = \"us\"\n\n[[schema]]\nid = \"app\"\nlanguage = \"json-schema\"\npath = \"schema.json\"\n";
    write(book.path(), "facts/data.toml", register);
    for command in ["suggest", "coverage"] {
        let text = stdout(&trustbook(&["schema", command], book.path()));
        assert!(!text.contains(['\u{202e}', '\u{7f}', '\r']), "{text}");
        if command == "suggest" {
            let pasted: toml::Table = text.parse().unwrap();
            let tables = pasted["table"].as_array().unwrap();
            assert_eq!(tables.len(), 1, "{text}");
            let uncommented: String = text.lines().map(|line| format!("{}\n", line.trim_start_matches("# "))).collect();
            assert!(uncommented.parse::<toml::Table>().is_ok(), "{uncommented}");
        }
    }
}

#[test]
fn a_whole_data_model_becomes_a_dataset() {
    let book = book();
    let output = trustbook(&["schema", "export", "app", "--format", "fides"], book.path());
    assert_eq!((output.status.code(), stdout(&output)), (Some(3), String::new()));
    for text in
        ["Session.blurb", "User.wobble (to be classified by 2026-03-31)", "error: 6 fields of `app`", "--partial"]
    {
        assert!(stderr(&output).contains(text), "{text}: {}", stderr(&output));
    }
    let partial = trustbook(&["schema", "export", "--partial"], book.path());
    assert_eq!(partial.status.code(), Some(0));
    assert!(stderr(&partial).contains("6 fields without a category"), "{}", stderr(&partial));

    let text = stdout(&partial);
    let mut map = SourceMap::default();
    let file = map.add("dataset.yml", text.as_str());
    let read = (find("fides").unwrap().read)(&[SchemaFile { file, path: "dataset.yml", text: &text }]);
    assert_eq!(read.problems, []);
    let tables: Vec<(&str, usize)> =
        read.tables.iter().map(|table| (table.name.as_str(), table.fields.len())).collect();
    assert_eq!(tables, [("User", 6), ("Session", 3)], "what is left out is not in it");
    let user = &read.tables[0].fields;
    let categories: Vec<Option<&str>> = user.iter().map(|field| field.category.as_deref()).collect();
    let known = [Some("user.unique_id"), None, Some("user.name"), Some("system.operations"), None, None];
    assert_eq!(categories, known);
    assert!(text.contains("description: \"People with an account.\""), "{text}");
}

#[test]
fn names_that_do_not_exist_are_mended() {
    let book = book();
    let said = |args: &[&str]| {
        let output = trustbook(args, book.path());
        (output.status.code(), stderr(&output))
    };
    let (code, text) = said(&["schema", "coverage", "ap"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("the register has no data model `ap`") && text.contains("did you mean `app`?"), "{text}");
    let (code, text) = said(&["schema", "suggest", "--table", "Users"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("no data model has a table `Users`") && text.contains("did you mean `User`?"), "{text}");
    let (code, text) = said(&["explain", "prism"]);
    assert_eq!(code, Some(2));
    assert!(text.contains("did you mean `prisma`?"), "{text}");
}

#[test]
fn languages_are_explained() {
    let book = book();
    let list = stdout(&trustbook(&["explain"], book.path()));
    for language in LANGUAGES {
        assert!(list.lines().any(|line| line.starts_with(&format!("{} ", language.name))), "{}", language.name);
        assert_eq!(stdout(&trustbook(&["explain", language.name], book.path())), language.page);
    }
}

#[test]
fn no_command_shows_a_secret_that_stands_in_a_data_model() {
    let (book, secret) = (book(), crate::tokens::random(78, crate::tokens::MIXED, 20));
    let model = MODEL.replace("nickname ", &format!("{secret} ")).replace("model Session", &format!("model S{secret}"));
    write(book.path(), "schema.prisma", &model);
    for args in [&["suggest"][..], &["coverage"], &["coverage", "--json"], &["export"], &["export", "--partial"]] {
        let mut command = std::process::Command::new(crate::command::programs().join("trustbook"));
        command.arg("schema").args(args).current_dir(book.path()).env("SOURCE_DATE_EPOCH", "1768435200");
        let shown = command.env("TEST_DEPLOY_TOKEN", &secret).output().unwrap();
        let shown = format!("{}{}", stdout(&shown), stderr(&shown));
        assert!(!shown.contains(&secret) && shown.contains("****"), "{args:?}: {shown}");
    }
}

#[test]
fn a_table_is_classified_by_answers() {
    let dir = book();
    let mut child = std::process::Command::new(crate::command::programs().join("trustbook"))
        .args(["schema", "classify"])
        .current_dir(dir.path())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // The purpose, a category after one that is not known, the one that is offered, and nothing.
    let answers = b"Who is signed in.\nsystem.operation\nsystem.operations\n\n.\n";
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), answers).unwrap();
    let output = child.wait_with_output().unwrap();
    let asked = stderr(&output);
    assert!(output.status.success(), "{asked}");
    let expected = "[[table]]\nschema = \"app\"\nname = \"Session\"\npurpose = \"Who is signed in.\"\n\n[table.fields]\n\
                    id = \"system.operations\"\nuserEmail = \"user.contact.email\"\n# blurb = \"\"\n\n";
    assert_eq!(stdout(&output), expected);
    assert!(asked.contains("1 of 1: Session (app, schema.prisma:11)"), "{asked}");
    assert!(asked.contains("unknown category `system.operation`; did you mean `system.operations`?"), "{asked}");
    // The register with the answers is sound.
    write(dir.path(), "facts/data.toml", &format!("{REGISTER}\n{expected}"));
    let left = trustbook(&["schema", "coverage"], dir.path());
    assert!(stdout(&left).contains("Session    3       2 "), "{}", stdout(&left));
}
