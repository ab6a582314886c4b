//! The guarded network, which is the only way out.
//!
//! Every address is looked at before it is asked, also those that redirects lead to, and every answer has limits.

mod fetch;
mod guard;
mod names;
mod pace;
mod refusal;
mod special;
mod trouble;

pub(crate) use fetch::{Answer, Ask, Method};
pub(crate) use guard::{Guard, Plain, Reach};
pub(crate) use refusal::Refusal;
pub(crate) use trouble::Trouble;

use crate::failure::Failure;
use names::Names;
use pace::Pace;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use trustbook_core::config::Config;

/// What a request may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The time until there is a connection.
    pub(crate) connect: Duration,
    /// The time for all of it, with redirects and waiting.
    pub(crate) all: Duration,
    /// How many redirects are followed.
    pub(crate) redirects: usize,
    /// The bytes of an answer, unpacked.
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

/// The network as a book may use it.
#[derive(Debug)]
pub(crate) struct Net {
    client: reqwest::Client,
    guard: Arc<Guard>,
    pace: Pace,
    limits: Limits,
}

impl Net {
    /// Opens nothing yet.
    ///
    /// # Errors
    /// Where this machine has no certificates to trust.
    pub(crate) fn new(config: &Config) -> Result<Self, Failure> {
        Net::with_limits(config, Limits::default())
    }

    /// The same with other limits.
    ///
    /// # Errors
    /// As above.
    pub(crate) fn with_limits(config: &Config, limits: Limits) -> Result<Self, Failure> {
        // Another part of the program may have chosen it before.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let security = config.trustbook.security.clone();
        let names = Names::new(&security.nameservers);
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
                Failure::new(format!("the network can not be used: {error}"))
                    .help("install the certificates of this system (on Debian: `apt-get install ca-certificates`)")
            })?;
        Ok(Net { client, guard, pace: Pace::default(), limits })
    }

    /// The rules, for programs that open connections of their own.
    pub(crate) fn guard(&self) -> &Guard {
        &self.guard
    }
}

/// Runs something that asks servers, until it is done.
///
/// # Errors
/// Where this machine can make no connections.
pub(crate) fn run<T>(asking: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("no connections can be made: {error}")))?;
    let done = runtime.block_on(asking);
    // A program or a look-up that hangs does not keep us.
    runtime.shutdown_background();
    Ok(done)
}

/// Who asks, and for which site.
fn agent(config: &Config) -> String {
    let site = config.trustbook.site_url.as_ref();
    let of = site.map_or_else(String::new, |url| format!("; +{url}"));
    format!("trustbook/{} (checks the sources of a documentation site{of})", env!("CARGO_PKG_VERSION"))
}

/// The client's way to names: through the rules.
struct Resolver(Arc<Guard>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.0);
        Box::pin(async move {
            let (_, addresses) = guard.resolve(name.as_str()).await.map_err(trouble::Refused)?;
            // The client puts the port in.
            let addresses = addresses.into_iter().map(|address| SocketAddr::new(address, 0));
            Ok(Box::new(addresses) as Addrs)
        })
    }
}

impl Net {
    /// The records of a name, sorted; none where it has others only.
    ///
    /// # Errors
    /// Where there is no such name, or nobody answers.
    pub(crate) async fn records(&self, name: &str, record: &str) -> Result<Vec<String>, Refusal> {
        let Ok(of) = record.parse() else {
            return Err(Refusal::Rule(format!("there are no records of the type `{record}`"), "mend its `record`"));
        };
        self.guard.names().records(name, of).await
    }
}
