//! Requests for all addresses in parallel, so that no server holds up the others.

use super::ask::{LinkResponse, Outcome, Sign, Web, ask};
use super::plan::Wanted;
use crate::progress::Progress;
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use futures_util::stream;
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::{Instant, timeout_at};

/// The maximum number of concurrent requests.
const AT_ONCE: usize = 16;
/// The maximum number of concurrent requests for one host.
const OF_ONE: usize = 4;
/// The number of consecutive time-outs after which the remaining links of a server are skipped.
const STRIKES: usize = 3;
/// The longest pause for a server, in seconds.
const PAUSE: u64 = 10;
/// The longest time for all pauses of one server.
const PAUSES: Duration = Duration::from_secs(60);
/// The time after which a pending request is shown at the terminal.
const SLOW: Duration = Duration::from_secs(2);

/// The time limits of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    /// The limit for one address.
    pub(super) each: Duration,
    /// The time at which the whole run ends.
    pub(super) until: Instant,
}

/// Requests all addresses, and returns the results in their order. It abandons every request that is open when
/// the time is up.
pub(super) async fn ask_all(web: &impl Web, wanted: &[&Wanted], time: Time, progress: &Progress) -> Vec<LinkResponse> {
    let mut hosts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, wanted) in wanted.iter().enumerate() {
        hosts.entry(wanted.url.host_str().unwrap_or_default()).or_default().push(index);
    }
    let free = Semaphore::new(AT_ONCE);
    let counted = progress.count(wanted.len(), "addresses outside");
    let of_host = |indices: Vec<usize>| {
        let (free, counted) = (&free, &counted);
        async move {
            let servers = Servers::default();
            let one = |index: usize| {
                let (servers, wanted) = (&servers, wanted[index]);
                async move {
                    let found = loop {
                        // A request that waits for a server must not hold up other servers.
                        if let Some(until) = servers.rests_until(wanted) {
                            tokio::time::sleep_until(until.min(time.until)).await;
                        }
                        let _permit = free.acquire().await;
                        let found = match servers.given_up(wanted) {
                            Some(why) => Outcome::Unknown(why, "try again later".to_owned()).into(),
                            None if Instant::now() >= time.until => late(),
                            None => {
                                let asked = slowly(ask(web, wanted, time.each), wanted, progress);
                                timeout_at(time.until, asked).await.unwrap_or_else(|_| late())
                            }
                        };
                        match found.sign {
                            Some(Sign::Busy(seconds)) if servers.rests(wanted, seconds) => {}
                            _ => break found,
                        }
                    };
                    servers.note(wanted, &found);
                    counted.one_more();
                    (index, found)
                }
            };
            stream::iter(indices.into_iter().map(one)).buffer_unordered(OF_ONE).collect::<Vec<_>>().await
        }
    };
    let count = hosts.len().max(1);
    let found: Vec<Vec<(usize, LinkResponse)>> =
        stream::iter(hosts.into_values().map(of_host)).buffer_unordered(count).collect().await;
    let mut found: Vec<(usize, LinkResponse)> = found.into_iter().flatten().collect();
    found.sort_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, found)| found).collect()
}

/// Returns the result for an address that was not answered before the time was up.
fn late() -> LinkResponse {
    let help = "give the run more time with --time-limit, or share the servers among machines with --shard";
    Outcome::Unknown("it did not answer within the time limit of the run".to_owned(), help.to_owned()).into()
}

/// Shows the host of a slow request at the terminal.
async fn slowly(work: impl Future<Output = LinkResponse>, wanted: &Wanted, progress: &Progress) -> LinkResponse {
    let work = pin!(work);
    match select(work, pin!(tokio::time::sleep(SLOW))).await {
        Either::Left((found, _)) => found,
        Either::Right((_, work)) => {
            let _line = progress.line(&format!("waiting for {}", wanted.url.authority()));
            work.await
        }
    }
}

/// The servers of one host and their behaviour so far, by `host:port`.
#[derive(Default)]
struct Servers(Mutex<BTreeMap<String, Server>>);

#[derive(Default)]
struct Server {
    strikes: usize,
    busy: Option<u64>,
    /// The end of the pause that the server has asked for.
    rest: Option<Instant>,
    /// The total time of its pauses.
    rested: Duration,
}

impl Servers {
    /// Returns the reason to skip a server, or `None` if it may be asked.
    fn given_up(&self, wanted: &Wanted) -> Option<String> {
        let servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let server = servers.get(wanted.url.authority())?;
        match server.busy {
            Some(seconds) if server.rested.is_zero() => {
                Some(format!("its server asks to wait {seconds} s, and was not asked again"))
            }
            Some(seconds) => Some(format!(
                "its server asks to wait {seconds} s again, after pauses of {} s in all, and was not asked again",
                server.rested.as_secs()
            )),
            None if server.strikes >= STRIKES => {
                Some(format!("its server did not answer in time {STRIKES} times in a row, and was not asked again"))
            }
            None => None,
        }
    }

    /// Returns the end of the pause that a server has asked for, if any.
    fn rests_until(&self, wanted: &Wanted) -> Option<Instant> {
        let servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        servers.get(wanted.url.authority())?.rest
    }

    /// Grants a server the pause that it asks for, if it is short and the total stays within the limit. Returns true if
    /// granted.
    fn rests(&self, wanted: &Wanted, seconds: u64) -> bool {
        let mut servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let server = servers.entry(wanted.url.authority().to_owned()).or_default();
        let now = Instant::now();
        let until = now + Duration::from_secs(seconds.clamp(1, PAUSE));
        // Several requests to a server wait in parallel, so overlapping pauses count once.
        let more = until.saturating_duration_since(server.rest.unwrap_or(now).max(now));
        if seconds > PAUSE || server.busy.is_some() || server.rested + more > PAUSES {
            return false;
        }
        server.rested += more;
        server.rest = Some(server.rest.map_or(until, |rest| rest.max(until)));
        true
    }

    fn note(&self, wanted: &Wanted, found: &LinkResponse) {
        let mut servers = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let server = servers.entry(wanted.url.authority().to_owned()).or_default();
        match found.sign {
            Some(Sign::Hangs) => server.strikes += 1,
            Some(Sign::Busy(seconds)) => server.busy = Some(seconds),
            Some(Sign::Offline) => {}
            // A server that was given up is not tried again.
            None if server.strikes < STRIKES => server.strikes = 0,
            None => {}
        }
    }
}
