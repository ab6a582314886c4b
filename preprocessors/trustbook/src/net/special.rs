//! IP addresses that are reserved for a purpose, where no public server can be.
//!
//! The list follows the IANA registries of special-purpose addresses for IPv4 and IPv6 (RFC 6890, as of
//! 2026-11-01). It adds the ranges for multicast and for site-local addresses, which have registries of their
//! own.

use ipnet::IpNet;
use std::net::IpAddr;
use std::sync::LazyLock;

/// The reserved ranges, each with its purpose.
const SPECIAL: &[(&str, &str)] = &[
    ("0.0.0.0/8", "this network (RFC 791)"),
    ("0.0.0.0/32", "this host (RFC 1122)"),
    ("10.0.0.0/8", "private use (RFC 1918)"),
    ("100.64.0.0/10", "shared address space (RFC 6598)"),
    ("127.0.0.0/8", "loopback (RFC 1122)"),
    ("169.254.0.0/16", "link-local (RFC 3927)"),
    ("172.16.0.0/12", "private use (RFC 1918)"),
    ("192.0.0.0/24", "protocol assignments (RFC 6890)"),
    ("192.0.0.0/29", "IPv4 service continuity (RFC 7335)"),
    ("192.0.0.8/32", "dummy address (RFC 7600)"),
    ("192.0.0.9/32", "port control protocol (RFC 7723)"),
    ("192.0.0.10/32", "traversal using relays (RFC 8155)"),
    ("192.0.0.170/32", "discovery of NAT64 (RFC 8880)"),
    ("192.0.0.171/32", "discovery of NAT64 (RFC 8880)"),
    ("192.0.2.0/24", "documentation (RFC 5737)"),
    ("192.31.196.0/24", "AS112 (RFC 7535)"),
    ("192.52.193.0/24", "multicast tunnels (RFC 7450)"),
    ("192.88.99.0/24", "6to4 relays, deprecated (RFC 7526)"),
    ("192.88.99.2/32", "6a44 relays (RFC 6751)"),
    ("192.168.0.0/16", "private use (RFC 1918)"),
    ("192.175.48.0/24", "AS112 (RFC 7534)"),
    ("198.18.0.0/15", "benchmarking (RFC 2544)"),
    ("198.51.100.0/24", "documentation (RFC 5737)"),
    ("203.0.113.0/24", "documentation (RFC 5737)"),
    ("224.0.0.0/4", "multicast (RFC 5771)"),
    ("240.0.0.0/4", "reserved (RFC 1112)"),
    ("255.255.255.255/32", "limited broadcast (RFC 919)"),
    ("::/128", "unspecified (RFC 4291)"),
    ("::1/128", "loopback (RFC 4291)"),
    ("::ffff:0:0/96", "IPv4 in IPv6 (RFC 4291)"),
    ("64:ff9b::/96", "IPv4 through a translator (RFC 6052)"),
    ("64:ff9b:1::/48", "IPv4 through a local translator (RFC 8215)"),
    ("100::/64", "discard only (RFC 6666)"),
    ("100:0:0:1::/64", "dummy prefix (RFC 9780)"),
    ("2001::/23", "protocol assignments (RFC 2928)"),
    ("2001::/32", "Teredo (RFC 4380)"),
    ("2001:1::1/128", "port control protocol (RFC 7723)"),
    ("2001:1::2/128", "traversal using relays (RFC 8155)"),
    ("2001:1::3/128", "service registration (RFC 9665)"),
    ("2001:2::/48", "benchmarking (RFC 5180)"),
    ("2001:3::/32", "multicast tunnels (RFC 7450)"),
    ("2001:4:112::/48", "AS112 (RFC 7535)"),
    ("2001:10::/28", "ORCHID, deprecated (RFC 4843)"),
    ("2001:20::/28", "ORCHIDv2 (RFC 7343)"),
    ("2001:30::/28", "drone remote identification (RFC 9374)"),
    ("2001:db8::/32", "documentation (RFC 3849)"),
    ("2002::/16", "6to4 (RFC 3056)"),
    ("2620:4f:8000::/48", "AS112 (RFC 7534)"),
    ("3fff::/20", "documentation (RFC 9637)"),
    ("5f00::/16", "segment routing (RFC 9602)"),
    ("fc00::/7", "unique local (RFC 4193)"),
    ("fe80::/10", "link-local (RFC 4291)"),
    ("fec0::/10", "site-local, deprecated (RFC 3879)"),
    ("ff00::/8", "multicast (RFC 4291)"),
];

/// The only IPv6 range that is assigned to networks of the public internet (RFC 4291 section 2.4).
const UNICAST: &str = "2000::/3";

static RANGES: LazyLock<Vec<(IpNet, &'static str)>> =
    LazyLock::new(|| SPECIAL.iter().filter_map(|(range, what)| Some((range.parse().ok()?, *what))).collect());
static PUBLIC_V6: LazyLock<Option<IpNet>> = LazyLock::new(|| UNICAST.parse().ok());

/// Returns the purpose of a reserved address, or `None` for one that may be public.
pub(super) fn purpose(address: IpAddr) -> Option<&'static str> {
    let within = RANGES.iter().filter(|(range, _)| range.contains(&address));
    // The narrowest range has the most specific purpose.
    if let Some((_, what)) = within.max_by_key(|(range, _)| range.prefix_len()) {
        return Some(what);
    }
    let is_public = address.is_ipv4() || PUBLIC_V6.as_ref().is_some_and(|range| range.contains(&address));
    (!is_public).then_some("outside of what is given to the public internet (RFC 4291)")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_range_is_read() {
        assert_eq!(RANGES.len(), SPECIAL.len());
        assert!(SPECIAL.len() >= 53 && PUBLIC_V6.is_some());
        for (range, _) in RANGES.iter() {
            assert_eq!(range.trunc(), *range, "{range}");
            assert!(purpose(range.network()).is_some() && purpose(range.broadcast()).is_some(), "{range}");
        }
    }

    #[test]
    fn addresses_are_public_or_not() {
        let bad = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "10.255.255.255",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.0.8",
            "192.0.0.170",
            "192.0.2.1",
            "192.31.196.1",
            "192.52.193.1",
            "192.88.99.1",
            "192.168.0.1",
            "192.168.255.255",
            "192.175.48.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.7",
            "203.0.113.7",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:8.8.8.8",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "4000::1",
            "1::1",
            "200::1",
        ];
        for text in bad {
            assert!(purpose(text.parse().unwrap()).is_some(), "{text}");
        }
        let good = [
            "1.1.1.1",
            "8.8.8.8",
            "9.9.9.9",
            "11.0.0.1",
            "100.63.255.255",
            "100.128.0.1",
            "126.255.255.255",
            "128.0.0.1",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.1",
            "192.0.1.1",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.1",
            "223.255.255.255",
            "2001:4860:4860::8888",
            "2606:4700:4700::1111",
            "2a00:1450:4001::1",
            "2620:fe::fe",
        ];
        for text in good {
            assert_eq!(purpose(text.parse().unwrap()), None, "{text}");
        }
    }
}
