//! The order in which a request is judged, and the text of each refusal.

use kibana_emulator::{
    Auth, Credential, Emulator, License, LicenseState, Options, Preconfigured, Release, Rights,
};
use serde_json::{Value, json};

use crate::client::{Reply, ask, index, send, start};

const CONNECTOR: &str = "/api/actions/connector";
const XSRF: (&str, &str) = ("kbn-xsrf", "1");

async fn guarded() -> Emulator {
    let auth = Auth::Accept(vec![
        Credential::new("ApiKey good", Rights::All),
        Credential::new("ApiKey reader", Rights::Read),
    ]);
    start(Options { auth, base_path: "/kibana".into(), ..Options::default() }).await
}

async fn post(kibana: &Emulator, headers: &[(&str, &str)], body: &str) -> Reply {
    send(kibana, "POST", CONNECTOR, headers, body).await.unwrap()
}

#[tokio::test]
async fn route_then_credentials_then_body_then_xsrf_then_schema_then_rights() {
    let kibana = guarded().await;
    let (good, reader) = (("authorization", "ApiKey good"), ("authorization", "apikey reader"));
    assert_eq!(send(&kibana, "POST", "/api/actions/nothing", &[], "{").await.unwrap().status, 404);
    let without = post(&kibana, &[], "{").await;
    assert_eq!((without.status, without.message().as_str()), (401, "Unauthorized"));
    assert_eq!(without.header("elastic-api-version"), None);
    assert_eq!(post(&kibana, &[("authorization", "ApiKey bad"), XSRF], "{").await.status, 401);
    assert_eq!(post(&kibana, &[good], "{").await.message(), "Invalid request payload JSON format");
    assert_eq!(post(&kibana, &[good], "{}").await.message(), "Request must contain a kbn-xsrf header.");
    let stale = post(&kibana, &[good, ("kbn-version", "1.0.0")], "{}").await;
    assert_eq!(stale.json()["attributes"], json!({"expected": "9.4.1", "got": "1.0.0"}));
    let invalid = post(&kibana, &[reader, XSRF], "{}").await;
    assert_eq!(invalid.message(), "[request body.name]: expected value of type [string] but got [undefined]");
    assert_eq!(invalid.header("elastic-api-version"), Some("2023-10-31"));
    // Rights come before the domain: an unknown type is not told to those who may not create.
    let unknown = json!({"name": "n", "connector_type_id": ".nope"}).to_string();
    let refused = post(&kibana, &[reader, XSRF], &unknown).await;
    assert_eq!(
        (refused.status, refused.message().as_str()),
        (403, "Unauthorized to create a \".nope\" action")
    );
    assert_eq!(
        post(&kibana, &[good, XSRF], &unknown).await.message(),
        "Action type \".nope\" is not registered."
    );
}

#[tokio::test]
async fn nothing_is_served_beside_the_base_path() {
    let kibana = guarded().await;
    assert!(kibana.url().ends_with("/kibana"));
    let stream = tokio::net::TcpStream::connect(kibana.address()).await.unwrap();
    let reply = crate::client::exchange(stream, "GET", "/api/status", &[], "").await.unwrap();
    assert_eq!(reply.status, 404);
    assert_eq!(kibana.requests().last().unwrap().status, Some(404));
}

#[tokio::test]
async fn status_shows_the_version_to_those_who_may_know_it() {
    let kibana = guarded().await;
    let status =
        async |headers: &[(&str, &str)]| send(&kibana, "GET", "/api/status", headers, "").await.unwrap();
    assert_eq!(status(&[]).await.json(), json!({"status": {"overall": {"level": "available"}}}));
    assert_eq!(
        status(&[("authorization", "ApiKey bad")]).await.json(),
        json!({"status": {"overall": {"level": "available"}}})
    );
    assert_eq!(status(&[("authorization", "ApiKey good")]).await.json()["version"]["number"], "9.4.1");
}

#[tokio::test]
async fn request_bodies_are_judged_key_by_key() {
    let kibana = start(Options::default()).await;
    let check = async |body: Value, message: &str| {
        let reply = ask(&kibana, "POST", CONNECTOR, body).await;
        assert_eq!((reply.status, reply.message().as_str()), (400, message));
    };
    let with = |key: &str, value: Value| {
        let mut body = index("n");
        body[key] = value;
        body
    };
    check(with("name", json!("  ")), "[request body.name]: value '' is not valid").await;
    check(
        with("config", Value::Null),
        "[request body.config]: expected value of type [object] but got [null]",
    )
    .await;
    check(with("config", json!({"a": [{"b": " "}]})), "[request body.config.a]: value '' is not valid").await;
    check(with("secrets", json!({"a": ""})), "[request body.secrets.a]: value '' is not valid").await;
    check(
        with("odd", json!(1)),
        "[request body.odd]: Additional properties are not allowed ('odd' was unexpected)",
    )
    .await;
    check(json!([]), "[request body]: expected a plain object value, but found [Array] instead.").await;
    let huge = format!("{{\"name\": \"{}\"}}", "x".repeat(1_048_577));
    let headers = [XSRF, ("content-type", "application/json")];
    let reply = send(&kibana, "POST", CONNECTOR, &headers, &huge).await.unwrap();
    assert_eq!(reply.message(), "Payload content length greater than maximum allowed: 1048576");
    let xml = [XSRF, ("content-type", "application/xml")];
    assert_eq!(send(&kibana, "POST", CONNECTOR, &xml, "a").await.unwrap().status, 415);
}

#[tokio::test]
async fn config_is_judged_before_license_and_configuration() {
    let kibana = start(Options {
        disabled_types: vec![".index".into()],
        license: License::Basic,
        ..Options::default()
    })
    .await;
    let mut body = index("n");
    body["config"] = json!({});
    assert_eq!(ask(&kibana, "POST", CONNECTOR, body).await.status, 400);
    let reply = ask(&kibana, "POST", CONNECTOR, index("n")).await;
    assert_eq!(
        (reply.status, reply.message().as_str()),
        (403, "action type \".index\" is not enabled in the Kibana config xpack.actions.enabledActionTypes")
    );
    let webhook =
        json!({"name": "n", "connector_type_id": ".webhook", "config": {"url": "https://a.example"}});
    assert_eq!(
        ask(&kibana, "POST", CONNECTOR, webhook).await.message(),
        "Action type .webhook is disabled because your basic license does not support it. Please upgrade your license."
    );
    let types = ask(&kibana, "GET", "/api/actions/connector_types", Value::Null).await.json();
    let flags = |id: &str| {
        let found = types.as_array().unwrap().iter().find(|kind| kind["id"] == id).unwrap().clone();
        (found["enabled"].clone(), found["enabled_in_config"].clone(), found["enabled_in_license"].clone())
    };
    assert_eq!(flags(".index"), (json!(false), json!(false), json!(true)));
    assert_eq!(flags(".webhook"), (json!(false), json!(true), json!(false)));
    assert_eq!(flags(".server-log"), (json!(true), json!(true), json!(true)));
}

#[tokio::test]
async fn no_license_no_connectors() {
    let kibana = start(Options { license_state: LicenseState::Unavailable, ..Options::default() }).await;
    let reply = ask(&kibana, "GET", "/api/actions/connectors", Value::Null).await;
    assert_eq!(reply.status, 403);
    assert!(reply.message().starts_with("Actions is unavailable"));
}

#[tokio::test]
async fn preconfigured_connectors_are_seen_and_left_alone() {
    let kibana = start(Options {
        preconfigured: vec![Preconfigured {
            id: "fixed".into(),
            name: "Fixed".into(),
            connector_type_id: ".index".into(),
            exposed_config: None,
        }],
        ..Options::default()
    })
    .await;
    let path = "/api/actions/connector/fixed";
    let seen = ask(&kibana, "GET", path, Value::Null).await.json();
    assert_eq!((&seen["is_preconfigured"], seen.get("config")), (&json!(true), None));
    assert_eq!(
        ask(&kibana, "GET", "/s/other/api/actions/connectors", Value::Null).await.json()[0]["id"],
        "fixed"
    );
    let create = ask(&kibana, "POST", path, index("n")).await;
    assert_eq!(
        (create.status, create.message().as_str()),
        (400, "This fixed already exists in a preconfigured action.")
    );
    let update = ask(&kibana, "PUT", path, json!({"name": "n", "config": {"index": "i"}})).await;
    assert_eq!(update.message(), "Preconfigured action fixed can not be updated.");
    let delete = ask(&kibana, "DELETE", path, Value::Null).await;
    assert_eq!(delete.message(), "Preconfigured action fixed is not allowed to delete.");
}

#[tokio::test]
async fn a_kibana_before_8_8_has_no_route_for_a_chosen_id() {
    let kibana = start(Options { ids_in_path: false, release: Release::Old, ..Options::default() }).await;
    let reply =
        ask(&kibana, "POST", "/api/actions/connector/90a82c60-478f-41ee-a343-f98a117c727f", index("n")).await;
    assert_eq!((reply.status, reply.message().as_str()), (404, "Not Found"));
    assert_eq!(ask(&kibana, "POST", CONNECTOR, index("n")).await.status, 200);
}
