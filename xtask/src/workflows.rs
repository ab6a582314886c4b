//! Checks of workflows, the action and their scripts, here and in new books: against schemas, and for vulnerabilities.

use crate::run::{Outcome, exists, program, root, run};
use crate::tools;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

const TEMPLATES: &str = "preprocessors/trustbook/templates";

/// Pairs of a schema and the file, or the folder of files, that it applies to.
const SCHEMAS: &[(&str, &str)] = &[
    ("vendor.github-workflows", ".github/workflows"),
    ("vendor.github-workflows", "preprocessors/trustbook/templates/github/workflows"),
    ("vendor.github-actions", "action.yml"),
    ("vendor.dependabot", ".github/dependabot.yml"),
    ("vendor.dependabot", "preprocessors/trustbook/templates/github/dependabot.yml"),
    ("vendor.gitlab-ci", "preprocessors/trustbook/templates/gitlab-ci.yml"),
];

/// Runs all checks. They use no network except for the installation of the tools.
pub(crate) fn test() -> Result<Outcome> {
    let tools = match tools::python_tools()? {
        Ok(tools) => tools,
        Err(why) => return Ok(Outcome::Skipped(why)),
    };
    if !exists("shellcheck")
        && let Err(why) = tools::debian(&["shellcheck"])?
    {
        return Ok(Outcome::Skipped(why));
    }
    for (schema, place) in SCHEMAS {
        let files = files(Path::new(place), &["yml"])?;
        let mut check = program(tools.join("check-jsonschema"), &["--builtin-schema", schema]);
        run(check.args(files))?;
    }
    let parts = tempfile::tempdir()?;
    for (at, part) in gitlab_parts()?.iter().enumerate() {
        let path = parts.path().join(format!("{at}.yml"));
        std::fs::write(&path, part)?;
        run(program(tools.join("check-jsonschema"), &["--builtin-schema", "vendor.gitlab-ci"]).arg(path))?;
    }
    let mut zizmor = program(tools.join("zizmor"), &["--offline", "--no-progress"]);
    for (_, place) in SCHEMAS.iter().filter(|(schema, _)| *schema != "vendor.gitlab-ci") {
        zizmor.args(files(Path::new(place), &["yml"])?);
    }
    run(&mut zizmor)?;
    run(program("shellcheck", &[]).args(files(&Path::new(TEMPLATES).join("ci"), &["sh"])?))?;
    Ok(Outcome::Passed)
}

/// Returns settings of GitLab that are a part of a file: the jobs of the component, and the examples of the handbook.
fn gitlab_parts() -> Result<Vec<String>> {
    let component = std::fs::read_to_string(root().join("templates/check.yml"))?;
    let (_, jobs) = component.split_once("\n---\n").context("the component has no jobs")?;
    let mut parts = vec![jobs.to_owned()];
    for page in files(Path::new("guide/src"), &["md"])? {
        let page = std::fs::read_to_string(page)?;
        let fences = page.split("```yaml\n# .gitlab-ci.yml\n").skip(1);
        parts.extend(fences.filter_map(|rest| Some(rest.split_once("```")?.0.to_owned())));
    }
    anyhow::ensure!(parts.len() > 2, "the examples of the handbook are not found");
    Ok(parts)
}

/// Returns a file, or the files of a folder with these extensions, sorted.
fn files(place: &Path, ends: &[&str]) -> Result<Vec<PathBuf>> {
    let full = root().join(place);
    if full.is_file() {
        return Ok(vec![place.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&full).with_context(|| format!("{} cannot be read", place.display()))? {
        let path = entry?.path();
        if path.extension().and_then(|end| end.to_str()).is_some_and(|end| ends.contains(&end)) {
            files.push(path);
        }
    }
    anyhow::ensure!(!files.is_empty(), "{} holds none of the files that are checked", place.display());
    files.sort();
    Ok(files)
}
