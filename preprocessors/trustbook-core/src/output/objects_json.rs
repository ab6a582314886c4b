//! `objects.json`: the address of the description of each table and field, so that other sites can link to it.

use super::{Files, Make, Output, head, written};
use crate::book::Book;
use crate::datamap::Datamap;
use crate::datamap::{Holding, ModelTarget};
use crate::site::{OBJECTS, Site};
use serde_json::{Map, Value as Json, json};

pub(super) const OUTPUT: Output =
    Output { name: OBJECTS, is_of_vendor: false, page: include_str!("objects_json.md"), make: Make::OfSite(make) };

/// The version of the format.
const VERSION: u64 = 1;

fn make(book: &Book, _: &Site) -> Files {
    let homes = &book.index.fields;
    if homes.is_empty() {
        return Vec::new();
    }
    let objects: Map<String, Json> = homes
        .iter()
        .filter_map(|(id, home)| Some((id.clone(), object(&book.datamap, id, &home.path, &home.anchor)?)))
        .collect();
    let mut all = head(book, VERSION);
    all["objects"] = Json::Object(objects);
    vec![(OUTPUT.name.to_owned(), written(&all))]
}

/// Describes one table or field: `url` is relative to the file, and `source` is the permalink of its lines.
fn object(datamap: &Datamap, id: &str, path: &str, anchor: &str) -> Option<Json> {
    let anchor = percent_encoding::utf8_percent_encode(anchor, percent_encoding::CONTROLS);
    let path = percent_encoding::utf8_percent_encode(path, SPACES);
    let url = format!("{path}#{anchor}");
    match datamap.find(id) {
        ModelTarget::Table(schema, table) => Some(json!({
            "kind": "table",
            "name": table.name,
            "url": url,
            "source": schema.permalink(table, None),
        })),
        ModelTarget::Field(schema, table, field) => Some(json!({
            "kind": "field",
            "name": field.name,
            "url": url,
            "source": schema.permalink(table, Some(field)),
            "type": field.detail.as_ref().map(|detail| detail.ty.as_str()),
            "category": match datamap.holding(schema, table, field) {
                Holding::Known(category, _) => Some(category),
                _ => None,
            },
        })),
        _ => None,
    }
}

/// The characters to percent-encode in a path.
const SPACES: &percent_encoding::AsciiSet =
    &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`');
