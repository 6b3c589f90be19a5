//! A connector that goes from one block to another and stays what it is: nothing is sent, and what such a
//! plan says of itself ends with it.

use kibana_emulator::{Answer, Fault, Release};
use serde_json::json;
use terraform_provider_kibana::value::Value;
use terraform_provider_kibana::value::json::from_json;

use crate::core::{Action, Core, Instance, texts};

fn config(core: &Core, block: &str, entries: &[(&str, Value)], secrets_wo: Value) -> Value {
    let mut inner = core.block.block(block).unwrap().block.empty_value();
    entries.iter().for_each(|(name, entry)| inner.set(name, entry.clone()));
    let mut config = core.block.empty_value();
    config.set("name", Value::text("n"));
    config.set(block, inner);
    config.set("secrets_wo", secrets_wo);
    // With a version of the user's, nothing but the configuration tells of the secrets.
    config.set("secrets_wo_version", Value::Number(1_i64.into()));
    config
}

fn custom(core: &Core, url: &str, secrets_wo: Value) -> Value {
    let json = json!({"url": url, "method": "post", "hasAuth": true});
    let entries =
        [("connector_type_id", Value::text(".webhook")), ("config_json", Value::text(json.to_string()))];
    config(core, "custom", &entries, secrets_wo)
}

fn typed(core: &Core) -> Value {
    config(core, "webhook", &[("url", Value::text("https://a.example"))], Value::Null)
}

fn secrets() -> Value {
    let (ty, value) = from_json(&json!({"user": "svc", "password": "hunter2"}));
    Value::dynamic(ty, value)
}

async fn created(core: &Core) -> Instance {
    let mut instance = Instance::none();
    let config = custom(core, "https://a.example", secrets());
    core.run(&config, &mut instance).await.unwrap_or_else(|said| panic!("{:?}", texts(&said)));
    core.kibana.clear_requests();
    instance
}

fn writes(core: &Core) -> usize {
    core.kibana.requests().iter().filter(|one| one.method != "GET").count()
}

#[tokio::test]
async fn another_block_without_secrets_is_no_reason_to_ask_for_them() {
    let core = Core::new(Release::Current).await;
    let mut instance = created(&core).await;
    let config = typed(&core);
    core.run(&config, &mut instance).await.unwrap_or_else(|said| panic!("{:?}", texts(&said)));
    assert_eq!(writes(&core), 0);
    assert_eq!(core.plan(&config, &mut instance).await.unwrap().action, Action::Nothing);
}

#[tokio::test]
async fn a_change_after_a_look_that_failed_is_sent() {
    let core = Core::new(Release::Current).await;
    let mut instance = created(&core).await;
    let plan = core.plan(&typed(&core), &mut instance).await.unwrap();
    core.kibana.fail(Fault::answer(Answer::text(500, "broken")).on("GET", "*"));
    core.apply(&typed(&core), &plan, &mut instance).await.unwrap_err();
    core.kibana.clear_faults();
    // As a state would be that was kept with what the plan said.
    instance.private = plan.private;

    let changed = custom(&core, "https://b.example", secrets());
    core.run(&changed, &mut instance).await.unwrap_or_else(|said| panic!("{:?}", texts(&said)));
    assert_eq!(writes(&core), 1);
    let stored = core.kibana.get("default", instance.id()).unwrap();
    assert_eq!(stored.config["url"], "https://b.example");
}
