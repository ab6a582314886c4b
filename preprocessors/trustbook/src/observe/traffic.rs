//! The requests of a page, as reported by its browser: hosts, answers and the cookies that they set.

use super::recorder::Recorder;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use trustbook_core::observation::When;
use url::Url;

/// The requests so far, and those that are still open.
#[derive(Debug, Default)]
pub(super) struct Traffic {
    requests: BTreeMap<String, Request>,
    open: BTreeSet<String>,
}

/// A request, with the redirects that it followed.
#[derive(Debug, Default)]
struct Request {
    hops: Vec<Hop>,
    /// The number of hops for which the headers of the answer have arrived. They arrive in order, one event per hop.
    answered: usize,
}

#[derive(Debug)]
struct Hop {
    url: Url,
    purpose: &'static str,
    /// The phase in which the request was sent, even if its answer comes later.
    when: When,
}

impl Traffic {
    /// Returns true if no request is open.
    pub(super) fn is_quiet(&self) -> bool {
        self.open.is_empty()
    }

    /// Records a network event. `is_main` is true for the page itself, false for a frame in it. `now` is in
    /// seconds since 1970.
    pub(super) fn note(&mut self, recorder: &mut Recorder, method: &str, params: &Json, is_main: bool, now: i64) {
        let id = params["requestId"].as_str().unwrap_or_default();
        let kind = params["type"].as_str().unwrap_or_default();
        match method {
            "Network.requestWillBeSent" => {
                if let Ok(url) = Url::parse(params["request"]["url"].as_str().unwrap_or_default()) {
                    let hop = Hop { url, purpose: purpose(kind, is_main), when: recorder.phase };
                    self.requests.entry(id.to_owned()).or_default().hops.push(hop);
                }
                self.open.insert(id.to_owned());
            }
            "Network.responseReceivedExtraInfo" => self.cookies(recorder, id, params, now),
            "Network.responseReceived" => {
                let response = &params["response"];
                let status = response["status"].as_u64().and_then(|status| u16::try_from(status).ok());
                let url = Url::parse(response["url"].as_str().unwrap_or_default());
                if let (Ok(url), Some(status), true) = (url, status, is_main && kind == "Document")
                    && matches!(url.scheme(), "http" | "https")
                {
                    recorder.page(&url, status);
                }
            }
            "Network.loadingFinished" | "Network.loadingFailed" => {
                self.open.remove(id);
                if let Some(request) = self.requests.get_mut(id) {
                    // The browser blocked this hop, for example because of the page's policy, so it was not
                    // sent. Earlier redirects were.
                    if params["blockedReason"].is_string() {
                        request.hops.pop();
                    }
                    request.tell(recorder);
                }
            }
            "Network.webSocketCreated" => {
                if let Ok(url) = Url::parse(params["url"].as_str().unwrap_or_default()) {
                    recorder.host(&url, "websocket", recorder.phase);
                }
            }
            _ => {}
        }
    }

    /// Records the requests that are still open: they were sent too.
    pub(super) fn finish(&mut self, recorder: &mut Recorder) {
        self.requests.values().for_each(|request| request.tell(recorder));
    }

    /// Records the cookies that an answer sets and the browser accepts.
    fn cookies(&mut self, recorder: &mut Recorder, id: &str, params: &Json, now: i64) {
        let request = self.requests.entry(id.to_owned()).or_default();
        let from = request.hops.get(request.answered).or(request.hops.last()).map(|hop| hop.url.clone());
        request.answered += 1;
        let Some(from) = from else { return };
        let refused: BTreeSet<&str> = params["blockedCookies"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|blocked| blocked["cookieLine"].as_str())
            .collect();
        let headers = params["headers"].as_object().into_iter().flatten();
        let lines = headers.filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
        let lines = lines.filter_map(|(_, lines)| lines.as_str()).flat_map(str::lines);
        for line in lines.filter(|line| !refused.contains(line)) {
            recorder.header(line, &from, now);
        }
    }
}

impl Request {
    fn tell(&self, recorder: &mut Recorder) {
        for hop in &self.hops {
            recorder.host(&hop.url, hop.purpose, hop.when);
        }
    }
}

/// Returns the purpose of a request, in the terms of an observation.
fn purpose(kind: &str, is_main: bool) -> &'static str {
    match kind {
        "Document" if is_main => "document",
        "Document" => "frame",
        "Stylesheet" => "style",
        "Image" => "image",
        "Media" => "media",
        "Font" => "font",
        "Script" => "script",
        "XHR" | "Fetch" | "EventSource" | "Preflight" => "fetch",
        "WebSocket" => "websocket",
        "Ping" | "CSPViolationReport" => "beacon",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn sent(id: &str, url: &str, kind: &str) -> (&'static str, Json) {
        ("Network.requestWillBeSent", json!({ "requestId": id, "type": kind, "request": { "url": url } }))
    }

    fn headers(id: &str, line: &str) -> (&'static str, Json) {
        ("Network.responseReceivedExtraInfo", json!({ "requestId": id, "headers": { "Set-Cookie": line } }))
    }

    fn seen(events: Vec<(&'static str, Json)>) -> super::super::recorder::Recording {
        let (mut traffic, mut recorder) = (Traffic::default(), Recorder::new(When::Before));
        for (method, params) in events {
            traffic.note(&mut recorder, method, &params, true, 0);
        }
        traffic.finish(&mut recorder);
        recorder.all()
    }

    #[test]
    fn each_answer_of_a_chain_sets_its_own_cookies() {
        let all = seen(vec![
            sent("1", "https://a.example.com/", "Document"),
            headers("1", "first=1"),
            sent("1", "https://b.example.net/", "Document"),
            headers("1", "second=2"),
            ("Network.loadingFinished", json!({ "requestId": "1" })),
        ]);
        let cookies: Vec<(&str, &str)> =
            all.cookies.iter().map(|cookie| (cookie.name.as_str(), cookie.domain.as_str())).collect();
        assert_eq!(cookies, [("first", "a.example.com"), ("second", "b.example.net")]);
        assert_eq!(all.hosts.len(), 2);
    }

    #[test]
    fn what_the_browser_stopped_asked_nobody() {
        let all = seen(vec![
            sent("1", "https://a.example.com/x.js", "Script"),
            ("Network.loadingFailed", json!({ "requestId": "1", "blockedReason": "csp" })),
            sent("2", "https://b.example.com/r", "Image"),
            sent("2", "https://c.example.com/i", "Image"),
            ("Network.loadingFailed", json!({ "requestId": "2", "blockedReason": "mixed-content" })),
            sent("3", "https://d.example.com/", "Fetch"),
            ("Network.loadingFailed", json!({ "requestId": "3", "errorText": "net::ERR_CONNECTION_REFUSED" })),
            sent("4", "https://e.example.com/", "EventSource"),
            sent("5", "data:image/png;base64,AA", "Image"),
        ]);
        let hosts: Vec<&str> = all.hosts.iter().map(|host| host.host.as_str()).collect();
        assert_eq!(hosts, ["b.example.com", "d.example.com", "e.example.com"]);
    }
}
