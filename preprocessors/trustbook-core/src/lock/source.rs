//! Entries of the lock for sources and for the domains of e-mail addresses, read and written.

use super::at::LockTable;
use super::text::{list, put, quoted};
use super::{Lock, LockProblem};
use crate::register::live::Literal;
use crate::schema::index::hex;
use crate::span::Span;
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// The header line of each source.
pub(super) const SOURCE: &str = "[[source]]";
/// The header line of each domain.
pub(super) const DOMAIN: &str = "[[domain]]";

/// The lock entry of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceEntry {
    /// The id of the source in the register.
    pub id: String,
    /// The kind of the source.
    pub kind: String,
    /// The request, as the kind writes it: an address, a path or a command.
    pub from: String,
    /// The format in which it was read.
    pub format: String,
    /// The address at which it was found, if redirects led elsewhere.
    pub found_at: Option<String>,
    /// The commit at which it was read, if it is in a repository.
    pub commit: Option<String>,
    /// The day on which the source was last checked.
    pub checked: Date,
    /// The day since which its content is unchanged.
    pub since: Date,
    /// The SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The entity tag of this version (RFC 9110 section 8.8.3); `None` for an address that redirects.
    pub etag: Option<String>,
    /// The time of the last change, in the server's words (RFC 9110 section 8.8.2).
    pub modified: Option<String>,
    /// The live facts found in it, sorted by id.
    pub facts: Vec<FactEntry>,
    /// The span of the entry in the lock.
    pub span: Span,
}

/// The lock entry of a live fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactEntry {
    /// The id of the fact.
    pub id: String,
    /// The expression that selects the value in the source, if any.
    pub select: Option<String>,
    /// The current value.
    pub value: Literal,
    /// The day since which it has this value.
    pub since: Date,
    /// The previous value.
    pub before: Option<Literal>,
    /// The day since which the source has no usable value for it, and a phrase for what it has instead.
    pub lost: Option<(Date, String)>,
    /// The span of the entry in the lock.
    pub span: Span,
}

/// The lock entry of a domain: the way it takes mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainEntry {
    /// The name, in lower case and ASCII.
    pub name: String,
    /// The route of mail to it.
    pub mail: Mail,
    /// The day on which the domain was last checked.
    pub checked: Date,
    /// The day since which `mail` has this value.
    pub since: Date,
    /// The span of the entry in the lock.
    pub span: Span,
}

/// The route of mail to a domain (RFC 5321 section 5.1, RFC 7505).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mail {
    /// To the hosts of its MX records.
    Mx,
    /// To the domain itself, which has an address but no MX record.
    Address,
    /// Nowhere: a null MX record says that it takes no mail.
    Refused,
    /// Nowhere: it has neither an MX record nor an address, or does not exist.
    None,
}

impl Mail {
    const ALL: [Mail; 4] = [Mail::Mx, Mail::Address, Mail::Refused, Mail::None];

    fn word(self) -> &'static str {
        match self {
            Mail::Mx => "mx",
            Mail::Address => "address",
            Mail::Refused => "refused",
            Mail::None => "none",
        }
    }
}

impl Lock {
    /// Returns the entry of a source by its id.
    pub fn source(&self, id: &str) -> Option<&SourceEntry> {
        self.sources.iter().find(|entry| entry.id == id)
    }

    /// Returns the entry of a domain by its name.
    pub fn domain(&self, name: &str) -> Option<&DomainEntry> {
        self.domains.iter().find(|entry| entry.name == name)
    }
}

impl SourceEntry {
    /// Returns the entry of a live fact by its id.
    pub fn fact(&self, id: &str) -> Option<&FactEntry> {
        self.facts.iter().find(|fact| fact.id == id)
    }

    /// Returns the entry as the lock has it, without the seal.
    pub fn body(&self) -> String {
        let mut text = String::new();
        put(&mut text, "id", &self.id);
        put(&mut text, "kind", &self.kind);
        put(&mut text, "from", &self.from);
        put(&mut text, "format", &self.format);
        for (key, value) in [("found_at", &self.found_at), ("commit", &self.commit)] {
            if let Some(value) = value {
                put(&mut text, key, value);
            }
        }
        let _ = write!(text, "checked = {}\nsince = {}\n", self.checked, self.since);
        put(&mut text, "sha256", &self.sha256);
        for (key, value) in [("etag", &self.etag), ("modified", &self.modified)] {
            if let Some(value) = value {
                put(&mut text, key, value);
            }
        }
        list(&mut text, "facts", &self.facts, fact);
        text
    }

    /// Returns the seal: the SHA-256 of the body, in hexadecimal.
    pub fn seal(&self) -> String {
        sealed(&self.body())
    }
}

impl DomainEntry {
    fn body(&self) -> String {
        let mut text = String::new();
        put(&mut text, "name", &self.name);
        put(&mut text, "mail", self.mail.word());
        let _ = write!(text, "checked = {}\nsince = {}\n", self.checked, self.since);
        text
    }
}

fn sealed(body: &str) -> String {
    hex(&Sha256::digest(body))
}

fn fact(text: &mut String, fact: &FactEntry) {
    let pair = |text: &mut String, key: &str, value: &str| {
        text.push_str(key);
        text.push_str(" = ");
        quoted(text, value);
    };
    pair(text, "id", &fact.id);
    if let Some(select) = &fact.select {
        text.push_str(", ");
        pair(text, "select", select);
    }
    let _ = write!(text, ", value = {}, since = {}", fact.value.toml(), fact.since);
    if let Some(before) = &fact.before {
        let _ = write!(text, ", before = {}", before.toml());
    }
    if let Some((on, why)) = &fact.lost {
        let _ = write!(text, ", lost = {{ since = {on}, ");
        pair(text, "finds", why);
        text.push_str(" }");
    }
}

/// Writes the entries of sources and domains, sorted by id and by name.
pub(super) fn write(text: &mut String, lock: &Lock) {
    let mut sources: Vec<&SourceEntry> = lock.sources.iter().collect();
    sources.sort_by(|a, b| a.id.cmp(&b.id));
    let mut domains: Vec<&DomainEntry> = lock.domains.iter().collect();
    domains.sort_by(|a, b| a.name.cmp(&b.name));
    let sources = sources.into_iter().map(|entry| (SOURCE, entry.body()));
    let domains = domains.into_iter().map(|entry| (DOMAIN, entry.body()));
    for (head, body) in sources.chain(domains) {
        text.extend(["\n", head, "\n", &body]);
        put(text, "seal", &sealed(&body));
    }
}

/// Reads a sealed entry of a source.
pub(super) fn source(at: LockTable<'_>) -> Result<SourceEntry, LockProblem> {
    at.only(&[
        "checked", "commit", "etag", "facts", "found_at", "format", "from", "id", "kind", "modified", "seal", "sha256",
        "since",
    ])?;
    let entry = SourceEntry {
        id: at.text("id")?,
        kind: at.text("kind")?,
        from: at.text("from")?,
        format: at.text("format")?,
        found_at: at.may("found_at")?,
        commit: at.may("commit")?,
        checked: at.date("checked")?,
        since: at.date("since")?,
        sha256: at.text("sha256")?,
        etag: at.may("etag")?,
        modified: at.may("modified")?,
        facts: at.each("facts", read_fact)?,
        span: at.span_of("id"),
    };
    let twice = entry.facts.windows(2).find(|pair| pair[0].id >= pair[1].id);
    if let Some([_, second]) = twice {
        let what = format!("its entry for the source `{}` has `{}` twice, or not in order", entry.id, second.id);
        return Err(LockProblem::Misshapen { span: second.span, what });
    }
    check_seal(at, &entry.body(), &format!("the source `{}`", entry.id))?;
    Ok(entry)
}

/// Reads a sealed entry of a domain.
pub(super) fn domain(at: LockTable<'_>) -> Result<DomainEntry, LockProblem> {
    at.only(&["checked", "mail", "name", "seal", "since"])?;
    let word = at.text("mail")?;
    let mail = Mail::ALL.into_iter().find(|mail| mail.word() == word);
    let entry = DomainEntry {
        name: at.text("name")?,
        mail: mail.ok_or_else(|| at.wrong(format!("it has a domain whose `mail` is `{word}`")))?,
        checked: at.date("checked")?,
        since: at.date("since")?,
        span: at.span_of("name"),
    };
    check_seal(at, &entry.body(), &format!("the domain `{}`", entry.name))?;
    Ok(entry)
}

fn check_seal(at: LockTable<'_>, body: &str, of: &str) -> Result<(), LockProblem> {
    match at.text("seal")? == sealed(body) {
        true => Ok(()),
        false => Err(at.wrong(format!("its entry for {of} was changed by hand, or in a merge"))),
    }
}

fn read_fact(at: LockTable<'_>) -> Result<FactEntry, LockProblem> {
    at.only(&["before", "id", "lost", "select", "since", "value"])?;
    let literal = |key: &str| match at.table.get(key) {
        None => Ok(None),
        Some(node) => match Literal::of_node(node) {
            Some(literal) => Ok(Some(literal)),
            None => Err(at.wrong(format!("it has a `{key}` that no live fact can have"))),
        },
    };
    let lost = match at.tables("lost")?.first() {
        None => None,
        Some(lost) => {
            lost.only(&["finds", "since"])?;
            Some((lost.date("since")?, lost.text("finds")?))
        }
    };
    Ok(FactEntry {
        id: at.text("id")?,
        select: at.may("select")?,
        value: literal("value")?.ok_or_else(|| at.wrong("it has a fact without a `value`".to_owned()))?,
        since: at.date("since")?,
        before: literal("before")?,
        lost,
        span: at.span_of("id"),
    })
}
