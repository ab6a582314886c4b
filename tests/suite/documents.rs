//! The tables of the handbook that list checks, kinds, blocks, profiles, formats, settings and commands.
//!
//! `UPDATE=1` writes the tables that come from the code.

use crate::command::{book, root, stdout, trustbook};
use std::collections::BTreeSet;
use std::fs;
use trustbook_core::check::CHECKS;
use trustbook_core::config::settings::SETTINGS;
use trustbook_core::config::{Effect, of_mdbook};
use trustbook_core::diagnostic::Level;
use trustbook_core::profile;
use trustbook_core::register::kinds::KINDS;
use trustbook_core::report::FORMATS;
use walkdir::WalkDir;

const END: &str = "<!-- end of table -->";

/// Compares a table with the code, or writes it.
fn is_generated(file: &str, name: &str, head: &[&str], rows: impl Iterator<Item = Vec<String>>) {
    let path = root().join("guide/src").join(file);
    let text = fs::read_to_string(&path).unwrap();
    let start = format!("<!-- table: {name} -->");
    let (before, rest) = text.split_once(&start).unwrap_or_else(|| panic!("{file} has no table `{name}`"));
    let (_, after) = rest.split_once(END).unwrap();
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut table = line(head.iter().map(|&cell| cell.to_owned()).collect());
    table.push_str(&format!("|{}\n", "---|".repeat(head.len())));
    table.extend(rows.map(line));
    let wanted = format!("{before}{start}\n\n{table}\n{END}{after}");
    if text != wanted && std::env::var_os("UPDATE").is_some() {
        fs::write(path, wanted).unwrap();
    } else {
        assert!(text == wanted, "{file}: run `UPDATE=1 cargo test -p trustbook-tests documents`\n{table}");
    }
}

/// The first line of text of a page.
fn sentence(page: &str) -> String {
    page.lines().find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default().to_owned()
}

#[test]
fn the_tables_of_the_handbook_come_from_the_code() {
    let checks = CHECKS.iter().map(|check| {
        let level = match check.level {
            Level::Allow => "off",
            Level::Warn => "warning",
            Level::Deny => "error",
        };
        vec![format!("`{}`", check.name), level.to_owned(), sentence(check.page)]
    });
    is_generated("checks.md", "checks", &["Check", "Level", "What it reports"], checks);
    let kinds = KINDS.iter().map(|kind| {
        let block = kind.block;
        vec![format!("`{}`", kind.name), format!("[`{block}`](blocks/{block}.md)"), kind.doc.to_owned()]
    });
    is_generated("register.md", "kinds", &["Kind", "Block", "Content"], kinds);
    let profiles =
        profile::names().map(|name| vec![format!("`{name}`"), profile::source(name).unwrap_or_default().to_owned()]);
    is_generated("profiles.md", "profiles", &["Profile", "Source"], profiles);
    let formats = FORMATS.iter().map(|(name, format)| vec![format!("`{name}`"), format.doc().to_owned()]);
    is_generated("reports.md", "formats", &["Format", "Use"], formats);
    let settings = SETTINGS.iter().map(|setting| {
        let more = setting.page.map(|page| format!(" [More]({page})"));
        let doc = format!("{}{}", setting.doc, more.unwrap_or_default());
        vec![format!("`{}`", setting.name), setting.takes.to_owned(), setting.default.to_owned(), doc]
    });
    let keys = of_mdbook().into_iter().map(|(table, key, effect)| {
        let effect = match effect {
            Effect::Read => "read".to_owned(),
            Effect::Silent => "none, and not reported".to_owned(),
            Effect::Reported(help) => format!("none: {help}"),
        };
        vec![format!("`[{table}]`"), format!("`{key}`"), effect]
    });
    is_generated("mdbook.md", "keys", &["Table", "Key", "Effect"], keys);
    is_generated("settings.md", "settings", &["Setting", "Type", "Default", "Meaning"], settings);
}

#[test]
fn the_handbook_has_every_command() {
    let help = stdout(&trustbook(&["--help"], &root()));
    let commands = help.split("Commands:\n").nth(1).unwrap().lines().take_while(|line| !line.is_empty());
    let commands = commands.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    let commands: BTreeSet<String> = commands
        .filter_map(|line| Some(line.split_whitespace().next()?.to_owned()))
        .filter(|name| name != "help")
        .collect();
    let table = fs::read_to_string(root().join("guide/src/commands.md")).unwrap();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| `trustbook "));
    let rows: BTreeSet<String> = rows.filter_map(|row| Some(row.split([' ', '`']).next()?.to_owned())).collect();
    assert_eq!(rows, commands);
}

/// Variables that nobody sets for the sake of Trustbook: one finds programs, one marks processes, one is of a test.
const NOT_OURS: [&str; 3] = ["PATH", "TRUSTBOOK_SHELL_FILES", "TRUSTBOOK_STARTED"];

#[test]
fn the_handbook_has_every_environment_variable() {
    let page = fs::read_to_string(root().join("guide/src/commands.md")).unwrap();
    let (_, table) = page.split_once("## Environment variables").unwrap();
    let mut found = BTreeSet::new();
    for entry in WalkDir::new(root().join("preprocessors")).into_iter().map(Result::unwrap) {
        if entry.path().extension().is_none_or(|ending| ending != "rs") {
            continue;
        }
        let text = fs::read_to_string(entry.path()).unwrap();
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
        for (_, call) in text.match_indices("env::var").map(|(at, _)| text.split_at(at)) {
            let argument = call.split_once('(').unwrap().1.split(')').next().unwrap();
            let name = match argument.strip_prefix('"') {
                Some(name) => name.trim_end_matches('"').to_owned(),
                // A constant of the same file, or of the core.
                None if argument.chars().all(|c| c.is_ascii_uppercase() || c == '_') && !argument.is_empty() => {
                    let line = format!("const {argument}: &str = \"");
                    let value = |text: &str| Some(text.split_once(&line)?.1.split_once('"')?.0.to_owned());
                    let world = root().join("preprocessors/trustbook-core/src/world.rs");
                    value(text).or_else(|| value(&fs::read_to_string(world).unwrap())).unwrap()
                }
                None => continue,
            };
            found.insert(name);
        }
    }
    assert!(found.len() > 5, "{found:?}");
    for name in found.iter().filter(|name| !NOT_OURS.contains(&name.as_str())) {
        assert!(table.contains(&format!("| `{name}` |")), "guide/src/commands.md leaves out `{name}`");
    }
}

#[test]
fn settings_of_hosts_can_be_read() {
    let page = fs::read_to_string(root().join("guide/src/hosting.md")).unwrap();
    let fences = |language: &str| -> Vec<String> {
        let start = format!("```{language}\n");
        page.split(&start).skip(1).map(|rest| rest.split_once("```").unwrap().0.to_owned()).collect()
    };
    for toml in fences("toml") {
        toml.parse::<toml::Table>().unwrap();
    }
    let vercel: serde_json::Value = serde_json::from_str(&fences("json")[0]).unwrap();
    let build = |text: &str| text.replace('\\', "").split(" && ").last().unwrap().to_owned();
    let netlify: toml::Table = fences("toml")[0].parse().unwrap();
    let cloudflare = fences("console").into_iter().find(|fence| fence.contains("CF_PAGES")).unwrap();
    let (netlify, vercel) = (&netlify["build"]["command"], &vercel["buildCommand"]);
    for command in [build(netlify.as_str().unwrap()), build(vercel.as_str().unwrap()), build(cloudflare.trim())] {
        // The command without its variable, in a book.
        let dir = book();
        let words: Vec<&str> = command.split(' ').skip(1).take_while(|word| *word != "--commit").collect();
        let output = trustbook(&words, dir.path());
        assert!(output.status.success() && dir.path().join("public/404.html").is_file(), "{command}");
    }
}

#[test]
fn the_readme_is_short() {
    let text = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(text.lines().count() <= 120 && text.split_whitespace().count() <= 800, "README.md leads to the handbook");
}

#[test]
fn findings_in_documents_are_worded_as_in_the_code() {
    let files = |folder: &str, ending: &'static str| {
        let walk = WalkDir::new(root().join(folder)).sort_by_file_name().into_iter();
        let paths = walk.map(|entry| entry.unwrap().into_path());
        paths.filter(move |path| path.extension().is_some_and(|known| known == ending))
    };
    let code: String = files("preprocessors", "rs").map(|path| fs::read_to_string(path).unwrap()).collect();
    let mut found = 0;
    for path in files("guide/src", "md").chain([root().join("README.md")]) {
        let text = fs::read_to_string(&path).unwrap();
        let title = |line: &str| {
            let level = ["error[", "warning["].iter().any(|level| line.starts_with(level));
            level.then(|| line.split_once("]: ").map(|(_, title)| title.to_owned())).flatten()
        };
        let help = |line: &str| line.trim_start().strip_prefix("= help: ").map(str::to_owned);
        for said in text.lines().filter_map(|line| title(line).or_else(|| help(line))) {
            // The words outside of backticks are the code's own, up to a value.
            let words = said.split('`').step_by(2).find(|words| words.len() > 10).unwrap_or_default();
            let words: String = words.chars().take(20).collect();
            assert!(code.contains(&words), "{}: no message says `{words}`", path.display());
            found += 1;
        }
    }
    assert!(found > 5, "the documents show findings");
}
