//! The pages of the checks are their tests: the example has exactly one finding, and its corrected version has none.

use crate::command::root;
use std::fs;
use trustbook_core::check::CHECKS;
use trustbook_tests::{book, build, fences, names, short};

#[test]
fn each_example_fires_exactly_once_and_its_mended_twin_is_silent() {
    let mut wrong = Vec::new();
    for check in CHECKS {
        let books = fences(check.page, "book");
        let [(_, example), (_, mended)] = books.as_slice() else {
            wrong.push(format!(
                "{}: its page has {} books, and needs an example and its mended twin",
                check.name,
                books.len()
            ));
            continue;
        };
        let built = build(&book(example));
        if names(&built.findings) != [check.name] {
            wrong.push(format!("{}: the example gives\n{}", check.name, short(&built)));
        }
        if built.findings.iter().any(|finding| finding.help.is_empty()) {
            wrong.push(format!("{}: its finding says nothing of what to do", check.name));
        }
        let built = build(&book(mended));
        if !built.findings.is_empty() {
            wrong.push(format!("{}: the mended twin gives\n{}", check.name, short(&built)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_books_in_the_documents_have_no_findings() {
    let mut books = 0;
    for entry in fs::read_dir(root().join("guide/src")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "md") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (_, text) in fences(&text, "book") {
            let built = build(&book(text));
            assert!(built.findings.is_empty(), "{}:\n{}", path.display(), short(&built));
            books += 1;
        }
    }
    assert!(books > 0);
}

#[test]
fn each_page_has_its_sections_in_order() {
    const SECTIONS: [&str; 5] = ["What it checks", "Why it matters", "Example", "Mended", "Settings"];
    for check in CHECKS {
        let outside = check.page.split("\n````").step_by(2).collect::<String>();
        let sections: Vec<&str> = outside.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(sections, SECTIONS, "{}", check.name);
    }
}
