//! Data models: the cost of `schema coverage` and `check` for a typical one and a very large one, in each language.

use super::measure::{Limit, Measured, best};
use super::models::{LANGUAGES, Size, table};
use super::{Asked, Bed};
use anyhow::{Context, Result, bail};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// The size of the data model of a product that is a few years old.
const USUAL: Size = Size { tables: 64, fields: 13 };
/// A size beyond any real data model.
const LARGE: Size = Size { tables: 5000, fields: 40 };
/// The limits for the large data model.
const LIMIT: Limit = Limit { time: Duration::from_millis(1000), memory: 200_000_000 };
const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// One line of the table.
struct Row {
    what: String,
    measured: Measured,
}

pub(super) fn run(bed: &Bed, _asked: &Asked) -> Result<usize> {
    let mut above = 0;
    println!("{:<54} {:>9} {:>9} {:>9}", "", "time", "cpu", "memory");
    rows(bed, &mut |Row { what, measured }| {
        let is_above = !LIMIT.holds(&measured);
        above += usize::from(is_above);
        println!("{what:<54} {measured}{}", if is_above { "  ABOVE ITS LIMIT" } else { "" });
    })?;
    Ok(above)
}

fn rows(bed: &Bed, tell: &mut dyn FnMut(Row)) -> Result<()> {
    for (language, file, write) in LANGUAGES {
        for (name, size) in [("usual", USUAL), ("large", LARGE)] {
            let model = bed.folder.join(format!("{language}-{name}")).join(file);
            let folder = model.parent().context("a file is in a folder")?;
            fs::create_dir_all(folder)?;
            let mut out = BufWriter::new(File::create(&model)?);
            write(&mut out, size)?;
            out.flush()?;
            // No field is classified, so the command fails.
            let coverage = book(&folder.join("coverage"), language, file, &model, &Said::Nothing, size)?;
            tell(row(bed, &format!("{language}, {name}: schema coverage"), &["schema", "coverage"], &coverage, 1)?);
            for (what, said) in [("left out", Said::LeftOut), ("by default", Said::Default)] {
                let pinned = book(&folder.join(what), language, file, &model, &said, size)?;
                let from = model.to_str().context("the path is not UTF-8")?;
                let mut refresh = Command::new(&bed.command);
                refresh.args(["refresh", "--from", from, "--commit", COMMIT]).current_dir(&pinned);
                let output = refresh.output()?;
                if !output.status.success() {
                    bail!("`refresh` failed:\n{}", String::from_utf8_lossy(&output.stderr));
                }
                tell(row(bed, &format!("{language}, {name}: check, all {what}"), &["check"], &pinned, 0)?);
            }
        }
    }
    Ok(())
}

fn row(bed: &Bed, what: &str, args: &[&str], book: &Path, code: i32) -> Result<Row> {
    let make = || {
        let mut command = Command::new(&bed.command);
        command.args(args).args(["--now", "2026-01-15"]).current_dir(book);
        command
    };
    Ok(Row { what: what.to_owned(), measured: best(make, &[code])? })
}

/// The description of every table in the register.
enum Said {
    Nothing,
    LeftOut,
    Default,
}

/// Writes a book with a data model. The data model is a file of the book if the register does not describe it,
/// and pinned in a repository otherwise.
fn book(folder: &Path, language: &str, file: &str, model: &Path, said: &Said, size: Size) -> Result<PathBuf> {
    let put = |path: &str, text: &str| -> Result<()> {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().context("a file is in a folder")?)?;
        fs::write(path, text).map_err(anyhow::Error::from)
    };
    put("book.toml", "[book]\ntitle = \"Example\"\n\n[preprocessor.trustbook]\n")?;
    put("src/SUMMARY.md", "- [Data](data.md)\n")?;
    put("src/data.md", "# Data\n\n{{#inventory}}\n\n{{#schemas}}\n")?;
    let mut facts = format!(
        "[defaults]\nsource = \"measurement\"\n\n[[schema]]\nid = \"model\"\nlanguage = \"{language}\"\npath = \"{file}\"\n"
    );
    if matches!(said, Said::Nothing) {
        fs::copy(model, folder.join(file))?;
    } else {
        facts.push_str("repository = \"https://github.com/example/example\"\n");
        for index in 0..size.tables {
            write!(facts, "\n[[table]]\nschema = \"model\"\nname = \"{}\"\n", table(index))?;
            facts.push_str(&match said {
                Said::LeftOut => "left_out = \"it holds no personal data\"\n".to_owned(),
                _ => format!(
                    "purpose = \"rows\"\ndefault = {{ category = \"system.operations\", reviewed = \"{}\" }}\n",
                    &COMMIT[..12]
                ),
            });
        }
    }
    put("facts/data.toml", &facts)?;
    Ok(folder.to_owned())
}
