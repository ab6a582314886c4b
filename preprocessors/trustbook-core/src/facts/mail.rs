//! The e-mail addresses that the register publishes, and their domains.

use super::Facts;
use crate::register::Fact;
use crate::register::common::Visibility;
use crate::register::value::Value;
use crate::span::Span;
use std::collections::BTreeSet;

/// An e-mail address, with the fact that states it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The address.
    pub address: String,
    /// The domain, in lower case and ASCII.
    pub domain: String,
    /// The span of the fact.
    pub span: Span,
}

/// Returns all addresses that readers may see, in the order of the register.
pub fn addresses(facts: &Facts) -> Vec<Address> {
    let register = &facts.register;
    let all = register.facts.iter().chain(register.records.iter().flat_map(|record| &record.fields));
    all.filter(|fact| fact.common.visibility != Visibility::Internal).flat_map(of_fact).collect()
}

/// Returns the domains of these addresses.
pub fn domains(facts: &Facts) -> BTreeSet<String> {
    addresses(facts).into_iter().map(|address| address.domain).collect()
}

fn of_fact(fact: &Fact) -> Vec<Address> {
    let values = match &fact.value {
        Some(Value::List(items)) => items.as_slice(),
        Some(value) => std::slice::from_ref(value),
        None => &[],
    };
    let address = |value: &Value| match value {
        Value::Email(address) => {
            let domain = address.rsplit_once('@')?.1.trim_end_matches('.');
            let domain = url::Host::parse(domain).ok()?.to_string().to_ascii_lowercase();
            Some(Address { address: address.clone(), domain, span: fact.span })
        }
        _ => None,
    };
    values.iter().filter_map(address).collect()
}
