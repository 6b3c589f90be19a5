//! Failures without an answer.

use std::sync::Arc;
use std::time::Duration;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::{answered, check, told};
use crate::client::testing::{Reply, Server, address, connector, fast, silent_port};
use crate::client::{Client, ClientCertificate, Settings};
use crate::stop::Stop;
use crate::value::Secret;

#[tokio::test]
async fn no_connection_says_why() {
    check(&told(fast("http://kibana.invalid")).await, &["host is not known", "kibana.invalid"]);
    let (_silent, free) = silent_port();
    check(&told(fast(&format!("http://127.0.0.1:{free}"))).await, &["refused", "5601"]);
    check(&answered(|| Reply::Cut).await, &["was lost", "https://"]);
    let hang = || Reply::Hang(Duration::from_secs(20));
    let server = Server::start(move |_, _| hang()).await;
    let settings = Settings { request_timeout: Duration::from_millis(50), ..server.settings() };
    check(&told(settings).await, &["took too long", "request_timeout_seconds"]);
}

/// Days from now. Apple's check takes no certificate that is valid for more than 825 of them.
const VALID: std::ops::Range<i32> = -10..10;

/// An authority, and a server certificate from it for these names and days.
struct Pki {
    authority: String,
    authority_key: PrivateKeyDer<'static>,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

fn pki(names: &[&str], days: std::ops::Range<i32>) -> Pki {
    pki_for(names, days, rcgen::ExtendedKeyUsagePurpose::ServerAuth)
}

fn pki_for(names: &[&str], days: std::ops::Range<i32>, purpose: rcgen::ExtendedKeyUsagePurpose) -> Pki {
    let mut params = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = rcgen::KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap().pem();
    let authority_key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let issuer = rcgen::Issuer::new(params, key);
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = rcgen::CertificateParams::new(names).unwrap();
    params.extended_key_usages = vec![purpose];
    let now = std::time::SystemTime::now();
    let day = |offset: i32| {
        let distance = Duration::from_secs(86_400) * offset.unsigned_abs();
        if offset < 0 { now - distance } else { now + distance }
    };
    (params.not_before, params.not_after) = (day(days.start).into(), day(days.end).into());
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    Pki { authority, authority_key, chain: vec![certificate.der().clone()], key }
}

fn config(pki: &Pki) -> ServerConfig {
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(pki.chain.clone(), pki.key.clone_key())
        .unwrap()
}

fn over_tls(server: &Server, authority: Option<&str>) -> Settings {
    Settings {
        ca_certificates: authority.map(|pem| pem.as_bytes().to_vec()),
        ..fast(&format!("https://127.0.0.1:{}", server.port))
    }
}

async fn told_over_tls(pki: &Pki, authority: Option<&str>) -> String {
    let server = Server::start_tls(config(pki), |_, _| connector("1")).await;
    told(over_tls(&server, authority)).await
}

async fn reads(settings: Settings) -> bool {
    let client = Client::new(settings).unwrap();
    client.get_connector(&client.operation(&Stop::new()), &address("1")).await.is_ok()
}

#[tokio::test]
async fn a_given_authority_is_trusted() {
    let pki = pki(&["127.0.0.1"], VALID);
    let server = Server::start_tls(config(&pki), |_, _| connector("1")).await;
    assert!(reads(over_tls(&server, Some(&pki.authority))).await);
    assert!(reads(Settings { insecure: true, ..over_tls(&server, None) }).await);
}

#[tokio::test]
async fn each_tls_failure_has_its_text() {
    let good = pki(&["127.0.0.1"], VALID);
    check(&told_over_tls(&good, None).await, &["not trusted", "ca_cert_file", "127.0.0.1"]);
    let other = pki(&["kibana.test"], VALID);
    check(&told_over_tls(&other, Some(&other.authority)).await, &["another host (kibana.test)"]);
    let old = pki(&["127.0.0.1"], -20..-10);
    check(&told_over_tls(&old, Some(&old.authority)).await, &["has expired", "clock"]);
    let young = pki(&["127.0.0.1"], 10..20);
    check(&told_over_tls(&young, Some(&young.authority)).await, &["not valid yet"]);
    let client = pki_for(&["127.0.0.1"], VALID, rcgen::ExtendedKeyUsagePurpose::ClientAuth);
    check(&told_over_tls(&client, Some(&client.authority)).await, &["not issued for servers"]);
    // What `openssl req -x509` makes for a server.
    let own = pki(&["127.0.0.1"], VALID);
    let chain = vec![CertificateDer::from_pem_slice(own.authority.as_bytes()).unwrap()];
    let own = Pki { chain, key: own.authority_key.clone_key(), ..own };
    // Other systems' checks say nothing but that it is not trusted.
    let said = if cfg!(target_os = "linux") { "that of a certificate authority" } else { "not trusted" };
    check(&told_over_tls(&own, None).await, &[said, "ca_cert_file"]);
    let server = Server::start_tls(config(&own), |_, _| connector("1")).await;
    assert!(reads(over_tls(&server, Some(&own.authority))).await);
}

#[tokio::test]
async fn a_server_without_tls_is_recognised() {
    // What a server without TLS says to the first bytes of a handshake.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let plain = tokio::spawn(async move {
        use tokio::io::AsyncWriteExt;
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
    });
    check(&told(fast(&format!("https://127.0.0.1:{port}"))).await, &["does not speak TLS", "http://"]);
    plain.await.unwrap();
}

#[tokio::test]
async fn a_client_certificate_is_asked_for() {
    let pki = pki(&["127.0.0.1"], VALID);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let client = rcgen::generate_simple_self_signed(["client".to_owned()]).unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(client.cert.der().clone()).unwrap();
    let verifier =
        rustls::server::WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(pki.chain.clone(), pki.key.clone_key())
        .unwrap();
    let server = Server::start_tls(config, |_, _| connector("1")).await;
    let settings = over_tls(&server, Some(&pki.authority));
    check(&told(settings.clone()).await, &["client certificate", "client_cert_file"]);
    let identity = ClientCertificate {
        certificate: client.cert.pem().into_bytes(),
        key: Secret::new(client.signing_key.serialize_pem()),
    };
    assert!(reads(Settings { client_identity: Some(identity), ..settings }).await);
}

#[tokio::test]
async fn a_client_certificate_is_asked_for_under_tls_1_2_too() {
    let pki = pki(&["127.0.0.1"], VALID);
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = rustls::RootCertStore::empty();
    roots.add(pki.chain[0].clone()).unwrap();
    let verifier =
        rustls::server::WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS12])
        .unwrap()
        .with_client_cert_verifier(verifier.build().unwrap())
        .with_single_cert(pki.chain.clone(), pki.key.clone_key())
        .unwrap();
    let server = Server::start_tls(config, |_, _| connector("1")).await;
    let told = told(over_tls(&server, Some(&pki.authority))).await;
    check(&told, &["client certificate", "client_cert_file"]);
}

/// Settings that go through a proxy on this port.
fn through_proxy(port: u16, endpoint: &str) -> Settings {
    let settings = fast(endpoint);
    let environment =
        |name: &str| (name == "ALL_PROXY").then(|| format!("http://u:hunter2@127.0.0.1:{port}").into());
    let proxy = crate::client::proxy_for(&settings.endpoint, &environment).unwrap();
    Settings { proxy, ..settings }
}

#[tokio::test]
async fn what_a_proxy_does_is_told_as_the_proxys() {
    let endpoint = "https://kibana.test:5601";
    let (_silent, free) = silent_port();
    let dead = told(through_proxy(free, endpoint)).await;
    let name = format!("http://127.0.0.1:{free} (ALL_PROXY)");
    check(&dead, &["Connection to the proxy refused", &name, "NO_PROXY"]);
    for (status, title) in [(407, "proxy requires credentials"), (403, "proxy refused the connection")] {
        let server = Server::start(move |_, _| Reply::Answer(status, String::new(), String::new())).await;
        let told = told(through_proxy(server.port, endpoint)).await;
        check(&told, &[title, "kibana.test", "127.0.0.1"]);
        assert_eq!(server.lines(), ["CONNECT kibana.test:5601"]);
        assert!(!told.contains("hunter2") && !dead.contains("hunter2"), "{told}");
    }
}

#[tokio::test]
async fn a_proxy_gets_its_credentials_and_passes_the_request_on() {
    let server = Server::start(|_, _| connector("1")).await;
    assert!(reads(through_proxy(server.port, "http://kibana.test:5601")).await);
    let seen = &server.seen()[0];
    assert_eq!(seen.line, "GET http://kibana.test:5601/api/actions/connector/1");
    assert!(seen.head.contains("proxy-authorization: basic dtpodw50zxiy"), "{}", seen.head);
}

#[tokio::test]
async fn what_a_proxy_answers_in_kibanas_place_names_the_proxy() {
    let page =
        |status| Reply::Answer(status, "content-type: text/html\r\n".into(), "<title>Squid</title>".into());
    // Whatever form it has.
    let json = || crate::client::testing::refusal(407, "Squid");
    for (reply, parts) in [
        (
            page(407),
            ["The proxy requires credentials", "answered 407 in Kibana's place", "http://USER:PASSWORD@"],
        ),
        (
            json(),
            ["The proxy requires credentials", "answered 407 in Kibana's place", "http://USER:PASSWORD@"],
        ),
        (
            page(502),
            ["Kibana is unavailable", "retry_timeout_seconds", "may have answered in Kibana's place"],
        ),
        (
            page(503),
            ["Kibana is unavailable", "retry_timeout_seconds", "may have answered in Kibana's place"],
        ),
        (
            page(504),
            ["Kibana is unavailable", "retry_timeout_seconds", "may have answered in Kibana's place"],
        ),
        (page(403), ["in front of Kibana refused", "`headers`", "may have answered in Kibana's place"]),
    ] {
        let mut reply = Some(reply);
        let server = Server::start(move |_, _| reply.take().unwrap_or(Reply::Cut)).await;
        let told = told(through_proxy(server.port, "http://kibana.test:5601")).await;
        let name = format!("the proxy http://127.0.0.1:{} (ALL_PROXY)", server.port);
        check(&told, &parts);
        check(&told, &[&name, "Squid", "NO_PROXY"]);
        assert!(!told.contains("hunter2"), "{told}");
        assert_eq!(server.lines().len(), 1, "{told}");
    }
    // Nobody named the proxy.
    let told = answered(move || page(407)).await;
    check(
        &told,
        &[
            "The proxy requires credentials",
            "the environment does not name",
            "Proxy-Authorization",
            "HTTP_PROXY",
        ],
    );
    assert!(!answered(move || page(502)).await.contains("proxy"));
}
