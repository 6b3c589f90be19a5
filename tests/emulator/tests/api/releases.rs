//! What differs between the Kibanas that can be played, as answers show it.

use kibana_emulator::{Options, Release};
use serde_json::{Value, json};

use crate::client::{ask, index, start};

const UUID: &str = "/api/actions/connector/90a82c60-478f-41ee-a343-f98a117c727f";

#[tokio::test]
async fn old_has_its_id_rule_and_its_texts() {
    let kibana = start(Options { release: Release::Old, ..Options::default() }).await;
    let slug = ask(&kibana, "POST", "/api/actions/connector/my-connector", index("n")).await;
    assert_eq!(
        (slug.status, slug.message().as_str()),
        (
            400,
            "Predefined IDs are not allowed for saved objects with encrypted attributes unless the ID is a UUID.: Bad \
             Request"
        )
    );
    let created = ask(&kibana, "POST", UUID, index("n")).await.json();
    assert_eq!(created.get("is_connector_type_deprecated"), None);
    let conflict = ask(&kibana, "POST", UUID, index("n")).await;
    assert_eq!(conflict.message(), "Saved object [action/90a82c60-478f-41ee-a343-f98a117c727f] conflict");
    let mut odd = index("n");
    odd["odd"] = json!(1);
    let odd = ask(&kibana, "POST", UUID, odd).await;
    assert_eq!(odd.message(), "[request body.odd]: definition for this key is missing");
    let bad = json!({"name": "n", "connector_type_id": ".index"});
    assert_eq!(
        ask(&kibana, "POST", "/api/actions/connector", bad).await.message(),
        "error validating action type config: [index]: expected value of type [string] but got [undefined]"
    );
    assert_eq!(ask(&kibana, "GET", UUID, Value::Null).await.json().get("auth_mode"), None);
}

#[tokio::test]
async fn current_takes_slugs() {
    let kibana = start(Options::default()).await;
    let created = ask(&kibana, "POST", "/api/actions/connector/my-connector", index("n")).await.json();
    assert_eq!(
        (&created["id"], &created["is_connector_type_deprecated"]),
        (&json!("my-connector"), &json!(false))
    );
    assert_eq!(created.get("auth_mode"), None);
    let read = ask(&kibana, "GET", "/api/actions/connector/my-connector", Value::Null).await.json();
    assert_eq!(read["auth_mode"], "shared");
    let upper = ask(&kibana, "POST", "/api/actions/connector/My", index("n")).await;
    assert_eq!(
        upper.message(),
        "[request params.id]: Connector ID must contain only lowercase letters, numbers, and hyphens."
    );
}

#[tokio::test]
async fn newest_marks_types_as_deprecated_and_knows_newer_keys() {
    let kibana = start(Options { release: Release::Newest, ..Options::default() }).await;
    let types = ask(&kibana, "GET", "/api/actions/connector_types", Value::Null).await.json();
    let deprecated: Vec<&str> = types
        .as_array()
        .unwrap()
        .iter()
        .filter(|kind| kind["is_deprecated"] == true)
        .map(|kind| kind["id"].as_str().unwrap())
        .collect();
    assert_eq!(deprecated, [".gen-ai", ".bedrock", ".gemini", ".inference"]);
    let mail = json!({
        "name": "n", "connector_type_id": ".email",
        "config": {"from": "a@b.co", "service": "gmail", "allowHtml": true},
    });
    assert_eq!(
        ask(&kibana, "POST", "/api/actions/connector", mail.clone()).await.json()["config"]["allowHtml"],
        true
    );
    kibana.set_release(Release::Current);
    assert_eq!(
        ask(&kibana, "POST", "/api/actions/connector", mail).await.message(),
        "error validating connector type config: ✖ Unrecognized key: \"allowHtml\""
    );
}

#[tokio::test]
async fn the_future_adds_keys_and_takes_them_back() {
    let kibana = start(Options { release: Release::Future, ..Options::default() }).await;
    let created = ask(&kibana, "POST", UUID, index("n")).await.json();
    assert_eq!(created["revision"], 1);
    assert_eq!(created["config"]["futureSetting"], "automatic");
    let mut config = created["config"].clone();
    config["futureSetting"] = json!("manual");
    let updated = ask(&kibana, "PUT", UUID, json!({"name": "n", "config": config})).await.json();
    assert_eq!(updated["config"], config);
    let without = ask(&kibana, "PUT", UUID, json!({"name": "n", "config": {"index": "i"}})).await.json();
    assert_eq!(without["config"]["futureSetting"], "automatic");
}
