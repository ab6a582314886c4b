//! The server of `serve`: it sends files from memory, and notifies pages of the next build.

use super::ServedSite;
use crate::failure::Failure;
use axum::Router;
use axum::body::{self, Body};
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::routing::get;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch::Sender;
use trustbook_core::output::headers::of_file;
use trustbook_core::site::sink::Bytes;

type Site = Arc<Sender<Arc<ServedSite>>>;

const SCRIPT: &str = include_str!("reload.js");
const STYLE: &str = include_str!("reload.css");

/// Serves the site until the process stops.
pub(super) async fn serve(listener: TcpListener, site: Site) -> Result<(), Failure> {
    let router = Router::new()
        .route("/__trustbook/reload.js", get(|| async { response(StatusCode::OK, "text/javascript", SCRIPT) }))
        .route("/__trustbook/reload.css", get(|| async { response(StatusCode::OK, "text/css", STYLE) }))
        .route("/__trustbook/state", get(state))
        .fallback(get(file))
        .layer(middleware::from_fn(guarded))
        .layer(middleware::from_fn(local_only))
        .with_state(site);
    axum::serve(listener, router).await.map_err(|error| Failure::new(format!("the server stopped: {error}")))
}

/// Returns the state of the site. With the version of the last state as query, it waits for the next.
async fn state(Shared(site): Shared<Site>, uri: Uri) -> Response<Body> {
    let known: u64 = uri.query().and_then(|query| query.parse().ok()).unwrap_or(0);
    let mut receiver = site.subscribe();
    let wait = async {
        while receiver.borrow_and_update().version == known {
            if receiver.changed().await.is_err() {
                return;
            }
        }
    };
    // A page whose request times out asks again: proxies and browsers cut off long responses.
    let _ = tokio::time::timeout(Duration::from_secs(20), wait).await;
    let state = Arc::clone(&site.borrow());
    response(StatusCode::OK, "application/json", shared(&state.said))
}

/// Refuses requests for host names that are not local.
async fn local_only(request: Request, next: Next) -> Response<Body> {
    if is_local(request.headers()) {
        next.run(request).await
    } else {
        response(StatusCode::FORBIDDEN, "text/plain", "this server answers to its own address only\n")
    }
}

/// Adds the headers that a server of the published site sends.
async fn guarded(request: Request, next: Next) -> Response<Body> {
    let path = percent_encoding::percent_decode_str(request.uri().path()).decode_utf8_lossy().into_owned();
    let mut answer = next.run(request).await;
    for (name, value) in of_file(&path) {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value)) {
            // A second policy applies in addition to the first.
            answer.headers_mut().append(name, value);
        }
    }
    answer
}

async fn file(Shared(site): Shared<Site>, uri: Uri) -> Response<Body> {
    let state = Arc::clone(&site.borrow());
    let path = percent_encoding::percent_decode_str(uri.path()).decode_utf8_lossy();
    let path = path.trim_start_matches('/');
    let index = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    let mut response = match state.files.get(&index) {
        Some(bytes) => response(StatusCode::OK, content_type(&index), shared(bytes)),
        None => {
            let missing = state.files.get("404.html").map_or_else(Body::empty, shared);
            response(StatusCode::NOT_FOUND, "text/html; charset=utf-8", missing)
        }
    };
    if let Some(policy) = state.policy {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    }
    response
}

/// Returns a body that shares its bytes, so that slow readers use no more memory than fast ones.
fn shared(bytes: &Bytes) -> Body {
    struct Owner(Bytes);
    impl AsRef<[u8]> for Owner {
        fn as_ref(&self) -> &[u8] {
            &self.0
        }
    }
    body::Bytes::from_owner(Owner(Arc::clone(bytes))).into()
}

/// Returns true for requests to `localhost` or an IP address. Another site can give this address a name of its own (DNS
/// rebinding), so other names are refused.
fn is_local(headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name).trim_matches(['[', ']']);
    name == "localhost" || name.parse::<std::net::IpAddr>().is_ok()
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" | "htm" => "text/html; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "xml" => "application/xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "pdf" => "application/pdf",
        "json" => "application/json",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn response(status: StatusCode, content_type: &str, body: impl Into<Body>) -> Response<Body> {
    let built = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, content_type)
        .header(header::CACHE_CONTROL, "no-store")
        .body(body.into());
    // A response with constant headers is always valid.
    built.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[tokio::test]
    async fn all_readers_are_sent_the_same_bytes() {
        let page = Bytes::new(vec![b'x'; 1000]);
        let files =
            [("index.html", &page), ("404.html", &page)].map(|(path, page)| (path.to_owned(), Arc::clone(page)));
        let state = ServedSite::new(1, Arc::new(BTreeMap::from(files)), "wrong", 1);
        let said = Arc::clone(&state.said);
        let site: Site = Arc::new(Sender::new(Arc::new(state)));
        for (path, bytes) in [("/", &page), ("/none.html", &page), ("/__trustbook/state", &said)] {
            let uri = Uri::from_static(path);
            let shared = Shared(Arc::clone(&site));
            let response = if path.contains("__") { super::state(shared, uri).await } else { file(shared, uri).await };
            let sent = body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            assert_eq!(sent.as_ptr(), bytes.as_ptr(), "{path}: it is no copy");
            assert_eq!(sent.len(), bytes.len());
        }
        let said: serde_json::Value = serde_json::from_slice(&said).unwrap();
        assert_eq!(said, serde_json::json!({ "version": 1, "errors": 1, "report": "wrong" }));
    }
}
