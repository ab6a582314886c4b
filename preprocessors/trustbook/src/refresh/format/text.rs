//! Plain text, without surrounding white space.

use super::{Document, SourceFormat};
use serde_json::Value as Json;

pub(super) const FORMAT: SourceFormat = SourceFormat { name: "text", media_types: &["text/plain"], read };

fn read(text: &str) -> Result<Document, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    Ok(Document::Values(Json::String(text.to_owned())))
}
