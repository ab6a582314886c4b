//! Tests of the reader of Drizzle's tables.

use super::super::find;
use super::super::seen::{example, read, seen};

#[test]
fn the_example_is_read() {
    assert_eq!(
        seen("drizzle", example("drizzle")),
        [
            "users Table 9-16",
            "  id: serial default id 10-10",
            "  email: varchar(255) unique @user.contact.email 11-11",
            "  phones: text list optional 12-12",
            "  role: role default 13-13",
            "  settings: jsonb optional opaque 14-14",
            "  createdAt: timestamp default 6-6",
            "visits Table 18-25",
            "  userId: bigint id reference 21-21",
            "  day: text id 22-22",
        ]
    );
    let (schema, _) = read("drizzle", &[("schema.ts", example("drizzle"))]);
    assert_eq!(schema.tables[0].fields[5].stored_as.as_deref(), Some("created_at"));
}

#[test]
fn every_form_of_a_table_is_read() {
    let text = "const auth = pgSchema('auth');\nconst kind = auth.enum('kind', ['a']);\nconst bytes = customType<{ data: Buffer }>({ dataType() { return 'bytea' } });\n\
                export const a = auth.table('as', (t) => ({ id: t.uuid().defaultRandom().primaryKey(), 'k-b': kind('k') }), (t) => ({ u: uniqueIndex('u').on(t.id) }));\n\
                export const b = sqliteTable('b', {\n  /* @category user.name */\n  n: text({ mode: 'json' }).$type<Map<string, Array<{ a: 1 }>>>().notNull(),\n  x: bytes('x'),\n  \
                g: integer('g').generatedAlwaysAs(sql`${b.n} + 1`),\n  t: integer('t', { mode: 'timestamp' }).$onUpdate(() => new Date()),\n  \
                i: integer('i').generatedByDefaultAsIdentity(),\n}, (t) => [unique().on(t.g), unique('two').on(t.g, t.t), foreignKey({ columns: [t.i], foreignColumns: [a.id] })]);\n\
                export const v = pgView('v', { id: integer('id') }).as(sql`SELECT 1`);\n";
    assert_eq!(
        seen("drizzle", text),
        [
            "a Table 4-4",
            "  id: uuid default id 4-4",
            "  k-b: kind optional 4-4",
            "b Table 5-12",
            "  n: text opaque @user.name 7-7",
            "  x: bytes optional opaque 8-8",
            "  g: integer generated optional unique 9-9",
            "  t: integer optional updated-at 10-10",
            "  i: integer default reference 11-11",
            "v View 13-13",
            "  id: integer 13-13",
        ]
    );
    let (schema, _) = read("drizzle", &[("schema.ts", text)]);
    assert_eq!(schema.tables[0].stored_as.as_deref(), Some("auth.as"));
}

#[test]
fn what_is_decided_at_run_time_is_listed() {
    let told = |text: &str| {
        let (schema, _) = read("drizzle", &[("schema.ts", text)]);
        schema.problems.iter().chain(&schema.skipped).map(|it| it.what.clone()).collect::<Vec<String>>()
    };
    assert_eq!(told("const a = pgTable('a', columns());"), ["the columns of `a` are decided at run time"]);
    assert_eq!(told("const a = pgTable(NAME, { x: text() });"), ["the name of the table `a` depends on code"]);
    assert_eq!(told("const a = pgTable('a', { x: make() });"), ["the column `x` is made by code that is not known"]);
    assert_eq!(told("const a = pgTable('a', { x: y ? text() : z });"), ["the column `x` is decided at run time"]);
    assert_eq!(told("const a = pgTable('a', { ...more });"), ["the columns that are put in here are not known"]);
    assert_eq!(told("const a = pgTable('a', { ...more() });"), ["the columns that are put in here are not known"]);
    assert_eq!(told("const a = pgTable('a', { [x]: text() });"), ["a column is decided at run time"]);
    let made = "const t = pgTableCreator((n) => `p_${n}`);\nconst a = t('a', { x: text() });";
    assert_eq!(told(made), ["the name of the table `a` depends on code"]);
    let none: [&str; 0] = [];
    assert_eq!(
        told("const a = { ...a };\nconst r = relations(a, ({ one }) => ({ b: one(b) }));\nconst re = /[\"'/]/g;"),
        none
    );
}

#[test]
fn only_files_near_a_schema_are_read_in_a_folder() {
    let reads = |path: &str| find("drizzle").unwrap().reads(path);
    assert!(reads("src/schema.ts") && reads("src/db/users.ts") && reads("auth-schema.ts") && reads("a/tables/x.ts"));
    assert!(!reads("src/main.ts") && !reads("db/x.d.ts") && !reads("db/x.test.ts") && !reads("db/x.js"));
}

#[test]
fn any_depth_and_any_length_are_read() {
    let spread: String =
        (0..200).map(|at| format!("const o{at} = {{ ...o{0}, ...o{0}, c{at}: text() }};\n", at + 1)).collect();
    for text in [
        format!("const a = pgTable('a', {}", "{".repeat(100_000)),
        format!("const a = pgTable('a', {{ x: {}text(){} }});", "(".repeat(100_000), ")".repeat(100_000)),
        format!("const a = pgTable('a', {{ x: text(){} }});", ".array()".repeat(50_000)),
        format!("const a = pgTable('a', {{ x: text().$type{} }});", "<".repeat(100_000)),
        format!("const a = pgTable('a', {{ {} }});", "x: text(),".repeat(50_000)),
        format!("const a = pgTable('a', {{}}, {}", "primaryKey(".repeat(50_000)),
        format!("const a = pgTable('a', {{}}, {}{});", "primaryKey(".repeat(50_000), ")".repeat(50_000)),
        format!("{}{}", "const a = pgTable(N, ".repeat(30_000), ")".repeat(30_000)),
        format!("{spread}const a = pgTable('a', {{ ...o0 }});"),
        "const a = pgTable('a', { x: text() });\n".repeat(20_000),
        "`".repeat(99_999),
        "/".repeat(100_000),
        "/* ".repeat(50_000),
    ] {
        read("drizzle", &[("schema.ts", &text)]);
    }
}
