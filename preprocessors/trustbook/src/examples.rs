//! Examples of each command, for the end of its help.

use clap::Command;

/// The examples by command, each as a command line and its effect.
const EXAMPLES: &[(&str, &[(&str, &str)])] = &[
    (
        "build",
        &[
            ("trustbook build", "publishes the book of this folder to book/"),
            ("trustbook build docs --out public --replace", "publishes docs/ to public/, with nothing else in it"),
            ("trustbook build --now 2027-01-01", "builds the site as it will be on that day"),
        ],
    ),
    (
        "check",
        &[
            ("trustbook check", "lists every finding"),
            ("trustbook check --fix", "also makes the edits after which a page reads the same"),
            ("trustbook check --external", "also opens the links that leave the site"),
            ("trustbook check --format sarif", "writes a report for code scanning"),
        ],
    ),
    (
        "explain",
        &[
            ("trustbook explain", "lists everything that has a page"),
            ("trustbook explain fact-unknown", "explains a check"),
            ("trustbook explain subprocessor", "lists the fields of a kind of record"),
        ],
    ),
    (
        "facts",
        &[
            ("trustbook facts", "lists the register"),
            ("trustbook facts docs example", "searches the register of docs/ for a word"),
            ("trustbook facts --due 30d", "lists what needs a review within 30 days"),
        ],
    ),
    ("headers", &[("trustbook headers nginx", "prints settings to include in the `server` of the site")]),
    (
        "import",
        &[
            ("trustbook import --dry-run privacy.html", "prints what an import would write"),
            ("trustbook import subprocessors.csv", "adds the rows of a list as records"),
        ],
    ),
    (
        "init",
        &[
            ("trustbook init trust --name 'Example Ltd'", "creates a book in trust/"),
            ("trustbook init", "adds what is missing to the mdBook of this folder"),
            ("trustbook init --update", "renews the workflows and scripts that `init` has written"),
        ],
    ),
    ("observe", &[("trustbook observe https://app.example.com/", "records the cookies and hosts of a page")]),
    ("pdf", &[("trustbook pdf --out trust.pdf", "prints the whole book")]),
    (
        "refresh",
        &[
            ("trustbook refresh --dry-run", "prints what has changed elsewhere"),
            ("trustbook refresh release", "looks up one source, and writes the lock"),
        ],
    ),
    (
        "review",
        &[
            ("trustbook review", "asks about everything that is due"),
            ("trustbook review subprocessor", "asks about the ids that begin with a word"),
        ],
    ),
    ("schema", &[("trustbook schema coverage", "prints what is classified, and what is left")]),
    ("serve", &[("trustbook serve --open", "shows the site in the browser, and rebuilds it on every save")]),
    ("status", &[("trustbook status", "prints the state of the book in ten lines")]),
    (
        "verify",
        &[
            ("trustbook verify book", "compares a folder with this book"),
            ("trustbook verify https://trust.example.com/", "compares a published site with this book"),
        ],
    ),
];

/// Adds the examples to the help of each command.
pub(crate) fn with_examples(command: Command) -> Command {
    EXAMPLES.iter().fold(command, |command, (name, examples)| {
        let longest = examples.iter().map(|(line, _)| line.len()).max().unwrap_or_default();
        let lines: String = examples.iter().map(|(line, effect)| format!("\n  {line:longest$}  {effect}")).collect();
        command.mut_subcommand(name, |command| command.after_help(format!("Examples:{lines}")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn every_command_has_examples_that_it_accepts() {
        let command = with_examples(crate::Cli::command());
        let commands: Vec<&str> = command.get_subcommands().map(Command::get_name).collect();
        assert_eq!(commands, EXAMPLES.iter().map(|(name, _)| *name).collect::<Vec<_>>());
        for (name, examples) in EXAMPLES {
            for (line, _) in *examples {
                let words = shlex::split(line).unwrap();
                assert_eq!(words[1], *name, "{line}");
                if let Err(error) = command.clone().try_get_matches_from(words) {
                    panic!("{line}: {error}");
                }
            }
        }
    }
}
