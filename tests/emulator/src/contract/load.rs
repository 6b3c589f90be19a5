//! Reads the contract files and resolves them for one release.
//!
//! Anything in a list or under a key may say `since` or `until` a version and is left out elsewhere; an
//! object may say `changes`, each with a version, which `set` or `drop` its keys. What comes out is `shape`'s
//! words.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use super::Object;
use super::shape::{ConnectorType, Field, Kind, Shape};
use super::specs;
use crate::options::Release;

/// The files, in the order in which Kibana lists the types.
const FILES: &[&str] = &[
    include_str!("../../types/email.json"),
    include_str!("../../types/index.json"),
    include_str!("../../types/pagerduty.json"),
    include_str!("../../types/server_log.json"),
    include_str!("../../types/slack.json"),
    include_str!("../../types/slack_api.json"),
    include_str!("../../types/webhook.json"),
    include_str!("../../types/cases_webhook.json"),
    include_str!("../../types/xmatters.json"),
    include_str!("../../types/servicenow.json"),
    include_str!("../../types/servicenow_sir.json"),
    include_str!("../../types/servicenow_itom.json"),
    include_str!("../../types/jira.json"),
    include_str!("../../types/jira_service_management.json"),
    include_str!("../../types/resilient.json"),
    include_str!("../../types/swimlane.json"),
    include_str!("../../types/teams.json"),
    include_str!("../../types/torq.json"),
    include_str!("../../types/opsgenie.json"),
    include_str!("../../types/tines.json"),
    include_str!("../../types/gen_ai.json"),
    include_str!("../../types/bedrock.json"),
    include_str!("../../types/gemini.json"),
    include_str!("../../types/inference.json"),
    include_str!("../../types/d3security.json"),
    include_str!("../../types/sentinelone.json"),
    include_str!("../../types/crowdstrike.json"),
    include_str!("../../types/microsoft_defender_endpoint.json"),
    include_str!("../../types/thehive.json"),
    include_str!("../../types/xsoar.json"),
    include_str!("../../types/mcp.json"),
    include_str!("../../types/http.json"),
];

const SPECS: &str = include_str!("../../types/specs.json");

/// What the invented release adds to every stored config.
pub(crate) const FUTURE_KEY: &str = "futureSetting";

static OLD: LazyLock<Vec<ConnectorType>> = LazyLock::new(|| load(Release::Old));
static CURRENT: LazyLock<Vec<ConnectorType>> = LazyLock::new(|| load(Release::Current));
static NEWEST: LazyLock<Vec<ConnectorType>> = LazyLock::new(|| load(Release::Newest));
static FUTURE: LazyLock<Vec<ConnectorType>> = LazyLock::new(|| load(Release::Future));

/// The types of a release, in the order of registration.
pub(crate) fn types(release: Release) -> &'static [ConnectorType] {
    match release {
        Release::Old => &OLD,
        Release::Current => &CURRENT,
        Release::Newest => &NEWEST,
        Release::Future => &FUTURE,
    }
}

fn load(release: Release) -> Vec<ConnectorType> {
    // The files are compiled in and every release of them is read by a test, so reading cannot fail later.
    let read = |text: &str| serde_json::from_str::<Value>(text).expect("contract files are JSON");
    let mut raw: Vec<Value> = FILES.iter().map(|text| read(text)).collect();
    raw.extend(specs::expand(&read(SPECS)));
    let version = release.version();
    raw.into_iter()
        .filter(|kind| applies(kind, version))
        .map(|kind| {
            let kind = resolve(kind, version);
            let id = kind["id"].to_string();
            let mut kind: ConnectorType =
                serde_json::from_value(kind).unwrap_or_else(|error| panic!("contract of {id}: {error}"));
            if release == Release::Future {
                add_future_key(&mut kind.config);
            }
            kind
        })
        .collect()
}

fn add_future_key(shape: &mut Shape) {
    for choice in shape.shapes.values_mut() {
        add_future_key(choice);
    }
    if shape.choose_by.is_none() {
        let field = Map::from_iter([
            ("key".to_owned(), Value::from(FUTURE_KEY)),
            ("kind".to_owned(), Value::from("text")),
            ("default".to_owned(), Value::from("automatic")),
        ]);
        let field: Field = serde_json::from_value(Value::Object(field)).expect("a field of known words");
        debug_assert_eq!(field.kind, Kind::Text);
        shape.fields.push(field);
    }
}

/// Whether an object's `since` and `until` include the version.
pub(super) fn applies(value: &Value, version: (u32, u32)) -> bool {
    let bound = |key| value.get(key).and_then(Value::as_str).and_then(parse_version);
    bound("since").is_none_or(|since| since <= version) && bound("until").is_none_or(|until| version < until)
}

fn parse_version(text: &str) -> Option<(u32, u32)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn resolve(value: Value, version: (u32, u32)) -> Value {
    match value {
        Value::Array(items) => Value::Array(
            items
                .into_iter()
                .filter(|item| applies(item, version))
                .map(|item| resolve(item, version))
                .collect(),
        ),
        Value::Object(object) => Value::Object(resolve_object(object, version)),
        other => other,
    }
}

fn resolve_object(mut object: Object, version: (u32, u32)) -> Object {
    let changes = object.remove("changes");
    for change in changes.as_ref().and_then(Value::as_array).into_iter().flatten() {
        if !applies(change, version) {
            continue;
        }
        for key in
            change.get("drop").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
        {
            object.remove(key);
        }
        for (key, value) in change.get("set").and_then(Value::as_object).into_iter().flatten() {
            object.insert(key.clone(), value.clone());
        }
    }
    object.remove("since");
    object.remove("until");
    object
        .into_iter()
        .filter_map(|(key, value)| {
            // Values of the connector itself, not words of the contract.
            let data = matches!(key.as_str(), "default" | "value" | "is" | "smallest");
            match data {
                true => Some((key, value)),
                false => applies(&value, version).then(|| (key, resolve(value, version))),
            }
        })
        .collect()
}
