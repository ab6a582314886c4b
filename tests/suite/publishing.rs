//! Published sites: the same bytes everywhere, whole or not at all, and verified file by file.

#![allow(clippy::print_stdout, reason = "`cargo xtask exact` and `cargo xtask at-once` show what was compared")]

use crate::command::{book, programs, root, stderr, stdout, tree, trustbook, write};
use crate::server::Server;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use walkdir::WalkDir;

/// The number of concurrent builds.
const AT_ONCE: usize = 8;
/// The number of rounds, unless `TRUSTBOOK_TEST_ROUNDS` sets it.
const ROUNDS: usize = 4;

/// Copies a folder or a file, in the order of names or backwards: some file systems list files in the order of
/// creation.
fn copy(from: &Path, to: &Path, backwards: bool) {
    let mut files: Vec<PathBuf> = WalkDir::new(from)
        .into_iter()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| entry.path().strip_prefix(from).unwrap().to_owned())
        .collect();
    files.sort();
    if backwards {
        files.reverse();
    }
    for file in files {
        // For a single file the relative path is empty, and joining it would add a slash.
        let at = |to: &Path| if file.as_os_str().is_empty() { to.to_owned() } else { to.join(&file) };
        fs::create_dir_all(at(to).parent().unwrap()).unwrap();
        fs::copy(at(from), at(to)).unwrap();
    }
}

/// The books that are built in several places, with their files; the first is in the root of the project.
const BOOKS: &[(&str, &[&str])] = &[
    (".", &["book.toml", "facts", "src"]),
    ("guide", &["book.toml", "facts", "model.prisma", "release.json", "src"]),
    ("tests/books/vendor", &["book.toml", "database", "facts", "release.json", "src"]),
];

#[test]
fn the_same_book_gives_the_same_bytes_wherever_it_is_built() {
    for (book, parts) in BOOKS {
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let deep = there.path().join("a folder/with ünusual names/of another depth");
        for part in *parts {
            let from = root().join(book).join(part);
            copy(&from, &here.path().join(part), false);
            copy(&from, &deep.join(part), true);
        }
        let build = |dir: &Path, umask: &str, day: &str, env: &[(&str, &str)]| {
            let line = format!("umask {umask}; exec \"$0\" build --commit c0ffee {day}");
            let mut command = Command::new("sh");
            command.args(["-c", &line]).arg(programs().join("trustbook")).current_dir(dir).env_clear();
            let output = command.envs(env.iter().copied()).output().unwrap();
            assert!(output.status.success(), "{}", stderr(&output));
            tree(&dir.join("book"))
        };
        let path = std::env::var("PATH").unwrap();
        let (now, umask) = ("--now 2026-01-15", "022");
        let first = build(here.path(), umask, now, &[("PATH", &path), ("TZ", "Pacific/Kiritimati"), ("LC_ALL", "C")]);
        let second = build(
            &deep,
            "077",
            now,
            &[
                ("PATH", &path),
                ("TZ", "America/Los_Angeles"),
                ("LC_ALL", "de_DE.UTF-8"),
                ("LANG", "tr_TR.UTF-8"),
                ("HOME", "/nonexistent"),
                ("RAYON_NUM_THREADS", "1"),
                ("MDBOOK_BOOK__TITLE", "Another title"),
                ("SOURCE_DATE_EPOCH", "0"),
            ],
        );
        let third = build(here.path(), "002", "", &[("PATH", &path), ("SOURCE_DATE_EPOCH", "1768435200")]);
        assert!(first.len() > 20, "{} files", first.len());
        for other in [second, third] {
            assert_eq!(first.keys().collect::<Vec<_>>(), other.keys().collect::<Vec<_>>());
            for (path, bytes) in &first {
                assert!(*bytes == other[path], "{} differs", path.display());
            }
        }
        let bytes: usize = first.values().map(Vec::len).sum();
        println!("{book:<20} {:>4} files, {bytes:>9} bytes, the same in three ways", first.len());
    }
}

#[test]
fn a_build_needs_no_temporary_folder() {
    let (book, nowhere) = (book(), "/nonexistent/temporary");
    for command in ["build", "check"] {
        let output = Command::new(programs().join("trustbook"))
            .arg(command)
            .current_dir(book.path())
            .envs([("TMPDIR", nowhere), ("TMP", nowhere), ("TEMP", nowhere)])
            .output()
            .unwrap();
        assert!(output.status.success(), "{command}: {}", stderr(&output));
    }
}

#[test]
fn of_pages_that_are_made_twice_nothing_of_the_first_time_is_published() {
    let book = book();
    let settings = "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook.checks]\n\
        claim-contradicted = \"warn\"\nthird-party-request = \"warn\"\n";
    write(book.path(), "book.toml", settings);
    let claim =
        "[[claim]]\nid = \"c\"\nsays = \"These pages ask nobody else.\"\nkind = \"no_request\"\nscope = \"site\"\n";
    write(book.path(), "facts/claims.toml", &format!("[defaults]\nsource = \"handbook\"\n\n{claim}"));
    let page = "# About\n\n{{ vendor.name }}: {{ claim.c }} ![Logo](logo.svg)\n\n<img src=\"https://cdn.example.net/x.png\" alt=\"x\">\n";
    write(book.path(), "src/about.md", page);
    let output = trustbook(&["build"], book.path());
    assert!(output.status.success() && stderr(&output).contains("claim-contradicted"), "{}", stderr(&output));
    let indexes = fs::read_dir(book.path().join("book/assets/search")).unwrap();
    assert_eq!(indexes.filter(|entry| entry.as_ref().unwrap().path().is_dir()).count(), 1);
    let output = trustbook(&["verify", "book"], book.path());
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn builds_at_once_leave_a_whole_site_and_nothing_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let wholes: Vec<BTreeMap<PathBuf, Vec<u8>>> = (0..AT_ONCE)
        .map(|at| {
            let of = dir.path().join(format!("book-{at}"));
            copy(book().path(), &of, false);
            write(&of, "src/about.md", &format!("# About\n\nWe are {{{{ vendor.name }}}} {at}. ![Logo](logo.svg)\n"));
            assert!(trustbook(&["build", "--out", "../alone"], &of).status.success());
            tree(&dir.path().join("alone"))
        })
        .collect();
    let rounds = std::env::var("TRUSTBOOK_TEST_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    for _ in 0..rounds {
        let _ = fs::remove_dir_all(dir.path().join("site"));
        let running: Vec<_> = (0..AT_ONCE)
            .map(|at| {
                Command::new(programs().join("trustbook"))
                    .args(["build", "--out", "../site"])
                    .current_dir(dir.path().join(format!("book-{at}")))
                    .env("SOURCE_DATE_EPOCH", "1768435200")
                    .stderr(Stdio::piped())
                    .spawn()
                    .unwrap()
            })
            .collect();
        for child in running {
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{}", stderr(&output));
        }
        let site = tree(&dir.path().join("site"));
        assert!(wholes.contains(&site), "the site is none of those that were built");
        let left: Vec<_> = fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left.len(), AT_ONCE + 2, "{left:?}");
    }
    println!("{rounds} times {AT_ONCE} builds at once, each time one whole site and nothing beside it");
}

#[cfg(unix)]
#[test]
fn a_link_to_the_site_stays_and_leads_to_the_new_one() {
    let book = book();
    let real = tempfile::tempdir().unwrap();
    assert!(trustbook(&["build", "--out", real.path().join("site").to_str().unwrap()], book.path()).status.success());
    std::os::unix::fs::symlink(real.path().join("site"), real.path().join("link")).unwrap();
    write(book.path(), "src/about.md", "# About\n\nNew words. {{ vendor.name }} ![Logo](logo.svg)\n");
    assert!(trustbook(&["build", "--out", real.path().join("link").to_str().unwrap()], book.path()).status.success());
    assert!(fs::symlink_metadata(real.path().join("link")).unwrap().is_symlink());
    assert!(fs::read_to_string(real.path().join("site/about.html")).unwrap().contains("New words."));
}

#[test]
fn a_folder_is_verified_file_by_file() {
    let book = book();
    assert!(trustbook(&["build", "--commit", "c0ffee"], book.path()).status.success());
    let verify = |args: &[&str]| {
        let output = trustbook(&[&["verify", "book"], args].concat(), book.path());
        (output.status.code(), stdout(&output), stderr(&output))
    };
    let (code, out, said) = verify(&[]);
    assert_eq!((code, out.as_str()), (Some(0), ""), "{said}");
    assert!(said.contains("built for 2026-01-15 from commit c0ffee with trustbook"), "{said}");
    assert!(said.contains("all of 20 files match this book"), "{said}");
    assert_eq!(verify(&["--commit", "c0ffee"]).0, Some(0));
    let (code, out, _) = verify(&["--commit", "other"]);
    assert_eq!((code, out.as_str()), (Some(1), "it names the commit c0ffee, not other\n"));

    // A changed byte, a missing file, and an added one.
    let page = book.path().join("book/about.html");
    let text = fs::read_to_string(&page).unwrap();
    fs::write(&page, text.replace("Example Ltd", "Exampel Ltd")).unwrap();
    fs::remove_file(book.path().join("book/logo.svg")).unwrap();
    write(book.path(), "book/evil.js", "alert(1)");
    let (code, out, said) = verify(&[]);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!((code, lines.len()), (Some(1), 3), "{out}");
    assert!(lines[0].starts_with("about.html: it is another file: SHA-256 "), "{out}");
    assert_eq!(lines[1..], ["evil.js: no build has this file", "logo.svg: it is missing"]);
    assert!(said.contains("3 differences in 20 files"), "{said}");
    assert!(said.contains("keeps files that it did not publish"), "{said}");
    assert_eq!(verify(&["--manifest-only"]).1, out, "the manifest alone tells these too");

    // A forged manifest is detected by a build.
    fs::write(&page, text.replace("Example Ltd", "Exampel Ltd")).unwrap();
    assert!(trustbook(&["build", "--replace"], book.path()).status.success());
    write(book.path(), "src/about.md", "# About\n\nChanged. {{ vendor.name }} ![Logo](logo.svg)\n");
    let (code, out, _) = verify(&[]);
    assert!(code == Some(1) && out.starts_with("about.html: it is another file"), "{out}");
    assert_eq!(verify(&["--manifest-only"]).0, Some(0));

    write(book.path(), "src/about.md", "# About\n\n{{ vendor.nam }}\n");
    let (code, _, said) = verify(&[]);
    assert!(code == Some(3) && said.contains("the book has errors"), "{said}");
    fs::write(book.path().join("book/manifest.json"), "{}").unwrap();
    let (code, _, said) = verify(&[]);
    assert!(code == Some(3) && said.contains("is not a manifest of trustbook"), "{said}");
    fs::remove_file(book.path().join("book/manifest.json")).unwrap();
    let (code, _, said) = verify(&[]);
    assert!(code == Some(3) && said.contains("there is no `manifest.json` there"), "{said}");
    let output = trustbook(&["verify", "nowhere"], book.path());
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
}

#[test]
fn a_server_is_verified_file_by_file() {
    let book = book();
    let allow = "\n[preprocessor.trustbook.security.network]\nallow = [\"127.0.0.1\"]\n";
    let toml = fs::read_to_string(book.path().join("book.toml")).unwrap();
    write(book.path(), "book.toml", &(toml + allow));
    assert!(trustbook(&["build"], book.path()).status.success());
    let site = tree(&book.path().join("book"));
    let bodies: Vec<(String, String)> = site
        .into_iter()
        .map(|(path, bytes)| (format!("/trust/{}", path.display()), String::from_utf8(bytes).unwrap()))
        .collect();
    let bodies: Vec<(&str, &str)> = bodies.iter().map(|(path, body)| (path.as_str(), body.as_str())).collect();
    let (server, served) = Server::of(&bodies);
    let verify = || {
        let output = trustbook(&["verify", &server.url("/trust")], book.path());
        (output.status.code(), stdout(&output), stderr(&output))
    };
    let (code, out, said) = verify();
    assert_eq!((code, out.as_str()), (Some(0), ""), "{said}");
    assert_eq!(server.asked().len(), 21, "the manifest and each of 20 files, once");

    // Modifications by the host are reported as well.
    served.lock().unwrap().entry("/trust/about.html".to_owned()).and_modify(|body| body.push_str("<script></script>"));
    served.lock().unwrap().remove("/trust/logo.svg");
    let (code, out, said) = verify();
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!((code, lines.len()), (Some(1), 2), "{out}{said}");
    assert!(lines[0].starts_with("about.html: it is another file"), "{out}");
    assert_eq!(lines[1], "logo.svg: it is missing");

    served.lock().unwrap().remove("/trust/manifest.json");
    let (code, _, said) = verify();
    assert!(code == Some(3) && said.contains("there is no `manifest.json` there"), "{said}");
    // A private address that the book does not allow is not requested.
    let asked = server.connections();
    write(book.path(), "book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n");
    let (code, _, said) = verify();
    assert!(code == Some(3) && server.connections() == asked, "{said}");
}
