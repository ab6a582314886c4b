//! Our reader of Prisma schemas compared with a published one, which uses Prisma's own grammar.

use crate::command::root;
use crate::schemas::{Numbers, mutated};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use saola_diagnostics::{Diagnostics, FileId};
use saola_schema_ast::ast::{Attribute, Expression, Field, FieldType, Top, WithAttributes, WithSpan};
use saola_schema_ast::parse_schema;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use trustbook_core::schema::{FieldContent, Modifier, Schema, SchemaFile, Table, TableKind, find};
use trustbook_core::span::SourceMap;

/// The number of generated schemas.
const SCHEMAS: u32 = 2000;

/// The number of mutations per handwritten schema.
const CHANGES: u64 = 1500;

/// A table in words: its type, names and first byte; then a line for each field, and the relations.
type Words = (String, Vec<String>, Vec<String>);

fn ours(text: &str) -> Schema {
    let mut map = SourceMap::default();
    (find("prisma").unwrap().read)(&[SchemaFile { file: map.add("a.prisma", text), path: "a.prisma", text }])
}

fn words_of_ours(table: &Table) -> Words {
    let stored = table.stored_as.as_deref().unwrap_or(&table.name);
    let head = format!("{:?} {}={stored} {}..{}", table.kind, table.name, table.span.start, table.span.end);
    let fields = table.fields.iter().map(|field| {
        let stored = field.stored_as.as_deref().unwrap_or(&field.name);
        let (ty, modifiers, content) = (&field.ty, &field.modifiers, field.content);
        format!("{}={stored} {ty} {modifiers:?} {content:?} {}", field.name, field.span.start)
    });
    (head, fields.collect(), table.relations.clone())
}

/// Parses a text with the other parser, and returns the same words, or the mistakes that it reports.
fn theirs(text: &str) -> Result<Vec<Words>, String> {
    let mut diagnostics = Diagnostics::new();
    let ast = parse_schema(text, &mut diagnostics, FileId(0));
    if diagnostics.has_errors() {
        return Err(diagnostics.to_pretty_string("a.prisma", text));
    }
    let kinds: BTreeMap<&str, &str> = ast.tops.iter().map(|top| (top.name(), top.get_type())).collect();
    let relation = |field: &&Field| matches!(kinds.get(field.field_type.name()), Some(&("model" | "view")));
    let words = ast.tops.iter().filter_map(|top| {
        let (kind, fields, attributes): (_, Vec<&Field>, &[Attribute]) = match top {
            Top::Model(model) => {
                let kind = if model.is_view() { TableKind::View } else { TableKind::Table };
                (kind, model.iter_fields().map(|(_, field)| field).collect(), &model.attributes)
            }
            Top::CompositeType(ty) => (TableKind::Type, ty.iter_fields().map(|(_, field)| field).collect(), &[]),
            _ => return None,
        };
        let span = top.span();
        let head = format!("{kind:?} {}={} {}..{}", top.name(), mapped(top.name(), attributes), span.start, span.end);
        let relations = fields.iter().filter(|field| relation(field)).map(|field| field.name().to_owned()).collect();
        let stored = fields.iter().filter(|field| !relation(field));
        let lines = stored.map(|field| line(field, &fields, attributes)).collect();
        Some((head, lines, relations))
    });
    Ok(words.collect())
}

/// Returns a field with a stored value, in words.
fn line(field: &Field, all: &[&Field], of_table: &[Attribute]) -> String {
    let name = field.name();
    let mut modifiers = BTreeSet::new();
    for attribute in field.attributes() {
        match attribute.name.name.as_str() {
            "id" => modifiers.insert(Modifier::Id),
            "unique" => modifiers.insert(Modifier::Unique),
            "default" => modifiers.insert(Modifier::Default),
            "updatedAt" => modifiers.insert(Modifier::UpdatedAt),
            _ => false,
        };
    }
    if field.arity.is_list() {
        modifiers.insert(Modifier::List);
    }
    if field.arity.is_optional() {
        modifiers.insert(Modifier::Optional);
    }
    for attribute in of_table {
        let names = listed(attribute, &[None, Some("fields")]);
        match attribute.name.name.as_str() {
            "id" if names.iter().any(|listed| listed == name) => modifiers.insert(Modifier::Id),
            "unique" if names == [name] => modifiers.insert(Modifier::Unique),
            _ => false,
        };
    }
    let relations = all.iter().flat_map(|field| field.attributes()).filter(|it| it.name.name == "relation");
    if relations.flat_map(|relation| listed(relation, &[Some("fields")])).any(|listed| listed == name) {
        modifiers.insert(Modifier::Reference);
    }
    let (ty, is_opaque) = match &field.field_type {
        FieldType::Supported(ty) => (ty.name.clone(), matches!(ty.name.as_str(), "Json" | "Bytes")),
        FieldType::Unsupported(ty, _) => (format!("Unsupported(\"{ty}\")"), true),
    };
    let content = if is_opaque { FieldContent::Opaque } else { FieldContent::Plain };
    let modifiers: Vec<Modifier> = modifiers.into_iter().collect();
    format!("{name}={} {ty} {modifiers:?} {content:?} {}", mapped(name, field.attributes()), field.span().start)
}

fn mapped(name: &str, attributes: &[Attribute]) -> String {
    let map = attributes.iter().filter(|attribute| attribute.name.name == "map");
    let mut values =
        map.filter_map(|map| map.arguments.arguments.first()?.value.as_string_value().map(|(text, _)| text));
    values.next_back().unwrap_or(name).to_owned()
}

/// Returns the names in the list argument of an attribute with one of these keys.
fn listed(attribute: &Attribute, keys: &[Option<&str>]) -> Vec<String> {
    let argument = attribute.arguments.arguments.iter().find(|argument| keys.contains(&argument.name()));
    let Some((list, _)) = argument.and_then(|argument| argument.value.as_array()) else { return Vec::new() };
    list.iter()
        .map(|entry| match entry {
            Expression::ConstantValue(name, _) | Expression::Function(name, ..) => name.clone(),
            // The expression is not the name of a field.
            other => format!("({other})"),
        })
        .collect()
}

/// Returns true for a table that the text has. The other parser does not list those that Prisma adds.
fn is_written(table: &Table) -> bool {
    !table.name.starts_with('_')
}

fn assert_same(text: &str) -> Schema {
    let schema = ours(text);
    assert_eq!(schema.problems, [], "{text}");
    let words: Vec<Words> = schema.tables.iter().filter(|it| is_written(it)).map(words_of_ours).collect();
    assert_eq!(Ok(words), theirs(text), "{text}");
    schema
}

#[test]
fn schemas_by_hand_are_read_as_the_other_parser_reads_them() {
    let entries = fs::read_dir(root().join("tests/schemas/prisma")).unwrap();
    let mut fields = 0;
    for path in entries.map(|entry| entry.unwrap().path()) {
        let text = fs::read_to_string(&path).unwrap();
        let schema = assert_same(&text);
        assert_same(&text.replace('\n', "\r\n"));
        fields += schema.tables.iter().map(|table| table.fields.len()).sum::<usize>();
    }
    assert!(fields >= 50, "{fields} fields are compared");
}

/// Returns true if anything follows the opening brace of a declaration. The other parser skips it, and we read it.
fn has_more_behind_a_brace(text: &str) -> bool {
    let rest = text.lines().filter_map(|line| line.split_once('{')).map(|(_, rest)| rest.trim());
    rest.into_iter().any(|rest| !rest.is_empty() && !rest.starts_with("//"))
}

#[test]
fn changed_schemas_that_both_accept_are_read_the_same() {
    let (mut accepted, mut refused) = (0, 0);
    for entry in fs::read_dir(root().join("tests/schemas/prisma")).unwrap() {
        let text = fs::read_to_string(entry.unwrap().path()).unwrap();
        for seed in 1..=CHANGES {
            let changed = mutated(&text, &mut Numbers::new(seed));
            let Ok(theirs) = theirs(&changed) else { continue };
            let schema = ours(&changed);
            // The other parser does not validate names.
            let is_name = |what: &str| what.contains(" is unknown") || what.contains(" appears twice");
            if schema.problems.iter().any(|problem| !is_name(&problem.what)) {
                refused += 1;
            } else if !has_more_behind_a_brace(&changed) && !schema.problems.iter().any(|it| it.what.contains("twice"))
            {
                let words: Vec<Words> = schema.tables.iter().filter(|it| is_written(it)).map(words_of_ours).collect();
                assert_eq!(words, theirs, "{changed}");
                accepted += 1;
            }
        }
    }
    assert!(accepted > 100 && refused * 10 < accepted, "{accepted} are compared, and we refuse {refused}");
}

/// Generates a field without its name: its text, and the category in its comments.
fn field() -> impl Strategy<Value = (String, Option<&'static str>)> {
    let types = prop::sample::select(vec![
        "String",
        "Boolean",
        "Int",
        "BigInt",
        "Float",
        "Decimal",
        "DateTime",
        "Json",
        "Bytes",
        "Part",
        "Colour",
        "Unsupported(\"circle\")",
        "Unsupported(\"a } b\")",
        "Other",
        "Shown",
        "Main",
    ]);
    let marks = prop::sample::select(vec!["", "", "?", "[]", " ?", " []"]);
    let attributes = prop::sample::subsequence(
        vec![
            "@id",
            "@unique",
            "@id(map: \"key }\")",
            "@default(\"\")",
            "@default (\"a } // b\")",
            "@default(now())",
            "@default(\"{ \\\"a\\\": [1] }\")",
            "@default([1, -2.5, true])",
            "@default(dbgenerated(\"f('x')\"))",
            "@updatedAt",
            "@ignore",
            "@map(\"other ö\")",
            "@map(name: \"a \\\"b\\\" \\\\\")",
            "@db.VarChar(255)",
            "@db.Text",
            "@relation(\"n\", fields: [f0, f1], references: [id], onDelete: Cascade)",
            "@relation(references: [f2], fields: [ f2 ])",
        ],
        0..4,
    )
    .prop_shuffle();
    let above = prop::sample::select(vec![
        ("", None),
        ("", None),
        ("  /// words\n", None),
        ("  // model X {\n", None),
        ("  /// @category user.name\n", Some("user.name")),
        ("  // more @category: user.contact, too\n  /// }\n", Some("user.contact")),
        ("  // @category user.name\n\n", None),
        ("  /* over\n     two { lines */\n", None),
        ("  // old String // @category user.name\n", None),
        ("\n\t \n", None),
    ]);
    let behind = prop::sample::select(vec![
        ("", None),
        ("", None),
        (" // words }", None),
        (" /// @category user.location", Some("user.location")),
        ("// @category(user.device)", Some("user.device")),
        (" /* a */", None),
    ]);
    let space = prop::sample::select(vec![" ", "  ", "\t", " \t "]);
    (types, marks, attributes, above, behind, space).prop_map(|(ty, mark, attributes, above, behind, space)| {
        let attributes: String = attributes.iter().map(|attribute| format!("{space}{attribute}")).collect();
        let text = format!("{}  NAME{space}{ty}{mark}{attributes}{}\n", above.0, behind.0);
        (text, behind.1.or(above.1))
    })
}

/// Generates a schema, and for each table the categories of its fields by name.
fn schema() -> impl Strategy<Value = (String, Vec<BTreeMap<String, &'static str>>)> {
    let block = prop::sample::select(vec![
        "",
        "  @@map(\"rows } of\")\n",
        "  @@id([f0, f1(sort: Desc)]) // key\n",
        "  @@unique([f1])\n",
        "  @@unique(fields: [f2], name: \"x\")\n  @@index([f0])\n",
        "\n  @@unique([f0, f1])\n  @@ignore\n",
    ]);
    let tables = prop::collection::vec((prop::collection::vec(field(), 0..8), block), 4);
    tables.prop_map(|tables| {
        let mut text = "// A } comment\ndatasource db {\n  provider = \"x\" // }\n}\n\n".to_owned();
        let mut categories = Vec::new();
        let heads =
            ["model Main {", "/// Shown\nview  Shown  { // @category no", "type Part{", "model Other { /* b */"];
        for (head, (fields, block)) in heads.into_iter().zip(tables) {
            text += &format!("{head}\n");
            let mut of_table = BTreeMap::new();
            for (index, (field, category)) in fields.into_iter().enumerate() {
                let is_part = head.starts_with("type");
                // A part of a table has no keys and no relations.
                let drop = |word: &str| is_part && ["@id", "@unique", "@relation"].iter().any(|key| word.contains(key));
                if drop(&field) {
                    continue;
                }
                text += &field.replace("NAME", &format!("f{index}"));
                of_table.extend(category.map(|category| (format!("f{index}"), category)));
            }
            text += if head.starts_with("type") { "" } else { block };
            text += "}\n\n";
            categories.push(of_table);
        }
        (text + "enum Colour {\n  RED @map(\"r\") // }\n  GREEN\n  @@map(\"c\")\n}\n", categories)
    })
}

#[test]
fn schemas_that_are_made_up_are_read_as_the_other_parser_reads_them() {
    let config = ProptestConfig { cases: SCHEMAS, failure_persistence: None, ..ProptestConfig::default() };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let result = runner.run(&schema(), |(text, categories)| {
        let schema = assert_same(&text);
        for (table, expected) in schema.tables.iter().zip(&categories) {
            for field in &table.fields {
                let expected = expected.get(&field.name).copied();
                assert_eq!(field.category.as_deref(), expected, "{}.{} of {text}", table.name, field.name);
            }
        }
        Ok(())
    });
    if let Err(error) = result {
        panic!("{error}");
    }
}
