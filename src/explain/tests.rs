//! The texts of errors, most of them from failures that really happen here.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::*;
use crate::client::testing::{Reply, Server, address, connector, fast, missing, refusal};
use crate::client::{Auth, Client, ConnectorBody, CreateOutcome, IdChoice, Identity, Settings};
use crate::stop::Stop;
use crate::value::Secret;
use std::time::Duration;

async fn told(settings: Settings) -> String {
    let settings = Settings { retry_timeout: Duration::ZERO, ..settings };
    let client = Client::new(settings).unwrap();
    let error = client.get_connector(&client.operation(&Stop::new()), &address("1")).await.unwrap_err();
    let (title, detail) = words(&error);
    format!("{title}\n\n{detail}")
}

async fn answered(reply: impl FnMut() -> Reply + Send + 'static) -> String {
    let mut reply = reply;
    let server = Server::start(move |_, _| reply()).await;
    told(server.settings()).await
}

fn check(told: &str, parts: &[&str]) {
    for part in parts {
        assert!(told.contains(part), "{part:?} in {told:?}");
    }
}

#[tokio::test]
async fn every_refusal_has_its_text() {
    let block = "index [.kibana_1] blocked by: [FORBIDDEN/8/index write (api)];: cluster_block_exception";
    let cases: [(u16, &str, &[&str]); 11] = [
        (401, "Unauthorized", &["none are configured", "`api_key`", "KIBANA_API_KEY"]),
        (403, block, &["does not accept writes", "not a question of privileges"]),
        (
            403,
            "Unauthorized to get actions",
            &["Not allowed", "Actions and Connectors", "the space \"default\""],
        ),
        (403, "Action type .jira is disabled because your basic license", &["connector type", "licence"]),
        (404, "Not Found", &["does not know this path", "base path"]),
        (400, "[request body.name]: no", &["refused the request", "[request body.name]: no."]),
        (413, "Payload too large", &["too large for Kibana", "server.maxPayload"]),
        (409, "conflict", &["changed by someone else"]),
        (429, "Server is overloaded", &["overloaded", "retry_timeout_seconds"]),
        (503, "License information could not be obtained", &["unavailable"]),
        (500, "An internal server error occurred.", &["Kibana failed", "log"]),
    ];
    for (status, message, parts) in cases {
        let told = answered(move || refusal(status, message)).await;
        check(&told, parts);
        check(&told, &["GET /api/actions/connector/1 at http://127.0.0.1:", message]);
    }
    check(&answered(|| missing("1")).await, &["Connector not found", "another space"]);
}

fn told_of(outcome: &CreateOutcome) -> String {
    let told = created(outcome);
    told.iter().map(|found| format!("{}: {}\n\n{}", found.path, found.summary, found.detail)).collect()
}

#[tokio::test]
async fn a_refused_id_says_what_would_do() {
    let empty = serde_json::Map::new;
    let body = ConnectorBody {
        name: "n".into(),
        connector_type_id: ".index".into(),
        config: empty(),
        secrets: empty(),
    };
    let cases = [
        (
            "Predefined IDs are not allowed for saved objects with encrypted attributes unless the ID is a UUID.: Bad Request",
            "9.4",
        ),
        (
            "[request params.id]: Connector ID must contain only lowercase letters, numbers, and hyphens.",
            "at most 36",
        ),
        ("This my-id already exists in a preconfigured action.", "kibana.yml"),
    ];
    for (message, part) in cases {
        let server = Server::start(move |_, _| refusal(400, message)).await;
        let client = server.client();
        let choice = IdChoice::Generated("my-id".to_owned());
        let operation = client.operation(&Stop::new());
        let outcome = client.create_connector(&operation, "default", &choice, &body).await;
        check(&told_of(&outcome), &[part, message]);
    }
}

#[tokio::test]
async fn what_is_not_kibana_is_shown() {
    let html = |status, title: &'static str| {
        let headers = "content-type: text/html\r\nretry-after: 7\r\n".to_owned();
        Reply::Answer(status, headers, format!("<html><title>{title}</title></html>"))
    };
    let told = answered(move || html(200, "Sign in")).await;
    check(&told, &["Something other than Kibana", "200", "text/html", "\"Sign in\"", "login page"]);
    check(&answered(move || html(502, "Bad gateway")).await, &["unavailable", "wait 7 seconds"]);
    check(&answered(move || html(404, "Nope")).await, &["Something other", "base path"]);
    check(&answered(move || html(403, "WAF")).await, &["in front of Kibana refused", "`headers`"]);
    let plain = || Reply::Answer(503, String::new(), "Kibana server is not ready yet".into());
    check(&answered(plain).await, &["not ready yet"]);
    let json = || Reply::Answer(200, String::new(), r#"{"cluster_name":"es"}"#.into());
    check(&answered(json).await, &["cannot be used", "`id` is missing", "Elasticsearch"]);
    let redirect = || Reply::Answer(302, "location: https://sso.example.com/?t=s3cret\r\n".into(), "".into());
    let told = answered(redirect).await;
    check(&told, &["redirected", "/api/actions/connector/1 to https://sso.example.com:443/", "API key"]);
    assert!(!told.contains("s3cret"));
}

#[tokio::test]
async fn no_connection_says_why() {
    check(&told(fast("http://kibana.invalid")).await, &["host is not known", "kibana.invalid"]);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let free = listener.local_addr().unwrap().port();
    drop(listener);
    check(&told(fast(&format!("http://127.0.0.1:{free}"))).await, &["refused", "5601"]);
    check(&answered(|| Reply::Cut).await, &["was lost", "https://"]);
    let hang = || Reply::Hang(Duration::from_secs(20));
    let server = Server::start(move |_, _| hang()).await;
    let settings = Settings { request_timeout: Duration::from_millis(50), ..server.settings() };
    check(&told(settings).await, &["took too long", "request_timeout_seconds"]);
}

#[tokio::test]
async fn a_401_after_credentials_says_who_refuses_them() {
    let told = |message: &'static str| async move {
        let server = Server::start(move |_, _| refusal(401, message)).await;
        told(Settings { auth: Auth::ApiKey(Secret::new("a2V5")), ..server.settings() }).await
    };
    let refused = told("[security_exception: no such key]: no such key").await;
    check(&refused, &["does not accept the credentials", "KIBANA_API_KEY", "no such key"]);
    check(
        &told("Unauthorized").await,
        &["cannot check the credentials", "Elasticsearch is unavailable", "kind of"],
    );
}

#[tokio::test]
async fn a_write_that_was_turned_away_at_the_door_was_not_carried_out() {
    let told = |message: &'static str| async move {
        let server = Server::start(move |_, _| refusal(429, message)).await;
        let client = Client::new(Settings { retry_timeout: Duration::ZERO, ..server.settings() }).unwrap();
        let operation = client.operation(&Stop::new());
        words(&client.delete_connector(&operation, &address("1")).await.unwrap_err()).1
    };
    assert!(!told("Server is overloaded").await.contains("all the same"));
    check(&told("circuit_breaking_exception").await, &["all the same"]);
}

#[tokio::test]
async fn a_request_that_was_not_sent_says_so() {
    // Three that fail are an outage; then one tries for all, and keeps trying here until the test is over.
    let (tries, tried) = tokio::sync::oneshot::channel();
    let mut tries = Some(tries);
    let server = Server::start(move |number, _| {
        if number < 3 {
            return refusal(503, "down");
        }
        if let Some(tries) = tries.take() {
            let _ = tries.send(());
        }
        Reply::Hang(Duration::from_secs(60))
    })
    .await;
    let client = Client::new(Settings { retry_timeout: Duration::ZERO, ..server.settings() }).unwrap();
    let read = || {
        let client = client.clone();
        async move { client.get_connector(&client.operation(&Stop::new()), &address("1")).await }
    };
    for _ in 0..3 {
        read().await.unwrap_err();
    }
    let trying = tokio::spawn(read());
    tried.await.unwrap();
    let (_, told) = words(&read().await.unwrap_err());
    check(
        &told,
        &[
            "GET /api/actions/connector/1 at http://",
            "was not sent, because earlier requests had failed",
            "down",
        ],
    );
    trying.abort();
}

#[tokio::test]
async fn repetitions_are_counted_in_the_text() {
    let server = Server::start(|_, _| refusal(503, "down")).await;
    let client = server.client();
    let error = client.get_connector(&client.operation(&Stop::new()), &address("1")).await.unwrap_err();
    check(&words(&error).1, &[&format!("(tried {} times)", server.lines().len())]);
}

/// An authority, and a server certificate from it for these names and years.
struct Pki {
    authority: String,
    authority_key: PrivateKeyDer<'static>,
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

fn pki(names: &[&str], years: std::ops::Range<i32>) -> Pki {
    let mut params = rcgen::CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
    params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let key = rcgen::KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap().pem();
    let authority_key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let issuer = rcgen::Issuer::new(params, key);
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = rcgen::CertificateParams::new(names).unwrap();
    params.not_before = rcgen::date_time_ymd(years.start, 1, 1);
    params.not_after = rcgen::date_time_ymd(years.end, 1, 1);
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
    let pki = pki(&["127.0.0.1"], 2020..2090);
    let server = Server::start_tls(config(&pki), |_, _| connector("1")).await;
    assert!(reads(over_tls(&server, Some(&pki.authority))).await);
    assert!(reads(Settings { insecure: true, ..over_tls(&server, None) }).await);
}

#[tokio::test]
async fn each_tls_failure_has_its_text() {
    let good = pki(&["127.0.0.1"], 2020..2090);
    check(&told_over_tls(&good, None).await, &["not trusted", "ca_cert_file", "127.0.0.1"]);
    let other = pki(&["kibana.test"], 2020..2090);
    check(&told_over_tls(&other, Some(&other.authority)).await, &["another host (kibana.test)"]);
    let old = pki(&["127.0.0.1"], 2020..2021);
    check(&told_over_tls(&old, Some(&old.authority)).await, &["has expired", "clock"]);
    let young = pki(&["127.0.0.1"], 2089..2090);
    check(&told_over_tls(&young, Some(&young.authority)).await, &["not valid yet"]);
    // What `openssl req -x509` makes for a server.
    let own = pki(&["127.0.0.1"], 2020..2090);
    let chain = vec![CertificateDer::from_pem_slice(own.authority.as_bytes()).unwrap()];
    let own = Pki { chain, key: own.authority_key.clone_key(), ..own };
    check(&told_over_tls(&own, None).await, &["that of a certificate authority", "this very certificate"]);
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
    let pki = pki(&["127.0.0.1"], 2020..2090);
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
    let identity = Identity {
        certificate: client.cert.pem().into_bytes(),
        key: Secret::new(client.signing_key.serialize_pem()),
    };
    assert!(reads(Settings { client_identity: Some(identity), ..settings }).await);
}

#[tokio::test]
async fn a_client_certificate_is_asked_for_under_tls_1_2_too() {
    let pki = pki(&["127.0.0.1"], 2020..2090);
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
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let free = listener.local_addr().unwrap().port();
    drop(listener);
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

/// A create against a server that answers so, and cuts the connection when it has nothing more to say.
async fn created_by(choice: IdChoice, replies: Vec<Reply>) -> String {
    let mut replies = replies.into_iter();
    let server = Server::start(move |_, _| replies.next().unwrap_or(Reply::Cut)).await;
    let client = server.client();
    let body = ConnectorBody {
        name: "1".into(),
        connector_type_id: ".index".into(),
        config: serde_json::Map::new(),
        secrets: serde_json::Map::new(),
    };
    told_of(&client.create_connector(&client.operation(&Stop::new()), "default", &choice, &body).await)
}

#[tokio::test]
async fn an_unknown_outcome_says_what_is_in_state() {
    let told = created_by(IdChoice::Generated("1".into()), Vec::new()).await;
    check(&told, &["keeps the connector under its ID 1", "untaint"]);
    let told = created_by(IdChoice::Users("1".into()), vec![missing("1")]).await;
    check(&told, &["The state keeps nothing", "imported"]);
    let told = created_by(IdChoice::Generated("1".into()), vec![refusal(404, "Not Found")]).await;
    check(&told, &["cannot be looked up", "keeps nothing"]);
}

#[tokio::test]
async fn an_id_in_use_names_who_has_it() {
    let users = || IdChoice::Users("1".into());
    check(&created_by(users(), vec![connector("1")]).await, &["in use", "\"n\" of type .index"]);
    let conflict = vec![missing("1"), refusal(409, "Saved object [action/1] conflict")];
    check(
        &created_by(users(), conflict).await,
        &["already in use", "another space", "create_before_destroy"],
    );
    let text = "This 1 already exists in a preconfigured action.";
    check(&created_by(users(), vec![missing("1"), refusal(400, text)]).await, &["in use", "kibana.yml"]);
    let old = vec![missing("1"), refusal(404, "Not Found")];
    check(&created_by(users(), old).await, &["chooses IDs itself", "8.8"]);
}

#[tokio::test]
async fn a_connector_that_is_taken_for_ours_or_has_another_id_is_told() {
    let mut ours = crate::client::testing::connector_json("1");
    ours["name"] = "1".into();
    let ours = crate::client::testing::json_answer(200, &ours);
    let told = created_by(IdChoice::Users("1".into()), vec![missing("1"), Reply::Cut, ours]).await;
    check(&told, &["id: Connector was found after a lost answer", "named \"1\""]);
    let told = created_by(IdChoice::Generated("1".into()), vec![connector("other")]).await;
    check(&told, &["under another ID", "has the ID other"]);
}

#[tokio::test]
async fn a_redirect_shows_both_addresses_whole() {
    let to_tls = |_, seen: &crate::client::testing::Seen| {
        let host = seen.head.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        Reply::Answer(308, format!("location: https://{host}/api/actions/connector/1\r\n"), String::new())
    };
    let server = Server::start(to_tls).await;
    let port = server.port;
    let told = told(server.settings()).await;
    let path = "/api/actions/connector/1";
    check(
        &told,
        &[
            &format!("from http://127.0.0.1:{port}{path} to https://127.0.0.1:{port}{path}"),
            "begin the provider's endpoint with https://",
        ],
    );
    let away = || Reply::Answer(302, "location: /login?next=s3cret\r\n".into(), String::new());
    let told = answered(away).await;
    check(&told, &["/login. The provider"]);
    assert!(!told.contains("s3cret"));
}

#[tokio::test]
async fn an_answer_that_is_not_json_says_what_it_is() {
    let gzip = || Reply::Answer(200, "content-encoding: gzip\r\n".into(), "\u{1f}corrupted".into());
    check(&answered(gzip).await, &["cannot be used", "Content-Encoding: gzip"]);
    let text = || Reply::Answer(200, "content-type: text/plain\r\n".into(), "corrupted".into());
    check(&answered(text).await, &["cannot be used", "not JSON (Content-Type: text/plain)"]);
}

#[tokio::test]
async fn elasticsearch_is_told_from_kibana() {
    let error = r#"{"error":"no handler found for uri [/api/actions/connector/1] and method [GET]"}"#;
    check(
        &answered(move || Reply::Answer(400, String::new(), error.into())).await,
        &["This is Elasticsearch", "5601"],
    );
}

#[tokio::test]
async fn what_kibana_does_not_explain_is_explained() {
    let unknown = r#"Action type "email" is not registered."#;
    check(&answered(move || refusal(400, unknown)).await, &["does not know this connector type", "`.email`"]);
    let hook = "Inference with id a and task type completion already exists.";
    check(&answered(move || refusal(500, hook)).await, &["inference endpoint", "`inference_id`"]);
    // Kibana may keep the reason for its log.
    let server =
        Server::start(|_, seen: &crate::client::testing::Seen| match seen.line.starts_with("POST") {
            true => refusal(500, "An internal server error occurred. Check Kibana server logs for details."),
            false => missing("1"),
        })
        .await;
    let client = server.client();
    let body = ConnectorBody {
        name: "1".into(),
        connector_type_id: ".inference".into(),
        config: serde_json::Map::new(),
        secrets: serde_json::Map::new(),
    };
    let choice = IdChoice::Generated("1".into());
    let outcome = client.create_connector(&client.operation(&Stop::new()), "default", &choice, &body).await;
    check(&told_of(&outcome), &["`inference_id`"]);
}

#[tokio::test]
async fn a_create_counts_its_tries_and_a_start_is_kibanas_own() {
    let not_ready = || Reply::Answer(503, String::new(), "Kibana server is not ready yet".into());
    let server = Server::start(
        move |_, seen: &crate::client::testing::Seen| {
            if seen.line.starts_with("POST") { not_ready() } else { missing("1") }
        },
    )
    .await;
    let client = server.client();
    let body = ConnectorBody {
        name: "1".into(),
        connector_type_id: ".index".into(),
        config: serde_json::Map::new(),
        secrets: serde_json::Map::new(),
    };
    let choice = IdChoice::Generated("1".into());
    let outcome = client.create_connector(&client.operation(&Stop::new()), "default", &choice, &body).await;
    let posts = server.lines().iter().filter(|line| line.starts_with("POST")).count();
    let told = told_of(&outcome);
    check(&told, &[&format!("(tried {posts} times): Kibana answered 503: Kibana server is not ready yet.")]);
    assert!(!told.contains("not one of Kibana's"), "{told}");
}

#[test]
fn the_troubleshooting_guide_has_the_titles_that_people_see() {
    let guide = include_str!("../../docs/guides/troubleshooting.md");
    let told = [
        include_str!("mod.rs"),
        include_str!("answer.rs"),
        include_str!("connection.rs"),
        include_str!("create.rs"),
    ]
    .concat();
    let titles = guide.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let titles: Vec<&str> = titles.filter(|title| !matches!(*title, "title" | "---")).collect();
    assert!(titles.len() > 20);
    for title in titles {
        assert!(told.contains(&format!("\"{title}\"")), "{title}");
    }
}
