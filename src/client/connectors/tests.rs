//! Requests and connectors as values, and what a deletion counts as success.

use super::*;
use crate::client::testing::{Reply, Server, address, connector_json, missing, refusal};
use crate::stop::Stop;

fn map(json: Json) -> Map<String, Json> {
    json.as_object().unwrap().clone()
}

fn body() -> ConnectorBody {
    ConnectorBody {
        name: "hook".into(),
        connector_type_id: ".webhook".into(),
        config: map(serde_json::json!({"url": "https://x", "n": 1.10})),
        secrets: map(serde_json::json!({"user": "u", "password": "hunter2"})),
    }
}

#[test]
fn a_create_names_the_type_and_an_update_does_not() {
    let request = create(&Address::new("ops", "my-id"), &body()).unwrap();
    assert_eq!(
        (request.purpose.method().as_str(), request.path.as_str()),
        ("POST", "/s/ops/api/actions/connector/my-id")
    );
    let json = request.body.unwrap().json();
    assert_eq!(json["connector_type_id"], ".webhook");
    assert_eq!(json["secrets"]["password"], "hunter2");
    let request = update(&address("my-id"), &body()).unwrap();
    assert_eq!((request.purpose, request.path.as_str()), (Purpose::Update, "/api/actions/connector/my-id"));
    assert!(request.body.unwrap().json().get("connector_type_id").is_none());
}

#[test]
fn empty_config_and_secrets_are_left_out() {
    let mut empty = body();
    empty.config.clear();
    empty.secrets.clear();
    let json = create_without_id("default", &empty).unwrap().body.unwrap().json();
    assert_eq!(json, serde_json::json!({"name": "hook", "connector_type_id": ".webhook"}));
}

#[test]
fn a_create_without_an_id_leaves_it_to_kibana() {
    let request = create_without_id("default", &body()).unwrap();
    assert_eq!((request.path.as_str(), request.id), ("/api/actions/connector", None));
}

#[test]
fn numbers_are_sent_as_they_were_written() {
    let mut body = body();
    let text = r#"{"n": 12345678901234567890.10}"#;
    body.config = map(serde_json::from_str(text).unwrap());
    let sent = create_without_id("default", &body).unwrap().body.unwrap().to_bytes();
    assert!(String::from_utf8_lossy(&sent).contains("12345678901234567890.10"));
}

#[test]
fn a_body_does_not_print_itself() {
    assert_eq!(format!("{:?}", body()), "ConnectorBody(.webhook, ***)");
}

#[test]
fn a_connector_may_have_more_or_fewer_fields() {
    let mut json = connector_json("1");
    json["referenced_by_count"] = 3.into();
    json["is_missing_secrets"] = true.into();
    let connector = ConnectorAnswer::read(&json).unwrap();
    assert_eq!((connector.id.as_str(), connector.is_missing_secrets), ("1", Some(true)));
    let preconfigured =
        serde_json::json!({"id": "p", "name": "n", "connector_type_id": ".index", "is_preconfigured": true});
    let connector = ConnectorAnswer::read(&preconfigured).unwrap();
    assert!(connector.is_preconfigured && !connector.is_deprecated);
    assert_eq!((connector.config, connector.is_missing_secrets), (None, None));
}

#[test]
fn what_is_no_connector_is_refused_with_a_reason() {
    let check = |json, reason: &str| {
        let error = ConnectorAnswer::read(&json).unwrap_err();
        assert!(error.contains(reason), "{error}");
    };
    check(Json::Null, "not a JSON object");
    check(serde_json::json!([]), "not a JSON object");
    check(serde_json::json!({"name": "n"}), "`id`");
    check(serde_json::json!({"id": "1", "name": 1}), "`name`");
    let mut wrong = connector_json("1");
    wrong["config"] = "text".into();
    check(wrong, "`config`");
}

#[test]
fn an_id_that_no_kibana_has_is_not_taken_over() {
    for id in ["", "..", "a\nb", &"x".repeat(513)] {
        let mut json = connector_json("1");
        json["id"] = id.into();
        assert!(ConnectorAnswer::read(&json).unwrap_err().contains("`id`"), "{id:?}");
        let mut json = connector_json("1");
        json["connector_type_id"] = id.into();
        assert!(ConnectorAnswer::read(&json).unwrap_err().contains("`connector_type_id`"), "{id:?}");
    }
    let mut json = connector_json("1");
    json["id"] = "an/odd id of an import, ümlaut included".into();
    let odd = ConnectorAnswer::read(&json).unwrap();
    assert!(odd.newly_made().unwrap_err().contains("`id`"));
    for id in ["ops-mail", "my_id.2", "e5b6b1f0-0000-4000-8000-000000000000"] {
        json["id"] = id.into();
        ConnectorAnswer::read(&json).unwrap().newly_made().unwrap();
    }
}

async fn deleted(reply: fn() -> Reply) -> Result<(), Error> {
    let server = Server::start(move |_, _| reply()).await;
    let client = server.client();
    client.delete_connector(&client.operation(&Stop::new()), &address("1")).await
}

#[tokio::test]
async fn a_connector_that_is_gone_counts_as_deleted() {
    deleted(|| Reply::Answer(204, String::new(), String::new())).await.unwrap();
    deleted(|| missing("1")).await.unwrap();
    deleted(|| refusal(404, "Connector 1 not found")).await.unwrap();
}

#[tokio::test]
async fn another_404_is_no_deletion() {
    assert_eq!(deleted(|| refusal(404, "Not Found")).await.unwrap_err().status(), Some(404));
    deleted(|| missing("2")).await.unwrap_err();
    deleted(|| Reply::Answer(404, String::new(), "<title>404</title>".into())).await.unwrap_err();
    deleted(|| Reply::Answer(200, String::new(), "{}".into())).await.unwrap_err();
}

#[tokio::test]
async fn another_connector_in_the_answer_is_an_error() {
    let server = Server::start(|_, _| crate::client::testing::connector("2")).await;
    let client = server.client();
    let error = client.get_connector(&client.operation(&Stop::new()), &address("1")).await.unwrap_err();
    assert!(error.to_string().contains("another connector"), "{error}");
}
