//! Secrets in bytes: values of the environment and the shapes of well-known tokens, and the hiding of both in reports.

mod codec;
mod environment;
mod looks;
mod mask;
mod parts;
mod shapes;
mod special;
pub mod view;

use aho_corasick::{AhoCorasick, MatchKind};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

pub use environment::is_secret_name;
pub use mask::Mask;
pub use parts::{LEAST, Parts};

/// A variable of the environment whose name says that its value is a secret.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Secret {
    /// The name of the variable.
    pub name: String,
    value: String,
}

impl Secret {
    /// A variable with its value.
    pub fn new(name: impl Into<String>, value: impl Into<String>) -> Self {
        Secret { name: name.into(), value: value.into() }
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret").field("name", &self.name).finish_non_exhaustive()
    }
}

/// What a secret is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// The value of this variable of the environment.
    Variable(String),
    /// A token of a well-known shape, with its article: `a GitHub token`.
    Token(&'static str),
}

/// A secret in some bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// What it is.
    pub what: What,
    /// Where it is.
    pub range: Range<usize>,
    /// What stands beside it and must be hidden as well.
    pub beside: Option<Range<usize>>,
}

/// Looks for secrets; made once for each build.
#[derive(Clone, Default)]
pub struct Scanner {
    /// The values of the environment in all their forms.
    values: Option<AhoCorasick>,
    /// For each pattern of `values`.
    forms: Vec<Form>,
}

impl fmt::Debug for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scanner").field("forms", &self.forms.len()).finish_non_exhaustive()
    }
}

/// A form in which the value of a variable can stand somewhere.
#[derive(Clone)]
struct Form {
    variable: String,
    text: Vec<u8>,
    /// It is so short that it could be part of a longer word.
    short: bool,
}

/// A value that is shorter than this many bytes could be part of a word.
const WORD: usize = 12;

impl Scanner {
    /// A scanner for these variables of the environment, as far as their values are worth a search, and for tokens.
    pub fn new(secrets: &[Secret]) -> Self {
        let mut sorted: Vec<&Secret> = secrets.iter().collect();
        sorted.sort();
        let mut forms: BTreeMap<Vec<u8>, Form> = BTreeMap::new();
        for secret in sorted {
            for piece in environment::pieces(&secret.value) {
                for text in codec::forms(piece) {
                    let short = text == piece.as_bytes() && piece.len() < WORD;
                    // A value that two variables share is named by the first.
                    let form = Form { variable: secret.name.clone(), text: text.clone(), short };
                    forms.entry(text).or_insert(form);
                }
            }
        }
        if forms.is_empty() {
            return Scanner::default();
        }
        // What is too much for an automaton is no environment.
        let values = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(forms.keys()).ok();
        Scanner { values, forms: forms.into_values().collect() }
    }

    /// All texts that stand for a variable of the environment, which no report may show.
    pub fn texts(&self) -> impl Iterator<Item = String> {
        self.forms.iter().filter_map(|form| String::from_utf8(form.text.clone()).ok())
    }

    /// The secrets in some bytes, in order; where two overlap, that of the environment, which has a name.
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

    /// The values of the environment in some bytes, in order.
    pub fn find_values(&self, bytes: &[u8]) -> Vec<Hit> {
        let mut hits: Vec<Hit> = Vec::new();
        for found in self.values.iter().flat_map(|values| values.find_iter(bytes)) {
            let range = found.range();
            if let Some(form) = self.forms.get(found.pattern().as_usize())
                && (!form.short || looks::stands_alone(bytes, &range))
            {
                hits.push(Hit { what: What::Variable(form.variable.clone()), range, beside: None });
            }
        }
        hits
    }

    /// The texts of the secrets in a source as they are written there, line by line, for [`Mask`].
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
    /// What the hit covers, as text, line by line; without what is too short to tell anything.
    pub fn texts(&self, bytes: &[u8]) -> Vec<String> {
        let ranges = std::iter::once(&self.range).chain(&self.beside);
        let texts = ranges.filter_map(|range| bytes.get(range.clone())).map(String::from_utf8_lossy);
        texts
            .flat_map(|text| text.lines().map(|line| line.trim().to_owned()).collect::<Vec<_>>())
            .filter(|line| line.len() >= environment::SHORTEST && !line.starts_with("-----"))
            .collect()
    }
}
