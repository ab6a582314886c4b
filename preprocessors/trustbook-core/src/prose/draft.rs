//! Drafts of claims: the edits that turn a sentence into a claim of the register.

use super::Sentence;
use crate::book::Book;
use crate::diagnostic::Edit;
use crate::facts::Facts;
use crate::page::Page;
use crate::register::claim::KIND;
use crate::span::Span;
use crate::toml_tree;

/// Returns the lines of a claim after its id, sentence and kind. The writer has to fill in who vouches for it.
pub fn fields(facts: &Facts, kind: &str) -> String {
    let today = facts.today;
    let schema = facts.register.of_kind("schema").next().map_or("...", |schema| &schema.id);
    match kind {
        "no_field" => format!("schema = \"{schema}\"\ncategory = \"user\"\n"),
        "no_recipient" => "category = \"user\"\n".to_owned(),
        "no_storage" => "observed = \"...\"\n".to_owned(),
        _ => format!("by = \"...\"\non = {today}\nuntil = {today}\n"),
    }
}

/// Returns two edits: an expression in place of the sentence, and the claim at the end of a file of the register.
pub fn claim(book: &Book, page: &Page, sentence: &Sentence<'_>, kind: &str) -> Option<[Edit; 2]> {
    let text = sentence.text();
    // A claim cannot contain values, and in a heading the expression would change the anchor.
    if sentence.expressions().next().is_some() || !sentence.takes_expressions() {
        return None;
    }
    let says = text.trim();
    let start = text.len() - text.trim_start().len();
    let at = sentence.passage.locate_exactly(page, sentence.in_passage(&(start..start + says.len())))?;
    let register = &book.facts.register;
    let claims = register.of_kind(KIND).map(|claim| claim.span.file);
    let others = register.records.iter().map(|record| record.span.file);
    let facts = register.facts.iter().map(|fact| fact.key_span.file);
    let file = claims.chain(others).chain(facts).find(|file| !register.broken.contains(file))?;
    let end = book.map.file(file).text().len();
    let id = id(&book.facts, says)?;
    let says = toml_tree::quoted(&says.split_whitespace().collect::<Vec<_>>().join(" "));
    let fields = fields(&book.facts, kind);
    let claim = format!("\n[[claim]]\nid = \"{id}\"\nsays = {says}\nkind = \"{kind}\"\n{fields}");
    let expression = Edit { span: at, replacement: format!("{{{{ claim.{id} }}}}") };
    Some([expression, Edit { span: Span::new(file, end..end), replacement: claim }])
}

/// Returns a free id made of the first long words of a sentence.
fn id(facts: &Facts, says: &str) -> Option<String> {
    const SHORT: usize = 4;
    const MOST: usize = 4;
    let words = says.to_lowercase();
    let words = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| word.len() >= SHORT);
    let id = words.take(MOST).collect::<Vec<_>>().join("-");
    if id.is_empty() {
        return None;
    }
    let is_free = |id: &String| facts.record(KIND, id).is_none();
    std::iter::once(id.clone()).chain((2..100).map(|number| format!("{id}-{number}"))).find(is_free)
}
