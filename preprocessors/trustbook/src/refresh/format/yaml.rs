//! YAML 1.2, parsed by the reader of data models.

use super::{Document, SourceFormat};
use trustbook_core::schema::document::document;

pub(super) const FORMAT: SourceFormat = SourceFormat {
    name: "yaml",
    media_types: &["application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"],
    read,
};

fn read(text: &str) -> Result<Document, String> {
    document(text).map(Document::Values).map_err(|why| format!("is not YAML: {why}"))
}
