//! Failures of a request, each with a sentence and a help.

use super::refusal::Refusal;
use std::error::Error;
use std::fmt;
use std::io::ErrorKind;
use std::time::Duration;

/// The reason why a request failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// A rule forbids it, or the name has no address.
    Refused(Refusal),
    /// The server did not answer, or the connection broke; the reason in words.
    Unreachable(String),
    /// The TLS handshake failed; the reason in words.
    Tls(String),
    /// The request took longer than this.
    TimedOut(Duration),
    /// A redirect led back to an earlier address.
    Loop(String),
    /// There were more redirects than this.
    TooManyRedirects(usize),
    /// The target of a redirect is not an address.
    BadRedirect(String),
    /// The answer has more bytes than this.
    TooLarge(u64),
    /// The answer is not HTTP, ends early or cannot be unpacked; the reason in words.
    Broken(String),
    /// The server asks to wait longer than the limit: the status, and the number of seconds, if known.
    Busy(u16, Option<u64>),
}

/// The reason given if no route leads to the server.
const NO_WAY: &str = "this machine has no route there";

impl Trouble {
    /// Returns true if the failure concerns this machine, not the server.
    pub(crate) fn is_of_this_machine(&self) -> bool {
        match self {
            Trouble::Refused(Refusal::NoAnswer(..)) => true,
            Trouble::Unreachable(why) => why == NO_WAY,
            _ => false,
        }
    }

    /// Returns the help.
    pub(crate) fn help(&self) -> &'static str {
        match self {
            Trouble::Refused(Refusal::Rule(_, help)) => help,
            Trouble::Refused(Refusal::NoSuchName(_)) => "correct the address",
            Trouble::Refused(Refusal::NoAnswer(..)) => "check the connection of this machine, and try again",
            Trouble::Unreachable(_) | Trouble::TimedOut(_) | Trouble::Broken(_) => "try again later",
            Trouble::Tls(_) => {
                "the certificate must be for this host, valid today, and signed by an authority that this machine \
                 trusts"
            }
            Trouble::Loop(_) | Trouble::TooManyRedirects(_) | Trouble::BadRedirect(_) => {
                "name the address that it finally leads to"
            }
            Trouble::TooLarge(_) => "name an address with a smaller answer",
            Trouble::Busy(..) => "try again later, or ask less often",
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Trouble::Refused(refusal) => refusal.fmt(f),
            Trouble::Unreachable(why) => write!(f, "it could not be reached: {why}"),
            Trouble::Tls(why) => write!(f, "the server could not prove its identity: {why}"),
            Trouble::TimedOut(limit) => write!(f, "it did not answer completely within {} s", limit.as_secs()),
            Trouble::Loop(to) => write!(f, "it redirects in a circle, back to {to}"),
            Trouble::TooManyRedirects(most) => write!(f, "it redirects more than {most} times"),
            Trouble::BadRedirect(to) => write!(f, "it redirects to `{to}`, which is not an address"),
            Trouble::TooLarge(most) => write!(f, "it has more than {} MiB", most / 1024 / 1024),
            Trouble::Broken(why) => write!(f, "its answer is broken: {why}"),
            Trouble::Busy(status, Some(seconds)) => {
                write!(f, "it answers {status} and asks to wait {seconds} s, which is too long")
            }
            Trouble::Busy(status, None) => write!(f, "it answers {status}: it is overloaded"),
        }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Trouble::Refused(refusal)
    }
}

/// Classifies an error below HTTP. `connect` is the time limit to report.
pub(super) fn of(error: &reqwest::Error, connect: Duration) -> Trouble {
    let (mut chain, mut next): (Vec<&(dyn Error + 'static)>, Option<&(dyn Error + 'static)>) =
        (Vec::new(), Some(error));
    while let Some(error) = next {
        chain.push(error);
        next = error.source();
    }
    if let Some(refused) = chain.iter().find_map(|error| error.downcast_ref::<Refused>()) {
        return Trouble::Refused(refused.0.clone());
    }
    if chain.iter().any(|error| error.is::<rustls::Error>()) || has_tls(&chain) {
        return Trouble::Tls(innermost(&chain));
    }
    if error.is_timeout() {
        return Trouble::TimedOut(connect);
    }
    if error.is_connect() {
        return Trouble::Unreachable(words(&chain));
    }
    Trouble::Broken(words(&chain))
}

/// A refusal, wrapped to pass through the HTTP client.
#[derive(Debug)]
pub(super) struct Refused(pub(super) Refusal);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Error for Refused {}

/// Returns true if an error comes from TLS. rustls wraps its error in an I/O error, and that in another.
fn has_tls(chain: &[&(dyn Error + 'static)]) -> bool {
    fn is_tls(error: &std::io::Error) -> bool {
        let inner = error.get_ref();
        inner.is_some_and(|inner| inner.is::<rustls::Error>() || inner.downcast_ref().is_some_and(is_tls))
    }
    chain.iter().filter_map(|error| error.downcast_ref()).any(is_tls)
}

/// Returns the reason given by the system or the parser.
fn words(chain: &[&(dyn Error + 'static)]) -> String {
    let io = chain.iter().rev().find_map(|error| error.downcast_ref::<std::io::Error>());
    match io.map(std::io::Error::kind) {
        Some(ErrorKind::ConnectionRefused) => "the connection was refused".to_owned(),
        Some(ErrorKind::ConnectionReset | ErrorKind::BrokenPipe | ErrorKind::ConnectionAborted) => {
            "the connection was cut".to_owned()
        }
        Some(ErrorKind::UnexpectedEof) => "it ends early".to_owned(),
        Some(ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable) => NO_WAY.to_owned(),
        _ => innermost(chain),
    }
}

fn innermost(chain: &[&(dyn Error + 'static)]) -> String {
    chain.last().map(ToString::to_string).unwrap_or_default()
}
