//! Templates with bounded work: a template of the book's own has limits on its steps, its output and its stack.

use super::walk;
use handlebars::template::TemplateElement;
use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError, RenderErrorReason,
    Renderable, Template, TemplateError, TemplateErrorReason,
};
use rayon::prelude::*;
use serde_json::Value as Json;
use std::io::{Error, Result as Written};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The maximum output of one template, in bytes.
const MAX_WRITTEN: usize = 16 * 1024 * 1024;
/// The maximum number of steps of one template: a row that it goes through, or a piece that it writes.
const MAX_STEPS: usize = 4_000_000;

/// The maximum stack of a template, in bytes. A part that it defines may show itself, once for each level
/// of its data; this limits the depth. Threads have twice as much stack.
const MAX_STACK: usize = 1024 * 1024;

/// The helper at the head of each block that counts how often the block runs.
const STEP: &str = "trustbook-step";

/// Returns an engine for the templates of a theme.
pub(crate) fn engine<'t>() -> Handlebars<'t> {
    let mut handlebars = Handlebars::new();
    handlebars.set_strict_mode(true);
    handlebars.register_helper(STEP, Box::new(StepHelper));
    handlebars
}

/// The compiled templates of one kind.
#[derive(Debug, Default)]
pub(crate) struct Templates {
    pub(crate) handlebars: Handlebars<'static>,
    /// The names of the templates that do not compile or do not end, each with the reason.
    pub(crate) broken: Vec<(String, String)>,
}

/// Compiles templates into an engine, and returns those that do not compile, each with the reason.
pub(crate) fn register(
    handlebars: &mut Handlebars<'_>,
    templates: &[(String, &str)],
) -> Vec<(String, Box<TemplateError>)> {
    // A small build spends most of its time here, so templates compile in parallel.
    let compiled: Vec<Result<Template, TemplateError>> =
        templates.par_iter().map(|(name, text)| compile(name, text)).collect();
    let mut broken = Vec::new();
    for ((name, _), compiled) in templates.iter().zip(compiled) {
        match compiled {
            Ok(template) => handlebars.register_template(name, template),
            Err(error) => broken.push((name.clone(), Box::new(error))),
        }
    }
    broken
}

pub(super) fn compile(name: &str, text: &str) -> Result<Template, TemplateError> {
    let wrong = |why: &str| TemplateError::of(TemplateErrorReason::InvalidSyntax(why.to_owned()));
    if let Some(why) = walk::refused(text) {
        return Err(wrong(why));
    }
    let mut template = Template::compile_with_name(text, name.to_owned())?;
    if walk::is_too_deep(&template) {
        return Err(wrong(walk::TOO_DEEP));
    }
    let step = Template::compile(&format!("{{{{{{{STEP}}}}}}}"))?;
    count(&mut template, &step);
    Ok(template)
}

/// Puts the step at the head of a template, of every block in it that may run repeatedly, and of every part that it
/// defines.
fn count(template: &mut Template, step: &Template) {
    below(template, step);
    template.elements.splice(0..0, step.elements.iter().cloned());
    template.mapping.splice(0..0, step.mapping.iter().cloned());
}

fn below(template: &mut Template, step: &Template) {
    for element in &mut template.elements {
        match element {
            TemplateElement::HelperBlock(helper) => {
                let is_once = matches!(helper.name.as_name(), Some("if" | "unless"));
                let within = helper.template.iter_mut().chain(&mut helper.inverse);
                within.for_each(|within| if is_once { below(within, step) } else { count(within, step) });
            }
            TemplateElement::DecoratorBlock(part) => {
                part.template.iter_mut().for_each(|within| count(within, step));
            }
            _ => {}
        }
    }
}

/// A shared limit for the work of all templates of one kind, with the amount used so far.
#[derive(Debug)]
pub(crate) struct Budget<'w> {
    most: usize,
    taken: AtomicUsize,
    whole: Option<&'w Budget<'w>>,
}

/// The cost of a step in a budget. A written byte costs one.
pub(crate) const STEP_TAKES: usize = 16;

impl Budget<'_> {
    /// Returns a budget of `most` bytes. Steps count as bytes as well.
    pub(crate) fn new(most: usize) -> Self {
        Budget { most, taken: AtomicUsize::new(0), whole: None }
    }

    /// Returns the budget of one page. Everything taken from it is also taken from the whole.
    pub(crate) fn of_page(&self) -> Budget<'_> {
        Budget { most: self.most, taken: AtomicUsize::new(0), whole: Some(self) }
    }

    pub(crate) fn take(&self, amount: usize) {
        self.taken.fetch_add(amount, Ordering::Relaxed);
        if let Some(whole) = self.whole {
            whole.take(amount);
        }
    }

    /// Returns the amount taken so far.
    pub(crate) fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }

    /// Returns true if the whole budget is exceeded. Pages drawn in parallel must then all be discarded, because the
    /// ones drawn in time are a matter of chance.
    pub(crate) fn is_spent(&self) -> bool {
        self.whole.map_or_else(|| self.taken() > self.most, Budget::is_spent)
    }
}

/// Fills in a template, unless the budget is spent.
pub(crate) fn render(
    handlebars: &Handlebars<'_>,
    name: &str,
    data: Json,
    budget: &Budget<'_>,
) -> Result<String, RenderError> {
    if budget.is_spent() {
        return Err(Error::other("all pages together take more than a site can hold").into());
    }
    let template = handlebars.get_template(name).ok_or_else(|| RenderErrorReason::TemplateNotFound(name.to_owned()))?;
    let context = Context::from(data);
    let mut output = Bounded { text: String::new(), steps: 0, base: stack() };
    let result = template.render(handlebars, &context, &mut RenderContext::new(template.name.as_ref()), &mut output);
    budget.take(output.steps * STEP_TAKES + output.text.len());
    // The text grew by doubling, and every page keeps one.
    output.text.shrink_to_fit();
    result.map(|()| output.text)
}

/// The output of a template, with the number of its steps.
struct Bounded {
    text: String,
    steps: usize,
    /// The address of the stack at the start.
    base: usize,
}

/// Returns the approximate address of the top of the stack.
#[inline(never)]
fn stack() -> usize {
    let here = 0_u8;
    &raw const here as usize
}

impl Output for Bounded {
    fn write(&mut self, piece: &str) -> Written<()> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(Error::other(format!("the template takes more than {MAX_STEPS} steps")));
        }
        if self.base.abs_diff(stack()) > MAX_STACK {
            return Err(Error::other("its parts stand too deep in each other: one of them may show itself"));
        }
        if self.text.len() + piece.len() > MAX_WRITTEN {
            let why = format!("the template writes more than {} MiB", MAX_WRITTEN / 1024 / 1024);
            return Err(Error::other(why));
        }
        self.text.push_str(piece);
        Ok(())
    }
}

/// The helper behind [`STEP`]: it writes an empty piece, which counts as a step.
struct StepHelper;

impl HelperDef for StepHelper {
    fn call<'reg: 'rc, 'rc>(
        &self,
        _: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        output: &mut dyn Output,
    ) -> HelperResult {
        Ok(output.write("")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn with(templates: &[(&str, &str)]) -> Handlebars<'static> {
        let mut handlebars = engine();
        for (name, text) in templates {
            assert!(register(&mut handlebars, &[((*name).to_owned(), text)]).is_empty());
        }
        handlebars
    }

    fn drawn(handlebars: &Handlebars<'_>, data: Json) -> Result<String, RenderError> {
        render(handlebars, "a", data, &Budget::new(usize::MAX))
    }

    #[test]
    fn all_templates_together_end_as_well() {
        let (engine, budget) = (with(&[("a", "{{#each rows}}{{/each}}")]), Budget::new(10_000 * STEP_TAKES));
        let drawn = || render(&engine, "a", json!({ "rows": vec![1; 4000] }), &budget);
        assert_eq!([(); 3].map(|()| drawn().is_ok()), [true; 3]);
        assert!(budget.is_spent());
        assert!(drawn().unwrap_err().to_string().contains("all pages together"));
    }

    #[test]
    fn a_part_that_a_template_defines_ends_too() {
        let text = "{{#*inline \"b\"}}<{{#each this}}{{> b this}}{{/each}}>{{/inline}}{{> b rows}}";
        let engine = with(&[("a", text)]);
        assert_eq!(drawn(&engine, json!({ "rows": [[], [[]]] })).unwrap(), "<<><<>>>");
        for text in ["{{#*inline \"b\"}}{{> b}}{{/inline}}{{> b}}", "{{#*inline \"b\"}}x{{> b this}}{{/inline}}{{> b}}"]
        {
            let error = drawn(&with(&[("a", text)]), json!({})).unwrap_err();
            assert!(error.to_string().contains("too deep"), "{error}");
        }
    }

    #[test]
    fn loops_end_whether_they_write_or_not() {
        let rows = json!({ "rows": vec![1; 300] });
        let each = |text: &str| format!("{}{text}{}", "{{#each @root.rows}}".repeat(4), "{{/each}}".repeat(4));
        for text in [each(""), each("x"), each("{{#if false}}x{{/if}}")] {
            let error = drawn(&with(&[("a", &text)]), rows.clone()).unwrap_err();
            assert!(error.to_string().contains("steps"), "{error}");
        }
        let large = format!("{{{{#each rows}}}}{}{{{{/each}}}}", "x".repeat(100_000));
        let error = drawn(&with(&[("a", &large)]), rows.clone()).unwrap_err();
        assert!(error.to_string().contains("16 MiB"), "{error}");
        assert_eq!(drawn(&with(&[("a", "{{#each rows}}x{{/each}}")]), rows.clone()).unwrap().len(), 300);
    }
}
