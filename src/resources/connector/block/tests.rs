//! What a read makes of an answer, case by case: state, echo and answer on one side, block and memory on the
//! other.

use serde_json::{Map, Value as Json, json};

use super::{TypeBlock, all, custom, spec};
use crate::catalog::check::Occasion;
use crate::client::ConnectorAnswer;
use crate::diag::Diagnostics;
use crate::resources::connector::memory::Memory;
use crate::value::json::{from_json, to_json};
use crate::value::{Secret, Value};

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
    let config = json!({
        "config": {"site": "https://a.example/", "typo": "x", "name": " a", "null": null}, "auth_type": "basic",
    });
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

/// A spec block as it is written, with the one way to authenticate in it.
fn spec_of(entries: Json, auth: &str, values: Json) -> Value {
    let mut block = block_of(spec(), entries);
    block.set("secrets", Value::object([(auth, from_json(&values).1)]));
    block
}

#[test]
fn only_a_change_to_or_from_signing_in_replaces_a_connector() {
    let held = |auth_type: Json, auth_mode: Json| {
        block_of(spec(), json!({"connector_type_id": ".x", "auth_type": auth_type, "auth_mode": auth_mode}))
    };
    let oauth = json!({"client_id": "i", "client_secret": "s"});
    let (code, ears, bearer) = ("oauth_authorization_code", "ears", "bearer");
    for (prior, asked, values, replaced) in [
        // Kibana keeps those of an older release as shared, and nothing changes for them.
        (held(json!(code), json!("shared")), code, oauth.clone(), false),
        (held(json!(code), json!("shared")), ears, json!({}), true),
        (held(json!(bearer), json!("shared")), code, oauth.clone(), true),
        (held(Json::Null, json!("shared")), code, oauth.clone(), true),
        (held(json!("basic"), json!("shared")), bearer, json!({"token": "t"}), false),
        (held(json!(code), json!("per-user")), code, oauth.clone(), false),
        (held(json!(code), json!("per-user")), bearer, json!({"token": "t"}), true),
        // Without a mode, as before 9.4, Kibana judges.
        (held(json!(bearer), Json::Null), code, oauth, false),
        (held(json!(code), Json::Null), bearer, json!({"token": "t"}), false),
    ] {
        let written = spec_of(json!({"connector_type_id": ".x"}), asked, values);
        let paths = spec().must_replace(&prior, &written, &Value::Null);
        assert_eq!(!paths.is_empty(), replaced, "{} {asked}", shown(&prior));
        let secrets = spec().secrets(&written);
        assert_eq!(spec().refuses_update(&prior, &secrets).is_some(), replaced, "{} {asked}", shown(&prior));
    }
}

#[test]
fn the_authentication_is_planned_from_secrets_that_are_known() {
    let planned = |prior: Option<Json>, written: &Value, secrets_wo: &Value| {
        let prior = prior.map(|prior| block_of(spec(), prior));
        let mut planned = prior.clone().unwrap_or_else(|| written.clone());
        spec().plan_facts(&mut planned, prior.as_ref(), written, secrets_wo);
        planned.get("auth_type").as_str().map(str::to_owned)
    };
    let bearer = spec_of(json!({}), "bearer", json!({"token": "t"}));
    let bearer = |prior: Option<Json>| planned(prior, &bearer, &Value::Null);
    assert_eq!(bearer(None).as_deref(), Some("bearer"));
    assert_eq!(bearer(Some(json!({"auth_type": "basic"}))).as_deref(), Some("bearer"));
    // What Kibana does not say is no change.
    assert_eq!(bearer(Some(json!({}))), None);

    let basic = Some(json!({"auth_type": "basic"}));
    let none = block_of(spec(), json!({}));
    assert_eq!(planned(basic.clone(), &none, &Value::Null).as_deref(), Some("basic"));
    assert_eq!(planned(basic.clone(), &none, &Value::unknown()).as_deref(), Some("basic"));
    let token = Value::object([("token", Value::unknown())]);
    let object = Value::object([("bearer", token.clone())]);
    assert_eq!(planned(basic.clone(), &none, &object).as_deref(), Some("bearer"));
    // A block in which nothing is known may be none.
    let mut block = none.clone();
    block.set("secrets", object);
    assert_eq!(planned(basic.clone(), &block, &Value::Null).as_deref(), Some("basic"));
    // Under `ignore_changes` the configuration holds what the state has.
    let ignored = spec_of(json!({"auth_type": "basic"}), "bearer", json!({"token": "t"}));
    assert_eq!(planned(basic, &ignored, &Value::Null).as_deref(), Some("basic"));
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
fn what_a_move_left_open_is_no_change_until_somebody_changes_it() {
    let custom_of = |config: &str| block_of(custom(), json!({"config_json": config}));
    let (prior, optional) = (custom_of("{\"a\":1}"), object(json!({"authType": "basic"})));
    for (config, is_kept) in [
        ("{ \"a\": 1.0 }", true),
        ("{\"authType\": \"basic\", \"a\": 1}", true),
        ("{\"authType\": \"bearer\", \"a\": 1}", false),
        ("{\"authType\": \"basic\"}", false),
        ("{\"a\": 1, \"b\": null}", false),
        ("{\"a\": 2}", false),
    ] {
        let written = custom_of(config);
        let mut proposed = written.clone();
        custom().keep_moved(&mut proposed, &prior, &written, &optional);
        assert_eq!(proposed == prior, is_kept, "{config}");
    }
    let state = json!({"connector_type_id": ".x", "config_json": "{\"a\":1}"});
    for (said, left) in [
        (json!({"a": 1, "authType": "basic"}), json!({"authType": "basic"})),
        (json!({"a": 1}), json!({"authType": "basic"})),
        (json!({"a": 1, "authType": "bearer"}), json!({})),
    ] {
        let memory = Memory { optional: optional.clone(), ..Memory::default() };
        let (_, memory) = read("custom", state.clone(), &memory, said);
        assert_eq!(Json::Object(memory.optional), left);
    }
}

#[test]
fn configs_that_are_sent_alike_mean_the_same() {
    let config = |json: Json| {
        let mut block = block_of(spec(), json!({"connector_type_id": ".x"}));
        let (ty, value) = from_json(&json);
        block.set("config", Value::dynamic(ty, value));
        block
    };
    let none = block_of(spec(), json!({"connector_type_id": ".x"}));
    let nulls = config(json!({"a": null}));
    assert_eq!(spec().reworded(&nulls, &none), Some(none.clone()));
    assert_eq!(spec().reworded(&none, &nulls), Some(nulls.clone()));
    assert_eq!(spec().reworded(&config(json!({"a": "x"})), &none), None);
    // Nor does an import make a null of what is written.
    let mut proposed = nulls.clone();
    spec().keep_imported(&mut proposed, &none, &nulls);
    assert_eq!(proposed, nulls);

    let inference = named("inference").unwrap();
    let with = |json: Json| {
        let mut block = block_of(inference, json!({}));
        let (ty, value) = from_json(&json);
        block.set("task_type_config", Value::dynamic(ty, value));
        block
    };
    assert_eq!(inference.reworded(&with(json!({"a": null})), &with(json!({}))), Some(with(json!({}))));
    assert_eq!(inference.reworded(&with(json!({"a": 1})), &with(json!({}))), None);
}

#[test]
fn a_custom_block_risks_what_its_type_may_have() {
    let risk = |id: &str, config: &str| {
        custom().secrets_at_risk(&block_of(custom(), json!({"connector_type_id": id, "config_json": config})))
    };
    for (id, config) in [(".index", "{}"), (".server-log", "{}"), (".email", "{\"hasAuth\": false}")] {
        assert_eq!(risk(id, config), None, "{id}");
    }
    for (id, config) in [(".email", "{}"), (".gen-ai", "{}"), (".future", "{}"), (".jira-cloud", "{}")] {
        assert_eq!(risk(id, config).as_deref(), Some("whatever secrets it has now"), "{id}");
    }
    let headers = risk(".webhook", "{\"hasAuth\": false}");
    assert_eq!(headers.as_deref(), Some("its `secretHeaders`, if it has any,"));
}

fn wrong(block: &dyn TypeBlock, entries: Json) -> Vec<String> {
    let occasion = Occasion { sends: true, ..Occasion::default() };
    let found = block.check(&block_of(block, entries), &Value::Null, occasion);
    found.into_iter().map(|one| format!("{} {} {:?}", one.path, one.summary, one.severity)).collect()
}

#[test]
fn a_connector_type_without_its_dot_is_pointed_out() {
    for id in ["email", "jira-cloud"] {
        let found = wrong(custom(), json!({"connector_type_id": id}));
        assert_eq!(found, ["custom.connector_type_id Unknown connector type Warning"], "{id}");
    }
    for id in [".email", ".jira-cloud", ".future", "own-type"] {
        assert_eq!(wrong(custom(), json!({"connector_type_id": id})), [""; 0], "{id}");
    }
}

#[test]
fn a_spec_is_checked_as_far_as_every_release_agrees() {
    let long = format!(".{}", "x".repeat(64));
    for id in ["jira-cloud", "", ".jira cloud", ".j/c", ".\u{e9}", &long] {
        let found = wrong(spec(), json!({"connector_type_id": id}));
        assert_eq!(found, ["spec.connector_type_id Invalid connector type Error"], "{id}");
    }
    for id in [".jira-cloud", ".1password", ".a_b.C-9", &long[..64]] {
        assert_eq!(wrong(spec(), json!({"connector_type_id": id})), [""; 0], "{id}");
    }
    for key in ["authType", "selectedActions", "ingestTokenHash"] {
        let found = wrong(spec(), json!({"connector_type_id": ".x", "config": {key: "x", "other": "y"}}));
        assert_eq!(found, [format!("spec.config[\"{key}\"] Reserved key Error")]);
    }
    let found = wrong(spec(), json!({"connector_type_id": ".x", "config": ["a"]}));
    assert_eq!(found, ["spec.config Not an object Error"]);
    let found = wrong(spec(), json!({"connector_type_id": ".x", "selected_actions": []}));
    assert_eq!(found, ["spec.selected_actions No actions selected Error"]);
}
