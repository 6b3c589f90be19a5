//! What a read makes of an answer: state, echo and answer on one side, block and memory on the other.

use serde_json::{Map, Value as Json, json};

use super::{block_of, echo, named, object, read, shown, spec};
use crate::diag::Diagnostics;
use crate::resources::connector::memory::{Import, Memory};
use crate::value::Value;

#[test]
fn a_read_takes_over_drift_and_nothing_else() {
    let hook = |method: &str| json!({"url": "https://a.example", "method": method});
    let answered = |method: Json| json!({"url": "https://a.example", "method": method});
    let none = json!({});
    // (state, echo before, answer, block, echo after)
    for (state, before, answer, block, after) in [
        // What the state says, a default that Kibana leaves out, and a null in its place: no change.
        (hook("post"), none.clone(), answered(json!("post")), hook("post"), none.clone()),
        (hook("post"), none.clone(), json!({"url": "https://a.example"}), hook("post"), none.clone()),
        (hook("post"), none.clone(), answered(Json::Null), hook("post"), none.clone()),
        // Another value is drift.
        (hook("post"), none.clone(), answered(json!("put")), hook("put"), none.clone()),
        (hook("put"), none.clone(), answered(Json::Null), hook("post"), none.clone()),
        // What Kibana answered to our last write is no change, as often as it says so.
        (
            hook("put"),
            json!({"method": "patch"}),
            answered(json!("patch")),
            hook("put"),
            json!({"method": "patch"}),
        ),
        (
            hook("put"),
            json!({"method": null}),
            json!({"url": "https://a.example"}),
            hook("put"),
            json!({"method": null}),
        ),
        // Anything else is, and ends the echo; so does an answer as it was written.
        (hook("put"), json!({"method": "patch"}), answered(json!("post")), hook("post"), none.clone()),
        (hook("put"), json!({"method": "patch"}), answered(json!("put")), hook("put"), none.clone()),
    ] {
        let (read, memory) = read("webhook", state, &echo(before), answer.clone());
        let mut expected = block_of(named("webhook").unwrap(), block);
        expected.set("has_auth", Value::Bool(true));
        let mut got = block_of(named("webhook").unwrap(), read);
        got.set("has_auth", Value::Bool(true));
        assert_eq!(got, expected, "{answer}");
        assert_eq!(Json::Object(memory.echo), after, "{answer}");
    }
}

#[test]
fn what_kibana_filled_in_is_remembered_once_it_is_changed() {
    let state = json!({"url": "https://a.example", "auth_type": "webhook-authentication-basic"});
    let changed = json!({"url": "https://a.example", "authType": "webhook-authentication-ssl"});
    let (block, memory) = read("webhook", state, &Memory::default(), changed);
    assert_eq!(block["auth_type"], "webhook-authentication-ssl");
    assert_eq!(Json::Object(memory.chosen.clone()), json!({"authType": "webhook-authentication-basic"}));
    // Changed back, there is nothing to choose anew.
    let back = json!({"url": "https://a.example", "authType": "webhook-authentication-basic"});
    let (_, memory) = read("webhook", block, &memory, back);
    assert!(memory.chosen.is_empty());
}

#[test]
fn what_kibana_filled_in_is_no_change_where_nobody_knows_what_it_chose() {
    let state = json!({"url": "https://a.example"});
    let answer = json!({"url": "https://a.example", "authType": "webhook-authentication-basic"});
    let imported = Memory { import: Import::Done, ..Memory::default() };
    let moved = Memory { optional: object(json!({"authType": null})), ..Memory::default() };
    for before in [imported, moved] {
        let (block, memory) = read("webhook", state.clone(), &before, answer.clone());
        assert_eq!(block["auth_type"], "webhook-authentication-basic");
        assert_eq!((memory.chosen.len(), memory.optional.len()), (0, 0));
    }
    let (_, memory) = read("webhook", state, &Memory::default(), answer);
    assert_eq!(Json::Object(memory.chosen), json!({"authType": null}));
}

#[test]
fn keys_that_nobody_knows_are_remembered_at_every_read() {
    let answer = json!({"index": "a", "newKey": {"a": 1}});
    let (block, memory) = read("index", json!({"index": "a"}), &Memory::default(), answer);
    assert_eq!(block["index"], "a");
    assert_eq!(Json::Object(memory.unknown), json!({"newKey": {"a": 1}}));
    let (_, memory) = read("index", json!({"index": "a"}), &echo(json!({})), json!({"index": "a"}));
    assert!(memory.unknown.is_empty());
}

#[test]
fn custom_compares_the_keys_that_are_written() {
    let custom = |config: &str| json!({"connector_type_id": ".x", "config_json": config});
    for (state, before, answer, config, after) in [
        (r#"{"a": 1}"#, json!({}), json!({"a": 1.0, "b": 2}), r#"{"a": 1}"#, json!({})),
        (r#"{"a": 1}"#, json!({}), json!({"a": 2}), r#"{"a":2}"#, json!({})),
        (r#"{"a": 1, "b": 2}"#, json!({}), json!({"b": 2}), r#"{"b":2}"#, json!({})),
        (r#"{"a": 1}"#, json!({"a": 3}), json!({"a": 3}), r#"{"a": 1}"#, json!({"a": 3})),
        (r#"{"a": 1}"#, json!({"a": 3}), json!({"a": 4}), r#"{"a":4}"#, json!({})),
        // Kibana fills objects up with nulls.
        (r#"{"a": {}}"#, json!({}), json!({"a": {"b": null}}), r#"{"a": {}}"#, json!({})),
        (r#"{"a": {"b": 1}}"#, json!({}), json!({"a": {"b": null}}), r#"{"a":{"b":null}}"#, json!({})),
    ] {
        let (block, memory) = read("custom", custom(state), &echo(before), answer);
        assert_eq!(block["config_json"], config);
        assert_eq!(Json::Object(memory.echo), after);
    }
}

#[test]
fn a_block_is_still_the_same_where_kibana_leaves_out_what_decides_it() {
    let openai = named("genai_openai").unwrap();
    let is = |provider: Json| openai.still_fits(".gen-ai", &object(json!({"apiProvider": provider})));
    assert!(is(json!("OpenAI")) && is(Json::Null) && openai.still_fits(".gen-ai", &Map::new()));
    assert!(!is(json!("Azure OpenAI")) && !openai.still_fits(".index", &Map::new()));
    assert!(!openai.fits(".gen-ai", &Map::new()), "a new one has to say what it is");
}

#[test]
fn an_import_into_a_spec_leaves_out_what_is_not_its_own() {
    let answer = object(json!({
        "subdomain": "acme", "old": "", "none": null, "authType": "basic", "selectedActions": ["getIssue"],
        "ingestTokenHash": "h",
    }));
    let block = spec().decode(".jira-cloud", &answer).block;
    let expected = json!({
        "connector_type_id": ".jira-cloud", "config": {"subdomain": "acme"}, "auth_type": "basic",
        "selected_actions": ["getIssue"],
    });
    assert_eq!(shown(&block), expected);
    assert!(spec().fits(".jira-cloud", &answer) && !spec().fits(".email", &answer));
}

#[test]
fn another_authentication_in_kibana_is_drift_unless_it_answered_so_before() {
    let state = json!({"connector_type_id": ".x", "auth_type": "basic"});
    let auth = |memory: &Memory, answer: Json| {
        let (block, memory) = read("spec", state.clone(), memory, answer);
        (block["auth_type"].clone(), Json::Object(memory.echo))
    };
    let bearer = json!({"authType": "bearer"});
    assert_eq!(auth(&Memory::default(), bearer.clone()), (json!("bearer"), json!({})));
    assert_eq!(auth(&echo(bearer.clone()), bearer.clone()), (json!("basic"), bearer.clone()));
    assert_eq!(auth(&Memory::default(), json!({})), (json!("basic"), json!({})));
    let block = block_of(spec(), state.clone());
    let memory = spec().remember(&block, &Map::new(), &object(bearer.clone()), &mut Diagnostics::new());
    assert_eq!(Json::Object(memory.echo), bearer);
}

#[test]
fn actions_that_nobody_wrote_are_kibanas() {
    let chosen = json!({"selectedActions": ["a"]});
    let (block, memory) =
        read("spec", json!({"connector_type_id": ".x"}), &Memory::default(), chosen.clone());
    assert_eq!(block, json!({"connector_type_id": ".x"}));
    assert!(memory.echo.is_empty());
    let written = json!({"connector_type_id": ".x", "selected_actions": ["b"]});
    let (block, _) = read("spec", written, &Memory::default(), chosen);
    assert_eq!(block["selected_actions"], json!(["a"]));
}
