//! Internal content reaches no file of a site, whatever refers to it.

use crate::command::root;
use std::collections::BTreeSet;
use trustbook_core::world::{MemoryWorld, World};
use trustbook_tests::{build, short};

/// A text in the id and the content of all internal items in the hostile book, and of nothing else.
const MARK: &str = "canary-of-the-register";

/// Loads the hostile book that names internal records wherever text is allowed.
fn hostile() -> MemoryWorld {
    let text = std::fs::read_to_string(root().join("tests/hostile/internal-named.md")).unwrap();
    let (_, files) = text.split_once("\n\n=== ").unwrap();
    trustbook_tests::book(&format!("=== {files}"))
}

#[test]
fn no_file_has_the_id_the_title_or_the_content_of_an_internal_record() {
    let world = hostile();
    let book = build(&world);
    let mut files: Vec<(String, String)> = book.files.iter().map(|(path, text)| (path.clone(), text.clone())).collect();
    let rest = |(path, bytes): (&String, &Vec<u8>)| (path.clone(), String::from_utf8_lossy(bytes).into_owned());
    files.extend(book.site.assets.iter().map(rest));
    files.extend(book.site.files.iter().map(rest));
    let names: BTreeSet<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
    for needed in ["a.html", "b.md", "print.html", "a-z.html", "facts.json", "claims.json", "llms.txt"] {
        assert!(names.contains(needed), "{needed} is not looked at: {names:?}");
    }
    assert!(names.iter().any(|name| name.starts_with("oscal")) && names.iter().any(|name| name.contains("search")));
    for (path, text) in files {
        let at = text.find(MARK);
        let from = at.map(|at| text.floor_char_boundary(at.saturating_sub(200)));
        let shown = from.map(|from| text[from..].chars().take(500).collect::<String>());
        assert_eq!(shown, None, "{path} has it; the build says:\n{}", short(&book));
        assert!(!path.contains(MARK), "{path}");
    }
}

#[test]
fn each_place_that_names_an_internal_record_is_a_finding_of_its_own() {
    let mut world = hostile();
    let settings = String::from_utf8(world.read("book.toml").unwrap()).unwrap();
    world.insert("book.toml", settings.replace("field-name = \"allow\"\n", ""));
    let book = build(&world);
    let said = short(&book);
    let told: Vec<&str> = said.lines().filter(|line| line.contains("[field-name]")).collect();
    // The lines of public items, starting with the first public fact.
    let register = String::from_utf8(world.read("facts/a.toml").unwrap()).unwrap();
    let mut missed = Vec::new();
    for record in register.split("\n\n").filter(|record| !record.contains("visibility = \"internal\"")) {
        let first = register[..register.find(record).unwrap()].lines().count();
        for (at, line) in record.lines().enumerate().filter(|(_, line)| line.contains(MARK)) {
            let place = format!("facts/a.toml:{}:", first + at + 1);
            let is_told = told.iter().any(|told| told.starts_with(&place));
            // The description of a table in an internal schema is internal, and so is a value for an internal
            // hosting option alone.
            let is_internal =
                line.starts_with("schema = ") && record.contains("[[table]]") || line.starts_with("elsewhere");
            if !is_told && !is_internal {
                missed.push(format!("{place} {line}"));
            }
        }
    }
    assert_eq!(missed, [""; 0], "{said}");
}
