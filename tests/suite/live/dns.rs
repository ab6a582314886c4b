//! A local name server whose answers each test defines, and the source that queries it.

use super::Book;
use hickory_proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{A, CAA, MX, SOA, TXT};
use hickory_proto::rr::{Name, RData, Record, RecordType};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::{Arc, Mutex};
use std::thread;

/// The answer for a name.
pub(super) enum Zone {
    /// Records of the requested type.
    Records(Vec<RData>),
    /// The name does not exist or has no such records; an SOA record proves it.
    Nothing(ResponseCode),
    /// The same without proof.
    Shrug(ResponseCode),
}

pub(super) struct Names {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<(String, RecordType)>>>,
}

impl Names {
    pub(super) fn new(zone: impl Fn(&str, RecordType, usize) -> Zone + Send + 'static) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&asked);
        thread::spawn(move || {
            let mut buffer = [0; 1500];
            while let Ok((length, from)) = socket.recv_from(&mut buffer) {
                let Ok(question) = Message::from_vec(&buffer[..length]) else { continue };
                let Some(query) = question.queries.first().cloned() else { continue };
                let name = query.name().to_string().to_ascii_lowercase();
                let name = name.trim_end_matches('.').to_owned();
                let of = query.query_type();
                let nth = {
                    let mut seen = seen.lock().unwrap();
                    seen.push((name.clone(), of));
                    seen.iter().filter(|known| **known == (name.clone(), of)).count()
                };
                let mut answer = Message::new(question.id, MessageType::Response, OpCode::Query);
                answer.add_query(query.clone());
                let soa = || {
                    let host = Name::from_ascii("ns.test.").unwrap();
                    let soa = SOA::new(host.clone(), host.clone(), 1, 60, 60, 60, 60);
                    Record::from_rdata(host, 60, RData::SOA(soa))
                };
                match zone(&name, of, nth) {
                    Zone::Records(records) => {
                        // A time to live of zero: clients must not cache the answer.
                        let records = records.into_iter().map(|data| Record::from_rdata(query.name().clone(), 0, data));
                        answer.add_answers(records);
                    }
                    Zone::Nothing(code) => {
                        answer.metadata.response_code = code;
                        answer.add_authority(soa());
                    }
                    Zone::Shrug(code) => answer.metadata.response_code = code,
                }
                let _ = socket.send_to(&answer.to_vec().unwrap(), from);
            }
        });
        Names { address, asked }
    }

    /// Returns the settings for a book that uses this server and allows some hosts.
    pub(super) fn settings(&self, allow: &[&str]) -> String {
        format!("[preprocessor.trustbook.security.network]\nallow = {allow:?}\nnameservers = [\"{}\"]\n", self.address)
    }

    pub(super) fn asked(&self) -> Vec<(String, RecordType)> {
        self.asked.lock().unwrap().clone()
    }
}

pub(super) fn a(address: [u8; 4]) -> RData {
    RData::A(A(Ipv4Addr::from(address)))
}

pub(super) fn mx(preference: u16, host: &str) -> RData {
    RData::MX(MX::new(preference, Name::from_ascii(host).unwrap()))
}

fn txt(text: &str) -> RData {
    RData::TXT(TXT::new(vec![text.to_owned()]))
}

fn source(record: &str, select: &str) -> String {
    format!(
        "[product]\nfound = {{ live = \"records\", select = '{select}' }}\n\n\
         [[source]]\nid = \"records\"\nkind = \"dns\"\nname = \"shop.test\"\nrecord = \"{record}\"\n"
    )
}

#[test]
fn records_are_read_and_sorted() {
    let zone = |name: &str, of: RecordType, nth: usize| match (name, of) {
        ("shop.test", RecordType::MX) => {
            let mut records = vec![mx(20, "b.shop.test."), mx(10, "a.shop.test.")];
            records.rotate_left(nth % 2);
            Zone::Records(records)
        }
        ("shop.test", RecordType::TXT) => Zone::Records(vec![txt("v=spf1 -all"), txt("other")]),
        ("shop.test", RecordType::CAA) => Zone::Records(vec![RData::CAA(CAA::new_issue(
            false,
            Some(Name::from_ascii("ca.test").unwrap()),
            Vec::new(),
        ))]),
        ("shop.test", RecordType::A) => Zone::Records(vec![a([192, 0, 2, 7])]),
        _ => Zone::Nothing(ResponseCode::NoError),
    };
    let names = Names::new(zone);
    let finds = [
        ("MX", ".", r#"["10 a.shop.test.", "20 b.shop.test."]"#),
        ("TXT", ".[] | select(startswith(\"v=spf1\"))", "\"v=spf1 -all\""),
        ("CAA", ".[0]", "\"0 issue \\\"ca.test\\\"\""),
        ("A", ".[0]", "\"192.0.2.7\""),
    ];
    for (record, select, value) in finds {
        let book = Book::with(&names.settings(&[]), &source(record, select));
        book.on(10, &["refresh"]).ok();
        let found = book.value("product.found").unwrap();
        let same = |text: &str| format!("x = {text}").parse::<toml::Table>().unwrap();
        assert_eq!(same(&found), same(value), "{record}");
        // A second refresh gives the same result, whatever the order of the records.
        let before = book.lock();
        book.on(10, &["refresh"]).ok();
        assert_eq!(book.lock(), before, "{record}");
    }
    let book = Book::with(&names.settings(&[]), &source("SRV", ".[0]"));
    book.on(10, &["refresh"]).failed_with(&["the source `records`", "`product.found` with `.[0]` finds nothing"]);
}

#[test]
fn names_that_do_not_exist_and_servers_that_do_not_know_are_told_apart() {
    for (zone, part) in [
        (Zone::Nothing as fn(ResponseCode) -> Zone, "there is no host `shop.test`"),
        (Zone::Shrug, "the address of `shop.test` could not be looked up"),
    ] {
        let names = Names::new(move |_, _, _| zone(ResponseCode::NXDomain));
        let book = Book::with(&names.settings(&[]), &source("TXT", ".[0]"));
        book.on(10, &["refresh"]).failed_with(&["the source `records`", part, "help: "]);
        assert_eq!(book.lock(), "");
    }
    let names = Names::new(|_, _, _| Zone::Shrug(ResponseCode::ServFail));
    let book = Book::with(&names.settings(&[]), &source("TXT", ".[0]"));
    book.on(10, &["refresh"]).failed_with(&["could not be looked up"]);
    assert!(!names.asked().is_empty());
}
