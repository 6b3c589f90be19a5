//! What a read makes of an answer, case by case: state, echo and answer on one side, block and memory on the
//! other.

use super::{TypeBlock, all, custom, spec};
use crate::diag::Diagnostics;
use crate::resources::connector::memory::Memory;
use crate::value::json::{from_json, to_json};
use crate::value::{Secret, Value};
use serde_json::{Map, Value as Json, json};

fn named(name: &str) -> Option<&'static dyn TypeBlock> {
    all().into_iter().chain([spec()]).find(|block| block.name() == name)
}

fn object(json: Json) -> Map<String, Json> {
    match json {
        Json::Object(object) => object,
        _ => Map::new(),
    }
}

/// A block with these entries; all others are null.
fn block_of(block: &dyn TypeBlock, entries: Json) -> Value {
    let mut value = block.schema().block.empty_value();
    object(entries).iter().for_each(|(name, json)| value.set(name, from_json(json).1));
    value
}

/// The entries of a block that are not null.
fn shown(value: &Value) -> Json {
    let Some(Json::Object(object)) = to_json(value) else { return Json::Null };
    object.into_iter().filter(|(_, json)| !json.is_null() && json != &json!([])).collect::<Map<_, _>>().into()
}

/// Reads an answer over a state with an echo; gives back the block and what is remembered.
fn read(name: &str, state: Json, memory: &Memory, answer: Json) -> (Json, Memory) {
    let block = named(name).unwrap();
    let mut memory = memory.clone();
    let reading = block.reconcile(&block_of(block, state), ".x", &object(answer), &mut memory);
    (shown(&reading.block), memory)
}

fn echo(json: Json) -> Memory {
    Memory { echo: object(json), ..Memory::default() }
}

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
    ] {
        let (block, memory) = read("custom", custom(state), &echo(before), answer);
        assert_eq!(block["config_json"], config);
        assert_eq!(Json::Object(memory.echo), after);
    }
}

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
fn a_connector_keeps_its_meaning_from_one_kind_of_block_to_another() {
    let index = named("index").unwrap();
    let written = json!({"connector_type_id": ".index", "config_json": "{\"index\": \"a\"}"});
    let custom_block = block_of(custom(), written);
    let there = index.restated(".index", &custom().meaning(&custom_block), None).unwrap();
    assert_eq!(there.get("index"), &Value::text("a"));
    assert_eq!(there.get("refresh"), &Value::Bool(false), "defaults are filled in");

    let back = custom().restated(".index", &index.meaning(&there), Some(&custom_block)).unwrap();
    assert_eq!(back.get("config_json"), custom_block.get("config_json"), "as it is written");
    let alone = custom().restated(".index", &index.meaning(&there), None).unwrap();
    assert_eq!(alone.get("config_json"), &Value::text("{\"index\":\"a\"}"));

    for config in ["{\"index\": \"a\", \"newer\": 1}", "{\"index\": 1}"] {
        let odd = block_of(custom(), json!({"connector_type_id": ".index", "config_json": config}));
        assert!(index.restated(".index", &custom().meaning(&odd), None).is_none(), "{config}");
    }
    for config in ["{\"index\": \"b\"}", "{}", "{\"index\": \"a\", \"refresh\": true}"] {
        let other = block_of(custom(), json!({"connector_type_id": ".index", "config_json": config}));
        assert!(custom().restated(".index", &index.meaning(&there), Some(&other)).is_none(), "{config}");
    }
}

#[test]
fn secrets_go_along_between_kinds_of_block_and_stay_secret() {
    let pagerduty = named("pagerduty").unwrap();
    let mut block = block_of(custom(), json!({"connector_type_id": ".pagerduty", "config_json": "{}"}));
    block.set("secrets_json", Value::Secret(Secret::new("{\"routingKey\":\"hunter2\"}")));
    let typed = pagerduty.restated(".pagerduty", &custom().meaning(&block), None).unwrap();
    assert_eq!(typed.get("secrets").get("routing_key").as_str(), Some("hunter2"));
    let back = custom().restated(".pagerduty", &pagerduty.meaning(&typed), None).unwrap();
    assert_eq!(back.get("secrets_json").as_str(), Some("{\"routingKey\":\"hunter2\"}"));
    assert!(!format!("{typed:?}{back:?}").contains("hunter2"));
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
fn a_spec_that_ignores_a_key_is_told_once_and_cut_text_is_the_same() {
    let block = spec();
    let sent = object(json!({"authType": "basic", "site": "https://a.example/", "typo": "x", "name": " a"}));
    let answer = object(json!({"authType": "basic", "site": "https://a.example", "name": "a", "more": true}));
    let config = json!({"config": {"site": "https://a.example/", "typo": "x", "name": " a", "null": null}});
    let mut diagnostics = Diagnostics::new();
    let memory = block.remember(&block_of(block, config.clone()), &sent, &answer, &mut diagnostics);
    let told: Vec<_> = diagnostics.into_iter().map(|one| (one.summary, one.detail)).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].0 == "Kibana ignored a setting" && told[0].1.contains("`typo`"), "{told:?}");
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
