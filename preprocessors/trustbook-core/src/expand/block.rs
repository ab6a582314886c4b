//! Blocks: `{{#word args}}` drawn by a Handlebars template from the records that it names.

use super::encode::entities;
use super::{compare, rows};
use crate::facts::Found;
use crate::page::syntax::{BlockCall, Malformed};
use crate::register::common::{Common, Visibility};
use crate::register::kinds::{self, Kind};
use crate::register::summary;
use crate::register::types::{Field, Type};
use crate::register::value::Value;
use crate::register::{Fact, Record};
use crate::suggest::{listed, nearest};
use crate::theme::{Theme, render_error, template_error};
use crate::trust::Trust;
use handlebars::Handlebars;
use std::collections::{BTreeMap, BTreeSet};

/// The block that lists free facts.
pub(super) const FACTS: &str = "facts";

/// What a block can set side by side.
const COMPARED: &str = "deployment";

/// The templates of a build, compiled.
#[derive(Debug)]
pub struct Blocks<'t> {
    handlebars: Handlebars<'t>,
    /// Templates that do not compile: their word and why.
    pub broken: Vec<(String, String)>,
}

/// The ids that blocks of one page have given to their rows.
#[derive(Debug, Default)]
pub struct Anchors(BTreeMap<String, usize>);

impl Anchors {
    /// The id itself, or with a number where the page has it already.
    pub(super) fn unique(&mut self, id: &str) -> String {
        let mut count = self.0.get(id).copied().unwrap_or(0);
        loop {
            count += 1;
            let anchor = if count == 1 { id.to_owned() } else { format!("{id}-{count}") };
            if count == 1 || !self.0.contains_key(&anchor) {
                self.0.insert(id.to_owned(), count);
                self.0.entry(anchor.clone()).or_insert(1);
                return anchor;
            }
        }
    }
}

impl<'t> Blocks<'t> {
    /// Compiles the theme's blocks and parts.
    pub fn compile(theme: &Theme) -> Self {
        let mut handlebars = Handlebars::new();
        handlebars.set_strict_mode(true);
        handlebars.register_escape_fn(entities);
        let mut broken = Vec::new();
        for (name, text) in theme.below("parts/", ".hbs") {
            if let Err(error) = handlebars.register_partial(name, text) {
                broken.push((name.to_owned(), template_error(&error)));
            }
        }
        for (name, text) in theme.below("blocks/", ".hbs") {
            if let Err(error) = handlebars.register_template_string(&format!("#{name}"), text) {
                broken.push((name.to_owned(), template_error(&error)));
            }
        }
        Blocks { handlebars, broken }
    }

    /// Draws a block as one line of HTML.
    ///
    /// # Errors
    /// What the template engine says.
    pub fn draw(&self, trust: &Trust, call: &BlockCall, anchors: &mut Anchors) -> Result<String, String> {
        let html = match compares(call) {
            true => self.handlebars.render("compare", &compare::data(trust, call, anchors)),
            false => self.handlebars.render(&format!("#{}", call.word), &rows::data(trust, call, anchors)),
        };
        let html = html.map_err(|error| render_error(&error))?;
        // One line, so that Markdown around it stays whole.
        let html: Vec<&str> = html.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        Ok(format!(
            "<div class=\"tb-block tb-{}\">{}</div>",
            entities(&call.word).replace("&#95;", "_"),
            html.join(" ")
        ))
    }
}

/// The template that draws a block, within the theme.
pub fn template(call: &BlockCall) -> String {
    if compares(call) { "parts/compare.hbs".to_owned() } else { format!("blocks/{}.hbs", call.word) }
}

/// Whether a block sets hosting options side by side.
fn compares(call: &BlockCall) -> bool {
    let can = call.word == FACTS || kind_of(&call.word).is_some_and(|kind| summary::of(kind).is_some());
    can && argument(call, "compare") == Some(COMPARED)
}

/// The words that a theme has templates for, sorted.
pub fn words(theme: &Theme) -> Vec<&str> {
    theme.below("blocks/", ".hbs").map(|(name, _)| name).collect()
}

/// Something wrong with the arguments of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadArgument {
    /// The block does not take it.
    Unreadable(Malformed),
    /// It names something that the register does not have.
    Unknown {
        /// What it names: `deployment.clod`.
        id: String,
    },
}

/// What is wrong with a block's arguments.
pub fn check_arguments(trust: &Trust, call: &BlockCall) -> Vec<BadArgument> {
    let mut bad = Vec::new();
    let kind = kind_of(&call.word);
    let is_known_block = kind.is_some() || call.word == FACTS;
    let takes = arguments(kind);
    for (name, text) in &call.args {
        match name.as_deref() {
            Some("deployment") => bad.extend(unknown(trust, format!("deployment.{text}"))),
            Some("id") if is_known_block => {
                let id = kind.map_or_else(|| text.clone(), |kind| format!("{}.{text}", kind.name));
                bad.extend(unknown(trust, id));
            }
            Some(name) if is_known_block && !takes.contains(&name) => {
                let help = match nearest(name, takes.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("it takes {}", listed(takes.iter().copied())),
                };
                bad.push(BadArgument::Unreadable(Malformed::new(
                    format!("the block `{}` has no argument `{name}`", call.word),
                    help,
                )));
            }
            Some("compare") if is_known_block => bad.extend(check_compare(trust, call, text)),
            Some("role") => {
                if let Some(Field { ty: Type::List(Type::Choice(roles)), .. }) =
                    kinds::find("contact").and_then(|kind| kind.field("roles"))
                    && !roles.contains(&text.as_str())
                {
                    bad.push(BadArgument::Unreadable(Malformed::new(
                        format!("there is no role `{text}`"),
                        format!("the roles are {}", listed(roles.iter().copied())),
                    )));
                }
            }
            Some(_) => {}
            None if call.word == FACTS && trust.facts.below(text).is_empty() => {
                bad.push(BadArgument::Unknown { id: text.clone() });
            }
            None if call.word == FACTS => {}
            None if is_known_block => bad.push(BadArgument::Unreadable(Malformed::new(
                format!("`{text}` has no name"),
                format!("write it as `name=value`; the block `{}` takes {}", call.word, listed(takes.iter().copied())),
            ))),
            None => {}
        }
    }
    if call.word == FACTS && !call.args.iter().any(|(name, _)| name.is_none() || name.as_deref() == Some("id")) {
        bad.push(BadArgument::Unreadable(Malformed::new(
            "the block `facts` names no facts",
            "name them or what they stand below: `{{#facts vendor}}`",
        )));
    }
    bad
}

fn check_compare(trust: &Trust, call: &BlockCall, text: &str) -> Option<BadArgument> {
    let options = compare::options(trust).len();
    let (why, help) = if text != COMPARED {
        let help = match nearest(text, [COMPARED]) {
            Some(near) => format!("did you mean `compare={near}`?"),
            None => format!("write `compare={COMPARED}`"),
        };
        (format!("`{text}` can not be compared"), help)
    } else if argument(call, "deployment").is_some() {
        let why = "`compare` shows every hosting option, and `deployment` only one".to_owned();
        (why, "take one of the two out".to_owned())
    } else if options < 2 && trust.facts.register.broken.is_empty() {
        let why = "there are not two hosting options to compare".to_owned();
        (why, "state each as a `[[deployment]]`, or take `compare` out".to_owned())
    } else {
        return None;
    };
    Some(BadArgument::Unreadable(Malformed::new(why, help)))
}

fn unknown(trust: &Trust, id: String) -> Option<BadArgument> {
    trust.facts.find(&id).is_none().then_some(BadArgument::Unknown { id })
}

/// The arguments that a block takes, sorted.
fn arguments(kind: Option<&Kind>) -> &'static [&'static str] {
    match kind {
        Some(kind) if kind.name == "contact" => &["compare", "deployment", "id", "role"],
        Some(kind) if summary::of(kind).is_none() => &["deployment", "id"],
        _ => &["compare", "deployment", "id"],
    }
}

pub(super) fn kind_of(word: &str) -> Option<&'static Kind> {
    kinds::KINDS.iter().find(|kind| kind.block == word)
}

/// The ids that a block shows.
pub fn ids(trust: &Trust, call: &BlockCall) -> Vec<String> {
    let options = match compares(call) {
        true => compare::columns(trust, call).into_iter().map(Record::full_id).collect(),
        false => Vec::new(),
    };
    let mut ids = rows_of(trust, call);
    ids.extend(options);
    ids
}

/// The ids of a block's rows.
fn rows_of(trust: &Trust, call: &BlockCall) -> Vec<String> {
    match (kind_of(&call.word), call.word.as_str()) {
        // A mistake in the arguments is reported there, and not at the records that they leave out.
        (Some(kind), _) if !check_arguments(trust, call).is_empty() => {
            trust.facts.register.of_kind(kind.name).map(Record::full_id).collect()
        }
        (Some(kind), _) => records(trust, kind, call).into_iter().map(Record::full_id).collect(),
        (None, FACTS) => facts(trust, call).into_iter().map(|fact| fact.id.clone()).collect(),
        // A block of the site's own is given everything.
        _ => trust.facts.ids().map(str::to_owned).collect(),
    }
}

fn argument<'c>(call: &'c BlockCall, name: &str) -> Option<&'c str> {
    call.args.iter().find(|(given, _)| given.as_deref() == Some(name)).map(|(_, value)| value.as_str())
}

pub(super) fn shown_at(common: &Common, call: &BlockCall) -> bool {
    common.visibility != Visibility::Internal
        && argument(call, "deployment").is_none_or(|deployment| common.applies_to(deployment))
}

pub(super) fn records<'f>(trust: &'f Trust, kind: &'static Kind, call: &BlockCall) -> Vec<&'f Record> {
    let has_role = |record: &Record| match argument(call, "role") {
        Some(role) => {
            matches!(record.value("roles"), Some(Value::List(roles)) if roles.contains(&Value::Choice(role.to_owned())))
        }
        None => true,
    };
    let named: Vec<&Record> = match argument(call, "id") {
        Some(id) => trust.facts.record(kind.name, id).into_iter().collect(),
        None => trust.facts.register.of_kind(kind.name).collect(),
    };
    named.into_iter().filter(|record| shown_at(&record.common, call) && has_role(record)).collect()
}

pub(super) fn facts<'f>(trust: &'f Trust, call: &BlockCall) -> Vec<&'f Fact> {
    let named = call.args.iter().filter(|(name, _)| name.as_deref().is_none_or(|name| name == "id"));
    let mut seen = BTreeSet::new();
    let mut found: Vec<&Fact> = Vec::new();
    for (_, id) in named {
        let field = match trust.facts.find(id) {
            // A field of a record can be listed by its own id.
            Some(Found::Fact(fact)) => Some(fact),
            _ => None,
        };
        for fact in trust.facts.below(id).into_iter().chain(field) {
            if shown_at(&fact.common, call) && seen.insert(fact.id.as_str()) {
                found.push(fact);
            }
        }
    }
    found
}
