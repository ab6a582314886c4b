//! The guarded network: all outgoing connections pass through it.
//!
//! Every address is checked before it is requested, including the targets of redirects. Every answer has limits.

mod fetch;
mod guard;
mod names;
mod pace;
mod refusal;
mod special;
mod trouble;

pub(crate) use fetch::{Ask, HttpAnswer, Method};
pub(crate) use guard::{Guard, Plain, Reach};
pub(crate) use refusal::Refusal;
pub(crate) use trouble::Trouble;

use crate::failure::Failure;
use names::DnsResolver;
use pace::Pace;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use trustbook_core::config::Config;

/// The limits on a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The time to open a connection.
    pub(crate) connect: Duration,
    /// The time for the whole request, with redirects and pauses.
    pub(crate) all: Duration,
    /// The number of redirects that are followed.
    pub(crate) redirects: usize,
    /// The size of an answer in bytes, unpacked.
    pub(crate) bytes: u64,
    /// The longest pause that a server may ask for.
    pub(crate) wait: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connect: Duration::from_secs(10),
            all: Duration::from_secs(30),
            redirects: 5,
            bytes: 5 * 1024 * 1024,
            wait: Duration::from_secs(10),
        }
    }
}

/// A client for the network, with the rules of a book.
#[derive(Debug)]
pub(crate) struct Net {
    client: reqwest::Client,
    guard: Arc<Guard>,
    pace: Pace,
    limits: Limits,
}

impl Net {
    /// Creates a client with default limits. It opens no connection yet.
    ///
    /// # Errors
    /// Returns an error if this machine has no root certificates.
    pub(crate) fn new(config: &Config) -> Result<Self, Failure> {
        Net::with_limits(config, Limits::default())
    }

    /// Creates a client with other limits.
    ///
    /// # Errors
    /// Those of [`Net::new`].
    pub(crate) fn with_limits(config: &Config, limits: Limits) -> Result<Self, Failure> {
        // Another part of the program may have installed the provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let security = config.trustbook.security.clone();
        let names = DnsResolver::new(&security.nameservers);
        let guard = Arc::new(Guard::new(security, names));
        let client = reqwest::Client::builder()
            .no_proxy()
            .http1_only()
            .referer(false)
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(limits.connect)
            .user_agent(agent(config))
            .dns_resolver(Arc::new(Resolver(Arc::clone(&guard))))
            .build()
            .map_err(|error| {
                Failure::new(format!("the network cannot be used: {error}"))
                    .help("install the certificates of this system (on Debian: `apt-get install ca-certificates`)")
            })?;
        Ok(Net { client, guard, pace: Pace::default(), limits })
    }

    /// Returns the rules, for programs that open connections of their own.
    pub(crate) fn guard(&self) -> &Guard {
        &self.guard
    }
}

/// Runs a future that makes requests, until it is done.
///
/// # Errors
/// Returns an error if this machine cannot make connections.
pub(crate) fn run<T>(asking: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("no connections can be made: {error}")))?;
    let done = runtime.block_on(asking);
    // A hanging program or look-up must not delay the command.
    runtime.shutdown_background();
    Ok(done)
}

/// Returns the user agent, with the address of the site.
fn agent(config: &Config) -> String {
    let site = config.trustbook.site_url.as_ref();
    let of = site.map_or_else(String::new, |url| format!("; +{url}"));
    format!("trustbook/{} (checks the sources of a documentation site{of})", env!("CARGO_PKG_VERSION"))
}

/// The client's name resolver, which applies the rules.
struct Resolver(Arc<Guard>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.0);
        Box::pin(async move {
            let (_, addresses) = guard.resolve(name.as_str()).await.map_err(trouble::Refused)?;
            // The client replaces the port.
            let addresses = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

impl Net {
    /// Returns the records of a name, sorted. The list is empty if the name has only records of other types.
    ///
    /// # Errors
    /// Returns an error if the name does not exist, or no name server answers.
    pub(crate) async fn records(&self, name: &str, record: &str) -> Result<Vec<String>, Refusal> {
        let Ok(of) = record.parse() else {
            return Err(Refusal::Rule(format!("there are no records of the type `{record}`"), "correct its `record`"));
        };
        self.guard.names().records(name, of).await
    }
}
