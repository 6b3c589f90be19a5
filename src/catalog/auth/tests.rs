//! Every way to authenticate, as it is sent and as it is read back.

use serde_json::json;

use super::*;

fn object(json: Json) -> Map<String, Json> {
    json.as_object().cloned().expect("an object")
}

fn block(name: &str, written: Json) -> (&'static AuthType, Value) {
    let auth = auth_type(name).expect("there is such a type");
    (auth, crate::value::json::from_json(&written).1)
}

/// Every auth type with all that it can say, and what is sent for it.
const FULL: &[(&str, &str, &str)] = &[
    ("none", "{}", r#"{"authType": "none"}"#),
    (
        "basic",
        r#"{"username": "u", "password": "p"}"#,
        r#"{"authType": "basic", "username": "u", "password": "p"}"#,
    ),
    ("bearer", r#"{"token": "t"}"#, r#"{"authType": "bearer", "token": "t"}"#),
    (
        "api_key_header",
        r#"{"header": "X-OTX-API-KEY", "value": "k"}"#,
        r#"{"authType": "api_key_header", "X-OTX-API-KEY": "k"}"#,
    ),
    (
        "api_key_query",
        r#"{"params": {"key": "k", "token": "t"}}"#,
        r#"{"authType": "api_key_query", "key": "k", "token": "t"}"#,
    ),
    (
        "oauth_client_credentials",
        r#"{"token_url": "https://t.example", "client_id": "i", "client_secret": "s", "scope": "x",
            "token_endpoint_auth_method": "client_secret_basic"}"#,
        r#"{"authType": "oauth_client_credentials", "tokenUrl": "https://t.example", "clientId": "i",
            "clientSecret": "s", "scope": "x", "tokenEndpointAuthMethod": "client_secret_basic"}"#,
    ),
    (
        "oauth_authorization_code",
        r#"{"authorization_url": "https://a.example", "token_url": "https://t.example", "client_id": "i",
            "client_secret": "s", "scope": "x", "use_basic_auth": false}"#,
        r#"{"authType": "oauth_authorization_code", "authorizationUrl": "https://a.example",
            "tokenUrl": "https://t.example", "clientId": "i", "clientSecret": "s", "scope": "x",
            "useBasicAuth": false}"#,
    ),
    (
        "aws_credentials",
        r#"{"access_key_id": "i", "secret_access_key": "k"}"#,
        r#"{"authType": "aws_credentials", "accessKeyId": "i", "secretAccessKey": "k"}"#,
    ),
    (
        "azure_shared_key",
        r#"{"account_name": "n", "account_key": "k"}"#,
        r#"{"authType": "azure_shared_key", "accountName": "n", "accountKey": "k"}"#,
    ),
    (
        "gcp_service_account",
        r#"{"service_account_json": "{}", "scope": "x"}"#,
        r#"{"authType": "gcp_service_account", "serviceAccountJson": "{}", "scope": "x"}"#,
    ),
    (
        "ears",
        r#"{"provider": "slack", "scope": "x"}"#,
        r#"{"authType": "ears", "provider": "slack", "scope": "x"}"#,
    ),
    (
        "other",
        r#"{"auth_type": "github_app", "values": {"appId": 1, "privateKey": "k", "unset": null}}"#,
        r#"{"authType": "github_app", "appId": 1, "privateKey": "k"}"#,
    ),
];

#[test]
fn every_auth_type_is_sent_as_kibana_wants_it_and_read_back() {
    assert_eq!(FULL.len(), AUTH_TYPES.len());
    for (name, written, sent) in FULL {
        let (auth, block) = block(name, serde_json::from_str(written).expect("JSON"));
        let sent = object(serde_json::from_str(sent).expect("JSON"));
        assert_eq!(auth.encode(&block), sent, "{name}");
        let (read, back) = decode(&sent).expect("the secrets name a type");
        assert_eq!((read, auth.encode(&back)), (*name, sent.clone()), "{name}");
        assert!(!format!("{back:?}").contains("\"k\""), "{name}: {back:?}");
        for field in auth.fields {
            assert!(field.doc.ends_with('.'), "{name}.{}", field.name);
            assert!(!field.required || !field.example.is_empty(), "{name}.{}", field.name);
        }
    }
}

#[test]
fn what_a_typed_block_would_lose_is_read_as_other() {
    for secrets in [
        json!({"authType": "bearer", "token": "t", "new": "n"}),
        json!({"authType": "api_key_header", "headerField": "X", "apiKey": "k"}),
        json!({"authType": "kubernetes_gke"}),
    ] {
        let secrets = object(secrets);
        let (name, block) = decode(&secrets).expect("the secrets name a type");
        assert_eq!((name, auth_type(OTHER).expect("it is there").encode(&block)), (OTHER, secrets));
    }
    assert_eq!(decode(&object(json!({"token": "t"}))), None);
}

#[test]
fn what_kibana_sets_itself_is_refused() {
    let (other, relay) = block(OTHER, json!({"auth_type": "relay", "values": {}}));
    assert!(refused_type(other, &relay).is_some());
    let (other, fine) = block(OTHER, json!({"auth_type": "bearer", "values": {}}));
    assert_eq!(refused_type(other, &fine), None);
    assert_eq!(
        (is_per_user("ears"), is_per_user("basic"), is_per_user("other")),
        (Some(true), Some(false), None)
    );
}
