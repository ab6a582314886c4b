//! `trustbook init`: a new book builds at once, an mdBook gets only the missing files, and nothing is overwritten.

use crate::command::{root, stderr, stdout, trustbook, write};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Output;
use walkdir::WalkDir;

/// Returns every file below a folder, with its bytes.
fn tree(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = WalkDir::new(dir).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    let name = |path: &Path| path.strip_prefix(dir).unwrap().to_string_lossy().replace('\\', "/");
    files.map(|entry| (name(entry.path()), fs::read(entry.path()).unwrap())).collect()
}

fn passes(args: &[&str], dir: &Path) -> Output {
    let output = trustbook(args, dir);
    assert!(output.status.success(), "{args:?}: {}{}", stdout(&output), stderr(&output));
    output
}

#[test]
fn a_new_book_builds_and_leads_its_writer() {
    let dir = tempfile::tempdir().unwrap();
    let args = ["init", "book", "--name", "Example Ltd", "--url", "https://trust.example.com"];
    let told = stderr(&passes(&args, dir.path()));
    assert!(told.contains("1. `trustbook serve book --open`"), "{told}");
    assert!(told.contains("security@example.com reaches somebody"), "{told}");
    let book = dir.path().join("book");
    let checked = passes(&["check"], &book);
    assert!(stderr(&checked).contains("0 errors"), "{}", stderr(&checked));
    passes(&["build"], &book);
    let page = fs::read_to_string(book.join("book/index.html")).unwrap();
    assert!(page.contains("Example Ltd") && page.contains("security@example.com"));
    let text = |path: &str| fs::read_to_string(book.join(path)).unwrap();
    assert!(text("book.toml").contains("site-url = \"https://trust.example.com/\""));
    assert!(text("facts/vendor.toml").contains("stated = 2026-01-15"), "the day is that of SOURCE_DATE_EPOCH");
    assert_eq!(text(".trustbook/register.schema.json"), trustbook_core::register::schema::text());
    assert!(text("ci/install.sh").contains(&format!("TRUSTBOOK_VERSION:-{}", env!("CARGO_PKG_VERSION"))));
    let marks = ["@NAME@", "@TITLE@", "@TODAY@", "@EMAIL@", "@SITE_URL@", "@VERSION@"];
    for (path, bytes) in tree(&book).iter().filter(|(path, _)| !path.starts_with("book/")) {
        let text = String::from_utf8_lossy(bytes);
        assert!(!marks.iter().any(|mark| text.contains(mark)), "{path}");
    }
}

#[test]
fn the_same_words_and_day_give_the_same_book() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["a", "b"] {
        passes(&["init", name, "--name", "X", "--now", "2027-02-03", "--ci", "none"], dir.path());
    }
    let book = tree(&dir.path().join("a"));
    assert_eq!(book, tree(&dir.path().join("b")));
    assert!(String::from_utf8_lossy(&book["facts/vendor.toml"]).contains("stated = 2027-02-03"));
    assert!(!book.keys().any(|path| path.starts_with("ci/") || path.starts_with(".git") && path != ".gitignore"));
}

#[test]
fn a_book_is_written_in_its_language() {
    let dir = tempfile::tempdir().unwrap();
    let said = [("de", "Sicherheit und Datenschutz bei X"), ("es", "Seguridad y privacidad en X")];
    for (language, title) in said.into_iter().chain([("fr", "Sécurité et protection des données chez X")]) {
        let args = ["init", language, "--language", language, "--name", "X", "--url", "https://trust.example.com"];
        passes(&args, dir.path());
        let book = dir.path().join(language);
        let checked = passes(&["check"], &book);
        assert!(stderr(&checked).contains("0 errors, 1 warning"), "{language}: {}", stderr(&checked));
        passes(&["build"], &book);
        let page = fs::read_to_string(book.join("book/index.html")).unwrap();
        assert!(page.contains(&format!("<html lang=\"{language}\"")) && page.contains(title), "{language}: {page}");
        // Each record behind `#` is one that the reader takes.
        for (path, bytes) in tree(&book.join("facts")) {
            let text = String::from_utf8(bytes).unwrap();
            let open = text
                .replace("# [[", "[[")
                .lines()
                .map(|line| {
                    line.strip_prefix("# ").map_or(line, |rest| {
                        if rest.split_once(" = ").is_some_and(|(key, _)| !key.contains(' ')) { rest } else { line }
                    })
                })
                .collect::<Vec<_>>()
                .join("\n");
            assert!(open.parse::<toml::Table>().is_ok(), "{language}: {path}: {open}");
        }
    }
}

#[test]
fn every_choice_of_ci_gives_its_files() {
    let dir = tempfile::tempdir().unwrap();
    for (ci, file) in
        [("github", ".github/workflows/pages.yml"), ("gitlab", ".gitlab-ci.yml"), ("shell", "ci/publish.sh")]
    {
        passes(&["init", ci, "--ci", ci], dir.path());
        assert!(dir.path().join(ci).join(file).is_file(), "{ci}");
    }
}

#[test]
fn a_name_is_text_in_every_file() {
    let dir = tempfile::tempdir().unwrap();
    let names = [
        "O'Neill & \"Sons\" Ltd",
        "a\nb\r\n[vendor]\nname = 1",
        "<script>alert(1)</script>",
        "{{ vendor.missing }}",
        "{{#contacts}} {{#include /etc/passwd}}",
        "'''\"\"\"\\u0000 \\",
        "# [x](javascript:alert(1)) `*_|~$",
        "@TODAY@ @EMAIL@ ${{ github.token }} $(id) `id`",
        "株式会社 — مثال",
        "-",
    ];
    for (number, name) in names.iter().enumerate() {
        let book = number.to_string();
        let name = format!("--name={name}");
        passes(&["init", &book, &name, "--url", "https://example.com/"], dir.path());
        let built = passes(&["build"], &dir.path().join(&book));
        assert!(stderr(&built).contains("0 errors"), "{name}: {}", stderr(&built));
        let page = fs::read_to_string(dir.path().join(&book).join("book/index.html")).unwrap();
        assert!(!page.contains("<script>alert"), "{name}");
    }
}

#[test]
fn what_can_not_be_published_is_refused_before_anything_is_written() {
    let dir = tempfile::tempdir().unwrap();
    for args in [
        ["--name", "\u{200b} \n"],
        ["--url", "trust.example.com"],
        ["--url", "https://u:p@example.com/"],
        ["--email", "nobody"],
    ] {
        let output = trustbook(&["init", "book", args[0], args[1]], dir.path());
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains("help: "), "{args:?}");
        assert!(!dir.path().join("book").exists(), "{args:?}");
    }
}

#[test]
fn a_second_time_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    passes(&["init", "--name", "Example"], dir.path());
    write(dir.path(), "facts/vendor.toml", "# mine\n");
    let before = tree(dir.path());
    let output = passes(&["init", "--name", "Other"], dir.path());
    assert!(stderr(&output).contains("nothing was written"), "{}", stderr(&output));
    assert_eq!(tree(dir.path()), before);
}

#[test]
fn a_folder_that_holds_a_file_of_the_book_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "src/index.md", "mine\n");
    write(dir.path(), "notes.txt", "mine\n");
    let before = tree(dir.path());
    let output = trustbook(&["init", "--name", "Example"], dir.path());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("has files of these names: src/index.md"), "{}", stderr(&output));
    assert_eq!(tree(dir.path()), before);
    fs::remove_file(dir.path().join("src/index.md")).unwrap();
    passes(&["init", "--name", "Example"], dir.path());
    assert_eq!(fs::read_to_string(dir.path().join("notes.txt")).unwrap(), "mine\n");
}

#[test]
fn an_mdbook_gets_what_it_lacks() {
    let dir = tempfile::tempdir().unwrap();
    let before = "# ours\n[book]\ntitle = 'Manual' # why\n\n[output.html]\n";
    write(dir.path(), "book.toml", before);
    write(dir.path(), "src/SUMMARY.md", "- [A](a.md)\n");
    write(dir.path(), "src/a.md", "# A\n\nText.\n");
    let old = tree(dir.path());
    passes(&["init", "--name", "Example", "--url", "https://docs.example.com/"], dir.path());
    let new = tree(dir.path());
    let book = String::from_utf8_lossy(&new["book.toml"]).into_owned();
    assert!(book.contains("title = 'Manual' # why") && book.contains("[preprocessor.trustbook]"), "{book}");
    let added: Vec<&str> = new.keys().filter(|path| !old.contains_key(*path)).map(String::as_str).collect();
    // The facts of the register that it adds are there to be used, and no debt of the book.
    assert_eq!(added, [".trustbook/register.schema.json", "facts/contacts.toml", "facts/vendor.toml"]);
    assert!(old.iter().filter(|(path, _)| *path != "book.toml").all(|(path, bytes)| new[path] == *bytes));
    passes(&["check"], dir.path());
    assert!(stderr(&passes(&["init"], dir.path())).contains("nothing was written"));
    assert_eq!(tree(dir.path()), new);
}

#[cfg(unix)]
#[test]
fn a_link_leads_nothing_out_of_the_folder() {
    let (dir, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    std::os::unix::fs::symlink(outside.path(), dir.path().join("facts")).unwrap();
    assert_eq!(trustbook(&["init", "--name", "Example"], dir.path()).status.code(), Some(2));
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 0);
}

/// A link would redirect writes or expose other files, and a pipe would block the command.
#[cfg(unix)]
#[test]
fn what_is_no_plain_file_is_named_and_left() {
    use std::os::unix::fs::symlink;
    let outside = tempfile::tempdir().unwrap();
    write(outside.path(), "book.toml", "[book]\ntitle = \"Elsewhere\"\n");
    fs::create_dir(outside.path().join("folder")).unwrap();
    let before = tree(outside.path());
    let book = "[book]\ntitle = \"Manual\"\n";
    let cases: &[(&str, Option<&str>, &[&str])] = &[
        ("book.toml", Some("book.toml"), &[]),
        ("book.toml", None, &[]),
        ("facts", Some("folder"), &["book.toml"]),
        ("facts", Some("folder"), &[]),
        ("facts/vendor.toml", Some("none"), &["book.toml"]),
        ("facts/vendor.toml", None, &["book.toml"]),
        (".trustbook", Some("folder"), &["book.toml"]),
        (".github", Some("folder"), &[]),
        ("ci", Some("folder"), &[]),
        ("src", None, &[]),
    ];
    for (path, target, files) in cases {
        let dir = tempfile::tempdir().unwrap();
        files.iter().for_each(|file| write(dir.path(), file, book));
        let place = dir.path().join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        match target {
            Some(target) => symlink(outside.path().join(target), &place).unwrap(),
            None => assert!(std::process::Command::new("mkfifo").arg(&place).status().unwrap().success()),
        }
        let old = tree(dir.path());
        let output = trustbook(&["init", "--name", "Example"], dir.path());
        assert_eq!(output.status.code(), Some(2), "{path}: {}", stderr(&output));
        let what = if target.is_some() { "is a symbolic link" } else { "is a pipe" };
        assert!(stderr(&output).contains(&format!("`{path}` {what}")), "{path}: {}", stderr(&output));
        assert!(stderr(&output).contains("help: "), "{path}");
        assert!(old == tree(dir.path()) && before == tree(outside.path()), "{path}");
    }
}

/// The files for a data model run the migrations in an empty database, and write a schema that is read.
#[cfg(unix)]
#[test]
fn migrations_are_run_in_an_empty_database() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let told = stderr(&passes(&["init", ".", "--name", "X", "--data-model", "sqlite"], dir));
    assert!(told.contains("ci/migrate.sh"), "{told}");
    assert!(dir.join(".github/workflows/schema.yml").is_file() && dir.join("ci/propose.sh").is_file());
    let script = fs::read_to_string(dir.join("ci/migrate.sh")).unwrap();
    assert!(script.contains("\n# database: sqlite\n"), "{script}");
    let run =
        || std::process::Command::new("bash").args(["ci/schema.sh", "schema.sql"]).current_dir(dir).output().unwrap();
    assert!(stderr(&run()).contains("write the commands that run the migrations"), "nothing was written into it yet");
    // The file belongs to the writer, and the others are renewed.
    let mine =
        script.replace("exit 1", "sqlite3 \"${DATABASE_URL#sqlite://}\" 'CREATE TABLE person (id int, email text)'");
    write(dir, "ci/migrate.sh", &mine);
    passes(&["init", ".", "--update"], dir);
    passes(&["init", ".", "--data-model", "sqlite"], dir);
    assert_eq!(fs::read_to_string(dir.join("ci/migrate.sh")).unwrap(), mine);
    if std::process::Command::new("sqlite3").arg("--version").output().is_err() {
        return;
    }
    let output = run();
    assert!(output.status.success(), "{}", stderr(&output));
    write(
        dir,
        "facts/data.toml",
        "[[schema]]\nid = \"app\"\npath = \"schema.sql\"\nlanguage = \"sqlite\"\nowner = \"x\"\nsource = \"y\"\nstated = 2026-01-12\n",
    );
    let coverage = stdout(&trustbook(&["schema", "coverage"], dir));
    assert!(coverage.contains("person"), "{coverage}");
}

/// The workflows of this repository equal those of new books, but install from the tree and use its scripts.
#[test]
fn this_repository_runs_the_workflows_of_new_books() {
    let templates = root().join("preprocessors/trustbook/templates/github/workflows");
    for name in ["check.yml", "links.yml", "pages.yml", "refresh.yml"] {
        let template = fs::read_to_string(templates.join(name)).unwrap();
        let install = "        run: bash ci/install.sh\n        env:\n          GH_TOKEN: ${{ github.token }}\n";
        assert!(template.contains(install), "{name}");
        let ours = template
            .replace(install, "        run: cargo install --locked --path preprocessors/trustbook\n")
            .replace("bash ci/", "bash preprocessors/trustbook/templates/ci/");
        let path = root().join(".github/workflows").join(name);
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &ours).unwrap();
        }
        assert_eq!(
            fs::read_to_string(&path).unwrap(),
            ours,
            "{name}: `UPDATE=1 cargo test -p trustbook-tests init` writes it"
        );
    }
}

/// No script contains a value of an event, and every action is pinned (zizmor checks more).
#[test]
fn workflows_are_pinned_and_ask_for_nothing_at_the_top() {
    let folders = [".github/workflows", "preprocessors/trustbook/templates/github/workflows"];
    for entry in folders.iter().flat_map(|folder| WalkDir::new(root().join(folder))).map(Result::unwrap) {
        if !entry.file_type().is_file() {
            continue;
        }
        let (name, text) = (entry.path().display(), fs::read_to_string(entry.path()).unwrap());
        assert!(text.contains("\npermissions: {}\n") && text.contains("\nconcurrency:\n"), "{name}");
        assert!(!text.contains("pull_request_target"), "{name}");
        assert_eq!(text.matches("runs-on:").count(), text.matches("timeout-minutes:").count(), "{name}");
        assert_eq!(
            text.matches("actions/checkout@").count(),
            text.matches("persist-credentials: false").count(),
            "{name}"
        );
        for line in text.lines().filter_map(|line| line.trim_start_matches(['-', ' ']).strip_prefix("uses: ")) {
            let commit = line.split_once('@').map(|(_, rest)| rest.split_once(" # v").unwrap_or_default().0);
            let is_pinned =
                commit.is_some_and(|commit| commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit()));
            assert!(is_pinned, "{name}: {line}");
        }
    }
}

#[test]
fn an_mdbook_publishes_at_once_and_only_new_findings_fail() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), "docs/book.toml", "[book]\ntitle = \"Example\"\n\n[output.html]\nsidebar-header-nav = true\n");
    write(dir.path(), "docs/src/SUMMARY.md", "# Summary\n\n- [Start](start.md)\n");
    write(dir.path(), "docs/src/start.md", "# Start\n\n[gone](gone.md)\n");
    fs::create_dir(dir.path().join(".git")).unwrap();
    let told = stderr(&passes(&["init", "docs", "--ci", "github"], dir.path()));
    assert!(told.contains("baseline.json holds 2 findings"), "{told}");
    let settings = fs::read_to_string(dir.path().join("docs/book.toml")).unwrap();
    assert!(settings.contains("optional = true"), "mdBook goes on without the program: {settings}");
    let workflow = fs::read_to_string(dir.path().join(".github/workflows/pages.yml")).unwrap();
    assert!(workflow.contains("    working-directory: docs\n") && workflow.contains("path: docs/site\n"), "{workflow}");
    assert!(dir.path().join("docs/ci/install.sh").is_file() && !dir.path().join("docs/.github").exists());
    let told = stderr(&passes(&["build", "docs"], dir.path()));
    assert!(told.contains("baseline.json holds 2 findings"), "{told}");
    write(dir.path(), "docs/src/start.md", "# Start\n\n[gone](gone.md)\n\n[also](also.md)\n");
    let output = trustbook(&["check", "docs"], dir.path());
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    assert!(stdout(&output).contains("also.md") && !stdout(&output).contains("`gone.md`"), "{}", stdout(&output));
    passes(&["check", "docs", "--update-baseline"], dir.path());
    passes(&["check", "docs"], dir.path());
    write(dir.path(), "docs/src/start.md", "# Start\n\n<script>alert(1)</script>\n");
    let output = trustbook(&["check", "docs", "--update-baseline"], dir.path());
    assert_eq!(output.status.code(), Some(1), "no baseline holds a script: {}", stdout(&output));
    assert!(stderr(&trustbook(&["check", "docs"], dir.path())).contains("1 error"));
}

#[test]
fn an_update_renews_what_was_written_and_leaves_what_was_edited() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(".git")).unwrap();
    passes(&["init", "docs", "--name", "Example"], dir.path());
    let new = tree(dir.path());
    let text = |path: &str| fs::read_to_string(dir.path().join(path)).unwrap();
    assert!(stderr(&passes(&["init", "docs", "--update"], dir.path())).contains("nothing was written"));
    assert_eq!(tree(dir.path()), new);
    // An earlier version wrote other texts, in its own lines, and one script less.
    let earlier = |path: &str, from: &str, to: &str| {
        let old = text(path).replace(from, to);
        let (above, _) = old.rsplit_once("# `trustbook init --update`").unwrap();
        let output = std::process::Command::new("python3")
            .args(["-c", "import hashlib, sys; print(hashlib.sha256(sys.argv[1].encode()).hexdigest()[:16])", above])
            .output()
            .unwrap();
        let sum = stdout(&output);
        let mark = format!("# `trustbook init --update` renews this file unless it was edited: {sum}");
        write(dir.path(), path, &format!("{above}{mark}"));
    };
    let workflow = ".github/workflows/check.yml";
    earlier(workflow, "timeout-minutes: 15", "timeout-minutes: 5");
    fs::remove_file(dir.path().join("docs/ci/check.sh")).unwrap();
    write(dir.path(), "docs/ci/install.sh", &format!("{}# mine\n", text("docs/ci/install.sh")));
    fs::remove_file(dir.path().join(".github/workflows/links.yml")).unwrap();
    let updated = passes(&["init", "docs", "--update"], dir.path());
    let (shown, told) = (stdout(&updated), stderr(&updated));
    assert!(shown.contains("-    timeout-minutes: 5\n+    timeout-minutes: 15\n"), "{shown}");
    assert!(shown.contains("--- /dev/null\n+++ b/ci/check.sh\n"), "a script that a workflow runs is added: {shown}");
    assert!(told.contains("ci/install.sh was edited, and is left as it is"), "{told}");
    assert!(told.contains("renewed 2 files"), "{told}");
    let mut expected = new;
    expected.remove(".github/workflows/links.yml").unwrap();
    expected.get_mut("docs/ci/install.sh").unwrap().extend(b"# mine\n");
    assert_eq!(tree(dir.path()), expected);
    assert_eq!(trustbook(&["init", "--update"], dir.path()).status.code(), Some(2), "this folder is no book");
}

#[test]
fn a_second_book_of_a_repository_says_which_workflows_are_those_of_the_first() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(".git")).unwrap();
    passes(&["init", "security", "--name", "Example"], dir.path());
    let told = stdout(&passes(&["init", "privacy", "--name", "Example"], dir.path()));
    assert!(told.contains("= .github/workflows/check.yml (at the root of the repository) (left as it is)"), "{told}");
    assert!(told.contains("+ ci/check.sh\n"), "{told}");
    let workflow = fs::read_to_string(dir.path().join(".github/workflows/check.yml")).unwrap();
    assert!(workflow.contains("working-directory: security\n"), "{workflow}");
    // An update of the second book leaves the workflows of the first.
    let before = tree(dir.path());
    passes(&["init", "privacy", "--update"], dir.path());
    assert_eq!(tree(dir.path()), before);
}

#[test]
fn a_workflow_of_gitlab_is_at_the_root_of_the_repository_and_runs_in_the_folder_of_the_book() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(".git")).unwrap();
    passes(&["init", "docs/it's a book", "--name", "Example", "--ci", "gitlab"], dir.path());
    let workflow = fs::read_to_string(dir.path().join(".gitlab-ci.yml")).unwrap();
    assert!(workflow.contains("  before_script:\n    - \"cd \\\"docs/it's a book\\\"\"\n"), "{workflow}");
    assert!(dir.path().join("docs/it's a book/ci/install.sh").is_file());
}

#[test]
fn a_book_that_uses_its_repository_builds_at_once_and_wholly_with_its_root() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(".git")).unwrap();
    write(dir.path(), "shared/site.css", "h1 { color: red }\n");
    write(dir.path(), "shared/part.md", "From the repository.\n");
    let settings =
        "[book]\ntitle = \"Manual\"\nsrc = \".\"\n\n[output.html]\nadditional-css = [\"../shared/site.css\"]\n";
    write(dir.path(), "docs/book.toml.en", settings);
    write(dir.path(), "docs/SUMMARY.md", "- [Start](index.md)\n");
    write(dir.path(), "docs/index.md", "# Start\n\n{{#include ../shared/part.md}}\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("book.toml.en", dir.path().join("docs/book.toml")).unwrap();
    #[cfg(not(unix))]
    write(dir.path(), "docs/book.toml", settings);
    let output = trustbook(&["init", "docs"], dir.path());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let fewer =
        "2 findings fewer with `trustbook build docs --root .`, which reads files of the repository around the book";
    assert!(stderr(&output).contains(fewer), "{}", stderr(&output));
    #[cfg(unix)]
    assert!(fs::read_to_string(dir.path().join("docs/book.toml.en")).unwrap().contains("[preprocessor.trustbook]"));
    assert_eq!(trustbook(&["build", "docs"], dir.path()).status.code(), Some(0));
    let page = || fs::read_to_string(dir.path().join("docs/book/index.html")).unwrap();
    assert!(!page().contains("From the repository"));
    assert_eq!(trustbook(&["build", "docs", "--root", "."], dir.path()).status.code(), Some(0));
    assert!(page().contains("From the repository") && page().contains("href=\"shared/site.css"), "{}", page());
    assert!(dir.path().join("docs/book/shared/site.css").is_file());
}
