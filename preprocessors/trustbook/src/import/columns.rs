//! The kinds of records that tables, lists and labels of a page can hold: by the words of headings and columns.

use trustbook_core::pattern::Pattern;

/// A kind of record as pages show it.
pub(super) struct Shape {
    /// The name of the kind.
    pub(super) kind: &'static str,
    /// The words of a heading above its records.
    context: Pattern,
    /// The fields of which one has to be there, whatever the heading says.
    key: &'static [&'static str],
    /// The fields of which one more has to be there under a heading of the kind, and two more under any other.
    telling: &'static [&'static str],
    /// The words of columns and labels by their field.
    columns: &'static [(&'static str, &'static [&'static str])],
}

/// Words that tell the field of a column whose label is longer, by kind, the surest first.
const WITHIN: &[(&str, &str, &[&str])] = &[
    ("subprocessor", "seat", &["corporate location", "provider location", "entity location", "headquarter"]),
    ("subprocessor", "countries", &["location", "country", "countries", "where"]),
    ("subprocessor", "purpose", &["purpose", "function", "activit", "nature", "description"]),
    ("subprocessor", "transfer", &["transfer", "safeguard"]),
    ("subprocessor", "dpa_url", &["processing addendum", "processing agreement", "processing terms", "dpa"]),
    (
        "subprocessor",
        "data",
        &[
            "data processed",
            "data shared",
            "data categor",
            "data type",
            "data collected",
            "personal data",
            "customer data",
            "type of data",
            "types of data",
            "categories of data",
            "what data",
        ],
    ),
    ("cookie", "max_age", &["duration", "expir", "lifetime", "lifespan", "retention"]),
    ("cookie", "purpose", &["purpose", "description", "function"]),
    ("cookie", "category", &["category"]),
    ("cookie", "name", &["cookie name", "name of"]),
    ("cookie", "provider", &["provider", "vendor", "third party", "set by"]),
    ("retention", "period", &["retention", "period", "how long"]),
    ("retention", "data", &["data"]),
    ("retention", "basis", &["basis", "reason", "justification"]),
];

/// The heading that announces records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Announced {
    /// The nearest one.
    Here,
    /// One above it, or the title.
    Above,
    /// None.
    No,
}

/// The field of a record that takes what no other field does.
pub(super) const NOTE: &str = "note";

/// Every shape, the surest first.
pub(super) static SHAPES: [Shape; 10] = [
    Shape {
        kind: "cookie",
        context: Pattern::new(r"(?i)cookie|local storage|tracking technolog|tracker"),
        key: &["name"],
        telling: &["max_age", "purpose", "provider", "category"],
        columns: &[
            ("name", &["cookie name", "cookie", "cookies", "name", "key", "name of the cookie"]),
            ("purpose", &["purpose", "description", "use", "used for", "zweck"]),
            (
                "max_age",
                &[
                    "expiry",
                    "expires",
                    "expiration",
                    "duration",
                    "lifespan",
                    "lifetime",
                    "retention",
                    "retention period",
                    "storage period",
                    "max age",
                    "expires after",
                    "dauer",
                ],
            ),
            ("category", &["category", "cookie category", "type", "cookie type", "kategorie"]),
            (
                "provider",
                &[
                    "provider",
                    "set by",
                    "vendor",
                    "source",
                    "publisher",
                    "third party",
                    "company",
                    "service",
                    "anbieter",
                ],
            ),
            ("domain", &["domain", "host"]),
            ("kind", &["storage", "storage type", "technology", "format"]),
        ],
    },
    Shape {
        kind: "subprocessor",
        context: Pattern::new(
            r"(?i)sub-?processor|third[- ]part(?:y|ies)|unterauftragsverarbeiter|sous-traitant|subencargado|affiliate",
        ),
        key: &["name"],
        telling: &["purpose", "countries", "data", "address", "seat"],
        columns: &[
            (
                "name",
                &[
                    "subprocessor",
                    "sub processor",
                    "name of subprocessor",
                    "subprocessor name",
                    "sub processor name",
                    "name of sub processor",
                    "entity name",
                    "company",
                    "company name",
                    "vendor",
                    "vendor name",
                    "name",
                    "entity",
                    "third party",
                    "third party service",
                    "provider",
                    "service provider",
                    "organization",
                    "affiliate",
                    "third party vendor",
                    "processor",
                    "unternehmen",
                    "third party sub processor",
                    "infrastructure subprocessor",
                    "supplier",
                ],
            ),
            ("legal_name", &["legal name", "legal entity", "contracting entity"]),
            (
                "purpose",
                &[
                    "purpose",
                    "purpose of processing",
                    "function",
                    "service",
                    "services",
                    "services provided",
                    "service provided",
                    "description",
                    "description of services",
                    "description of processing",
                    "nature of processing",
                    "use",
                    "role",
                    "activity",
                    "type of service",
                    "processing activity",
                    "subject matter",
                    "what they do",
                    "reason",
                    "zweck",
                    "applicable service",
                    "nature and purpose of processing",
                    "what we use it for",
                    "use case",
                ],
            ),
            (
                "data",
                &[
                    "data",
                    "personal data",
                    "data processed",
                    "data categories",
                    "categories of data",
                    "type of data",
                    "types of data",
                    "data types",
                    "data type",
                    "categories of personal data",
                    "data shared",
                    "information shared",
                    "personal data processed",
                    "what data we share",
                    "customer data",
                ],
            ),
            ("subjects", &["data subjects", "categories of data subjects"]),
            (
                "countries",
                &[
                    "location",
                    "locations",
                    "country",
                    "countries",
                    "region",
                    "location of processing",
                    "processing location",
                    "data location",
                    "hosting location",
                    "location of data processing",
                    "place of processing",
                    "country of processing",
                    "data center location",
                    "where",
                    "standort",
                    "land",
                    "geography",
                    "location s",
                ],
            ),
            ("seat", &["seat", "headquarters", "country of incorporation", "hq", "entity country", "entity location"]),
            ("address", &["address", "registered address", "contact address"]),
            ("url", &["website", "url", "site", "homepage", "link"]),
            ("dpa_url", &["dpa", "data processing agreement", "link to dpa"]),
            (
                "transfer",
                &[
                    "transfer mechanism",
                    "transfer",
                    "safeguards",
                    "data transfer mechanism",
                    "legal basis for transfer",
                    "transfer safeguards",
                ],
            ),
            ("retention", &["retention", "retention period", "duration", "duration of processing"]),
            ("contact", &["contact", "contact details", "contact information"]),
            ("optional_when", &["applies when", "when used", "optional when"]),
        ],
    },
    Shape {
        kind: "retention",
        context: Pattern::new(r"(?i)retention|how long|storage period|aufbewahrung|speicherdauer"),
        key: &["period"],
        telling: &["data", "trigger"],
        columns: &[
            (
                "data",
                &[
                    "data",
                    "data type",
                    "type of data",
                    "data category",
                    "category",
                    "category of data",
                    "categories of personal data",
                    "record type",
                    "information",
                    "type",
                    "daten",
                    "categories of data",
                    "personal data",
                ],
            ),
            (
                "period",
                &[
                    "retention",
                    "retention period",
                    "period",
                    "how long",
                    "retention time",
                    "duration",
                    "storage period",
                    "how long we keep it",
                    "dauer",
                    "data retention period",
                ],
            ),
            ("trigger", &["trigger", "from", "starts", "starting from", "start of the period"]),
            ("basis", &["reason", "basis", "legal basis", "why", "justification"]),
            ("deletion", &["deletion", "deletion method", "disposal"]),
        ],
    },
    Shape {
        kind: "certification",
        context: Pattern::new(r"(?i)certificat|complian|attestation|audit|standards"),
        key: &["scheme"],
        telling: &["status", "auditor", "expires", "issued", "scope", "report"],
        columns: &[
            (
                "scheme",
                &[
                    "certification",
                    "certifications",
                    "standard",
                    "framework",
                    "scheme",
                    "report",
                    "certificate",
                    "name",
                    "compliance",
                ],
            ),
            ("status", &["status", "state"]),
            ("auditor", &["auditor", "certification body", "assessor", "issuer", "audited by", "issued by"]),
            ("scope", &["scope", "description", "applies to", "what it covers"]),
            ("issued", &["issued", "date", "issue date", "date issued", "last audit"]),
            ("expires", &["expires", "expiry", "valid until", "expiration", "expiry date"]),
            ("report_type", &["type", "report type"]),
            ("certificate_no", &["certificate number", "certificate no", "number"]),
            ("report", &["availability", "access"]),
            ("verify_url", &["link", "verify", "url"]),
        ],
    },
    Shape {
        kind: "region",
        context: Pattern::new(r"(?i)region|data cent(?:er|re)|data residency|hosting location|data location"),
        key: &["place"],
        telling: &["codes", "country"],
        columns: &[
            (
                "place",
                &[
                    "region",
                    "location",
                    "data center",
                    "data centre",
                    "place",
                    "region name",
                    "city",
                    "data center location",
                ],
            ),
            ("country", &["country", "land"]),
            (
                "codes",
                &[
                    "code",
                    "region code",
                    "region id",
                    "identifier",
                    "aws region",
                    "gcp region",
                    "azure region",
                    "cloud region",
                    "aws",
                    "gcp",
                    "azure",
                ],
            ),
            ("role", &["role", "use"]),
            ("data", &["data", "data stored"]),
        ],
    },
    Shape {
        kind: "right",
        context: Pattern::new(r"(?i)\bright|betroffenenrecht|droits|derechos"),
        key: &["name"],
        telling: &["channel", "law", "response"],
        columns: &[
            ("name", &["right", "your right", "rights", "your rights", "name"]),
            ("law", &["law", "article", "legal basis", "gdpr"]),
            ("channel", &["how", "how to use it", "how to exercise", "description", "what it means", "meaning"]),
            ("response", &["response", "response time", "time"]),
        ],
    },
    Shape {
        kind: "answer",
        context: Pattern::new(r"(?i)question|faq|caiq|questionnaire"),
        key: &["question"],
        telling: &["answer", "statement"],
        columns: &[
            ("question", &["question", "questions", "frage"]),
            ("answer", &["yes no", "short answer"]),
            ("statement", &["answer", "response", "answers", "comment", "explanation", "antwort"]),
        ],
    },
    Shape {
        kind: "measure",
        context: Pattern::new(
            r"(?i)technical and organi[sz]ational|security measures|security controls|annex ii|technische und organisatorische",
        ),
        key: &["statement"],
        telling: &["name", "status"],
        columns: &[
            ("name", &["measure", "control", "area", "category", "name", "topic", "control name"]),
            (
                "statement",
                &[
                    "description",
                    "details",
                    "measures",
                    "practices",
                    "implementation",
                    "statement",
                    "control description",
                ],
            ),
            ("status", &["status", "state"]),
            ("responsibility", &["responsibility", "responsible"]),
        ],
    },
    Shape {
        kind: "document",
        context: Pattern::new(r"(?i)document|download|report|polic|resource"),
        key: &["name"],
        telling: &["url", "access", "version", "date"],
        columns: &[
            ("name", &["document", "name", "title", "policy", "file", "resource", "report"]),
            ("url", &["link", "url", "download"]),
            ("access", &["access", "availability", "available"]),
            ("version", &["version"]),
            ("date", &["date", "updated", "last updated"]),
        ],
    },
    Shape {
        kind: "contact",
        context: Pattern::new(r"(?i)contact|kontakt"),
        key: &["email"],
        telling: &["roles", "name", "phone"],
        columns: &[
            ("roles", &["role", "topic", "purpose", "for", "subject", "department", "concern"]),
            ("name", &["name", "team", "contact", "person"]),
            ("email", &["email", "e mail", "email address", "mail", "e mail address"]),
            ("phone", &["phone", "telephone", "phone number"]),
            ("address", &["address", "postal address"]),
            ("url", &["url", "form", "link"]),
        ],
    },
];

impl Shape {
    /// Returns the shape of a kind.
    pub(super) fn of(kind: &str) -> Option<&'static Shape> {
        SHAPES.iter().find(|shape| shape.kind == kind)
    }

    /// Returns true if a heading announces records of the kind.
    pub(super) fn is_announced(&self, heading: &str) -> bool {
        self.context.is_match(heading)
    }

    /// Returns true if a label or heading calls its records by the word that means nothing else.
    fn is_called(&self, label: &str) -> bool {
        match self.kind {
            "cookie" => self.field(label) == Some("name") && plain(label).contains("cookie"),
            "subprocessor" => plain(label).replace(' ', "").contains("subprocessor"),
            _ => false,
        }
    }

    /// Returns the field of a column or label.
    pub(super) fn field(&self, label: &str) -> Option<&'static str> {
        let label = plain(label);
        self.columns.iter().find(|(_, words)| words.contains(&label.as_str())).map(|(field, _)| *field)
    }

    /// Returns the field that a word of a longer label names.
    fn within(&self, label: &str) -> Option<&'static str> {
        let label = plain(label);
        let mut all = WITHIN.iter().filter(|(kind, ..)| *kind == self.kind);
        all.find(|(_, _, words)| words.iter().any(|word| label.contains(word))).map(|(_, field, _)| *field)
    }

    /// Returns the fields of the columns of a table, if they are those of the kind.
    fn fields(&self, labels: &[&str], announced: Announced) -> Option<Vec<Option<&'static str>>> {
        let is_announced = announced != Announced::No;
        let mut wanted = if announced == Announced::Here { 1 } else { 2.min(self.telling.len()) };
        let mut fields: Vec<Option<&str>> = Vec::new();
        for label in labels {
            let field = self.field(label).filter(|field| !fields.contains(&Some(field)));
            fields.push(field);
        }
        if is_announced {
            for (at, label) in labels.iter().enumerate().filter(|(at, _)| *at > 0) {
                let field = self.within(label).filter(|field| fields[at].is_none() && !fields.contains(&Some(field)));
                fields[at] = fields[at].or(field);
            }
        }
        // The first column is the name of what a table is about, whatever it is called there.
        if let (true, Some(key), Some(None)) = (is_announced, self.key.first(), fields.first())
            && !fields.contains(&Some(key))
            && *key != "period"
        {
            fields[0] = Some(key);
            wanted = 2.min(self.telling.len());
        }
        let has = |of: &&&str| fields.contains(&Some(**of));
        let telling = self.telling.iter().filter(has).count();
        (self.key.iter().any(|key| fields.contains(&Some(key))) && telling >= wanted).then_some(fields)
    }
}

/// A label in lower case, with letters and digits only.
fn plain(label: &str) -> String {
    let label: String = label.to_lowercase().chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let words: Vec<&str> = label.split_whitespace().collect();
    words.join(" ").trim_start_matches("the ").to_owned()
}

/// Returns the kind of a table by its columns and the headings above it, with the field of each column.
pub(super) fn find(labels: &[&str], above: &[String]) -> Option<(&'static Shape, Vec<Option<&'static str>>)> {
    // The nearest heading that announces a kind decides; without one, the columns have to be surer.
    for (at, heading) in above.iter().rev().enumerate() {
        let announced = SHAPES.iter().filter(|shape| shape.is_announced(heading));
        let fields = announced.filter_map(|shape| {
            let is_here = at == 0 || labels.iter().any(|label| shape.is_called(label)) || shape.is_called(heading);
            Some((shape, shape.fields(labels, if is_here { Announced::Here } else { Announced::Above })?))
        });
        if let Some(found) = fields.max_by_key(|(_, fields)| fields.iter().flatten().count()) {
            return Some(found);
        }
    }
    let sure = ["cookie", "subprocessor", "contact", "answer"];
    let fields = SHAPES.iter().filter_map(|shape| Some((shape, shape.fields(labels, Announced::No)?)));
    fields
        .filter(|(shape, fields)| sure.contains(&shape.kind) && fields.iter().flatten().count() >= 3.min(labels.len()))
        .filter(|(shape, fields)| {
            shape.kind != "cookie" || labels.iter().any(|label| plain(label).contains("cookie")) && fields.len() > 1
        })
        .max_by_key(|(_, fields)| fields.iter().flatten().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use trustbook_core::register::{common, kinds};

    #[test]
    fn every_field_is_one_of_its_kind() {
        for shape in &SHAPES {
            let kind = kinds::find(shape.kind).unwrap();
            let columns = shape.columns.iter().map(|(field, _)| field);
            for field in columns.chain(shape.key).chain(shape.telling) {
                assert!(kind.field(field).is_some(), "{}.{field}", shape.kind);
            }
        }
        assert!(common::KEYS.contains(&NOTE));
    }

    #[test]
    fn tables_are_known_by_their_headings_and_columns() {
        let kind = |labels: &[&str], above: &[&str]| {
            let above: Vec<String> = above.iter().map(|text| (*text).to_owned()).collect();
            find(labels, &above).map(|(shape, _)| shape.kind)
        };
        assert_eq!(kind(&["Name", "Service", "Location"], &["Sub-processors"]), Some("subprocessor"));
        assert_eq!(kind(&["Company", "Purpose", "Country"], &["Legal"]), Some("subprocessor"));
        assert_eq!(kind(&["Cookie", "Purpose", "Expiry"], &["Privacy"]), Some("cookie"));
        assert_eq!(kind(&["Data", "Retention period"], &["Data retention"]), Some("retention"));
        assert_eq!(kind(&["Provider", "Role", "Notes"], &["Subprocessors", "Core platform"]), Some("subprocessor"));
        assert_eq!(kind(&["Cookie", "Purpose"], &["Cookie Policy", "Examples", "Required"]), Some("cookie"));
        assert_eq!(kind(&["Category of cookies", "Why"], &["Cookie Policy", "Examples"]), None);
        assert_eq!(kind(&["Plan", "Price"], &["Sub-processors"]), None);
        assert_eq!(kind(&["Name", "Description"], &["Features"]), None);
        assert_eq!(kind(&["Provider category", "Sources", "Data retrieved"], &["Sub-processors", "Sources"]), None);
        assert_eq!(
            kind(&["Company", "Customer data processed", "Location"], &["Sub-processors", "A"]),
            Some("subprocessor")
        );
        assert_eq!(kind(&["Command", "Description", "Default"], &["Options"]), None);
    }
}
