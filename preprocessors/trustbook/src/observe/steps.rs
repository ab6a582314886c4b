//! The steps of an observation: a TOML file of pages to visit, elements to click and fields to fill in.

use crate::failure::Failure;
use std::path::Path;
use std::time::Duration;
use trustbook_core::register::types::read_duration;
use trustbook_core::report::harmless;
use trustbook_core::suggest::{listed, nearest};
use url::Url;

/// The keys of a step.
const WORDS: &[&str] = &["click", "consent", "fill", "visit", "wait"];
/// The keys of `fill`.
const FILL: &[&str] = &["env", "selector", "value"];
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(120);

/// A step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct VisitStep {
    pub(super) does: Does,
    /// True if the step gives consent. Everything from this step on is recorded as after consent.
    pub(super) consent: bool,
    /// The line in the file, from 1; 0 for the address on the command line.
    pub(super) line: usize,
}

/// The action of a step. Selectors are CSS selectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Does {
    Visit(Url),
    Click(String),
    Fill(String, Input),
    WaitFor(String),
    Pause(Duration),
}

/// The text that is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    Text(String),
    /// The name of a variable, whose value never reaches a file or a message.
    Variable(String),
}

impl Does {
    /// Returns the step in words, as an observation lists it.
    pub(super) fn words(&self) -> String {
        match self {
            Does::Visit(url) => format!("open {}", shown(url)),
            Does::Click(selector) => format!("click {selector}"),
            Does::Fill(selector, _) => format!("fill {selector}"),
            Does::WaitFor(selector) => format!("wait for {selector}"),
            Does::Pause(time) => format!("wait {} s", time.as_secs_f32()),
        }
    }
}

/// Returns the path of an address. Query and fragment can hold a token, and are dropped.
pub(super) fn shown(url: &Url) -> &str {
    url.path()
}

/// Reads the steps from the text of a file.
///
/// # Errors
/// Returns all mistakes in the file, each with its line.
pub(super) fn read(path: &Path, text: &str, base: &Url) -> Result<Vec<VisitStep>, Failure> {
    let (mut steps, mut wrong) = (Vec::new(), Vec::new());
    let name = path.display().to_string();
    let mut tell = |line: usize, what: String| wrong.push((line, what));
    match text.parse::<toml_edit::Document<String>>() {
        Err(error) => {
            let line = line_at(text, error.span().map_or(0, |span| span.start));
            tell(line, format!("it is not TOML: {}", error.message()));
        }
        Ok(document) => {
            for (key, item) in document.iter() {
                let line = line_of(text, item.span());
                match item.as_array_of_tables().filter(|_| key == "step") {
                    Some(tables) => {
                        for table in tables {
                            one(text, table, base, &mut steps, &mut tell);
                        }
                    }
                    None => tell(line, format!("`{key}` is not a list of steps: write each as `[[step]]`")),
                }
            }
        }
    }
    if wrong.is_empty() && steps.is_empty() {
        wrong.push((1, "it has no steps: write each as `[[step]]`".to_owned()));
    }
    if wrong.is_empty() {
        return Ok(steps);
    }
    wrong.sort();
    let report: String = wrong.iter().map(|(line, what)| format!("{name}:{line}: {}\n", harmless(what))).collect();
    let count = crate::output::counted(wrong.len(), "mistake");
    Err(Failure::usage(format!("the steps have {count}"))
        .with_report(report)
        .help("see guide/src/observe.md for the words"))
}

fn one(
    text: &str,
    table: &toml_edit::Table,
    base: &Url,
    steps: &mut Vec<VisitStep>,
    tell: &mut impl FnMut(usize, String),
) {
    let line = line_of(text, table.span());
    let (mut does, mut consent) = (Vec::new(), false);
    for (key, item) in table {
        let at = line_of(text, item.span().or(table.span()));
        match key {
            "consent" => match item.as_bool() {
                Some(yes) => consent = yes,
                None => tell(at, "`consent` is true or false".to_owned()),
            },
            "fill" => match fill(item) {
                Ok(fill) => does.push(fill),
                Err(why) => tell(at, why),
            },
            "visit" | "click" | "wait" => match item.as_str() {
                None => tell(at, format!("`{key}` takes a text")),
                Some(value) => match of_text(key, value, base) {
                    Ok(found) => does.push(found),
                    Err(why) => tell(at, why),
                },
            },
            other => tell(at, unknown("a step", other, WORDS)),
        }
    }
    let has_word = table.iter().any(|(key, _)| key != "consent");
    match does.len() {
        1 => steps.extend(does.into_iter().map(|does| VisitStep { does, consent, line })),
        0 if has_word => {}
        0 => tell(line, "this step does nothing: give it `visit`, `click`, `fill` or `wait`".to_owned()),
        _ => tell(line, "this step does several things: write a `[[step]]` for each".to_owned()),
    }
}

fn of_text(key: &str, value: &str, base: &Url) -> Result<Does, String> {
    match key {
        "visit" => {
            let url = base.join(value).map_err(|error| format!("`{value}` is not an address: {error}"))?;
            check_address(&url)?;
            match trustbook_core::claim::site_of(url.host_str().unwrap_or_default())
                == trustbook_core::claim::site_of(base.host_str().unwrap_or_default())
            {
                true => Ok(Does::Visit(url)),
                false => Err(format!("`{value}` is on another site: an observation stays on the site that it opens")),
            }
        }
        "click" => Ok(Does::Click(value.to_owned())),
        _ => match read_duration(value).and_then(|span| std::time::Duration::try_from(span.0).ok()) {
            Some(time) if time <= LONGEST => Ok(Does::Pause(time)),
            Some(_) => Err(format!("a step waits for {} s at most", LONGEST.as_secs())),
            None => Ok(Does::WaitFor(value.to_owned())),
        },
    }
}

/// Checks that an address can be observed: its scheme is `http` or `https`, and it has no credentials.
///
/// # Errors
/// Returns the reason as a phrase.
pub(super) fn check_address(url: &Url) -> Result<(), String> {
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(format!("`{}:` is not a web address", url.scheme()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address carries a user or a password: fill them in as steps, from variables".to_owned());
    }
    Ok(())
}

fn fill(item: &toml_edit::Item) -> Result<Does, String> {
    let table = item.as_table_like().ok_or("write `fill = { selector = \"...\", value = \"...\" }`")?;
    if let Some((other, _)) = table.iter().find(|(key, _)| !FILL.contains(key)) {
        return Err(unknown("`fill`", other, FILL));
    }
    let text = |key: &str| table.get(key).map(|item| item.as_str().ok_or(format!("`{key}` takes a text"))).transpose();
    let selector = text("selector")?.ok_or("`fill` needs a `selector`")?.to_owned();
    match (text("value")?, text("env")?) {
        (Some(value), None) => Ok(Does::Fill(selector, Input::Text(value.to_owned()))),
        (None, Some(name)) => Ok(Does::Fill(selector, Input::Variable(name.to_owned()))),
        _ => Err("`fill` needs either a `value`, or the name of a variable as `env`".to_owned()),
    }
}

fn unknown(of: &str, word: &str, known: &[&'static str]) -> String {
    match nearest(word, known.iter().copied()) {
        Some(near) => format!("{of} has no `{word}`: did you mean `{near}`?"),
        None => format!("{of} has no `{word}`: it takes {}", listed(known.iter().copied())),
    }
}

fn line_of(text: &str, span: Option<std::ops::Range<usize>>) -> usize {
    line_at(text, span.map_or(0, |span| span.start))
}

fn line_at(text: &str, at: usize) -> usize {
    text.get(..at).map_or(1, |before| before.matches('\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> Result<Vec<VisitStep>, String> {
        let base = Url::parse("https://app.example.com/").unwrap();
        read(Path::new("steps.toml"), text, &base).map_err(|failure| failure.report().unwrap_or_default().to_owned())
    }

    #[test]
    fn steps_are_read_with_their_lines() {
        let text = "[[step]]\nvisit = \"/login\"\n\n[[step]]\nfill = { selector = \"#user\", env = \"APP_USER\" }\n\
                    \n[[step]]\nclick = \"#agree\"\nconsent = true\n\n[[step]]\nwait = \"2 seconds\"\n\n[[step]]\nwait = \"main\"\n";
        let steps = reads(text).unwrap();
        let words: Vec<String> = steps.iter().map(|step| step.does.words()).collect();
        assert_eq!(words, ["open /login", "fill #user", "click #agree", "wait 2 s", "wait for main"]);
        assert_eq!(steps.iter().map(|step| step.line).collect::<Vec<_>>(), [1, 4, 7, 11, 14]);
        assert_eq!(steps.iter().map(|step| step.consent).collect::<Vec<_>>(), [false, false, true, false, false]);
    }

    #[test]
    fn every_mistake_is_told_with_its_line() {
        let text = "title = \"x\"\n[[step]]\nclik = \"#a\"\n[[step]]\nvisit = \"https://other.example.org/\"\n[[step]]\n\
                    fill = { selector = \"#a\" }\n[[step]]\nclick = \"#a\"\nwait = \"#b\"\n[[step]]\nconsent = true\n\
                    [[step]]\nvisit = \"https://u:p@app.example.com/\"\n[[step]]\nwait = \"3 hours\"\n[[step]]\nclick = 4\n";
        let told = reads(text).unwrap_err();
        for line in [
            "steps.toml:1: `title` is not a list of steps",
            "steps.toml:3: a step has no `clik`: did you mean `click`?",
            "steps.toml:5: `https://other.example.org/` is on another site",
            "steps.toml:7: `fill` needs either a `value`",
            "steps.toml:8: this step does several things",
            "steps.toml:11: this step does nothing",
            "steps.toml:14: the address carries a user",
            "steps.toml:16: a step waits for 120 s at most",
            "steps.toml:18: `click` takes a text",
        ] {
            assert!(told.contains(line), "{line}\n{told}");
        }
        assert_eq!(told.lines().count(), 9, "{told}");
        assert!(reads("[[step]]\nvisit = \"/\n").unwrap_err().starts_with("steps.toml:2: it is not TOML"));
        assert!(reads("").unwrap_err().contains("it has no steps"));
    }
}
