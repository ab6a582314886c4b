//! A source that consists of the records of a domain name: a sorted list of texts.

use super::{SourceContent, SourceKind, SourceRequest, SourceResult};
use crate::failure::Failure;
use crate::net::Trouble;

pub(super) const SOURCE: SourceKind =
    SourceKind { name: "dns", page: include_str!("dns.md"), read: |asked| Box::pin(read(asked)) };

async fn read(asked: SourceRequest<'_>) -> Result<SourceResult, Failure> {
    let name = asked.needed("name")?;
    let record = asked.record.word("record").ok_or_else(|| super::missing("record"))?;
    let records = asked.net.records(&name, record).await.map_err(Trouble::from);
    let records = records.map_err(|trouble| Failure::new(trouble.to_string()).help(trouble.help()))?;
    let bytes = serde_json::Value::from(records).to_string().into_bytes();
    Ok(SourceResult::Content(SourceContent { bytes, ..SourceContent::default() }))
}
