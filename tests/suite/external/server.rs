//! A local web server for many hosts, whose answers each test defines.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// A request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Request {
    pub(super) method: String,
    /// The host, without the port.
    pub(super) host: String,
    pub(super) path: String,
    /// The header lines.
    pub(super) headers: Vec<String>,
}

/// The answer to a request.
#[derive(Debug, Clone)]
pub(super) enum Reply {
    /// A status with headers and a body.
    Full(u16, Vec<String>, Vec<u8>),
    /// These raw bytes, then the end of the connection.
    Bytes(Vec<u8>),
    /// No answer, until the client disconnects.
    Hang,
    /// A valid head, and then nothing.
    HangInBody,
    /// A valid head, and then a few bytes at a time, until the client disconnects.
    Drip,
    /// A valid head with these headers, and an endless body.
    Endless(Vec<String>),
    /// The connection is closed without an answer.
    Close,
}

/// Returns an answer with a status only.
pub(super) fn status(status: u16) -> Reply {
    Reply::Full(status, Vec::new(), Vec::new())
}

/// Returns a redirect.
pub(super) fn to(status: u16, location: &str) -> Reply {
    Reply::Full(status, vec![format!("Location: {location}")], Vec::new())
}

/// Returns a page with enough text to count as one.
pub(super) fn page(html: &str) -> Reply {
    let text = format!("<!doctype html><title>Page</title><p>{}</p>{html}", "some words ".repeat(60));
    Reply::Full(200, vec!["Content-Type: text/html; charset=utf-8".to_owned()], text.into_bytes())
}

type Answer = dyn Fn(&Request) -> Reply + Send + Sync;

pub(super) struct Server {
    pub(super) port: u16,
    asked: Arc<Mutex<Vec<Request>>>,
    sent: Arc<Mutex<u64>>,
}

impl Server {
    pub(super) fn new(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        Server::with(|_| answer)
    }

    /// Starts a server whose answers contain its port.
    pub(super) fn with<A: Fn(&Request) -> Reply + Send + Sync + 'static>(make: impl FnOnce(u16) -> A) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let answer: Arc<Answer> = Arc::new(make(port));
        let (asked, sent) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(0)));
        let (log, count) = (Arc::clone(&asked), Arc::clone(&sent));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (answer, log, count) = (Arc::clone(&answer), Arc::clone(&log), Arc::clone(&count));
                thread::spawn(move || serve(stream, &*answer, &log, &count));
            }
        });
        Server { port, asked, sent }
    }

    /// Returns all requests so far, in order.
    pub(super) fn asked(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }

    /// Returns the number of requests.
    pub(super) fn count(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// Returns the number of bytes sent in endless bodies.
    pub(super) fn sent(&self) -> u64 {
        *self.sent.lock().unwrap()
    }
}

fn serve(mut stream: TcpStream, answer: &Answer, log: &Mutex<Vec<Request>>, sent: &Mutex<u64>) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(60)));
    let _ = stream.set_write_timeout(Some(Duration::from_secs(60)));
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let Some(request) = read(&mut reader) else { return };
    log.lock().unwrap().push(request.clone());
    let is_head = request.method == "HEAD";
    let _ = match answer(&request) {
        Reply::Full(status, headers, body) => {
            let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
            // An explicit Content-Length may be wrong on purpose.
            let length =
                match headers.to_ascii_lowercase().contains("content-length:") || status == 304 || status == 204 {
                    true => String::new(),
                    false => format!("Content-Length: {}\r\n", body.len()),
                };
            let head = format!("HTTP/1.1 {status} Said\r\n{headers}{length}Connection: close\r\n\r\n");
            let body = if is_head { &[][..] } else { &body };
            stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(body))
        }
        Reply::Bytes(bytes) => stream.write_all(&bytes),
        Reply::Close => Ok(()),
        Reply::Hang => wait(&mut reader),
        Reply::HangInBody => stream.write_all(&head("Content-Length: 9")).and_then(|()| wait(&mut reader)),
        Reply::Drip => stream.write_all(&head("Content-Length: 1000000")).and_then(|()| {
            loop {
                stream.write_all(b"x")?;
                thread::sleep(Duration::from_millis(50));
            }
        }),
        Reply::Endless(headers) => stream.write_all(&head(&headers.join("\r\n"))).and_then(|()| {
            let block = vec![b'x'; 64 * 1024];
            loop {
                stream.write_all(&block)?;
                *sent.lock().unwrap() += block.len() as u64;
            }
        }),
    };
}

fn head(headers: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{headers}\r\nConnection: close\r\n\r\n").into_bytes()
}

/// Waits until the client disconnects.
fn wait(reader: &mut impl Read) -> std::io::Result<()> {
    let mut rest = [0; 100];
    while reader.read(&mut rest)? > 0 {}
    Ok(())
}

fn read(reader: &mut impl BufRead) -> Option<Request> {
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|length| *length > 0)?;
        Some(line.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = Vec::new();
    loop {
        match line()? {
            end if end.is_empty() => break,
            header => headers.push(header),
        }
    }
    let host =
        headers.iter().find_map(|header| header.to_ascii_lowercase().strip_prefix("host: ").map(str::to_owned))?;
    let host = host.split(':').next()?.to_owned();
    Some(Request { method, host, path, headers })
}
