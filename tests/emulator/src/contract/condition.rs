//! Conditions of rules and defaults, judged on a config and secrets.

use serde_json::Value;

use super::Object;
use super::shape::Condition;
use crate::json;

/// Whether the condition holds.
pub(crate) fn holds(condition: &Condition, config: &Object, secrets: &Object) -> bool {
    if !condition.any.is_empty() {
        return condition.any.iter().any(|one| holds(one, config, secrets));
    }
    if condition.field == "secrets" {
        return condition.present.is_none_or(|present| present != secrets.is_empty());
    }
    let value = lookup(&condition.field, config, secrets);
    let value_or_null = value.unwrap_or(&Value::Null);
    condition.is.as_ref().is_none_or(|is| json::same(is, value_or_null))
        && condition
            .not_one_of
            .as_ref()
            .is_none_or(|list| !list.iter().any(|one| json::same(one, value_or_null)))
        && condition.present.is_none_or(|present| present == truthy(value_or_null))
}

fn lookup<'a>(field: &str, config: &'a Object, secrets: &'a Object) -> Option<&'a Value> {
    let (part, key) = field.split_once('.')?;
    if part == "config" { config.get(key) } else { secrets.get(key) }
}

/// As JavaScript sees it.
pub(crate) fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(flag) => *flag,
        Value::Number(number) => number.as_f64().is_some_and(|number| number != 0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(_) | Value::Object(_) => true,
    }
}
