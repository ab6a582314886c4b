//! Shares of the hosts, for machines that make requests in parallel.

use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// One of several shares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shard {
    /// The number of the share, from 1.
    pub(super) nth: u32,
    /// The number of shares.
    pub(super) of: u32,
}

/// The maximum number of shares.
const MOST: u32 = 1000;

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let help = || "write which share and of how many, such as 2/8".to_owned();
        let number = |text: &str| text.parse::<u32>().ok().filter(|number| (1..=MOST).contains(number));
        let (nth, of) = text.split_once('/').ok_or_else(help)?;
        match (number(nth), number(of)) {
            (Some(nth), Some(of)) if nth <= of => Ok(Shard { nth, of }),
            _ => Err(help()),
        }
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.nth, self.of)
    }
}

impl Shard {
    /// Returns true if a host belongs to this share. All links of a host are in one share, so that its pauses
    /// between requests hold.
    pub(super) fn has(self, host: &str) -> bool {
        let digest = Sha256::digest(host.as_bytes());
        let number = digest.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        number % u64::from(self.of) + 1 == u64::from(self.nth)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_host_is_in_one_share_which_stays_the_same() {
        let shards: Vec<Shard> = (1..=4).map(|nth| format!("{nth}/4").parse().unwrap()).collect();
        let mut sizes = [0; 4];
        for host in (0..400).map(|number| format!("host-{number}.example")) {
            let holders: Vec<usize> = (0..4).filter(|at| shards[*at].has(&host)).collect();
            assert_eq!(holders.len(), 1, "{host}");
            sizes[holders[0]] += 1;
        }
        assert!(sizes.iter().all(|size| *size > 60), "{sizes:?}");
        let of_example = shards.iter().position(|shard| shard.has("www.example.com"));
        assert_eq!(of_example, Some(0), "what was cached of a share stays with it");
    }

    #[test]
    fn what_is_no_share_is_refused() {
        for text in ["", "1", "0/2", "3/2", "1/0", "a/b", "1/2/3", "-1/2", "1/1001"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
        assert_eq!("8/8".parse::<Shard>().unwrap().to_string(), "8/8");
    }
}
