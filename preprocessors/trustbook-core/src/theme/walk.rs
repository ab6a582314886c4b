//! Limits for templates before they are drawn: the depth of their nesting, and parts that show themselves.

use handlebars::template::{DecoratorTemplate, Parameter, TemplateElement};
use handlebars::{Handlebars, Path, Template};
use std::collections::BTreeSet;

/// The maximum number of parts in one template.
const MAX_PARTS: usize = 1000;
/// The maximum nesting depth of blocks, parts and expressions in brackets.
const MAX_NESTED: usize = 100;
/// The error for a template nested deeper than [`MAX_NESTED`].
pub(super) const TOO_DEEP: &str = "blocks, parts and brackets are nested more than 100 deep";

/// The maximum number of branches in a template. The engine nests the branches of one block in each other.
const MAX_BRANCHES: usize = 200;
/// The maximum number of brackets in a template, nested or not.
const MAX_BRACKETS: usize = 500;

/// Returns the reason to refuse the text of a template before it is compiled: the engine recurses over branches and
/// brackets.
pub(super) fn refused(text: &str) -> Option<&'static str> {
    if text.matches("else").count() + text.matches('^').count() > MAX_BRANCHES {
        return Some("there are more than 200 branches with `else` or `^`");
    }
    (text.matches('(').count() > MAX_BRACKETS).then_some("there are more than 500 brackets")
}

/// Returns true if a template is nested too deep. Works without recursion, so that all later steps may recurse. The
/// parser limits its own stack.
pub(super) fn is_too_deep(template: &Template) -> bool {
    let mut todo: Vec<(&TemplateElement, usize)> = template.elements.iter().map(|element| (element, 1)).collect();
    while let Some((element, depth)) = todo.pop() {
        if depth > MAX_NESTED {
            return true;
        }
        let (name, params, hash, within) = match element {
            TemplateElement::HtmlExpression(it)
            | TemplateElement::Expression(it)
            | TemplateElement::HelperBlock(it) => {
                (&it.name, &it.params, &it.hash, [it.template.as_ref(), it.inverse.as_ref()])
            }
            TemplateElement::DecoratorExpression(it)
            | TemplateElement::DecoratorBlock(it)
            | TemplateElement::PartialExpression(it)
            | TemplateElement::PartialBlock(it) => (&it.name, &it.params, &it.hash, [it.template.as_ref(), None]),
            _ => continue,
        };
        let brackets = params.iter().chain(hash.values()).chain([name]).filter_map(|parameter| match parameter {
            Parameter::Subexpression(inner) => Some(&*inner.element),
            _ => None,
        });
        let blocks = within.into_iter().flatten().flat_map(|template| &template.elements);
        todo.extend(brackets.chain(blocks).map(|element| (element, depth + 1)));
    }
    false
}

/// Returns the reason to refuse a template that, with the parts that it shows, might not end or exceeds the limits. The
/// engine itself follows parts until the stack overflows.
pub(crate) fn endless(handlebars: &Handlebars<'_>, name: &str) -> Option<String> {
    let mut walk = Walk { handlebars, open: BTreeSet::from([name.to_owned()]), parts: 0, depth: 0 };
    walk.template(handlebars.get_template(name)?)
}

/// A walk through a template and its parts.
struct Walk<'h> {
    handlebars: &'h Handlebars<'h>,
    /// The names of the open templates.
    open: BTreeSet<String>,
    parts: usize,
    /// The number of open templates, of blocks and of parts.
    depth: usize,
}

impl Walk<'_> {
    fn template(&mut self, template: &Template) -> Option<String> {
        if self.depth == MAX_NESTED {
            return Some(TOO_DEEP.to_owned());
        }
        self.depth += 1;
        let found = template.elements.iter().find_map(|element| self.element(element));
        self.depth -= 1;
        found
    }

    fn element(&mut self, element: &TemplateElement) -> Option<String> {
        match element {
            TemplateElement::HelperBlock(helper)
            | TemplateElement::Expression(helper)
            | TemplateElement::HtmlExpression(helper) => {
                let within = helper.template.iter().chain(&helper.inverse);
                within.into_iter().find_map(|template| self.template(template))
            }
            TemplateElement::PartialExpression(part) => self.part(part),
            TemplateElement::PartialBlock(_) => {
                Some("a part that is given a block, `{{#> ...}}`, cannot be used".to_owned())
            }
            // A part that the template itself defines. Its depth is limited when it is drawn.
            TemplateElement::DecoratorBlock(part) if part.name == Parameter::Name("inline".to_owned()) => {
                part.template.iter().find_map(|template| self.template(template))
            }
            TemplateElement::DecoratorExpression(_) | TemplateElement::DecoratorBlock(_) => {
                Some("a decorator other than `inline` cannot be used".to_owned())
            }
            _ => None,
        }
    }

    fn part(&mut self, part: &DecoratorTemplate) -> Option<String> {
        let name = match &part.name {
            Parameter::Name(name) => name.clone(),
            Parameter::Path(Path::Relative((_, name)) | Path::Local((_, _, name))) => name.clone(),
            _ => return Some("a part has to be named by a word, such as `{{> dates}}`".to_owned()),
        };
        self.parts += 1;
        if self.parts > MAX_PARTS {
            return Some(format!("more than {MAX_PARTS} parts come together"));
        }
        // A missing part is reported when it is needed.
        let template = self.handlebars.get_template(&name)?;
        if !self.open.insert(name.clone()) {
            return Some(format!("the part `{name}` shows itself"));
        }
        let found = self.template(template);
        self.open.remove(&name);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::bounded::{compile, engine, register};
    use super::*;

    fn with(templates: &[(&str, &str)]) -> Handlebars<'static> {
        let mut handlebars = engine();
        for (name, text) in templates {
            assert!(register(&mut handlebars, &[((*name).to_owned(), text)]).is_empty());
        }
        handlebars
    }

    #[test]
    fn parts_that_have_no_end_are_told_of_before_they_are_drawn() {
        for (templates, expected) in [
            (&[("a", "{{> a}}")][..], "`a` shows itself"),
            (&[("a", "{{#if x}}{{> b}}{{/if}}"), ("b", "{{#each y}}{{else}}{{> a}}{{/each}}")], "`a` shows itself"),
            (&[("a", "{{> (lookup this 'x')}}")], "named by a word"),
            (&[("a", "{{#> b}}{{> @partial-block}}{{/b}}"), ("b", "")], "given a block"),
            (&[("a", "{{#*inline 'b'}}{{> a}}{{/inline}}{{> b}}")], "`a` shows itself"),
            (&[("a", "{{#*other 'b'}}{{/other}}")], "decorator"),
        ] {
            let found = endless(&with(templates), "a").unwrap_or_default();
            assert!(found.contains(expected), "{templates:?}: {found}");
        }
        let parts: Vec<(String, String)> =
            (0..9).map(|at| (format!("p{at}"), format!("{{{{> p{}}}}}", at + 1).repeat(10))).collect();
        let parts: Vec<(&str, &str)> = parts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert!(endless(&with(&parts), "p0").unwrap().contains("more than 1000"));
        let own = "{{#*inline \"b\"}}<{{#each this}}{{> b this}}{{/each}}>{{/inline}}{{> b rows}}";
        assert_eq!(endless(&with(&[("a", own)]), "a"), None);
        assert_eq!(endless(&with(&[("a", "{{> b}}{{> b}}{{#if x}}{{> c}}{{/if}}"), ("b", "x")]), "a"), None);
    }

    #[test]
    fn what_is_nested_too_deep_is_refused() {
        let nested = |open: &str, close: &str, count: usize| [open.repeat(count), close.repeat(count)].concat();
        for text in [
            nested("{{#if x}}", "{{/if}}", 1500),
            nested("{{#if x}}a{{else}}", "{{/if}}", 1000),
            format!("{{{{#if x}}}}{}{{{{/if}}}}", "{{else if x}}".repeat(2000)),
            format!("{{{{#if x}}}}{}{{{{/if}}}}", "{{~ ^ if x}}".repeat(2000)),
            format!("{{{{#if x}}}}{}{{{{/if}}}}", "{{else if x}}".repeat(150)),
            format!("{{{{lookup {} 'a'}}}}", nested("(lookup ", " 'a')", 2500)),
            format!("{{{{lookup {} 'a'}}}}", nested("(lookup ", " 'a')", 490)),
            format!("{{{{#if {}}}}}{{{{/if}}}}", nested("(not ", " x)", 120)),
            format!("{{{{> a b={}}}}}", nested("(not ", " x)", 120)),
            nested("{{#*inline 'b'}}", "{{/inline}}", 1000),
            "{{#if x}}".repeat(3000),
            "{{lookup ".to_owned() + &"(".repeat(30_000),
            "{{lookup ".to_owned() + &"[".repeat(30_000),
        ] {
            assert!(compile("a", &text).is_err(), "{}", &text[..40]);
        }
        let parts: Vec<(String, String)> =
            (0..60).map(|at| (format!("p{at}"), format!("{{{{#if x}}}}{{{{> p{}}}}}{{{{/if}}}}", at + 1))).collect();
        let parts: Vec<(&str, &str)> = parts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        assert_eq!(endless(&with(&parts), "p0").as_deref(), Some(TOO_DEEP));
        assert_eq!(endless(&with(&parts), "p20"), None);
        assert!(compile("a", &nested("{{#if x}}", "{{/if}}", 90)).is_ok());
    }
}
