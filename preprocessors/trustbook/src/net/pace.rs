//! Pauses between two requests to one host.

use super::guard::Reach;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// The pause between two requests to a public host.
const PAUSE: Duration = Duration::from_millis(200);
/// The pause between two requests to a host that the book allows.
const OWN_PAUSE: Duration = Duration::from_millis(10);

/// The time of the next free slot of each host.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<BTreeMap<String, Instant>>);

impl Pace {
    /// Waits for the next free slot of a host.
    pub(super) async fn turn(&self, host: &str, reach: Reach) {
        let at = self.next(host, Instant::now(), if reach == Reach::Public { PAUSE } else { OWN_PAUSE });
        tokio::time::sleep_until(at).await;
    }

    /// Delays all requests to a host until `at`.
    pub(super) fn not_before(&self, host: &str, at: Instant) {
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = next.entry(host.to_owned()).or_insert(at);
        *entry = (*entry).max(at);
    }

    fn next(&self, host: &str, now: Instant, pause: Duration) -> Instant {
        let mut next = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let free = next.get(host).map_or(now, |at| (*at).max(now));
        next.insert(host.to_owned(), free + pause);
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_to_one_host_follow_each_other() {
        let (pace, now) = (Pace::default(), Instant::now());
        assert_eq!(pace.next("a", now, PAUSE), now);
        assert_eq!(pace.next("a", now, PAUSE), now + PAUSE);
        assert_eq!(pace.next("b", now, PAUSE), now);
        pace.not_before("b", now + PAUSE * 9);
        assert_eq!(pace.next("b", now, PAUSE), now + PAUSE * 9);
        assert_eq!(pace.next("a", now + PAUSE * 9, PAUSE), now + PAUSE * 9);
    }
}
