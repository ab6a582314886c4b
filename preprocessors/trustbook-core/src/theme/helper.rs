//! The helpers of templates that print sentences: `{{t "key" name=value}}` and `{{pair "key" value}}`.

use super::words::{SentencePart, Words, parts};
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError, RenderErrorReason,
};
use serde_json::Value as Json;
use std::sync::Arc;

/// Registers both helpers.
pub(crate) fn register(handlebars: &mut Handlebars<'_>, words: &Arc<Words>) {
    handlebars.register_helper("t", Box::new(SentenceHelper(Arc::clone(words))));
    handlebars.register_helper("pair", Box::new(Pair(Arc::clone(words))));
}

/// `{{t "key" name=value}}`: a sentence with its values filled in. `count` selects its form.
struct SentenceHelper(Arc<Words>);

/// `{{pair "key" value}}`: a label and its value.
struct Pair(Arc<Words>);

impl HelperDef for SentenceHelper {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let count = helper.hash_get("count").and_then(|count| count.value().as_i64());
        let text = sentence(&self.0, helper, count)?;
        for part in parts(text) {
            match part {
                SentencePart::Text(text) => out.write(&literal(text))?,
                SentencePart::Name(name) => {
                    let value = helper.hash_get(name).map(|value| value.value());
                    let value = value.ok_or_else(|| missing(&format!("{{{name}}}")))?;
                    out.write(&html(&self.0, registry, value))?;
                }
            }
        }
        Ok(())
    }
}

impl HelperDef for Pair {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        registry: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let label = sentence(&self.0, helper, None)?;
        let value = helper.param(1).map(|value| value.value()).ok_or_else(|| missing("value"))?;
        for part in parts(&self.0.get("common.pair")) {
            match part {
                SentencePart::Text(text) => out.write(&literal(text))?,
                SentencePart::Name("label") => out.write(&literal(label))?,
                SentencePart::Name(_) => out.write(&html(&self.0, registry, value))?,
            }
        }
        Ok(())
    }
}

fn sentence<'w>(words: &'w Words, helper: &Helper<'_>, count: Option<i64>) -> Result<&'w str, RenderError> {
    let key = helper.param(0).and_then(|key| key.value().as_str()).ok_or_else(|| missing("key"))?;
    words.counted(key, count).ok_or_else(|| missing(key))
}

fn missing(what: &str) -> RenderError {
    RenderErrorReason::Other(format!("no sentence can be made without `{what}`")).into()
}

/// Returns the HTML of a value: the HTML of a field, or else escaped text.
fn html(words: &Words, registry: &Handlebars<'_>, value: &Json) -> String {
    match (value.get("html").and_then(Json::as_str), value) {
        // A value may run in the other direction than the sentence.
        (Some(html), _) if words.is_right_to_left() => format!("<bdi>{html}</bdi>"),
        (Some(html), _) => html.to_owned(),
        (None, Json::String(text)) => registry.get_escape_fn()(text),
        (None, Json::Number(number)) => number.as_i64().map_or_else(|| number.to_string(), |it| words.integer(it)),
        (None, Json::Null) => String::new(),
        (None, other) => registry.get_escape_fn()(&other.to_string()),
    }
}

/// Returns words of a sentence without any markup: in HTML, in an attribute, or in surrounding Markdown.
fn literal(text: &str) -> String {
    let mut output = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '<' | '>' | '"' | '\'' | '`' | '*' | '_' | '[' | ']' | '{' | '}' | '\\' | '~' | '|' | '$' | '\n' => {
                output.push_str(&format!("&#{};", u32::from(c)));
            }
            c => output.push(c),
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn drawn(template: &str, data: &Json) -> String {
        let mut handlebars = Handlebars::new();
        handlebars.set_strict_mode(true);
        register(&mut handlebars, &Arc::new(Words::read(Some("de"), &[])));
        handlebars.render_template(template, data).unwrap_or_else(|error| error.to_string())
    }

    #[test]
    fn a_value_keeps_its_direction() {
        let mut handlebars = Handlebars::new();
        register(&mut handlebars, &Arc::new(Words::read(Some("ar"), &[])));
        let data = json!({ "field": { "html": "x" } });
        assert_eq!(
            handlebars.render_template(r#"{{pair "cookie.domain" field}}"#, &data).unwrap(),
            "Domain: <bdi>x</bdi>"
        );
    }

    #[test]
    fn sentences_are_put_into_templates() {
        let data = json!({ "n": 2, "who": "<b>", "field": { "text": "x", "html": "<i>x</i>" } });
        assert_eq!(drawn(r#"{{t "table.fields" count=n}}"#, &data), "2 Felder");
        assert_eq!(drawn(r#"{{t "page.built" date=who}}"#, &data), "Erstellt am &lt;b&gt;");
        assert_eq!(drawn(r#"{{pair "cookie.domain" field}}"#, &data), "Domain: <i>x</i>");
        assert!(drawn(r#"{{t "page.nothing"}}"#, &data).contains("without `page.nothing`"));
        assert!(drawn(r#"{{t "page.built"}}"#, &data).contains("without `{date}`"));
    }
}
