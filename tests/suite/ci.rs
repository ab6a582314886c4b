//! The scripts of the workflows and the action, and the isolation of jobs in the release workflow.

use crate::command::{programs, root, stderr, stdout, trustbook, write};
use serde_json::{Value as Json, json};
use std::fs;
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

/// Runs the script in a repository, with the command under test first in `PATH`.
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

/// A fake forge that answers as a test prescribes, and records its requests.
const GH: &str = r#"#!/usr/bin/env bash
printf '%s\n' "$*" >> "$STATE/asked"
case "$1 $2" in
  'pr list') cat "$STATE/pulls.json" ;;
  'issue list') cat "$STATE/issues.json" ;;
  'issue view') echo "an old text" ;;
  'issue create') echo "https://forge.example/o/r/issues/99" ;;
  'api repos/o/r/git/ref/heads/'*) exit 1 ;;
  'api repos/o/r/git/'*) cat > /dev/null; echo abcdef ;;
esac
"#;

/// Runs a script with the fake forge, and returns its requests other than lists.
#[cfg(unix)]
fn asks(dir: &Path, script: &str, args: &[&str], pulls: &Json, issues: &Json) -> Vec<String> {
    use std::os::unix::fs::PermissionsExt;
    write(dir, "state/gh", GH);
    fs::set_permissions(dir.join("state/gh"), fs::Permissions::from_mode(0o755)).unwrap();
    write(dir, "state/pulls.json", &pulls.to_string());
    write(dir, "state/issues.json", &issues.to_string());
    write(dir, "state/asked", "");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(dir.join("state")).chain(std::env::split_paths(&path));
    let output = Command::new("bash")
        .arg(root().join("preprocessors/trustbook/templates/ci").join(script))
        .args(args)
        .current_dir(dir)
        .env("PATH", std::env::join_paths(paths).unwrap())
        .envs([("STATE", dir.join("state").to_str().unwrap()), ("GH_REPO", "o/r"), ("BASE_BRANCH", "main")])
        .env_remove("ISSUE_AUTHOR")
        .output()
        .unwrap();
    assert!(output.status.success(), "{script}: {}", stderr(&output));
    let asked = fs::read_to_string(dir.join("state/asked")).unwrap();
    asked.lines().filter(|line| !line.contains(" list ") && !line.starts_with("api ")).map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn a_pull_request_of_a_fork_is_never_taken_for_ours() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    git(dir, &["init", "--quiet"]);
    write(dir, "facts/facts.lock", "old");
    commit(dir);
    write(dir, "new.lock", "new");
    write(dir, "same.lock", "old");
    write(dir, "body.md", "what has changed");
    let strangers = json!([{ "number": 7, "isCrossRepository": true }, { "number": 8 }]);
    let both = json!([{ "number": 7, "isCrossRepository": true }, { "number": 9, "isCrossRepository": false }]);
    let none = json!([]);
    let asked = |new: &str, pulls: &Json| asks(dir, "propose.sh", &["facts/facts.lock", new, "body.md"], pulls, &none);
    let opened = asked("new.lock", &strangers);
    assert!(opened.len() == 1 && opened[0].starts_with("pr create --head trustbook/refresh --base main"), "{opened:?}");
    assert_eq!(asked("same.lock", &strangers), Vec::<String>::new());
    assert_eq!(asked("new.lock", &both), ["pr edit 9 --body-file body.md"]);
    let closed = asked("same.lock", &both);
    assert!(closed.len() == 1 && closed[0].starts_with("pr close 9 "), "{closed:?}");
}

#[cfg(unix)]
#[test]
fn an_issue_of_somebody_else_is_never_taken_for_ours() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    write(dir, "body.md", "what is due");
    write(dir, "empty.md", "");
    let issue =
        |number: u32, title: &str, by: &str| json!({ "number": number, "title": title, "author": { "login": by } });
    let strangers =
        json!([issue(7, "Due", "somebody"), issue(8, "Due", "github-actions"), { "number": 6, "title": "Due" }]);
    let mut both = strangers.clone();
    both.as_array_mut().unwrap().push(issue(9, "Due", "app/github-actions"));
    let none = json!([]);
    let asked = |body: &str, issues: &Json| asks(dir, "issue.sh", &["label", "Due", body], &none, issues);
    let opened = asked("body.md", &strangers);
    assert!(opened.iter().any(|line| line.starts_with("issue create --title Due")), "{opened:?}");
    assert!(!opened.iter().any(|line| line.contains(" 7") || line.contains(" 8") || line.contains(" 6")), "{opened:?}");
    assert_eq!(asked("empty.md", &strangers), Vec::<String>::new());
    assert_eq!(asked("body.md", &both), ["issue view 9 --json body --jq .body", "issue edit 9 --body-file body.md"]);
    let closed = asked("empty.md", &both);
    assert!(closed.len() == 1 && closed[0].starts_with("issue close 9 "), "{closed:?}");
    // For owners without due facts, only our own issues are closed.
    write(dir, "due.jsonl", "");
    let open = json!([issue(7, "Due for review: a", "somebody"), issue(9, "Due for review: b", "app/github-actions")]);
    let closed = asks(dir, "due.sh", &["due.jsonl"], &none, &open);
    assert!(closed.len() == 1 && closed[0].starts_with("issue close 9 "), "{closed:?}");
}

#[cfg(unix)]
#[test]
fn a_report_of_any_size_becomes_the_text_of_an_issue() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let none = json!([]);
    let text = |count: usize| {
        let line = |at: usize| {
            let message = format!("the link https://dead-{at}.example/{} leads to nothing\n~~~", "é".repeat(100));
            json!({ "check": "link-broken", "level": "error", "file": "src/a.md", "line": at, "message": message })
        };
        let report: String = (0..count).map(|at| format!("{}\n", line(at))).collect();
        write(dir, "report.jsonl", &report);
        asks(dir, "links.sh", &["report.jsonl", "body.md"], &none, &none);
        fs::read_to_string(dir.join("body.md")).unwrap()
    };
    assert_eq!(text(0), "");
    assert_eq!(text(3).matches("leads to nothing").count(), 3);
    let large = text(20_000);
    let shown = large.matches("leads to nothing ~~~\n").count();
    assert!(large.chars().count() < 65_536 && shown > 100, "{} {shown}", large.len());
    assert!(large.ends_with(&format!("and {} more, which the report of the run lists\n~~~\n", 20_000 - shown)));
    assert_eq!(large.lines().filter(|line| line.starts_with("~~~")).count(), 2, "nothing ends the block");
}

/// Returns the jobs of a workflow, each as its name and text.
fn jobs(text: &str) -> Vec<(&str, &str)> {
    let jobs = text.split_once("\njobs:\n").unwrap().1;
    let is_name = |line: &str| line.starts_with("  ") && !line.starts_with("   ") && line.ends_with(':');
    let mut starts: Vec<usize> =
        jobs.lines().filter(|line| is_name(line)).map(|line| line.as_ptr() as usize - jobs.as_ptr() as usize).collect();
    starts.push(jobs.len());
    let job = |pair: &[usize]| {
        let text = &jobs[pair[0]..pair[1]];
        (text.lines().next().unwrap_or_default().trim().trim_end_matches(':'), text)
    };
    starts.windows(2).map(job).collect()
}

#[test]
fn what_is_signed_can_not_come_from_a_job_that_installs_programs_of_others() {
    let text = fs::read_to_string(root().join(".github/workflows/release.yml")).unwrap();
    let jobs = jobs(&text);
    assert_eq!(jobs.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["build", "components", "draft", "packages"]);
    for (name, job) in &jobs {
        let is_signing = job.contains("id-token: write");
        assert_eq!(is_signing, *name == "draft", "{name}");
        assert_eq!(job.contains("cargo install "), *name == "components", "{name}");
        assert!(!is_signing || !job.contains("actions/checkout@"), "{name} runs code of the repository");
        // A pattern would accept any artifact that another job uploads; the last job verifies the attestation of each.
        let is_verified = *name == "packages" && job.contains("gh attestation verify");
        assert!(is_verified || !job.contains("pattern:") && !job.contains("merge-multiple"), "{name}");
    }
    let components = jobs[1].1;
    assert!(!components.contains("needs:") && !components.contains("download-artifact"), "it sees no archive");
    assert!(jobs[0].1.contains("cargo build --profile dist --locked"));
    // The checksum of every archive comes from the job that built it.
    let targets: Vec<&str> =
        jobs[0].1.lines().filter_map(|line| line.split_once("target: ")?.1.strip_suffix(" }")).collect();
    let listed = crate::packaging::targets();
    assert_eq!(targets, listed.iter().map(|(target, _)| target.as_str()).collect::<Vec<_>>());
    for (target, runner) in &listed {
        assert!(jobs[0].1.contains(&format!("{{ runner: {runner}, target: {target} }}")), "{target}");
        assert!(jobs[0].1.contains(&format!("{target}: ${{{{ steps.build.outputs.{target} }}}}")), "{target}");
        assert!(
            jobs[2].1.contains(&format!("name: archive-{target}\n          path: archives/{target}\n")),
            "{target}"
        );
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_release_takes_the_archives_that_were_built_and_nothing_else() {
    let text = fs::read_to_string(root().join(".github/workflows/release.yml")).unwrap();
    let script =
        text.split_once("- name: Checksums\n        run: |\n").unwrap().1.split_once("        env:").unwrap().0;
    let script: String = script.lines().map(|line| format!("{}\n", line.trim_start_matches("          "))).collect();
    let run = |change: &dyn Fn(&Path)| {
        let dir = tempfile::tempdir().unwrap();
        let mut sums = serde_json::Map::new();
        for target in ["a-linux", "b-macos"] {
            let path = format!("archives/{target}/trustbook-1.2.3-{target}.tar.gz");
            write(dir.path(), &path, target);
            let sum = Command::new("sha256sum").arg(&path).current_dir(dir.path()).output().unwrap();
            sums.insert(target.to_owned(), json!(stdout(&sum).split(' ').next()));
        }
        write(dir.path(), "components/trustbook.cdx.json", "{}");
        change(dir.path());
        let output = Command::new("bash")
            .args(["-e", "-c", &script])
            .current_dir(dir.path())
            .envs([("GITHUB_REF_NAME", "v1.2.3"), ("SUMS", Json::Object(sums).to_string().as_str()), ("LC_ALL", "C")])
            .output()
            .unwrap();
        let sums = fs::read_to_string(dir.path().join("dist/SHA256SUMS")).ok();
        (output.status.success(), sums.map(|sums| sums.lines().count()), stderr(&output))
    };
    let (is_good, lines, said) = run(&|_| {});
    assert_eq!((is_good, lines), (true, Some(3)), "{said}");
    let broken: [&dyn Fn(&Path); 7] = [
        &|dir| write(dir, "archives/a-linux/trustbook-1.2.3-a-linux.tar.gz", "another one"),
        &|dir| write(dir, "archives/a-linux/.hidden", "x"),
        &|dir| write(dir, "archives/c-new/trustbook-1.2.3-c-new.tar.gz", "x"),
        &|dir| fs::remove_dir_all(dir.join("archives/b-macos")).unwrap(),
        &|dir| write(dir, "components/trustbook-1.2.3-a-linux.tar.gz", "x"),
        &|dir| fs::rename(dir.join("components/trustbook.cdx.json"), dir.join("components/other.json")).unwrap(),
        &|dir| {
            fs::remove_file(dir.join("components/trustbook.cdx.json")).unwrap();
            std::os::unix::fs::symlink("/etc/hostname", dir.join("components/trustbook.cdx.json")).unwrap();
        },
    ];
    for (at, change) in broken.iter().enumerate() {
        let (is_good, lines, said) = run(change);
        assert_eq!((is_good, lines), (false, None), "{at}: {said}");
    }
}
