//! HTTPS with a certificate of the test's own.

use std::sync::Arc;

use kibana_emulator::{Emulator, Options, Tls};
use rustls_pki_types::ServerName;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::client::{exchange, start};

#[tokio::test]
async fn serves_https() {
    let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let tls = Tls { certificate_pem: own.cert.pem(), key_pem: own.signing_key.serialize_pem() };
    let kibana = start(Options { tls: Some(tls), ..Options::default() }).await;
    assert!(kibana.url().starts_with("https://127.0.0.1:"));
    let mut roots = RootCertStore::empty();
    roots.add(own.cert.der().clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(kibana.address()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let stream = TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
    assert_eq!(exchange(stream, "GET", "/api/status", &[], "").await.unwrap().status, 200);
}

#[tokio::test]
async fn refuses_a_certificate_that_is_none() {
    let tls = Tls { certificate_pem: "nonsense".to_owned(), key_pem: "nonsense".to_owned() };
    assert!(Emulator::start(Options { tls: Some(tls), ..Options::default() }).await.is_err());
}
