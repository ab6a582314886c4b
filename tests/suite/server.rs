//! A local web server that answers byte for byte as a test defines.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The headers, with names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

/// A function that answers a request.
type Answer = dyn Fn(&Request, &mut dyn Stream) + Send + Sync;

/// A connection, with or without TLS.
pub(crate) trait Stream: Read + Write {}
impl<T: Read + Write> Stream for T {}

/// A server that ends with its test.
pub(crate) struct Server {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<Request>>>,
    connected: Arc<Mutex<usize>>,
}

impl Server {
    /// Starts a server at an address of this machine, such as `127.0.0.1`.
    pub(crate) fn at(ip: &str, answer: impl Fn(&Request, &mut dyn Stream) + Send + Sync + 'static) -> Self {
        Server::wrapped(ip, answer, |stream| Some(Box::new(stream)))
    }

    /// Starts a server that wraps each connection first, for example in TLS.
    pub(crate) fn wrapped(
        ip: &str,
        answer: impl Fn(&Request, &mut dyn Stream) + Send + Sync + 'static,
        wrap: impl Fn(TcpStream) -> Option<Box<dyn Stream>> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind((ip, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (asked, connected) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(0)));
        let (answer, wrap): (Arc<Answer>, _) = (Arc::new(answer), Arc::new(wrap));
        let (seen, count) = (Arc::clone(&asked), Arc::clone(&connected));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                *count.lock().unwrap() += 1;
                let (answer, wrap, seen) = (Arc::clone(&answer), Arc::clone(&wrap), Arc::clone(&seen));
                thread::spawn(move || {
                    let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
                    if let Some(stream) = wrap(stream) {
                        serve(stream, &*answer, &seen);
                    }
                });
            }
        });
        Server { address, asked, connected }
    }

    /// Starts a server that answers each path with a body, and others with 404.
    pub(crate) fn of(bodies: &[(&str, &str)]) -> (Self, Arc<Mutex<BTreeMap<String, String>>>) {
        let bodies = bodies.iter().map(|(path, body)| ((*path).to_owned(), (*body).to_owned()));
        let bodies: Arc<Mutex<BTreeMap<String, String>>> = Arc::new(Mutex::new(bodies.collect()));
        let shared = Arc::clone(&bodies);
        let server = Server::at("127.0.0.1", move |request, stream| {
            let body = shared.lock().unwrap().get(&request.path).cloned();
            let text = match body {
                Some(body) => response("200 OK", &[], &body),
                None => response("404 Not Found", &[], "no"),
            };
            let _ = stream.write_all(text.as_bytes());
        });
        (server, bodies)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Returns the address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub(crate) fn asked(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }

    /// Returns the number of connections, with or without a request.
    pub(crate) fn connections(&self) -> usize {
        *self.connected.lock().unwrap()
    }
}

/// Returns a complete HTTP/1.1 answer, after which the connection closes.
pub(crate) fn response(status: &str, headers: &[&str], body: &str) -> String {
    let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
    format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn serve(stream: Box<dyn Stream>, answer: &Answer, seen: &Mutex<Vec<Request>>) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    if reader.read_line(&mut line).is_err() {
        return;
    }
    let mut parts = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(path)) = (parts.next(), parts.next()) else { return };
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        match reader.read_line(&mut line) {
            Ok(length) if length > 0 && !line.trim().is_empty() => {
                if let Some((name, value)) = line.split_once(':') {
                    headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
                }
            }
            _ => break,
        }
    }
    let mut body = Vec::new();
    let length = headers.get("content-length").and_then(|text: &String| text.parse::<u64>().ok());
    if let Some(length) = length {
        let _ = (&mut reader).take(length).read_to_end(&mut body);
    }
    let request = Request { method, path, headers, body };
    seen.lock().unwrap().push(request.clone());
    let mut stream = reader.into_inner();
    answer(&request, &mut *stream);
    let _ = stream.flush();
}
