//! A local name server for names that end in `.test`.

use std::net::{SocketAddr, UdpSocket};
use std::thread;

/// The answer for a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Address([u8; 4]),
    /// The name does not exist; an SOA record proves it.
    Nothing,
    /// The name has no address; an SOA record proves it.
    NoAddress,
    /// The name does not exist, without proof.
    Shrug,
    /// The server reports a failure.
    Fault,
    /// The server does not answer.
    Silent,
}

/// Returns the answer for a name. All names lead to this machine except for special ones.
fn known(name: &str) -> Known {
    match name.split('.').next().unwrap_or_default() {
        "gone" => Known::Nothing,
        "no-address" => Known::NoAddress,
        "shrug" => Known::Shrug,
        "fault" => Known::Fault,
        "silent" => Known::Silent,
        "private" => Known::Address([10, 1, 2, 3]),
        _ => Known::Address([127, 0, 0, 1]),
    }
}

/// Starts the server, which ends with the test.
pub(super) fn start() -> SocketAddr {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let address = socket.local_addr().unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 1500];
        while let Ok((length, from)) = socket.recv_from(&mut buffer) {
            if let Some(answer) = answer(&buffer[..length]) {
                let _ = socket.send_to(&answer, from);
            }
        }
    });
    address
}

/// Returns an answer in the format of RFC 1035 section 4.
fn answer(question: &[u8]) -> Option<Vec<u8>> {
    let (mut labels, mut at) = (Vec::new(), 12);
    loop {
        let length = usize::from(*question.get(at)?);
        at += 1;
        if length == 0 {
            break;
        }
        labels.push(String::from_utf8_lossy(question.get(at..at + length)?).to_ascii_lowercase());
        at += length;
    }
    let (of, end) = (question.get(at..at + 2)?, at + 4);
    let known = known(&labels.join("."));
    let (code, answers, proofs) = match known {
        Known::Address(_) if of == [0, 1] => (0, 1, 0),
        // The name has no address of the other family.
        Known::Address(_) | Known::NoAddress => (0, 0, 1),
        Known::Nothing => (3, 0, 1),
        Known::Shrug => (3, 0, 0),
        Known::Fault => (2, 0, 0),
        Known::Silent => return None,
    };
    let mut answer = question.get(..2)?.to_vec();
    answer.extend([0x81, 0x80 | code, 0, 1, 0, answers, 0, proofs, 0, 0]);
    answer.extend(question.get(12..end)?);
    // A pointer to the name in the question, then the type, class, time to live and data.
    if let (Known::Address(address), 1) = (known, answers) {
        answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        answer.extend(address);
    }
    if proofs == 1 {
        // The zone `test`, encoded as labels.
        let soa = [&b"\x02ns\x04test\x00\x02ns\x04test\x00"[..], &[0, 0, 0, 1].repeat(5)].concat();
        answer.extend(b"\x04test\x00");
        answer.extend([0, 6, 0, 1, 0, 0, 0, 60, 0, u8::try_from(soa.len()).ok()?]);
        answer.extend(soa);
    }
    Some(answer)
}
