//! DNS look-ups of addresses and records, with the name servers of the system or of the book.

use super::refusal::Refusal;
use hickory_resolver::config::{ConnectionConfig, NameServerConfig, ResolverConfig};
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::net::{DnsError, NetError};
use hickory_resolver::proto::op::ResponseCode;
use hickory_resolver::proto::rr::{Name, RData, RecordType};
use hickory_resolver::{Resolver, TokioResolver};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// The time to wait for one name server per attempt.
const PATIENCE: Duration = Duration::from_secs(3);

/// A DNS resolver.
#[derive(Clone)]
pub(crate) struct DnsResolver {
    resolver: Result<TokioResolver, String>,
}

impl std::fmt::Debug for DnsResolver {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Names")
    }
}

impl DnsResolver {
    /// Uses the given name servers, or the system's if there are none.
    pub(super) fn new(servers: &[SocketAddr]) -> Self {
        let provider = TokioRuntimeProvider::default();
        let builder = match servers {
            [] => Resolver::builder(provider),
            servers => {
                let servers = servers.iter().map(server).collect();
                Ok(Resolver::builder_with_config(ResolverConfig::from_parts(None, Vec::new(), servers), provider))
            }
        };
        let resolver = builder.and_then(|mut builder| {
            let options = builder.options_mut();
            (options.timeout, options.attempts) = (PATIENCE, 2);
            builder.build()
        });
        DnsResolver { resolver: resolver.map_err(|error| format!("there is no name server to ask: {error}")) }
    }

    /// Returns all addresses of a host, sorted.
    pub(super) async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, Refusal> {
        let resolver = self.resolver(name)?;
        let found = resolver.lookup_ip(whole(name)?).await.map_err(|error| refusal(name, &error))?;
        let mut addresses: Vec<IpAddr> = found.iter().collect();
        addresses.sort();
        addresses.dedup();
        if addresses.is_empty() { Err(Refusal::NoSuchName(name.to_owned())) } else { Ok(addresses) }
    }

    /// Returns the records of a name as text, sorted because servers return them in any order. The list is
    /// empty if the name has only records of other types.
    pub(crate) async fn records(&self, name: &str, of: RecordType) -> Result<Vec<String>, Refusal> {
        let resolver = self.resolver(name)?;
        match resolver.lookup(whole(name)?, of).await {
            Ok(found) => {
                let own = found.answers().iter().filter(|record| record.record_type() == of);
                let mut records: Vec<String> = own.map(|record| text(&record.data)).collect();
                records.sort();
                records.dedup();
                Ok(records)
            }
            Err(NetError::Dns(DnsError::NoRecordsFound(none)))
                if none.response_code == ResponseCode::NoError && none.soa.is_some() =>
            {
                Ok(Vec::new())
            }
            Err(error) => Err(refusal(name, &error)),
        }
    }

    fn resolver(&self, name: &str) -> Result<&TokioResolver, Refusal> {
        self.resolver.as_ref().map_err(|why| Refusal::NoAnswer(name.to_owned(), why.clone()))
    }
}

fn server(address: &SocketAddr) -> NameServerConfig {
    let connections = [ConnectionConfig::udp(), ConnectionConfig::tcp()].map(|mut connection| {
        connection.port = address.port();
        connection
    });
    NameServerConfig::new(address.ip(), true, connections.into())
}

/// Returns a fully qualified name, to which no resolver appends a domain of the machine.
fn whole(name: &str) -> Result<Name, Refusal> {
    let mut whole = Name::from_utf8(name).map_err(|_| Refusal::NoSuchName(name.to_owned()))?;
    whole.set_fqdn(true);
    Ok(whole)
}

fn refusal(name: &str, error: &NetError) -> Refusal {
    match error {
        // An authoritative negative answer names its zone (RFC 2308 section 2). An offline machine, or a
        // captive portal, denies every name without one.
        NetError::Dns(DnsError::NoRecordsFound(none))
            if matches!(none.response_code, ResponseCode::NXDomain | ResponseCode::NoError) && none.soa.is_some() =>
        {
            Refusal::NoSuchName(name.to_owned())
        }
        NetError::Dns(DnsError::NoRecordsFound(none)) => {
            Refusal::NoAnswer(name.to_owned(), format!("the name server answers only {}", none.response_code))
        }
        NetError::Timeout => Refusal::NoAnswer(name.to_owned(), "no name server answered in time".to_owned()),
        other => Refusal::NoAnswer(name.to_owned(), other.to_string()),
    }
}

/// Returns a record in the notation of zone files; text records have no quotes.
fn text(data: &RData) -> String {
    match data {
        RData::TXT(text) => text.txt_data.iter().map(|part| String::from_utf8_lossy(part)).collect(),
        other => other.to_string(),
    }
}
