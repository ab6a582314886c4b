//! A table of outcomes: for each kind a claim that holds, one that is contradicted, and reasons for unknown ones.

use super::{claim, with};
use std::collections::BTreeMap;
use trustbook_core::claim::{KINDS, Outcome};
use trustbook_tests::short;

/// A data model, and a table whose fields are described by `fields`.
fn model(columns: &str, fields: &str, claim: &str) -> (String, String) {
    let columns: String = columns.split(' ').map(|name| format!("  {name} String\n")).collect();
    let table = if fields.is_empty() {
        String::new()
    } else {
        format!("[[table]]\nschema = \"app\"\nname = \"T\"\npurpose = \"People.\"\n{fields}\n")
    };
    (
        format!(
            "[[schema]]\nid = \"app\"\npath = \"m.prisma\"\n{table}\n[[claim]]\nid = \"c\"\nsays = \"So it is.\"\nschema = \"app\"\n{claim}\n"
        ),
        format!("=== m.prisma\nmodel T {{\n  id Int @id\n{columns}}}\n"),
    )
}

const NO_EMAIL: &str = "kind = \"no_field\"\ncategory = \"user.contact.email\"";
const PERIODS: &str = "kind = \"every_field\"\ncategory = \"user.contact\"\nmust_have = [\"retention\"]";

fn fields(rows: &[(&str, &str, &str, &str)]) -> Vec<Row> {
    rows.iter()
        .map(|(outcome, columns, said, kind)| {
            let (register, files) = model(columns, said, kind);
            Row { outcome: word(outcome), register, files }
        })
        .collect()
}

struct Row {
    outcome: Outcome,
    register: String,
    files: String,
}

fn word(word: &str) -> Outcome {
    match word {
        "holds" => Outcome::Holds,
        "contradicted" => Outcome::Contradicted,
        _ => Outcome::Unknown,
    }
}

fn row(outcome: &str, kind: &str, register: &str, files: &str) -> Row {
    let register = format!("{register}\n[[claim]]\nid = \"c\"\nsays = \"So it is.\"\n{kind}\n");
    Row { outcome: word(outcome), register, files: files.to_owned() }
}

fn check(rows: Vec<Row>) {
    let mut seen: BTreeMap<&str, Vec<Outcome>> = BTreeMap::new();
    for Row { outcome, register, files } in rows {
        let built = with(&register, &files, "{{ claim.c }}");
        let found = claim(&built, "c");
        assert_eq!(found.outcome, outcome, "{register}\n{files}\n{:?}\n{}", found.reasons, short(&built));
        // A claim that does not hold is reported, by a check on claims or by the check that reports the cause.
        let tells = |checks: &[&str]| {
            let told = |check: &str| check.starts_with("claim-") || checks.contains(&check);
            built.findings.iter().any(|finding| told(finding.check))
        };
        let causes = ["field-unclassified", "field-name", "fact-due"];
        match outcome {
            // A claim may allow a cookie or host that is still undeclared.
            Outcome::Holds => assert!(!tells(&causes), "{register}\n{}", short(&built)),
            _ => assert!(
                tells(&[&causes[..], &["cookie-undeclared", "host-undeclared"]].concat()),
                "{register}\n{}",
                short(&built)
            ),
        }
        seen.entry(found.kind.name).or_default().push(outcome);
    }
    for (kind, outcomes) in seen {
        for outcome in [Outcome::Holds, Outcome::Unknown] {
            assert!(outcomes.contains(&outcome), "{kind} has no row that is {}", outcome.name());
        }
        // Nothing can contradict an attestation.
        assert!(kind == "attested" || outcomes.contains(&Outcome::Contradicted), "{kind}");
    }
}

#[test]
fn no_field_and_every_field() {
    let id = "fields.id = \"system.operations\"\n";
    let said = |more: &str| format!("{id}{more}");
    let when = "fields.mail = { category = \"user.contact.email\", when = \"alerts are on\" }";
    let unless = |setting: &str| format!("{NO_EMAIL}\nunless = {{ setting = \"{setting}\", default = \"off\" }}");
    check(fields(&[
        ("holds", "name", &said("fields.name = \"user.name\""), NO_EMAIL),
        ("contradicted", "mail", &said("fields.mail = \"user.contact.email\""), NO_EMAIL),
        // A subcategory is included, a sibling is not, and a parent category is unknown.
        ("contradicted", "mail", &said("fields.mail = \"user.contact.email.work\""), NO_EMAIL),
        ("holds", "phone", &said("fields.phone = \"user.contact.phone_number\""), NO_EMAIL),
        ("unknown", "any", &said("fields.any = \"user.contact\""), NO_EMAIL),
        ("unknown", "any", &said("fields.any = \"user\""), NO_EMAIL),
        ("unknown", "later", id, NO_EMAIL),
        ("unknown", "later", &said("fields.later = { to_be_classified = 2026-06-01 }"), NO_EMAIL),
        ("unknown", "name", "left_out = \"nobody looked\"", NO_EMAIL),
        ("unknown", "name", "", NO_EMAIL),
        ("unknown", "name", &said("fields.name = \"user.name\""), &format!("{NO_EMAIL}\ntable = \"Tt\"")),
        ("contradicted", "mail", &said(when), NO_EMAIL),
        ("holds", "mail", &said(when), &unless("alerts")),
        ("contradicted", "mail", &said(when), &unless("alert")),
        ("contradicted", "mail", &said(when), &unless("other alerts")),
        (
            "contradicted",
            "mail more",
            &said(&format!("{when}\nfields.more = \"user.contact.email\"")),
            &unless("alerts"),
        ),
        (
            "unknown",
            "mail",
            &said("fields.mail = \"user.name\""),
            &format!("{NO_EMAIL}\nunless = {{ default = \"off\" }}"),
        ),
    ]));
    let kept = "fields.mail = { category = \"user.contact.email\", retention = \"30 days\" }";
    check(fields(&[
        ("holds", "mail", &said(kept), PERIODS),
        ("contradicted", "mail", &said("fields.mail = \"user.contact.email\""), PERIODS),
        ("unknown", "any", &said("fields.any = \"user\""), PERIODS),
        // There is no data of that kind, so nothing was examined.
        ("unknown", "name", &said("fields.name = \"user.name\""), PERIODS),
        ("unknown", "mail later", &said(kept), PERIODS),
        ("contradicted", "mail", &said(kept), &PERIODS.replace("[\"retention\"]", "[\"retention\", \"note\"]")),
    ]));
}

#[test]
fn no_recipient() {
    let kind = "kind = \"no_recipient\"\ncategory = \"user.contact\"";
    let company = |data: &str, more: &str| {
        format!(
            "[[subprocessor]]\nid = \"a\"\nname = \"A\"\npurpose = \"Mail\"\ncountries = [\"NO\"]\n{data}\n{more}\n"
        )
    };
    let active = "status = \"active\"";
    check(vec![
        row("holds", kind, &company("data = [\"user.name\"]", active), ""),
        row("contradicted", kind, &company("data = [\"user.contact.email\"]", active), ""),
        row("contradicted", kind, &company("data = [\"e-mail address\"]", active), ""),
        row("unknown", kind, &company("data = [\"user\"]", active), ""),
        row("unknown", kind, &company("data = [\"what members write\"]", active), ""),
        row("unknown", kind, &company("not_stated = [\"data\"]", active), ""),
        row("unknown", kind, &company("data = [\"user.contact\"]", "status = \"not-stated\""), ""),
        row("unknown", kind, "", ""),
        // A company whose contract has ended, or has not begun, receives no data.
        row("unknown", kind, &company("data = [\"user.contact\"]", "status = \"ended\"\nended = 2025-12-31"), ""),
        row("contradicted", kind, &company("data = [\"user.contact\"]", "status = \"ended\"\nended = 2026-12-31"), ""),
        row("contradicted", kind, &company("data = [\"user.contact\"]", "status = \"ending\"\nended = 2026-12-31"), ""),
    ]);
}

#[test]
fn attested_and_expr() {
    let attested = |days: &str| format!("kind = \"attested\"\nby = \"Head of operations\"\n{days}");
    check(vec![
        row("holds", &attested("on = 2026-01-01\nuntil = 2026-01-15"), "", ""),
        row("unknown", &attested("on = 2025-01-01\nuntil = 2026-01-14"), "", ""),
        row("unknown", &attested("on = 2026-01-10\nuntil = 2026-01-09"), "", ""),
        row("unknown", &attested("on = 2026-01-16\nuntil = 2026-12-31"), "", ""),
        row("unknown", &attested("on = 2026-01-01\nnot_stated = [\"until\"]"), "", ""),
        row("holds", &attested("on = 2026-01-01\nnot_stated = [\"until\"]\nreview = \"180 days\""), "", ""),
        row(
            "unknown",
            &attested("on = 2024-01-01\nstated = 2024-01-01\nnot_stated = [\"until\"]\nreview = \"180 days\""),
            "",
            "",
        ),
    ]);
    let facts = "[vendor]\nemployees = { value = 12, label = \"E\" }\nold = { value = 1, valid_until = 2025-12-31 }\n";
    let expr = |text: &str| format!("kind = \"expr\"\nexpr = '{text}'");
    check(vec![
        row("holds", &expr("vendor.employees > 10"), facts, ""),
        row("contradicted", &expr("vendor.employees > 20"), facts, ""),
        row("unknown", &expr("vendor.employes > 10"), facts, ""),
        row("unknown", &expr("1 == 1"), facts, ""),
        row("unknown", &expr("vendor.employees >"), facts, ""),
        row("unknown", &expr("vendor.employees"), facts, ""),
        row("unknown", &expr("vendor.old == 1"), facts, ""),
    ]);
}

/// An observation of a page with these cookies and hosts.
fn observed(status: u16, cookies: &[&str], hosts: &[&str]) -> String {
    let cookie = |name: &&str| {
        format!(
            r#"{{ "name": "{name}", "domain": "app.example.com", "path": "/", "max_age": 60, "http_only": true, "secure": true, "same_site": null, "partitioned": false, "set_by": "header", "when": "before" }}"#
        )
    };
    let host = |host: &&str| format!(r#"{{ "host": "{host}", "purpose": "script", "when": "before" }}"#);
    let cookies: Vec<String> = cookies.iter().map(cookie).collect();
    let hosts: Vec<String> = hosts.iter().map(host).collect();
    format!(
        r#"=== facts/observed/o.json
{{
  "version": 1, "url": "https://app.example.com/", "on": "2026-01-12", "tool": "a browser", "steps": [],
  "consent": ["before"], "pages": [{{ "url": "https://app.example.com/", "status": {status}, "when": "before" }}],
  "cookies": [{}], "storage": [], "hosts": [{}]
}}
"#,
        cookies.join(", "),
        hosts.join(", ")
    )
}

#[test]
fn observed_subset_and_no_request() {
    let own = &["app.example.com"];
    let cookies = "kind = \"observed_subset\"\nobserved = \"o\"\nof = \"cookies\"";
    let cookie = |name: &str| {
        format!("[[cookie]]\nid = \"k\"\n{name}\nkind = \"cookie\"\npurpose = \"Session\"\ncategory = \"necessary\"\n")
    };
    let named = cookie("name = \"session_*\"");
    check(vec![
        row("holds", cookies, &named, &observed(200, &["session_1"], own)),
        row("contradicted", cookies, &named, &observed(200, &["session_1", "tracker"], own)),
        row("contradicted", cookies, "", &observed(200, &["session_1"], own)),
        row("unknown", cookies, &cookie("not_stated = [\"name\"]"), &observed(200, &["tracker"], own)),
        row("holds", cookies, &named, &observed(200, &[], own)),
        row("unknown", cookies, &named, &observed(404, &["session_1"], own)),
        row("unknown", cookies, &named, &observed(200, &[], &[])),
        row("unknown", cookies, &named, ""),
        row("unknown", &format!("{cookies}\nmax_age = \"1 day\""), &named, &observed(200, &["session_1"], own)),
    ]);
    let hosts = cookies.replace("\"cookies\"", "\"hosts\"");
    let company = "[[subprocessor]]\nid = \"a\"\nname = \"A\"\npurpose = \"P\"\ndata = [\"user\"]\ncountries = [\"NO\"]\nstatus = \"active\"\nhosts = [\"cdn.example.net\"]\n";
    check(vec![
        row(
            "holds",
            &hosts,
            company,
            &observed(200, &[], &["app.example.com", "www.example.com", "a.cdn.example.net"]),
        ),
        row("contradicted", &hosts, company, &observed(200, &[], &["app.example.com", "example.net"])),
        row("unknown", &hosts, company, &observed(500, &[], own)),
    ]);
    let request = |more: &str| format!("kind = \"no_request\"\nscope = \"o\"\n{more}");
    check(vec![
        row("holds", &request(""), "", &observed(200, &[], own)),
        row("contradicted", &request(""), "", &observed(200, &[], &["app.example.com", "cdn.example.net"])),
        row("holds", &request("allow = [\"example.net\"]"), "", &observed(200, &[], &["cdn.example.net"])),
        row("contradicted", &request("allow = [\"ample.net\"]"), "", &observed(200, &[], &["cdn.example.net"])),
        row("unknown", &request(""), "", ""),
    ]);
}

#[test]
fn no_storage() {
    let own = &["app.example.com"];
    let both = |text: String| text.replace("\"consent\": [\"before\"]", "\"consent\": [\"before\", \"after\"]");
    let later = |text: String| {
        both(text).replace("\"when\": \"before\" }], \"storage\"", "\"when\": \"after\" }], \"storage\"")
    };
    let kind = |more: &str| format!("kind = \"no_storage\"\nobserved = \"o\"\n{more}");
    // The items may be declared; that is a separate question.
    let declared = "[[cookie]]\nid = \"k\"\nname = \"session_*\"\nkind = \"cookie\"\npurpose = \"Session\"\ncategory = \"necessary\"\n";
    let seen = || observed(200, &["session_1"], own);
    let before = "consent = \"before\"";
    check(vec![
        row("holds", &kind(""), "", &both(observed(200, &[], own))),
        row("contradicted", &kind(""), declared, &both(seen())),
        row("contradicted", &kind(""), "", &both(seen())),
        row("contradicted", &kind(""), declared, &later(seen())),
        row("holds", &kind("allow = [\"session_*\"]"), declared, &both(seen())),
        row("contradicted", &kind("allow = [\"session\"]"), declared, &both(seen())),
        // Names of cookies are case-sensitive.
        row("contradicted", &kind("allow = [\"Session_*\"]"), declared, &both(seen())),
        row("contradicted", &kind(before), declared, &seen()),
        row("holds", &kind(before), "", &observed(200, &[], own)),
        row("holds", &kind(before), declared, &later(seen())),
        row("unknown", &kind("consent = \"after\""), "", &observed(200, &[], own)),
        // The storage after consent was not observed.
        row("unknown", &kind(""), "", &observed(200, &[], own)),
        row("contradicted", &kind(""), declared, &seen()),
        row("unknown", &kind(""), "", &both(observed(404, &[], own))),
        row("unknown", &kind(""), "", &both(observed(200, &[], &[]))),
        row(
            "unknown",
            &kind("consent = \"before\""),
            "",
            &observed(200, &[], own).replace("\"storage\": []", "\"not_seen\": [\"storage\"], \"storage\": []"),
        ),
        row("unknown", &kind(""), "", ""),
        row("unknown", &format!("{}\nmax_age = \"1 day\"", kind(before)), "", &observed(200, &[], own)),
    ]);
}

#[test]
fn every_kind_has_its_row() {
    // The kinds that compare with a source are tested in the cases and in `refused`, with locks of their own.
    let elsewhere = ["setting_default", "text_present"];
    assert_eq!(KINDS.len(), 8 + elsewhere.len());
}
