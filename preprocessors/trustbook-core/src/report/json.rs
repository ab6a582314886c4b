//! The JSON report: one object on a line for each finding.

use super::located;
use crate::diagnostic::{Diagnostic, Place};
use crate::span::SourceMap;
use serde_json::{Value as Json, json};

pub(super) fn report(map: &SourceMap, findings: &[Diagnostic]) -> String {
    findings.iter().map(|finding| format!("{}\n", super::harmless_json(&object(map, finding)))).collect()
}

/// Creates the object of a finding. `line`, `column`, `end_line` and `end_column` are null if only the file is known.
/// Columns count characters from 1; the end is exclusive.
fn object(map: &SourceMap, finding: &Diagnostic) -> Json {
    let mut object = json!({
        "check": finding.check,
        "level": finding.level.word(),
        "message": finding.message,
    });
    let places = place(map, &finding.place);
    let labels: Vec<Json> = finding
        .labels
        .iter()
        .map(|label| with(place(map, &Place::At(label.span)), "text", json!(label.text)))
        .collect();
    let edits: Vec<Json> = finding
        .edits
        .iter()
        .map(|edit| with(place(map, &Place::At(edit.span)), "replacement", json!(edit.replacement)))
        .collect();
    merge(&mut object, places);
    merge(
        &mut object,
        json!({
            "label": finding.label,
            "help": finding.help,
            "labels": labels,
            "edits": edits,
            "url": null,
        }),
    );
    object
}

fn place(map: &SourceMap, place: &Place) -> Json {
    let (file, positions) = located(map, place);
    let start = positions.map(|(start, _)| start);
    let end = positions.map(|(_, end)| end);
    json!({
        "file": file,
        "line": start.map(|at| at.line),
        "column": start.map(|at| at.column),
        "end_line": end.map(|at| at.line),
        "end_column": end.map(|at| at.column),
    })
}

fn with(mut object: Json, key: &str, value: Json) -> Json {
    object[key] = value;
    object
}

fn merge(object: &mut Json, more: Json) {
    if let (Json::Object(object), Json::Object(more)) = (object, more) {
        object.extend(more);
    }
}
