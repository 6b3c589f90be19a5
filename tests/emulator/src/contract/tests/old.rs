//! What releases before 9.2 say of values that they refuse: kbn-config-schema's words, seen on a real 8.12.

use serde_json::json;

use super::*;

#[test]
fn config_schema_tells_the_first_issue() {
    refused(
        Release::Old,
        ".swimlane",
        &json!({"apiUrl": 1, "odd": 1}),
        &json!({}),
        "error validating action type config: [apiUrl]: expected value of type [string] but got [number]",
    );
    refused(
        Release::Old,
        ".index",
        &json!({"index": "i", "odd": 1}),
        &json!({}),
        "error validating action type config: [odd]: definition for this key is missing",
    );
}

#[test]
fn an_unknown_provider_is_told_by_each_alternative() {
    let check = |sent: Value, message: &str| {
        let message =
            format!("error validating action type config: types that failed validation:\n{message}");
        refused(Release::Old, ".gen-ai", &sent, &json!({"apiKey": "k"}), &message);
    };
    check(
        json!({"apiProvider": "Mine", "apiUrl": "https://a.example"}),
        "- [0.apiProvider]: expected value to equal [Azure OpenAI]\n\
         - [1.apiProvider]: expected value to equal [OpenAI]\n\
         - [2.apiProvider]: expected value to equal [Other]",
    );
    check(
        json!({"apiUrl": "https://a.example"}),
        "- [0.apiProvider]: expected at least one defined value but got [undefined]\n\
         - [1.apiProvider]: expected at least one defined value but got [undefined]\n\
         - [2.apiProvider]: expected at least one defined value but got [undefined]",
    );
    check(
        json!({"apiProvider": "OpenAI", "apiUrl": "https://a.example", "odd": 1}),
        "- [0.apiProvider]: expected value to equal [Azure OpenAI]\n\
         - [1.odd]: definition for this key is missing\n\
         - [2.apiProvider]: expected value to equal [Other]",
    );
}

#[track_caller]
fn told(id: &str, config: Value, secrets: Value, tail: &str) {
    refused(Release::Old, id, &config, &secrets, &format!("error validating action type {tail}"));
}

fn email(key: &str, value: Value) -> Value {
    let mut config = json!({"from": "a@b.co", "host": "h", "port": 25, "hasAuth": false});
    config[key] = value;
    config
}

fn swimlane(key: &str, value: Value) -> Value {
    let mut config = json!({"apiUrl": "https://a.example", "appId": "a", "connectorType": "all"});
    config[key] = value;
    config
}

#[test]
fn null_is_one_of_the_alternatives_that_fail() {
    let both = |key: &str, first: &str| {
        format!(
            "[{key}]: types that failed validation:\n- [{key}.0]: {first}\n\
             - [{key}.1]: expected value to equal [null]"
        )
    };
    let check = |key: &str, value: Value, first: &str| {
        told(".email", email(key, value), json!({}), &format!("config: {}", both(key, first)));
    };
    check("host", json!(1), "expected value of type [string] but got [number]");
    check("host", json!({}), "expected value of type [string] but got [Object]");
    check("port", json!([]), "expected value of type [number] but got [Array]");
    check("port", json!("x"), "expected value of type [number] but got [string]");
    check("port", json!(0), "Value must be equal to or greater than [1].");
    check("secure", json!(1), "expected value of type [boolean] but got [number]");
    told(
        ".email",
        email("port", json!(25)),
        json!({"user": 1}),
        &format!("secrets: {}", both("user", "expected value of type [string] but got [number]")),
    );
    let webhook = |headers: Value| json!({"url": "https://a.example", "headers": headers});
    told(
        ".webhook",
        webhook(json!("x")),
        json!({}),
        &format!("config: {}", both("headers", "could not parse record value from json input")),
    );
    told(
        ".webhook",
        webhook(json!({"a": 1})),
        json!({}),
        "config: [headers]: types that failed validation:\n\
         - [headers.0.a]: expected value of type [string] but got [number]\n\
         - [headers.1]: expected value to equal [null]",
    );
}

#[test]
fn alternatives_within_alternatives_are_set_in() {
    let mut config = kind(Release::Old, ".cases-webhook").smallest[0]["sent"]["config"].clone();
    config["createCommentMethod"] = json!("zz");
    told(
        ".cases-webhook",
        config,
        json!({}),
        "config: [createCommentMethod]: types that failed validation:\n\
         - [createCommentMethod.0]: types that failed validation:\n \
         - [createCommentMethod.0]: expected value to equal [post]\n \
         - [createCommentMethod.1]: expected value to equal [put]\n \
         - [createCommentMethod.2]: expected value to equal [patch]\n\
         - [createCommentMethod.1]: expected value to equal [null]",
    );
}

#[test]
fn texts_name_what_was_found_in_place_of_text() {
    told(
        ".email",
        email("from", json!({})),
        json!({}),
        "config: [from]: expected value of type [string] but got [Object]",
    );
    told(
        ".email",
        email("from", json!([])),
        json!({}),
        "config: [from]: expected value of type [string] but got [Array]",
    );
}

#[test]
fn lists_and_objects_come_as_json_text_too() {
    let check = |channels: Value, tail: &str| {
        told(
            ".slack_api",
            json!({"allowedChannels": channels}),
            json!({"token": "t"}),
            &format!("config: {tail}"),
        );
    };
    check(json!("x"), "[allowedChannels]: could not parse array value from json input");
    check(json!("{}"), "[allowedChannels]: expected value of type [array] but got [Object]");
    check(json!(["x"]), "[allowedChannels.0]: could not parse object value from json input");
    check(json!([1]), "[allowedChannels.0]: expected a plain object value, but found [number] instead.");
    let text = json!({"allowedChannels": "[{\"id\": \"a\", \"name\": \"b\"}]"});
    let (config, _) = stored(Release::Old, ".slack_api", &text, &json!({"token": "t"}));
    assert_eq!(config, json!({"allowedChannels": [{"id": "a", "name": "b"}]}));
}

#[test]
fn an_object_that_is_left_out_is_an_empty_one() {
    let token = json!({"apiToken": "t"});
    let (config, _) = stored(Release::Old, ".swimlane", &swimlane("appId", json!("a")), &token);
    let nulls = config["mappings"].as_object().unwrap();
    assert_eq!((nulls.len(), nulls.values().all(Value::is_null)), (7, true));
    let check = |key: &str, value: Value, tail: &str| {
        told(".swimlane", swimlane(key, value), token.clone(), &format!("config: {tail}"));
    };
    check("mappings", Value::Null, "[mappings]: expected a plain object value, but found [null] instead.");
    check("mappings", json!([]), "[mappings]: expected a plain object value, but found [Array] instead.");
    check("mappings", json!("x"), "[mappings]: could not parse object value from json input");
    check(
        "mappings",
        json!({"alertIdConfig": {}}),
        "[mappings.alertIdConfig]: types that failed validation:\n\
         - [mappings.alertIdConfig.0.id]: expected value of type [string] but got [undefined]\n\
         - [mappings.alertIdConfig.1]: expected value to equal [null]",
    );
    told(
        ".swimlane",
        json!({"apiUrl": "a", "appId": "a"}),
        token.clone(),
        "config: [connectorType]: expected at least one defined value but got [undefined]",
    );
}

#[test]
fn the_cross_check_sees_the_raw_text() {
    // Any text is true to it, though the schema has converted it by then.
    for text in ["true", "false"] {
        let required = "connector: [user] is required";
        told(".email", email("hasAuth", json!(text)), json!({}), required);
        let mut cases = kind(Release::Old, ".cases-webhook").smallest[0]["sent"]["config"].clone();
        for url in ["createIncidentUrl", "getIncidentUrl", "viewIncidentUrl", "updateIncidentUrl"] {
            cases[url] = json!("https://a.example");
        }
        cases["hasAuth"] = json!(text);
        told(".cases-webhook", cases, json!({}), "connector: must specify a secrets configuration");
        told(
            ".xmatters",
            json!({"usesBasic": text}),
            json!({"secretsUrl": "https://a.example"}),
            "connector: secretsUrl should not be provided when usesBasic is true",
        );
    }
    told(
        ".servicenow",
        json!({"apiUrl": "https://a.example", "isOAuth": "false"}),
        json!({"username": "u", "password": "p"}),
        "connector: userIdentifierValue must be provided when isOAuth = true",
    );
}

#[test]
fn null_is_one_of_the_options_of_a_union() {
    told(
        ".webhook",
        json!({"url": "https://a.example", "authType": 1}),
        json!({}),
        "config: [authType]: types that failed validation:\n\
         - [authType.0]: expected value to equal [webhook-authentication-basic]\n\
         - [authType.1]: expected value to equal [webhook-authentication-ssl]\n\
         - [authType.2]: expected value to equal [null]",
    );
}

#[test]
fn webhook_words_it_without_oauth() {
    let config = json!({"url": "https://a.example"});
    told(
        ".webhook",
        config,
        json!({"user": "u"}),
        "secrets: must specify one of the following schemas: user and password; crt and key (with optional password); \
         or pfx (with optional password)",
    );
    told(
        ".webhook",
        json!({"url": "https://a.example", "hasAuth": false, "authType": "webhook-authentication-basic"}),
        json!({}),
        "config: error configuring webhook action: authType must be null or undefined if hasAuth is false",
    );
}
