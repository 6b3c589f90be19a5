//! The same said in other words: what means the same is not sent, and every plan is one that Terraform takes.

use std::collections::BTreeMap;

use kibana_emulator::Release;
use serde_json::{Value as Json, json};
use terraform_provider_kibana::value::json::from_json;
use terraform_provider_kibana::value::{Type, Value};

use crate::core::{Action, Core, Instance};

fn dynamic(json: &Json) -> Value {
    let (ty, value) = from_json(json);
    Value::dynamic(ty, value)
}

/// An object with an entry that is null, which has a type where it comes from a conditional.
fn with_null(entry: Value, ty: Type) -> Value {
    let types = [("a", Type::Text), ("z", ty)].map(|(name, ty)| (name.to_owned(), ty));
    let value = Value::object([("a", Value::text("x")), ("z", entry)]);
    Value::dynamic(Type::Object(types.into()), value)
}

fn map_of(entry: Value) -> Value {
    Value::dynamic(Type::Map(Box::new(Type::Text)), Value::Map([("a".to_owned(), entry)].into()))
}

fn list_of(entry: Value) -> Value {
    let ty = Type::Object([("l".to_owned(), Type::List(Box::new(Type::Text)))].into());
    Value::dynamic(ty, Value::object([("l", Value::List(vec![entry]))]))
}

fn object_type() -> Type {
    Type::Object([("a".to_owned(), Type::Text)].into())
}

/// An inference endpoint with this `provider_config`.
fn inference(core: &Core, provider_config: Value) -> Value {
    let mut block = core.block.block("inference").unwrap().block.empty_value();
    for (name, text) in [("provider", "openai"), ("task_type", "completion"), ("inference_id", "an-endpoint")]
    {
        block.set(name, Value::text(text));
    }
    block.set("provider_config", provider_config);
    let secrets = dynamic(&json!({"api_key": "k"}));
    block.set("secrets", Value::object([("provider_secrets", secrets)]));
    named(core, "inference", block)
}

/// The same in Kibana's own JSON.
fn custom(core: &Core, type_id: &str, config: &Json, secrets: &Json) -> Value {
    let block = Value::object([
        ("connector_type_id", Value::text(type_id)),
        ("config_json", Value::text(config.to_string())),
        ("secrets_json", Value::text(secrets.to_string())),
    ]);
    named(core, "custom", block)
}

fn named(core: &Core, name: &str, block: Value) -> Value {
    let mut config = core.block.empty_value();
    config.set("name", Value::text("n"));
    config.set(name, block);
    config
}

fn writes(core: &Core) -> usize {
    core.kibana.requests().iter().filter(|one| ["PUT", "POST"].contains(&one.method.as_str())).count()
}

#[tokio::test]
async fn a_known_value_in_other_words_plans_nothing() {
    let core = Core::new(Release::Newest).await;
    let plain = dynamic(&json!({"a": "x"}));
    for written in [with_null(Value::Null, Type::Text), map_of(Value::text("x"))] {
        for (before, after) in [(&plain, &written), (&written, &plain)] {
            let mut instance = Instance::none();
            core.run(&inference(&core, before.clone()), &mut instance).await.unwrap();
            let plan = core.plan(&inference(&core, after.clone()), &mut instance).await.unwrap();
            assert_eq!(plan.action, Action::Nothing, "{after:?}");
            core.destroy(&mut instance).await.unwrap();
        }
    }
}

#[tokio::test]
async fn what_turns_out_to_be_what_was_there_is_stored_as_it_is_written() {
    let core = Core::new(Release::Newest).await;
    let (unknown, known) = (Value::unknown, || Value::text("x"));
    let typed_unknown = Value::dynamic(object_type(), Value::unknown());
    for (prior, planned, at_apply, sends) in [
        (
            dynamic(&json!({"a": "x"})),
            with_null(unknown(), Type::Text),
            with_null(Value::Null, Type::Text),
            0,
        ),
        (dynamic(&json!({"a": "x"})), map_of(unknown()), map_of(known()), 0),
        (dynamic(&json!({"l": ["x"]})), list_of(unknown()), list_of(known()), 0),
        (Value::Null, typed_unknown.clone(), Value::dynamic(object_type(), Value::Null), 0),
        (dynamic(&json!({"a": "x"})), typed_unknown, Value::dynamic(object_type(), Value::Null), 1),
    ] {
        let mut instance = Instance::none();
        core.run(&inference(&core, prior), &mut instance).await.unwrap();
        let plan = core.plan(&inference(&core, planned.clone()), &mut instance).await.unwrap();
        assert_eq!(plan.action, Action::Update);
        core.kibana.clear_requests();
        let config = inference(&core, at_apply);
        core.apply(&config, &plan, &mut instance).await.unwrap();
        assert_eq!(writes(&core), sends, "{planned:?}");
        assert_eq!(core.plan(&config, &mut instance).await.unwrap().action, Action::Nothing, "{planned:?}");
        core.destroy(&mut instance).await.unwrap();
    }
}

#[tokio::test]
async fn a_null_that_was_unknown_keeps_its_type_in_a_create() {
    for release in [Release::Old, Release::Newest] {
        let core = Core::new(release).await;
        let unknown = inference(&core, Value::dynamic(object_type(), Value::unknown()));
        let null = inference(&core, Value::dynamic(object_type(), Value::Null));
        let mut instance = Instance::none();
        let plan = core.plan(&unknown, &mut instance).await.unwrap();
        core.apply(&null, &plan, &mut instance).await.unwrap();
        assert_eq!(core.plan(&null, &mut instance).await.unwrap().action, Action::Nothing);
        let left_out = inference(&core, Value::Null);
        assert_eq!(core.plan(&left_out, &mut instance).await.unwrap().action, Action::Nothing);
    }
}

#[tokio::test]
async fn another_block_says_the_same_in_its_own_words() {
    let core = Core::new(Release::Newest).await;
    let url = "https://a.example";
    let secrets = json!({"providerSecrets": {"api_key": "k"}});
    let endpoint = |provider_config: Json| {
        json!({
            "provider": "openai", "taskType": "completion", "inferenceId": "an-endpoint",
            "providerConfig": provider_config,
        })
    };
    let mut llm = core.block.block("genai_openai").unwrap().block.empty_value();
    llm.set("api_url", Value::text(url));
    llm.set("temperature", from_json(&serde_json::from_str("0.0100000000000000000001").unwrap()).1);
    llm.set("secrets", Value::object([("api_key", Value::text("k"))]));
    let mut hook = core.block.block("webhook").unwrap().block.empty_value();
    hook.set("url", Value::text(url));
    hook.set("secrets", Value::object([("user", Value::text("u")), ("password", Value::text("p"))]));
    let mut cases = core.block.block("cases_webhook").unwrap().block.empty_value();
    let mut said = serde_json::Map::new();
    for (name, key, text) in [
        ("create_incident_url", "createIncidentUrl", url),
        ("create_incident_response_key", "createIncidentResponseKey", "id"),
        ("get_incident_url", "getIncidentUrl", url),
        ("get_incident_response_external_title_key", "getIncidentResponseExternalTitleKey", "key"),
        ("view_incident_url", "viewIncidentUrl", url),
        ("update_incident_url", "updateIncidentUrl", url),
        ("create_incident_json", "createIncidentJson", "{\"a\":1}"),
        ("update_incident_json", "updateIncidentJson", "{}"),
    ] {
        cases.set(name, Value::text(text));
        said.insert(key.to_owned(), Json::from(text));
    }
    cases.set("has_auth", Value::Bool(false));
    said.insert("hasAuth".to_owned(), false.into());
    said.insert("createIncidentJson".to_owned(), "{ \"a\": 1.0 }".into());
    let z = with_null(Value::Null, Type::Dynamic);
    for (before, after) in [
        (custom(&core, ".cases-webhook", &said.into(), &json!({})), named(&core, "cases_webhook", cases)),
        (
            custom(
                &core,
                ".gen-ai",
                &json!({"apiProvider": "OpenAI", "apiUrl": url, "temperature": 0.01}),
                &json!({"apiKey": "k"}),
            ),
            named(&core, "genai_openai", llm),
        ),
        (custom(&core, ".inference", &endpoint(json!({"a": "x"})), &secrets), inference(&core, z)),
        (
            custom(&core, ".inference", &endpoint(json!({"a": "x"})), &secrets),
            inference(&core, map_of(Value::text("x"))),
        ),
        (
            custom(&core, ".inference", &endpoint(json!({})), &secrets),
            inference(&core, Value::dynamic(Type::Object(BTreeMap::new()), Value::object([]))),
        ),
        (
            custom(&core, ".webhook", &json!({"url": url}), &json!({"password": "p", "user": "u"})),
            named(&core, "webhook", hook),
        ),
    ] {
        let mut instance = Instance::none();
        core.run(&before, &mut instance).await.unwrap();
        core.kibana.clear_requests();
        let (action, _) = core.run(&after, &mut instance).await.unwrap();
        assert_eq!((action, writes(&core)), (Action::Update, 0), "{after:?}");
        // Back again, a text of JSON is sent where it is another one: `custom` does not look into texts.
        for config in [&after, &before, &before] {
            core.run(config, &mut instance).await.unwrap();
            assert_eq!(core.plan(config, &mut instance).await.unwrap().action, Action::Nothing, "{config:?}");
        }
        core.destroy(&mut instance).await.unwrap();
    }
}
