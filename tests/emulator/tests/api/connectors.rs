//! The life of connectors: create, read, list, update, delete, spaces, execution, the data file.

use kibana_emulator::{Connector, Emulator, Options, Space};
use serde_json::{Map, Value, json};

use crate::client::{ask, index, start};

async fn create(kibana: &Emulator, path: &str, body: Value) -> Value {
    let reply = ask(kibana, "POST", path, body).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.json()
}

#[tokio::test]
async fn the_documented_examples_are_stored_as_kibana_stores_them() {
    let kibana = start(Options::default()).await;
    let check = async |body: Value, config: Value, secrets: Value| {
        let created = create(&kibana, "/api/actions/connector", body).await;
        assert_eq!(created["config"], config);
        assert_eq!(created.get("secrets"), None);
        let stored = kibana.get("default", created["id"].as_str().unwrap()).unwrap();
        assert_eq!(Value::Object(stored.secrets), secrets);
    };
    check(
        json!({
            "name": "email-connector-1",
            "config": {
                "from": "tester@example.com", "host": "https://example.com", "port": 1025, "secure": false,
                "hasAuth": true, "service": "other",
            },
            "secrets": {"user": "username", "password": "password"},
            "connector_type_id": ".email",
        }),
        json!({
            "service": "other", "host": "https://example.com", "port": 1025, "secure": false,
            "from": "tester@example.com", "hasAuth": true, "tenantId": null, "clientId": null, "oauthTokenUrl": null,
        }),
        json!({"user": "username", "password": "password", "clientSecret": null}),
    )
    .await;
    check(
        json!({"name": "my-connector", "config": {"index": "test-index"}, "connector_type_id": ".index"}),
        json!({"index": "test-index", "refresh": false, "executionTimeField": null}),
        json!({}),
    )
    .await;
    check(
        json!({
            "name": "my-webhook-connector",
            "config": {
                "url": "https://example.com", "method": "post", "authType": "webhook-authentication-ssl",
                "certType": "ssl-crt-key",
            },
            "secrets": {"crt": "QmFnIEF0dH...", "key": "LS0tLS1CRUdJ...", "password": "my-passphrase"},
            "connector_type_id": ".webhook",
        }),
        json!({
            "url": "https://example.com", "method": "post", "headers": null, "hasAuth": true,
            "authType": "webhook-authentication-ssl", "certType": "ssl-crt-key",
        }),
        json!({
            "user": null, "password": "my-passphrase", "crt": "QmFnIEF0dH...", "key": "LS0tLS1CRUdJ...", "pfx": null,
            "clientSecret": null, "secretHeaders": null,
        }),
    )
    .await;
    check(
        json!({
            "name": "my-xmatters-connector",
            "config": {"usesBasic": false},
            "secrets": {"secretsUrl": "https://example.com?apiKey=xxxxx"},
            "connector_type_id": ".xmatters",
        }),
        json!({"configUrl": null, "usesBasic": false}),
        json!({"user": null, "password": null, "secretsUrl": "https://example.com?apiKey=xxxxx"}),
    )
    .await;
}

#[tokio::test]
async fn a_put_replaces_config_and_secrets_whole() {
    let kibana = start(Options::default()).await;
    let path = "/api/actions/connector/hook";
    let body = json!({
        "name": "n", "connector_type_id": ".webhook",
        "config": {"url": "https://a.example", "method": "put", "headers": {"a": "b"}},
        "secrets": {"user": "u", "password": "p"},
    });
    create(&kibana, path, body).await;
    let updated =
        ask(&kibana, "PUT", path, json!({"name": "m", "config": {"url": "https://b.example"}})).await;
    assert_eq!(updated.status, 200);
    let stored = kibana.get("default", "hook").unwrap();
    assert_eq!((stored.name.as_str(), &stored.config["method"]), ("m", &json!("post")));
    assert_eq!((&stored.config["headers"], &stored.secrets["user"]), (&Value::Null, &Value::Null));
    // The type cannot change, nor be said.
    let typed = ask(&kibana, "PUT", path, index("n")).await;
    assert!(typed.message().starts_with("[request body.connector_type_id]: "), "{}", typed.body);
    let missing = ask(&kibana, "PUT", "/api/actions/connector/gone", json!({"name": "n"})).await;
    assert_eq!((missing.status, missing.message().as_str()), (404, "Saved object [action/gone] not found"));
}

#[tokio::test]
async fn types_that_require_secrets_require_them_again() {
    let kibana = start(Options::default()).await;
    let path = "/api/actions/connector/hive";
    let body = json!({
        "name": "n", "connector_type_id": ".thehive",
        "config": {"url": "https://a.example"}, "secrets": {"apiKey": "k"},
    });
    create(&kibana, path, body).await;
    let update =
        ask(&kibana, "PUT", path, json!({"name": "n", "config": {"url": "https://a.example"}})).await;
    assert_eq!(
        update.message(),
        "error validating connector type secrets: ✖ Invalid input: expected string, received undefined\n  → at apiKey"
    );
}

#[tokio::test]
async fn an_id_is_taken_in_every_space_and_seen_in_one() {
    let kibana = start(Options { spaces: vec![Space::new("ops")], ..Options::default() }).await;
    create(&kibana, "/s/ops/api/actions/connector/mine", index("n")).await;
    let path = "/api/actions/connector/mine";
    let conflict = ask(&kibana, "POST", path, index("n")).await;
    assert_eq!(
        (conflict.status, conflict.message().as_str()),
        (409, "A connector is already using this ID: mine. Choose a different ID.")
    );
    assert_eq!(ask(&kibana, "GET", path, Value::Null).await.status, 404);
    assert_eq!(ask(&kibana, "DELETE", path, Value::Null).await.status, 404);
    assert_eq!(ask(&kibana, "GET", "/s/ops/api/actions/connector/mine", Value::Null).await.status, 200);
    assert_eq!(ask(&kibana, "DELETE", "/s/ops/api/actions/connector/mine", Value::Null).await.status, 204);
    assert_eq!(ask(&kibana, "DELETE", "/s/ops/api/actions/connector/mine", Value::Null).await.status, 404);
    create(&kibana, path, index("n")).await;
}

#[tokio::test]
async fn a_space_that_does_not_exist_takes_connectors_and_shows_them() {
    let kibana = start(Options::default()).await;
    let path = "/s/later/api/actions/connector/early";
    create(&kibana, path, index("n")).await;
    assert_eq!(ask(&kibana, "GET", path, Value::Null).await.status, 200);
    let list = ask(&kibana, "GET", "/s/later/api/actions/connectors", Value::Null).await.json();
    assert_eq!(list[0]["id"], "early");
    assert_eq!(ask(&kibana, "GET", "/api/spaces/space/later", Value::Null).await.message(), "Not Found");
    kibana.add_space(Space::new("later"));
    let spaces = ask(&kibana, "GET", "/api/spaces/space", Value::Null).await.json();
    assert_eq!((&spaces[0]["id"], &spaces[1]["id"]), (&json!("default"), &json!("later")));
}

#[tokio::test]
async fn the_list_is_ordered_by_name() {
    let kibana = start(Options::default()).await;
    for name in ["beta", "Alpha", "gamma"] {
        create(&kibana, "/api/actions/connector", index(name)).await;
    }
    let list = ask(&kibana, "GET", "/api/actions/connectors", Value::Null).await.json();
    let names: Vec<&str> = list.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Alpha", "beta", "gamma"]);
    assert_eq!(list[0]["referenced_by_count"], 0);
}

#[tokio::test]
async fn inference_makes_its_endpoint_first() {
    let kibana = start(Options::default()).await;
    let body = json!({
        "name": "n", "connector_type_id": ".inference",
        "config": {"provider": "openai", "taskType": "completion", "inferenceId": "e"},
    });
    let path = "/api/actions/connector/ai";
    create(&kibana, path, body.clone()).await;
    let again = ask(&kibana, "POST", path, body.clone()).await;
    assert_eq!(again.status, 500);
    let mut other = body.clone();
    other["config"]["inferenceId"] = json!("f");
    assert_eq!(ask(&kibana, "POST", path, other).await.status, 409);
    assert_eq!(kibana.inference_endpoints(), [("e".to_owned(), "completion".to_owned())]);
    let update = json!({"name": "m", "config": body["config"]});
    assert_eq!(ask(&kibana, "PUT", path, update).await.status, 200);
    assert_eq!(ask(&kibana, "DELETE", path, Value::Null).await.status, 204);
    assert_eq!(kibana.inference_endpoints(), []);
    kibana.add_inference_endpoint("e", "completion");
    assert_eq!(ask(&kibana, "POST", path, body).await.status, 500);
}

#[tokio::test]
async fn changes_behind_the_api_are_seen() {
    let kibana = start(Options::default()).await;
    kibana.put_raw(
        "default",
        Connector {
            id: "Raw Id".into(),
            space: String::new(),
            name: "n".into(),
            connector_type_id: ".servicenow".into(),
            config: Map::new(),
            secrets: Map::new(),
            is_missing_secrets: true,
            auth_mode: None,
        },
    );
    let path = "/api/actions/connector/Raw%20Id";
    let seen = ask(&kibana, "GET", path, Value::Null).await.json();
    assert_eq!((&seen["is_missing_secrets"], &seen["is_deprecated"]), (&json!(true), &json!(true)));
    assert!(kibana.edit("default", "Raw Id", |raw| {
        raw.config.insert("usesTableApi".into(), json!(false));
    }));
    assert_eq!(ask(&kibana, "GET", path, Value::Null).await.json()["is_deprecated"], false);
    kibana.show_config("Raw Id", Map::from_iter([("shown".to_owned(), json!(1))]));
    assert_eq!(ask(&kibana, "GET", path, Value::Null).await.json()["config"], json!({"shown": 1}));
    assert!(kibana.remove("default", "Raw Id").is_some());
    assert_eq!(ask(&kibana, "GET", path, Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_failed_run_is_a_200_too() {
    let kibana = start(Options::default()).await;
    create(&kibana, "/api/actions/connector/log", json!({"name": "n", "connector_type_id": ".server-log"}))
        .await;
    let path = "/api/actions/connector/log/_execute";
    let run = ask(&kibana, "POST", path, json!({"params": {"message": "hello"}})).await;
    assert_eq!(run.json(), json!({"connector_id": "log", "status": "ok"}));
    let bad = ask(&kibana, "POST", path, json!({"params": {}})).await;
    assert_eq!((bad.status, &bad.json()["errorSource"]), (200, &json!("user")));
    let none = ask(&kibana, "POST", path, json!({})).await;
    assert_eq!(none.message(), "[request body.params]: expected value of type [object] but got [undefined]");
}

#[tokio::test]
async fn the_data_file_outlives_the_emulator() {
    let folder = std::env::temp_dir().join(format!("kibana-emulator-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("data.json");
    let options = Options { data_file: Some(file), ..Options::default() };
    let first = start(options.clone()).await;
    create(&first, "/api/actions/connector/kept", index("n")).await;
    first.shutdown().await;
    let second = start(options.clone()).await;
    assert_eq!(second.get("default", "kept").unwrap().config["index"], "i");
    drop(second);
    std::fs::write(folder.join("data.json"), "nonsense").unwrap();
    assert!(Emulator::start(options).await.is_err());
    std::fs::remove_dir_all(&folder).unwrap();
}
