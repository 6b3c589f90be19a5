//! Drift of every field of every type: whatever somebody changes in Kibana is planned back, and nothing
//! beside it.
//!
//! Beside the field only that may change which a write makes unknown: fields that Kibana fills and the
//! configuration leaves out, and ServiceNow's `is_deprecated`.

use kibana_emulator::Release;
use serde_json::{Value as Json, json};
use terraform_provider_kibana::catalog::TYPES;
use terraform_provider_kibana::catalog::codec::{encode, equal};
use terraform_provider_kibana::catalog::vocabulary::{ConnectorType, Field};
use terraform_provider_kibana::value::Value;

use crate::core::{Action, Core, Instance, texts};
use crate::generate::{Written, value_of, written};
use crate::lives::changes;
use crate::random::Random;

/// Another valid value for a field, and its JSON.
pub(crate) fn other_value(field: &'static Field, than: &Value, random: &mut Random) -> (Value, Json) {
    for _ in 0..200 {
        let value = value_of(field, random);
        if equal(field, &value, than) {
            continue;
        }
        let fields = std::slice::from_ref(field);
        let holder = Value::object([(field.name, value.clone())]);
        if let Some(json) = encode(fields, &holder, &holder).remove(&field.json_key()) {
            return (value, json);
        }
    }
    panic!("{}: no other value", field.name)
}

/// Creates a connector, changes one key in Kibana, and repairs it.
async fn drifts(
    core: &Core,
    written: &Written,
    field: &'static Field,
    random: &mut Random,
) -> Result<(), String> {
    let (ty, config) = (written.ty, written.config(&core.block));
    let mut instance = Instance::none();
    if let Err(said) = core.run(&config, &mut instance).await {
        return Err(format!("{:?}", texts(&said)));
    }
    let id = instance.id().to_owned();
    let context = format!("{}.{} in {:?}", ty.block, field.name, written.fields);
    let held = instance.state.get(ty.block).get(field.name).clone();
    let key = field.json_key();
    let stored = core.kibana.get("default", &id).unwrap().config.get(&key).cloned();
    let (value, other) = other_value(field, &held, random);
    if ty.block == "inference" {
        // Behind the API the endpoint that Kibana keeps beside the connector would be left behind.
        let mut others = written.clone();
        others.fields.set(field.name, value);
        let applied = core.run(&others.config(&core.block), &mut instance.clone()).await;
        applied.unwrap_or_else(|said| panic!("{context}: {:?}", texts(&said)));
    } else {
        let changed = core.kibana.edit("default", &id, |connector| {
            connector.config.insert(key.clone(), other.clone());
        });
        assert!(changed, "{context}");
    }

    let plan = core.plan(&config, &mut instance).await;
    let plan = plan.unwrap_or_else(|said| panic!("{context}: {:?}", texts(&said)));
    assert_eq!(plan.action, Action::Update, "{context} becomes {other}");
    let path = format!("{}.{}", ty.block, field.name);
    let filled =
        ty.config.iter().filter(|one| one.is_filled_by_kibana() && written.fields.get(one.name).is_null());
    let mut beside: Vec<String> = filled.map(|one| format!("{}.{}", ty.block, one.name)).collect();
    if ty.deprecation_depends_on_config {
        beside.push("is_deprecated".to_owned());
    }
    let found = changes(core, &plan);
    let is_field = |one: &String| *one == path || one.starts_with(&format!("{path}."));
    assert!(found.iter().any(is_field), "{context} becomes {other}: {found:?}");
    let more: Vec<_> = found.iter().filter(|one| !is_field(one) && !beside.contains(one)).collect();
    assert!(more.is_empty(), "{context} becomes {other}: {more:?} changes too");

    let applied = core.apply(&config, &plan, &mut instance).await;
    applied.unwrap_or_else(|said| panic!("{context}: {:?}", texts(&said)));
    let repaired = core.kibana.get("default", &id).unwrap().config.get(&key).cloned();
    let null = |json: Option<Json>| json.unwrap_or(Json::Null);
    assert_eq!(null(repaired), null(stored), "{context}: Kibana does not hold what was there before");
    let plan = core.plan(&config, &mut instance).await.unwrap();
    assert_eq!(plan.action, Action::Nothing, "{context}: {:?}", changes(core, &plan));
    core.destroy(&mut instance).await.unwrap();
    core.kibana.clear_requests();
    Ok(())
}

/// The first random configuration with this property that Kibana takes, drifted; false where the type has
/// none.
async fn some_drifts(
    core: &Core,
    ty: &'static ConnectorType,
    field: &'static Field,
    is_written: bool,
    random: &mut Random,
) -> bool {
    let is_set = |written: &Written| match written.fields.get(field.name) {
        Value::List(items) => !items.is_empty(),
        value => !value.is_null(),
    };
    let mut refusals = Vec::new();
    for _ in 0..40 {
        let Some(written) = written(ty, random, |written| is_set(written) == is_written) else { continue };
        match drifts(core, &written, field, random).await {
            Ok(()) => return true,
            Err(refusal) => refusals.push(refusal),
        }
    }
    refusals.truncate(2);
    assert!(!is_written, "{}.{} could not be tried: {refusals:?}", ty.block, field.name);
    false
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_field_that_is_written_drifts_alone() {
    let core = Core::new(Release::Newest).await;
    for (number, ty) in TYPES.iter().enumerate() {
        for (at, field) in ty.config.iter().enumerate() {
            let mut random = Random::new((number * 100 + at) as u64);
            some_drifts(&core, ty, field, true, &mut random).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_field_that_is_left_out_drifts_alone() {
    let core = Core::new(Release::Newest).await;
    let mut always_written = Vec::new();
    for (number, ty) in TYPES.iter().enumerate() {
        for (at, field) in ty.config.iter().enumerate().filter(|(_, field)| !field.required) {
            let mut random = Random::new((10_000 + number * 100 + at) as u64);
            if !some_drifts(&core, ty, field, false, &mut random).await {
                always_written.push(format!("{}.{}", ty.block, field.name));
            }
        }
    }
    assert!(always_written.is_empty(), "these are never left out: {always_written:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn secrets_never_drift() {
    let core = Core::new(Release::Newest).await;
    for (number, ty) in TYPES.iter().enumerate().filter(|(_, ty)| !ty.secrets.is_empty()) {
        let mut random = Random::new(20_000 + number as u64);
        let mut instance = Instance::none();
        for _ in 0..40 {
            let next = written(ty, &mut random, |written| !written.secrets.is_null()).unwrap();
            let config = next.config(&core.block);
            if core.run(&config, &mut instance).await.is_err() {
                continue;
            }
            let id = instance.id().to_owned();
            core.kibana.edit("default", &id, |connector| {
                connector.secrets.values_mut().for_each(|secret| *secret = json!("somebody else's"));
            });
            let plan = core.plan(&config, &mut instance).await.unwrap();
            assert_eq!(plan.action, Action::Nothing, "{}: {:?}", ty.block, changes(&core, &plan));
            break;
        }
        assert!(!instance.state.is_null(), "{} could not be tried", ty.block);
    }
}
