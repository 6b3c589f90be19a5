//! Answers that come slowly, in part or not at all, connections that end, and outages.

use std::time::{Duration, Instant};

use kibana_emulator::{Answer, Did, Fault, Options};
use serde_json::{Value, json};
use tokio::net::TcpStream;

use crate::client::{ask, index, start, try_ask};

const PATH: &str = "/api/actions/connector/mine";
const LIST: &str = "/api/actions/connectors";

#[tokio::test]
async fn a_slow_body_arrives_whole_after_its_headers() {
    let kibana = start(Options::default()).await;
    kibana.fail(Fault::slow_body(Duration::from_millis(50)));
    let before = Instant::now();
    let reply = ask(&kibana, "POST", PATH, index("n")).await;
    assert!(before.elapsed() >= Duration::from_millis(50));
    assert_eq!((reply.status, &reply.json()["id"]), (200, &json!("mine")));
    assert_eq!(reply.header("content-length"), Some(reply.body.len().to_string().as_str()));
}

#[tokio::test]
async fn a_body_breaks_off_or_is_half_of_itself() {
    let kibana = start(Options::default()).await;
    let whole = ask(&kibana, "GET", LIST, Value::Null).await.body.len();
    assert_eq!(whole, 2);
    ask(&kibana, "POST", PATH, index("n")).await;
    let whole = ask(&kibana, "GET", PATH, Value::Null).await.body;
    kibana.fail(Fault::broken_body());
    let broken = ask(&kibana, "GET", PATH, Value::Null).await;
    assert_eq!(broken.header("content-length"), Some(whole.len().to_string().as_str()));
    assert!(broken.body.len() < whole.len() && whole.starts_with(&broken.body), "{}", broken.body);
    kibana.fail(Fault::half_body());
    let half = ask(&kibana, "GET", PATH, Value::Null).await;
    assert_eq!(half.header("content-length"), Some((whole.len() / 2).to_string().as_str()));
    assert_eq!((half.status, half.body.as_str()), (200, &whole[..whole.len() / 2]));
}

#[tokio::test]
async fn an_answer_is_huge_or_of_another_type() {
    let kibana = start(Options::default()).await;
    kibana.fail(Fault::huge_body(1_000_000));
    let huge = ask(&kibana, "GET", LIST, Value::Null).await;
    assert!(huge.body.len() >= 1_000_000, "{}", huge.body.len());
    assert!(huge.json().is_array());
    kibana.fail(Fault::content_type("text/plain"));
    let odd = ask(&kibana, "POST", PATH, index("n")).await;
    assert_eq!((odd.status, odd.header("content-type")), (200, Some("text/plain")));
    assert_eq!(odd.json()["id"], "mine");
}

#[tokio::test]
async fn a_hang_up_before_and_after_the_write() {
    let kibana = start(Options::default()).await;
    kibana.fail(Fault::hang_up());
    assert!(try_ask(&kibana, "POST", PATH, index("n")).await.is_none());
    assert_eq!(kibana.journal(), []);
    kibana.fail(Fault::hang_up().after_write());
    assert!(try_ask(&kibana, "POST", PATH, index("n")).await.is_none());
    assert_eq!(kibana.journal().len(), 1);
}

#[tokio::test]
async fn an_outage_refuses_connections_until_it_ends() {
    let kibana = start(Options::default()).await;
    let address = kibana.address();
    kibana.refuse_connections();
    // The listener closes on its own time.
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    kibana.recover();
    while TcpStream::connect(address).await.is_err() {
        tokio::task::yield_now().await;
    }
    assert_eq!(ask(&kibana, "GET", LIST, Value::Null).await.status, 200);
}

#[tokio::test]
async fn an_outage_answers_everything_alike() {
    let kibana = start(Options::default()).await;
    kibana.answer_everything(Answer::not_ready(Some(30)));
    for (method, path) in [("GET", LIST), ("POST", PATH), ("GET", "/api/status"), ("GET", "/nothing")] {
        let reply = ask(&kibana, method, path, Value::Null).await;
        assert_eq!((reply.status, reply.body.as_str()), (503, "Kibana server is not ready yet"), "{path}");
        assert_eq!(reply.header("retry-after"), Some("30"));
    }
    kibana.recover();
    assert_eq!(ask(&kibana, "GET", LIST, Value::Null).await.status, 200);
}

#[tokio::test]
async fn an_outage_of_a_while_over_http() {
    let kibana = start(Options::default()).await;
    let outage = async |body: Value| ask(&kibana, "POST", "/_emulator/outage", body).await.status;
    assert_eq!(outage(json!({"refuse": true})).await, 422);
    assert_eq!(outage(json!({"for_ms": 20})).await, 204);
    assert_eq!(ask(&kibana, "GET", LIST, Value::Null).await.status, 503);
    while ask(&kibana, "GET", LIST, Value::Null).await.status == 503 {
        tokio::task::yield_now().await;
    }
    assert_eq!(outage(json!({"answer": {"status": 502, "html": "<p>"}})).await, 204);
    assert_eq!(ask(&kibana, "GET", LIST, Value::Null).await.body, "<p>");
    assert_eq!(ask(&kibana, "DELETE", "/_emulator/outage", Value::Null).await.status, 204);
    assert_eq!(outage(json!({"refuse": true, "for_ms": 20})).await, 204);
    while TcpStream::connect(kibana.address()).await.is_ok() {
        tokio::task::yield_now().await;
    }
    while TcpStream::connect(kibana.address()).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn faults_hit_every_so_manyth_or_a_seeded_share() {
    let kibana = start(Options::default()).await;
    let statuses = async |count: usize| {
        let mut all = Vec::new();
        for _ in 0..count {
            all.push(ask(&kibana, "GET", LIST, Value::Null).await.status);
        }
        all
    };
    kibana.fail(Fault::page(502).every(3).always());
    assert_eq!(statuses(7).await, [200, 200, 502, 200, 200, 502, 200]);
    kibana.clear_faults();
    let share = async |seed: u64| {
        kibana.fail(Fault::forbidden().share(30, seed).always());
        let all = statuses(60).await;
        kibana.clear_faults();
        all
    };
    let first = share(1).await;
    let hit = first.iter().filter(|status| **status == 403).count();
    assert!((8..30).contains(&hit), "{hit}");
    assert_eq!(first, share(1).await);
    assert_ne!(first, share(2).await);
}

#[tokio::test]
async fn one_of_many_faults_is_drawn_for_each_request() {
    let kibana = start(Options::default()).await;
    kibana.fail(Fault::one_of([Fault::page(502), Fault::forbidden(), Fault::cut_after_write()], 7).always());
    let mut seen = std::collections::BTreeSet::new();
    for number in 0..30 {
        let path = format!("/api/actions/connector/mine-{number}");
        seen.insert(try_ask(&kibana, "POST", &path, index("n")).await.map(|reply| reply.status));
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), [None, Some(403), Some(502)]);
    // Only those that were cut after the write have done anything.
    let cut = kibana.requests().iter().filter(|request| request.status.is_none()).count();
    assert_eq!(kibana.journal().len(), cut);
    let body = json!({"any": true, "share_percent": 50, "seed": 3, "always": true});
    assert_eq!(ask(&kibana, "POST", "/_emulator/faults", body).await.status, 200);
    let listed = ask(&kibana, "GET", "/_emulator/faults", Value::Null).await.json();
    assert_eq!(listed[1]["effect"], "one_of");
}

#[tokio::test]
async fn the_journal_holds_what_was_done_and_not_what_was_told() {
    let kibana = start(Options::default()).await;
    kibana.fail(Fault::status(503, "late").after_write());
    assert_eq!(ask(&kibana, "POST", PATH, index("n")).await.status, 503);
    assert_eq!(ask(&kibana, "POST", PATH, index("n")).await.status, 409);
    let update = json!({"name": "m", "config": {"index": "i"}});
    assert_eq!(ask(&kibana, "PUT", PATH, update).await.status, 200);
    assert_eq!(ask(&kibana, "PUT", PATH, json!({"name": "m"})).await.status, 400);
    assert_eq!(ask(&kibana, "DELETE", PATH, Value::Null).await.status, 204);
    assert_eq!(ask(&kibana, "DELETE", PATH, Value::Null).await.status, 404);
    let journal = kibana.journal();
    let done: Vec<(Did, &str, &str)> =
        journal.iter().map(|write| (write.did, write.id.as_str(), write.name.as_str())).collect();
    assert_eq!(done, [(Did::Created, "mine", "n"), (Did::Updated, "mine", "m"), (Did::Deleted, "mine", "m")]);
    assert_eq!(journal[0].request, kibana.requests()[0].number);
    let over_http = ask(&kibana, "GET", "/_emulator/journal", Value::Null).await.json();
    assert_eq!(
        (&over_http[2]["did"], &over_http[2]["connector_type_id"]),
        (&json!("deleted"), &json!(".index"))
    );
    assert_eq!(ask(&kibana, "DELETE", "/_emulator/journal", Value::Null).await.status, 204);
    assert_eq!(kibana.journal(), []);
}
