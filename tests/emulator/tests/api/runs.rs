//! Runs of connectors, and what the list says of those who use them.

use kibana_emulator::{Options, Preconfigured, Retry, Run};
use serde_json::{Map, Value, json};

use crate::client::{ask, index, start};

const RUN: &str = "/api/actions/connector/mine/_execute";

fn params() -> Value {
    json!({"params": {"documents": []}})
}

#[tokio::test]
async fn runs_end_as_a_test_wants_it() {
    let kibana = start(Options::default()).await;
    ask(&kibana, "POST", "/api/actions/connector/mine", index("n")).await;
    assert_eq!(ask(&kibana, "POST", RUN, params()).await.json()["status"], "ok");
    kibana.end_runs("mine", Run::ok(json!({"took": 1})));
    assert_eq!(
        ask(&kibana, "POST", RUN, params()).await.json(),
        json!({"connector_id": "mine", "status": "ok", "data": {"took": 1}})
    );
    let failed = Run::failed("error indexing documents").service_message("no such host").source("user");
    kibana.end_runs("mine", failed.clone().retry(Retry::Flag(true)));
    let run = ask(&kibana, "POST", RUN, params()).await;
    assert_eq!(
        (run.status, run.json()),
        (
            200,
            json!({
                "connector_id": "mine", "status": "error", "message": "error indexing documents",
                "service_message": "no such host", "retry": true, "errorSource": "user",
            })
        )
    );
    kibana.end_runs("mine", failed.retry(Retry::At("2026-01-01T00:00:00.000Z".to_owned())));
    assert_eq!(ask(&kibana, "POST", RUN, params()).await.json()["retry"], "2026-01-01T00:00:00.000Z");
    // Params are judged first.
    let bad = ask(&kibana, "POST", RUN, json!({"params": {}})).await.json();
    assert!(bad["message"].as_str().unwrap().starts_with("error validating action params: "), "{bad}");
}

#[tokio::test]
async fn runs_and_references_can_be_set_over_http() {
    let kibana = start(Options::default()).await;
    ask(&kibana, "POST", "/api/actions/connector/mine", index("n")).await;
    let run = json!({"status": "error", "message": "no", "retry": false});
    assert_eq!(ask(&kibana, "PUT", "/_emulator/runs/*", run).await.status, 204);
    let ended = ask(&kibana, "POST", RUN, params()).await.json();
    assert_eq!((&ended["status"], &ended["retry"]), (&json!("error"), &json!(false)));
    assert_eq!(ask(&kibana, "PUT", "/_emulator/runs/*", json!({"status": "odd"})).await.status, 422);
    assert_eq!(ask(&kibana, "DELETE", "/_emulator/runs/*", Value::Null).await.status, 204);
    assert_eq!(ask(&kibana, "POST", RUN, params()).await.json()["status"], "ok");
    assert_eq!(ask(&kibana, "PUT", "/_emulator/references/mine", json!({"count": 2})).await.status, 204);
    let list = ask(&kibana, "GET", "/api/actions/connectors", Value::Null).await.json();
    assert_eq!(list[0]["referenced_by_count"], 2);
}

#[tokio::test]
async fn a_system_connector_is_found_nowhere_and_changed_by_nobody() {
    let kibana = start(Options::default()).await;
    let path = "/api/actions/connector/system-connector-.cases";
    let check = async |method: &str, path: &str, body: Value, status: u16, message: &str| {
        let reply = ask(&kibana, method, path, body).await;
        assert_eq!((reply.status, reply.message().as_str()), (status, message));
    };
    check("GET", path, Value::Null, 404, "Connector ID not found").await;
    let update = "System action system-connector-.cases can not be updated.";
    check("PUT", path, json!({"name": "n"}), 400, update).await;
    let delete = "System action system-connector-.cases is not allowed to delete.";
    check("DELETE", path, Value::Null, 400, delete).await;
    let run = format!("{path}/_execute");
    check("POST", &run, json!({"params": {}}), 400, "Execution of system action is not allowed").await;
    let create = json!({"name": "n", "connector_type_id": ".cases"});
    let refusal = "System action creation is forbidden. Action type: .cases.";
    check("POST", "/api/actions/connector", create, 400, refusal).await;
    assert_eq!(ask(&kibana, "GET", "/api/actions/connectors", Value::Null).await.json(), json!([]));
}

#[tokio::test]
async fn a_preconfigured_inference_connector_needs_its_endpoint_to_be_listed() {
    let config = Map::from_iter([
        ("inferenceId".to_owned(), json!("e")),
        ("taskType".to_owned(), json!("completion")),
    ]);
    let kibana = start(Options {
        preconfigured: vec![Preconfigured {
            id: "ai".into(),
            name: "AI".into(),
            connector_type_id: ".inference".into(),
            exposed_config: Some(config),
        }],
        ..Options::default()
    })
    .await;
    let list = async || ask(&kibana, "GET", "/api/actions/connectors", Value::Null).await.json();
    assert_eq!(list().await, json!([]));
    kibana.add_inference_endpoint("e", "completion");
    assert_eq!(list().await[0]["config"]["inferenceId"], "e");
}
