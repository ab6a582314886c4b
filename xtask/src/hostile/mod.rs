//! `cargo xtask hostile`: books that try to break out of the command or to crash it, each in a temporary root.

mod book;
pub(crate) mod case;
mod judge;
mod page;
mod room;
mod text;

use crate::run::{cargo, exists, root, run};
use crate::tools;
use anyhow::{Context, Result, bail, ensure};
use book::Book;
use room::{Ran, Room};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

/// The time limit of a command for a hostile book.
const TIME: Duration = Duration::from_secs(10);
/// The memory limit of a command, in bytes.
const MEMORY: u64 = 500_000_000;

/// The commands that run on each book, in its folder.
const COMMANDS: &[&[&str]] = &[
    &["trustbook", "check", "--format", "json"],
    &["trustbook", "check", "--format", "github"],
    &["trustbook", "build"],
    &["trustbook", "facts"],
    &["trustbook", "schema", "coverage"],
];
/// The commands that run only on books that request them, by keyword.
const ON_REQUEST: &[(&str, &[&str])] = &[
    ("fix", &["trustbook", "check", "--fix"]),
    ("json", &["trustbook", "facts", "--json"]),
    ("preprocessor", &["mdbook-trustbook"]),
    ("refresh", &["trustbook", "refresh"]),
    ("review", &["trustbook", "review", "--answers", "answers.toml"]),
    ("root", &["trustbook", "build", "--root", "."]),
    ("sarif", &["trustbook", "check", "--format", "sarif"]),
    ("suggest", &["trustbook", "schema", "suggest"]),
    ("verify", &["trustbook", "verify", "published"]),
];

/// The result of a book.
struct Outcome {
    /// The failures; empty for a book that was withstood.
    wrong: Vec<String>,
    /// The behaviour of the commands, in words.
    came_to: String,
    /// The longest time and the largest memory of any run.
    time: Duration,
    memory: u64,
}

/// Tries the books with these names, or all, and prints a table.
pub(crate) fn all(names: &[&str]) -> Result<()> {
    if let Some(why) = missing()? {
        bail!(why);
    }
    let (passed, failed) = try_all(names)?;
    println!("\n{passed} passed, {failed} failed");
    if failed > 0 {
        bail!("{failed} of {} hostile books were not withstood", passed + failed);
    }
    Ok(())
}

/// Returns what this machine lacks for the task, in words.
pub(crate) fn missing() -> Result<Option<String>> {
    if !cfg!(target_os = "linux") {
        return Ok(Some("hostile books are tried in namespaces, which Linux has".to_owned()));
    }
    if !exists("strace")
        && let Err(why) = tools::debian(&["strace"])?
    {
        return Ok(Some(why));
    }
    Ok(room::refused())
}

fn try_all(names: &[&str]) -> Result<(usize, usize)> {
    let folder = root().join("tests/hostile");
    let mut books = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("no books in {}", folder.display()))? {
        let path = entry?.path();
        books.push(Book::read(&path).with_context(|| format!("in {}", path.display()))?);
    }
    books.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(name) = names.iter().find(|name| !books.iter().any(|book| book.name == **name)) {
        bail!("there is no hostile book `{name}` in tests/hostile");
    }
    books.retain(|book| names.is_empty() || names.contains(&book.name.as_str()));
    run(&mut cargo(&[
        "build",
        "--quiet",
        "--release",
        "--locked",
        "--package",
        "trustbook",
        "--package",
        "mdbook-trustbook",
    ]))?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let mut room = Room::new(&root().join(target).join("release"))?;
    ensure!(room.can_break()?, "a program in the room cannot write to it, so that nothing is tried");
    let update = std::env::var_os("UPDATE").is_some();
    println!("\n{:<26} {:>8} {:>6}  what came of it", "book", "ms", "MB");
    let (mut passed, mut failed) = (0, 0);
    for book in &books {
        let mut outcome = try_book(&mut room, book).with_context(|| format!("trying `{}`", book.name))?;
        if outcome.came_to != book.comes_to {
            match update {
                true => book.rewrite(&outcome.came_to)?,
                false => outcome.wrong.push(format!("it has to come to: {}", book.comes_to)),
            }
        }
        println!(
            "{:<26} {:>8} {:>6}  {}",
            book.name,
            outcome.time.as_millis(),
            outcome.memory / 1_000_000,
            outcome.came_to
        );
        println!("{:<43} {}", "", book.tries);
        for wrong in &outcome.wrong {
            println!("  FAILED: {wrong}");
        }
        if outcome.wrong.is_empty() { passed += 1 } else { failed += 1 }
    }
    Ok((passed, failed))
}

/// Runs every command on a fresh copy of a book. A copy that the previous command left unchanged is used again.
fn try_book(room: &mut Room, book: &Book) -> Result<Outcome> {
    let mut outcome = Outcome { wrong: Vec::new(), came_to: String::new(), time: Duration::ZERO, memory: 0 };
    let mut checks = BTreeSet::new();
    let mut ends = Vec::new();
    let mut fresh = None;
    let asked = ON_REQUEST.iter().filter(|(word, _)| book.runs.iter().any(|asked| asked == word));
    for command in COMMANDS.iter().chain(asked.map(|(_, command)| command)) {
        let line = command.join(" ");
        let before = match fresh.take() {
            Some(tree) => tree,
            None => {
                book.write(&room.book())?;
                room.tree()?
            }
        };
        let ran = room.run(command, &book.env, book.stdin(&room.book()).as_deref())?;
        let after = room.tree()?;
        outcome.time = outcome.time.max(ran.time.min(ran.cpu));
        outcome.memory = outcome.memory.max(ran.memory);
        let mut wrong = judge::run(&ran);
        wrong.extend(judge::changes(command, &before, &after));
        wrong.extend(judge::leaks(room, &ran, &before, &after)?);
        if command[1..] == COMMANDS[0][1..] {
            checks = judge::names(&ran, &mut wrong);
        }
        if command[1..] == ["check", "--format", "github"] {
            wrong.extend(judge::commands(&ran));
        }
        if command[1..] == ["build"] {
            wrong.extend(judge::published(room, &before, &after)?);
            ends.push(if ran.code == Some(0) { "published".to_owned() } else { "not published".to_owned() });
            for (path, html) in room.pages(&before, &after)? {
                wrong.extend(page::strange(&html).into_iter().map(|what| format!("{path}: {what}")));
            }
        } else if command[1..].first() != Some(&"check") || command.contains(&"--fix") {
            ends.push(end(command, &ran));
        }
        outcome.wrong.extend(wrong.into_iter().map(|wrong| format!("`{line}`: {wrong}")));
        if !outcome.wrong.is_empty() {
            room.renew()?;
        } else if before == after {
            fresh = Some(after);
        }
        if judge::is_killed(&ran) {
            break;
        }
    }
    let checks: Vec<String> = checks.into_iter().collect();
    ends.insert(0, if checks.is_empty() { "no finding".to_owned() } else { checks.join(", ") });
    ends.retain(|end| !end.is_empty());
    outcome.came_to = ends.join("; ");
    Ok(outcome)
}

/// Returns the exit code of a command other than build and check, in words. It is empty after success.
fn end(command: &[&str], ran: &Ran) -> String {
    match ran.code {
        Some(0) => String::new(),
        Some(code) => format!("`{}` ends with {code}", told(command)),
        None => format!("`{}` does not end", told(command)),
    }
}

/// Returns the short form of a command.
fn told(command: &[&str]) -> String {
    match command {
        [alone] => (*alone).to_owned(),
        [_, rest @ ..] => rest.join(" "),
        [] => String::new(),
    }
}
