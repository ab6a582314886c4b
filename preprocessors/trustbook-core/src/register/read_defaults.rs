//! The reading of `[defaults]`, and of a table whose name is almost that.

use super::Problem;
use super::common::{self, Common};
use super::read::Reader;
use super::types::Misfit;
use crate::suggest::slip;
use crate::toml_tree::Node;
use toml::de::{DeTable, DeValue};

/// The table of the common part of all facts and records of a file.
pub(super) const DEFAULTS: &str = "defaults";

impl Reader<'_> {
    pub(super) fn defaults(&mut self, node: &Node<'_>, defaults: &mut Common) {
        let DeValue::Table(table) = node.get_ref() else {
            self.misfit(
                node,
                "defaults",
                Misfit { why: "is not a table".to_owned(), help: Some("write `[defaults]`".to_owned()), at: None },
            );
            return;
        };
        for (key, node) in table {
            match key.get_ref().as_ref() {
                name if common::NO_DEFAULT.contains(&name) => {
                    let span = self.span(key);
                    self.register.problems.push(Problem::Misshapen {
                        span,
                        what: format!("`{name}` can not be a default"),
                        help: match name {
                            "verified" => {
                                "a file is not verified at a stroke: write it beside each fact that was checked"
                                    .to_owned()
                            }
                            _ => format!("write `{name}` beside the fact that it belongs to"),
                        },
                    });
                }
                name if common::KEYS.contains(&name) => self.set_common(defaults, name, node),
                _ => self.unknown(key, "`[defaults]`".to_owned(), common::KEYS.to_vec()),
            }
        }
    }
}

/// The name of a table that is meant to be `[defaults]`: it is spelt almost so, and holds nothing but its keys.
pub(super) fn misnamed_defaults<'t>(tree: &'t DeTable<'_>) -> Option<&'t str> {
    if tree.contains_key(DEFAULTS) {
        return None;
    }
    let holds_defaults = |node: &Node<'_>| match node.get_ref() {
        DeValue::Table(table) => {
            !table.is_empty() && table.keys().all(|key| common::KEYS.contains(&key.get_ref().as_ref()))
        }
        _ => false,
    };
    let mut names = tree.iter().filter(|(_, node)| holds_defaults(node)).map(|(key, _)| key.get_ref().as_ref());
    names.find(|name| slip(name, [DEFAULTS]).is_some())
}
