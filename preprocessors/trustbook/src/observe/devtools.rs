//! The Chrome DevTools Protocol over a local WebSocket: commands, their answers, and events.

use super::interrupt;
use crate::failure::Failure;
use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Error, Message, WebSocket};

/// The time that a browser may take to answer a command.
const ANSWER: Duration = Duration::from_secs(30);
/// The time that one attempt to read a message waits.
const LOOK: Duration = Duration::from_millis(20);
/// The longest message, in bytes; the answers to our commands are far shorter.
const LONGEST: usize = 64 * 1024 * 1024;

/// An event in a page or worker.
#[derive(Debug, Clone)]
pub(super) struct Event {
    /// The session of the page or worker, or `None` for the browser itself.
    pub(super) session: Option<String>,
    pub(super) method: String,
    pub(super) params: Json,
}

/// A connection to a browser.
pub(super) struct DevTools {
    socket: WebSocket<TcpStream>,
    last: u64,
    events: VecDeque<Event>,
}

impl DevTools {
    /// Connects to an address of this machine.
    ///
    /// # Errors
    /// Returns an error if the connection fails.
    pub(super) fn connect(address: &str) -> Result<Self, Failure> {
        let lost = |error: &dyn std::fmt::Display| Failure::new(format!("the browser cannot be reached: {error}"));
        let host = address.trim_start_matches("ws://").split('/').next().unwrap_or_default();
        let stream = TcpStream::connect(host).map_err(|error| lost(&error))?;
        let mut config = WebSocketConfig::default();
        config.max_message_size = Some(LONGEST);
        config.max_frame_size = Some(LONGEST);
        let made = tungstenite::client::client_with_config(address, stream, Some(config));
        let (socket, _) = made.map_err(|error| lost(&error))?;
        socket.get_ref().set_read_timeout(Some(LOOK)).map_err(|error| lost(&error))?;
        Ok(DevTools { socket, last: 0, events: VecDeque::new() })
    }

    /// Sends a command, and waits for its answer.
    ///
    /// # Errors
    /// Returns an error if the browser refuses the command, or does not answer in time.
    pub(super) fn ask(&mut self, session: Option<&str>, method: &str, params: Json) -> Result<Json, Failure> {
        let id = self.send(session, method, params)?;
        let until = Instant::now() + ANSWER;
        while Instant::now() < until {
            let Some(mut message) = self.read()? else { continue };
            if message["id"] != json!(id) {
                self.keep(message);
                continue;
            }
            return match message["error"]["message"].as_str() {
                Some(why) => Err(Failure::new(format!("the browser refuses {method}: {why}"))),
                None => Ok(message["result"].take()),
            };
        }
        Err(Failure::new(format!("the browser did not answer {method} in {} s", ANSWER.as_secs())))
    }

    /// Sends a command without waiting for its answer. Returns its id.
    ///
    /// # Errors
    /// Returns an error if the connection is lost.
    pub(super) fn send(&mut self, session: Option<&str>, method: &str, params: Json) -> Result<u64, Failure> {
        self.last += 1;
        let mut message = json!({ "id": self.last, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = json!(session);
        }
        self.socket.send(Message::text(message.to_string())).map_err(|error| ended(&error))?;
        Ok(self.last)
    }

    /// Returns the next event, or `None` if there is none within [`LOOK`].
    ///
    /// # Errors
    /// Returns an error if the connection is lost.
    pub(super) fn next(&mut self) -> Result<Option<Event>, Failure> {
        if let Some(event) = self.events.pop_front() {
            return Ok(Some(event));
        }
        if let Some(message) = self.read()? {
            self.keep(message);
        }
        Ok(self.events.pop_front())
    }

    fn read(&mut self) -> Result<Option<Json>, Failure> {
        interrupt::check()?;
        match self.socket.read() {
            Ok(Message::Text(text)) => Ok(serde_json::from_str(&text).ok()),
            Ok(_) => Ok(None),
            Err(Error::Io(error)) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(None),
            Err(error) => Err(ended(&error)),
        }
    }

    fn keep(&mut self, mut message: Json) {
        if let Some(method) = message["method"].as_str().map(str::to_owned) {
            let session = message["sessionId"].as_str().map(str::to_owned);
            self.events.push_back(Event { session, method, params: message["params"].take() });
        }
    }
}

fn ended(error: &Error) -> Failure {
    Failure::new(format!("the browser ended, or the connection to it broke: {error}")).help("try again")
}
