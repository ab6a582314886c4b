//! Codes of cloud regions typed in prose or in code.

use super::typed::{Agrees, Typed};
use crate::facts::Facts;
use crate::regions;
use crate::register::Fact;
use crate::register::common::Visibility;
use crate::register::value::Value;
use std::collections::BTreeMap;
use std::ops::Range;

/// The codes in the register, each with the fact that states it.
#[derive(Debug)]
pub struct Codes<'t>(BTreeMap<String, &'t Fact>);

impl<'t> Codes<'t> {
    /// Collects the codes of the register: those of regions, and free facts whose text is a code.
    pub fn of(facts: &'t Facts) -> Self {
        let register = &facts.register;
        let fields = register.records.iter().flat_map(|record| &record.fields);
        let all = fields.chain(&register.facts).filter(|fact| fact.common.visibility != Visibility::Internal);
        let mut codes: BTreeMap<String, &Fact> = BTreeMap::new();
        for fact in all {
            let Some(Value::Text(text)) = &fact.value else { continue };
            // Azure writes `West Europe` as well as `westeurope`.
            let code = text.replace(' ', "").to_lowercase();
            if !regions::is_code(&code) {
                continue;
            }
            let known = codes.entry(code).or_insert(fact);
            // A book may state one provider's code under another provider. The fact under the right provider wins.
            if regions::find(text).iter().any(|provider| fact.id.ends_with(&format!(".{}", provider.key)))
                && !regions::find(text).iter().any(|provider| known.id.ends_with(&format!(".{}", provider.key)))
            {
                *known = fact;
            }
        }
        Codes(codes)
    }

    /// Returns the codes typed in a text, each with its fact if the register has it.
    pub fn find(&self, text: &str) -> Vec<Typed<'t>> {
        words(text)
            .filter(|range| regions::is_code(&text[range.clone()]))
            .map(|range| {
                let fact = self.0.get(&text[range.clone()]).copied();
                let agrees = if fact.is_some() { Agrees::Same } else { Agrees::No };
                Typed { range, fact, agrees }
            })
            .collect()
    }
}

/// Returns the ranges of words. A word is made of letters, digits and `-`, `_`, `/` or `@`.
fn words(text: &str) -> impl Iterator<Item = Range<usize>> {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '@');
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(is_part)?;
        let end = text[start..].find(|c| !is_part(c)).map_or(text.len(), |len| start + len);
        at = end;
        // Inside a host name or a path, the code is only a part.
        let touches = text[end..].starts_with('.') && text[end + 1..].starts_with(char::is_alphanumeric);
        let in_name = touches || text[..start].ends_with('.') && start > 1 && !text[..start - 1].ends_with(' ');
        Some(if in_name { start..start } else { start..end })
    })
}
