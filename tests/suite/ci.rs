//! The script that holds a change to what is new in it, as the workflows and the action run it.

use crate::command::{programs, root, stderr, stdout, trustbook, write};
use std::path::Path;
use std::process::{Command, Output};

fn git(dir: &Path, args: &[&str]) {
    let settings = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
    let output = Command::new("git").args(settings).args(args).current_dir(dir).output().unwrap();
    assert!(output.status.success(), "git {args:?}: {}", stderr(&output));
}

fn commit(dir: &Path) {
    git(dir, &["add", "--all"]);
    git(dir, &["commit", "--quiet", "--message", "x"]);
}

/// Runs the script in a repository, with the command that is tested before all others.
fn check(dir: &Path, args: &[&str]) -> Output {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(programs().to_owned()).chain(std::env::split_paths(&path));
    Command::new("bash")
        .arg(root().join("preprocessors/trustbook/templates/ci/check.sh"))
        .args(args)
        .current_dir(dir)
        .env("PATH", std::env::join_paths(paths).unwrap())
        .env("SOURCE_DATE_EPOCH", "1768435200")
        .env("REPORT", "short")
        .env("SARIF", dir.join("findings.sarif"))
        .output()
        .unwrap()
}

#[cfg(unix)]
#[test]
fn a_change_is_held_to_what_is_new_in_it() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    git(dir, &["init", "--quiet"]);
    write(dir, "README.md", "# Product\n");
    write(dir, ".gitignore", "findings.sarif\n");
    commit(dir);

    let made = trustbook(&["init", "docs/trust", "--name", "Example", "--ci", "none"], dir);
    assert!(made.status.success(), "{}", stderr(&made));
    commit(dir);
    let output = check(dir, &["docs/trust", "HEAD^1"]);
    assert!(output.status.success(), "the base has no book: {}", stderr(&output));

    write(dir, "docs/trust/src/faq.md", "# Questions\n\n{{ vendor.nope }}\n\n{{#answers}}\n");
    commit(dir);
    let output = check(dir, &["docs/trust", "HEAD^1"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(stdout(&output).contains("error[fact-unknown]"), "{}", stdout(&output));

    write(dir, "docs/trust/src/cookies.md", "# Cookies\n\nNone.\n\n{{#cookies}}\n");
    commit(dir);
    let output = check(dir, &["docs/trust", "HEAD^1"]);
    assert!(output.status.success(), "{}", stdout(&output));
    assert!(stdout(&output).contains("warning[fact-unknown]"), "{}", stdout(&output));
    assert!(std::fs::read_to_string(dir.join("findings.sarif")).unwrap().contains("fact-unknown"));
    assert_eq!(check(dir, &["docs/trust"]).status.code(), Some(1), "without a base everything counts");

    let output = check(dir, &["docs/trust", "nowhere"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("fetch-depth"), "{}", stderr(&output));
    let worktrees = Command::new("git").args(["worktree", "list"]).current_dir(dir).output().unwrap();
    assert_eq!(stdout(&worktrees).lines().count(), 1, "the worktree of the base is gone");
}
