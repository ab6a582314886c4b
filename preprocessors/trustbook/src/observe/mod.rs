//! `trustbook observe`: records the cookies, storage and requests of a running page as evidence.

mod browser;
mod compare;
mod devtools;
mod drafts;
mod drive;
mod har;
mod interrupt;
mod lifetime;
mod record;
mod recorder;
mod set_cookie;
mod steps;
mod traffic;

use crate::browser::BrowserArgs;
use crate::build::{self, BookArgs};
use crate::failure::{Failure, io};
use crate::{output, variables};
use devtools::DevTools;
use drive::Drive;
use jiff::civil::Date;
use record::Record;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use steps::{Does, VisitStep};
use trustbook_core::config::security::Security;
use trustbook_core::observation::When;
use trustbook_core::report::harmless;
use url::Url;

/// The maximum number of steps in a file.
const MOST_STEPS: usize = 200;

#[derive(Debug, clap::Args)]
pub(crate) struct ObserveArgs {
    /// The address to open; with --har, the address of the recorded page.
    #[arg(value_name = "URL", required_unless_present = "har")]
    url: Option<Url>,
    /// The name of the observation; left out, the host.
    #[arg(long)]
    name: Option<String>,
    /// The folder of the book that it is for.
    #[arg(long, value_name = "DIR", default_value = ".")]
    book: PathBuf,
    /// A TOML file of `[[step]]` tables to run after the address is open.
    #[arg(long, value_name = "FILE", conflicts_with = "har")]
    steps: Option<PathBuf>,
    /// The address to record instead of the one that is opened, when a copy of the site is tested on this machine.
    #[arg(long, value_name = "URL", conflicts_with = "har")]
    r#as: Option<Url>,
    /// Read a file that the developer tools of a browser or a proxy saved, instead of opening a page.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["browser", "no_browser_sandbox"])]
    har: Option<PathBuf>,
    /// The phase of consent in which the HAR file was recorded.
    #[arg(long, value_name = "PHASE", requires = "har", value_parser = ["before", "after"], default_value = "before")]
    consent: String,
    #[command(flatten)]
    browser: BrowserArgs,
    /// The seconds to wait for a page or an element.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    timeout: u64,
    /// The date to record, instead of today.
    #[arg(long, value_name = "DATE", value_parser = build::date, conflicts_with = "har")]
    now: Option<Date>,
    /// Also write drafts of records for what was seen and is not declared.
    #[arg(long)]
    draft: bool,
    /// Print what was seen, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
}

impl ObserveArgs {
    /// Reads a recording from before consent, with drafts.
    pub(crate) fn of_har(book: PathBuf, har: PathBuf) -> ObserveArgs {
        ObserveArgs {
            url: None,
            name: None,
            book,
            steps: None,
            r#as: None,
            har: Some(har),
            consent: "before".to_owned(),
            browser: BrowserArgs::default(),
            timeout: 30,
            now: None,
            draft: true,
            dry_run: false,
        }
    }
}

pub(crate) fn run(args: &ObserveArgs) -> Result<ExitCode, Failure> {
    let world = build::open(&BookArgs::of(args.book.clone(), args.now))?;
    let content = mdbook_trustbook::read(&world);
    if !content.config.problems.is_empty() {
        return Err(Failure::usage("book.toml is wrong, and may allow more than it says").help("see `trustbook check`"));
    }
    for url in args.url.iter().chain(&args.r#as) {
        steps::check_address(url).map_err(|why| Failure::usage(why).help("write it with https://"))?;
    }
    let mut record = match (&args.har, &args.url) {
        (Some(har), url) => {
            let phase = if args.consent == "after" { When::After } else { When::Before };
            har::read(har, url.as_ref(), phase)?
        }
        (None, Some(url)) => watched(args, url, &content.config.trustbook.security, content.facts.today)?,
        // The command line requires one of the two.
        (None, None) => return Err(Failure::usage("there is neither an address nor a HAR file")),
    };
    if let Some(shown) = &args.r#as {
        record.shows_as(shown);
    }
    let name = record::name(args.name.as_deref(), &record.observation.url)?;
    for note in &record.notes {
        output::say(&harmless(note));
    }
    let before = content.observations.find(&name);
    output::print(&compare::text(before, &record.observation));
    let drafts = if args.draft { drafts::text(&content, &record.observation) } else { String::new() };
    if args.dry_run {
        output::print(&harmless_lines(&drafts));
        output::say("nothing was written");
        return Ok(ExitCode::SUCCESS);
    }
    let path = record::write(&args.book, &name, &record.observation)?;
    if !drafts.is_empty() {
        let path = drafts::write(&args.book, &name, &record.observation, &drafts)?;
        output::say(&harmless(&format!(
            "wrote drafts into {path}: complete each, and delete what does not belong there"
        )));
    }
    output::say(&harmless(&format!("wrote {path}: read it before you commit it, and run `trustbook check`")));
    Ok(ExitCode::SUCCESS)
}

fn harmless_lines(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", harmless(line))).collect()
}

/// Runs the steps in a browser.
fn watched(args: &ObserveArgs, url: &Url, security: &Security, on: Date) -> Result<Record, Failure> {
    let first = VisitStep { does: Does::Visit(url.clone()), consent: false, line: 0 };
    let mut all = vec![first];
    if let Some(path) = &args.steps {
        let text = std::fs::read_to_string(path).map_err(|error| io("reading", path, &error))?;
        all.extend(steps::read(path, &text, url)?);
    }
    if all.len() > MOST_STEPS {
        return Err(Failure::usage(format!("there are more than {MOST_STEPS} steps")).help("make two observations"));
    }
    let found = args.browser.find()?;
    let parts = variables::parts(security)?;
    interrupt::listen()?;
    let (browser, address) = browser::Browser::start(&found)?;
    let mut drive = Drive::new(DevTools::connect(&address)?, security, Duration::from_secs(args.timeout))?;
    let tool = drive.version()?;
    for step in &all {
        if let Err(failure) = drive.take(step) {
            interrupt::check()?;
            let at = match (step.line, &args.steps) {
                (0, _) | (_, None) => String::new(),
                (line, Some(path)) => format!("{}:{line}: ", path.display()),
            };
            let what = format!("{at}the step `{}` failed: {}; {}", step.does.words(), failure.what(), drive.on_page());
            let what = drive.secrets.iter().fold(what, |what, secret| what.replace(secret, "hidden"));
            return Err(match parts.find(what.as_bytes()) {
                Some(name) => {
                    Failure::new(format!("{at}a step failed, and its message holds a part of the variable `{name}`"))
                        .help("open the page in your own browser")
                }
                None => Failure::new(what).helped_by(&failure),
            });
        }
    }
    let (recorder, secrets) = drive.finish();
    drop(browser);
    if let Some(page) = recorder.error() {
        return Err(Failure::new(format!("{} returned the status {}, and nothing was written", page.url, page.status))
            .help("an observation of an error shows nothing about the product: correct the address or the steps"));
    }
    let mut seen = recorder.all();
    seen.hide(&secrets, &parts);
    let consent =
        if all.iter().any(|step| step.consent) { vec![When::Before, When::After] } else { vec![When::Before] };
    let words = all.iter().map(|step| step.does.words()).collect();
    Ok(Record::new(url, on, format!("{tool}, {}", crate::manifest::generator()), words, consent, seen))
}
