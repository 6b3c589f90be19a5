//! A null `secrets_wo` that has a type, as `var.on ? { … } : null` gives it: the very null goes back, and
//! nothing is sent that the secrets do not ask for.

use std::collections::BTreeMap;

use kibana_emulator::Release;
use terraform_provider_kibana::value::{Type, Value};

use crate::core::{Action, Core, Instance, texts};

/// `on ? { … } : null`, with these keys in the branch that is on.
fn secrets(on: bool, keys: &[&str]) -> Value {
    let types: BTreeMap<_, _> = keys.iter().map(|key| ((*key).to_owned(), Type::Text)).collect();
    let values = keys.iter().map(|key| (*key, Value::text("hunter2")));
    Value::dynamic(Type::Object(types), if on { Value::object(values) } else { Value::Null })
}

fn hook(core: &Core, secrets_wo: Value, version: Option<i64>) -> Value {
    let mut inner = core.block.block("webhook").unwrap().block.empty_value();
    inner.set("url", Value::text("https://a.example"));
    let mut config = core.block.empty_value();
    config.set("name", Value::text("n"));
    config.set("webhook", inner);
    config.set("secrets_wo", secrets_wo);
    config.set("secrets_wo_version", version.map_or(Value::Null, |version| Value::Number(version.into())));
    config
}

/// Applies one configuration after another; gives back how many writes each took.
async fn writes(core: &Core, configs: &[Value]) -> Vec<usize> {
    let mut instance = Instance::none();
    let mut counts = Vec::new();
    for config in configs {
        core.kibana.clear_requests();
        core.run(config, &mut instance).await.unwrap_or_else(|said| panic!("{:?}", texts(&said)));
        let requests = core.kibana.requests();
        counts.push(requests.iter().filter(|one| one.method == "PUT" || one.method == "POST").count());
        let plan = core.plan(config, &mut instance).await.unwrap();
        assert_eq!(plan.action, Action::Nothing);
    }
    core.destroy(&mut instance).await.unwrap();
    counts
}

#[tokio::test]
async fn secrets_that_are_switched_on_and_off_are_sent_when_they_are_on_and_new() {
    let core = Core::new(Release::Current).await;
    let keys = ["user", "password"];
    let hook = |on: bool, version: Option<i64>| hook(&core, secrets(on, &keys), version);
    // Counted by us: off again plans nothing that is sent, and on again are the same secrets.
    assert_eq!(writes(&core, &[hook(false, None), hook(true, None)]).await, [1, 1]);
    assert_eq!(writes(&core, &[hook(true, None), hook(false, None), hook(true, None)]).await, [1, 0, 0]);
    // By a version of the user's: only that counts.
    assert_eq!(
        writes(&core, &[hook(true, Some(1)), hook(false, Some(1)), hook(true, Some(2))]).await,
        [1, 0, 1]
    );
}

#[tokio::test]
async fn another_key_in_the_branch_that_is_off_sends_nothing() {
    let core = Core::new(Release::Current).await;
    let off = |keys: &[&str]| hook(&core, secrets(false, keys), None);
    let plain = hook(&core, Value::Null, None);
    assert_eq!(writes(&core, &[off(&["user"]), off(&["user", "password"]), plain]).await, [1, 0, 0]);
    let on = hook(&core, secrets(true, &["user", "password"]), None);
    assert_eq!(writes(&core, &[on, off(&["user"]), off(&["user", "password"])]).await, [1, 0, 0]);
}

#[tokio::test]
async fn every_form_of_a_connector_lets_its_secrets_be_switched_off() {
    let mut core = Core::new(Release::Current).await;
    let (text, flat) =
        (Value::text, |keys: &[&str]| Value::object(keys.iter().map(|key| (*key, Value::text("hunter2")))));
    let webhook = vec![("url", text("https://a.example"))];
    let custom = vec![
        ("connector_type_id", text(".webhook")),
        ("config_json", text("{\"url\": \"https://a.example\"}")),
    ];
    let spec = vec![("connector_type_id", text(".jira-cloud"))];
    let nested = |keys: &[&str]| Value::object([("basic", flat(keys))]);
    let (short, long) = (["username", "password"], ["username", "password", "later"]);
    let (user, more) = (["user", "password"], ["user", "password", "secret_headers"]);
    for (type_name, block, entries, on, off) in [
        ("kibana_connector_webhook", "webhook", &webhook, flat(&user), [flat(&user), flat(&more)]),
        ("kibana_connector", "custom", &custom, flat(&user), [flat(&user), flat(&more)]),
        ("kibana_connector_custom", "custom", &custom, flat(&user), [flat(&user), flat(&more)]),
        ("kibana_connector_spec", "spec", &spec, nested(&short), [nested(&short), nested(&long)]),
    ] {
        core.turn_to(type_name);
        let of = |secrets_wo: Value| {
            let mut inner = core.block.block(block).unwrap().block.empty_value();
            entries.iter().for_each(|(name, value)| inner.set(name, value.clone()));
            if block == "spec" {
                let config = Value::object([("subdomain", Value::text("acme"))]);
                inner.set("config", Value::dynamic(config.natural_type(), config));
            }
            let mut config = core.block.empty_value();
            config.set("name", Value::text("n"));
            config.set(block, inner);
            config.set("secrets_wo", secrets_wo);
            config
        };
        let there = |value: &Value| of(Value::dynamic(value.natural_type(), value.clone()));
        let none = |value: &Value| of(Value::dynamic(value.natural_type(), Value::Null));
        let lives = [there(&on), none(&off[0]), none(&off[1]), there(&on)];
        assert_eq!(writes(&core, &lives).await, [1, 0, 0, 0], "{type_name}");
    }
}
