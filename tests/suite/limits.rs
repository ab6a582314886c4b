//! Limits of what multiplies: claims, exceptions, data models and old addresses, each with a finding that names it.

use trustbook_core::claim::{MOST, Outcome};
use trustbook_tests::{Book, book, build};

const PAGE: &str = "=== src/page.md\n# Page\n\n{{#claims}}\n";

fn messages(built: &Book) -> String {
    built.findings.iter().map(|finding| format!("{}: {}\n", finding.check, finding.message)).collect()
}

#[test]
fn the_claims_of_a_book_take_a_limited_number_of_steps() {
    let names = |count: usize, text: &dyn Fn(usize) -> String| (0..count).map(text).collect::<Vec<_>>().join(", ");
    let cookie = |n: usize| {
        format!(
            r#"{{ "name": "c{n}", "domain": "a.example", "path": "/", "max_age": 60, "http_only": true, "secure": true, "same_site": null, "partitioned": false, "set_by": "header", "when": "before" }}"#
        )
    };
    let claim = |id: &str, count: usize| {
        let allow = names(count, &|n| format!("\"a{n}*\""));
        format!(
            "[[claim]]\nid = \"{id}\"\nsays = \"We keep nothing.\"\nkind = \"no_storage\"\nobserved = \"o\"\nconsent = \"before\"\nallow = [{allow}]\n"
        )
    };
    let built = build(&book(&format!(
        "=== facts/a.toml\n[defaults]\nsource = \"x\"\n{}{}\n=== facts/observed/o.json\n{{ \"version\": 1, \"url\": \"https://a.example/\", \"on\": \"2026-01-12\", \"tool\": \"a browser\", \"steps\": [], \"consent\": [\"before\"], \"pages\": [{{ \"url\": \"https://a.example/\", \"status\": 200, \"when\": \"before\" }}], \"cookies\": [{}], \"storage\": [], \"hosts\": [{{ \"host\": \"a.example\", \"purpose\": \"document\", \"when\": \"before\" }}] }}\n{PAGE}",
        claim("a", 5_000),
        claim("b", 1),
        names(500, &cookie),
    )));
    let [first, second] = ["a", "b"].map(|id| built.book.claim(id).unwrap());
    assert_eq!((first.outcome, second.outcome), (Outcome::Contradicted, Outcome::Unknown));
    // Every reason counts, and the first are listed.
    assert_eq!(first.reasons.len(), MOST + 1);
    assert_eq!(first.reasons[MOST].what, "300 more reasons of this kind omitted");
    assert!(second.reasons[0].what.contains("more than 2000000 steps"), "{:?}", second.reasons);
    assert!(messages(&built).contains("more than 2000000 steps"), "{}", messages(&built));
}

#[test]
fn a_book_has_a_limited_number_of_exceptions() {
    let exception = |n: usize| {
        format!(
            "[[preprocessor.trustbook.allow]]\ncheck = \"fact-unused\"\nat = \"a.b{n}\"\nkind = \"accepted\"\nreason = \"r\"\nuntil = 2027-01-01\nowner = \"o\"\n"
        )
    };
    let with = |count: usize| {
        let all: String = (0..count).map(exception).collect();
        messages(&build(&book(&format!("=== book.toml\n[book]\ntitle = \"E\"\n{all}=== src/page.md\n# Page\n"))))
    };
    let wanted = "config-invalid: the book has more than 500 exceptions";
    assert!(!with(500).contains(wanted));
    assert!(with(501).contains(wanted), "{}", with(501));
}

#[test]
fn data_models_read_the_same_file_a_limited_number_of_times() {
    let schema = |n: usize| format!("[[schema]]\nid = \"m{n}\"\nlanguage = \"prisma\"\npath = \"s.prisma\"\n");
    let with = |count: usize| {
        let all: String = (0..count).map(schema).collect();
        let comment = "// A comment that makes the file long.\n".repeat(25_000);
        messages(&build(&book(&format!(
            "=== facts/a.toml\n[defaults]\nsource = \"x\"\n{all}=== s.prisma\n{comment}model A {{\n  id Int @id\n}}\n=== src/page.md\n# Page\n"
        ))))
    };
    let wanted = "such files have more than 2 MiB together";
    assert!(!with(3).contains(wanted), "{}", with(3));
    assert!(with(4).contains(wanted), "{}", with(4));
}

#[test]
fn an_old_address_is_not_longer_than_a_path_can_be() {
    let with = |count: usize| {
        let path = format!("{}x.html", "a/".repeat(count));
        messages(&build(&book(&format!(
            "=== book.toml\n[book]\ntitle = \"E\"\n[output.html.redirect]\n\"/{path}\" = \"page.html\"\n=== src/page.md\n# Page\n"
        ))))
    };
    assert!(!with(490).contains("too long"), "{}", with(490));
    assert!(with(510).contains("is too long for some file systems"), "{}", with(510));
}

#[test]
fn definitions_in_many_others_are_fields_in_each_up_to_a_limit() {
    let wide: Vec<String> = (0..1_000).map(|n| format!("\"p{n}\":{{\"type\":\"string\"}}")).collect();
    let other = |n: usize| format!("\"S{n}\":{{\"allOf\":[{{\"$ref\":\"#/components/schemas/W\"}}]}}");
    let with = |count: usize| {
        let others: Vec<String> = (0..count).map(other).collect();
        messages(&build(&book(&format!(
            "=== facts/a.toml\n[defaults]\nsource = \"x\"\n[[schema]]\nid = \"m\"\nlanguage = \"openapi\"\npath = \"o.json\"\n=== o.json\n{{\"openapi\":\"3.0.0\",\"components\":{{\"schemas\":{{\"W\":{{\"type\":\"object\",\"properties\":{{{}}}}},{}}}}}}}\n=== src/page.md\n# Page\n",
            wide.join(","),
            others.join(",")
        ))))
    };
    assert!(!with(10).contains("and the rest is not read"), "{}", with(10));
    assert!(with(60).contains("fields, and the rest is not read"), "{}", with(60));
}
