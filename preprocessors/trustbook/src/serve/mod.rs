//! `trustbook serve`: a preview that is rebuilt and reloaded on save. It never touches the published site.

mod watch;
mod web;

use crate::build::{self, BookArgs};
use crate::failure::Failure;
use crate::{baseline, output, publish};
use jiff::Zoned;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::process::{Command, ExitCode, Stdio};
use std::sync::Arc;
use std::time::Instant;
use tokio::net::TcpListener;
use tokio::sync::watch::Sender;
use trustbook_core::report::{self, Colour, ReportFormat};
use trustbook_core::site::sink::{Bytes, Shelf};
use trustbook_core::{BuildCache, Options};

#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ServeArgs {
    #[command(flatten)]
    book: BookArgs,
    /// The port to listen on.
    #[arg(long, short, default_value_t = 3000)]
    port: u16,
    /// The address to listen on.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Open the site in the browser.
    #[arg(long)]
    open: bool,
}

/// The site being served.
#[derive(Debug, Default)]
pub(crate) struct ServedSite {
    /// The number of the build.
    version: u64,
    files: Arc<BTreeMap<String, Bytes>>,
    /// The version, errors and report for pages, as JSON.
    said: Bytes,
    /// The report. It is kept so that the same report is not printed again after a burst of changes.
    report: String,
    /// A content security policy that applies in addition to those of the pages.
    policy: Option<&'static str>,
}

impl ServedSite {
    /// Returns the state after a build. `report` is the text for people, and is empty without findings.
    fn new(version: u64, files: Arc<BTreeMap<String, Bytes>>, report: &str, errors: usize) -> Self {
        let said = serde_json::json!({ "version": version, "errors": errors, "report": report });
        let said = Bytes::new(said.to_string().into_bytes());
        ServedSite { version, files, said, report: report.to_owned(), policy: None }
    }
}

pub(crate) fn run(args: &ServeArgs) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("the server cannot start: {error}")))?;
    runtime.block_on(serve(args))
}

async fn serve(args: &ServeArgs) -> Result<ExitCode, Failure> {
    let address = SocketAddr::new(args.host, args.port);
    let listener = TcpListener::bind(address).await.map_err(|error| {
        let failure = Failure::new(format!("listening on {address} failed: {error}"));
        match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                failure.help("another program listens there; name another port with --port")
            }
            _ => failure,
        }
    })?;
    let address = listener.local_addr().map_err(|error| Failure::new(error.to_string()))?;
    // Watching starts before the first build, so that no change during it is lost.
    let mut watcher = watch::Watcher::new(&args.book.dir)?;
    watcher.follow(&["facts", "src", "theme"].map(str::to_owned));
    let mut folders = Vec::new();
    let kept = BuildCache::keeping();
    let state = rebuild(args, &ServedSite::default(), &mut folders, &kept)?;
    let sender = Arc::new(Sender::new(Arc::new(state)));
    let url = format!("http://{address}/");
    output::say(&format!("serving at {url} (stop with Ctrl+C)"));
    if args.open && open(&url).is_err() {
        output::say("no browser could be opened; open the address yourself");
    }
    let watching = {
        let (args, sender) = (args.clone(), Arc::clone(&sender));
        tokio::task::spawn_blocking(move || watch_and_rebuild(watcher, &args, &sender, folders, &kept))
    };
    tokio::select! {
        result = web::serve(listener, sender) => result?,
        result = watching => result.map_err(|error| Failure::new(format!("watching the book failed: {error}")))??,
    }
    Ok(ExitCode::SUCCESS)
}

/// Serves a fixed set of files under a content security policy, until the runtime ends.
pub(crate) async fn files(listener: TcpListener, files: BTreeMap<String, Bytes>, policy: &'static str) {
    let state = ServedSite { files: Arc::new(files), policy: Some(policy), ..ServedSite::default() };
    // The error needs no report: the client that requests the files notices that they are gone.
    let _ = web::serve(listener, Arc::new(Sender::new(Arc::new(state)))).await;
}

/// Opens an address in the browser of this system, which need not end before us.
fn open(url: &str) -> std::io::Result<()> {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let mut command = Command::new(program);
    command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map(drop)
}

fn watch_and_rebuild(
    mut watcher: watch::Watcher,
    args: &ServeArgs,
    sender: &Sender<Arc<ServedSite>>,
    mut folders: Vec<String>,
    kept: &BuildCache,
) -> Result<(), Failure> {
    loop {
        // A change in a folder before it was watched would be missed, so the book is built once more.
        if !watcher.follow(&folders) {
            watcher.wait()?;
        }
        let last = Arc::clone(&sender.borrow());
        let state = match rebuild(args, &last, &mut folders, kept) {
            Ok(state) => state,
            // If the build fails completely, the last site stays, with the reason on it.
            Err(failure) => {
                output::failure(&failure);
                let report = format!("error: {}\n", failure.what());
                ServedSite::new(last.version + 1, Arc::clone(&last.files), &report, 1)
            }
        };
        sender.send_replace(Arc::new(state));
    }
}

/// Builds for serving. `folders` becomes the folders that the build has read files from.
fn rebuild(
    args: &ServeArgs,
    last: &ServedSite,
    folders: &mut Vec<String>,
    kept: &BuildCache,
) -> Result<ServedSite, Failure> {
    let started = Instant::now();
    let world = build::open(&args.book)?;
    let options = Options { commit: None, live: true, ..Options::default() };
    let shelf = Shelf::default();
    let mut built = mdbook_trustbook::build(&world, build::read(&world, &args.book, kept), &options, &shelf);
    baseline::leave_out(&args.book.dir, &built.book.map, &mut built.findings)?;
    let report = report::report(&built.book.map, &built.findings, ReportFormat::Human, Colour::None);
    let is_told = report == last.report && last.version > 0;
    if !is_told {
        output::say_report(&built.book.map, &built.findings);
    }
    let counts = output::counts(&built);
    let mut files = publish::rest(&built.book.config, built.site)?;
    files.extend(shelf.files());
    let seconds = started.elapsed().as_secs_f32();
    let (time, pages) = (Zoned::now().strftime("%H:%M:%S"), output::counted(built.book.pages.len(), "page"));
    let same = if is_told && !report.is_empty() { ", the same findings as before" } else { "" };
    output::say(&format!("{time} built {pages} in {seconds:.2} s: {counts}{same}"));
    output::say_times(&world);
    *folders = watch::folders(&built.book);
    kept.keep(built.book);
    Ok(ServedSite::new(last.version + 1, Arc::new(files), &report, report::count(&built.findings).0))
}
