//! `[preprocessor.trustbook.security]`: the scripts a site may have, and what `refresh` may reach, start and read.

use super::ConfigProblem;
use crate::span::{FileId, Span, Spanned};
use crate::suggest::nearest;
use crate::toml_tree::{TomlKey, TomlNode, kind_of, span_of, text_of};
use crate::world;
use core::net::{IpAddr, SocketAddr};
use ipnet::IpNet;
use std::collections::{BTreeMap, BTreeSet};
use toml::de::{DeTable, DeValue};
use url::{Host, Url};

/// The permissions that a book grants beyond the rules; none by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Security {
    /// `network.allow`: host names that may be reached at any address and without TLS, in lower case.
    pub names: BTreeSet<String>,
    /// `network.allow`: address ranges with the same permission.
    pub ranges: Vec<IpNet>,
    /// `network.nameservers`: the name servers to use instead of the system's.
    pub nameservers: Vec<SocketAddr>,
    /// `exec.allow`: the commands that sources may start, each with all its arguments.
    pub commands: BTreeSet<Vec<String>>,
    /// `env.allow`: the variables that may be used, each with the hosts and commands that may receive its value.
    pub variables: BTreeMap<String, SecretScope>,
    /// `scripts`: the scripts that a site may have besides those of the embedded theme.
    pub scripts: Vec<Script>,
}

/// The hosts and commands that may receive the value of a variable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SecretScope {
    /// `hosts`: the hosts by name or address, each with its port if one is written.
    pub hosts: BTreeSet<(Host<String>, Option<u16>)>,
    /// `commands`: the commands, each with all its arguments.
    pub commands: BTreeSet<Vec<String>>,
}

impl SecretScope {
    /// Returns true for an address on one of the hosts. Over TLS, the port must be the written one, or 443.
    pub fn has(&self, url: &Url) -> bool {
        let Some(host) = url.host().map(|host| whole(host.to_owned())) else { return false };
        let port = url.port_or_known_default();
        self.hosts.iter().filter(|(known, _)| *known == host).any(|(_, written)| match written {
            Some(_) => *written == port,
            None => url.scheme() != "https" || port == Some(443),
        })
    }
}

/// Returns a host in lower case, without the dot after its name.
fn whole(host: Host<String>) -> Host<String> {
    match host {
        Host::Domain(name) => Host::Domain(name.trim_end_matches('.').to_ascii_lowercase()),
        address => address,
    }
}

/// A script that a book allows, with exactly this content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Script {
    /// The file, relative to the book.
    pub path: Spanned<String>,
    /// The SHA-256 of the file, in lower-case hexadecimal.
    pub sha256: Spanned<String>,
}

/// The form of an entry of `scripts`.
const SCRIPT: &str = "write `scripts = [{ path = \"src/widget.js\", sha256 = \"...\" }]`; a build prints the hash of a script \
                      that is not named";

/// The sub-tables, each with its keys.
const TABLES: &[(&str, &[&str])] = &[("env", &["allow"]), ("exec", &["allow"]), ("network", &["allow", "nameservers"])];

const SCRIPTS: &str = "scripts";

/// Reads the table. Errors go to `problems`.
pub(super) fn read(file: FileId, table: &DeTable<'_>, problems: &mut Vec<ConfigProblem>) -> Security {
    let mut reader = SecurityReader { file, security: Security::default(), bound: Vec::new(), problems };
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
    reader.check_bound();
    reader.security
}

/// The keys of an entry of `env.allow`.
const VARIABLE: &[&str] = &["commands", "hosts", "name"];

struct SecurityReader<'p> {
    file: FileId,
    security: Security,
    /// The commands that variables are bound to, each with its place.
    bound: Vec<(Span, Vec<String>)>,
    problems: &'p mut Vec<ConfigProblem>,
}

impl SecurityReader<'_> {
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

    fn item(&mut self, table: &str, key: &str, node: &TomlNode<'_>) {
        match table {
            "exec" => {
                let argv = self.command(node, "security.exec.allow");
                return self.security.commands.extend(argv);
            }
            "env" => return self.variable(node),
            _ => {}
        }
        let Some(text) = text_of(node) else { return self.wrong(node, key, "texts") };
        match (table, key) {
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

    /// Reads a host name, an address or a range of addresses.
    fn place(&mut self, node: &TomlNode<'_>, text: &str) {
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
            // `0x7f.1` is an address in another spelling.
            Ok(url::Host::Ipv4(address)) if is_name => {
                self.bad(node, format!("`{text}` is another spelling of {address}"), "write the address as it is");
            }
            _ => self.bad(node, format!("`{text}` is neither the name of a host nor a range of addresses"), help),
        }
    }

    /// Reads a program with its arguments.
    fn command(&mut self, node: &TomlNode<'_>, of: &str) -> Option<Vec<String>> {
        let help = "write the program and each argument: `[[\"./version.sh\", \"--short\"]]`";
        let DeValue::Array(words) = node.get_ref() else {
            self.bad(node, format!("an entry of `{of}` is not a list"), help);
            return None;
        };
        let argv: Option<Vec<String>> = words.iter().map(|word| text_of(word).map(str::to_owned)).collect();
        let argv = argv.filter(|argv| argv.first().is_some_and(|program| !program.trim().is_empty()));
        if argv.is_none() {
            self.bad(node, format!("an entry of `{of}` names no program"), help);
        }
        argv
    }

    /// Reads a variable with the hosts and commands that may receive its value.
    fn variable(&mut self, node: &TomlNode<'_>) {
        let DeValue::Table(table) = node.get_ref() else {
            let name = text_of(node).filter(|text| is_variable(text)).unwrap_or("STATUS_TOKEN");
            let help = format!(
                "write `{{ name = \"{name}\", hosts = [\"status.example.com\"] }}` with the hosts that may be sent it, or \
                 `commands = [[\"./version.sh\"]]` with the commands that may read it"
            );
            return self.bad(
                node,
                "an entry of `security.env.allow` does not name the hosts of its variable".into(),
                &help,
            );
        };
        let (before, mut name, mut bound) = (self.problems.len(), None, SecretScope::default());
        for (key, node) in table {
            match (key.get_ref().as_ref(), node.get_ref()) {
                ("name", DeValue::String(text)) if is_variable(text) => name = Some(text.to_string()),
                ("name", _) => self.bad(
                    node,
                    "the `name` of a variable is not one".to_owned(),
                    "write its name only, such as `\"STATUS_TOKEN\"`",
                ),
                ("hosts", DeValue::Array(hosts)) => {
                    for node in hosts {
                        bound.hosts.extend(self.host(node));
                    }
                }
                ("commands", DeValue::Array(commands)) => {
                    for node in commands {
                        let argv = self.command(node, "commands");
                        self.bound.extend(argv.clone().map(|argv| (span_of(self.file, node), argv)));
                        bound.commands.extend(argv);
                    }
                }
                ("hosts" | "commands", _) => self.wrong(node, key.get_ref(), "a list"),
                _ => self.unknown(key, "security.env.allow", VARIABLE.iter().copied()),
            }
        }
        if self.problems.len() > before {
            return;
        }
        match name {
            None => {
                self.bad(node, "an entry of `security.env.allow` has no `name`".to_owned(), "write `name = \"...\"`")
            }
            Some(name) if bound == SecretScope::default() => self.bad(
                node,
                format!("the variable `{name}` is for no host and no command"),
                "write `hosts = [\"status.example.com\"]` or `commands = [[\"./version.sh\"]]` beside its name",
            ),
            Some(name) if self.security.variables.contains_key(&name) => {
                self.bad(
                    node,
                    format!("the variable `{name}` appears twice"),
                    "write all its hosts and commands in one entry",
                );
            }
            Some(name) => drop(self.security.variables.insert(name, bound)),
        }
    }

    fn script(&mut self, node: &TomlNode<'_>) {
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
        match world::outward(&path.value) {
            Some(joined) => {
                let path = Spanned { value: joined, ..path };
                let sha256 = Spanned { value: sha256.value.trim().to_ascii_lowercase(), ..sha256 };
                self.security.scripts.push(Script { path, sha256 });
            }
            None => self.bad(node, format!("`{}` is not a path within the book", path.value), SCRIPT),
        }
    }

    /// Reads one host by name or address, with an optional port.
    fn host(&mut self, node: &TomlNode<'_>) -> Option<(Host<String>, Option<u16>)> {
        let help = "write one host, such as `\"status.example.com\"`, with its port where that is not 443";
        let Some(text) = text_of(node) else {
            self.wrong(node, "hosts", "texts");
            return None;
        };
        let is_plain = !text.contains(|c: char| c.is_whitespace() || c.is_control() || "/\\*@?#%".contains(c));
        let url = Url::parse(&format!("https://{text}/")).ok().filter(|_| is_plain);
        let host = url.as_ref().and_then(|url| Some((whole(url.host()?.to_owned()), url.port())));
        // `0x7f.1` is an address in another spelling.
        let is_disguised = |host: &Host<String>| match host {
            Host::Ipv4(address) => !text.starts_with(&address.to_string()),
            _ => false,
        };
        match host {
            Some((host, _)) if is_disguised(&host) => {
                self.bad(node, format!("`{text}` is another spelling of {host}"), "write the address as it is");
                None
            }
            // The parser omits the default port.
            Some((host, port)) => Some((host, port.or_else(|| text.ends_with(":443").then_some(443)))),
            None => {
                self.bad(node, format!("`{text}` is not the name or the address of one host"), help);
                None
            }
        }
    }

    /// Reports commands that no source may start: they would never receive the value.
    fn check_bound(&mut self) {
        for (span, argv) in std::mem::take(&mut self.bound) {
            if !self.security.commands.contains(&argv) {
                self.problems.push(ConfigProblem::BadValue {
                    span,
                    why: "a variable is for a command that `security.exec.allow` does not have".to_owned(),
                    help: "add the command there with all its arguments, or remove it here".to_owned(),
                });
            }
        }
    }

    fn bad(&mut self, node: &TomlNode<'_>, why: String, help: &str) {
        self.problems.push(ConfigProblem::BadValue { span: span_of(self.file, node), why, help: help.to_owned() });
    }

    fn wrong(&mut self, node: &TomlNode<'_>, key: &str, expected: &'static str) {
        let (span, found) = (span_of(self.file, node), kind_of(node.get_ref()));
        self.problems.push(ConfigProblem::WrongKind { span, key: key.to_owned(), expected, found });
    }

    fn unknown<'k>(&mut self, key: &TomlKey<'_>, table: &str, known: impl Iterator<Item = &'k str>) {
        self.problems.push(ConfigProblem::UnknownKey {
            span: span_of(self.file, key),
            key: key.get_ref().to_string(),
            table: format!("preprocessor.trustbook.{table}"),
            nearest: nearest(key.get_ref(), known).map(str::to_owned),
        });
    }
}

/// Returns true for a valid name of an environment variable.
fn is_variable(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests;
