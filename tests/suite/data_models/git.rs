//! `trustbook refresh` with a repository: git maps its https address to a local repository.

use super::PATH;
use super::refresh::{FIRST, SECOND, locked};
use crate::command::{programs, stderr, stdout, tree, write};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const ADDRESS: &str = "https://git.example.com/example/app";

/// A repository, and a book that refers to it by an address.
struct Places {
    work: TempDir,
    book: TempDir,
}

impl Places {
    fn new() -> Self {
        let places = Places { work: tempfile::tempdir().unwrap(), book: tempfile::tempdir().unwrap() };
        places.git(&["init", "--quiet", "--initial-branch=main", "."]);
        places.git(&["config", "uploadpack.allowFilter", "true"]);
        places.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
        let at = |path: &str, text: &str| write(places.book.path(), path, text);
        at("book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n");
        at("src/SUMMARY.md", "- [Data](data.md)\n");
        at("src/data.md", "# Data\n\n{{#schemas}}\n");
        places.follow(PATH, "");
        places
    }

    /// Sets the data model of the book.
    fn follow(&self, path: &str, more: &str) {
        let register = format!(
            "[defaults]\nsource = \"handbook\"\n\n[[schema]]\nid = \"app\"\npath = \"{path}\"\n\
             repository = \"{ADDRESS}\"\n{more}\n"
        );
        write(self.book.path(), "facts/data.toml", &register);
    }

    fn git(&self, args: &[&str]) -> String {
        let mut command = Command::new("git");
        command.args(["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]);
        let output = alone(&mut command).args(args).current_dir(self.work.path()).output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }

    /// Commits a file, and returns the commit.
    fn commit(&self, path: &str, text: &str) -> String {
        write(self.work.path(), path, text);
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "a version"]);
        self.git(&["rev-parse", "HEAD"])
    }

    fn refresh(&self, args: &[&str]) -> Output {
        let mut command = Command::new(programs().join("trustbook"));
        let work = self.work.path().to_str().unwrap();
        alone(&mut command)
            .arg("refresh")
            .args(args)
            .current_dir(self.book.path())
            .env("SOURCE_DATE_EPOCH", "1768435200")
            .env("GIT_CONFIG_COUNT", "1")
            .env("GIT_CONFIG_KEY_0", format!("url.file://{work}.insteadOf"))
            .env("GIT_CONFIG_VALUE_0", ADDRESS)
            .env("GIT_ALLOW_PROTOCOL", "file")
            .output()
            .unwrap()
    }

    /// Refreshes, and returns the commit that is then in the lock.
    fn pinned(&self, args: &[&str]) -> String {
        let output = self.refresh(args);
        assert_eq!(output.status.code(), Some(0), "{}{}", stdout(&output), stderr(&output));
        let lock: toml::Table = locked(self.book.path()).parse().unwrap();
        lock["schema"][0]["commit"].as_str().unwrap().to_owned()
    }

    fn fails(&self, parts: &[&str]) {
        let before = tree(self.book.path());
        let output = self.refresh(&[]);
        assert_eq!(output.status.code(), Some(1), "{}{}", stdout(&output), stderr(&output));
        for part in parts {
            assert!(stderr(&output).contains(part), "{part}: {}", stderr(&output));
        }
        assert!(before == tree(self.book.path()));
    }
}

/// Removes the git settings of the person who runs the tests.
fn alone(command: &mut Command) -> &mut Command {
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1")
}

/// Returns the paths of the files in the lock.
fn files(book: &Path) -> Vec<String> {
    let lock: toml::Table = locked(book).parse().unwrap();
    let files = lock["schema"][0]["files"].as_array().unwrap().iter();
    files.map(|file| file["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_branch_a_tag_and_a_commit_are_followed() {
    let places = Places::new();
    let first = places.commit(PATH, FIRST);
    places.git(&["tag", "v1"]);
    places.git(&["tag", "--annotate", "v1-annotated", "--message", "the first"]);
    let second = places.commit(PATH, SECOND);
    places.git(&["branch", "next"]);
    assert_eq!(places.pinned(&[]), second, "left out, what the repository has checked out");
    for (track, commit) in [("v1", &first), ("next", &second), ("v1-annotated", &first), ("main", &second)] {
        places.follow(PATH, &format!("track = \"{track}\""));
        assert_eq!(places.pinned(&[]), *commit, "{track}");
    }
    assert_eq!(places.pinned(&["app", "--commit", &first]), first);
    let blob = places.git(&["rev-parse", &format!("{first}:{PATH}")]);
    assert!(locked(places.book.path()).contains(&format!("blob = \"{blob}\"")), "git's own name for the file");
}

#[test]
fn what_the_repository_does_not_have_is_told_and_nothing_is_written() {
    let places = Places::new();
    places.commit(PATH, FIRST);
    places.pinned(&[]);
    places.follow(PATH, "track = \"nowhere\"");
    places.fails(&["couldn't find remote ref", "correct `track` in the register"]);
    places.follow(PATH, "track = \"--upload-pack=x\"");
    places.fails(&["`--upload-pack=x` is not a branch, tag or commit"]);
    places.follow("prisma/other.prisma", "");
    places.fails(&["has no file prisma/other.prisma at commit", "correct the `path`"]);
    places.follow(PATH, "");
    places.commit(PATH, "model Account {\n");
    places.fails(&["the data model `app` is unchanged in the lock", "error[schema-syntax]"]);
    fs::remove_dir_all(places.work.path().join(".git")).unwrap();
    places.fails(&["reading https://git.example.com/example/app failed"]);
}

#[cfg(unix)]
#[test]
fn of_a_folder_only_plain_files_of_the_language_are_read() {
    let places = Places::new();
    places.commit("models/a.prisma", "model A {\n  id Int @id\n  b  B?\n}\n");
    places.commit("models/deep/b.prisma", "model B {\n  id Int @id\n}\n");
    places.commit("models/readme.md", "not a model\n");
    places.commit("other/c.prisma", "model C {\n  id Int @id\n}\n");
    std::os::unix::fs::symlink("../other/c.prisma", places.work.path().join("models/link.prisma")).unwrap();
    std::os::unix::fs::symlink("/etc", places.work.path().join("models/outside")).unwrap();
    places.commit("models/*.prisma", "model D {\n  id Int @id\n}\n");
    places.follow("models", "");
    places.pinned(&[]);
    let read = files(places.book.path());
    assert_eq!(read, ["models/*.prisma", "models/a.prisma", "models/deep/b.prisma"]);
    assert!(!locked(places.book.path()).contains("name = \"C\""), "a link is not followed");
    // A path is not interpreted as a pattern.
    places.follow("models/*.prisma", "");
    places.pinned(&[]);
    assert_eq!(files(places.book.path()), ["models/*.prisma"]);
    places.follow("models/link.prisma", "");
    places.fails(&["has no file models/link.prisma"]);
}

#[test]
fn no_other_way_than_https_is_taken_without_being_asked_for() {
    let places = Places::new();
    places.commit(PATH, FIRST);
    let work = places.work.path().to_str().unwrap();
    let mut command = Command::new(programs().join("trustbook"));
    let output = alone(&mut command)
        .args(["refresh"])
        .current_dir(places.book.path())
        .env("GIT_CONFIG_COUNT", "1")
        .env("GIT_CONFIG_KEY_0", format!("url.file://{work}.insteadOf"))
        .env("GIT_CONFIG_VALUE_0", ADDRESS)
        .env_remove("GIT_ALLOW_PROTOCOL")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("write the address of the repository with https"), "{}", stderr(&output));
}
