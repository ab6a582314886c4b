//! The part of HTTP Archive 1.2 that an observation needs; everything else is skipped while reading.

use serde::Deserialize;

/// A HAR file.
#[derive(Debug, Deserialize)]
pub(super) struct Archive {
    pub(super) log: Log,
}

#[derive(Debug, Deserialize)]
pub(super) struct Log {
    #[serde(default)]
    pub(super) creator: Creator,
    pub(super) entries: Vec<Exchange>,
}

/// The tool that saved the file.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Creator {
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
}

impl Creator {
    /// Returns the name of the tool and its major version.
    pub(super) fn words(&self) -> String {
        let name = if self.name.is_empty() { "a tool without a name" } else { &self.name };
        let version = self.version.split('.').next().unwrap_or_default();
        format!("{name} {version}").trim().to_owned()
    }
}

/// A request with its answer.
#[derive(Debug, Deserialize)]
pub(super) struct Exchange {
    #[serde(rename = "startedDateTime", default)]
    pub(super) started: String,
    /// The resource type, which Chromium adds.
    #[serde(rename = "_resourceType", default)]
    pub(super) kind: Option<String>,
    pub(super) request: Request,
    pub(super) response: Response,
}

#[derive(Debug, Deserialize)]
pub(super) struct Request {
    pub(super) url: String,
    #[serde(default)]
    pub(super) cookies: Vec<Sent>,
    #[serde(default)]
    headers: Vec<Header>,
}

impl Request {
    /// Returns the value of a header; case is ignored in its name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value.as_str())
    }
}

/// A cookie that was sent, without its value.
#[derive(Debug, Deserialize)]
pub(super) struct Sent {
    pub(super) name: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Response {
    #[serde(default)]
    pub(super) status: i64,
    #[serde(default)]
    headers: Vec<Header>,
    #[serde(default)]
    content: HarContent,
}

impl Response {
    /// Returns the `Set-Cookie` headers, one cookie each. Firefox joins several cookies with line breaks.
    pub(super) fn set_cookies(&self) -> impl Iterator<Item = &str> {
        let headers = self.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("set-cookie"));
        headers.flat_map(|header| header.value.lines()).filter(|line| !line.trim().is_empty())
    }

    /// Returns the media type without its parameters.
    pub(super) fn media_type(&self) -> &str {
        self.content.mime.split(';').next().unwrap_or_default().trim()
    }
}

#[derive(Debug, Default, Deserialize)]
struct HarContent {
    #[serde(rename = "mimeType", default)]
    mime: String,
}

#[derive(Debug, Deserialize)]
struct Header {
    name: String,
    #[serde(default)]
    value: String,
}
