//! The server behind `serve`: files from memory, and a page that learns of the next build.

use super::State;
use crate::failure::Failure;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, Uri, header};
use axum::middleware::{self, Next};
use axum::routing::get;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch::Sender;
use trustbook_core::output::headers::of_file;

type Site = Arc<Sender<Arc<State>>>;

const SCRIPT: &str = include_str!("reload.js");
const STYLE: &str = include_str!("reload.css");

/// Serves until it is stopped.
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

/// The state of the site; with the version of the last one as query, it waits for the next.
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
    // A page that waits too long asks again: proxies and browsers cut long answers.
    let _ = tokio::time::timeout(Duration::from_secs(20), wait).await;
    let state = Arc::clone(&site.borrow());
    let body = serde_json::json!({ "version": state.version, "errors": state.errors, "report": state.report });
    response(StatusCode::OK, "application/json", body.to_string())
}

/// Refuses requests under a name that is not this server's.
async fn local_only(request: Request, next: Next) -> Response<Body> {
    if is_local(request.headers()) {
        next.run(request).await
    } else {
        response(StatusCode::FORBIDDEN, "text/plain", "this server answers to its own address only\n")
    }
}

/// Sends with every answer what a server of the site sends.
async fn guarded(request: Request, next: Next) -> Response<Body> {
    let path = percent_encoding::percent_decode_str(request.uri().path()).decode_utf8_lossy().into_owned();
    let mut answer = next.run(request).await;
    for (name, value) in of_file(&path) {
        if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value)) {
            answer.headers_mut().insert(name, value);
        }
    }
    answer
}

async fn file(Shared(site): Shared<Site>, uri: Uri) -> Response<Body> {
    let state = Arc::clone(&site.borrow());
    let path = percent_encoding::percent_decode_str(uri.path()).decode_utf8_lossy();
    let path = path.trim_start_matches('/');
    let index = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path.to_owned() };
    match state.files.get(&index) {
        Some(bytes) => response(StatusCode::OK, content_type(&index), bytes.to_vec()),
        None => {
            let missing = state.files.get("404.html").map(|bytes| bytes.to_vec()).unwrap_or_default();
            response(StatusCode::NOT_FOUND, "text/html; charset=utf-8", missing)
        }
    }
}

/// A page elsewhere can give this address a name of its own (DNS rebinding); such names are refused.
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
    // Constant headers always make a response.
    built.unwrap_or_default()
}
