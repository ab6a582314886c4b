//! Bad input: claims about missing subjects, contradictory conditions, invalid evidence, and exceptions.

use super::with;
use trustbook_core::report::{self, Colour, ReportFormat};
use trustbook_tests::short;

fn told(kind: &str, files: &str) -> String {
    let register = format!("[vendor]\nemployees = 12\n\n[[claim]]\nid = \"c\"\nsays = \"So it is.\"\n{kind}\n");
    short(&with(&register, files, "{{ vendor.employees }} {{ claim.c }}"))
}

const MODEL: &str = "=== m.prisma\nmodel T {\n  id Int @id\n}\n=== facts/data.toml\n[defaults]\nsource = \"handbook\"\n[[schema]]\nid = \"app\"\npath = \"m.prisma\"\n[[table]]\nschema = \"app\"\nname = \"T\"\npurpose = \"Rows.\"\nfields.id = \"system.operations\"\n";

#[test]
fn each_mistake_is_one_finding_with_its_remedy() {
    for (kind, files, expected) in [
        ("kind = \"no_feild\"", "", "fact-type"),
        ("kind = \"no_field\"\nschema = \"ap\"\ncategory = \"user.name\"", MODEL, "there is no schema `ap`"),
        ("kind = \"no_field\"\nschema = \"app\"\ncategory = \"user.nam\"", MODEL, "not a fideslang data category"),
        ("kind = \"no_field\"\nschema = \"app\"\ntable = \"Tt\"\ncategory = \"user.name\"", MODEL, "has no table `Tt`"),
        ("kind = \"no_field\"\nschema = \"app\"", MODEL, "lacks `category`"),
        ("kind = \"no_field\"\nschema = \"app\"\ncategory = \"user.name\"\nby = \"me\"", MODEL, "`by` does not apply"),
        ("kind = \"attested\"\nby = \"me\"\non = 2026-01-01", "", "lacks `until`"),
        ("kind = \"attested\"\nby = \"me\"\non = \"today\"\nuntil = 2026-06-01", "", "fact-type"),
        ("kind = \"expr\"\nexpr = \"vendor.employees >\"", "", "not CEL"),
        ("kind = \"expr\"\nexpr = \"vendor.nobody == 1\"", "", "`vendor` has no `nobody`"),
        ("kind = \"expr\"\nexpr = \"vendor.employees == 12\"\nother = 1", "", "no field `other`"),
        ("kind = \"text_present\"\ntext = \"x\"\nfound = \"x\"", "", "typed here, and comes from no source"),
        ("kind = \"text_present\"\ntext = \"x\"\nfound = { live = \"s\" }", "", "no source `s`"),
        ("kind = \"no_request\"\nscope = \"sight\"", "", "no observation `sight`"),
        (
            "kind = \"no_request\"\nscope = \"o\"",
            "=== facts/observed/o.json\n{ \"version\": 1,\n",
            "facts/observed/o.json:2:1",
        ),
        ("kind = \"no_request\"\nscope = \"o\"", "=== facts/observed/o.json\n<html>\n", "cannot be read"),
        ("kind = \"no_storage\"\nscope = \"site\"\nobserved = \"o\"", "", "`scope` does not apply"),
        ("kind = \"no_storage\"", "", "lacks `observed`"),
        ("kind = \"no_storage\"\nobserved = \"o\"\nconsent = \"never\"", "", "fact-type"),
    ] {
        let found = told(kind, files);
        // Nothing else shows the table, so findings of `fact-unused` are expected.
        let found: Vec<&str> = found.lines().filter(|line| !line.contains("fact-unused")).collect();
        let found = found.join("\n");
        assert_eq!(found.lines().count(), 1, "{kind}\n{found}");
        assert!(found.contains(expected), "{kind}\n{found}");
    }
}

#[test]
fn a_condition_of_any_size_ends() {
    for text in
        ["(".repeat(900), "!".repeat(900), "vendor.employees + ".repeat(50), "[".repeat(60_000), "a.".repeat(30_000)]
    {
        let found = told(&format!("kind = \"expr\"\nexpr = '{text}'"), "");
        assert!(found.contains("claim-unknown") && found.lines().count() == 1, "{found}");
    }
}

#[test]
fn a_fault_in_a_condition_is_shown_at_its_place() {
    let found = told("kind = \"expr\"\nexpr = \"vendor.employees > 1 && vendor.nobody\"", "");
    assert!(found.contains("claim-unknown"), "{found}");
    let register = "[vendor]\nemployees = 12\n\n[[claim]]\nid = \"c\"\nsays = \"So.\"\nkind = \"expr\"\nexpr = \"vendor.employees > 1 && vendor.nobody\"\n";
    let built = with(register, "", "{{ vendor.employees }} {{ claim.c }}");
    let labels: Vec<&str> = built.findings[0].labels.iter().map(|label| built.book.map.slice(label.span)).collect();
    assert_eq!(labels, ["vendor.nobody", "{{ claim.c }}"], "the fault, and the sentence in its chapter");
}

#[test]
fn what_is_unknown_is_accepted_until_a_day_only() {
    let kind = "kind = \"expr\"\nexpr = \"vendor.nobody == 1\"";
    let book = |kind: &str| {
        format!(
            "=== book.toml\n[[preprocessor.trustbook.allow]]\ncheck = \"claim-unknown\"\nat = \"claim.c\"\nreason = \"asked\"\n{kind}\n"
        )
    };
    assert_eq!(told(kind, &book("kind = \"accepted\"\nuntil = 2026-03-01\nowner = \"me\"")), "");
    let found = told(kind, &book("kind = \"false-alarm\""));
    assert!(found.contains("config-invalid") && found.contains("needs a last day"), "{found}");
    let ended = told(kind, &book("kind = \"accepted\"\nuntil = 2026-01-01\nowner = \"me\""));
    assert!(ended.contains("exception-ended"), "{ended}");
}

#[test]
fn a_drafted_record_can_be_copied_and_brings_nothing_along() {
    let cookie = r#"{ "name": "a\"b::c\u202e##[group]", "domain": "app.example.com", "path": "/", "max_age": 7200, "http_only": true, "secure": true, "same_site": null, "partitioned": false, "set_by": "header", "when": "before" }"#;
    let file = format!(
        r#"=== facts/observed/o.json
{{
  "version": 1, "url": "https://app.example.com/", "on": "2026-01-12", "tool": "a browser", "steps": [],
  "consent": ["before"], "pages": [{{ "url": "https://app.example.com/", "status": 200, "when": "before" }}],
  "cookies": [{cookie}], "storage": [], "hosts": [{{ "host": "app.example.com", "purpose": "document", "when": "before" }}]
}}
"#
    );
    let built = with("[vendor]\nemployees = 12\n", &file, "{{ vendor.employees }}");
    let shown = |format| report::report(&built.book.map, &built.findings, format, Colour::None);
    let human = shown(ReportFormat::Human);
    let lines: Vec<&str> = human.lines().map(str::trim).collect();
    for line in ["[[cookie]]", "id = \"a-b-c-group\"", "max_age = \"2 hours\"", "set_by = \"header\""] {
        assert!(lines.contains(&line), "{line}\n{human}");
    }
    assert!(human.contains(r#"name = "a\"b"#) && !human.contains("same_site"), "{human}");
    for text in [human, shown(ReportFormat::Github), shown(ReportFormat::Junit)] {
        assert!(!text.contains('\u{202e}') && !text.contains("##[") && !text.contains("\\u{a}"), "{text}");
    }
}
