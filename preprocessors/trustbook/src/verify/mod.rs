//! `trustbook verify`: verifies file by file that a published site is the build of this book.

mod compare;
mod place;

use crate::build::{self, Beyond, BookArgs};
use crate::failure::Failure;
use crate::manifest::{self, Listed, Manifest};
use crate::{baseline, output, publish};
use compare::Difference;
use place::PublishedSite;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use trustbook_core::Options;
use trustbook_core::diagnostic::Level;
use trustbook_core::report::harmless;
use trustbook_core::site::sink::Sink;

#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// The published site: a folder, or its address.
    #[arg(value_name = "DIR|URL")]
    site: String,
    /// The folder of the book, at the commit that the site is built from.
    #[arg(long, value_name = "DIR", default_value = ".")]
    book: PathBuf,
    /// The commit of the book; a site that names another one is reported as different.
    #[arg(long)]
    commit: Option<String>,
    /// Compare the site with its own manifest only, without building the book.
    #[arg(long)]
    manifest_only: bool,
    #[command(flatten)]
    beyond: Beyond,
}

pub(crate) fn run(args: &VerifyArgs) -> Result<ExitCode, Failure> {
    let place = PublishedSite::of(&args.site, &args.book)?;
    let manifest = manifest::read(&place.manifest()?)?;
    output::say(&harmless(&format!("{} says: {}", args.site, said(&manifest))));
    let expected = match args.manifest_only {
        true => manifest.files.clone(),
        false => built(args, &manifest)?,
    };
    let paths = expected.keys().chain(manifest.files.keys()).cloned().collect();
    let (found, beside) = place.read(&paths)?;
    let mut differences = compare::all(&expected, &found, &beside);
    let other_commit = args.commit.as_deref().filter(|commit| manifest.commit.as_deref() != Some(*commit));
    if let Some(commit) = other_commit {
        let named = manifest.commit.as_deref().unwrap_or("none");
        differences.insert(0, Difference::whole(format!("it names the commit {named}, not {commit}")));
    }
    for difference in &differences {
        output::print(&format!("{}\n", harmless(&difference.to_string())));
    }
    let files = output::counted(expected.len(), "file");
    if differences.is_empty() {
        output::say(&match args.manifest_only {
            true => format!("all of {files} match the manifest; they were not compared with a book"),
            false => format!("all of {files} match this book"),
        });
        return Ok(ExitCode::SUCCESS);
    }
    let count = output::counted(differences.len(), "difference");
    output::say(&format!("{count} in {files}"));
    if !beside.is_empty() {
        output::say(
            "help: `trustbook build` keeps files that it did not publish; `trustbook build --replace` deletes them",
        );
    }
    if !args.manifest_only && manifest.generator != manifest::generator() {
        let ours = manifest::generator();
        output::say(&harmless(&format!(
            "help: it was built with {}, but this is {ours}: use the same",
            manifest.generator
        )));
    }
    Ok(ExitCode::FAILURE)
}

fn said(manifest: &Manifest) -> String {
    let of = manifest.commit.as_deref().map_or_else(String::new, |commit| format!(" from commit {commit}"));
    format!("built for {}{of} with {}", manifest.built, manifest.generator)
}

/// Returns the files of the book, built for the day and the commit that the site names, because its pages print both.
fn built(args: &VerifyArgs, manifest: &Manifest) -> Result<BTreeMap<String, manifest::PublishedFile>, Failure> {
    let book = BookArgs { dir: args.book.clone(), now: Some(manifest.built), beyond: args.beyond.clone() };
    let world = build::open(&book)?;
    let listed = Listed::default();
    let options = Options { commit: manifest.commit.clone(), live: false, ..Options::default() };
    let mut built = build::build_into(&world, &book, &options, &listed);
    baseline::leave_out(&args.book, &built.book.map, &mut built.findings)?;
    if built.findings.iter().any(|finding| finding.level == Level::Deny) {
        return Err(Failure::new("the book has errors, so no site can be built from it")
            .help("see `trustbook check`, and check out the commit that the site is built from"));
    }
    publish::rest(&built.book.config, built.site)?.into_iter().for_each(|(path, bytes)| listed.put(&path, bytes));
    Ok(listed.files())
}
