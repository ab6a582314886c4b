//! Reports of the command in CI: annotations and step summaries, paths in the repository, streams and exit codes.

use crate::command::{programs, stderr, stdout, trustbook, write};
use serde_json::Value as Json;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;
use trustbook_core::report::FORMATS;

/// Creates a repository with a book in a subfolder, whose page has this many errors.
fn repository(errors: usize) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join(".git")).unwrap();
    write(dir.path(), "docs/book/book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n");
    write(
        dir.path(),
        "docs/book/facts/v.toml",
        "[vendor]\nname = { value = \"Example Ltd\", source = \"register\" }\n",
    );
    write(dir.path(), "docs/book/src/SUMMARY.md", "- [About](about.md)\n");
    let mut page = "# About\n\nWe are {{ vendor.name }}.\n\n".to_owned();
    for n in 0..errors {
        writeln!(page, "{{{{ vendor.n{n} }}}}").unwrap();
    }
    write(dir.path(), "docs/book/src/about.md", &page);
    dir
}

/// Runs the command as a step of GitHub Actions does.
fn step(args: &[&str], dir: &Path, summary: &Path) -> Output {
    Command::new(programs().join("trustbook"))
        .args(args)
        .current_dir(dir)
        .env("SOURCE_DATE_EPOCH", "1768435200")
        .env("GITHUB_STEP_SUMMARY", summary)
        .output()
        .unwrap()
}

#[test]
fn ten_errors_are_annotated_and_the_summary_has_all() {
    let dir = repository(30);
    let summary = dir.path().join("summary.md");
    fs::write(&summary, "| a table |\n|---|\n| before |").unwrap();
    let output = step(&["check", "docs/book", "--format", "github"], dir.path(), &summary);
    assert_eq!(output.status.code(), Some(1));
    let lines: Vec<String> = stdout(&output).lines().map(str::to_owned).collect();
    assert_eq!(lines.len(), 11, "{lines:?}");
    assert!(lines[..10].iter().all(|line| line.starts_with("::error file=docs/book/src/about.md,line=")), "{lines:?}");
    assert_eq!(lines[10], "20 findings without an annotation: the summary of this step lists them");
    assert_eq!(stderr(&output), "30 errors, 0 warnings\n");
    let written = fs::read_to_string(&summary).unwrap();
    assert!(
        written.starts_with("| a table |\n|---|\n| before |\n\n### Trustbook: 30 errors, 0 warnings\n\n"),
        "{written}"
    );
    assert_eq!(written.matches("\n| error |").count(), 30);
    // A second command in the same step appends to the summary.
    step(&["check", "docs/book", "--format", "github"], dir.path(), &summary);
    assert_eq!(fs::read_to_string(&summary).unwrap().matches("### Trustbook").count(), 2);
}

#[test]
fn without_a_summary_the_rest_is_printed_as_short_lines() {
    let dir = repository(12);
    let full = dir.path().join("full.md");
    fs::write(&full, "x".repeat(1024 * 1024 - 20)).unwrap();
    let places = [
        (Path::new(""), false),
        (full.as_path(), true),
        // A folder cannot be written to.
        (dir.path(), true),
    ];
    for (summary, warns) in places {
        let output = step(&["check", "docs/book", "--format", "github"], dir.path(), summary);
        assert_eq!(output.status.code(), Some(1));
        let text = stdout(&output);
        assert_eq!(text.lines().filter(|line| line.starts_with("::error ")).count(), 10, "{text}");
        let rest: Vec<&str> = text.lines().skip(10).collect();
        assert_eq!(rest.len(), 2);
        assert!(rest[1].starts_with("src/about.md:16:1: error[fact-unknown]: no fact `vendor.n11`"), "{rest:?}");
        let warning = "warning: the summary of the step cannot be written: ";
        assert_eq!(stderr(&output).contains(warning), warns, "{}", stderr(&output));
    }
    assert_eq!(fs::metadata(&full).unwrap().len(), 1024 * 1024 - 20);
    // Only this format writes a step summary.
    let other = dir.path().join("other.md");
    step(&["check", "docs/book", "--format", "short"], dir.path(), &other);
    assert!(!other.exists());
}

#[test]
fn a_summary_stays_below_what_is_shown() {
    let dir = repository(10_000);
    let summary = dir.path().join("summary.md");
    let output = step(&["check", "docs/book", "--format", "github"], dir.path(), &summary);
    assert_eq!(stdout(&output).lines().count(), 11);
    let written = fs::read_to_string(&summary).unwrap();
    assert!(written.len() <= 1024 * 1024, "{}", written.len());
    assert!(written.ends_with(" more findings omitted.\n"), "{}", &written[written.len() - 100..]);
}

#[test]
fn code_scanning_and_annotations_name_files_as_the_repository_does() {
    let dir = repository(1);
    let book = dir.path().join("docs/book");
    for (args, from) in [(["check", "docs/book"], dir.path()), (["check", "."], &book), (["check", "../book"], &book)] {
        let report = |format: &str| stdout(&trustbook(&[&args[..], &["--format", format]].concat(), from));
        let log: Json = serde_json::from_str(&report("sarif")).unwrap();
        let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"];
        assert_eq!(place["uri"], "docs/book/src/about.md");
        assert!(report("github").starts_with("::error file=docs/book/src/about.md,"), "{}", report("github"));
        for format in ["human", "json", "junit", "short"] {
            let text = report(format);
            assert!(text.contains("src/about.md") && !text.contains("docs/book"), "{text}");
        }
    }
    // Without a repository, paths are relative to the book.
    fs::remove_dir(dir.path().join(".git")).unwrap();
    let report = stdout(&trustbook(&["check", "docs/book", "--format", "github"], dir.path()));
    assert!(report.starts_with("::error file=src/about.md,"), "{report}");
}

#[test]
fn every_format_gives_the_same_code_and_build_reports_on_standard_error() {
    for (errors, code) in [(0, Some(0)), (2, Some(1))] {
        let dir = repository(errors);
        let book = dir.path().join("docs/book");
        for (format, _) in FORMATS {
            let checked = step(&["check", "--format", format], &book, Path::new(""));
            let built = step(&["build", "--format", format], &book, Path::new(""));
            assert_eq!((checked.status.code(), built.status.code()), (code, code), "{format}");
            assert_eq!(stdout(&built), "", "{format}");
            let report = stdout(&checked);
            assert!(stderr(&built).starts_with(report.trim_end()), "{format}: {}", stderr(&built));
            assert!(report.is_empty() || report.ends_with('\n'), "{format}");
        }
    }
}
