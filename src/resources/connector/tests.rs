//! Plans and generated configurations, without a Kibana.

use super::Connector;
use crate::diag::Severity;
use crate::offer::{Capabilities, Context, Served};
use crate::provider::Provider;
use crate::resources::{PlanRequest, Planned, Resource};
use crate::stop::Stop;
use crate::value::{Number, Value};

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
    let (provider, stop) = (Provider::NotConfigured, Stop::new());
    let context = Context { provider: &provider, stop: &stop };
    connector().plan(context, PlanRequest { config, prior, private: &[], capabilities: CAPABILITIES }).await
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
    let planned = plan(&hook(&[("method", Value::text("put"))]), Some(&state)).await.value;
    assert!(planned.get("webhook").get("auth_type").is_unknown());
    let mut rest = planned.clone();
    let mut without = planned.get("webhook").clone();
    without.set("auth_type", Value::Null);
    rest.set("webhook", without);
    assert!(rest.is_wholly_known(), "{rest:?}");
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
