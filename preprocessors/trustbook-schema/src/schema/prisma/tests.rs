//! Tests of the Prisma reader: the example of its page, comments, and mistakes.

use crate::schema::{Field, FieldContent, Modifier, Schema, SchemaFile, Table, TableKind};
use crate::span::SourceMap;

fn read(files: &[(&str, &str)]) -> Schema {
    let mut map = SourceMap::default();
    let files: Vec<SchemaFile<'_>> =
        files.iter().map(|(path, text)| SchemaFile { file: map.add(path, *text), path, text }).collect();
    super::read(&files)
}

fn one(text: &str) -> Schema {
    read(&[("a.prisma", text)])
}

/// Formats a field on one line: its name, its name in the database, its type, its modifiers, its content and its
/// category.
fn line(field: &Field) -> String {
    let mut line = field.name.clone();
    if let Some(stored) = &field.stored_as {
        line += &format!("={stored}");
    }
    line += &format!(" {}", field.ty);
    for modifier in &field.modifiers {
        line += &format!(" {}", modifier.word());
    }
    if field.content == FieldContent::Opaque {
        line += " opaque";
    }
    if let Some(category) = &field.category {
        line += &format!(" @{category}");
    }
    line
}

fn lines(table: &Table) -> Vec<String> {
    table.fields.iter().map(line).collect()
}

/// Returns the problems, each as `line: what`.
fn problems(text: &str) -> Vec<String> {
    let line = |at: usize| text[..at].matches('\n').count() + 1;
    one(text).problems.iter().map(|problem| format!("{}: {}", line(problem.span.start), problem.what)).collect()
}

fn example() -> &'static str {
    let page = super::LANGUAGE.page;
    let (_, example) = page.split_once("```prisma\n").unwrap();
    example.split_once("```").unwrap().0
}

#[test]
fn the_example_of_the_page_is_read_as_it_says() {
    let schema = one(example());
    assert_eq!((schema.problems, schema.skipped), (vec![], vec![]));
    let [guest, visit, busy, address] = schema.tables.as_slice() else { panic!("four tables: {:?}", schema.tables) };
    let head = |table: &Table| (table.name.clone(), table.stored_as.clone(), table.kind);
    assert_eq!(head(guest), ("Guest".to_owned(), Some("guests".to_owned()), TableKind::Table));
    assert_eq!(head(visit), ("Visit".to_owned(), None, TableKind::Table));
    assert_eq!(head(busy), ("Busy".to_owned(), None, TableKind::View));
    assert_eq!(head(address), ("Address".to_owned(), None, TableKind::Type));
    assert_eq!(
        lines(guest),
        [
            "id Int default id",
            "email=e_mail String unique @user.contact.email",
            "nickname String optional @user.name",
            "role Role default",
            "tags String default list",
            "settings Json default opaque",
            "photo Bytes optional opaque",
            "address Address optional",
            "spot Unsupported(\"point\") optional opaque",
            "changedAt=changed_at DateTime updated-at",
        ]
    );
    assert_eq!(guest.relations, ["visits"]);
    assert_eq!(lines(visit), ["guestId Int id reference", "day DateTime id", "pages String"]);
    assert_eq!(visit.relations, ["guest"]);
    assert_eq!(lines(busy), ["guestId Int unique", "visits Int"]);
    assert_eq!(lines(address), ["street String @user.contact.address.street", "city String"]);
}

#[test]
fn spans_cover_what_is_declared_and_no_comment() {
    let text = "// a\nmodel A { // b\n  /// c\n  id String @id @default (\"\") // d\n  b B @relation(fields: [c],\n    references: [id]) /* e */\n  c Int\n    @map(\"d\") // f\n  // g\n} // h\nmodel B { id Int @id }\n";
    let schema = one(text);
    assert_eq!(schema.problems, []);
    let cut = |span: crate::span::Span| &text[span.range()];
    let table = &schema.tables[0];
    assert!(cut(table.span).starts_with("model A {") && cut(table.span).ends_with("// g\n}"));
    assert_eq!(cut(table.fields[0].span), "id String @id @default (\"\")");
    assert_eq!(cut(table.fields[1].span), "c Int\n    @map(\"d\")");
    assert_eq!(lines(table), ["id String default id", "c=d Int reference"]);
    assert_eq!(table.relations, ["b"]);
    assert_eq!(cut(schema.tables[1].span), "model B { id Int @id }");
}

#[test]
fn comments_give_the_category_of_their_field_only() {
    let text = "model A { // @category no.a\n  // @category user.name\n  a Int\n  b Int /// @category user.b\n  c Int\n  // @category no.b\n\n  d Int\n  /// @category no.c\n  /// @category user.e\n  /// and more\n  e Int\n  // f Int // @category no.d\n  g Int\n  // @category no.e\n  h Int @map(\"// @category no.f\") // @category user.h\n  /* @category user.i\n  */\n  i Int\n}\n";
    let schema = one(text);
    assert_eq!(schema.problems, []);
    let lines = lines(&schema.tables[0]);
    let expected = ["a Int @user.name", "b Int @user.b", "c Int", "d Int", "e Int @user.e", "g Int"];
    assert_eq!(lines[..6], expected);
    assert_eq!(lines[6..], ["h=// @category no.f Int @user.h", "i Int @user.i"]);
}

#[test]
fn marks_ends_of_lines_and_texts_change_nothing() {
    let text = "\u{feff}model A {\r\n\tid\tInt @id // x\r\n  a String @default(\"}{)(][\\\"// /* \") @map(\"\\u00e4\\\"ö\")\r\n  /* b Int\r\n  } */ c Int\r\n\r\n  @@map(\"ä ö\")\r\n}\r\nenum E {\r\n  A // }\r\n}\r\n";
    let schema = one(text);
    assert_eq!(schema.problems, []);
    assert_eq!(lines(&schema.tables[0]), ["id Int id", "a=ä\"ö String default", "c Int"]);
    assert_eq!(schema.tables[0].stored_as.as_deref(), Some("ä ö"));
    assert_eq!(lines(&one(&text.replace("\r\n", "\r")).tables[0]).len(), 3);
}

#[test]
fn files_name_what_others_declare() {
    let schema = read(&[
        ("a.prisma", "model A {\n  id Int @id\n  bs B[]\n  c C\n  d D\n}\n"),
        ("b.prisma", "model B {\n  id Int @id\n  aId Int\n  a A @relation(fields: aId)\n}\ntype C {\n  x Json\n}\n"),
        ("c.prisma", "enum D {\n  X\n}\n"),
    ]);
    assert_eq!(schema.problems, []);
    assert_eq!(lines(&schema.tables[0]), ["id Int id", "c C", "d D"]);
    assert_eq!(schema.tables.iter().map(|table| table.name.as_str()).collect::<Vec<_>>(), ["A", "B", "C"]);
    assert_eq!(schema.tables[1].relations, ["a"]);
}

#[test]
fn a_name_that_stands_twice_is_told_of_with_both_places() {
    let schema = read(&[
        ("a.prisma", "model A {\n  id Int @id\n  b Int\n  id String\n}\n"),
        ("b.prisma", "\nmodel A {\n  other Int\n}\nmodel B {\n  a A\n  a A\n}\n"),
    ]);
    let told: Vec<&str> = schema.problems.iter().map(|problem| problem.what.as_str()).collect();
    assert_eq!(
        told,
        [
            "the field `id` appears twice in `A`: at line 2 and at line 4",
            "the name `A` appears twice: in `a.prisma` at line 1 and in `b.prisma` at line 2",
            "the field `a` appears twice in `B`: at line 6 and at line 7",
        ]
    );
    assert_eq!(schema.tables.len(), 2);
    assert_eq!(lines(&schema.tables[0]), ["id Int id", "b Int"]);
    assert_eq!(schema.tables[1].relations, ["a"]);
}

/// A mistake between two models: the text, the problems that are reported, and the fields that are read.
const MISTAKES: &[(&str, &[&str], &str)] = &[
    ("model A {\n  a Int\n", &["1: the model `A` is not closed"], "a"),
    ("model A {\n  a Int\n}\n}\n}\n", &["4: a brace closes what is not open"], "a"),
    ("model A {\n  a Int\n  {\n  b Int\n}\n", &["3: `{` is not understood here"], "a b"),
    ("model A {\n  a {\n    x Int\n  }\n  b Int\n}\n", &["2: the field `a` has no type"], "b"),
    ("model A {\n  a\n  b Int\n  c @id\n}\n", &["2: the field `a` has no type", "4: the field `c` has no type"], "b"),
    (
        "model A {\n  a Int @default(1\n  b Int @map(\"c\")\n}\n",
        &["2: the brackets of `@default` are not closed"],
        "a b",
    ),
    ("model A {\n  a Int\n  @@id([a, b)\n  b Int\n}\n", &["3: the brackets of `@@id` are not closed"], "a b"),
    ("model A {\n  a Int\n  @@id([a, b\n  b Int\n}\n", &["3: the brackets of `@@id` are not closed"], "a b"),
    ("model A {\n  a String @default(\"x)\n  b Int\n}\n", &["2: a text in quotes is not closed"], "a b"),
    ("model A {\n  a Int @\n  b Int\n}\n", &["2: an attribute has no name"], "a b"),
    (
        "model A {\n  a Int uniqe\n  This is prose\n  b Int\n}\n",
        &["2: `uniqe` is not understood here", "3: `prose` is not understood here"],
        "a This b",
    ),
    ("model A {\n  a Int /* no end\n  b Int\n}\n", &["2: a comment that begins with `/*` is not closed"], "a b"),
    ("model A {\n  a Unsupported(\"x\"\n  b Int\n}\n", &["2: the brackets of `Unsupported` are not closed"], "a b"),
    (
        "model A {\n  a string\n  b Nothing[]\n}\n",
        &["2: the type `string` of the field `a` is unknown", "3: the type `Nothing` of the field `b` is unknown"],
        "a b",
    ),
    ("modle A {\n  a Int\n}\n", &["1: `modle` is not a keyword of Prisma"], ""),
    ("model {\n  a Int\n}\n", &["1: a model has no name"], ""),
    ("model A\n", &["1: the model `A` has no braces"], ""),
    ("type A = String @db.Text\n", &["1: the type `A` is another name for a type"], ""),
    ("some\nlines; that\n= are\nnothing\n", &["1: `some` is outside every declaration"], ""),
    ("enum A {\n  X\n", &["1: the enum `A` is not closed"], ""),
];

#[test]
fn what_stands_around_a_mistake_is_read() {
    for (text, told, fields) in MISTAKES {
        let whole = format!("{text}model Z {{\n  a A\n  id Int @id\n}}\n");
        let mut found = problems(&whole);
        // If nothing is called `A`, that is reported as well.
        found.retain(|problem| !problem.contains("the type `A` of the field `a`"));
        assert_eq!(found, *told, "{text}");
        let schema = one(&whole);
        let last = schema.tables.last().unwrap();
        assert_eq!(last.name, "Z", "{text}");
        assert!(lines(last).contains(&"id Int id".to_owned()), "{text}");
        let first: Vec<&str> = match schema.tables.as_slice() {
            [first, _] => first.fields.iter().map(|field| field.name.as_str()).collect(),
            _ => vec![],
        };
        assert_eq!(first.join(" "), *fields, "{text}");
    }
}

#[test]
fn a_file_with_a_thousand_mistakes_tells_of_a_hundred() {
    let text = format!("model A {{\n{}}}\nmodel B {{\n  id Int @id\n}}\n", "  x\n  y Int\n".repeat(1000));
    let schema = one(&text);
    assert_eq!(schema.problems.len(), 100);
    assert_eq!(schema.tables.len(), 2);
    assert!(schema.problems.is_sorted_by_key(|problem| problem.span.start));
    assert_eq!(one("modle A {\n}\n").problems[0].help, "did you mean `model`?");
    // One mistake on a line is enough, and a hundred thousand on one line take no longer.
    assert_eq!(one(&"model A { a X }".repeat(100_000)).problems.len(), 1);
    let text = "model A {\n  a strin[] @id\n}\n";
    let problem = &one(text).problems[0];
    assert_eq!((&text[problem.span.range()], problem.help.as_str()), ("strin", "did you mean `String`?"));
    let long = one(&format!("model A {{\n  a {}\n}}\n", "ä".repeat(100_000)));
    assert!(long.problems[0].what.len() < 300);
}

#[test]
fn keys_and_references_are_those_of_the_fields_that_are_named() {
    let text = "model A {\n  a Int\n  b Int\n  c Int\n  d Int?\n  e C\n  f Json @id(map: \"x\")\n  g A @relation(\"name\", references: [a], fields: [d])\n  @@id(fields: [a, b(sort: Desc, ops: raw(\"x\"))], name: \"c\")\n  @@unique([c])\n  @@unique([a, e.x])\n  @@unique([e.x], map: \"y\")\n  @@index([b])\n}\ntype C {\n  x String @db.Xml\n  f Modifier\n}\nenum Modifier {\n}\n";
    let schema = one(text);
    assert_eq!(schema.problems, []);
    let expected = ["a Int id", "b Int id", "c Int unique", "d Int optional reference", "e C", "f Json id opaque"];
    assert_eq!(lines(&schema.tables[0]), expected);
    assert_eq!(lines(&schema.tables[1]), ["x String opaque", "f Modifier"]);
    assert!(schema.tables[0].fields.iter().all(|field| field.modifiers.is_sorted()));
    assert_eq!(Modifier::ALL.len(), 9, "what Prisma can say is compared with all that there is");
}

#[test]
fn a_relation_with_two_lists_has_a_table_of_its_own() {
    let text = "model User {\n  id Int @id\n  watching Asset[]\n  likes Asset[] @relation(\"Likes\")\n  follows User[] @relation(\"F\")\n  \
                followers User[] @relation(\"F\")\n  posts Post[]\n}\nmodel Asset {\n  id String @id\n  watchers User[]\n  \
                fans User[] @relation(name: \"Likes\")\n}\nmodel Post {\n  id Int @id\n  user User @relation(fields: [userId], \
                references: [id])\n  userId Int\n}\n";
    let schema = one(text);
    let names: Vec<&str> = schema.tables.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(names, ["User", "Asset", "Post", "_AssetToUser", "_Likes", "_F"]);
    assert_eq!(lines(&schema.tables[3]), ["A String reference", "B Int reference"]);
    let at = |field: usize| &text[schema.tables[3].fields[field].span.range()];
    assert_eq!((at(0), at(1)), ("watching Asset[]", "watchers User[]"));
    assert_eq!(&text[schema.tables[5].fields[0].span.range()], "followers User[] @relation(\"F\")");
}
