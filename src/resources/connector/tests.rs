//! Plans and generated configurations, without a Kibana.

use super::Connector;
use super::memory::Task;
use crate::diag::Severity;
use crate::offer::{Capabilities, Context, Served};
use crate::provider::Provider;
use crate::resources::{PlanRequest, Planned, Resource};
use crate::stop::Stop;
use crate::value::{Number, Secret, Type, Value};

const CAPABILITIES: Capabilities = Capabilities { write_only_attributes: true, deferral: false };

fn connector() -> Connector {
    Connector::wide()
}

fn config(entries: &[(&str, Value)]) -> Value {
    let mut value = connector().schema().block.empty_value();
    entries.iter().for_each(|(name, entry)| value.set(name, entry.clone()));
    value
}

fn block(name: &str, entries: &[(&str, Value)]) -> (String, Value) {
    let nested = connector().schema().block.block(name).cloned().expect("such a block");
    let mut value = nested.block.empty_value();
    entries.iter().for_each(|(name, entry)| value.set(name, entry.clone()));
    (name.to_owned(), value)
}

fn hook(entries: &[(&str, Value)]) -> Value {
    let (name, mut value) = block("webhook", &[("url", Value::text("https://a.example"))]);
    entries.iter().for_each(|(name, entry)| value.set(name, entry.clone()));
    config(&[("name", Value::text("n")), (&name, value)])
}

async fn plan(config: &Value, prior: Option<&Value>) -> Planned {
    plan_with(config, prior, &[]).await
}

async fn plan_with(config: &Value, prior: Option<&Value>, private: &[u8]) -> Planned {
    let (provider, stop) = (Provider::NotConfigured, Stop::new());
    let context = Context { provider: &provider, stop: &stop };
    connector().plan(context, PlanRequest { config, prior, private, capabilities: CAPABILITIES }).await
}

/// The state that a planned create comes to, where Kibana fills in nothing but the ID.
fn applied(planned: &Value) -> Value {
    let mut known = planned.clone();
    known.set("id", Value::text("1"));
    known.set("space_id", Value::text("default"));
    for flag in ["is_deprecated", "is_missing_secrets", "is_preconfigured", "is_system_action"] {
        known.set(flag, Value::Bool(false));
    }
    crate::schema::plan::fill_unknown(&known, &Value::Null)
}

#[tokio::test]
async fn a_create_shows_defaults_and_leaves_the_rest_to_kibana() {
    let planned = plan(&hook(&[]), None).await;
    assert!(planned.diagnostics.is_empty());
    let hook = planned.value.get("webhook");
    assert_eq!(hook.get("method"), &Value::text("post"));
    assert!(hook.get("auth_type").is_unknown() && hook.get("headers").is_null());
    assert!(planned.value.get("id").is_unknown() && planned.value.get("space_id").is_unknown());
    assert_eq!(planned.value.get("connector_type_id"), &Value::text(".webhook"));
}

#[tokio::test]
async fn an_unchanged_configuration_plans_the_prior_state() {
    let config = hook(&[]);
    let state = applied(&plan(&config, None).await.value);
    let again = plan(&config, Some(&state)).await;
    assert!(again.value.means(&state) && again.requires_replace.is_empty());
}

#[tokio::test]
async fn an_update_knows_everything_but_what_kibana_fills() {
    let state = applied(&plan(&hook(&[]), None).await.value);
    let planned = plan(&hook(&[("has_auth", Value::Bool(false))]), Some(&state)).await.value;
    assert!(planned.get("webhook").get("auth_type").is_unknown());
    let mut rest = planned.clone();
    let mut without = planned.get("webhook").clone();
    without.set("auth_type", Value::Null);
    rest.set("webhook", without);
    assert!(rest.is_wholly_known(), "{rest:?}");
}

#[tokio::test]
async fn json_that_means_the_same_is_no_change_in_a_secret_either() {
    let gemini = |json: &str| {
        let mut secrets = connector()
            .schema()
            .block
            .block("gemini")
            .and_then(|block| block.block.block("secrets"))
            .unwrap()
            .block
            .empty_value();
        secrets.set("credentials_json", Value::Secret(Secret::new(json)));
        let texts =
            ["api_url", "gcp_region", "gcp_project_id"].map(|name| (name, Value::text("https://a.example")));
        let (name, value) = block("gemini", &[&texts[..], &[("secrets", secrets)]].concat());
        config(&[("name", Value::text("n")), (&name, value)])
    };
    let state = applied(&plan(&gemini(r#"{"type": "service_account", "n": 1}"#), None).await.value);
    let same = plan(&gemini("{\"n\": 1,\n\"type\": \"service_account\"}\n"), Some(&state)).await;
    assert!(same.value.means(&state), "{:?}", same.value);
    let other = plan(&gemini(r#"{"type": "service_account", "n": 2}"#), Some(&state)).await;
    assert!(!other.value.means(&state));
}

#[tokio::test]
async fn what_kibana_filled_stays_while_what_decides_it_does() {
    let http = |entries: &[(&str, Value)]| {
        let (name, mut value) = block("http", &[("url", Value::text("https://a.example"))]);
        entries.iter().for_each(|(name, entry)| value.set(name, entry.clone()));
        config(&[("name", Value::text("n")), (&name, value)])
    };
    let mut state = applied(&plan(&http(&[]), None).await.value);
    let mut filled = state.get("http").clone();
    filled.set("auth_type", Value::text("webhook-authentication-basic"));
    filled.set("has_proxy_auth", Value::Bool(false));
    state.set("http", filled);
    for (name, text, unknown) in
        [("url", "https://b.example", false), ("proxy_url", "https://p.example", true)]
    {
        let planned = plan(&http(&[(name, Value::text(text))]), Some(&state)).await.value;
        let http = planned.get("http");
        assert_eq!(http.get("has_proxy_auth").is_unknown(), unknown, "{name}");
        assert_eq!(http.get("auth_type"), &Value::text("webhook-authentication-basic"), "{name}");
    }
}

#[tokio::test]
async fn an_unknown_type_or_id_on_an_existing_connector_plans_its_replacement() {
    let state = applied(&plan(&hook(&[]), None).await.value);
    let mut config = hook(&[]);
    config.set("id", Value::unknown());
    let paths: Vec<_> =
        plan(&config, Some(&state)).await.requires_replace.iter().map(ToString::to_string).collect();
    assert_eq!(paths, ["id"]);
}

#[tokio::test]
async fn a_rule_waits_for_what_is_unknown() {
    let (name, value) = block("email", &[("from", Value::text("a@b.co")), ("service", Value::unknown())]);
    let config = config(&[("name", Value::text("n")), (&name, value)]);
    let planned = plan(&config, None).await;
    assert!(!planned.diagnostics.has_errors(), "{:?}", planned.diagnostics);
}

#[tokio::test]
async fn a_doubtful_id_warns_and_an_impossible_one_is_refused() {
    for (id, severity) in [("UPPER", Severity::Warning), ("a/b", Severity::Error)] {
        let mut config = hook(&[]);
        config.set("id", Value::text(id));
        let planned = plan(&config, None).await;
        let found: Vec<_> = planned.diagnostics.iter().map(|d| (d.severity, d.path.to_string())).collect();
        assert_eq!(found, [(severity, "id".to_owned())]);
    }
}

#[tokio::test]
async fn a_generated_configuration_says_what_a_person_would_and_plans_nothing() {
    let port = Value::Number(Number::from(25_i64));
    let entries = [("from", Value::text("a@b.co")), ("host", Value::text("h")), ("port", port)];
    let (name, value) = block("email", &entries);
    let written = config(&[("name", Value::text("n")), (&name, value)]);
    let state = applied(&plan(&written, None).await.value);
    let generated = connector().generate_config(&state);
    assert_eq!(generated.get("email"), written.get("email"));
    assert!(generated.get("id").is_null() && generated.get("connector_type_id").is_null());
    assert!(plan(&generated, Some(&state)).await.value.means(&state));
}

#[tokio::test]
async fn a_generated_configuration_writes_a_default_that_a_rule_wants_to_see() {
    let entries = [("config_url", Value::text("https://a.example")), ("uses_basic", Value::Bool(true))];
    let (name, value) = block("xmatters", &entries);
    let state = config(&[("name", Value::text("n")), (&name, value)]);
    let generated = connector().generate_config(&state);
    assert_eq!(generated.get("xmatters").get("uses_basic"), &Value::Bool(true));
    assert!(!connector().validate(&generated, CAPABILITIES).has_errors());
}

#[tokio::test]
async fn secrets_that_may_turn_out_to_be_none_stand_beside_the_other_form() {
    let entries = [
        ("connector_type_id", Value::text(".webhook")),
        ("config_json", Value::text("{}")),
        ("secrets_json", Value::unknown()),
    ];
    let (name, value) = block("custom", &entries);
    let secrets = Value::object([("user", Value::text("u"))]);
    let both = [
        ("name", Value::text("n")),
        (name.as_str(), value),
        ("secrets_wo", Value::dynamic(secrets.natural_type(), secrets)),
    ];
    let written = config(&both);
    assert!(!connector().validate(&written, CAPABILITIES).has_errors());
    let version = plan(&written, None).await.value.get("secrets_wo_version").clone();
    assert!(version.is_unknown() && !version.is_surely_set(), "{version:?}");

    let mut alone = hook(&[]);
    alone.set("secrets_wo", Value::unknown());
    let version = plan(&alone, None).await.value.get("secrets_wo_version").clone();
    assert!(version.is_unknown() && !version.is_surely_set(), "{version:?}");
}

fn connector_for(type_name: &str) -> Connector {
    let found = Connector::narrow().into_iter().find(|one| one.type_name() == type_name);
    found.expect("such a resource")
}

/// A state as an older release stored it.
fn stored(connector: &Connector, json: &serde_json::Value) -> Value {
    let raw = crate::proto::tfplugin6::RawState { json: json.to_string().into_bytes(), ..Default::default() };
    let block = &connector.schema().block;
    let mut state = crate::wire::raw_state(Some(&raw), block).expect("a state");
    connector.upgrade(&mut state, 0);
    assert!(state.is_wholly_known() && state.conforms(&block.implied_type()));
    state
}

#[tokio::test]
async fn a_state_that_lacks_what_came_later_is_filled_up_and_plans_nothing() {
    let mut json = serde_json::json!({
        "id": "1", "name": "n", "space_id": "default", "connector_type_id": ".webhook", "is_deprecated": false,
        "is_missing_secrets": false, "is_preconfigured": false, "is_system_action": false,
        "webhook": {"url": "https://a.example"}
    });
    for connector in [Connector::wide(), connector_for("kibana_connector_webhook")] {
        let state = stored(&connector, &json);
        assert_eq!(state.get("webhook").get("method"), &Value::text("post"));
        assert!(state.get("webhook").get("headers").is_null() && state.get("secrets_wo_version").is_null());
    }
    let state = stored(&connector(), &json);
    assert!(plan(&hook(&[]), Some(&state)).await.value.means(&state));

    // What a later release has given up, or one that was downgraded from has added, is passed over.
    json["gone"] = serde_json::json!({"a": 1});
    json["webhook"]["gone"] = "x".into();
    assert_eq!(stored(&connector(), &json), state);
    json["webhook"] = serde_json::Value::Null;
    json["custom"] = serde_json::json!({"connector_type_id": ".webhook"});
    assert_eq!(stored(&connector(), &json).get("custom").get("config_json"), &Value::text("{}"));
}

#[tokio::test]
async fn a_null_secrets_wo_is_planned_with_its_own_type() {
    let typed = Value::dynamic(Type::Object([("user".to_owned(), Type::Text)].into()), Value::Null);
    let mut config = hook(&[]);
    config.set("secrets_wo", typed.clone());
    let created = plan(&config, None).await;
    assert_eq!(created.value.get("secrets_wo"), &typed);
    let mut state = applied(&created.value);
    assert_eq!(plan(&config, Some(&state)).await.value, state, "the same null is no change");

    // Another null is a change to Terraform, in which nothing is sent.
    state.set("secrets_wo", Value::Null);
    let planned = plan(&config, Some(&state)).await;
    assert_eq!(planned.value.get("secrets_wo"), &typed);
    assert!(planned.value.is_wholly_known() && planned.value.means(&state));
    assert_eq!(Task::decode(&planned.private), Task::Store);
}

#[tokio::test]
async fn what_kibana_filled_in_stays_while_nothing_that_decides_it_changes() {
    let mut state = applied(&plan(&hook(&[]), None).await.value);
    let mut block = state.get("webhook").clone();
    block.set("auth_type", Value::text("webhook-authentication-basic"));
    state.set("webhook", block);
    let auth_type = |planned: Planned| planned.value.get("webhook").get("auth_type").clone();

    let other_url = hook(&[("url", Value::text("https://b.example"))]);
    assert_eq!(auth_type(plan(&other_url, Some(&state)).await), Value::text("webhook-authentication-basic"));
    let without = hook(&[("has_auth", Value::Bool(false))]);
    assert!(auth_type(plan(&without, Some(&state)).await).is_unknown());

    // What was there before an import, or was written and no longer is, need not be what Kibana would choose.
    use super::memory::{Import, Memory};
    for memory in [
        Memory { import: Import::Done, ..Memory::default() },
        Memory { sent: ["authType".to_owned()].into(), ..Memory::default() },
    ] {
        let planned = plan_with(&other_url, Some(&state), &memory.encode()).await;
        assert!(auth_type(planned).is_unknown());
    }
}

#[tokio::test]
async fn what_kibana_chooses_anew_is_told_shortly() {
    use super::memory::{Import, Memory};
    let imported = Memory { import: Import::Done, ..Memory::default() }.encode();
    let of = |config_json: String| {
        let entries = [("connector_type_id", Value::text(".new")), ("config_json", Value::text(config_json))];
        let (name, value) = block("custom", &entries);
        config(&[("name", Value::text("n")), (&name, value)])
    };
    let keys: Vec<String> = (0..30).map(|key| format!("\"{key:02}{}\":1", "x".repeat(200))).collect();
    let state = applied(&plan(&of(format!("{{\"a\":1,{}}}", keys.join(","))), None).await.value);
    let planned = plan_with(&of("{\"a\":2}".to_owned()), Some(&state), &imported).await;
    let told = planned.diagnostics.iter().filter(|one| one.summary.starts_with("Kibana will choose"));
    let told: Vec<_> = told.map(|one| one.detail.as_str()).collect();
    assert_eq!(told.len(), 21);
    assert!(told.iter().all(|text| text.len() < 350) && told[20].contains("10 more"), "{told:?}");
}

#[tokio::test]
async fn secrets_are_said_to_be_lost_only_where_there_may_be_some() {
    use super::memory::{Import, Memory};
    let imported = Memory { import: Import::Done, ..Memory::default() }.encode();
    let email = |name: &str, has_auth: bool| {
        let entries = [
            ("from", Value::text("a@b.co")),
            ("service", Value::text("gmail")),
            ("has_auth", Value::Bool(has_auth)),
        ];
        let (block_name, value) = block("email", &entries);
        config(&[("name", Value::text(name)), (&block_name, value)])
    };
    for (has_auth, warns) in [(true, true), (false, false)] {
        let state = applied(&plan(&email("old", has_auth), None).await.value);
        let planned = plan_with(&email("new", has_auth), Some(&state), &imported).await;
        let warned = planned.diagnostics.iter().any(|one| one.summary == "Secrets in Kibana will be lost");
        assert_eq!(warned, warns, "has_auth = {has_auth}: {:?}", planned.diagnostics);
    }
    let hook_without = |url: &str| hook(&[("url", Value::text(url)), ("has_auth", Value::Bool(false))]);
    let state = applied(&plan(&hook_without("https://a.example"), None).await.value);
    let planned = plan_with(&hook_without("https://b.example"), Some(&state), &imported).await;
    let said: Vec<_> = planned.diagnostics.iter().map(|one| one.detail.clone()).collect();
    assert!(said.iter().any(|text| text.contains("`secret_headers`, if it has any")), "{said:?}");
}

#[tokio::test]
async fn secrets_are_not_said_to_be_lost_beside_an_error_about_them() {
    use super::memory::{Import, Memory};
    let imported = Memory { import: Import::Done, ..Memory::default() }.encode();
    let pager = |name: &str| {
        let (block_name, value) = block("pagerduty", &[]);
        config(&[("name", Value::text(name)), (&block_name, value)])
    };
    let planned = plan_with(&pager("new"), Some(&applied(&pager("old"))), &imported).await;
    let said: Vec<_> = planned.diagnostics.iter().map(|one| one.summary.as_str()).collect();
    assert!(planned.diagnostics.has_errors() && said.contains(&"Missing secret"), "{said:?}");
    assert!(!said.contains(&"Secrets in Kibana will be lost"), "{said:?}");
}

#[tokio::test]
async fn secrets_that_are_ignored_are_not_missed_before_apply_where_their_version_is_written() {
    let pager = |name: &str, version: Option<i64>| {
        let (block_name, value) = block("pagerduty", &[]);
        let version = version.map_or(Value::Null, |version| Value::Number(Number::from(version)));
        config(&[("name", Value::text(name)), ("secrets_wo_version", version), (&block_name, value)])
    };
    let state = applied(&pager("n", Some(1)));
    // Terraform hides what `ignore_changes` names from a plan, and shows it to apply.
    let renamed = plan(&pager("m", Some(1)), Some(&state)).await;
    assert!(renamed.diagnostics.is_empty(), "{:?}", renamed.diagnostics);
    // Nothing is ignored in a create, and without a version there is no sign of secrets.
    let missed =
        |planned: &Planned| planned.diagnostics.iter().any(|found| found.summary == "Missing secret");
    assert!(missed(&plan(&pager("n", Some(1)), None).await));
    let without = applied(&pager("n", None));
    assert!(missed(&plan(&pager("m", None), Some(&without)).await));
}

#[tokio::test]
async fn an_id_that_no_release_accepts_is_told_in_one_sentence() {
    for (id, expected) in [
        ("ops_mail", "No known release of Kibana accepts this ID."),
        ("90A82C60-478F-11EE-A343-F98A117C727F", "Newer releases of Kibana refuse this ID."),
    ] {
        let mut config = hook(&[]);
        config.set("id", Value::text(id));
        let planned = plan(&config, None).await;
        let [warning] = planned.diagnostics.iter().collect::<Vec<_>>()[..] else { panic!("one warning") };
        assert!(warning.severity == Severity::Warning && warning.detail.starts_with(expected), "{warning:?}");
    }
}

#[test]
fn a_narrow_resource_misses_its_block_by_name() {
    let connector = connector_for("kibana_connector_index");
    let mut config = connector.schema().block.empty_value();
    config.set("name", Value::text("n"));
    let found = connector.validate(&config, CAPABILITIES);
    let said: Vec<_> =
        found.iter().map(|one| (one.summary.as_str(), one.detail.contains("`index`"))).collect();
    assert_eq!(said, [("Missing block", true)]);
}

/// Terraform carries every attribute and block of a schema in every instance: what is declared by specs has a
/// resource of its own, so that no other connector pays for it.
#[test]
fn the_wide_resource_has_no_attribute_or_block_for_what_specs_declare() {
    let connector = connector();
    let schema = connector.schema();
    let attributes: Vec<&str> =
        schema.block.attributes.iter().map(|attribute| attribute.name.as_str()).collect();
    let own = ["id", "name", "space_id", "secrets_wo", "secrets_wo_version", "connector_type_id"];
    let told = ["is_deprecated", "is_missing_secrets", "is_preconfigured", "is_system_action"];
    assert_eq!(attributes, [&own[..], &told[..]].concat());

    let blocks: Vec<&str> = schema.block.blocks.iter().map(|block| block.name.as_str()).collect();
    let typed = crate::catalog::TYPES.iter().map(|ty| ty.block);
    assert_eq!(blocks, typed.chain(["custom"]).collect::<Vec<_>>());
}
