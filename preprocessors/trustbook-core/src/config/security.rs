//! `[preprocessor.trustbook.security]`: the scripts a site may have, and what `refresh` may reach, start and read.

use super::ConfigProblem;
use crate::span::{FileId, Spanned};
use crate::suggest::nearest;
use crate::toml_tree::{Key, Node, kind_of, span_of, text_of};
use crate::world;
use core::net::{IpAddr, SocketAddr};
use ipnet::IpNet;
use std::collections::BTreeSet;
use toml::de::{DeTable, DeValue};

/// What a book allows beyond the rules; nothing where it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Security {
    /// `network.allow`: hosts by name that may be reached at any address and without TLS, in lower case.
    pub names: BTreeSet<String>,
    /// `network.allow`: the same of addresses.
    pub ranges: Vec<IpNet>,
    /// `network.nameservers`: whom to ask for names, instead of the system's.
    pub nameservers: Vec<SocketAddr>,
    /// `exec.allow`: the commands that sources may start, each with all its arguments.
    pub commands: BTreeSet<Vec<String>>,
    /// `env.allow`: the variables that headers and commands of sources may use.
    pub variables: BTreeSet<String>,
    /// `scripts`: the scripts that a site may have beside those of the embedded theme.
    pub scripts: Vec<Script>,
}

/// A script that a book allows, as it is and not otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The file, relative to the book.
    pub path: Spanned<String>,
    /// Its SHA-256, in hexadecimal and in lower case.
    pub sha256: Spanned<String>,
}

/// What an entry of `scripts` looks like.
const SCRIPT: &str = "write `scripts = [{ path = \"src/widget.js\", sha256 = \"...\" }]`; a build prints the hash of a script \
                      that is not named";

/// The tables, each with the keys that it takes.
const TABLES: &[(&str, &[&str])] = &[("env", &["allow"]), ("exec", &["allow"]), ("network", &["allow", "nameservers"])];

const SCRIPTS: &str = "scripts";

/// Reads the table; what is wrong with it goes to `problems`.
pub(super) fn read(file: FileId, table: &DeTable<'_>, problems: &mut Vec<ConfigProblem>) -> Security {
    let mut reader = Reader { file, security: Security::default(), problems };
    for (key, node) in table {
        let name = key.get_ref().as_ref();
        if name == SCRIPTS {
            match node.get_ref() {
                DeValue::Array(items) => items.iter().for_each(|item| reader.script(item)),
                _ => reader.wrong(node, name, "a list"),
            }
            continue;
        }
        match (TABLES.iter().find(|(known, _)| *known == name), node.get_ref()) {
            (Some((name, keys)), DeValue::Table(inner)) => reader.table(name, keys, inner),
            (Some(_), _) => reader.wrong(node, name, "a table"),
            (None, _) => {
                let known = TABLES.iter().map(|(known, _)| *known).chain([SCRIPTS]);
                reader.unknown(key, "security", known);
            }
        }
    }
    reader.security
}

struct Reader<'p> {
    file: FileId,
    security: Security,
    problems: &'p mut Vec<ConfigProblem>,
}

impl Reader<'_> {
    fn table(&mut self, name: &str, keys: &[&str], table: &DeTable<'_>) {
        for (key, node) in table {
            let known = keys.contains(&key.get_ref().as_ref());
            match (known, node.get_ref()) {
                (true, DeValue::Array(items)) => {
                    items.iter().for_each(|item| self.item(name, key.get_ref().as_ref(), item));
                }
                (true, _) => self.wrong(node, key.get_ref(), "a list"),
                (false, _) => self.unknown(key, &format!("security.{name}"), keys.iter().copied()),
            }
        }
    }

    fn item(&mut self, table: &str, key: &str, node: &Node<'_>) {
        if table == "exec" {
            return self.command(node);
        }
        let Some(text) = text_of(node) else { return self.wrong(node, key, "texts") };
        match (table, key) {
            ("env", _) => self.variable(node, text),
            (_, "nameservers") => match text.parse().or_else(|_| text.parse().map(|ip| SocketAddr::new(ip, 53))) {
                Ok(address) => self.security.nameservers.push(address),
                Err(_) => self.bad(
                    node,
                    format!("`{text}` is not the address of a name server"),
                    "write an address, and a port where it is not 53, such as `\"10.0.0.53\"` or `\"[::1]:5353\"`",
                ),
            },
            _ => self.place(node, text),
        }
    }

    /// A host by name, an address or a range of addresses.
    fn place(&mut self, node: &Node<'_>, text: &str) {
        if let Ok(range) = text.parse::<IpNet>() {
            return self.security.ranges.push(range.trunc());
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return self.security.ranges.push(address.into());
        }
        let help = "write one host such as `\"status.example.com\"`, or a range such as `\"10.1.2.0/24\"`";
        let is_name = !text.contains(['/', ':', '*', '@', '?', '#', '%', '[']) && !text.trim().is_empty();
        match url::Host::parse(text) {
            Ok(url::Host::Domain(name)) if is_name => {
                self.security.names.insert(name.trim_end_matches('.').to_ascii_lowercase());
            }
            // `0x7f.1` is an address in disguise.
            Ok(url::Host::Ipv4(address)) if is_name => {
                self.bad(node, format!("`{text}` is another spelling of {address}"), "write the address as it is");
            }
            _ => self.bad(node, format!("`{text}` is neither the name of a host nor a range of addresses"), help),
        }
    }

    fn command(&mut self, node: &Node<'_>) {
        let help = "write the program and each argument: `[[\"./version.sh\", \"--short\"]]`";
        let DeValue::Array(words) = node.get_ref() else {
            return self.bad(node, "an entry of `security.exec.allow` is not a list".to_owned(), help);
        };
        let argv: Option<Vec<String>> = words.iter().map(|word| text_of(word).map(str::to_owned)).collect();
        match argv {
            Some(argv) if argv.first().is_some_and(|program| !program.trim().is_empty()) => {
                self.security.commands.insert(argv);
            }
            _ => self.bad(node, "an entry of `security.exec.allow` names no program".to_owned(), help),
        }
    }

    fn script(&mut self, node: &Node<'_>) {
        let DeValue::Table(entry) = node.get_ref() else { return self.wrong(node, SCRIPTS, "tables") };
        let (mut path, mut sha256) = (None, None);
        for (key, node) in entry {
            let (name, text) = (key.get_ref().as_ref(), text_of(node));
            let Some(text) = text.filter(|_| matches!(name, "path" | "sha256")) else {
                match name {
                    "path" | "sha256" => self.wrong(node, name, "text"),
                    _ => self.unknown(key, "security.scripts", ["path", "sha256"].into_iter()),
                }
                return;
            };
            let value = Some(Spanned { value: text.to_owned(), span: span_of(self.file, node) });
            if name == "path" { path = value } else { sha256 = value }
        }
        let (Some(path), Some(sha256)) = (path, sha256) else {
            return self.bad(node, "an entry of `security.scripts` needs `path` and `sha256`".to_owned(), SCRIPT);
        };
        match world::join("", &path.value) {
            Some(joined) => {
                let path = Spanned { value: joined, ..path };
                let sha256 = Spanned { value: sha256.value.trim().to_ascii_lowercase(), ..sha256 };
                self.security.scripts.push(Script { path, sha256 });
            }
            None => self.bad(node, format!("`{}` is not a path within the book", path.value), SCRIPT),
        }
    }

    fn variable(&mut self, node: &Node<'_>, text: &str) {
        let is_name = |text: &str| {
            !text.is_empty()
                && !text.starts_with(|c: char| c.is_ascii_digit())
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        match is_name(text) {
            true => drop(self.security.variables.insert(text.to_owned())),
            false => self.bad(
                node,
                format!("`{text}` is not the name of a variable"),
                "write its name only, such as `\"STATUS_TOKEN\"`",
            ),
        }
    }

    fn bad(&mut self, node: &Node<'_>, why: String, help: &str) {
        self.problems.push(ConfigProblem::BadValue { span: span_of(self.file, node), why, help: help.to_owned() });
    }

    fn wrong(&mut self, node: &Node<'_>, key: &str, expected: &'static str) {
        let (span, found) = (span_of(self.file, node), kind_of(node.get_ref()));
        self.problems.push(ConfigProblem::WrongKind { span, key: key.to_owned(), expected, found });
    }

    fn unknown<'k>(&mut self, key: &Key<'_>, table: &str, known: impl Iterator<Item = &'k str>) {
        self.problems.push(ConfigProblem::UnknownKey {
            span: span_of(self.file, key),
            key: key.get_ref().to_string(),
            table: format!("preprocessor.trustbook.{table}"),
            nearest: nearest(key.get_ref(), known).map(str::to_owned),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::span::SourceMap;
    use crate::toml_tree;

    fn security(text: &str) -> (Security, Vec<ConfigProblem>) {
        let file = SourceMap::default().add("book.toml", text);
        let (tree, errors) = toml_tree::parse(file, text);
        assert_eq!(errors, []);
        let mut problems = Vec::new();
        (read(file, &tree, &mut problems), problems)
    }

    #[test]
    fn what_is_allowed_is_read() {
        let (read, problems) = security(
            "network.allow = [\"Status.Example.com.\", \"10.1.2.3/24\", \"::1\"]\n\
             network.nameservers = [\"10.0.0.53\", \"[::1]:5353\"]\n\
             exec.allow = [[\"./a.sh\", \"-v\"]]\nenv.allow = [\"TOKEN\"]\n\
             scripts = [{ path = \"./src/a.js\", sha256 = \"AB\" }]\n",
        );
        assert_eq!(problems, []);
        assert_eq!(read.names.into_iter().collect::<Vec<_>>(), ["status.example.com"]);
        assert_eq!(read.ranges.iter().map(ToString::to_string).collect::<Vec<_>>(), ["10.1.2.0/24", "::1/128"]);
        let servers: Vec<String> = read.nameservers.iter().map(ToString::to_string).collect();
        assert_eq!(servers, ["10.0.0.53:53", "[::1]:5353"]);
        assert_eq!(read.commands.into_iter().collect::<Vec<_>>(), [["./a.sh", "-v"]]);
        assert_eq!(read.variables.into_iter().collect::<Vec<_>>(), ["TOKEN"]);
        let scripts = read.scripts.iter().map(|script| (script.path.value.as_str(), script.sha256.value.as_str()));
        assert_eq!(scripts.collect::<Vec<_>>(), [("src/a.js", "ab")]);
    }

    #[test]
    fn what_can_not_be_allowed_is_told() {
        let bad = [
            "network.allow = [\"*.example.com\"]",
            "network.allow = [\"https://example.com\"]",
            "network.allow = [\"example.com:443\"]",
            "network.allow = [\"0x7f.1\"]",
            "network.allow = [\"10.0.0.0/33\"]",
            "network.allow = [\"\"]",
            "network.allow = [1]",
            "network.allow = \"example.com\"",
            "network.nameservers = [\"dns.example.com\"]",
            "network = true",
            "exec.allow = [\"./a.sh\"]",
            "exec.allow = [[]]",
            "exec.allow = [[1]]",
            "env.allow = [\"TOKEN=1\"]",
            "env.alow = []",
            "netwrok.allow = []",
            "scripts = \"src/a.js\"",
            "scripts = [\"src/a.js\"]",
            "scripts = [{ path = \"src/a.js\" }]",
            "scripts = [{ path = \"../a.js\", sha256 = \"ab\" }]",
            "scripts = [{ path = 1, sha256 = \"ab\" }]",
            "scripts = [{ path = \"src/a.js\", sha256 = \"ab\", hash = \"ab\" }]",
        ];
        for text in bad {
            let (read, problems) = security(text);
            assert_eq!(problems.len(), 1, "{text}: {problems:?}");
            assert_eq!(read, Security::default(), "{text}");
        }
    }
}
