//! What a plan takes for a change, and what an update puts at risk.

use serde_json::{Value as Json, json};

use super::super::custom;
use super::{block_of, object, read, shown, spec};
use crate::resources::connector::memory::Memory;
use crate::value::Value;
use crate::value::json::from_json;

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
