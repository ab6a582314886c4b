//! The tasks of the project: `cargo xtask test` runs everything that CI runs.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a task talks to the person who runs it")]

mod bench;
mod browser;
mod dist;
mod faults;
mod fuzz;
mod guide;
#[cfg(unix)]
mod hostile;
mod outputs;
mod preprocessors;
mod publishing;
mod run;
mod servers;
mod test;
mod tools;
mod workflows;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask test [PART...]   everything that CI runs, or only these parts
       cargo xtask bench [NAME...]  how long the command takes for large inputs, and how much memory;
                                    `books` runs others beside it, which `--install-peers` builds
       cargo xtask at-once         builds of several books publish to one place at the same time, fifty times
       cargo xtask case             tries the hostile books about places on a disk that ignores case
       cargo xtask dist pack TARGET BINARY DIR    the archive of a release for one system
       cargo xtask dist packages ARCHIVES DIR     npm packages, wheels and a Homebrew formula from such archives
       cargo xtask exact           builds books in surroundings that have nothing in common, and compares every byte
       cargo xtask faults           kills and refuses commands at each call that may write, and looks at what is left
       cargo xtask fuzz [SECONDS] [TARGET...]  gives random input to every reader; needs a nightly Rust and cargo-fuzz
       cargo xtask guide [--out DIR]  builds the handbook for writers, with the page of each check
       cargo xtask hostile [BOOK...]  tries the books of tests/hostile, which break out or break down, in a throw-away root
       cargo xtask preprocessors    builds books with real preprocessors of mdBook, which it installs
       cargo xtask servers          runs nginx, Apache and Caddy with the settings of `trustbook headers`
       cargo xtask screenshots DIR  pictures of every page of the reference book
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let result = match args.as_slice() {
        ["test", parts @ ..] => test::all(parts),
        ["bench", args @ ..] => bench::all(args),
        ["at-once"] => publishing::at_once(),
        ["exact"] => publishing::exact(),
        ["dist", args @ ..] => dist::all(args),
        ["faults"] => faults::all(),
        ["fuzz", args @ ..] => fuzz::all(args),
        ["guide", args @ ..] => guide::all(args),
        #[cfg(unix)]
        ["case"] => hostile::case::all(),
        #[cfg(unix)]
        ["hostile", names @ ..] => hostile::all(names),
        ["preprocessors"] => preprocessors::all(),
        ["servers"] => servers::all(),
        ["screenshots", dir] => browser::screenshots(dir),
        _ => {
            eprint!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
