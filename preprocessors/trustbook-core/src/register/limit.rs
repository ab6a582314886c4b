//! Limits on the size of a register: a larger part is not read, and a problem reports it.

use super::common::Common;
use super::{Register, RegisterProblem};

/// The largest file of the register, in bytes.
pub(super) const MAX_TEXT: usize = 4 * 1024 * 1024;
/// The largest number of facts, records and aliases in total.
const MOST: usize = 20_000;

/// The problem of a file larger than [`MAX_TEXT`].
pub(super) fn too_large(path: &str) -> RegisterProblem {
    RegisterProblem::TooMuch {
        path: path.to_owned(),
        why: format!("this file of the register is larger than {} MiB", MAX_TEXT / 1024 / 1024),
        help: "remove what is not a fact or record, or split it",
    }
}

/// Drops everything beyond [`MOST`] after a file was read, and reports it. Returns true if another file fits.
pub(super) fn has_room(register: &mut Register, path: &str) -> bool {
    let mut room = MOST;
    let mut fits = |common: &Common| {
        let left = room.checked_sub(1 + common.aliases.len());
        room = left.unwrap_or(0);
        left.is_some()
    };
    let before = register.facts.len() + register.records.len();
    register.facts.retain(|fact| fits(&fact.common));
    register.records.retain(|record| fits(&record.common));
    if register.facts.len() + register.records.len() == before {
        return true;
    }
    register.problems.push(RegisterProblem::TooMuch {
        path: path.to_owned(),
        why: format!(
            "with this file, the register has more than {MOST} facts, records and aliases; the rest is not read"
        ),
        help: "state what readers are shown; a data model is read from its schema, and is not part of the register",
    });
    false
}

#[cfg(test)]
mod tests {
    use crate::register::{self, RegisterProblem};
    use crate::span::SourceMap;
    use crate::world::MemoryWorld;
    use jiff::civil::Date;

    fn read(files: &[(&str, String)]) -> (usize, Vec<String>) {
        let mut world = MemoryWorld::new(Date::constant(2026, 1, 15));
        files.iter().for_each(|(path, text)| world.insert(path, text.as_str()));
        let register = register::read(&world, &mut SourceMap::default());
        assert!(!register.is_whole());
        let told = register.problems.iter().filter_map(|problem| match problem {
            RegisterProblem::TooMuch { path, why, .. } => Some(format!("{path}: {why}")),
            _ => None,
        });
        (register.facts.len(), told.collect())
    }

    #[test]
    fn what_no_vendor_states_is_not_read() {
        let facts =
            |name: &str| format!("[{name}]\n") + &(0..15_000).map(|at| format!("f{at} = 1\n")).collect::<String>();
        let (kept, told) =
            read(&[("facts/a.toml", facts("a")), ("facts/b.toml", facts("b")), ("facts/c.toml", facts("c"))]);
        assert_eq!(kept, 20_000);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].starts_with("facts/b.toml: with this file, the register has more than 20000 facts"),
            "{told:?}"
        );
        let aliases = (0..30_000).map(|at| format!("\"a{at}\",")).collect::<String>();
        let (kept, told) = read(&[("facts/a.toml", format!("[v]\nx = {{ value = 1, aliases = [{aliases}] }}\n"))]);
        assert_eq!((kept, told.len()), (0, 1));
        let (kept, told) = read(&[("facts/a.toml", format!("[v]\nx = \"{}\"\n", "y".repeat(super::MAX_TEXT)))]);
        assert_eq!((kept, told), (0, vec!["facts/a.toml: this file of the register is larger than 4 MiB".to_owned()]));
    }
}
