//! The kinds `schema` and `table`, in full and minimal form: each field is shown, or is exempt for a reason.

use super::{A, PATH, REPOSITORY, followed};
use jiff::civil::date;
use trustbook_core::lock;
use trustbook_core::register::kinds::{KINDS, RecordKind};
use trustbook_core::register::types::{FieldType, ValueType};
use trustbook_tests::{book, build, short};

const MODEL: &str = "\
model Account {
  id       Int    @id
  email    String
  settings Json
  later    String
}

model Log {
  id Int @id
}
";

/// Every field, with its text on pages; `None` for a field that only checks use.
const DRAWN: &[(&str, Option<&str>)] = &[
    // Only the reader of the data model uses these.
    ("schema.accept", None),
    ("schema.columns.category", None),
    ("schema.except", None),
    ("schema.language", Some("Language: prisma")),
    ("schema.max_age", Some("17 days")),
    ("schema.path", Some(PATH)),
    // It determines the addresses of lines.
    (
        "schema.permalink",
        Some("https://git.example.com/lines/a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1/prisma/schema.prisma/3-3"),
    ),
    ("schema.repository", Some("git.example.com/example/app")),
    ("schema.track", Some("Follows: trunk")),
    ("table.default.category", Some("user id")),
    // Checks use these fields to determine whether all fields were reviewed.
    ("table.default.reviewed", None),
    ("table.reviewed", None),
    ("table.fields.category", Some("e-mail address")),
    ("table.fields.note", Some("note of field")),
    ("table.fields.opaque", Some("opaque of field")),
    ("table.fields.retention", Some("retention of field")),
    ("table.fields.to_be_classified", Some("4 May 2031")),
    ("table.fields.when", Some("when of field")),
    ("table.left_out", Some("left_out of table")),
    ("table.name", Some("<code>Account</code>")),
    ("table.purpose", Some("purpose of table")),
    ("table.schema", Some("app, 4 fields")),
];

/// Returns a register with both kinds, in full and minimal form.
pub(crate) fn register() -> String {
    format!(
        r#"[defaults]
source = "handbook"

[[schema]]
id = "app"
language = "prisma"
path = "{PATH}"
repository = "{REPOSITORY}"
track = "trunk"
permalink = "https://git.example.com/lines/{{commit}}/{{path}}/{{first}}-{{last}}"
max_age = "17 days"

[[table]]
schema = "app"
name = "Account"
purpose = "purpose of table"
default = {{ category = "user.unique_id", reviewed = "a1a1a1a1a1a1" }}
reviewed = "a1a1a1a1a1a1"

[table.fields]
email = {{ category = "user.contact.email", when = "when of field", retention = "retention of field", note = "note of field" }}
settings = {{ category = "user.account.settings", opaque = "opaque of field" }}
later = {{ to_be_classified = 2031-05-04 }}

[[table]]
schema = "app"
name = "Log"
left_out = "left_out of table"

[[schema]]
id = "least"
path = "least.prisma"

[[table]]
schema = "least"
name = "Thing"
purpose = "purpose of the least"
fields.id = "system"
"#
    )
}

const PAGE: &str = "# Page\n\n{{#schemas}}\n\n{{#tables}}\n\n{{#fields app.Account least.Thing}}\n\n{{#inventory}}\n";

#[test]
fn every_field_of_both_kinds_is_drawn_or_serves_a_check() {
    let mut lock = followed(&[(MODEL, A, date(2026, 1, 10))], &["Log"]);
    lock.schemas[0].track = Some("trunk".to_owned());
    let built = build(&book(&format!(
        "=== facts/all.toml\n{}=== {}\n{}=== least.prisma\nmodel Thing {{\n  id Int @id\n}}\n=== src/page.md\n{PAGE}",
        register(),
        lock::PATH,
        lock::text(&lock)
    )));
    assert_eq!(short(&built), "");
    let page = built.first();
    for (field, shown) in DRAWN {
        assert!(shown.is_none_or(|text| page.contains(text)), "{field} is not drawn: {shown:?}\n{page}");
    }
    let listed: Vec<&str> = DRAWN.iter().map(|(field, _)| *field).collect();
    let mut all: Vec<String> = KINDS.iter().filter(|kind| needs_files(kind)).flat_map(fields).collect();
    all.sort();
    let mut sorted = listed.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, all);
}

/// Returns true if records of a kind require files that they describe.
pub(crate) fn needs_files(kind: &RecordKind) -> bool {
    matches!(kind.name, "schema" | "table")
}

fn fields(kind: &RecordKind) -> Vec<String> {
    let below = |field: &FieldType| match field.ty {
        ValueType::Table(fields) | ValueType::Named(_, fields) => {
            fields.iter().map(|inner| format!("{}.{}.{}", kind.name, field.name, inner.name)).collect()
        }
        _ => vec![format!("{}.{}", kind.name, field.name)],
    };
    kind.fields.iter().flat_map(below).collect()
}
