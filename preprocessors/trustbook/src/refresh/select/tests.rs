//! Tests of expressions: those that find a value, those that are refused, and deeply nested ones.

use super::*;
use serde_json::json;

#[test]
fn values_are_found() {
    let doc = json!({
        "tag_name": "v1.2", "n": 7, "list": [{ "id": "a", "on": true }, { "id": "b", "on": false }], "text": "x=1;y=2"
    });
    let finds = [
        (".tag_name", json!("v1.2")),
        (".tag_name | ltrimstr(\"v\")", json!("1.2")),
        (".list[0].id", json!("a")),
        (".list | map(.id)", json!(["a", "b"])),
        ("[.list[] | select(.on) | .id] | first", json!("a")),
        (".list | length", json!(2)),
        (".text | capture(\"y=(?<y>[0-9])\").y", json!("2")),
        (".missing // \"none\"", json!("none")),
        ("[.. | strings] | first", json!("v1.2")),
        ("\"\\(.n) people\"", json!("7 people")),
        (".missing", Json::Null),
        (".n + 1", json!(8)),
    ];
    for (select, value) in finds {
        assert_eq!(find(&doc, select), Ok(value), "{select}");
    }
    assert_eq!(find(&doc, "empty"), Err(Miss::Finds("nothing".to_owned())));
    for select in [".list[]", ".text.a", ".n | keys"] {
        assert!(matches!(find(&doc, select), Err(Miss::Finds(_))), "{select}");
    }
}

#[test]
fn what_is_nested_ends_without_a_full_stack() {
    let text = |open: &str, close: &str| [open.repeat(100_000), "1".to_owned(), close.repeat(100_000)].concat();
    for (open, close) in
        [("[", "]"), ("[", ""), ("{\"a\":", "}"), ("[\"]\",", "]"), ("[#]\n", "]"), ("[\"\\\"]\",", "]")]
    {
        for select in ["fromjson", "tonumber", "[fromjson] | length"] {
            let found = find(&json!(text(open, close)), select);
            assert!(matches!(&found, Err(Miss::Finds(why)) if why.contains("nested more than 250")), "{found:?}");
        }
    }
    assert_eq!(find(&json!("[1, {\"a\": \"[\\\"[\"}] # x\n"), "fromjson"), Ok(json!([1, { "a": "[\"[" }])));
    assert_eq!(find(&json!("12"), "tonumber"), Ok(json!(12)));
    // At the length limit, and beyond it.
    let shapes = [
        ("-", "1", ""),
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("{a:", "1", "}"),
        ("def f:", "1;1", ";1"),
        ("1+", "1", ""),
        (".|", ".", ""),
        ("1,", "1", ""),
        (".a//", "1", ""),
        ("try ", "1", ""),
        ("not|", "1", ""),
        (".[", "0", "]"),
        ("if 1 then ", "1", " end"),
        ("\"\\(", "1", ")\""),
        (". as $x|", "1", ""),
        ("map(", ".", ")"),
        ("", ".a", ".a"),
        ("", ".", "[0]"),
        ("", ".", "?"),
        ("1 as [$x]|", "1", ""),
        ("label $x|", "1", ""),
        ("reduce ", "1", " as $x(0;1)"),
        ("1 and ", "1", ""),
        ("1==", "1", ""),
        ("1 as [", "$x", "]|1"),
        ("1 as {a:", "$x", "}|1"),
        ("..|", ".", ""),
    ];
    for (before, middle, after) in shapes {
        let most = (LONGEST - middle.len()) / (before.len() + after.len());
        for count in [most, 100_000] {
            for closes in [count, 0] {
                let select = [before.repeat(count), middle.to_owned(), after.repeat(closes)].concat();
                let found = find(&json!({}), &select);
                let is_too_long = matches!(&found, Err(Miss::Expression(why)) if why.contains("longer than 1000"));
                assert_eq!(is_too_long, select.len() > LONGEST, "{before}{middle}{after}: {found:?}");
            }
        }
    }
}

#[test]
fn what_may_not_end_or_looks_elsewhere_is_refused() {
    let bad = [
        "def f: f; f",
        "repeat(.)",
        "range(1e12)",
        "[limit(3; repeat(1))]",
        "until(false; .)",
        "env",
        "$ENV.PATH",
        "input",
        "inputs",
        "now",
        "halt",
        "debug",
        "recurse(.)",
        "reduce .[] as $x (0; . + $x)",
        "\"x\" * 1e9",
        ".a = 1",
        "label $f | 1",
        "infinite",
        "getpath",
        ".a |",
        "",
        "nosuch",
        "\"\\(env)\"",
        "{(env): 1}",
        "import \"a\" as a; .",
        "if env then 1 else 2 end",
        "try env",
        ".[env]",
    ];
    for select in bad {
        assert!(matches!(find(&json!({}), select), Err(Miss::Expression(_) | Miss::Finds(_))), "{select}");
        if !["getpath", "$ENV.PATH"].contains(&select) {
            assert!(check(select).is_err() || select == "$ENV.PATH", "{select}");
        }
    }
    let why = format!("{:?}", check("selct(.a)").unwrap_err());
    assert!(why.contains("did you mean `select`?"), "{why}");
}
