//! HTTPS with a certificate of the test's own, and what only HTTP/2 knows: resets and GOAWAY.

use std::sync::Arc;

use axum::http::{Request, StatusCode};
use h2::client::SendRequest;
use kibana_emulator::{Emulator, Fault, Options, Tls};
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::client::{exchange, start};

async fn over_tls() -> (Emulator, CertificateDer<'static>) {
    let own = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let tls = Tls { certificate_pem: own.cert.pem(), key_pem: own.signing_key.serialize_pem() };
    (start(Options { tls: Some(tls), ..Options::default() }).await, own.cert.der().clone())
}

async fn connect(kibana: &Emulator, root: CertificateDer<'static>, protocol: &[u8]) -> TlsStream<TcpStream> {
    let mut roots = RootCertStore::empty();
    roots.add(root).unwrap();
    let mut config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    let stream = TcpStream::connect(kibana.address()).await.unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap()
}

type Ending = JoinHandle<Result<(), h2::Error>>;

async fn over_http2(kibana: &Emulator, root: CertificateDer<'static>) -> (SendRequest<bytes::Bytes>, Ending) {
    let stream = connect(kibana, root, b"h2").await;
    let (sender, connection) = h2::client::handshake(stream).await.unwrap();
    (sender, tokio::spawn(connection))
}

async fn get(sender: &mut SendRequest<bytes::Bytes>) -> Result<StatusCode, h2::Error> {
    let request = Request::get("https://localhost/api/actions/connectors").body(()).unwrap();
    let (response, _) = sender.clone().ready().await?.send_request(request, true)?;
    Ok(response.await?.status())
}

#[tokio::test]
async fn serves_https() {
    let (kibana, root) = over_tls().await;
    assert!(kibana.url().starts_with("https://127.0.0.1:"));
    let stream = connect(&kibana, root, b"http/1.1").await;
    assert_eq!(exchange(stream, "GET", "/api/status", &[], "").await.unwrap().status, 200);
}

#[tokio::test]
async fn a_cut_resets_one_stream_of_http2() {
    let (kibana, root) = over_tls().await;
    let (mut sender, _ending) = over_http2(&kibana, root).await;
    kibana.fail(Fault::cut());
    let reset = get(&mut sender).await.unwrap_err();
    assert!(reset.is_reset(), "{reset}");
    assert_eq!(get(&mut sender).await.unwrap(), StatusCode::OK);
}

#[tokio::test]
async fn a_hang_up_ends_a_connection_of_http2() {
    let (kibana, root) = over_tls().await;
    let (mut sender, ending) = over_http2(&kibana, root).await;
    kibana.fail(Fault::hang_up());
    assert!(get(&mut sender).await.is_err());
    // However it ends for the client, it ends.
    let _ = ending.await.unwrap();
    assert!(get(&mut sender).await.is_err());
}

#[tokio::test]
async fn the_last_answer_of_a_connection_of_http2_comes_with_goaway() {
    let (kibana, root) = over_tls().await;
    let (mut sender, ending) = over_http2(&kibana, root).await;
    kibana.fail(Fault::go_away());
    assert_eq!(get(&mut sender).await.unwrap(), StatusCode::OK);
    // The sender would keep it open.
    assert!(ending.await.unwrap().is_ok());
    assert!(get(&mut sender).await.is_err());
}

#[tokio::test]
async fn refuses_a_certificate_that_is_none() {
    let tls = Tls { certificate_pem: "nonsense".to_owned(), key_pem: "nonsense".to_owned() };
    assert!(Emulator::start(Options { tls: Some(tls), ..Options::default() }).await.is_err());
}
