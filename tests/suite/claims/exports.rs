//! Claims for programs: `claims.json`, and observations of an assessment in OSCAL.

use super::with;
use serde_json::Value as Json;

const REGISTER: &str = "
[vendor]
employees = 12

[[claim]]
id = \"b\"
says = \"We are more than ten.\"
kind = \"expr\"
expr = \"vendor.employees > 10\"

[[claim]]
id = \"a\"
says = \"Backups stay here.\"
kind = \"attested\"
by = \"Head of operations\"
on = 2026-01-01
until = 2026-06-01

[[claim]]
id = \"hidden\"
says = \"Nobody outside reads this.\"
kind = \"attested\"
by = \"Head of operations\"
on = 2026-01-01
until = 2026-06-01
visibility = \"internal\"
";

fn exported(path: &str) -> Json {
    let built = with(REGISTER, "", "{{ vendor.employees }}\n\n{{#claims}}");
    assert!(built.findings.is_empty(), "{:?}", built.findings);
    serde_json::from_slice(&built.site.assets[path]).unwrap()
}

#[test]
fn claims_are_sorted_and_complete_and_what_is_internal_stays_inside() {
    let json = exported("claims.json");
    assert_eq!((&json["version"], &json["built_for"]), (&1.into(), &"2026-01-15".into()));
    let claims = json["claims"].as_array().unwrap();
    assert_eq!(claims.iter().map(|claim| claim["id"].as_str().unwrap()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(claims[0]["outcome"], "holds");
    assert_eq!((&claims[0]["collected"], &claims[0]["expires"]), (&"2026-01-01".into(), &"2026-06-01".into()));
    assert_eq!(claims[0]["page"], "page.html#claim-a");
    assert_eq!(claims[1]["mark"], "checked against statements of 2 January 2026 and later");
    assert!(!json.to_string().contains("Nobody outside"));
    let without = with("[vendor]\nemployees = 12\n", "", "{{ vendor.employees }}");
    assert!(!without.site.assets.contains_key("claims.json"), "there is nothing to say");
}

#[test]
fn observations_have_what_the_model_requires() {
    let json = exported("oscal-assessment-results.json");
    let results = &json["assessment-results"];
    let is_uuid = |value: &Json| {
        let text = value.as_str().unwrap();
        text.len() == 36 && text.split('-').map(str::len).eq([8, 4, 4, 4, 12]) && &text[14..15] == "5"
    };
    let is_time = |value: &Json| value.as_str().is_some_and(|text| text.len() == 20 && text.ends_with('Z'));
    assert!(is_uuid(&results["uuid"]) && is_time(&results["metadata"]["last-modified"]));
    for key in ["title", "version", "oscal-version"] {
        assert!(results["metadata"][key].is_string(), "{key}");
    }
    let plan = results["import-ap"]["href"].as_str().unwrap().strip_prefix('#').unwrap();
    assert_eq!(results["back-matter"]["resources"][0]["uuid"], plan);
    let result = &results["results"][0];
    assert!(is_uuid(&result["uuid"]) && is_time(&result["start"]));
    assert!(result["title"].is_string() && result["description"].is_string());
    assert!(result["reviewed-controls"]["control-selections"][0]["include-all"].is_object());
    let observations = result["observations"].as_array().unwrap();
    assert_eq!(observations.len(), 2);
    for observation in observations {
        assert!(is_uuid(&observation["uuid"]) && is_time(&observation["collected"]));
        assert!(observation["description"].is_string());
        let method = observation["methods"][0].as_str().unwrap();
        assert!(["EXAMINE", "INTERVIEW", "TEST", "UNKNOWN"].contains(&method));
        for prop in observation["props"].as_array().unwrap() {
            let value = prop["value"].as_str().unwrap();
            assert!(!value.trim().is_empty() && !value.contains('\n') && prop["name"].is_string());
        }
    }
    assert_eq!(observations[0]["expires"], "2026-06-01T00:00:00Z");
}
