//! Where on the site the fields of schemas are described, each with an anchor that stays.

use super::arguments::argument;
use super::fields::{self, Where};
use crate::datamap::PinnedSchema;
use crate::page::{Context, Page, What};
use crate::register::common::Visibility;
use crate::schema::index::{FieldIndex, TableIndex, hex};
use crate::trust::{Home, Trust};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// The anchor of a table, or of a field of it.
pub(super) fn anchor(schema: &PinnedSchema, table: &TableIndex, field: Option<&FieldIndex>) -> String {
    let id = id(schema, table, field);
    // An anchor stands in addresses as it is, and has no spaces.
    let is_kept = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    if id.chars().all(is_kept) {
        return format!("field-{id}");
    }
    // `a b` and `a-b` are two fields, wherever on a page they stand.
    let kept: String = id.chars().map(|c| if is_kept(c) { c } else { '-' }).collect();
    let hash = hex(Sha256::digest(&id).get(..4).unwrap_or_default());
    format!("field-{kept}-{hash}")
}

/// `litellm.LiteLLM_SpendLogs.end_user`
pub(crate) fn id(schema: &PinnedSchema, table: &TableIndex, field: Option<&FieldIndex>) -> String {
    let field = field.map_or_else(String::new, |field| format!(".{}", field.name));
    format!("{}.{}{field}", schema.id, table.name)
}

/// The way from a page to the place where a table or field is described.
pub(super) fn link(
    trust: &Trust,
    page: &Page,
    schema: &PinnedSchema,
    table: &TableIndex,
    field: Option<&FieldIndex>,
) -> Option<String> {
    let home = trust.homes.get_or_init(|| of(trust)).get(&id(schema, table, field))?;
    let own = page.chapter.page_path()?;
    let up = "../".repeat(own.matches('/').count());
    Some(if own == home.path { format!("#{}", home.anchor) } else { format!("{up}{}#{}", home.path, home.anchor) })
}

/// Where each table and field is described, by its id. What several pages describe is at home on the first.
pub fn of(trust: &Trust) -> BTreeMap<String, Home> {
    let mut homes = BTreeMap::new();
    for page in &trust.pages {
        let Some(path) = page.chapter.page_path() else { continue };
        for slot in page.slots.iter().filter(|slot| slot.context != Context::Code) {
            let What::Block(call) = &slot.what else { continue };
            if call.word != fields::WORD || !fields::check(trust, call).is_empty() {
                continue;
            }
            for (schema, table) in fields::tables(trust, call) {
                // What is shown on request has no place that others could link to.
                if fields::visibility(trust, schema, table) != Visibility::Public {
                    continue;
                }
                let mut put = |field: Option<&FieldIndex>| {
                    let home = Home { path: path.clone(), anchor: anchor(schema, table, field) };
                    homes.entry(id(schema, table, field)).or_insert(home);
                };
                put(None);
                for (field, _) in fields::shown(trust, schema, table, Where::read(argument(call, "where"))) {
                    put(Some(field));
                }
            }
        }
    }
    homes
}
