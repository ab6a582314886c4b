//! Servers with TLS: with valid certificates and with invalid ones.

use super::{Book, http};
use crate::server::{Server, Stream, response};
use rcgen::{BasicConstraints, Certificate, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::net::TcpStream;
use std::sync::Arc;

/// The certificate authority of these tests.
struct Authority {
    certificate: Certificate,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        Authority { certificate, issuer: Issuer::new(params, key) }
    }

    /// Starts a server with a certificate for a name, valid between two years.
    fn server(&self, name: &str, years: (i32, i32)) -> Server {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(years.0, 1, 1);
        params.not_after = rcgen::date_time_ymd(years.1, 1, 1);
        let key = KeyPair::generate().unwrap();
        let signed = params.signed_by(&key, &self.issuer).unwrap();
        let chain = vec![CertificateDer::from(signed.der().to_vec())];
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());
        let wrap = move |stream: TcpStream| -> Option<Box<dyn Stream>> {
            Some(Box::new(StreamOwned::new(ServerConnection::new(Arc::clone(&config)).ok()?, stream)))
        };
        let answer = |_: &crate::server::Request, stream: &mut dyn Stream| {
            let _ = stream.write_all(response("200 OK", &[], "{\"tag_name\": \"v1\"}").as_bytes());
        };
        Server::wrapped("127.0.0.1", answer, wrap)
    }
}

/// Creates a book that requests a server as `localhost`, and trusts an authority.
fn book(server: &Server, authority: &Authority) -> Book {
    let mut book = Book::new(&["localhost"], &http(&format!("https://localhost:{}/", server.port())));
    book.write("trusted.pem", &authority.certificate.pem());
    let path = book.path().join("trusted.pem");
    book.set("SSL_CERT_FILE", path.to_str().unwrap());
    book.set("SSL_CERT_DIR", "");
    book
}

#[test]
fn a_server_that_proves_who_it_is_is_believed() {
    let authority = Authority::new();
    let server = authority.server("localhost", (2020, 2120));
    let book = book(&server, &authority);
    book.on(10, &["refresh"]).ok();
    assert_eq!(book.value("product.version").as_deref(), Some("\"v1\""));
}

#[test]
fn a_server_that_does_not_is_told() {
    let (authority, other) = (Authority::new(), Authority::new());
    let part = "the source `release`: the server could not prove its identity";
    for server in [
        other.server("localhost", (2020, 2120)),
        authority.server("example.com", (2020, 2120)),
        authority.server("localhost", (2010, 2020)),
        authority.server("localhost", (2110, 2120)),
    ] {
        let book = book(&server, &authority);
        book.on(10, &["refresh"]).failed_with(&[part, "help: the certificate must be for this host"]);
        assert!(server.asked().is_empty(), "nothing is sent to it");
        assert_eq!(book.lock(), "");
    }
    let plain = Server::at("127.0.0.1", |_, stream| {
        let _ = stream.write_all(response("400 Bad Request", &[], "").as_bytes());
    });
    book(&plain, &authority).on(10, &["refresh"]).failed_with(&["the source `release`", "help: "]);
}
