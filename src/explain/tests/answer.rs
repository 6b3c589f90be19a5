//! Refusals of Kibana's, and what others answer.

use std::time::Duration;

use super::super::words;
use super::create::{body, told_of};
use super::{answered, check, told};
use crate::client::testing::{Reply, Server, address, missing, refusal};
use crate::client::{Auth, Client, IdChoice, Settings};
use crate::stop::Stop;
use crate::value::Secret;

#[tokio::test]
async fn every_refusal_has_its_text() {
    let block = "index [.kibana_1] blocked by: [FORBIDDEN/8/index write (api)];: cluster_block_exception";
    let flood = "index [.kibana_1] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark, index has \
                 read-only-allow-delete block];: cluster_block_exception";
    let cases: [(u16, &str, &[&str]); 12] = [
        (401, "Unauthorized", &["neither an API key", "`api_key`", "KIBANA_API_KEY"]),
        (403, block, &["does not accept writes", "not a question of privileges"]),
        (
            403,
            "Unauthorized to get actions",
            &["Not allowed", "Actions and Connectors", "the space \"default\""],
        ),
        (403, "Action type .jira is disabled because your basic license", &["connector type", "license"]),
        (404, "Not Found", &["does not know this path", "base path"]),
        (400, "[request body.name]: no", &["refused the request", "[request body.name]: no."]),
        (413, "Payload too large", &["too large for Kibana", "server.maxPayload"]),
        (409, "conflict", &["changed by someone else"]),
        (429, "Server is overloaded", &["overloaded", "retry_timeout_seconds"]),
        (429, flood, &["does not accept writes", "flood-stage", "removes the block"]),
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
    let server = Server::start(|_, _| refusal(401, "Unauthorized")).await;
    let cookie = vec![("Cookie".to_owned(), Secret::new("sid=hunter2"))];
    let told = super::told(Settings { headers: cookie, ..server.settings() }).await;
    check(&told, &["cannot check the credentials", "a cookie"]);
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
async fn that_the_last_try_was_turned_away_says_nothing_of_an_earlier_one() {
    let told = async |first: fn() -> Reply| {
        let overloaded = || refusal(429, "Server is overloaded");
        let server = Server::start(move |number, _| if number == 0 { first() } else { overloaded() }).await;
        let patience = Duration::from_millis(300);
        let client = Client::new(Settings { retry_timeout: patience, ..server.settings() }).unwrap();
        let operation = client.operation(&Stop::new());
        let told = words(&client.delete_connector(&operation, &address("1")).await.unwrap_err()).1;
        assert!(server.lines().len() > 1);
        check(&told, &["Server is overloaded"]);
        told.contains("all the same")
    };
    assert!(told(|| Reply::Cut).await);
    assert!(!told(|| refusal(429, "Server is overloaded")).await);
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
            "begin the provider's `endpoint` with https://",
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
    let choice = IdChoice::Generated("1".into());
    let outcome = client
        .create_connector(&client.operation(&Stop::new()), "default", &choice, &body(".inference"))
        .await;
    check(&told_of(&outcome), &["`inference_id`"]);
}
