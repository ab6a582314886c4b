//! Every kind of record, in full and minimal form, is read and rendered by its block.

use crate::data_models::{self, needs_files};
use trustbook_core::register::kinds::{KINDS, RecordKind};
use trustbook_core::register::summary;
use trustbook_core::register::types::{FieldType, ValueType};
use trustbook_tests::Book;
use trustbook_tests::{book, build, short};

/// Fields that blocks do not show: checks, machines or the owner use them, or they say where a record stands.
const NOT_DRAWN: &[&str] = &[
    "answer.sets",
    "contact.deputy",
    "contact.forge_handle",
    "document.file",
    "subprocessor.hosts",
    "vulnerability_policy.canonical",
];

/// Fields that complete a minimal record of a kind that requires one of several fields.
const NEEDED: &[&str] = &["answer.answer", "contact.email", "document.url"];

/// Returns a value of a type as TOML, and its text on a page.
fn sample(kind: &RecordKind, field: &FieldType) -> (String, String) {
    let word = format!("{} of {}", field.name, kind.name);
    let quoted = |text: &str| format!("\"{text}\"");
    match field.ty {
        ValueType::Text | ValueType::Markdown | ValueType::Scalar => (quoted(&word), word),
        ValueType::Integer => ("12345".to_owned(), "12345".to_owned()),
        ValueType::Decimal => ("12.345".to_owned(), "12.345".to_owned()),
        ValueType::Date => ("2031-05-04".to_owned(), "4 May 2031".to_owned()),
        ValueType::Duration | ValueType::DurationOr(_) | ValueType::Period(_) => {
            (quoted("17 days"), "17 days".to_owned())
        }
        ValueType::Email => (quoted("a@example.com"), "a@example.com".to_owned()),
        ValueType::Phone => (quoted("+4712345678"), "+4712345678".to_owned()),
        ValueType::Url => {
            (quoted(&format!("https://example.com/{}", field.name)), format!("https://example.com/{}", field.name))
        }
        ValueType::Boolean => ("true".to_owned(), "yes".to_owned()),
        ValueType::Choice(words) => {
            let last = words.last().unwrap();
            (quoted(last), trustbook_core::register::value::choice_words(last))
        }
        ValueType::Country | ValueType::Place => (quoted("NO"), "Norway".to_owned()),
        ValueType::DateOrTerm => (quoted("Q2 2031"), "Q2 2031".to_owned()),
        ValueType::OneOrMore(item) => sample(kind, &FieldType { ty: *item, ..*field }),
        ValueType::Category => (quoted("user.contact.email"), "e-mail address".to_owned()),
        ValueType::Id(of) => {
            let shown = match of {
                of if of == kind.name => "least",
                // A contact is called by its address.
                "contact" => "a@example.com",
                _ => "of ",
            };
            (quoted("least"), shown.to_owned())
        }
        ValueType::List(item) => {
            let (value, shown) = sample(kind, &FieldType { ty: *item, ..*field });
            (format!("[{value}]"), shown)
        }
        ValueType::Map => (format!("{{ key = \"{word}\" }}"), word),
        ValueType::Table(fields) | ValueType::Named(_, fields) => {
            let (entries, shown): (Vec<String>, Vec<String>) = fields
                .iter()
                .map(|field| {
                    let (value, shown) = sample(kind, field);
                    (format!("{} = {value}", field.name), shown)
                })
                .unzip();
            (format!("{{ {} }}", entries.join(", ")), shown.first().cloned().unwrap_or_default())
        }
    }
}

fn record(kind: &RecordKind, id: &str, fields: &[&FieldType]) -> String {
    let lines: String = fields.iter().map(|field| format!("{} = {}\n", field.name, sample(kind, field).0)).collect();
    format!("[[{}]]\nid = \"{id}\"\n{lines}\n", kind.name)
}

/// Returns the registers of these tests, one for each kind.
pub(crate) fn registers() -> Vec<String> {
    drawable().map(register).chain([data_models::register()]).collect()
}

/// Returns the kinds whose records need no other files; the others have tests of their own.
fn drawable() -> impl Iterator<Item = &'static RecordKind> {
    KINDS.iter().filter(|kind| !needs_files(kind) && !["claim", "source"].contains(&kind.name))
}

/// Returns a full and a minimal record of a kind, with the records that they name.
fn register(kind: &RecordKind) -> String {
    let mut register = "[defaults]\nsource = \"handbook\"\n".to_owned();
    for other in others(kind) {
        register.push_str(&record(other, "least", &required(other)));
    }
    register.push_str(&record(kind, "least", &required(kind)));
    register.push_str(&record(kind, "full", &kind.fields.iter().collect::<Vec<_>>()));
    register
}

/// Returns the fields without which a record of a kind is incomplete.
fn required(kind: &RecordKind) -> Vec<&FieldType> {
    let needed =
        |field: &&FieldType| field.required || NEEDED.contains(&format!("{}.{}", kind.name, field.name).as_str());
    kind.fields.iter().filter(needed).collect()
}

/// Returns the kinds that records of a kind name: those records have to exist, and to appear on a page.
fn others(kind: &RecordKind) -> impl Iterator<Item = &'static RecordKind> {
    KINDS.iter().filter(|other| other.name != kind.name && names(kind, other))
}

/// Returns the findings of a book, without those that exist only because nobody has reviewed these registers.
fn told(built: &Book) -> String {
    let report = short(built);
    report.lines().filter(|line| !line.contains("[security-txt-withheld]")).collect()
}

#[test]
fn every_kind_is_read_and_drawn_in_full_and_at_its_least() {
    for kind in drawable() {
        let register = register(kind);
        let mut page = "# Page\n".to_owned();
        for other in others(kind) {
            page.push_str(&format!("\n{{{{#{}}}}}\n", other.block));
        }
        page.push_str(&format!("\n## Block {{#b}}\n\n{{{{#{}}}}}\n", kind.block));
        let built = build(&book(&format!("=== facts/all.toml\n{register}\n=== src/page.md\n{page}")));
        assert_eq!(told(&built), "", "{}", kind.name);
        let block = built.first().split("id=\"b\"").nth(1).unwrap();
        for field in kind.fields {
            let id = format!("{}.{}", kind.name, field.name);
            let (_, text) = sample(kind, field);
            let drawn = block.contains(&text) || NOT_DRAWN.contains(&id.as_str());
            assert!(drawn, "{id} is not drawn: {text}\n{block}");
        }
    }
}

#[test]
fn every_kind_is_drawn_side_by_side() {
    for kind in drawable() {
        let Some(summary) = summary::of(kind) else { continue };
        let mut register = "[defaults]\nsource = \"handbook\"\n".to_owned();
        let mut page = "# Page\n".to_owned();
        for other in others(kind) {
            register.push_str(&record(other, "least", &required(other)));
            page.push_str(&format!("\n{{{{#{}}}}}\n", other.block));
        }
        for option in ["cloud", "self-hosted"] {
            register.push_str(&format!("[[deployment]]\nid = \"{option}\"\nname = \"Option {option}\"\n\n"));
        }
        register.push_str(&record(kind, "least", &required(kind)));
        register.push_str(&record(kind, "full", &kind.fields.iter().collect::<Vec<_>>()));
        register.push_str("deployments = [\"cloud\"]\n");
        page.push_str(&format!("\n## Block {{#b}}\n\n{{{{#{} compare=deployment}}}}\n", kind.block));
        let built = build(&book(&format!("=== facts/all.toml\n{register}\n=== src/page.md\n{page}")));
        assert_eq!(told(&built), "", "{}", kind.name);
        let block = built.first().split("id=\"b\"").nth(1).unwrap();
        let caption = built.book.theme.words.get(summary.caption);
        for text in ["Option cloud", "Option self-hosted", "does not apply", caption.as_str()] {
            assert!(block.contains(text), "{}: {text}\n{block}", kind.name);
        }
        for name in summary.fields.iter().map(|(name, _)| *name).chain(summary.badge) {
            let (_, text) = sample(kind, kind.field(name).unwrap());
            assert!(block.contains(&text), "{}.{name} is not drawn: {text}\n{block}", kind.name);
        }
    }
}

#[test]
fn what_can_not_be_compared_is_told_with_a_remedy() {
    let page = "=== facts/v.toml\n[v]\nx = { value = 1, source = \"handbook\" }\n=== src/page.md\n# Page\n\n";
    let built = build(&book(&format!("{page}{{{{#facts v compare=deployments}}}}\n")));
    assert_eq!(built.findings[0].help, ["did you mean `compare=deployment`?"]);
}

/// Returns true if records of one kind can name records of the other.
fn names(kind: &RecordKind, other: &RecordKind) -> bool {
    kind.fields.iter().any(|field| match field.ty {
        ValueType::Id(of) => of == other.name,
        ValueType::List(ValueType::Id(of)) => *of == other.name,
        _ => false,
    })
}

#[test]
fn a_list_of_records_says_what_is_wrong_with_it_once() {
    let of = |record: &str| {
        let text = format!("=== facts/a.toml\n[defaults]\nsource = \"x\"\n\n{record}\n=== src/a.md\n# A\n");
        let built = build(&book(&text));
        let findings = built.findings.iter().filter(|finding| finding.check != "config-advice");
        findings.map(|finding| finding.message.clone()).collect::<Vec<_>>()
    };
    for (record, message) in [
        ("[[subprocessor]]\nrecords = 5", "`records` is not a table"),
        ("[[subprocessor]]\nrecords = { select = \".x\" }", "the list of `subprocessor` does not name its source"),
        ("[[subprocessor]]\nrecords = { live = 5 }", "`live` is not text, or is empty"),
        ("[[table]]\nrecords = { live = \"x\" }", "records of `table` cannot come from a source"),
    ] {
        assert_eq!(of(record), [message], "{record}");
    }
    let given = of("[[subprocessor]]\nstatus = { live = \"x\" }\nrecords = { live = \"x\" }");
    assert!(given.contains(&"`status` cannot be given to all records of a list".to_owned()), "{given:?}");
}
