//! Input that is large, broken or nonsensical: it works, or gives a clear finding with its line; it never panics.

use std::fmt::Write;
use trustbook_core::report::{self, Colour};
use trustbook_core::world::MemoryWorld;
use trustbook_tests::{TODAY, build, short};

fn world(facts: impl Into<Vec<u8>>, page: impl Into<Vec<u8>>) -> MemoryWorld {
    let mut world = MemoryWorld::new(TODAY);
    world.insert("book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n");
    world.insert("src/SUMMARY.md", "- [A](a.md)\n");
    world.insert("facts/a.toml", facts);
    world.insert("src/a.md", page);
    world
}

#[test]
fn ten_thousand_facts_in_a_hundred_files_are_read_and_shown() {
    let mut world = world("[defaults]\nsource = \"x\"\n", "# A\n\n{{#facts many}}\n");
    for file in 0..100 {
        let mut text = format!("[defaults]\nsource = \"handbook\"\n\n[many.group{file}]\n");
        for fact in 0..100 {
            writeln!(text, "fact{fact} = \"value {fact}\"").unwrap();
        }
        world.insert(&format!("facts/many{file}.toml"), text);
    }
    let built = build(&world);
    assert_eq!(short(&built), "");
    assert_eq!(built.book.facts.register.facts.len(), 10_000);
    assert_eq!(built.first().matches("<div class=\"value\">").count(), 10_000);
}

#[test]
fn a_file_of_three_mebibytes_is_read_and_a_value_of_that_size_is_told_of() {
    let big = "x ".repeat(3 * 512 * 1024);
    let facts = format!("[v]\nbig = {{ value = \"{big}\", source = \"x\", visibility = \"internal\" }}\n");
    let report = short(&build(&world(facts, "# A\n")));
    assert_eq!(report, "facts/a.toml:2:17: error[fact-type]: `v.big` is longer than 64 KiB\n");
    let prose = "Backups are kept {{ and | at a@b 12 days. ".repeat(9_000);
    let report = short(&build(&world("", format!("# A\n\n{prose}\n"))));
    assert!(
        report.lines().all(|line| line.starts_with("src/a.md:3:")),
        "{}",
        report.lines().next().unwrap_or_default()
    );
}

#[test]
fn an_id_in_two_files_is_told_of_with_both_places() {
    let mut world = world(
        "[vendor]\nname = { value = \"A\", source = \"x\" }\n\n[[contact]]\nid = \"a\"\nroles = [\"security\"]\nemail = \"a@example.com\"\nsource = \"x\"\n",
        "# A\n\n{{ vendor.name }} {{ contact.a.email }}\n",
    );
    world.insert(
        "facts/b.toml",
        "[vendor]\nname = { value = \"B\", source = \"x\" }\n\n[[contact]]\nid = \"a\"\nroles = [\"privacy\"]\nemail = \"b@example.com\"\nsource = \"x\"\n",
    );
    let built = build(&world);
    let report = short(&built);
    assert_eq!(report.matches("fact-duplicate").count(), 2, "{report}");
    assert!(report.contains("facts/b.toml:2:1") && report.contains("facts/b.toml:5:6"), "{report}");
    assert!(built.findings.iter().all(|finding| !finding.labels.is_empty()), "the first place is shown as well");
}

#[test]
fn days_and_lengths_that_do_not_exist_are_told_of_where_they_stand() {
    let facts = "[d]\na = 2024-02-30\nb = 2023-02-29\nc = 2024-13-01\nd = { value = \"99999999 years\", type = \"duration\", source = \"x\" }\ne = { value = \"-3 days\", type = \"duration\", source = \"x\" }\nf = { value = 1, source = \"x\", stated = 9999-12-31, review = \"180 days\" }\ng = { value = 1, source = \"x\", stated = 0000-01-01, review = \"180 days\" }\n";
    let report = short(&build(&world(facts, "# A\n\n{{#facts d}}\n")));
    for line in [2, 3, 4, 5, 6] {
        assert!(report.contains(&format!("facts/a.toml:{line}:")), "line {line}: {report}");
    }
}

#[test]
fn bytes_that_are_no_text_are_told_of_in_every_file() {
    for path in ["book.toml", "facts/a.toml", "src/SUMMARY.md", "src/a.md", "theme/page.hbs"] {
        let mut world = world("", "# A\n");
        world.insert(path, b"ok\n\xff\xfe\n".to_vec());
        let report = short(&build(&world));
        assert!(report.contains("UTF-8"), "{path}: {report}");
    }
}

#[test]
fn marks_and_ends_of_lines_move_no_position() {
    let facts = "\u{feff}[vendor]\r\nname = { value = \"A\", sorce = \"x\" }\r\n";
    let report = short(&build(&world(facts, "\u{feff}# A\r\n\r\n{{ vendor.nam }}\r\n")));
    assert!(report.contains("facts/a.toml:2:23: error[field-name]"), "{report}");
    assert!(report.contains("src/a.md:3:1: error[fact-unknown]"), "{report}");
}

#[test]
fn controls_never_reach_a_report() {
    let facts = "[v]\n\"a\\u001b[31m\" = 1\nb = { value = \"x\\u0007\\u202e\", source = \"x\" }\nc = { value = \"ok\", source = \"x\", \"\\u001b]0;x\" = 1 }\n";
    let built = build(&world(facts, "# A\n\n{{ v.\u{1b}[31m }} {{#facts \u{202e} }}\n"));
    let reports = report::FORMATS
        .iter()
        .map(|(_, format)| report::report(&built.book.map, &built.findings, *format, Colour::None));
    for report in reports.chain([report::summary(&built.book.map, &built.findings, usize::MAX)]) {
        assert!(!report.is_empty());
        assert!(!report.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{report}");
    }
}

#[test]
fn deep_nesting_is_survived() {
    let deep = 10_000;
    let facts = [
        format!("[{}]\nx = 1\n", vec!["a"; deep].join(".")),
        format!("x = {}{}\n", "[".repeat(deep), "]".repeat(deep)),
        format!("x = {}1{}\n", "{ a = ".repeat(deep), " }".repeat(deep)),
    ];
    for text in facts {
        build(&world(text, "# A\n"));
    }
    for page in ["> ".repeat(deep), "- ".repeat(deep), "*".repeat(deep), "[".repeat(deep), "<b>".repeat(deep)] {
        build(&world("", format!("# A\n\n{page}x\n")));
    }
}

#[test]
fn the_values_of_a_page_have_a_limit_that_is_told_once() {
    let facts = format!("[v]\nlong = {{ value = \"{}\", source = \"x\" }}\n", "long words ".repeat(5_000));
    let shown = |times: usize| format!("# A\n\n{}\n", "{{ v.long }}\n\n".repeat(times));
    assert_eq!(short(&build(&world(facts.as_str(), shown(70)))), "");
    let report = short(&build(&world(facts.as_str(), shown(120))));
    let line = 3 + 2 * (4 * 1024 * 1024 / 55_000);
    let told =
        format!("src/a.md:{line}:1: error[expression-syntax]: the values of this page are more than 4 MiB together\n");
    assert_eq!(report, told);
}

#[test]
fn a_name_of_many_records_is_compared_with_some_of_them() {
    let record = |at| format!("[[certification]]\nid = \"s{at}\"\nscheme = \"SOC 2\"\nstatus = \"in-progress\"\n");
    let records: String = (0..15_000).map(record).collect();
    let prose = "Our SOC 2 attestation is in progress.\n\n".repeat(500);
    let built = build(&world(format!("[defaults]\nsource = \"x\"\n{records}"), format!("# A\n\n{prose}")));
    // All of them would be compared with each other, and with each sentence.
    assert!(built.findings.iter().all(|finding| finding.check == "fact-unused"));
}
