//! `mdbook-trustbook`: the preprocessor as mdBook runs it.

use std::io::{Write, stdin, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        // Expanded values suit every renderer that reads Markdown.
        ["supports", _] => ExitCode::SUCCESS,
        [] => run(),
        _ => {
            say("mdbook-trustbook is run by mdBook; name it in book.toml under `[preprocessor.trustbook]`");
            ExitCode::from(2)
        }
    }
}

fn run() -> ExitCode {
    let (context, book) = match mdbook_preprocessor::parse_input(stdin().lock()) {
        Ok(input) => input,
        Err(error) => {
            say(&format!("error: the input is not what mdBook passes to a preprocessor: {error:#}"));
            return ExitCode::from(3);
        }
    };
    match mdbook_trustbook::preprocess::run(&context, book) {
        Ok(done) => {
            say(done.report.trim_end());
            if done.errors > 0 {
                return ExitCode::FAILURE;
            }
            match serde_json::to_writer(stdout().lock(), &done.book) {
                Ok(()) => ExitCode::SUCCESS,
                Err(error) => {
                    say(&format!("error: mdBook cannot read the chapters: {error}"));
                    ExitCode::from(3)
                }
            }
        }
        Err(error) => {
            say(&format!("error: {error:#}"));
            ExitCode::from(3)
        }
    }
}

/// Prints to standard error, because standard output belongs to mdBook.
fn say(text: &str) {
    if !text.is_empty() {
        let _ = writeln!(std::io::stderr(), "{text}");
    }
}
