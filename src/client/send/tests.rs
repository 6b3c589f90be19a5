//! Repetitions, time limits and the stop signal against a scripted server.

use std::time::Duration;

use super::*;
use crate::client::testing::{
    MOMENT, Reply, Server, address, connector, fast, missing, refusal, silent_port,
};
use crate::client::{Address, Auth, ConnectorAnswer, ConnectorBody, Settings};
use crate::stop::Stop;

fn body() -> ConnectorBody {
    let empty = serde_json::Map::new;
    ConnectorBody { name: "n".into(), connector_type_id: ".index".into(), config: empty(), secrets: empty() }
}

async fn get(client: &Client) -> Result<ConnectorAnswer, Error> {
    client.get_connector(&client.operation(&Stop::new()), &address("1")).await
}

async fn update(client: &Client, stop: &Stop) -> Result<ConnectorAnswer, Error> {
    client.update_connector(&client.operation(stop), &address("1"), &body()).await
}

#[tokio::test]
async fn a_request_carries_what_kibana_wants() {
    let server = Server::start(|_, _| connector("1")).await;
    let mut settings = server.settings();
    settings.auth = Auth::ApiKey(Secret::new("a2V5"));
    settings.headers = vec![("X-Tenant".into(), Secret::new("blue"))];
    let client = Client::new(settings).unwrap();
    client
        .update_connector(&client.operation(&Stop::new()), &Address::new("ops", "1"), &body())
        .await
        .unwrap();
    let seen = &server.seen()[0];
    assert_eq!(seen.line, "PUT /s/ops/api/actions/connector/1");
    assert_eq!(seen.body, r#"{"name":"n"}"#);
    let wanted = [
        "kbn-xsrf: true",
        "authorization: apikey a2v5",
        "content-type: application/json",
        "user-agent: terraform-provider-kibana/",
        "x-tenant: blue",
    ];
    for header in wanted {
        assert!(seen.head.contains(header), "{header} in {}", seen.head);
    }
}

#[tokio::test]
async fn no_compressed_answer_is_asked_for() {
    let server = Server::start(|_, _| connector("1")).await;
    get(&server.client()).await.unwrap();
    assert!(!server.seen()[0].head.contains("accept-encoding"), "{}", server.seen()[0].head);
}

#[tokio::test]
async fn an_endless_answer_is_given_up() {
    let server = Server::start(|_, _| {
        Reply::Answer(200, String::new(), format!("{{\"id\":\"{}\"}}", "x".repeat(5 << 20)))
    })
    .await;
    let error = get(&server.client()).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::Unreadable { why, .. } if why.contains("4 MiB")), "{error}");
    let server = Server::start(|_, _| Reply::Answer(500, String::new(), "x ".repeat(5 << 20))).await;
    let error = get(&server.client()).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::Foreign { shown, .. } if shown.chars().count() <= 501), "{error}");
}

#[tokio::test]
async fn an_error_is_judged_by_its_first_64_kib_and_no_more_is_awaited() {
    let server = Server::start(|_, _| Reply::Unfinished(500, "x ".repeat(32 << 10))).await;
    let settings = Settings { request_timeout: Duration::from_secs(10), ..server.settings() };
    let error = get(&Client::new(settings).unwrap()).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::Foreign { status: 500, .. }), "{error}");
}

#[tokio::test]
async fn the_status_of_a_kibana_that_is_not_well_is_read_whole() {
    let server = Server::start(|_, _| {
        let plugins = "x".repeat(2 * LONGEST_ERROR);
        let json = serde_json::json!({"plugins": plugins, "status": {}, "version": {"number": "9.4.0"}});
        crate::client::testing::json_answer(503, &json)
    })
    .await;
    let client = server.client();
    let status = client.status(&client.operation(&Stop::new()).trying_once()).await.unwrap();
    assert_eq!(status.version.as_deref(), Some("9.4.0"));
}

#[tokio::test]
async fn what_may_pass_is_repeated_until_it_does() {
    let replies = |number, _: &_| match number {
        0 => refusal(429, "Server is overloaded"),
        1 => Reply::Answer(503, "retry-after: 0\r\n".into(), "Kibana server is not ready yet".into()),
        2 => Reply::Cut,
        _ => connector("1"),
    };
    let server = Server::start(replies).await;
    get(&server.client()).await.unwrap();
    assert_eq!(server.lines().len(), 4);
}

#[tokio::test]
async fn repetitions_end_and_the_error_counts_them() {
    let server = Server::start(|_, _| refusal(503, "down")).await;
    let error = get(&server.client()).await.unwrap_err();
    let requests = server.lines().len();
    assert!(requests > 2 && error.is_retryable(), "{requests}");
    assert_eq!(error.attempts() as usize, requests);
    assert!(!error.outcome_unknown());
}

#[tokio::test]
async fn a_refusal_is_final() {
    for status in [400, 401, 403, 404, 409, 413, 500] {
        let server = Server::start(move |_, _| refusal(status, "no")).await;
        let error = get(&server.client()).await.unwrap_err();
        assert_eq!((error.status(), server.lines().len()), (Some(status), 1));
    }
}

#[tokio::test]
async fn the_conflict_of_an_update_is_repeated() {
    let replies = |number, _: &_| if number == 0 { refusal(409, "race") } else { connector("1") };
    let server = Server::start(replies).await;
    update(&server.client(), &Stop::new()).await.unwrap();
    assert_eq!(server.lines().len(), 2);
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_is_not_begun() {
    let server = Server::start(|_, _| Reply::Answer(503, "retry-after: 30\r\n".into(), "busy".into())).await;
    let settings = Settings { retry_timeout: Duration::from_secs(5), ..server.settings() };
    let started = Instant::now();
    assert_eq!(get(&Client::new(settings).unwrap()).await.unwrap_err().status(), Some(503));
    assert!(started.elapsed() < Duration::from_secs(4));
    assert_eq!(server.lines().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_operation_has_time_for_its_wait_and_for_two_more_requests() {
    let client = Client::new(fast("http://127.0.0.1:1")).unwrap();
    let limit = MOMENT + 2 * Duration::from_secs(60);
    assert_eq!(client.operation(&Stop::new()).remaining(), Some(limit));
}

#[tokio::test]
async fn a_request_has_a_time_limit() {
    let server = Server::start(|_, _| Reply::Hang(Duration::from_secs(30))).await;
    let settings = Settings {
        request_timeout: Duration::from_millis(50),
        retry_timeout: Duration::from_millis(50),
        ..server.settings()
    };
    let client = Client::new(settings).unwrap();
    let error = get(&client).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::Lost { timed_out: true, .. } | Cause::OutOfTime), "{error}");
    assert!(update(&client, &Stop::new()).await.unwrap_err().outcome_unknown());
}

#[tokio::test]
async fn a_lost_write_stays_unknown_whatever_comes_after() {
    let replies = |number, _: &_| if number == 0 { Reply::Cut } else { refusal(400, "no") };
    let server = Server::start(replies).await;
    let error = update(&server.client(), &Stop::new()).await.unwrap_err();
    assert_eq!((error.status(), error.outcome_unknown()), (Some(400), true));
}

#[tokio::test]
async fn nothing_starts_after_a_stop() {
    let server = Server::start(|_, _| connector("1")).await;
    let stop = Stop::new();
    stop.stop();
    let error = update(&server.client(), &stop).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::Stopped) && !error.outcome_unknown());
    assert!(server.lines().is_empty());
}

#[tokio::test]
async fn a_read_ends_with_a_stop() {
    let stop = Stop::new();
    let signal = stop.clone();
    let server = Server::start(move |_, _| {
        signal.stop();
        Reply::Hang(Duration::from_secs(30))
    })
    .await;
    let client = server.client();
    let started = Instant::now();
    let error = client.get_connector(&client.operation(&stop), &address("1")).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::Stopped) && started.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn a_write_in_flight_is_awaited_after_a_stop() {
    let stop = Stop::new();
    let signal = stop.clone();
    let server = Server::start(move |_, _| {
        signal.stop();
        connector("1")
    })
    .await;
    assert_eq!(update(&server.client(), &stop).await.unwrap().id, "1");
}

#[tokio::test]
async fn a_write_that_is_not_answered_after_a_stop_ends_with_its_own_time_limit() {
    let stop = Stop::new();
    let signal = stop.clone();
    let server = Server::start(move |_, _| {
        signal.stop();
        Reply::Hang(Duration::from_secs(60))
    })
    .await;
    let settings = Settings {
        request_timeout: Duration::from_secs(1),
        retry_timeout: Duration::from_secs(180),
        ..server.settings()
    };
    let started = Instant::now();
    let error = update(&Client::new(settings).unwrap(), &stop).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::Lost { timed_out: true, .. }), "{error}");
    assert!(error.outcome_unknown() && server.lines().len() == 1);
    let waited = started.elapsed();
    assert!((Duration::from_secs(1)..Duration::from_secs(30)).contains(&waited), "{waited:?}");
}

#[tokio::test]
async fn a_wait_ends_with_a_stop() {
    let stop = Stop::new();
    let signal = stop.clone();
    let server = Server::start(move |_, _| {
        signal.stop();
        Reply::Answer(503, "retry-after: 60\r\n".into(), "busy".into())
    })
    .await;
    let started = Instant::now();
    let settings = Settings { retry_timeout: Duration::from_secs(180), ..server.settings() };
    let error = update(&Client::new(settings).unwrap(), &stop).await.unwrap_err();
    assert_eq!((error.status(), error.outcome_unknown()), (Some(503), true));
    assert!(started.elapsed() < Duration::from_secs(10) && server.lines().len() == 1);
}

#[tokio::test]
async fn a_bare_401_after_credentials_were_sent_may_pass() {
    let replies = |number, _: &_| if number == 0 { refusal(401, "Unauthorized") } else { connector("1") };
    let server = Server::start(replies).await;
    let with = |auth| Client::new(Settings { auth, ..server.settings() }).unwrap();
    get(&with(Auth::ApiKey(Secret::new("a2V5")))).await.unwrap();
    assert_eq!(server.lines().len(), 2);
    // Elasticsearch's own word is final, and so is Kibana's where nobody sent any.
    let refused = "[security_exception: no such key]: no such key";
    let server = Server::start(move |_, _| refusal(401, refused)).await;
    let with = |auth| Client::new(Settings { auth, ..server.settings() }).unwrap();
    get(&with(Auth::ApiKey(Secret::new("a2V5")))).await.unwrap_err();
    let server = Server::start(|_, _| refusal(401, "Unauthorized")).await;
    let error = get(&server.client()).await.unwrap_err();
    assert!(!error.is_retryable() && server.lines().len() == 1);
}

#[tokio::test]
async fn nobody_follows_a_redirect() {
    let reply = |_, _: &_| Reply::Answer(302, "location: /login?next=x\r\n".into(), String::new());
    let server = Server::start(reply).await;
    let error = get(&server.client()).await.unwrap_err();
    assert!(matches!(error.cause(), Cause::Redirect { to, .. } if to.ends_with("/login")), "{error}");
    assert_eq!(server.lines().len(), 1);
}

#[tokio::test]
async fn secrets_in_an_answer_are_masked() {
    let server =
        Server::start(|_, _| refusal(400, "target https://x/hunter2?key=my%2Fkey is not allowed")).await;
    let settings = Settings { auth: Auth::Bearer(Secret::new("my/key")), ..server.settings() };
    let client = Client::new(settings).unwrap();
    let operation = client.operation(&Stop::new()).hiding([Secret::new("hunter2")]);
    let error = client.get_connector(&operation, &address("1")).await.unwrap_err();
    assert_eq!(error.kibana_message(), Some("target https://x/***?key=*** is not allowed"));
}

#[tokio::test]
async fn a_missing_connector_is_told_from_a_missing_route() {
    let server = Server::start(|_, _| missing("1")).await;
    assert!(get(&server.client()).await.unwrap_err().is_not_found());
    let server = Server::start(|_, _| refusal(404, "Not Found")).await;
    let error = get(&server.client()).await.unwrap_err();
    assert!(!error.is_not_found() && error.not_found().is_some());
}

#[tokio::test]
async fn a_port_where_nobody_listens_is_tried_again() {
    let (_silent, free) = silent_port();
    let client = Client::new(fast(&format!("http://127.0.0.1:{free}"))).unwrap();
    let error = update(&client, &Stop::new()).await.unwrap_err();
    assert!(error.attempts() > 2 && !error.outcome_unknown());
}

/// Keeps every event as text.
#[derive(Clone, Default)]
struct Log(std::sync::Arc<std::sync::Mutex<String>>);

impl tracing::Subscriber for Log {
    fn enabled(&self, metadata: &tracing::Metadata<'_>) -> bool {
        metadata.target().starts_with("terraform_provider_kibana")
    }
    fn new_span(&self, _: &tracing::span::Attributes<'_>) -> tracing::Id {
        tracing::Id::from_u64(1)
    }
    fn event(&self, event: &tracing::Event<'_>) {
        let mut text = self.0.lock().unwrap();
        event.record(&mut |field: &tracing::field::Field, value: &dyn std::fmt::Debug| {
            text.push_str(&format!("{field}={value:?} "));
        });
        text.push('\n');
    }
    fn record(&self, _: &tracing::Id, _: &tracing::span::Record<'_>) {}
    fn record_follows_from(&self, _: &tracing::Id, _: &tracing::Id) {}
    fn enter(&self, _: &tracing::Id) {}
    fn exit(&self, _: &tracing::Id) {}
}

#[tokio::test]
async fn the_log_tells_what_was_sent_and_no_secret() {
    let log = Log::default();
    // With one subscriber alive tracing asks only the thread at hand whether anybody listens, and the other
    // tests' threads say no for all; with two it asks them both.
    let _second = tracing::Dispatch::new(Log::default());
    let guard = tracing::subscriber::set_default(log.clone());
    let replies = |number, _: &_| match number {
        0 => refusal(503, "hunter2 and hunter3 are down"),
        _ => connector("1"),
    };
    let server = Server::start(replies).await;
    let settings = Settings { auth: Auth::Bearer(Secret::new("hunter2")), ..server.settings() };
    let client = Client::new(settings).unwrap();
    let mut body = body();
    body.secrets.insert("password".into(), "hunter3".into());
    let operation = client.operation(&Stop::new()).hiding([Secret::new("hunter3")]);
    client.update_connector(&operation, &address("1"), &body).await.unwrap();
    drop(guard);
    let log = log.0.lock().unwrap().clone();
    for part in
        ["method=PUT", "path=/api/actions/connector/1", "status=503", "status=200", "wait_ms=", "attempt=1"]
    {
        assert!(log.contains(part), "{part} in {log}");
    }
    assert!(log.contains(&format!("request_bytes={}", server.seen()[0].body.len())), "{log}");
    for secret in ["hunter", "Bearer", "xsrf"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}
