//! The same connector in another block: from `custom` to the block of its type, and back.
//!
//! A connector keeps its type for life, so only such a change leaves it what it is. The prior state is seen as if it had
//! been written in the new block; where that means the same, nothing is sent.

use super::Connector;
use super::form::Form;
use crate::catalog::codec;
use crate::catalog::vocabulary::ConnectorType;
use crate::value::json::equal;
use crate::value::{Secret, Value};
use serde_json::{Map, Value as Json};

/// The prior state as if its connector had been written in the block of `form`; none where it was, or where the blocks
/// stand for different connectors. A block that cannot mean the same is absent from it.
pub(super) fn prior_in(connector: &Connector, form: Form, prior: &Value, config: &Value) -> Option<Value> {
    let old = connector.form(prior).ok().filter(|old| old.block() != form.block())?;
    let (old_block, written) = (prior.get(old.block()), config.get(form.block()));
    let type_id = prior.get("connector_type_id").as_str()?;
    let new_block = match (old, form) {
        (Form::Custom, Form::Typed(ty)) if ty.kibana_id == type_id => {
            from_custom(ty, &old.config(old_block, old_block), &old.secrets(old_block), written)
        }
        (Form::Typed(ty), Form::Custom) if ty.kibana_id == type_id => {
            to_custom(ty, old_block, &old.secrets(old_block), written)
        }
        // Blocks that share a type, such as those of `.gen-ai`, say different things about it.
        (Form::Typed(old), Form::Typed(new)) if old.kibana_id == new.kibana_id => Value::Null,
        _ => return None,
    };
    let mut converted = prior.clone();
    converted.set(old.block(), Value::Null);
    converted.set(form.block(), new_block);
    Some(converted)
}

fn from_custom(
    ty: &'static ConnectorType,
    config: &Map<String, Json>,
    secrets: &Map<String, Json>,
    written: &Value,
) -> Value {
    let (mut block, misfits) = codec::decode(ty.config, config);
    // What was written and no longer is, Kibana has to choose again.
    let left_to_kibana = ty.config.iter().any(|field| {
        let fills = field.is_filled_by_kibana();
        fills && written.get(field.name).is_null() && config.contains_key(&field.json_key())
    });
    if !misfits.is_empty()
        || !ty.has_fixed_keys(config)
        || left_to_kibana
        || ty.unknown_keys(config).next().is_some()
    {
        return Value::Null;
    }
    if !ty.secrets.is_empty() {
        let kept = (!secrets.is_empty()).then(|| codec::decode(ty.secrets, secrets).0.into_secret());
        block.set("secrets", kept.unwrap_or(Value::Null));
    }
    block
}

fn to_custom(ty: &ConnectorType, block: &Value, secrets: &Map<String, Json>, written: &Value) -> Value {
    let json = |text: &Value| match text.as_str().map(serde_json::from_str) {
        Some(Ok(Json::Object(object))) => object,
        _ => Map::new(),
    };
    let new_config = json(written.get("config_json"));
    let same_fields = ty.config.iter().all(|field| match new_config.get(&field.json_key()) {
        Some(json) => codec::same(field, block.get(field.name), json),
        None => field.is_filled_by_kibana() || codec::same(field, block.get(field.name), &Json::Null),
    });
    let is_fixed =
        ty.fixed.iter().all(|(key, text)| new_config.get(*key).and_then(Json::as_str) == Some(text));
    if !same_fields || !is_fixed || ty.unknown_keys(&new_config).next().is_some() {
        return Value::Null;
    }
    let new_secrets = json(written.get("secrets_json"));
    let kept = if equal(&Json::Object(new_secrets), &Json::Object(secrets.clone())) {
        written.get("secrets_json").clone()
    } else {
        Value::Secret(Secret::new(Json::Object(secrets.clone()).to_string()))
    };
    Value::object([
        ("connector_type_id", Value::text(ty.kibana_id)),
        ("config_json", written.get("config_json").clone()),
        ("secrets_json", kept),
    ])
}
