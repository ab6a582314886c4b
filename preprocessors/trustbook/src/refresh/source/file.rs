//! A source that is a file of the book.

use super::{SourceContent, SourceKind, SourceRequest, SourceResult};
use crate::failure::Failure;
use trustbook_core::world::{ReadError, closed, join};

pub(super) const SOURCE: SourceKind =
    SourceKind { name: "file", page: include_str!("file.md"), read: |asked| Box::pin(std::future::ready(read(asked))) };

fn read(asked: SourceRequest<'_>) -> Result<SourceResult, Failure> {
    let path = asked.needed("path")?;
    let outside = || Failure::new(format!("{path} is outside of the book")).help("name a file of the book");
    let whole = join("", &path).ok_or_else(outside)?;
    // A file that must not be published cannot be a source, because its values would appear on pages.
    if let Some(why) = closed(&whole) {
        return Err(Failure::new(format!("{path} is not read: {why}")).help("name a file that may be published"));
    }
    match asked.world.read(&whole) {
        Ok(bytes) => Ok(SourceResult::Content(SourceContent { bytes, ..SourceContent::default() })),
        Err(ReadError::Outside) => Err(outside()),
        Err(error) => {
            Err(Failure::new(format!("{path} cannot be read: {error}")).help("correct its `path`, or the file"))
        }
    }
}
