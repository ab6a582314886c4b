//! Blocks: `{{#word args}}` drawn by a Handlebars template from the records that it names.

use super::encode::entities;
use super::value;
use crate::facts::Found;
use crate::page::syntax::{BlockCall, Malformed};
use crate::register::common::{Common, Visibility};
use crate::register::kinds::{self, Kind};
use crate::register::value::{Field, Type, Value};
use crate::register::{Fact, Record, read_label};
use crate::suggest::{listed, nearest};
use crate::theme::Theme;
use crate::trust::Trust;
use handlebars::Handlebars;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

/// The block that lists free facts.
const FACTS: &str = "facts";

/// The templates of a build, compiled.
#[derive(Debug)]
pub struct Blocks<'t> {
    handlebars: Handlebars<'t>,
    /// Templates that do not compile: their word and why.
    pub broken: Vec<(String, String)>,
}

/// The ids that blocks of one page have given to their rows.
#[derive(Debug, Default)]
pub struct Anchors(BTreeSet<String>);

impl Anchors {
    /// The id itself, or with a number where the page has it already.
    fn unique(&mut self, id: &str) -> String {
        let mut anchor = id.to_owned();
        let mut count = 1;
        while !self.0.insert(anchor.clone()) {
            count += 1;
            anchor = format!("{id}-{count}");
        }
        anchor
    }
}

impl<'t> Blocks<'t> {
    /// Compiles the theme's blocks and parts.
    pub fn compile(theme: &Theme) -> Self {
        let mut handlebars = Handlebars::new();
        handlebars.set_strict_mode(true);
        handlebars.register_escape_fn(|text| entities(text));
        let mut broken = Vec::new();
        for (name, text) in theme.below("parts/", ".hbs") {
            if let Err(error) = handlebars.register_partial(name, text) {
                broken.push((name.to_owned(), error.to_string()));
            }
        }
        for (name, text) in theme.below("blocks/", ".hbs") {
            if let Err(error) = handlebars.register_template_string(&format!("#{name}"), text) {
                broken.push((name.to_owned(), error.to_string()));
            }
        }
        Blocks { handlebars, broken }
    }

    /// Draws a block as one line of HTML.
    ///
    /// # Errors
    /// What the template engine says.
    pub fn draw(&self, trust: &Trust, call: &BlockCall, anchors: &mut Anchors) -> Result<String, String> {
        let data = data(trust, call, anchors);
        let html = self.handlebars.render(&format!("#{}", call.word), &data).map_err(|error| error.to_string())?;
        // One line, so that Markdown around it stays whole.
        let html: Vec<&str> = html.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        Ok(format!(
            "<div class=\"tb-block tb-{}\">{}</div>",
            entities(&call.word).replace("&#95;", "_"),
            html.join(" ")
        ))
    }
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
            None if call.word == FACTS => {
                if trust.facts.below(text).next().is_none() {
                    bad.push(BadArgument::Unknown { id: text.clone() });
                }
            }
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

fn unknown(trust: &Trust, id: String) -> Option<BadArgument> {
    trust.facts.find(&id).is_none().then_some(BadArgument::Unknown { id })
}

/// The arguments that a block takes, sorted.
fn arguments(kind: Option<&Kind>) -> &'static [&'static str] {
    match kind {
        Some(kind) if kind.name == "contact" => &["deployment", "id", "role"],
        _ => &["deployment", "id"],
    }
}

fn kind_of(word: &str) -> Option<&'static Kind> {
    kinds::KINDS.iter().find(|kind| kind.block == word)
}

/// The ids that a block shows.
pub fn ids(trust: &Trust, call: &BlockCall) -> Vec<String> {
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

fn shown_at(common: &Common, call: &BlockCall) -> bool {
    common.visibility != Visibility::Internal
        && argument(call, "deployment").is_none_or(|deployment| common.applies_to(deployment))
}

fn records<'f>(trust: &'f Trust, kind: &'static Kind, call: &BlockCall) -> Vec<&'f Record> {
    let has_role = |record: &Record| match argument(call, "role") {
        Some(role) => {
            matches!(record.value("roles"), Some(Value::List(roles)) if roles.contains(&Value::Choice(role.to_owned())))
        }
        None => true,
    };
    trust
        .facts
        .register
        .of_kind(kind.name)
        .filter(|record| argument(call, "id").is_none_or(|id| record.id == id))
        .filter(|record| shown_at(&record.common, call) && has_role(record))
        .collect()
}

fn facts<'f>(trust: &'f Trust, call: &BlockCall) -> Vec<&'f Fact> {
    let named = call.args.iter().filter(|(name, _)| name.as_deref().is_none_or(|name| name == "id"));
    let mut found: Vec<&Fact> = Vec::new();
    for (_, id) in named {
        let below = trust.facts.register.facts.iter().filter(|fact| {
            fact.id == *id || fact.id.strip_prefix(id.as_str()).is_some_and(|rest| rest.starts_with('.'))
        });
        for fact in below {
            if shown_at(&fact.common, call) && !found.iter().any(|known| known.id == fact.id) {
                found.push(fact);
            }
        }
        if let Some(Found::Fact(fact)) = trust.facts.find(id)
            && shown_at(&fact.common, call)
            && !found.iter().any(|known| known.id == fact.id)
        {
            found.push(fact);
        }
    }
    found
}

/// What a template is given: `args`, `rows`, and what all rows `shared` of dates and source.
fn data(trust: &Trust, call: &BlockCall, anchors: &mut Anchors) -> Json {
    let mut args = Map::new();
    for name in ["deployment", "id", "role"] {
        args.insert(name.to_owned(), Json::Null);
    }
    for (name, text) in &call.args {
        let Some(name) = name else { continue };
        let value = match name.as_str() {
            "deployment" => deployment(trust, text),
            _ => json!(text),
        };
        args.insert(name.clone(), value);
    }
    let mut data = Map::new();
    data.insert("args".to_owned(), Json::Object(args));
    let (rows, shared) = match (kind_of(&call.word), call.word.as_str()) {
        (Some(kind), _) => {
            let records = records(trust, kind, call);
            let shared = shared(trust, &records.iter().map(|record| &*record.common).collect::<Vec<_>>());
            (records.into_iter().map(|record| row(trust, record, anchors)).collect(), shared)
        }
        (None, FACTS) => {
            let facts = facts(trust, call);
            let shared = shared(trust, &facts.iter().map(|fact| &*fact.common).collect::<Vec<_>>());
            (facts.into_iter().map(|fact| fact_row(trust, fact, anchors)).collect(), shared)
        }
        _ => {
            data.insert("records".to_owned(), everything(trust, call, anchors));
            (Vec::new(), Json::Null)
        }
    };
    data.insert("rows".to_owned(), Json::Array(rows));
    data.insert("shared".to_owned(), shared);
    Json::Object(data)
}

/// For a block of the site's own: the rows of every kind, by its name, and the facts.
fn everything(trust: &Trust, call: &BlockCall, anchors: &mut Anchors) -> Json {
    let mut all = Map::new();
    for kind in kinds::KINDS {
        let rows = records(trust, kind, call).into_iter().map(|record| row(trust, record, anchors)).collect();
        all.insert(kind.name.to_owned(), Json::Array(rows));
    }
    let public = trust.facts.register.facts.iter().filter(|fact| shown_at(&fact.common, call));
    let facts = public.map(|fact| fact_row(trust, fact, anchors)).collect();
    all.insert(FACTS.to_owned(), Json::Array(facts));
    Json::Object(all)
}

fn row(trust: &Trust, record: &Record, anchors: &mut Anchors) -> Json {
    let mut row = Map::new();
    row.insert("id".to_owned(), json!(record.id));
    row.insert("anchor".to_owned(), json!(anchors.unique(&format!("{}-{}", record.kind.name, record.id))));
    row.insert("title".to_owned(), json!(record.title()));
    let on_request = record.common.visibility == Visibility::OnRequest;
    for field in record.kind.fields {
        let value = match record.value(field.name) {
            Some(_) if on_request => form(&value::on_request(trust, record.common.owner.as_deref()), Json::Null),
            Some(value) => value_json(trust, value),
            None if record.common.leaves_open(field.name) => form(&value::not_stated(), Json::Null),
            // Templates count on what every record of a kind must have; what is wrong is reported where it is written.
            None if field.required || record.field(field.name).is_some() => form(&value::not_given(), Json::Null),
            None => Json::Null,
        };
        row.insert(field.name.to_owned(), value);
    }
    common_json(trust, &record.common, &mut row);
    Json::Object(row)
}

fn fact_row(trust: &Trust, fact: &Fact, anchors: &mut Anchors) -> Json {
    let shown = match (&fact.value, fact.common.visibility) {
        (_, Visibility::OnRequest) => value::on_request(trust, fact.common.owner.as_deref()),
        (Some(value), _) => value::typed(trust, value),
        (None, _) => value::plain(String::new()),
    };
    let mut row = Map::new();
    row.insert("id".to_owned(), json!(fact.id));
    row.insert("anchor".to_owned(), json!(anchors.unique(&format!("fact-{}", fact.id.replace('.', "-")))));
    row.insert("label".to_owned(), json!(fact.label));
    row.insert("type".to_owned(), json!(fact.ty.name()));
    row.insert("text".to_owned(), json!(shown.text));
    row.insert("html".to_owned(), json!(shown.into_html()));
    common_json(trust, &fact.common, &mut row);
    Json::Object(row)
}

fn common_json(trust: &Trust, common: &Common, row: &mut Map<String, Json>) {
    let state = trust.facts.state(common);
    let date = |day: Option<jiff::civil::Date>| match day {
        Some(day) => {
            let shown = value::date(day);
            json!({ "text": shown.text, "html": shown.into_html(), "iso": day.to_string() })
        }
        None => Json::Null,
    };
    let text = |text: Option<&str>| text.map_or(Json::Null, |text| form(&value::plain(text.to_owned()), json!(text)));
    row.insert("state".to_owned(), json!({ "name": state.name(), "words": state.words() }));
    row.insert("stated".to_owned(), date(common.stated));
    row.insert("verified".to_owned(), date(common.verified));
    row.insert("source".to_owned(), text(common.source.as_deref()));
    row.insert("note".to_owned(), text(common.note.as_deref()));
    let owner = common.owner.as_deref().map(|owner| value::owner_name(trust, owner));
    row.insert("owner".to_owned(), json!(owner));
    let deployments = common.deployments.iter().map(|id| deployment(trust, &id.value)).collect();
    row.insert("deployments".to_owned(), Json::Array(deployments));
    row.insert("evidence".to_owned(), Json::Array(common.evidence.iter().map(|text| evidence(trust, text)).collect()));
}

/// What all rows have in common, where there are several and they agree.
fn shared(trust: &Trust, rows: &[&Common]) -> Json {
    let [first, rest @ ..] = rows else {
        return Json::Null;
    };
    let key = |common: &Common| {
        (common.stated, common.verified, common.source.clone(), common.evidence.clone(), trust.facts.state(common))
    };
    if rest.is_empty() || rest.iter().any(|common| key(common) != key(first)) {
        return Json::Null;
    }
    let mut row = Map::new();
    common_json(trust, first, &mut row);
    Json::Object(row)
}

fn deployment(trust: &Trust, id: &str) -> Json {
    let name = trust.facts.register.record("deployment", id).map_or_else(|| id.to_owned(), Record::title);
    json!({ "id": id, "name": name })
}

fn evidence(trust: &Trust, text: &str) -> Json {
    let shown = match url::Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "https" | "http") => value::typed(trust, &Value::Url(url)),
        _ => value::plain(text.to_owned()),
    };
    form(&shown, json!(text))
}

fn form(shown: &value::Shown, value: Json) -> Json {
    json!({ "text": shown.text, "html": shown.clone().into_html(), "value": value })
}

fn value_json(trust: &Trust, value: &Value) -> Json {
    let raw = match value {
        Value::Choice(word) => json!(word),
        Value::Boolean(yes) => json!(yes),
        Value::Integer(number) => json!(number),
        Value::Country(code) => json!(code),
        other => json!(other.text()),
    };
    let mut form = form(&value::typed(trust, value), raw);
    match value {
        Value::List(items) => form["items"] = Json::Array(items.iter().map(|item| value_json(trust, item)).collect()),
        Value::Table(entries) => {
            let entries = entries.iter().map(|(key, value)| {
                let shown = value::typed(trust, value);
                json!({ "key": key, "label": entry_label(key), "text": shown.text, "html": shown.into_html() })
            });
            form["entries"] = Json::Array(entries.collect());
        }
        _ => {}
    }
    form
}

/// Providers are called by the names they use; other keys are read as words.
fn entry_label(key: &str) -> String {
    match key {
        "aws" | "gcp" => key.to_uppercase(),
        "azure" => "Azure".to_owned(),
        other => read_label(other),
    }
}
