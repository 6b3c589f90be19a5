//! Failures on demand, canned answers, and the controls over HTTP.

use std::time::{Duration, Instant};

use kibana_emulator::{Answer, Fault, Matcher, Options};
use serde_json::{Value, json};

use crate::client::{ask, index, start, try_ask};

const PATH: &str = "/api/actions/connector/mine";

#[tokio::test]
async fn a_cut_before_the_write_leaves_nothing() {
    let kibana = start(Options::default()).await;
    kibana.fail(Fault::cut().on("POST", "*/connector/*"));
    assert_eq!(ask(&kibana, "GET", PATH, Value::Null).await.status, 404);
    assert!(try_ask(&kibana, "POST", PATH, index("n")).await.is_none());
    assert_eq!(kibana.connectors(), []);
    assert_eq!(kibana.requests().last().unwrap().status, None);
    assert_eq!(ask(&kibana, "POST", PATH, index("n")).await.status, 200);
}

#[tokio::test]
async fn a_cut_after_the_write_loses_the_answer_only() {
    let kibana = start(Options::default()).await;
    kibana.fail(Fault::cut_after_write());
    assert!(try_ask(&kibana, "POST", PATH, index("n")).await.is_none());
    assert!(kibana.get("default", "mine").is_some());
    assert_eq!(ask(&kibana, "POST", PATH, index("n")).await.status, 409);
}

#[tokio::test]
async fn answers_can_come_from_in_front_and_from_behind_the_write() {
    let kibana = start(Options::default()).await;
    kibana.fail(Fault::overloaded(Some(3)).times(2));
    kibana.fail(Fault::not_ready().skip(1).on("POST", "*"));
    let first = ask(&kibana, "POST", PATH, index("n")).await;
    assert_eq!((first.status, first.header("retry-after")), (429, Some("3")));
    assert_eq!(first.message(), "Server is overloaded");
    assert_eq!(ask(&kibana, "POST", PATH, index("n")).await.status, 429);
    let third = ask(&kibana, "POST", PATH, index("n")).await;
    assert_eq!(third.status, 200, "the second fault let one request pass");
    let fourth = ask(&kibana, "POST", PATH, index("n")).await;
    assert_eq!((fourth.status, fourth.body.as_str()), (503, "Kibana server is not ready yet"));
    kibana.fail(Fault::status(503, "late").after_write());
    assert_eq!(ask(&kibana, "DELETE", PATH, Value::Null).await.status, 503);
    assert_eq!(kibana.connectors(), []);
}

#[tokio::test]
async fn proxies_answer_in_their_own_way() {
    let kibana = start(Options::default()).await;
    kibana.fail(Fault::login_page());
    kibana.fail(Fault::redirect("https://login.example/"));
    kibana.fail(Fault::unauthorized());
    let page = ask(&kibana, "GET", PATH, Value::Null).await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let redirect = ask(&kibana, "GET", PATH, Value::Null).await;
    assert_eq!((redirect.status, redirect.header("location")), (302, Some("https://login.example/")));
    assert_eq!(ask(&kibana, "GET", PATH, Value::Null).await.status, 401);
}

#[tokio::test]
async fn a_held_request_waits_for_its_release() {
    let kibana = start(Options::default()).await;
    let (fault, hold) = Fault::hold();
    kibana.fail(fault.on("POST", "*"));
    let (reply, ()) = tokio::join!(ask(&kibana, "POST", PATH, index("n")), async {
        let seen = kibana.next_request(Matcher::new("POST", "*")).await;
        assert_eq!((seen.status, seen.body), (None, Some(index("n"))));
        assert_eq!(kibana.connectors(), []);
        hold.release();
    });
    assert_eq!(reply.status, 200);
}

#[tokio::test]
async fn a_write_goes_on_when_its_client_hangs_up() {
    let kibana = start(Options::default()).await;
    let (fault, hold) = Fault::hold();
    kibana.fail(fault);
    {
        let asking = ask(&kibana, "POST", PATH, index("n"));
        tokio::select! {
            _ = asking => panic!("it is held"),
            _ = kibana.next_request(Matcher::any()) => {}
        }
    }
    hold.release();
    kibana.idle().await;
    assert!(kibana.get("default", "mine").is_some());
    let before = Instant::now();
    kibana.fail(Fault::delay(Duration::from_millis(20)));
    assert_eq!(ask(&kibana, "GET", PATH, Value::Null).await.status, 200);
    assert!(before.elapsed() >= Duration::from_millis(20));
}

#[tokio::test]
async fn canned_answers_store_nothing() {
    let kibana = start(Options::default()).await;
    kibana.replay("POST", "*/connector/*", 200, &[("content-type", "application/json")], "{\"id\":\"x\"}");
    assert_eq!(ask(&kibana, "POST", PATH, index("n")).await.json(), json!({"id": "x"}));
    assert_eq!(kibana.connectors(), []);
    kibana.clear_replays();
    assert_eq!(ask(&kibana, "POST", PATH, index("n")).await.json()["id"], "mine");
    kibana.fail(Fault::answer(Answer::json(200, &json!([]))));
    assert_eq!(ask(&kibana, "GET", PATH, Value::Null).await.json(), json!([]));
}

#[tokio::test]
async fn requests_are_recorded_with_their_headers() {
    let kibana = start(Options::default()).await;
    ask(&kibana, "GET", "/api/actions/connector_types?feature_id=uptime", Value::Null).await;
    let seen = kibana.requests().pop().unwrap();
    assert_eq!((seen.method.as_str(), seen.query.as_deref()), ("GET", Some("feature_id=uptime")));
    assert_eq!((seen.header("Kbn-Xsrf"), seen.status), (Some("true"), Some(200)));
    kibana.clear_requests();
    assert_eq!(kibana.requests(), []);
}

#[tokio::test]
async fn the_controls_work_over_http() {
    let kibana = start(Options::default()).await;
    let control = async |method: &str, path: &str, body: Value| {
        ask(&kibana, method, &format!("/_emulator/{path}"), body).await
    };
    let fault = json!({"method": "GET", "answer": {"status": 418, "json": {"number": 1.5}}});
    assert_eq!(control("POST", "faults", fault).await.status, 200);
    let failed = ask(&kibana, "GET", PATH, Value::Null).await;
    assert_eq!((failed.status, failed.json()), (418, json!({"number": 1.5})));
    assert_eq!(control("POST", "faults", json!({"cut": true, "hold": true})).await.status, 422);
    assert_eq!(control("POST", "faults", json!({"odd": true})).await.status, 422);
    let held = control("POST", "faults", json!({"hold": true})).await.json()["fault"].clone();
    let (reply, ()) = tokio::join!(ask(&kibana, "GET", PATH, Value::Null), async {
        kibana.next_request(Matcher::any()).await;
        let second = kibana.next_request(Matcher::any()).await;
        assert_eq!(second.status, None);
        assert_eq!(control("POST", &format!("faults/{held}/release"), Value::Null).await.status, 204);
    });
    assert_eq!(reply.status, 404);
    assert_eq!(control("PUT", "release", json!({"release": "old"})).await.status, 204);
    assert_eq!(control("GET", "release", Value::Null).await.json()["version"], "8.19.7");
    let raw = json!({"id": "x", "name": "n", "connector_type_id": ".index", "config": {"index": "i"}});
    assert_eq!(control("PUT", "connectors", raw).await.status, 204);
    assert_eq!(control("GET", "connectors", Value::Null).await.json()[0]["space"], "default");
    assert_eq!(control("DELETE", "connectors/default/x", Value::Null).await.status, 204);
    assert_eq!(control("DELETE", "connectors/default/x", Value::Null).await.status, 404);
    let replay = json!({"path": "*", "answer": {"status": 200, "html": "<p>"}});
    assert_eq!(control("POST", "replay", replay).await.status, 204);
    assert_eq!(ask(&kibana, "GET", PATH, Value::Null).await.body, "<p>");
    assert_eq!(control("GET", "requests", Value::Null).await.json().as_array().unwrap().len(), 3);
    assert_eq!(control("POST", "reset", Value::Null).await.status, 204);
    assert_eq!(kibana.requests(), []);
    assert_eq!(control("GET", "release", Value::Null).await.json()["release"], "current");
}
