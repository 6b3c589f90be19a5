//! What is remembered of the answer to a write, and said of it.

use serde_json::{Map, Value as Json, json};

use super::{block_of, echo, named, object, read, shown, spec};
use crate::client::ConnectorAnswer;
use crate::diag::Diagnostics;
use crate::resources::connector::memory::Memory;

#[test]
fn a_write_is_remembered_where_kibana_answers_otherwise() {
    let block = named("webhook").unwrap();
    let state = block_of(block, json!({"url": "https://a.example", "method": "put", "has_auth": true}));
    let sent = object(json!({"url": "https://a.example", "method": "put"}));
    let answer = object(json!({"url": "https://a.example", "method": "post", "hasAuth": false, "later": 1}));
    let mut said = Diagnostics::new();
    let memory = block.remember(&state, &sent, &answer, &mut said);
    assert_eq!(Json::Object(memory.echo), json!({"method": "post", "hasAuth": false}));
    assert_eq!(Json::Object(memory.unknown), json!({"later": 1}));
    // Only what the user wrote is worth a word.
    let paths: Vec<_> = said.iter().map(|one| one.path.to_string()).collect();
    assert_eq!(paths, ["webhook.method"]);
}

#[test]
fn a_difference_shows_flags_and_listed_values_and_nothing_else() {
    let shows = |block: &str, state: Json, sent: Json, answer: Json| {
        let block = named(block).unwrap();
        let mut said = Diagnostics::new();
        block.remember(&block_of(block, state), &object(sent), &object(answer), &mut said);
        said.iter().map(|one| one.detail.clone()).collect::<String>()
    };
    let url = "https://a.example";
    let listed =
        shows("webhook", json!({"method": "put"}), json!({"method": "put"}), json!({"method": "post"}));
    assert!(listed.contains("\"post\""), "{listed}");
    let flag =
        shows("webhook", json!({"has_auth": true}), json!({"hasAuth": true}), json!({"hasAuth": false}));
    assert!(flag.contains("false"), "{flag}");
    for (block, state, sent) in [
        ("webhook", json!({"url": url}), json!({"url": url})),
        ("webhook", json!({"method": "put", "url": "hunter2"}), json!({"method": "put"})),
        ("webhook", json!({"headers": {"a": "b"}}), json!({"headers": {"a": "b"}})),
        ("custom", json!({"config_json": "{\"url\": \"a\"}"}), json!({"url": "a"})),
    ] {
        let answer = json!({"url": "hunter2", "method": "hunter2", "headers": {"a": "hunter2"}});
        let text = shows(block, state, sent, answer);
        assert!(!text.is_empty() && !text.contains("hunter2"), "{text}");
    }
}

#[test]
fn a_spec_that_ignores_a_key_is_told_once_and_cut_text_is_the_same() {
    let block = spec();
    let sent = object(json!({"authType": "basic", "site": "https://a.example/", "typo": "x", "name": " a"}));
    let answer = object(json!({"authType": "basic", "site": "https://a.example", "name": "a", "more": true}));
    let config = json!({
        "config": {"site": "https://a.example/", "typo": "x", "name": " a", "null": null}, "auth_type": "basic",
    });
    let mut diagnostics = Diagnostics::new();
    let memory = block.remember(&block_of(block, config.clone()), &sent, &answer, &mut diagnostics);
    let told: Vec<_> = diagnostics.into_iter().map(|one| (one.summary, one.detail)).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].0 == "Kibana ignored `typo`" && told[0].1.contains("`typo`"), "{told:?}");
    assert_eq!(memory.echo, object(json!({"typo": null})));

    let (seen, memory) = read("spec", config.clone(), &memory, Json::Object(answer));
    assert_eq!((&seen["config"], memory.echo), (&config["config"], object(json!({"typo": null}))));
    let drifted = json!({"site": "https://b.example", "name": "a", "typo": "y"});
    let (seen, memory) = read("spec", config, &memory_of_typo(), drifted);
    assert_eq!(seen["config"]["site"], "https://b.example");
    assert_eq!(seen["config"]["typo"], "y");
    assert!(memory.echo.is_empty());
}

fn memory_of_typo() -> Memory {
    echo(json!({"typo": null}))
}

#[test]
fn the_authentication_that_was_sent_stays_where_kibana_does_not_keep_it() {
    let answer = |config: Json| ConnectorAnswer {
        id: "1".to_owned(),
        name: "n".to_owned(),
        connector_type_id: ".x".to_owned(),
        config: Some(object(config)),
        is_deprecated: false,
        is_preconfigured: false,
        is_system_action: false,
        is_missing_secrets: Some(false),
        auth_mode: None,
    };
    let facts = |config: Json| {
        let mut block = spec().decode(".x", &object(config.clone())).block;
        spec().set_facts(&mut block, &answer(config), &object(json!({"authType": "basic"})));
        shown(&block)["auth_type"].clone()
    };
    assert_eq!(facts(json!({})), json!("basic"));
    assert_eq!(facts(json!({"authType": "bearer"})), json!("bearer"));
}

#[test]
fn the_first_look_after_an_unanswered_create_remembers_what_kibana_ignored() {
    // What was sent is not known any more then.
    for (block, state) in [
        ("spec", json!({"config": {"typo": "x"}, "selected_actions": ["a"]})),
        ("custom", json!({"config_json": "{\"typo\": \"x\", \"selectedActions\": [\"a\"]}"})),
    ] {
        let block = named(block).unwrap();
        let mut said = Diagnostics::new();
        let memory = block.remember(&block_of(block, state), &Map::new(), &Map::new(), &mut said);
        assert_eq!(Json::Object(memory.echo), json!({"typo": null, "selectedActions": null}));
        assert!(said.is_empty());
    }
}

#[test]
fn defaults_that_a_kibana_is_too_old_for_are_told_from_what_else_it_refuses() {
    let config = json!({
        "createIncidentUrl": "https://a.example", "authType": "webhook-authentication-basic", "verificationMode": "none",
        "getIncidentMethod": "get", "createIncidentMethod": "post",
    });
    let config = object(config);
    let unknown = |message: &str| -> Vec<&str> {
        named("cases_webhook")
            .unwrap()
            .unknown_defaults(&config, message)
            .iter()
            .map(|field| field.name)
            .collect()
    };
    // A Kibana names the first that it finds; whichever came later goes.
    let all = ["get_incident_method", "auth_type"];
    assert_eq!(unknown("… action type config: [authType]: definition for this key is missing"), all);
    assert_eq!(unknown("… type config: ✖ Unrecognized key: \"getIncidentMethod\""), all);
    // Not a default, not newer than its type, and another fault.
    assert!(unknown("… type config: [verificationMode]: definition for this key is missing").is_empty());
    assert!(unknown("… type config: [createIncidentMethod]: definition for this key is missing").is_empty());
    assert!(unknown("… type config: [authType]: expected value of type [string]").is_empty());
}
