//! The verdict on a command that ran on a hostile book.

use super::room::{Ran, Room, Tree, text};
use super::{MEMORY, TIME};
use anyhow::Result;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// Messages of a program that crashed on its input.
const PANICS: &[&str] = &["panicked at", "RUST_BACKTRACE", "has overflowed its stack", "memory allocation of"];
/// Commands that may make requests.
const ASKS: &[&str] = &["refresh"];
/// The properties of a GitHub annotation.
const PROPERTIES: &[&str] = &["file", "line", "endLine", "col", "endColumn", "title"];

/// Returns what is wrong with the exit, the resource usage and the output of a command.
pub(super) fn run(ran: &Ran) -> Vec<String> {
    let mut wrong = Vec::new();
    match ran.code {
        Some(0..=3) => {}
        _ if is_killed(ran) => wrong.push("it does not end".to_owned()),
        code => wrong.push(format!("it ends with {code:?}: {}", text(&ran.stderr))),
    }
    // CPU time counts if it is shorter, because other load on the machine does not make the command slower.
    let time = ran.time.min(ran.cpu);
    if time > TIME {
        wrong.push(format!("it takes {} ms", time.as_millis()));
    }
    if ran.memory > MEMORY {
        wrong.push(format!("it takes {} MB", ran.memory / 1_000_000));
    }
    for bytes in [&ran.stdout, &ran.stderr] {
        let Ok(said) = std::str::from_utf8(bytes) else {
            wrong.push(format!("it says what is no text: {}", text(bytes)));
            continue;
        };
        wrong.extend(PANICS.iter().filter(|word| said.contains(*word)).map(|word| format!("it says `{word}`")));
        if let Some(c) = said.chars().find(|c| steers(*c)) {
            let line = said.lines().find(|line| line.contains(c)).unwrap_or_default();
            wrong.push(format!("it prints U+{:04X}: {}", u32::from(c), line.escape_debug()));
        }
        wrong.extend(said.lines().filter(|line| is_command(line)).map(|line| format!("it prints a command: {line}")));
    }
    wrong.extend(calls(ran));
    wrong
}

/// Returns true if a command was killed because it did not end.
pub(super) fn is_killed(ran: &Ran) -> bool {
    ran.time > TIME * 2 && !matches!(ran.code, Some(0..=3))
}

/// Returns the system calls of a command that a build does not need.
fn calls(ran: &Ran) -> Vec<String> {
    let command = ran.calls.lines().next().unwrap_or_default();
    let may_ask = ASKS.iter().any(|word| command.contains(&format!("\"{word}\"")));
    // A thread that ends while strace attaches has a call without a name.
    let own = ["CLONE_THREAD", "+++", "---", "???( <detached ...>"];
    let is_own = |line: &&str| own.iter().any(|word| line.contains(word));
    let is_end = |line: &&str| line.contains("resumed>");
    let made = ran.calls.lines().skip(1).filter(|line| !is_own(line) && !is_end(line));
    let is_start = |line: &str| ["exec", "fork", "clone"].iter().any(|word| line.contains(word));
    made.filter(|line| is_start(line) || !may_ask).map(|line| format!("it calls {line}")).collect()
}

/// Returns true if a character could control a terminal or change the reading direction.
fn steers(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Returns true if a log of GitHub, Azure or TeamCity would read a line as a command. Annotations are judged
/// separately. `::: ` precedes a second file in a report for people, and is not a command.
fn is_command(line: &str) -> bool {
    let anywhere = ["##[", "##vso[", "##teamcity["].iter().any(|word| line.contains(word));
    let start = line.trim_start();
    let is_path = start.strip_prefix("::: ").is_some_and(|path| !path.contains("::"));
    anywhere
        || (start.starts_with("::") && !is_path && !["::error ", "::warning "].iter().any(|own| line.starts_with(own)))
}

/// Returns what is wrong with the annotations of a report.
pub(super) fn commands(ran: &Ran) -> Vec<String> {
    let said = String::from_utf8_lossy(&ran.stdout);
    let mut wrong = Vec::new();
    for line in said.lines().filter(|line| line.trim_start().starts_with("::")) {
        let rest = line.strip_prefix("::error ").or_else(|| line.strip_prefix("::warning "));
        let Some((properties, _)) = rest.and_then(|rest| rest.split_once("::")) else {
            wrong.push(format!("it prints a line that is no annotation: {line}"));
            continue;
        };
        let names: Vec<&str> = properties.split(',').map(|pair| pair.split('=').next().unwrap_or(pair)).collect();
        if names.iter().any(|name| !PROPERTIES.contains(name))
            || names.iter().collect::<BTreeSet<_>>().len() < names.len()
        {
            wrong.push(format!("it prints an annotation with properties of others: {line}"));
        }
    }
    wrong
}

/// Returns the names of the checks with findings in a JSON report.
pub(super) fn names(ran: &Ran, wrong: &mut Vec<String>) -> BTreeSet<String> {
    let said = String::from_utf8_lossy(&ran.stdout);
    let mut names = BTreeSet::new();
    for line in said.lines() {
        match serde_json::from_str::<Value>(line)
            .ok()
            .and_then(|finding| Some(finding.get("check")?.as_str()?.to_owned()))
        {
            Some(name) => {
                names.insert(name);
            }
            None => wrong.push(format!("a line is no finding in JSON: {line}")),
        }
    }
    match ran.code {
        Some(0) if names.is_empty() => {}
        Some(0..=2) if !names.is_empty() => {}
        Some(code) => {
            names.insert(format!("`check` ends with {code}"));
        }
        None => {}
    }
    names
}

/// Returns the changes that a command may not make. Nothing outside of the book may change at all.
pub(super) fn changes(command: &[&str], before: &Tree, after: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for path in before.keys().chain(after.keys().filter(|path| !before.contains_key(*path))) {
        let what = match (before.get(path), after.get(path)) {
            (Some(_), None) => "takes away",
            (None, Some(_)) => "makes",
            (old, new) if old != new => "changes",
            _ => continue,
        };
        let Ok(inner) = path.strip_prefix("book") else {
            wrong.push(format!("it {what} /{}", path.display()));
            continue;
        };
        let allowed = match command[1..] {
            ["build", ..] => what == "makes" || (inner.starts_with("book") && !is_precious(inner)),
            ["check", "--fix"] => what == "changes" && inner.starts_with("src"),
            ["refresh", ..] => inner == Path::new("facts/facts.lock"),
            ["review", ..] => what == "changes" && inner.starts_with("facts"),
            _ => false,
        };
        if !allowed {
            wrong.push(format!("it {what} {}", inner.display()));
        }
    }
    wrong
}

/// Returns true if the name marks a file as somebody else's, which must survive even in the folder of the site.
fn is_precious(path: &Path) -> bool {
    path.iter().any(|part| part.to_string_lossy().starts_with("precious"))
}

/// A text that no site may contain. Hostile books put it into files that must not be published.
const CANARY: &str = "canary-of-the-register";

/// Returns the files of a site with forbidden content, by their names or their text.
pub(super) fn published(room: &Room, before: &Tree, after: &Tree) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for (path, told) in after.iter().filter(|(path, told)| before.get(*path) != Some(told)) {
        let is_named = path.to_string_lossy().contains(CANARY);
        if is_named || told.starts_with("100") && String::from_utf8_lossy(&room.read(path)?).contains(CANARY) {
            wrong.push(format!("it publishes what is closed: {}", path.display()));
        }
    }
    Ok(wrong)
}

/// Returns the outputs and files that contain a secret.
pub(super) fn leaks(room: &Room, ran: &Ran, before: &Tree, after: &Tree) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for (what, bytes) in [("standard output", &ran.stdout), ("standard error", &ran.stderr)] {
        if room.holds_token(bytes) {
            wrong.push(format!("{what} has what stands outside of the book"));
        }
    }
    for (path, told) in after.iter().filter(|(path, told)| before.get(*path) != Some(told)) {
        if told.starts_with("100") && told.len() > 6 && room.holds_token(&room.read(path)?) {
            wrong.push(format!("{} has what stands outside of the book", path.display()));
        }
    }
    Ok(wrong)
}
