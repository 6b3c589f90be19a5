//! The state of `elasticstack_kibana_action_connector`: of schema version 0, which its older releases wrote,
//! and 1.
//!
//! Config and secrets are texts of JSON in it. The move leaves the state as an import and a first apply of
//! the same connector would: the block that fits with our defaults filled in, and the secrets that were kept
//! there.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};

use super::{Meaning, fitting, refused};
use crate::diag::Diagnostics;
use crate::offer::Served;
use crate::resources::Outcome;
use crate::resources::connector::Connector;
use crate::resources::connector::block::TypeBlock;
use crate::resources::connector::memory::{Import, Memory};
use crate::resources::connector::secrets::SECRETS_WO_VERSION;
use crate::value::{Number, Path, Value};

/// Its resource type.
pub(super) const TYPE_NAME: &str = "elasticstack_kibana_action_connector";

/// Its provider, in whichever registry.
pub(super) const PROVIDER: &str = "elastic/elasticstack";

/// Keys that its provider adds to a config for itself.
const OWN_KEYS: [&str; 2] = ["__tf_provider_context", "__tf_provider_connector_type_id"];

/// The newest schema version that is known here.
const NEWEST: i64 = 1;

/// The last part of our own address, in whichever registry and namespace.
const OURS: &str = "/kibana";

/// Whether this resource type wrote the state.
///
/// Once one instance of a resource is moved, Terraform says of the others that they are ours, too.
pub(super) fn wrote(provider: &str, type_name: &str) -> bool {
    let from_there = provider == PROVIDER || provider.ends_with(&format!("/{PROVIDER}"));
    (from_there || provider.ends_with(OURS)) && type_name == TYPE_NAME
}

pub(super) fn take_over(connector: &Connector, version: i64, json: &Json) -> Outcome {
    let text = |name: &str| json[name].as_str().filter(|text| !text.is_empty());
    if version > NEWEST {
        return refused(format!(
            "The state of this {TYPE_NAME} has schema version {version}; this provider knows versions up to {NEWEST}. Upgrade this \
             provider, or import the connector by its ID."
        ));
    }
    let (Some(type_id), Some(name), Some((space_id, id))) =
        (text("connector_type_id"), text("name"), address(json))
    else {
        return refused(format!(
            "The state of this {TYPE_NAME} lacks the ID, the name or the type of its connector. Apply it with its own provider \
             first, or import the connector by its ID."
        ));
    };
    let (Some(mut config), Some(secrets)) = (object(&json["config"]), object(&json["secrets"])) else {
        return refused(format!(
            "The config or the secrets in the state of this {TYPE_NAME} are not the JSON text of an object. Import the connector \
             by its ID instead."
        ));
    };
    OWN_KEYS.iter().for_each(|key| drop(config.remove(*key)));
    let meaning = Meaning { config, may_lack: BTreeSet::new(), secrets };
    let block = match fitting(connector, type_id, &meaning) {
        Ok(block) => block,
        Err(why) => return refused(why),
    };
    let mut memory = Memory { import: Import::Done, ..Memory::default() };
    let Some(value) = in_block(block, type_id, meaning, &mut memory) else {
        return refused(format!(
            "The config in the state of this {TYPE_NAME} does not have the shape that the block `{}` of {} gives it. Move it to \
             kibana_connector_custom.",
            block.name(),
            connector.type_name()
        ));
    };

    let mut state = connector.schema().block.empty_value();
    for (attribute, text) in
        [("id", id), ("space_id", space_id), ("name", name), ("connector_type_id", type_id)]
    {
        state.set(attribute, Value::text(text));
    }
    for flag in ["is_deprecated", "is_missing_secrets", "is_preconfigured", "is_system_action"] {
        state.set(flag, Value::Bool(json[flag].as_bool().unwrap_or_default()));
    }
    state.set(block.name(), value);
    let mut diagnostics = Diagnostics::new();
    state.set(SECRETS_WO_VERSION, secrets_version(&json[SECRETS_WO_VERSION], &mut diagnostics));
    if holds_something(&json["kibana_connection"]) {
        diagnostics.warning(
            Path::root(),
            "The connector has a connection of its own",
            format!(
                "This {TYPE_NAME} reached its Kibana through a `kibana_connection` block. Connections belong to the provider \
                 here: use a provider configuration, with an alias if need be, that points to the same Kibana."
            ),
        );
    }
    Outcome::stored(state, memory.encode(), diagnostics)
}

/// The block's value; none where the config has another shape.
fn in_block(block: &dyn TypeBlock, type_id: &str, meaning: Meaning, memory: &mut Memory) -> Option<Value> {
    // What our tables do not know is kept as after a read.
    memory.unknown = block.unknown_keys(&meaning.config);
    let config = block.known_keys(&meaning.config);
    block.restated(type_id, &Meaning { config, ..meaning }, None)
}

/// Space and ID. Its own ID is `SPACE/ID`, and the connector's alone stands in an attribute that may be
/// missing.
fn address(json: &Json) -> Option<(&str, &str)> {
    let (space, id) = json["id"].as_str().unwrap_or_default().rsplit_once('/').unwrap_or_default();
    let given = |name: &str, other| match json[name].as_str() {
        Some(text) if !text.is_empty() => text,
        _ => other,
    };
    let (space, id) = (given("space_id", space), given("connector_id", id));
    (!id.is_empty()).then_some((if space.is_empty() { "default" } else { space }, id))
}

/// The object in a text of JSON, without nulls; an empty one where there is no text, and none where it is no
/// object.
fn object(text: &Json) -> Option<Map<String, Json>> {
    let text = text.as_str().unwrap_or_default().trim();
    if text.is_empty() {
        return Some(Map::new());
    }
    match serde_json::from_str(text) {
        Ok(Json::Object(object)) => Some(object.into_iter().filter(|(_, json)| !json.is_null()).collect()),
        Ok(Json::Null) => Some(Map::new()),
        _ => None,
    }
}

/// The version of write-only secrets, which is a number here.
fn secrets_version(version: &Json, diagnostics: &mut Diagnostics) -> Value {
    let number = match version {
        Json::Number(number) => Number::parse(&number.to_string()),
        Json::String(text) => Number::parse(text),
        _ => None,
    };
    match number {
        Some(number) => Value::Number(number),
        None => {
            if holds_something(version) {
                diagnostics.warning(
                    Path::of(SECRETS_WO_VERSION),
                    "The version of the secrets is left out",
                    "`secrets_wo_version` is a number here, and the version in the state is not one. The next update sends the \
                     secrets from `secrets_wo`.",
                );
            }
            Value::Null
        }
    }
}

fn holds_something(json: &Json) -> bool {
    match json {
        Json::Null => false,
        Json::String(text) => !text.is_empty(),
        Json::Array(items) => !items.is_empty(),
        Json::Object(object) => !object.is_empty(),
        _ => true,
    }
}
