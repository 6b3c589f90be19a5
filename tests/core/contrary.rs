//! A Kibana that contradicts: whatever it answers to a write, the plan after one apply is empty; and states
//! and private data that nobody has ever written, which must neither panic nor lead to an answer that
//! Terraform refuses.

use kibana_emulator::{Answer, Connector, Fault, Release};
use serde_json::{Map, Value as Json, json};
use terraform_provider_kibana::catalog::codec::encode;
use terraform_provider_kibana::catalog::vocabulary::ConnectorType;
use terraform_provider_kibana::catalog::{TYPES, by_block};
use terraform_provider_kibana::resources::private;
use terraform_provider_kibana::schema::{Block, Nesting};
use terraform_provider_kibana::value::{Type, Value};

use crate::core::{Action, Core, Instance, texts};
use crate::generate::{Written, json_of, value_of, written};
use crate::lives::changes;
use crate::random::Random;

/// Any JSON, blank texts and nulls included.
fn anything(random: &mut Random) -> Json {
    match random.below(12) {
        0 => Json::Null,
        1 => json!(""),
        2 => json!([null, {}, ""]),
        3 => serde_json::from_str("1e999999999999999999999").unwrap(),
        4 => json!("12"),
        5 => json!({"name": null, "key0": {}}),
        _ => json_of(random, 3),
    }
}

/// An answer that has little to do with what was sent: keys are dropped, changed, filled in, of another
/// shape, new. Only what tells the type apart stays.
fn contradiction(written: &Written, random: &mut Random) -> Map<String, Json> {
    let ty = written.ty;
    let mut config = encode(ty.config, &written.fields, &written.fields);
    for field in ty.config {
        let key = field.json_key();
        match random.below(6) {
            0 => drop(config.remove(&key)),
            1 => drop(config.insert(key, anything(random))),
            2 => {
                let holder = Value::object([(field.name, value_of(field, random))]);
                config.extend(encode(std::slice::from_ref(field), &holder, &holder));
            }
            _ => {}
        }
    }
    for _ in 0..random.below(3) {
        config.insert(format!("newer{}", random.below(3)), anything(random));
    }
    config.extend(ty.fixed.iter().map(|(key, text)| ((*key).to_owned(), json!(text))));
    config
}

async fn settles(core: &Core, config: &Value, instance: &mut Instance, context: &str) {
    let applied = core.run(config, instance).await;
    applied.unwrap_or_else(|said| panic!("{context}: {:?}", texts(&said)));
    for look in 0..2 {
        let plan = core.plan(config, instance).await;
        let plan = plan.unwrap_or_else(|said| panic!("{context}: {:?}", texts(&said)));
        assert_eq!(plan.action, Action::Nothing, "{context}, look {look}: {:?}", changes(core, &plan));
    }
}

/// A configuration that Kibana accepts, and its connector.
async fn accepted(core: &Core, ty: &'static ConnectorType, random: &mut Random) -> (Written, Instance) {
    for _ in 0..60 {
        let Some(next) = written(ty, random, |_| true) else { continue };
        let mut instance = Instance::none();
        if core.run(&next.config(&core.block), &mut instance).await.is_ok() {
            return (next, instance);
        }
    }
    panic!("{}: nothing is accepted", ty.block)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contradicting_kibana_is_left_in_peace_after_one_apply() {
    let core = Core::new(Release::Newest).await;
    for (number, ty) in TYPES.iter().enumerate() {
        for seed in 0..6 {
            let mut random = Random::new(30_000 + seed * 100 + number as u64);
            let (first, mut probe) = accepted(&core, ty, &mut random).await;
            let (second, mut instance) = accepted(&core, ty, &mut random).await;
            for one in [&mut probe, &mut instance] {
                core.destroy(one).await.unwrap();
            }
            let (create, update) = (first.config(&core.block), second.config(&core.block));
            let answer = contradiction(&first, &mut random);
            let context = format!("{}, seed {seed}: {:?}, answered {answer:?}", ty.block, first.fields);
            core.kibana.show_config("*", answer);
            settles(&core, &create, &mut instance, &context).await;
            settles(&core, &update, &mut instance, &context).await;
            // Then it thinks of something else, which is drift, and stays with it.
            let answer = contradiction(&second, &mut random);
            let context =
                format!("{}, seed {seed}: {:?}, answered {answer:?} later", ty.block, second.fields);
            core.kibana.show_config("*", answer);
            settles(&core, &update, &mut instance, &context).await;
            core.kibana.clear_replays();
            settles(&core, &update, &mut instance, &context).await;
            core.destroy(&mut instance).await.unwrap();
            core.kibana.clear_requests();
        }
    }
}

/// A value of a block that no apply has made: attributes of the right type and nothing more.
fn any_block(block: &Block, random: &mut Random, percent: usize) -> Value {
    let mut value = block.empty_value();
    for attribute in block.attributes.iter().filter(|attribute| !attribute.write_only) {
        if random.percent(60) {
            value.set(&attribute.name, any_of(&attribute.ty, random));
        }
    }
    for nested in &block.blocks {
        let there = random.percent(percent);
        let content = match nested.nesting {
            Nesting::Single if there => any_block(&nested.block, random, 60),
            Nesting::Single => Value::Null,
            Nesting::List { .. } => {
                Value::List((0..random.below(3)).map(|_| any_block(&nested.block, random, 60)).collect())
            }
        };
        value.set(&nested.name, content);
    }
    value
}

fn any_of(ty: &Type, random: &mut Random) -> Value {
    match ty {
        Type::Text => match random.below(6) {
            0 => Value::text(""),
            1 => Value::text("{\"key0\": [1, null], \"url\": \"\"}"),
            2 => Value::text("https://a.example"),
            _ => Value::text(format!("text {}", random.below(10))),
        },
        Type::Number => Value::Number(i64::try_from(random.below(70_000)).unwrap().into()),
        Type::Bool => Value::Bool(random.percent(50)),
        Type::Map(element) => {
            let count = random.below(3);
            Value::Map((0..count).map(|at| (format!("k{at}"), any_of(element, random))).collect())
        }
        _ => {
            let (ty, value) = terraform_provider_kibana::value::json::from_json(&anything(random));
            Value::dynamic(ty, value)
        }
    }
}

/// Private data of our own form with any content, or no such thing at all.
fn any_private(random: &mut Random, ty: &ConnectorType) -> Vec<u8> {
    if random.percent(30) {
        return random.bytes(40);
    }
    let keys: Vec<String> =
        ty.config.iter().map(|field| field.json_key()).chain(["futureSetting".to_owned()]).collect();
    let mut memory = json!({"v": if random.percent(90) { 1 } else { 2 }});
    for part in ["echo", "chosen", "unknown", "sent", "imported", "unanswered", "task", "hash"] {
        memory[part] = match (part, random.below(4)) {
            (_, 0) => anything(random),
            (_, 1) => continue,
            ("echo" | "chosen" | "unknown", _) => {
                Json::Object((0..3).map(|_| (random.pick(&keys).clone(), anything(random))).collect())
            }
            ("sent", _) => json!([random.pick(&keys), 1, null]),
            ("task", _) => json!(random.pick(&["look", "store", "none"])),
            ("hash", _) => json!(random.pick(&["a$b", "$", "AAAAAAAAAAAAAAAAAAAAAA$AAAA"])),
            _ => json!(random.percent(50)),
        };
    }
    private::of("connector", &memory)
}

/// Kibana's answer about a connector.
fn answer(id: &str, name: &str, connector_type_id: &str, config: &Json) -> Json {
    json!({
        "id": id, "name": name, "connector_type_id": connector_type_id, "config": config, "is_preconfigured": false,
        "is_deprecated": false, "is_missing_secrets": false, "is_system_action": false
    })
}

/// An answer to a write of the connector named `another`, which makes it one of this type.
fn answer_to_write(instance: &Instance, connector_type_id: &str) -> Json {
    let id = if instance.state.is_null() { "kept" } else { instance.id() };
    answer(id, "another", connector_type_id, &json!({}))
}

#[tokio::test]
async fn an_answer_of_another_type_is_an_error_and_is_replaced() {
    let core = Core::new(Release::Current).await;
    let (written, _) = accepted(&core, by_block("index").unwrap(), &mut Random::new(77_000)).await;
    let config = written.config(&core.block);
    let mut created = Instance::none();
    for (method, mut instance) in [
        ("POST", Instance::none()),
        ("PUT", {
            core.run(&config, &mut created).await.unwrap();
            created.clone()
        }),
    ] {
        let mut next = config.clone();
        next.set("name", Value::text("another"));
        let plan = core.plan_from(&next, &instance).await.unwrap();
        let answer = answer_to_write(&instance, ".server-log");
        core.kibana.fail(Fault::answer(Answer::json(200, &answer)).on(method, "*"));
        let said = core.apply(&next, &plan, &mut instance).await.unwrap_err();
        core.kibana.clear_faults();
        let summaries: Vec<_> = said.iter().map(|one| one.summary.as_str()).collect();
        assert!(summaries.contains(&"Kibana answered with another type of connector"), "{summaries:?}");
        assert_eq!(instance.state.get("connector_type_id"), &Value::text(".server-log"));
        assert!(instance.state.get("index").is_null() && !instance.state.get("server_log").is_null());
        let plan = core.plan_from(&next, &instance).await.unwrap();
        assert_eq!(plan.action, Action::Replace, "{method}");
    }
}

/// A stored connector of type `.index`.
fn stored(id: &str) -> Connector {
    Connector {
        id: id.to_owned(),
        space: "default".to_owned(),
        name: "old".to_owned(),
        connector_type_id: ".index".to_owned(),
        config: json!({"index": "i", "refresh": false}).as_object().cloned().unwrap(),
        secrets: Map::new(),
        is_missing_secrets: false,
        auth_mode: None,
    }
}

#[tokio::test]
async fn a_look_that_shows_another_type_is_an_error_and_nothing_is_sent() {
    let core = Core::new(Release::Current).await;
    let config = |block: &str, fields: &[(&str, &str)]| {
        let mut value = core.block.block(block).unwrap().block.empty_value();
        fields.iter().for_each(|(name, text)| value.set(name, Value::text(*text)));
        let mut config = core.block.empty_value();
        config.set("name", Value::text("n"));
        config.set(block, value);
        config
    };
    let before = config("custom", &[("connector_type_id", ".index"), ("config_json", "{\"index\":\"i\"}")]);
    let after = config("index", &[("index", "i")]);
    let mut instance = Instance::none();
    core.run(&before, &mut instance).await.unwrap();
    let plan = core.plan(&after, &mut instance).await.unwrap();
    assert_eq!(plan.action, Action::Update);
    core.kibana.clear_requests();
    let answer = answer(instance.id(), "n", ".server-log", &json!({}));
    core.kibana.fail(Fault::answer(Answer::json(200, &answer)).on("GET", "/api/actions/connector/*"));
    let said = core.apply(&after, &plan, &mut instance).await.unwrap_err();
    assert!(said.iter().any(|one| one.summary == "Kibana answered with another type of connector"));
    assert!(core.kibana.requests().iter().all(|request| request.method == "GET"));
    assert_eq!(instance.state.get("connector_type_id"), &Value::text(".server-log"));
}

#[tokio::test]
async fn a_connector_without_its_config_is_not_taken_for_a_preconfigured_one() {
    let core = Core::new(Release::Current).await;
    core.kibana.put_raw("default", stored("one"));
    let mut instance = core.import("one").await.unwrap();
    let state = instance.state.clone();
    let answer = answer("one", "old", ".index", &Json::Null);
    core.kibana
        .fail(Fault::answer(Answer::json(200, &answer)).on("GET", "/api/actions/connector/*").always());
    core.refresh(&mut instance).await.unwrap();
    assert_eq!(instance.state, state);
    let said = core.import("one").await.err().unwrap();
    assert!(said.iter().any(|one| one.summary == "Kibana's answer cannot be used"), "{said:?}");
}

#[tokio::test]
async fn an_answer_of_another_type_is_an_error_in_every_form_and_is_replaced() {
    let mut core = Core::new(Release::Newest).await;
    let text = Value::text;
    let index = vec![("index", text("i"))];
    let custom = vec![("connector_type_id", text(".index")), ("config_json", text("{\"index\":\"i\"}"))];
    let secrets = |block: &Block| {
        let mut chosen = block.block("secrets").unwrap().block.empty_value();
        chosen.set("none", Value::object([]));
        chosen
    };
    for (type_name, block, entries, answered, is_held) in [
        ("kibana_connector_index", "index", &index, ".server-log", false),
        ("kibana_connector_custom", "custom", &custom, ".server-log", true),
        (
            "kibana_connector_spec",
            "spec",
            &vec![("connector_type_id", text(".inboundWebhook"))],
            ".notion",
            true,
        ),
        (
            "kibana_connector_spec",
            "spec",
            &vec![("connector_type_id", text(".inboundWebhook"))],
            ".index",
            false,
        ),
    ] {
        core.turn_to(type_name);
        let schema = &core.block.block(block).unwrap().block;
        let mut inner = schema.empty_value();
        entries.iter().for_each(|(name, value)| inner.set(name, value.clone()));
        if block == "spec" {
            inner.set("secrets", secrets(schema));
        }
        let mut config = core.block.empty_value();
        config.set("name", text("n"));
        config.set(block, inner);
        let mut created = Instance::none();
        core.run(&config, &mut created).await.unwrap_or_else(|said| panic!("{:?}", texts(&said)));
        for (method, mut instance) in [("POST", Instance::none()), ("PUT", created)] {
            let mut next = config.clone();
            next.set("name", text("another"));
            let plan = core.plan_from(&next, &instance).await.unwrap();
            let answer = answer_to_write(&instance, answered);
            core.kibana.fail(Fault::answer(Answer::json(200, &answer)).on(method, "*"));
            let said = core.apply(&next, &plan, &mut instance).await.unwrap_err();
            core.kibana.clear_faults();
            let summaries: Vec<_> = said.iter().map(|one| one.summary.as_str()).collect();
            assert!(summaries.contains(&"Kibana answered with another type of connector"), "{summaries:?}");
            assert_eq!(instance.state.get("connector_type_id"), &text(answered));
            assert_eq!(!instance.state.get(block).is_null(), is_held, "{type_name} {answered}");
            let plan = core.plan_from(&next, &instance).await.unwrap();
            assert_eq!(plan.action, Action::Replace, "{type_name} {answered} {method}");
        }
    }
}

/// The value of a block with these texts and blocks.
fn filled(block: &Block, json: &Json) -> Value {
    let mut value = block.empty_value();
    for (name, json) in json.as_object().into_iter().flatten() {
        let content = match (block.block(name), json) {
            (None, json) => Value::text(json.as_str().unwrap()),
            (Some(nested), Json::Array(items)) => {
                Value::List(items.iter().map(|item| filled(&nested.block, item)).collect())
            }
            (Some(nested), json) => filled(&nested.block, json),
        };
        value.set(name, content);
    }
    value
}

#[tokio::test]
async fn keys_that_nobody_knows_survive_the_first_update_after_an_import() {
    let core = Core::new(Release::Current).await;
    let field = |id: &str| json!({"id": id, "key": "k", "name": "n", "fieldType": "text"});
    let mut kept = field("1");
    kept["newKey"] = json!({"a": 1});
    for (ty, config, written, place, expected) in [
        (
            ".index",
            json!({"index": "i", "refresh": false, "newKey": {"a": 1}}),
            json!({"index": {"index": "i"}}),
            "/newKey",
            json!({"a": 1}),
        ),
        (
            ".slack_api",
            json!({"allowedChannels": [
                {"name": "#a", "id": "C1", "muted": true}, {"name": "#b", "id": "C2", "muted": false},
                {"name": "#c", "id": "C3"},
            ]}),
            // Items go with what is known of them, wherever they stand.
            json!({"slack_api": {
                "allowed_channels": [
                    {"name": "#new", "id": "C4"}, {"name": "#c", "id": "C3"}, {"name": "#b", "id": "C2"},
                    {"name": "#a", "id": "C1"},
                ],
                "secrets": {"token": "t"},
            }}),
            "/allowedChannels",
            json!([
                {"name": "#new", "id": "C4"}, {"name": "#c", "id": "C3"},
                {"name": "#b", "id": "C2", "muted": false}, {"name": "#a", "id": "C1", "muted": true},
            ]),
        ),
        (
            ".swimlane",
            json!({
                "apiUrl": "https://a.example", "appId": "a", "connectorType": "all",
                "mappings": {"alertIdConfig": kept, "caseIdConfig": field("2"), "newConfig": field("3")},
            }),
            json!({"swimlane": {
                "api_url": "https://a.example", "app_id": "a", "connector_type": "all",
                "mappings": {
                    "alert_id_config": {"id": "1", "key": "k", "name": "n", "field_type": "text"},
                    "case_id_config": {"id": "changed", "key": "k", "name": "n", "field_type": "text"},
                },
                "secrets": {"api_token": "t"},
            }}),
            "/mappings",
            json!({"alertIdConfig": kept, "caseIdConfig": field("changed"), "newConfig": field("3")}),
        ),
    ] {
        let config = config.as_object().cloned().unwrap();
        let (id, connector_type_id) = (format!("imported{ty}"), ty.to_owned());
        core.kibana.put_raw("default", Connector { config, connector_type_id, ..stored(&id) });
        let mut instance = core.import(&id).await.unwrap_or_else(|said| panic!("{ty}: {:?}", texts(&said)));
        let mut next = filled(&core.block, &written);
        next.set("name", Value::text("new"));
        // No further look: the read of the import was the only one.
        let plan = core.plan_from(&next, &instance).await.unwrap();
        core.kibana.clear_requests();
        core.apply(&next, &plan, &mut instance)
            .await
            .unwrap_or_else(|said| panic!("{ty}: {:?}", texts(&said)));
        let mut requests = core.kibana.requests().into_iter();
        let sent = requests.find(|request| request.method == "PUT").and_then(|request| request.body).unwrap();
        assert_eq!(sent["config"].pointer(place), Some(&expected), "{ty}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn states_that_nobody_has_written_break_nothing() {
    let core = Core::new(Release::Newest).await;
    for (number, ty) in TYPES.iter().enumerate() {
        for seed in 0..8 {
            let mut random = Random::new(40_000 + seed * 100 + number as u64);
            let (next, mut instance) = accepted(&core, ty, &mut random).await;
            let config = next.config(&core.block);
            // The connector is there, but state and private data tell another story about it.
            let mut state = any_block(&core.block, &mut random, 4);
            if random.percent(70) {
                state.set(ty.block, any_block(&core.block.block(ty.block).unwrap().block, &mut random, 50));
            }
            let truth: &[&str] = match random.below(3) {
                0 => &["id", "space_id"],
                1 => &["id", "space_id", "connector_type_id"],
                _ => &["id", "space_id", "connector_type_id", "name"],
            };
            truth.iter().for_each(|name| state.set(name, instance.state.get(name).clone()));
            instance.state = core.config(&state);
            instance.private = any_private(&mut random, ty);
            let context = format!("{}, seed {seed}", ty.block);

            // As it is, whatever comes of it, and with a look before.
            let _ = core.plan_from(&config, &instance).await;
            if random.percent(50)
                && let Ok(plan) = core.plan_from(&config, &instance).await
            {
                let _ = core.apply(&config, &plan, &mut instance).await;
            }
            for _ in 0..2 {
                if let Err(said) = core.run(&config, &mut instance).await {
                    panic!("{context}: {:?}", texts(&said));
                }
            }
            let plan = core.plan(&config, &mut instance).await.unwrap();
            assert_eq!(plan.action, Action::Nothing, "{context}: {:?}", changes(&core, &plan));
            core.destroy(&mut instance).await.unwrap();
            core.kibana.clear_requests();
        }
    }
}
