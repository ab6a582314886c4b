//! Tests of the reader of `schema.rb`.

use super::super::seen::{example, read, seen};

#[test]
fn the_example_is_read() {
    assert_eq!(
        seen("rails", example("rails")),
        [
            "accounts Table 4-12",
            "  id: uuid default id 4-4",
            "  email: string default unique @user.contact.email 5-5",
            "  phones: string list optional 6-6",
            "  settings: jsonb optional opaque 7-7",
            "  balance: decimal(10,2) optional 8-8",
            "  country_id: bigint reference 9-9",
            "  created_at: datetime(6) 10-10",
            "countries Table 14-16",
            "  id: bigint default id 14-14",
            "  name: string(80) 15-15",
        ]
    );
}

/// Returns the fields of one table with these lines.
fn table(head: &str, lines: &str) -> Vec<String> {
    let text = format!("ActiveRecord::Schema.define(version: 1) do\ncreate_table {head} do |t|\n{lines}\nend\nend\n");
    seen("rails", &text).into_iter().skip(1).collect()
}

#[test]
fn keys_are_those_of_rails() {
    assert_eq!(table("\"a\", id: false", "t.integer :x"), ["  x: integer optional 3-3"]);
    assert_eq!(table("\"a\", primary_key: \"k\", id: :string", ""), ["  k: string id 2-2"]);
    assert_eq!(table("\"a\", id: { type: :string, limit: 9 }", ""), ["  id: string id 2-2"]);
    assert_eq!(table(":a, id: :serial", ""), ["  id: serial default id 2-2"]);
    let two =
        table("\"a\", primary_key: [\"x\", \"y\"]", "t.integer \"x\"\nt.integer \"y\"\nt.integer \"z\", null: false");
    assert_eq!(two, ["  x: integer id 3-3", "  y: integer id 4-4", "  z: integer 5-5"]);
    assert_eq!(table("(:a, force: true)", "t.primary_key :n, :uuid\nt.index(:n, unique: true)")[1], "  n: uuid id 3-3");
}

#[test]
fn every_form_of_a_column_is_read() {
    let lines = "t.column \"s\", \"status\", default: nil\nt.enum \"e\", enum_type: \"mood\", null: false\n\
                 t.virtual \"v\", type: :string, as: \"lower(x)\", stored: true\nt.references :user, null: false\n\
                 t.belongs_to :thing, polymorphic: true, type: :uuid\nt.timestamps\nt.string :one, :two\n\
                 t.text \"n\", comment: \"@category user.name\"\n\
                 t.binary(\"b\",\n  limit: 16)\nt.index \"lower(one)\", unique: true\nt.index [\"two\"], unique: true, where: \"x\"";
    assert_eq!(
        table("\"a\"", lines)[1..],
        [
            "  s: status optional 3-3",
            "  e: mood 4-4",
            "  v: string generated optional 5-5",
            "  user_id: bigint reference 6-6",
            "  thing_id: uuid optional 7-7",
            "  thing_type: string optional 7-7",
            "  created_at: datetime 8-8",
            "  updated_at: datetime 8-8",
            "  one: string optional 9-9",
            "  two: string optional 9-9",
            "  n: text optional @user.name 10-10",
            "  b: binary(16) optional opaque 11-12",
        ]
    );
}

#[test]
fn what_is_not_known_is_listed() {
    let text = "ActiveRecord::Schema.define(version: 1) do\n  create_table \"a\" do |t|\n    t.string name_of(x)\n    if x\n  end\n  \
                create_view \"v\", sql_definition: <<-SQL\n    SELECT '1' AS \"create_table\n  SQL\n  execute \"DROP TABLE a\"\n  \
                add_index \"b\", [\"c\"], unique: true\n=begin\ncreate_table \"no\"\n=end\nend\n";
    assert_eq!(
        seen("rails", text),
        [
            "a Table 2-5",
            "  id: bigint default id 2-2",
            "v View 6-6",
            "? 3-3 the effect of `t` is not known",
            "? 4-4 the effect of `if` is not known",
            "? 6-6 the columns of the view `v` are not known",
            "? 9-9 the effect of `execute` is not known",
            "? 10-10 the effect of `add_index` is not known",
        ]
    );
    let told = seen("rails", "create_table \"a\" do |t|\n  t.string \"x\nend\n");
    assert!(told.iter().any(|line| line.starts_with("! 2-")), "{told:?}");
    let told = seen("rails", "create_table \"a\", (id: :x do |t|\n  t.string \"x\"\nend\n");
    assert!(told.iter().any(|line| line.starts_with("! 1-1 the bracket `(` has no partner")), "{told:?}");
}

#[test]
fn any_depth_and_any_length_are_read() {
    for text in [
        format!("create_table \"a\" do |t|\nt.string \"x\", default: {}", "[".repeat(100_000)),
        format!(
            "create_table \"a\" do |t|\nt.string \"x\", default: {}{}\nend",
            "{".repeat(100_000),
            "}".repeat(100_000)
        ),
        "create_table \"a\" do |t|\n".repeat(100_000),
        "add_index \"a\", [\"b\"], unique: true\n".repeat(50_000),
        format!("create_table \"a\" do |t|\n{}end", "t.string \"x\"\n".repeat(50_000)),
        "\"".repeat(100_000),
        "<<-SQL\n".repeat(50_000),
    ] {
        let (schema, _) = read("rails", &[("schema.rb", &text)]);
        assert!(schema.tables.len() < 2 || !schema.problems.is_empty());
    }
}
