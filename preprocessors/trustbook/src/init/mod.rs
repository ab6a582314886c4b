//! `trustbook init`: a complete small book in a new folder, the missing parts of an existing mdBook, or newer workflows.

mod add;
mod files;
mod update;
mod vendor;

use crate::build::{self, BookArgs};
use crate::failure::Failure;
use crate::{baseline, import, output, place};
use clap::ValueEnum;
use jiff::civil::Date;
use mdbook_trustbook::preprocess::today;
use mdbook_trustbook::scratch::Scratch;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use trustbook_core::diagnostic::{Diagnostic, Place};
use trustbook_core::report::harmless;

use crate::new_book::Language;
use vendor::Vendor;

/// The folder of the trial build.
const TRIAL: &str = "book";

#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    /// The folder of the book; it is made where it is missing.
    #[arg(default_value = ".")]
    dir: PathBuf,
    /// The name of the vendor for readers; left out, the name of the folder.
    #[arg(long)]
    name: Option<String>,
    /// The address at which the site will be published, such as `https://trust.example.com/`.
    #[arg(long)]
    url: Option<String>,
    /// The address for everything about security; left out, `security@` the domain of the address.
    #[arg(long)]
    email: Option<String>,
    /// The language of the chapters and of the register.
    #[arg(long, value_enum, default_value = "en")]
    language: Language,
    /// The service that publishes the site; left out, `github` for a new book, and `none` for an existing one.
    #[arg(long, value_enum)]
    ci: Option<Ci>,
    /// Add a workflow that runs the migrations of the product in an empty database of this kind, and proposes the schema
    /// that it then has as `schema.sql`.
    #[arg(long, value_name = "DATABASE", value_enum)]
    data_model: Option<Database>,
    /// Renew the workflows and scripts that an earlier version wrote and nobody edited, and print the difference.
    #[arg(long, conflicts_with_all = ["name", "url", "email", "ci", "data_model", "from", "language", "now"])]
    update: bool,
    /// Pages or lists to import into the new book; see `trustbook import`.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    from: Vec<PathBuf>,
    /// The day on which all of it is stated, instead of today.
    #[arg(long, value_name = "DATE", value_parser = build::date)]
    now: Option<Date>,
}

/// The service that runs the checks and publishes the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ci {
    /// GitHub Actions and GitHub Pages.
    Github,
    /// GitLab CI/CD and GitLab Pages.
    Gitlab,
    /// A shell script for any other machine.
    Shell,
    /// Nothing.
    None,
}

/// A database that migrations are run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Database {
    /// PostgreSQL.
    Postgres,
    /// MySQL, or MariaDB.
    Mysql,
    /// SQLite.
    Sqlite,
}

impl Database {
    /// Returns the word for it in `ci/migrate.sh`.
    fn word(self) -> &'static str {
        match self {
            Database::Postgres => "postgres",
            Database::Mysql => "mysql",
            Database::Sqlite => "sqlite",
        }
    }
}

/// The language, service and database that files are written for.
#[derive(Clone, Copy)]
struct Wanted {
    language: Language,
    ci: Ci,
    database: Option<Database>,
}

impl Wanted {
    /// Returns the files for the root of a repository, and those for the book.
    fn files(self, dir: &Path) -> (place::OfRepository, Vec<place::File>) {
        let (mut of_repository, mut of_book) = files::ci(dir, self.ci);
        if let Some(database) = self.database {
            let ci = if self.ci == Ci::None { Ci::Github } else { self.ci };
            let (above, own) = files::schema(dir, ci);
            match (&mut of_repository, above) {
                (Some((_, files)), Some((_, more))) => files.extend(more),
                (there @ None, above) => *there = above,
                _ => {}
            }
            of_book.extend(own.into_iter().chain([files::migrate(database)]));
            of_book.sort();
            of_book.dedup();
        }
        (of_repository, of_book)
    }
}

/// The result of `init`.
struct InitResult {
    /// The paths that were added or changed.
    added: Vec<String>,
    /// The paths that existed and stayed unchanged.
    left: Vec<String>,
    /// True if a book existed before.
    was_book: bool,
    /// The scripts that book.toml allows now.
    scripts: Vec<String>,
}

pub(crate) fn run(args: &InitArgs) -> Result<ExitCode, Failure> {
    if args.update {
        return update::run(&args.dir);
    }
    let now = match args.now {
        Some(now) => now,
        None => today().map_err(|error| Failure::usage(error.to_string()))?,
    };
    let folder = std::path::absolute(&args.dir).unwrap_or_else(|_| args.dir.clone());
    let vendor = Vendor::new(&folder, args.name.as_deref(), args.url.as_deref(), args.email.as_deref())?;
    let wanted =
        |default: Ci| Wanted { language: args.language, ci: args.ci.unwrap_or(default), database: args.data_model };
    let made = if args.dir.join("book.toml").symlink_metadata().is_ok() {
        add::into_book(&args.dir, &vendor, wanted(Ci::None), now)?
    } else {
        new(&args.dir, &vendor, wanted(Ci::Github), now)?
    };
    tell(&args.dir, &made, &vendor, args);
    if made.was_book && !made.added.is_empty() && args.dir.join(baseline::PATH).symlink_metadata().is_err() {
        let mut book = BookArgs::of(args.dir.clone(), Some(now));
        let root = place::root(&args.dir);
        // The workflows name the root as well.
        book.beyond.root = args.ci.filter(|ci| *ci != Ci::None).and(root.clone());
        let found = hold_what_is_there(&book, &made.added)?;
        if let (None, Some(root)) = (&book.beyond.root, root) {
            book.beyond.root = Some(root.clone());
            let gone = found.saturating_sub(build::build(&build::open(&book)?, &book).findings.len());
            if gone > 0 {
                let (gone, folder) = (output::counted(gone, "finding"), harmless(&args.dir.display().to_string()));
                let root = harmless(&place::seen_from_here(&root).display().to_string());
                output::say(&format!(
                    "{gone} fewer with `trustbook build {folder} --root {root}`, which reads files of the repository \
                     around the book"
                ));
            }
        }
    }
    if !args.from.is_empty() {
        import::into(&args.dir, &args.from, Some(now))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes the findings of an existing book as its baseline: its first build publishes, and new findings fail. `added`
/// are the files of `init`, whose facts are there to be used. Returns the number of all findings.
fn hold_what_is_there(book: &BookArgs, added: &[String]) -> Result<usize, Failure> {
    let dir = &book.dir;
    let mut built = build::build(&build::open(book)?, book);
    let (map, found) = (&built.book.map, built.findings.len());
    let is_example = |found: &Diagnostic| match &found.place {
        Place::At(span) => found.check == "fact-unused" && added.iter().any(|path| path == map.file(span.file).path()),
        _ => false,
    };
    built.findings.retain(|found| !is_example(found));
    if !built.findings.is_empty() {
        output::say(&baseline::update(dir, &built.book.map, &mut built.findings)?);
    }
    let left = built.findings.iter().filter(|found| build::exit_code(std::slice::from_ref(found)) != 0).count();
    if left > 0 {
        let left = output::counted(left, "finding");
        output::say(&format!("{left} no baseline can hold: `trustbook check` names them"));
    }
    Ok(found)
}

/// Writes a whole book, after a trial build without errors.
fn new(dir: &Path, vendor: &Vendor, wanted: Wanted, now: Date) -> Result<InitResult, Failure> {
    let mut files = files::book(vendor, wanted.language, now);
    let (of_repository, of_book) = wanted.files(dir);
    files.extend(of_book);
    check(&files, now)?;
    let placed = place::place(dir, &files)?;
    let above = match place::above(&of_repository) {
        Ok(above) => above,
        Err(failure) => {
            placed.undo();
            return Err(failure);
        }
    };
    let added = files.into_iter().map(|(path, _)| path).chain(above.added).collect();
    Ok(InitResult { added, left: above.left, was_book: false, scripts: Vec::new() })
}

/// Builds the book in a temporary folder, because a name or an address may be one that pages must not show.
fn check(files: &[(String, String)], now: Date) -> Result<(), Failure> {
    let folder = Scratch::temporary("trustbook-init-", &[TRIAL])
        .map_err(|error| Failure::new(format!("no folder to try it in: {error}")))?;
    let trial = folder.path().join(TRIAL);
    place::place(&trial, files)?;
    let book = BookArgs::of(trial, Some(now));
    let built = build::build(&build::open(&book)?, &book);
    let errors: Vec<_> =
        built.findings.iter().filter(|found| build::exit_code(std::slice::from_ref(found)) != 0).collect();
    match errors.first() {
        None => Ok(()),
        Some(first) => Err(Failure::usage(format!("a book of this would not be published: {}", first.message))
            .help("choose another --name, --url or --email; nothing was written")),
    }
}

/// Prints the changes and the remaining steps.
fn tell(dir: &Path, made: &InitResult, vendor: &Vendor, args: &InitArgs) {
    let folder = harmless(&dir.display().to_string());
    for path in &made.added {
        output::print(&format!("  + {}\n", harmless(path)));
    }
    for path in &made.left {
        output::print(&format!("  = {} (left as it is)\n", harmless(path)));
    }
    if made.added.is_empty() {
        output::say(&format!("{folder} has all of it: nothing was written"));
        return;
    }
    output::say(&format!("{folder} is a book now; what is left to do:"));
    let mut steps = steps(&folder, made, vendor, args.ci);
    if args.data_model.is_some() {
        steps.push(
            "write the commands that run your migrations into ci/migrate.sh, and name `schema.sql` in a `[[schema]]`"
                .to_owned(),
        );
    }
    for (number, step) in steps.iter().enumerate() {
        output::say(&format!("  {}. {step}", number + 1));
    }
}

fn steps(folder: &str, made: &InitResult, vendor: &Vendor, ci: Option<Ci>) -> Vec<String> {
    let mut steps = vec![format!("`trustbook serve {folder} --open` shows the site while you write")];
    if made.was_book {
        steps.push("name facts in your chapters: `{{ vendor.name }}`, or a list of them: `{{#contacts}}`".to_owned());
        if !made.scripts.is_empty() {
            let names = harmless(&made.scripts.join(", "));
            steps.push(format!("read the scripts that book.toml allows by their SHA-256 now: {names}"));
        }
        steps.push(format!(
            "`trustbook build {folder}` publishes the site; add `--replace` once if mdBook has built a site in that folder"
        ));
        return steps;
    }
    steps.push(match (&vendor.email, vendor.is_guessed) {
        (Some(email), true) => format!(
            "see that {} reaches somebody: it comes from the address of the site, facts/contacts.toml",
            harmless(email)
        ),
        (Some(_), false) => "say in facts/contacts.toml who answers for what".to_owned(),
        (None, _) => "write an e-mail address into facts/contacts.toml, and take it out of `not_stated`".to_owned(),
    });
    steps.push("state in facts/*.toml what is so, each with its source: the examples behind `#` show how".to_owned());
    steps.push("decide what facts/vulnerability.toml lists under `not_stated`".to_owned());
    if vendor.url.is_none() {
        steps.push("write `site-url` into book.toml once you know where the site will be".to_owned());
    }
    steps.push(match ci.unwrap_or(Ci::Github) {
        Ci::Github => {
            "in the settings of the repository, let GitHub Actions publish to Pages, and let it open pull requests"
                .to_owned()
        }
        Ci::Gitlab => "set TRUSTBOOK_SHA256 in the variables of the project to the checksum of the release".to_owned(),
        Ci::Shell => "`bash ci/publish.sh DIR` on your machine publishes; see its first lines".to_owned(),
        Ci::None => "`trustbook build` writes the site to book/, and any web server can serve it".to_owned(),
    });
    steps
}
