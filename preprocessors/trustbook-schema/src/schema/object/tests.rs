//! Tests of composed objects, and of hostile schemas.

use super::super::seen::{read, seen};

/// Returns the fields of a schema in YAML whose root is called `T`.
fn fields(properties: &str) -> Vec<String> {
    let text = format!("title: T\nproperties:{properties}");
    let mut lines = seen("json-schema", &text);
    let table = lines.remove(0);
    assert!(table.starts_with("T Type 1-"), "{table} {lines:?}");
    lines.into_iter().map(|line| line.trim_start().to_owned()).collect()
}

#[test]
fn references_are_named_and_not_expanded() {
    let text = "
  a: {$ref: '#/definitions/Mail'}
  b: {$ref: '#/definitions/List'}
  c: {$ref: '#/definitions/Any'}
  d: {$ref: 'other.json#/definitions/Far'}
  e: {$ref: user.schema.yaml}
  f: {$ref: '#'}
  g: {$ref: '#/definitions/nothing'}
  h: {$ref: '#/properties/h'}
  i: {$ref: '#/properties/j'}
  j: {properties: {k: {type: integer}}}
required: [a, b]
definitions:
  Mail: {type: string, x-category: [user.contact.email]}
  List: {type: [array, 'null'], items: {$ref: '#/definitions/Mail'}}
  Any: {}
  Ring: {$ref: '#/definitions/Ring'}
";
    assert_eq!(
        fields(text),
        [
            "a: Mail @user.contact.email 3-3",
            "b: List list optional @user.contact.email 4-4",
            "c: Any optional opaque 5-5",
            "d: Far optional 6-6",
            "e: user optional 7-7",
            "f: T optional 8-8",
            "g: nothing optional opaque 9-9",
            "h: h optional 10-10",
            "i.k: integer optional 12-12",
            "j.k: integer optional 12-12",
            "! 9-9 the reference `#/definitions/nothing` has no target",
        ]
    );
}

#[test]
fn parts_are_merged_and_alternatives_are_optional() {
    let text = "
  a: {type: string}
required: [a, b, c]
allOf:
  - $ref: '#/$defs/Base'
  - properties: {c: {type: integer}}
    required: [d]
oneOf:
  - properties: {e: {type: string}}
    required: [e]
  - $ref: '#/$defs/Other'
then:
  properties: {f: {const: 1}}
$defs:
  Base:
    properties:
      b: {type: string}
      d: {type: string}
";
    assert_eq!(
        fields(text)[..7],
        [
            "a: string 3-3",
            "b: string 18-18",
            "d: string 19-19",
            "c: integer 7-7",
            "e: string optional 10-10",
            "f: integer optional 14-14",
            "Base Type 16-19",
        ]
    );
}

#[test]
fn one_property_can_be_many_things() {
    let text = "
  a: {anyOf: [{$ref: '#/$defs/D'}, {type: 'null'}]}
  b: {oneOf: [{type: string}, {type: integer}]}
  c: {oneOf: [{type: string}, {properties: {d: {type: boolean}}}]}
  d: {allOf: [{$ref: '#/$defs/D'}], nullable: true}
  e: {allOf: [{$ref: '#/$defs/D'}, {properties: {more: true}}]}
  f: {type: array, items: {type: array, items: {properties: {g: {type: string}}}}}
  g: {type: array}
  h: {prefixItems: [{type: string}, {type: number}]}
  i: {enum: [a, b]}
  j: {type: string, contentEncoding: base64}
  k: {type: string, format: binary}
  l: false
  m: true
  n: {description: '@category user.name'}
  o: {patternProperties: {x: {type: string}}}
  p: {$ref: '#/$defs/D', properties: {q: {type: string}}}
required: [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p]
$defs:
  D: {properties: {x: {type: string}}}
";
    assert_eq!(
        fields(text)[..18],
        [
            "a: D optional 3-3",
            "b: string | integer 4-4",
            "c: string optional 5-5",
            "c.d: boolean optional 5-5",
            "d: D optional 6-6",
            "e.x: string optional 21-21",
            "e.more: any optional opaque 7-7",
            "f.g: string list optional 8-8",
            "g: array list opaque 9-9",
            "h: string | number list 10-10",
            "i: string 11-11",
            "j: string opaque 12-12",
            "k: string (binary) opaque 13-13",
            "m: any opaque 15-15",
            "n: any opaque @user.name 16-16",
            "o: object opaque 17-17",
            "p.q: string optional 18-18",
            "p.x: string optional 21-21",
        ]
    );
}

#[test]
fn hostile_schemas_come_to_an_end() {
    // Each definition has two objects that are merged with the next one.
    let mut doubling = "{\"title\": \"T\", \"$ref\": \"#/$defs/d0\", \"$defs\": {".to_owned();
    for n in 0..40 {
        let next =
            format!("{{\"allOf\": [{{\"$ref\": \"#/$defs/d{}\"}}, {{\"properties\": {{\"z\": {{}}}}}}]}}", n + 1);
        doubling.push_str(&format!("\"d{n}\": {{\"properties\": {{\"a\": {next}, \"b\": {next}}}}},"));
    }
    doubling.push_str("\"d40\": {\"properties\": {\"x\": {}}}}}");
    let whats = |text: &str| read("json-schema", &[("a.json", text)]).0.problems;
    assert!(whats(&doubling).iter().any(|problem| problem.what.contains("fields, and the rest is not read")));
    // A larger file may have as many fields, and takes too many steps.
    let large = doubling.replacen('{', &format!("{{{}", " ".repeat(4_000_000)), 1);
    assert!(whats(&large).iter().any(|problem| problem.what.contains("refer to each other so often")));
    let deep = format!("{}{}", "{\"properties\": {\"a\": ".repeat(100), "{}".to_owned() + &"}}".repeat(100));
    assert!(whats(&deep)[0].what.contains("more than 48 deep"), "{:?}", whats(&deep));
    let chain: String = (0..500).map(|n| format!("\"c{n}\": {{\"$ref\": \"#/$defs/c{}\"}},", n + 1)).collect();
    let chain =
        format!("{{\"properties\": {{\"a\": {{\"$ref\": \"#/$defs/c0\"}}}}, \"$defs\": {{{chain} \"c500\": {{}}}}}}");
    assert!(whats(&chain).is_empty());
    let ring = "{\"properties\": {\"a\": {\"allOf\": [{\"$ref\": \"#/properties/a\"}, {\"$ref\": \"#\"}, {}]}}}";
    assert!(whats(ring).is_empty());
}
