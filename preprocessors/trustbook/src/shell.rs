//! Completions and man pages, which `cargo xtask dist shell` writes by running this test: the command has no code for them.

use clap::Command;
use clap::builder::Resettable;
use clap_complete::Shell;
use clap_mangen::Man;
use std::fs;
use std::path::{Path, PathBuf};

/// Writes the page of a command and of those below it.
fn write_pages(command: &Command, name: &str, folder: &Path) {
    let examples = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let shown = command.clone().after_help(Resettable::Reset).version(env!("CARGO_PKG_VERSION"));
    let shown = shown.display_name(name).bin_name(name.replace('-', " "));
    let mut page = Vec::new();
    Man::new(shown).source(concat!("trustbook ", env!("CARGO_PKG_VERSION"))).render(&mut page).unwrap();
    if let Some(lines) = examples.strip_prefix("Examples:\n") {
        // Lines as they are: a man page would fill them like a paragraph.
        let lines = lines.replace('\\', "\\\\").replace('-', "\\-");
        page.extend(format!(".SH EXAMPLES\n.nf\n{lines}\n.fi\n").bytes());
    }
    fs::write(folder.join(format!("{name}.1")), page).unwrap();
    for below in command.get_subcommands().filter(|below| below.get_name() != "help") {
        write_pages(below, &format!("{name}-{}", below.get_name()), folder);
    }
}

#[test]
fn completions_and_man_pages_name_every_command() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = std::env::var_os("TRUSTBOOK_SHELL_FILES").map_or_else(|| temporary.path().to_owned(), PathBuf::from);
    let (completions, pages) = (folder.join("completions"), folder.join("man"));
    fs::create_dir_all(&completions).unwrap();
    fs::create_dir_all(&pages).unwrap();
    let mut command = crate::command();
    command.build();
    for shell in [Shell::Bash, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
        let path = clap_complete::generate_to(shell, &mut command.clone(), "trustbook", &completions).unwrap();
        let text = fs::read_to_string(path).unwrap();
        for below in command.get_subcommands() {
            assert!(text.contains(below.get_name()), "{shell}: {}", below.get_name());
        }
    }
    write_pages(&command, "trustbook", &pages);
    for page in ["trustbook.1", "trustbook-build.1", "trustbook-schema-coverage.1"] {
        let text = fs::read_to_string(pages.join(page)).unwrap();
        assert!(text.contains(".SH SYNOPSIS") && text.contains("quiet"), "{page}: {text}");
    }
    let is_shown = fs::read_to_string(pages.join("trustbook-build.1")).unwrap();
    assert!(is_shown.contains("\n.SH EXAMPLES\n.nf\n  trustbook build  "), "{is_shown}");
}
