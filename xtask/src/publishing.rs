//! `cargo xtask exact` and `cargo xtask at-once`: tests of publishing by themselves, with their figures.

use crate::run::{cargo, run};
use anyhow::Result;

/// The number of rounds in these tasks; the tests of each change run fewer.
const ROUNDS: &str = "50";

/// Builds books in environments that have nothing in common, and compares every byte.
pub(crate) fn exact() -> Result<()> {
    test("the_same_book_gives_the_same_bytes_wherever_it_is_built")
}

/// Runs eight builds that publish to one place at once, repeatedly.
pub(crate) fn at_once() -> Result<()> {
    test("builds_at_once_leave_a_whole_site_and_nothing_beside_it")
}

fn test(name: &str) -> Result<()> {
    let name = format!("publishing::{name}");
    let mut test = cargo(&["test", "--quiet", "--locked", "--package", "trustbook-tests", "--test", "suite", "--"]);
    run(test.args(["--exact", &name, "--nocapture"]).env("TRUSTBOOK_TEST_ROUNDS", ROUNDS))
}
