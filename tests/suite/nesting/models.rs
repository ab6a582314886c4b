//! Data models of every language.

use super::{Row, both, nested};

#[test]
fn data_models_end() {
    let model = |language: &str, path: &str| {
        format!("[[schema]]\nid = \"m\"\npath = \"{path}\"\nlanguage = \"{language}\"\nsource = \"s\"\n")
    };
    let schema = |inner: &str| format!("{{\"type\": \"object\", \"properties\": {{\"x\": {inner}}}}}");
    let openapi = |inner: &str| {
        format!("openapi: 3.1.0\npaths: {{}}\ncomponents: {{schemas: {{A: {{properties: {{x: {inner}}}}}}}}}\n")
    };
    let fides = |inner: &str| format!("dataset:\n- fides_key: a\n  collections:\n  - name: b\n    fields: {inner}\n");
    let chain = |each: fn(usize) -> String| (0..5000).map(each).collect::<Vec<_>>().join(",\n");
    let mut texts = vec![
        (
            "json-schema",
            "m.json",
            format!(
                "{{\"$defs\": {{{}}}, \"$ref\": \"#/$defs/a0\"}}",
                chain(|at| format!("\"a{at}\": {{\"$ref\": \"#/$defs/a{}\"}}", (at + 1) % 5000))
            ),
        ),
        (
            "json-schema",
            "m.json",
            format!(
                "{{\"$defs\": {{{}}}, \"$ref\": \"#/$defs/a0\"}}",
                chain(|at| format!("\"a{at}\": {{\"allOf\": [{{\"$ref\": \"#/$defs/a{}\"}}]}}", at + 1))
            ),
        ),
        ("prisma", "m.prisma", (0..5000).map(|at| format!("type T{at} {{\n  x T{}\n}}\n", at + 1)).collect()),
        (
            "postgresql",
            "m.sql",
            (0..5000).map(|at| format!("CREATE VIEW v{at} AS SELECT * FROM v{};\n", at + 1)).collect(),
        ),
        (
            "postgresql",
            "m.sql",
            (0..5000)
                .map(|at| {
                    format!("CREATE TABLE t{at} (LIKE t{});\nCREATE TABLE u{at} () INHERITS (u{});\n", at + 1, at + 1)
                })
                .collect(),
        ),
    ];
    for text in [
        both("{\"properties\":{\"a\":", "{}", "}}"),
        both("{\"items\":", "{}", "}"),
        both("{\"allOf\":[", "{}", "]}"),
        both("[", "1", "]"),
    ]
    .concat()
    {
        texts.push(("json-schema", "m.json", schema(&text)));
        texts.push(("openapi", "m.yaml", openapi(&text)));
    }
    for text in [
        both("[{name: x, fields: ", "[]", "}]"),
        both("- ", "x", ""),
        both("? ", "x", ""),
        both("!a ", "x", ""),
        both("&a [", "*a", "]"),
    ]
    .concat()
    {
        texts.push(("fides", "m.yaml", fides(&text)));
    }
    for text in both("{\"columns\":[", "1", "]}") {
        texts.push(("tbls", "m.json", format!("{{\"tables\": [{text}]}}")));
    }
    for language in ["postgresql", "mysql", "sqlite"] {
        for text in [
            both("(", "1", ")"),
            both("CASE WHEN ", "1", " END"),
            both("f(", "1", ")"),
            both("NOT ", "1", ""),
            both("1+", "1", ""),
            both("[", "1", "]"),
            both("$$", "1", "$$"),
            both("/*", "1", "*/"),
        ]
        .concat()
        {
            texts.push((
                language,
                "m.sql",
                format!("CREATE TABLE t (a int DEFAULT {text}, b int CHECK {text}, c numeric{text});\n"),
            ));
        }
        for text in [
            both("ARRAY<", "int", ">"),
            both("STRUCT<a ", "int", ">"),
            both("int", "", "[]"),
            both("SETOF ", "int", ""),
        ]
        .concat()
        {
            texts.push((language, "m.sql", format!("CREATE TABLE t (a {text});\n")));
        }
        for text in
            [both("BEGIN ", "", " END;"), both("SELECT (", "1", ")"), both("WITH a AS (", "SELECT 1", ")")].concat()
        {
            texts.push((language, "m.sql", format!("CREATE VIEW v AS {text};\nCREATE FUNCTION f() AS {text};\n")));
        }
    }
    for text in [
        both("@default(", "1", ")"),
        both("{ ", "x", "}"),
        both("[", "1", "]"),
        both("@a(b: [", "1", "])"),
        both("/* ", "x", " */"),
    ]
    .concat()
    {
        texts.push(("prisma", "m.prisma", format!("model A {{\n  id Int @id {text}\n}}\n")));
    }
    // Several per book: a small book mostly costs the start of the process.
    for some in texts.chunks(6) {
        let mut row = Row::new("data models").ends(None);
        let mut facts = "[defaults]\nsource = \"s\"\n".to_owned();
        for (at, (language, path, text)) in some.iter().enumerate() {
            let path = format!("m/{at}/{path}");
            facts.push_str(&model(language, &path).replace("\"m\"", &format!("\"m{at}\"")));
            row = row.file(&path, text.as_str());
        }
        row.file("facts/a.toml", facts).run();
    }
    let deep = Row::new("a data model").file("m.json", schema(&nested("{\"properties\":{\"a\":", "{}", "}}")));
    let deep = deep.file("facts/a.toml", model("json-schema", "m.json"));
    deep.says("m.json:1:").says("values are nested more than 250 deep").run();
}
