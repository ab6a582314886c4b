//! Preprocessors of other programs, run as mdBook runs them: in its order, with its book as JSON.

use crate::outline;
use mdbook_core::book::Book;
use mdbook_core::config::Config;
use mdbook_preprocessor::PreprocessorContext;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::str::FromStr;
use trustbook_core::config::ConfigProblem;
use trustbook_core::config::foreign::{BUILT_IN, Foreign};
use trustbook_core::page::outline::{Given, OutlineItem, each};
use trustbook_core::span::Span;
use trustbook_core::{Sources, World};

/// The output for which a book is built, as mdBook calls it.
const RENDERER: &str = "html";
/// The preprocessor that reads includes: those after it get chapters with their includes.
const LINKS: &str = "links";

/// Runs programs. No implementation of this trait reads from the book what it may run.
pub trait Programs {
    /// The folder of the book, as an absolute path.
    fn root(&self) -> PathBuf;

    /// Returns true if the person who builds the book allows this preprocessor.
    fn allows(&self, foreign: &Foreign) -> bool;

    /// Runs a preprocessor. `None` asks whether it supports the output; otherwise it gets the book. Returns what it
    /// prints, or `None` if it fails at the question.
    ///
    /// # Errors
    /// Returns the reason why it could not be run, as a phrase that follows its name.
    fn run(&self, foreign: &Foreign, renderer: &str, input: Option<Vec<u8>>) -> Result<Option<Vec<u8>>, String>;
}

/// Runs nothing.
#[derive(Debug)]
pub struct Nothing;

impl Programs for Nothing {
    fn root(&self) -> PathBuf {
        PathBuf::new()
    }

    fn allows(&self, _: &Foreign) -> bool {
        false
    }

    fn run(&self, _: &Foreign, _: &str, _: Option<Vec<u8>>) -> Result<Option<Vec<u8>>, String> {
        Ok(None)
    }
}

/// Runs the allowed preprocessors on the chapters of an outline, and returns the outline that they make of it. They run
/// before ours. A failure is a problem of the configuration, and the chapters stay as they were.
pub(crate) fn preprocess(
    world: &dyn World,
    sources: &mut Sources,
    outline: Vec<OutlineItem>,
    programs: &dyn Programs,
) -> Vec<OutlineItem> {
    let is_allowed = |foreign: &Foreign| foreign.preprocessor.is_some() && programs.allows(foreign);
    if outline.is_empty() || !sources.config.foreign.iter().any(is_allowed) {
        return outline;
    }
    world.begins("preprocessors");
    let all = sources.config.foreign.clone();
    let mut book = outline;
    let mut is_included = false;
    for name in order(&all) {
        let failed = match name {
            Ok(LINKS) => {
                is_included = true;
                continue;
            }
            Ok(name) => {
                let found = all.iter().find(|foreign| foreign.preprocessor.as_deref() == Some(name));
                let Some(foreign) = found.filter(|foreign| is_allowed(foreign)) else { continue };
                match one(world, sources, &mut book, foreign, is_included, programs) {
                    Ok(()) => {
                        sources.config.foreign.retain(|other| other != foreign);
                        continue;
                    }
                    Err(_) if foreign.optional => continue,
                    Err(why) => (foreign, format!("`{}` {why}", foreign.command())),
                }
            }
            Err(name) => {
                let found = all.iter().find(|foreign| foreign.preprocessor.as_deref() == Some(name));
                let Some(foreign) = found else { continue };
                (foreign, "`before` and `after` of the preprocessors contradict each other".to_owned())
            }
        };
        let (foreign, why) = failed;
        sources.config.foreign.retain(|other| other != foreign);
        sources.config.problems.push(ConfigProblem::BadValue {
            span: foreign.span,
            why,
            help: "run `mdbook build` to see whether it works there, or build without `--allow-preprocessor`"
                .to_owned(),
        });
    }
    book
}

/// Runs one preprocessor.
fn one(
    world: &dyn World,
    sources: &mut Sources,
    book: &mut Vec<OutlineItem>,
    foreign: &Foreign,
    is_included: bool,
    programs: &dyn Programs,
) -> Result<(), String> {
    let runs = match &foreign.renderers {
        Some(renderers) => renderers.iter().any(|renderer| renderer == RENDERER),
        None => programs.run(foreign, RENDERER, None)?.is_some(),
    };
    if !runs {
        return Ok(());
    }
    if is_included {
        trustbook_core::include(world, sources, book).map_err(|error| format!("was not run: {error}"))?;
    }
    let config = world.read("book.toml").ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
    let config = Config::from_str(&config).map_err(|error| format!("was not run: {error:#}"))?;
    let context = PreprocessorContext::new(programs.root(), config, RENDERER.to_owned());
    let src = &sources.config.src;
    let given = outline::to_book(book, &|path| read(world, src, path));
    let input = serde_json::to_vec(&(&context, &given)).map_err(|error| format!("was not run: {error}"))?;
    let output = programs.run(foreign, RENDERER, Some(input))?.unwrap_or_default();
    let made: Book =
        serde_json::from_slice(&output).map_err(|error| format!("printed no book that mdBook can read: {error}"))?;
    let made = merged(outline::of_book(&made), book, &given, foreign.span);
    *book = outline::settled(made, sources);
    Ok(())
}

fn read(world: &dyn World, src: &str, path: &str) -> Option<String> {
    let path = trustbook_core::world::join(src, path)?;
    trustbook_core::toml_tree::read_text(world, &path).ok()
}

/// Returns the outline that a preprocessor has made, with the places and texts of chapters that it left as they were.
/// `new` is the position of chapters that it has added.
fn merged(mut made: Vec<OutlineItem>, before: &[OutlineItem], given: &Book, new: Span) -> Vec<OutlineItem> {
    let texts: BTreeMap<String, &str> = given
        .chapters()
        .filter_map(|chapter| Some((outline::slashes(chapter.source_path.as_deref()?), chapter.content.as_str())))
        .collect();
    let mut known = BTreeMap::new();
    for (chapter, _) in trustbook_core::page::outline::chapters(before) {
        if let Some(source) = &chapter.source {
            known.entry(source.as_str()).or_insert(chapter);
        }
    }
    each(&mut made, &mut |chapter| {
        let Some(old) = chapter.source.as_deref().and_then(|source| known.get(source)) else {
            chapter.span = Some(new);
            return;
        };
        chapter.span = old.span;
        let Some(new) = chapter.given.take() else { return };
        chapter.given = match (&old.given, texts.get(old.source.as_deref().unwrap_or_default())) {
            (_, Some(text)) if *text == new.text() => old.given.clone(),
            (Some(old @ Given::Included(_)), _) => Some(old.with(new.text())),
            _ => Some(new),
        };
    });
    made
}

/// Returns the names of the preprocessors in mdBook's order: levels that depend on each other, each sorted by name. An
/// `Err` names one whose conditions contradict each other. Ours is left out: it always runs last.
fn order(all: &[Foreign]) -> Vec<Result<&str, &str>> {
    let mut waits: BTreeMap<&str, BTreeSet<&str>> = BUILT_IN.map(|name| (name, BTreeSet::new())).into();
    waits.extend(all.iter().filter_map(|foreign| Some((foreign.preprocessor.as_deref()?, BTreeSet::new()))));
    for foreign in all {
        let Some(name) = foreign.preprocessor.as_deref() else { continue };
        for later in &foreign.before {
            if let Some(waits) = waits.get_mut(later.as_str()) {
                waits.insert(name);
            }
        }
        let known: Vec<&str> =
            waits.keys().copied().filter(|known| foreign.after.iter().any(|it| it == known)).collect();
        if let Some(waits) = waits.get_mut(name) {
            waits.extend(known);
        }
    }
    let mut order = Vec::new();
    loop {
        let level: Vec<&str> = waits.iter().filter(|(_, waits)| waits.is_empty()).map(|(name, _)| *name).collect();
        if level.is_empty() {
            order.extend(waits.keys().next().map(|name| Err(*name)));
            return order;
        }
        waits.retain(|name, _| !level.contains(name));
        waits.values_mut().for_each(|waits| waits.retain(|name| !level.contains(name)));
        order.extend(level.into_iter().map(Ok));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn foreign(name: &str, before: &[&str], after: &[&str]) -> Foreign {
        let texts = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Foreign {
            span: Span::NOWHERE,
            preprocessor: Some(name.to_owned()),
            table: format!("preprocessor.{name}"),
            command: None,
            optional: false,
            before: texts(before),
            after: texts(after),
            renderers: None,
        }
    }

    #[test]
    fn the_order_is_that_of_mdbook() {
        let all = [
            foreign("toc", &[], &[]),
            foreign("admonish", &[], &["none"]),
            foreign("first", &["links"], &[]),
            foreign("last", &[], &["toc", "links"]),
        ];
        let names: Vec<&str> = order(&all).into_iter().map(Result::unwrap).collect();
        assert_eq!(names, ["admonish", "first", "index", "toc", "links", "last"]);
        let circle = [foreign("a", &["b"], &[]), foreign("b", &["a"], &[])];
        assert_eq!(order(&circle).last(), Some(&Err("a")));
    }

    #[test]
    fn a_command_of_the_book_is_not_allowed_by_a_name() {
        let mut toc = foreign("toc", &[], &[]);
        assert_eq!(toc.allowance().as_deref(), Some("toc"));
        toc.command = Some("mdbook-toc".to_owned());
        assert_eq!(toc.allowance().as_deref(), Some("toc"));
        toc.command = Some("sh evil.sh".to_owned());
        assert_eq!(toc.allowance().as_deref(), Some("toc=sh evil.sh"));
    }
}
