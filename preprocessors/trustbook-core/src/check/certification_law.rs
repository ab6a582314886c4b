//! A law is stated as a certification.

use super::{Check, Findings, Run, records};
use crate::book::Book;
use crate::diagnostic::Diagnostic;
use crate::register::Record;

pub(super) const CHECK: Check = Check::deny("certification-law", include_str!("certification_law.md"), Run::Book(run));

/// Laws for which certificates do not exist, by the words that their names begin with.
const LAWS: &[&str] = &[
    "ccpa",
    "coppa",
    "cpra",
    "cyber resilience act",
    "data protection act",
    "dora",
    "dpdp",
    "ds-gvo",
    "dsgvo",
    "eu ai act",
    "ferpa",
    "gdpr",
    "glba",
    "hipaa",
    "hitech",
    "lgpd",
    "nis 2",
    "nis2",
    "pdpa",
    "pipeda",
    "popia",
    "rgpd",
    "uk gdpr",
];

fn run(book: &Book, findings: &mut Findings) {
    findings.extend(records(&book.facts, "certification").filter_map(message));
}

fn message(record: &Record) -> Option<Diagnostic> {
    let scheme = record.field("scheme")?;
    let name = scheme.value.as_ref()?.text();
    // A report by an auditor about a law exists, and so does a self-assessment.
    let is_certificate = !matches!(record.word("kind"), Some("attestation-report" | "self-assessment"));
    let is_held = record.word("status") == Some("held");
    (is_certificate && is_held && is_law(&name)).then(|| {
        Diagnostic::new(
            scheme.span,
            format!("`{name}` is a law, but `{}` states it as a certification that is held", record.full_id()),
        )
        .help("state in an `[[answer]]` or a `[[document]]` how you comply with the law")
        .help("or set `kind` to `self-assessment` or `attestation-report`, if there is one")
    })
}

fn is_law(name: &str) -> bool {
    let lower = name.trim().to_lowercase();
    let behind = |law: &str| {
        let rest = lower.strip_prefix(law)?;
        let word = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        // "GDPR-CARPA" and a seal under Art. 42 are certifications.
        let plain =
            ["", "compliance", "compliant", "ready", "readiness", "regulation", "act", "certification", "certified"];
        Some((rest.is_empty() || !rest.starts_with(char::is_alphanumeric)) && plain.contains(&word))
    };
    LAWS.iter().any(|law| behind(law) == Some(true))
}

#[cfg(test)]
mod tests {
    use super::is_law;

    #[test]
    fn laws_are_told_from_schemes_that_build_on_them() {
        for name in ["GDPR", "HIPAA", "CCPA compliance", "UK GDPR", "NIS2", "EU AI Act"] {
            assert!(is_law(name), "{name}");
        }
        for name in ["GDPR-CARPA", "HITRUST", "SOC 2", "Europrivacy", "TISAX", "HIPAA Seal by Example"] {
            assert!(!is_law(name), "{name}");
        }
    }
}
