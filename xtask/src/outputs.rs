//! Validation of the files beside the pages against the schemas that they name.

use crate::run::{Outcome, cargo, program, root, run};
use crate::tools;
use anyhow::{Context, Result};

/// Books, each with the day for which it is built.
const BOOKS: [(&str, &str); 2] = [(".", "2026-11-28"), ("tests/books/vendor", "2026-01-15")];

/// Builds books, and validates their files for programs against the schemas.
pub(crate) fn test() -> Result<Outcome> {
    let tools = match tools::python_tools()? {
        Ok(tools) => tools,
        Err(why) => return Ok(Outcome::Skipped(why)),
    };
    for (at, (book, day)) in BOOKS.into_iter().enumerate() {
        let out = root().join("target/outputs").join(at.to_string());
        let named = out.to_str().context("the path of the project is not UTF-8")?;
        run(&mut cargo(&["run", "--quiet", "--locked", "--", "build", book, "--now", day, "--out", named]))?;
        let mut check = program(tools.join("check-jsonschema"), &["--schemafile"]);
        run(check.arg(out.join("facts.schema.json")).arg(out.join("facts.json")))?;
        let mut check = program(tools.join("check-jsonschema"), &["--check-metaschema"]);
        run(check.arg(out.join("facts.schema.json")))?;
    }
    Ok(Outcome::Passed)
}
