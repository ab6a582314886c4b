//! A source in a repository: a file at a branch or tag, or the tags themselves.

use super::{SourceContent, SourceKind, SourceRequest, SourceResult};
use crate::failure::Failure;
use crate::refresh::git;
use serde_json::json;

pub(super) const SOURCE: SourceKind =
    SourceKind { name: "git", page: include_str!("git.md"), read: |asked| Box::pin(read(asked)) };

async fn read(asked: SourceRequest<'_>) -> Result<SourceResult, Failure> {
    let place = git::place(asked.net, asked.url("repository")?, asked.until).await?;
    let (track, path) = (asked.text("track"), asked.text("path"));
    let pattern = asked.text("tags");
    let read = move || match path {
        Some(path) => {
            let fetched = git::file(&place, track.as_deref(), &path)?;
            Ok(SourceContent { bytes: fetched.bytes, commit: Some(fetched.commit), ..SourceContent::default() })
        }
        None => {
            let found = git::tags(&place, track.as_deref(), pattern.as_deref())?;
            let newest = found.tags.first();
            let document = json!({ "commit": found.commit, "tag": newest, "tags": found.tags });
            Ok(SourceContent {
                bytes: document.to_string().into_bytes(),
                commit: found.commit,
                ..SourceContent::default()
            })
        }
    };
    let done = tokio::task::spawn_blocking(read).await;
    done.map_err(|error| Failure::new(format!("git was lost: {error}")))?.map(SourceResult::Content)
}
