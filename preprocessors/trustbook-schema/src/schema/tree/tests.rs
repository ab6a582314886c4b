//! Places, aliases and mistakes in trees.

use super::*;
use crate::schema::{Schema, SchemaFile, SchemaProblem};
use crate::span::SourceMap;

/// Returns the tree of a text as lines of `path @ source`, and its problems.
fn seen(text: &str) -> (Vec<String>, Vec<SchemaProblem>) {
    let mut notes = Notes::new(file(text));
    let tree = read(text, &mut notes);
    let mut lines = Vec::new();
    let mut todo: Vec<(String, TreeNode<'_>)> = tree.root().map(|root| (String::new(), root)).into_iter().collect();
    while let Some((path, node)) = todo.pop() {
        lines.push(format!("{path} @ {}", text.get(node.range()).unwrap()));
        let entries = node.entries().map(|entry| {
            assert!(text.get(entry.range()).is_some());
            (format!("{path}.{}", entry.key), entry.node)
        });
        let mut inner: Vec<_> = entries.collect();
        inner.extend(node.items().enumerate().map(|(at, item)| (format!("{path}[{at}]"), item)));
        todo.extend(inner.into_iter().rev());
    }
    let mut schema = Schema::default();
    notes.finish(&mut schema);
    (lines, schema.problems)
}

fn file(text: &str) -> SchemaFile<'_> {
    let file = SourceMap::default().add("a.yaml", text);
    SchemaFile { file, path: "a.yaml", text }
}

#[test]
fn values_know_their_places() {
    let (lines, problems) =
        seen("a:\n  é: ñandú # note\n  c: |\n    lines\n    more\n\n  d:\nb: [1, {x: \"😀\"}]\r\ne: 2\r\n");
    assert_eq!(problems, []);
    assert_eq!(
        lines[1..],
        [
            ".a @ é: ñandú # note\n  c: |\n    lines\n    more\n\n  d",
            ".a.é @ ñandú",
            ".a.c @ lines\n    more",
            ".a.d @ ",
            ".b @ [1, {x: \"😀\"}]",
            ".b[0] @ 1",
            ".b[1] @ {x: \"😀\"}",
            ".b[1].x @ \"😀\"",
            ".e @ 2",
        ]
    );
}

#[test]
fn json_is_read_as_it_is_written() {
    let text = "\u{feff}{\r\n\t\"a\":\t\"\\u00e9\\ud83d\\ude00\\/\",\r\n\t\"n\":123456789012345678901234567890,\"f\":1e400,\r\n\t\"l\"\t:[\r\n\t\t{\t},\r\n\tnull,true]\r\n\t}\r\n";
    let (lines, problems) = seen(text);
    assert_eq!(problems, []);
    assert_eq!(lines[1], ".a @ \"\\u00e9\\ud83d\\ude00\\/\"");
    assert_eq!(lines[2], ".n @ 123456789012345678901234567890");
    assert_eq!(lines[4], ".l @ [\r\n\t\t{\t},\r\n\tnull,true]");
    let mut notes = Notes::new(file(text));
    let tree = read(text, &mut notes);
    let root = tree.root().unwrap();
    assert_eq!(root.text_of("a"), Some("é😀/"));
    assert_eq!(root.get("n").unwrap().scalar_type(), Some("number"));
    assert!(root.range().start == 3 && text[root.range()].ends_with('}'));
}

#[test]
fn a_mistake_leaves_what_stands_before_it() {
    let (lines, problems) = seen("a:\n  b: 1\n  c: 2\nd:\n  e: [1, }\n");
    assert_eq!(lines.len(), 7, "{problems:?}");
    assert_eq!(problems.len(), 1);
    assert!(problems[0].what.starts_with("this is neither YAML nor JSON: "), "{problems:?}");
    assert_eq!(problems[0].span.start, 25);
    let (_, problems) = seen("");
    assert_eq!(problems[0].what, "the file is empty");
    let (lines, problems) = seen("a: 1\n---\na: 2\n");
    assert_eq!(lines.len(), 2);
    assert!(problems[0].what.starts_with("a second document"));
}

#[test]
fn a_key_is_read_once() {
    let (lines, problems) = seen("a: 1\n\"a\": 2\n[b]: 3\n{c: d}: {e: f}\ng: 4\n");
    assert_eq!(lines[1..], [".a @ 1", ".g @ 4"]);
    let whats: Vec<&str> = problems.iter().map(|problem| problem.what.as_str()).collect();
    assert_eq!(whats[0], "the key `a` appears twice, and only the first is read");
    assert_eq!(whats[1], "a list or an object is the key of a value");
    assert_eq!(problems[0].span.range(), 5..8);
    assert_eq!(whats.len(), 3);
}

#[test]
fn aliases_and_merges_stand_for_what_they_name() {
    let (lines, problems) = seen("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\nc: *a\nd: *e\nf: &f [*f]\n");
    assert!(lines.contains(&".b.x @ 1".to_owned()) && lines.contains(&".b.y @ 3".to_owned()));
    assert!(lines.contains(&".c.y @ 2".to_owned()));
    assert_eq!(problems[0].what, "the alias `e` has no anchor");
    assert_eq!(problems[1].what, "an alias refers to a value that it is part of");
}

#[test]
fn hostile_files_come_to_an_end() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..30 {
        bomb.push_str(&format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 10].join(", ")));
    }
    assert!(seen(&bomb).1[0].what.contains("expand to more than"));
    let mut tower = "a0: &a0 [x]\n".to_owned();
    for n in 1..300 {
        tower.push_str(&format!("a{n}: &a{n} [*a{}]\n", n - 1));
    }
    assert!(seen(&tower).1[0].what.contains("deep"));
    let block: String = (0..1000).map(|depth| format!("{}a:\n", " ".repeat(depth))).collect();
    for text in ["[".repeat(100_000), "{\"a\":".repeat(100_000), "- ".repeat(100_000), "? ".repeat(100_000), block] {
        let (_, problems) = seen(&text);
        assert!(problems.iter().any(|problem| problem.what.contains("more than 250 deep")), "{problems:?}");
    }
    let flat = format!("{{{}}}", (0..50_000).map(|n| format!("\"k{n}\":{n}")).collect::<Vec<_>>().join(","));
    assert_eq!(seen(&flat).0.len(), 50_001);
}

#[test]
fn keys_at_the_top_are_found_without_a_tree() {
    let json =
        "{\"$schema\": \"https://x\", \"in\": {\"openapi\": 3}, \"a\\\"\": [\"b\", {\"c\": 1}],\n\"tables\" : [] }";
    let top = Top::of(json);
    assert!(top.has("$schema") && top.has("tables") && !top.has("openapi") && !top.has("b") && !top.has("c"));
    assert!(top.value("$schema").unwrap().starts_with("\"https://x\""));
    let top =
        Top::of("# note\n%YAML 1.2\n---\n'openapi': 3.1.0 # x\nurl://x: 1\n  dataset: 2\ndataset:\n- tables: 1\n");
    assert_eq!(top.value("openapi"), Some("3.1.0 # x"));
    assert!(top.has("dataset") && !top.has("tables") && !top.has("url"));
}
