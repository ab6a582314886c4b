//! A source printed by a program: the book must allow it with all its arguments, and it runs without a shell.

use super::{SourceContent, SourceKind, SourceRequest, SourceResult};
use crate::failure::Failure;
use crate::process;
use crate::variables::{self, To};
use std::time::Duration;
use trustbook_core::register::source;
use trustbook_core::register::value::Value;

pub(super) const SOURCE: SourceKind =
    SourceKind { name: "command", page: include_str!("command.md"), read: |asked| Box::pin(read(asked)) };

/// The time limit for a program.
const MOST_TIME: Duration = Duration::from_secs(30);
/// The maximum output in bytes.
const MOST_BYTES: u64 = 5 * 1024 * 1024;

async fn read(asked: SourceRequest<'_>) -> Result<SourceResult, Failure> {
    let Some(Value::List(argv)) = asked.record.value("argv") else { return Err(super::missing("argv")) };
    let argv: Vec<String> = argv.iter().map(Value::text).collect();
    let security = asked.security();
    if !security.commands.contains(&argv) {
        let shown = source::asked(asked.record).unwrap_or_default();
        return Err(Failure::new("its command is not run: the book does not allow it").help(format!(
            "if it is meant, write `allow = [{shown}]` under [preprocessor.trustbook.security.exec] of book.toml"
        )));
    }
    let [program, arguments @ ..] = argv.as_slice() else { return Err(super::missing("argv")) };
    let mut command = process::command(program);
    command.args(arguments).current_dir(asked.dir);
    let mut given = 0;
    for (name, _) in security.variables.iter().filter(|(_, bound)| bound.commands.contains(&argv)) {
        // A variable that is not set is assumed to be optional for this command.
        if std::env::var_os(name).is_some_and(|value| !value.is_empty()) {
            let value = variables::value(name, security, To::Command(&argv))
                .map_err(|failure| Failure::new(format!("its command {}", failure.what())).helped_by(&failure))?;
            command.env(name, value);
            given += 1;
        }
    }
    let time = asked.left(MOST_TIME);
    let printed = tokio::task::spawn_blocking(move || process::run(&mut command, time, MOST_BYTES)).await;
    let printed = printed.map_err(|error| Failure::new(format!("its command was lost: {error}")))??;
    match printed.ended {
        None => Err(Failure::new(format!("its command did not end within {} s", time.as_secs()))
            .help("it was stopped; run it by hand to see what it waits for")),
        Some(false) => {
            let last = printed.errors.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no output");
            Err(Failure::new(format!("its command failed: {}", last.trim()))
                .help("run it by hand, in the book's folder"))
        }
        Some(true) if printed.output.len() as u64 > MOST_BYTES => {
            Err(Failure::new(format!("its command printed more than {} MiB", MOST_BYTES / 1024 / 1024))
                .help("reduce its output"))
        }
        Some(true) => {
            Ok(SourceResult::Content(SourceContent { bytes: printed.output, given, ..SourceContent::default() }))
        }
    }
}
