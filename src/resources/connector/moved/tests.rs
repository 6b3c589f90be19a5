//! States of other resource types, moved into the wide resource and into narrow ones.

use serde_json::{Value as Json, json};

use super::super::Connector;
use super::super::memory::{Import, Memory};
use crate::offer::Served;
use crate::resources::{MoveRequest, MovedState, Outcome, Resource};
use crate::value::Value;

const ELASTIC: &str = "registry.terraform.io/elastic/elasticstack";
const OURS: &str = "registry.terraform.io/kibana-rs/kibana";

fn resource(type_name: &str) -> Connector {
    let all = [Connector::wide()].into_iter().chain(Connector::narrow());
    all.into_iter().find(|one| one.type_name() == type_name).unwrap()
}

fn from_elastic(target: &str, version: i64, state: Json) -> Outcome {
    resource(target).take_over(MoveRequest {
        provider: ELASTIC,
        type_name: "elasticstack_kibana_action_connector",
        version,
        state: MovedState::Foreign(state),
        private: b"foreign",
    })
}

fn moved(target: &str, version: i64, state: Json) -> Value {
    let outcome = from_elastic(target, version, state);
    assert!(outcome.diagnostics.is_empty(), "{:?}", outcome.diagnostics);
    assert_eq!(Memory::decode(&outcome.private).import, Import::Done);
    outcome.state.unwrap()
}

/// A state as that provider stores it.
fn stored(connector_type_id: &str, config: &str, secrets: Json) -> Json {
    json!({
        "id": "ops/4f1e5b2a",
        "connector_id": "4f1e5b2a",
        "space_id": "ops",
        "name": "ops Slack",
        "connector_type_id": connector_type_id,
        "config": config,
        "secrets": secrets,
        "is_deprecated": false,
        "is_missing_secrets": false,
        "is_preconfigured": false,
        "kibana_connection": [],
        "timeouts": null,
    })
}

#[test]
fn a_state_of_the_elastic_provider_fills_the_block_of_its_type() {
    let config = r#"{"index":"i","refresh":true,"executionTimeField":null,"__tf_provider_context":"x","__tf_provider_connector_type_id":".index"}"#;
    for version in [0, 1] {
        for target in ["kibana_connector", "kibana_connector_index"] {
            let state = moved(target, version, stored(".index", config, Json::Null));
            for (name, text) in [
                ("id", "4f1e5b2a"),
                ("space_id", "ops"),
                ("name", "ops Slack"),
                ("connector_type_id", ".index"),
            ] {
                assert_eq!(state.get(name), &Value::text(text), "{target}");
            }
            let block = state.get("index");
            assert_eq!((block.get("index"), block.get("refresh")), (&Value::text("i"), &Value::Bool(true)));
            assert!(block.get("execution_time_field").is_null());
            assert!(
                state.is_wholly_known() && state.conforms(&resource(target).schema().block.implied_type())
            );
        }
    }
}

#[test]
fn the_elastic_provider_may_come_from_any_registry() {
    for (provider, is_known) in [
        (ELASTIC, true),
        ("registry.opentofu.org/elastic/elasticstack", true),
        ("mirror.example.com/elastic/elasticstack", true),
        ("registry.opentofu.org/somebody/elasticstack", false),
        ("registry.opentofu.org/not-elastic/elasticstack", false),
    ] {
        let outcome = resource("kibana_connector_index").take_over(MoveRequest {
            provider,
            type_name: "elasticstack_kibana_action_connector",
            version: 1,
            state: MovedState::Foreign(stored(".index", r#"{"index":"i"}"#, Json::Null)),
            private: b"foreign",
        });
        assert_eq!(outcome.state.is_some(), is_known, "{provider}");
        assert_eq!(outcome.diagnostics.has_errors(), !is_known, "{provider}");
    }
}

#[test]
fn defaults_are_filled_in_and_what_nobody_knows_is_remembered() {
    let config = r#"{"url":"https://a.example","later":{"a":1}}"#;
    let outcome = from_elastic("kibana_connector", 1, stored(".webhook", config, Json::Null));
    let state = outcome.state.unwrap();
    assert_eq!(state.get("webhook").get("method"), &Value::text("post"));
    assert_eq!(Json::Object(Memory::decode(&outcome.private).unknown), json!({"later": {"a": 1}}));
}

#[test]
fn the_address_comes_from_whatever_is_there() {
    for (own, connector_id, space_id, expected) in [
        ("ops/a", json!("a"), json!("ops"), ("ops", "a")),
        ("ops/a", Json::Null, Json::Null, ("ops", "a")),
        ("/a", Json::Null, json!(""), ("default", "a")),
        ("default/a", json!(""), json!("default"), ("default", "a")),
    ] {
        let mut state = stored(".server-log", "{}", Json::Null);
        state["id"] = json!(own);
        state["connector_id"] = connector_id;
        state["space_id"] = space_id;
        let state = moved("kibana_connector", 1, state);
        assert_eq!(
            (state.get("space_id").as_str(), state.get("id").as_str()),
            (Some(expected.0), Some(expected.1))
        );
    }
}

#[test]
fn secrets_go_to_the_block_and_stay_secret() {
    let secrets = json!(r#"{"webhookUrl":"https://hooks.example.com/hunter2"}"#);
    let state = moved("kibana_connector", 1, stored(".slack", "{}", secrets));
    let url = state.get("slack").get("secrets").get("webhook_url");
    assert_eq!(url.as_str(), Some("https://hooks.example.com/hunter2"));
    assert!(!format!("{state:?}").contains("hunter2"));
    for none in [Json::Null, json!(""), json!("{}")] {
        let state = moved("kibana_connector_slack", 0, stored(".slack", "", none));
        assert!(state.get("slack").get("secrets").is_null());
    }
}

#[test]
fn what_no_block_can_hold_goes_to_custom() {
    let odd_secrets = json!(r#"{"webhookUrl":"https://a.example","later":"hunter2"}"#);
    for (type_id, config, secrets) in [
        (".slack", "{}", odd_secrets),
        (".future", r#"{"a":1}"#, Json::Null),
        (".gen-ai", r#"{"apiProvider":"Other kind"}"#, Json::Null),
    ] {
        for target in ["kibana_connector", "kibana_connector_custom"] {
            let state = moved(target, 1, stored(type_id, config, secrets.clone()));
            assert_eq!(state.get("custom").get("connector_type_id"), &Value::text(type_id));
            assert!(!format!("{state:?}").contains("hunter2"));
        }
        let outcome = from_elastic("kibana_connector_slack", 1, stored(type_id, config, secrets));
        let said: Vec<_> = outcome.diagnostics.iter().map(|one| one.detail.clone()).collect();
        assert!(outcome.state.is_none() && said[0].contains("kibana_connector_custom"), "{said:?}");
    }
}

#[test]
fn a_generative_ai_connector_goes_to_the_block_of_its_provider() {
    let config = r#"{"apiProvider":"Azure OpenAI","apiUrl":"https://a.example"}"#;
    let state = moved("kibana_connector", 1, stored(".gen-ai", config, Json::Null));
    assert_eq!(state.get("genai_azure").get("api_url"), &Value::text("https://a.example"));
    let outcome = from_elastic("kibana_connector_genai_openai", 1, stored(".gen-ai", config, Json::Null));
    let said: Vec<_> = outcome.diagnostics.iter().map(|one| one.detail.clone()).collect();
    assert!(said[0].contains("kibana_connector_genai_azure"), "{said:?}");
}

#[test]
fn a_version_is_kept_where_it_is_a_number_and_a_connection_is_pointed_out() {
    let with = |version: Json, connection: Json| {
        let mut state = stored(".server-log", "{}", Json::Null);
        state["secrets_wo_version"] = version;
        state["kibana_connection"] = connection;
        let outcome = from_elastic("kibana_connector", 1, state);
        let said: Vec<_> = outcome.diagnostics.iter().map(|one| one.path.to_string()).collect();
        (outcome.state.unwrap().get("secrets_wo_version").clone(), said)
    };
    let three = Value::Number(3_i64.into());
    assert_eq!(with(json!(3), Json::Null), (three.clone(), vec![]));
    assert_eq!(with(json!("3"), json!([])), (three, vec![]));
    assert_eq!(with(json!("v1"), Json::Null), (Value::Null, vec!["secrets_wo_version".to_owned()]));
    assert_eq!(
        with(Json::Null, json!([{"endpoints": ["https://k.example"]}])),
        (Value::Null, vec![String::new()])
    );
}

#[test]
fn a_state_that_cannot_be_read_is_refused_without_its_text() {
    let mut nameless = stored(".index", "{}", Json::Null);
    nameless["name"] = Json::Null;
    for (version, state) in [
        (2, stored(".index", "{}", Json::Null)),
        (1, nameless),
        (1, stored(".index", "hunter2", Json::Null)),
        (1, stored(".index", "{}", json!("[\"hunter2\"]"))),
        (1, stored(".index", r#"{"index":{"hunter2":1}}"#, Json::Null)),
        (1, json!("hunter2")),
    ] {
        let outcome = from_elastic("kibana_connector_index", version, state);
        let said: Vec<_> = outcome.diagnostics.iter().map(|one| one.detail.clone()).collect();
        assert!(outcome.state.is_none() && said.len() == 1 && !said[0].contains("hunter2"), "{said:?}");
    }
}

fn from_ours(source: &str, target: &str, state: Value, private: &[u8]) -> Outcome {
    resource(target).take_over(MoveRequest {
        provider: OURS,
        type_name: source,
        version: 0,
        state: MovedState::Ours(state),
        private,
    })
}

#[test]
fn a_connector_moves_between_the_wide_and_the_narrow_form_and_back() {
    let wide = moved("kibana_connector", 1, stored(".index", r#"{"index":"i"}"#, Json::Null));
    let memory = Memory { hash: Some("salt$hash".to_owned()), ..Memory::default() }.encode();
    let there = from_ours("kibana_connector", "kibana_connector_index", wide.clone(), &memory);
    assert!(there.diagnostics.is_empty() && there.private == memory);
    let narrow = there.state.unwrap();
    assert!(narrow.conforms(&resource("kibana_connector_index").schema().block.implied_type()));
    let back = from_ours("kibana_connector_index", "kibana_connector", narrow, &there.private);
    assert_eq!((back.state, back.private), (Some(wide), memory));
}

#[test]
fn a_connector_moves_between_custom_and_its_types_own_resource() {
    let secrets = json!(r#"{"webhookUrl":"https://a.example/hunter2"}"#);
    let custom = moved("kibana_connector_custom", 1, stored(".slack", "{}", secrets));
    let there = from_ours("kibana_connector_custom", "kibana_connector_slack", custom.clone(), b"");
    let slack = there.state.unwrap();
    assert_eq!(
        slack.get("slack").get("secrets").get("webhook_url").as_str(),
        Some("https://a.example/hunter2")
    );
    let back = from_ours("kibana_connector_slack", "kibana_connector_custom", slack, b"");
    assert!(back.state.unwrap().means(&custom));
}

#[test]
fn a_connector_of_the_catalogue_moves_to_its_own_resource() {
    let secrets = json!(r#"{"authType":"basic","username":"bot","password":"hunter2"}"#);
    let jira = |config: &str| stored(".jira-cloud", config, secrets.clone());
    for config in [r#"{"subdomain":"acme","authType":"basic"}"#, r#"{"subdomain":"acme"}"#] {
        let state = moved("kibana_connector_spec", 1, jira(config));
        let spec = state.get("spec");
        assert_eq!(spec.get("connector_type_id"), &Value::text(".jira-cloud"));
        assert_eq!(spec.get("config").get("subdomain"), &Value::text("acme"));
        assert!(spec.get("config").get("authType").is_null());
        assert_eq!(spec.get("auth_type"), &Value::text("basic"));
        assert_eq!(spec.get("secrets").get("basic").get("password").as_str(), Some("hunter2"));
        assert!(!format!("{state:?}").contains("hunter2"));
        assert!(state.conforms(&resource("kibana_connector_spec").schema().block.implied_type()));
    }
    // Where it cannot go, it is told where it can.
    let outcome = from_elastic("kibana_connector_email", 1, jira("{}"));
    let said: Vec<_> = outcome.diagnostics.iter().map(|one| one.detail.clone()).collect();
    assert!(outcome.state.is_none() && said[0].contains("kibana_connector_spec if"), "{said:?}");
}

#[test]
fn what_means_the_same_when_it_is_left_out_stays_open_after_a_move_to_custom() {
    let secrets = json!(r#"{"authType":"bearer","token":"t"}"#);
    let config = r#"{"serverUrl":"https://a.example"}"#;
    let spec = moved("kibana_connector_spec", 1, stored(".github", config, secrets));
    for target in ["kibana_connector", "kibana_connector_custom"] {
        let there = from_ours("kibana_connector_spec", target, spec.clone(), b"");
        let optional = Memory::decode(&there.private).optional;
        assert_eq!(Json::Object(optional), json!({"authType": "bearer"}));
        let custom = there.state.unwrap();
        assert_eq!(custom.get("custom").get("config_json"), &Value::text(config));
        let back = from_ours(target, "kibana_connector_spec", custom, &there.private);
        assert!(Memory::decode(&back.private).optional.is_empty());
        assert!(back.state.unwrap().means(&spec));
    }
    let index = moved("kibana_connector_index", 1, stored(".index", r#"{"index":"i"}"#, Json::Null));
    let there = from_ours("kibana_connector_index", "kibana_connector_custom", index, b"");
    assert_eq!(Memory::decode(&there.private).optional["refresh"], json!(false));
}

#[test]
fn a_move_into_another_type_or_from_something_else_is_refused() {
    let index = moved("kibana_connector_index", 1, stored(".index", r#"{"index":"i"}"#, Json::Null));
    let outcome = from_ours("kibana_connector_index", "kibana_connector_email", index, b"");
    let said: Vec<_> = outcome.diagnostics.iter().map(|one| one.detail.clone()).collect();
    assert!(outcome.state.is_none() && said[0].contains("kibana_connector_index"), "{said:?}");

    let outcome = resource("kibana_connector").take_over(MoveRequest {
        provider: ELASTIC,
        type_name: "elasticstack_kibana_space",
        version: 0,
        state: MovedState::Foreign(json!({})),
        private: b"",
    });
    let said: Vec<_> = outcome.diagnostics.iter().map(|one| one.detail.clone()).collect();
    assert!(outcome.state.is_none() && said[0].contains("elasticstack_kibana_action_connector"), "{said:?}");
}
