//! What Terraform's core works out by itself before it asks a provider: the configuration under
//! `ignore_changes`, the proposed value, and the JSON of a state file.

use terraform_provider_kibana::schema::{Block, Nesting};
use terraform_provider_kibana::value::json::to_json;
use terraform_provider_kibana::value::{Type, Value};

/// Puts the prior value at a path of the configuration, where both have what is on the way to it.
pub(crate) fn ignore(config: &mut Value, prior: &Value, path: &[&'static str]) {
    let Some((name, rest)) = path.split_first() else { return };
    let has = |value: &Value| value.as_map().is_some_and(|entries| entries.contains_key(*name));
    if !has(config) || !has(prior) {
        return;
    }
    let mut inner = config.get(name).clone();
    match rest {
        [] => inner = prior.get(name).clone(),
        rest => ignore(&mut inner, prior.get(name), rest),
    }
    config.set(name, inner);
}

/// What Terraform proposes: the configuration, with prior values where it leaves something to the provider.
pub(crate) fn proposed(block: &Block, prior: &Value, config: &Value) -> Value {
    if config.as_map().is_none() {
        return config.clone();
    }
    let mut value = config.clone();
    for attribute in &block.attributes {
        let prior = prior.get(&attribute.name);
        if attribute.presence.is_computed() && config.get(&attribute.name).is_null() {
            value.set(&attribute.name, prior.clone());
        }
    }
    for nested in &block.blocks {
        let (prior, config) = (prior.get(&nested.name), config.get(&nested.name));
        let proposal = match (nested.nesting, config) {
            (Nesting::List { .. }, Value::List(items)) => {
                let priors = prior.as_list().unwrap_or_default();
                let items = items.iter().enumerate();
                Value::List(
                    items
                        .map(|(at, item)| {
                            proposed(&nested.block, priors.get(at).unwrap_or(&Value::Null), item)
                        })
                        .collect(),
                )
            }
            _ => proposed(&nested.block, prior, config),
        };
        value.set(&nested.name, proposal);
    }
    value
}

/// State as Terraform writes it into its file: dynamic values with their type beside them.
pub(crate) fn state_json(block: &Block, state: &Value) -> serde_json::Value {
    if state.is_null() {
        return serde_json::Value::Null;
    }
    let mut object = serde_json::Map::new();
    for attribute in &block.attributes {
        let value = state.get(&attribute.name);
        let json = to_json(value).unwrap();
        let json = match (&attribute.ty, value) {
            (Type::Dynamic, Value::Dynamic(typed)) => {
                serde_json::json!({"type": typed.0.to_json(), "value": json})
            }
            _ => json,
        };
        object.insert(attribute.name.clone(), json);
    }
    for nested in &block.blocks {
        let json = match state.get(&nested.name) {
            Value::List(items) => items.iter().map(|item| state_json(&nested.block, item)).collect(),
            value => state_json(&nested.block, value),
        };
        object.insert(nested.name.clone(), json);
    }
    serde_json::Value::Object(object)
}
