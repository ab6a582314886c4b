//! Secrets in bytes: values of the environment, tokens of well-known shapes, and the hiding of both in reports.

mod codec;
mod environment;
mod looks;
mod parts;
mod shapes;
mod special;
pub mod view;

use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

pub use environment::is_secret_name;
pub use parts::{LEAST, SecretParts};
pub use trustbook_schema::mask::Mask;

/// An environment variable whose name says that its value is a secret.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret {
    /// The name of the variable.
    pub name: String,
    value: String,
}

impl Secret {
    /// Creates a secret from the name and the value of a variable.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Secret { name: name.into(), value: value.into() }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The kind of a secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecretKind {
    /// The value of the environment variable of this name.
    Variable(String),
    /// A token of a well-known shape, with its article: `a GitHub token`.
    Token(&'static str),
}

/// A secret found in some bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The kind of secret.
    pub what: SecretKind,
    /// The byte range of the secret.
    pub range: Range<usize>,
    /// A second byte range that must be hidden as well.
    pub beside: Option<Range<usize>>,
}

/// Finds secrets; created once for each build.
#[derive(Clone, Default)]
pub struct Scanner {
    /// The automaton over all forms of the values of the environment.
    values: Option<AhoCorasick>,
    /// The form of each pattern of `values`, in the same order.
    forms: Vec<SecretForm>,
}

impl fmt::Debug for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scanner").field("forms", &self.forms.len()).finish_non_exhaustive()
    }
}

/// A form in which the value of a variable can occur.
#[derive(Clone)]
struct SecretForm {
    variable: String,
    text: Vec<u8>,
    /// True if it is so short that it could be part of a longer word.
    short: bool,
}

/// The length below which a value could be part of a word, in bytes.
const WORD: usize = 12;

impl Scanner {
    /// Creates a scanner for tokens, and for the variables of the environment whose values are worth a search.
    pub fn new(secrets: &[Secret]) -> Self {
        let mut sorted: Vec<&Secret> = secrets.iter().collect();
        sorted.sort();
        let mut forms: BTreeMap<Vec<u8>, SecretForm> = BTreeMap::new();
        for secret in sorted {
            for piece in environment::pieces(&secret.value) {
                for text in codec::forms(piece) {
                    let short = text == piece.as_bytes() && piece.len() < WORD;
                    // If two variables have the same value, the first one names it.
                    let form = SecretForm { variable: secret.name.clone(), text: text.clone(), short };
                    forms.entry(text).or_insert(form);
                }
            }
        }
        if forms.is_empty() {
            return Scanner::default();
        }
        // No real environment is too large for an automaton.
        let values = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(forms.keys()).ok();
        Scanner { values, forms: forms.into_values().collect() }
    }

    /// Returns all forms of the values of the environment that are valid UTF-8; no report may show them.
    pub fn texts(&self) -> impl Iterator<Item = String> {
        self.forms.iter().filter_map(|form| String::from_utf8(form.text.clone()).ok())
    }

    /// Returns the secrets in some bytes, in order. Where two overlap, the one from the environment wins: it has a
    /// name.
    pub fn find(&self, bytes: &[u8]) -> Vec<Hit> {
        let mut hits = self.find_values(bytes);
        let free = |hit: &Hit| {
            let apart = |other: &Hit| other.range.end <= hit.range.start || hit.range.end <= other.range.start;
            hits.iter().all(apart)
        };
        let tokens: Vec<Hit> = shapes::find(bytes).into_iter().filter(free).collect();
        hits.extend(tokens);
        hits.sort_by_key(|hit| (hit.range.start, hit.range.end));
        hits
    }

    /// Returns the values of the environment in some bytes, in order.
    pub fn find_values(&self, bytes: &[u8]) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        for found in self.values.iter().flat_map(|values| values.find_iter(bytes)) {
            let range = found.range();
            if let Some(form) = self.forms.get(found.pattern().as_usize())
                && (!form.short || looks::stands_alone(bytes, &range))
            {
                hits.push(Hit { what: SecretKind::Variable(form.variable.clone()), range, beside: None });
            }
        }
        hits
    }

    /// Returns the secrets in a source, line by line, as they are written there; for [`Mask`].
    pub fn texts_in(&self, source: &str) -> Vec<String> {
        let hits = |text: &str| self.find(text.as_bytes()).into_iter();
        let mut texts: Vec<String> = hits(source).flat_map(|hit| hit.texts(source.as_bytes())).collect();
        if let Some(meant) = view::meant(source) {
            let written = |hit: Hit| Hit {
                range: meant.locate(hit.range),
                beside: hit.beside.map(|beside| meant.locate(beside)),
                what: hit.what,
            };
            texts.extend(hits(&meant.text).map(written).flat_map(|hit| hit.texts(source.as_bytes())));
        }
        texts
    }
}

impl Hit {
    /// Returns the text that the hit covers, line by line, without lines too short to reveal anything.
    pub fn texts(&self, bytes: &[u8]) -> Vec<String> {
        let ranges = std::iter::once(&self.range).chain(&self.beside);
        let texts = ranges.filter_map(|range| bytes.get(range.clone())).map(String::from_utf8_lossy);
        texts
            .flat_map(|text| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>())
            .filter(|line| line.len() >= environment::SHORTEST && !line.starts_with("-----"))
            .collect()
    }
}
