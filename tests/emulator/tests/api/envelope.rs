//! What Kibana says before a connector is looked at: methods, media types, ids, credentials, spaces.

use kibana_emulator::{Auth, Credential, Emulator, Options, Preconfigured, Release, Rights, Space};
use serde_json::{Value, json};

use crate::client::{Reply, ask, index, send, start};

const CONNECTOR: &str = "/api/actions/connector";
const XSRF: (&str, &str) = ("kbn-xsrf", "1");

async fn post_as(kibana: &Emulator, media_type: &str, body: &str) -> Reply {
    send(kibana, "POST", CONNECTOR, &[XSRF, ("content-type", media_type)], body).await.unwrap()
}

#[tokio::test]
async fn head_is_answered_by_the_get_route() {
    let kibana = start(Options::default()).await;
    for (path, status) in [
        ("/api/actions/connectors", 200),
        ("/api/actions/connector_types", 200),
        ("/api/status", 200),
        ("/api/actions/connector/nope", 404),
        ("/api/actions/connector", 404),
    ] {
        let reply = send(&kibana, "HEAD", path, &[], "").await.unwrap();
        assert_eq!((reply.status, reply.body.as_str()), (status, ""), "{path}");
        assert_ne!(reply.header("content-length"), Some("0"), "{path}");
    }
    assert_eq!(send(&kibana, "OPTIONS", "/api/actions/connectors", &[], "").await.unwrap().status, 404);
}

#[tokio::test]
async fn a_form_is_read_and_refused_for_what_it_lacks() {
    let kibana = start(Options::default()).await;
    let form = async |body: &str| post_as(&kibana, "application/x-www-form-urlencoded", body).await;
    let undefined = "[request body.name]: expected value of type [string] but got [undefined]";
    assert_eq!(form("a=b").await.message(), undefined);
    assert_eq!(form("").await.message(), undefined);
    assert_eq!(
        form("name=n&name=m").await.message(),
        "[request body.name]: expected value of type [string] but got [Array]"
    );
    let created = form("name=a+b%20c&connector_type_id=.server-log").await;
    assert_eq!((created.status, &created.json()["name"]), (200, &json!("a b c")));
}

#[tokio::test]
async fn bodies_that_are_no_object_are_told_by_their_type() {
    let kibana = start(Options::default()).await;
    let unparsable = "[request body]: could not parse object value from json input".to_owned();
    let found =
        |what: &str| format!("[request body]: expected a plain object value, but found [{what}] instead.");
    let json = "application/json";
    for (media_type, body, message) in [
        (json, "\"x\"", unparsable.clone()),
        (json, "5", found("number")),
        (json, "true", found("boolean")),
        (json, "null", found("null")),
        (json, "", found("null")),
        (json, "[1]", found("Array")),
        (json, "{", "Invalid request payload JSON format".to_owned()),
        ("text/plain", "x", unparsable),
        ("text/plain", "\"x\"", found("string")),
        ("application/octet-stream", "{}", found("Uint8Array")),
        ("application/xml", "<a/>", "Unsupported Media Type".to_owned()),
        ("nonsense", "{}", "Invalid content-type header".to_owned()),
        // Text is parsed once, whatever it was sent as.
        (
            json,
            "\"{\\\"name\\\": 1}\"",
            "[request body.name]: expected value of type [string] but got [number]".to_owned(),
        ),
    ] {
        assert_eq!(post_as(&kibana, media_type, body).await.message(), message, "{media_type} {body}");
    }
    for (config, message) in [
        ("\"nope\"", "[request body.config]: could not parse record value from json input"),
        ("\"5\"", "[request body.config]: expected value of type [object] but got [number]"),
        ("[]", "[request body.config]: expected value of type [object] but got [Array]"),
    ] {
        let body = format!("{{\"name\": \"n\", \"connector_type_id\": \".index\", \"config\": {config}}}");
        assert_eq!(post_as(&kibana, json, &body).await.message(), message);
    }
}

#[tokio::test]
async fn unsafe_and_empty_ids_have_their_own_texts_from_9_4() {
    let kibana = start(Options::default()).await;
    for id in ["constructor", "prototype", "__proto__", "a..b", "a%2Fb"] {
        let reply = ask(&kibana, "POST", &format!("{CONNECTOR}/{id}"), index("n")).await;
        assert_eq!(reply.status, 400, "{id}");
        assert_eq!(
            reply.message(),
            "[request params.id]: Connector ID must be 36 characters or less.",
            "{id}"
        );
    }
    let empty = ask(&kibana, "POST", "/api/actions/connector/", index("n")).await;
    assert_eq!(
        (empty.status, empty.message().as_str()),
        (400, "[request params.id]: value has length [0] but it must have a minimum length of [1].")
    );
    kibana.set_release(Release::Old);
    let created = ask(&kibana, "POST", "/api/actions/connector/", index("n")).await;
    assert_eq!((created.status, created.json()["id"].as_str().unwrap().len()), (200, 36));
}

#[tokio::test]
async fn a_slash_too_many_leads_elsewhere() {
    let kibana = start(Options::default()).await;
    let moved = ask(&kibana, "GET", "/api/actions/connectors/", Value::Null).await;
    assert_eq!((moved.status, moved.header("location")), (302, Some("/api%2Factions%2Fconnectors")));
    assert_eq!(ask(&kibana, "DELETE", "/api/actions/connector/", Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_query_that_nobody_knows_is_refused() {
    let kibana = start(Options { release: Release::Old, ..Options::default() }).await;
    let types = async |query: &str| {
        ask(&kibana, "GET", &format!("/api/actions/connector_types?{query}"), Value::Null).await
    };
    assert_eq!(types("odd=1").await.message(), "[request query.odd]: definition for this key is missing");
    assert_eq!(types("feature_id=nope").await.json(), json!([]));
    assert_ne!(types("feature_id=").await.json(), json!([]));
}

#[tokio::test]
async fn only_specs_have_a_mode_of_authentication_on_create() {
    let kibana = start(Options::default()).await;
    let create = async |body: Value| ask(&kibana, "POST", CONNECTOR, body).await.json();
    let hook = create(json!({
        "name": "n", "connector_type_id": ".webhook",
        "config": {"url": "https://a.example", "authType": "webhook-authentication-basic"},
    }))
    .await;
    assert_eq!((hook.get("auth_mode"), &hook["config"]["hasAuth"]), (None, &json!(true)));
}

#[tokio::test]
async fn wrong_credentials_are_told_by_release_and_not_by_the_status() {
    let auth = Auth::accept("ApiKey good");
    let kibana = start(Options { auth, release: Release::Old, ..Options::default() }).await;
    let bad = [("authorization", "ApiKey bad")];
    let reason = "unable to authenticate with provided credentials and anonymous access is not allowed for this request";
    let refusal = send(&kibana, "GET", "/api/actions/connectors", &bad, "").await.unwrap();
    assert_eq!(
        refusal.message(),
        format!("[security_exception\n\tRoot causes:\n\t\tsecurity_exception: {reason}]: {reason}")
    );
    kibana.set_release(Release::Current);
    let refusal = send(&kibana, "GET", "/api/actions/connectors", &bad, "").await.unwrap();
    assert_eq!(refusal.message(), format!("[security_exception]: {reason}"));
    let status = send(&kibana, "GET", "/api/status", &bad, "").await.unwrap();
    assert_eq!((status.status, status.json()), (200, json!({"status": {"overall": {"level": "available"}}})));
}

#[tokio::test]
async fn without_elasticsearch_valid_credentials_are_unauthorized() {
    let kibana = start(Options { auth: Auth::accept("ApiKey good"), ..Options::default() }).await;
    let list = async || {
        let good = [("authorization", "ApiKey good")];
        send(&kibana, "GET", "/api/actions/connectors", &good, "").await.unwrap()
    };
    assert_eq!(list().await.status, 200);
    kibana.elasticsearch_gone(true);
    let away = list().await;
    assert_eq!((away.status, away.message().as_str()), (401, "Unauthorized"));
    assert_eq!((away.header("retry-after"), away.header("www-authenticate")), (None, None));
    kibana.elasticsearch_gone(false);
    assert_eq!(list().await.status, 200);

    let open = start(Options::default()).await;
    assert_eq!(ask(&open, "PUT", "/_emulator/elasticsearch", json!({"gone": true})).await.status, 204);
    let away = ask(&open, "POST", CONNECTOR, index("n")).await;
    assert_eq!((away.status, away.message().as_str()), (503, "connect ECONNREFUSED 127.0.0.1:9200"));
    assert_eq!(ask(&open, "GET", "/api/actions/connector_types", Value::Null).await.status, 200);
}

#[tokio::test]
async fn rights_end_at_a_space() {
    let credentials = vec![
        Credential::new("ApiKey all", Rights::All),
        Credential::new("ApiKey ops", Rights::All).in_spaces(&["ops"]),
        Credential::new("ApiKey none", Rights::Nothing),
    ];
    let kibana = start(Options {
        auth: Auth::Accept(credentials),
        spaces: vec![Space::new("ops"), Space::new("dev")],
        ..Options::default()
    })
    .await;
    let get = async |key: &str, path: &str| {
        let reply = send(&kibana, "GET", path, &[("authorization", key)], "").await.unwrap();
        let message = if reply.status >= 400 { reply.message() } else { String::new() };
        (reply.status, message)
    };
    let told = |status: u16, message: &str| (status, message.to_owned());
    assert_eq!(get("ApiKey ops", "/s/ops/api/actions/connectors").await, told(200, ""));
    assert_eq!(get("ApiKey ops", "/api/actions/connectors").await, told(403, "Unauthorized to get actions"));
    assert_eq!(get("ApiKey all", "/api/spaces/space/gone").await, told(404, "Not Found"));
    assert_eq!(get("ApiKey ops", "/api/spaces/space/ops").await, told(200, ""));
    // Missing and foreign look the same.
    for space in ["gone", "dev"] {
        let message = format!("Unauthorized to get {space} space");
        assert_eq!(get("ApiKey ops", &format!("/api/spaces/space/{space}")).await, (403, message));
    }
    assert_eq!(get("ApiKey none", "/api/spaces/space").await, told(403, "Forbidden"));
    let list =
        send(&kibana, "GET", "/api/spaces/space", &[("authorization", "ApiKey ops")], "").await.unwrap();
    assert_eq!(list.json().as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_run_that_is_not_allowed_names_the_type_where_it_may_be_seen() {
    let kibana = start(Options {
        auth: Auth::Accept(vec![
            Credential::new("ApiKey read", Rights::Read),
            Credential::new("ApiKey none", Rights::Nothing),
        ]),
        preconfigured: vec![Preconfigured {
            id: "fixed".into(),
            name: "Fixed".into(),
            connector_type_id: ".index".into(),
            exposed_config: None,
        }],
        ..Options::default()
    })
    .await;
    let run = async |key: &str, id: &str| {
        let headers = [XSRF, ("content-type", "application/json"), ("authorization", key)];
        let path = format!("{CONNECTOR}/{id}/_execute");
        let reply = send(&kibana, "POST", &path, &headers, "{\"params\": {}}").await.unwrap();
        assert_eq!(reply.status, 403);
        reply.message()
    };
    assert_eq!(run("ApiKey read", "fixed").await, "Unauthorized to execute a \".index\" action");
    assert_eq!(run("ApiKey read", "nope").await, "Unauthorized to execute actions");
    assert_eq!(run("ApiKey none", "nope").await, "Unauthorized to execute actions");
}
