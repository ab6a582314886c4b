//! `cargo xtask preprocessors`: builds books with real preprocessors of mdBook, installed from the crate registry.

use crate::run::{cargo, root, run};
use anyhow::{Context, Result, ensure};
use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

/// A preprocessor with a book for it.
struct Real {
    /// Its package in the registry.
    package: &'static str,
    version: &'static str,
    /// Its name in book.toml.
    name: &'static str,
    /// Its settings, as lines of book.toml.
    settings: &'static str,
    chapter: &'static str,
    /// Files beside it, with their texts.
    others: &'static [(&'static str, &'static str)],
    /// Texts of the page.
    shows: &'static [&'static str],
}

/// A catalogue of messages with the header that the reader of such files requires.
const PO: &str = r#"msgid ""
msgstr ""
"Project-Id-Version: Book\n"
"POT-Creation-Date: \n"
"PO-Revision-Date: \n"
"Last-Translator: \n"
"Language-Team: German\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Language: de\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "We answer."
msgstr "Wir antworten."
"#;

const REAL: &[Real] = &[
    Real {
        package: "mdbook-toc",
        version: "0.15.4",
        name: "toc",
        settings: "",
        chapter: "# A\n\n<!-- toc -->\n\n## One\n\n## Two\n",
        others: &[],
        shows: &["<a href=\"#one\">One</a>", "<a href=\"#two\">Two</a>"],
    },
    Real {
        package: "mdbook-mermaid",
        version: "0.17.1",
        name: "mermaid",
        settings: "",
        chapter: "# A\n\n```mermaid\ngraph TD; A-->B;\n```\n",
        others: &[],
        shows: &["<pre class=\"mermaid\">", "A--&gt;B"],
    },
    Real {
        package: "mdbook-i18n-helpers",
        version: "0.4.0",
        name: "gettext",
        settings: "after = [\"links\"]\n",
        chapter: "# A\n\nWe answer.\n",
        others: &[("po/de.po", PO)],
        shows: &["Wir antworten."],
    },
];

/// Installs each preprocessor below `target/tools`, and builds a book that it runs in.
pub(crate) fn all() -> Result<()> {
    run(&mut cargo(&["build", "--quiet", "--locked", "--package", "trustbook"]))?;
    let tools = root().join("target/tools/preprocessors");
    let target = tools.to_str().context("the path of the project is not UTF-8")?;
    for real in REAL {
        let install =
            ["install", "--quiet", "--debug", "--locked", "--root", target, real.package, "--version", real.version];
        run(&mut cargo(&install))?;
        one(real, &tools.join("bin")).with_context(|| format!("{} {}", real.package, real.version))?;
        println!("{} {}: its page shows what it wrote", real.package, real.version);
    }
    Ok(())
}

fn one(real: &Real, bin: &Path) -> Result<()> {
    let book = tempfile::tempdir()?;
    let write = |path: &str, text: &str| -> Result<()> {
        let path = book.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(book.path()))?;
        Ok(fs::write(path, text)?)
    };
    let settings = format!(
        "[book]\ntitle = \"Book\"\nlanguage = \"de\"\n\n[preprocessor.trustbook]\n\n[preprocessor.{}]\n{}",
        real.name, real.settings
    );
    write("book.toml", &settings)?;
    write("src/SUMMARY.md", "# Summary\n\n- [A](a.md)\n")?;
    write("src/a.md", real.chapter)?;
    write("facts/vendor.toml", "[vendor]\nname = { value = \"Example Ltd\", source = \"register\" }\n")?;
    for (path, text) in real.others {
        write(path, text)?;
    }
    let path = env::join_paths(
        [bin.to_owned()].into_iter().chain(env::split_paths(&env::var_os("PATH").unwrap_or_default())),
    )?;
    let mut command = Command::new(root().join("target/debug/trustbook"));
    let output = command
        .args(["build", "--allow-preprocessor", real.name])
        .current_dir(book.path())
        .env("PATH", path)
        .output()?;
    let report = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "the build failed\n{report}");
    let page = fs::read_to_string(book.path().join("book/a.html"))?;
    for text in real.shows {
        ensure!(page.contains(text), "the page lacks `{text}`\n{report}\n{page}");
    }
    Ok(())
}
