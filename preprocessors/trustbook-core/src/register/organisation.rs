//! The facts of the organisation and its product that have a known meaning, with their types.

use super::types::ValueType;
use ValueType::{Country, Integer, List, Period, Phone, Text, Url};

/// A free fact whose meaning the register knows by its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// The id.
    pub id: &'static str,
    /// The type of the fact if it gives none of its own; `None` if several types make sense.
    pub ty: Option<ValueType>,
    /// The meaning, in one sentence.
    pub doc: &'static str,
}

/// The known facts, in the order in which an organisation introduces itself.
pub const KNOWN: &[Known] = &[
    is("vendor.legal_name", Text, "The legal entity (GDPR Art. 13(1)(a))."),
    is("vendor.trade_names", List(&Text), "Names under which it trades."),
    is("vendor.registration_number", Text, "Its number in the register of companies."),
    is("vendor.registration_register", Text, "The register of companies that lists it."),
    is("vendor.address", Text, "Its postal address."),
    is("vendor.country", Country, "The country of its seat."),
    is("vendor.phone", Phone, "Its telephone number, E.164."),
    is("vendor.website", Url, "Its website."),
    is("vendor.domains", List(&Text), "Other domains of its own, each with all hosts below it."),
    is("vendor.employees", Integer, "How many people work for it."),
    is("vendor.security_team", Integer, "How many of them look after security."),
    Known { id: "vendor.founded", ty: None, doc: "The year or the day of its foundation." },
    is(
        "vendor.subprocessor_notice",
        Period(&[]),
        "How long before a change of subprocessors customers are told (GDPR Art. 28(2)).",
    ),
    is("vendor.no_subprocessors", Text, "The statement that it has no subprocessors, instead of their list."),
    is(
        "vendor.breach_notification",
        Period(&[]),
        "The time within which customers are told of a personal data breach (GDPR Art. 33(2)).",
    ),
    is(
        "vendor.deletion_at_exit",
        Period(&[]),
        "The time within which data is deleted when a contract ends (GDPR Art. 28(3)(g)).",
    ),
    is("product.name", Text, "What the product is called."),
    is("product.version", Text, "The version that the pages speak of."),
];

/// Returns the known fact with this id.
pub fn find(id: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|known| known.id == id)
}

/// Returns the type of a known fact that gives no type of its own.
pub(super) fn type_of(id: &str) -> Option<ValueType> {
    find(id)?.ty
}

const fn is(id: &'static str, ty: ValueType, doc: &'static str) -> Known {
    Known { id, ty: Some(ty), doc }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::{RegisterProblem, kinds, read};
    use crate::span::SourceMap;
    use crate::world::MemoryWorld;

    fn problems(facts: &str) -> Vec<(String, String)> {
        let mut world = MemoryWorld::new(jiff::civil::date(2026, 1, 15));
        world.insert("facts/vendor.toml", facts);
        let register = read(&world, &mut SourceMap::default());
        let misfits = register.problems.into_iter().map(|problem| match problem {
            RegisterProblem::WrongType { id, misfit, .. } => (id, misfit.why),
            other => panic!("{other:?}"),
        });
        misfits.collect()
    }

    #[test]
    fn known_facts_are_read_by_their_type_in_both_forms() {
        for facts in ["[vendor]\nphone = \"7708783106\"", "[vendor]\nphone = { value = \"7708783106\" }"] {
            let wrong = problems(facts);
            assert_eq!(wrong.len(), 1, "{wrong:?}");
            assert_eq!(wrong[0].0, "vendor.phone");
        }
        assert_eq!(problems("[vendor.phone]\nvalue = \"7708783106\"\ntype = \"text\""), []);
        let good = "vendor.trade_names = [\"A\"]\nvendor.country = \"NO\"\nvendor.deletion_at_exit = \"30 days\"\n";
        assert_eq!(problems(good), []);
        assert_eq!(problems("vendor.founded = 1999"), []);
        assert_eq!(problems("vendor.founded = 1999-12-31"), []);
        let wrong = problems("[vendor]\ntrade_names = \"A\"\nemployees = \"two\"\nsubprocessor_notice = \"soon\"");
        assert_eq!(wrong.len(), 3, "{wrong:?}");
    }

    #[test]
    fn ids_are_given_once_and_collide_with_no_kind() {
        for (at, known) in KNOWN.iter().enumerate() {
            assert!(KNOWN[at + 1..].iter().all(|other| other.id != known.id), "{}", known.id);
            assert!(known.id.split_once('.').is_some_and(|(group, _)| kinds::find(group).is_none()), "{}", known.id);
        }
    }
}
