//! JSON numbers as JavaScript has them: Kibana reads every number as a double and writes it back.
//!
//! So `1025.0` is stored as `1025`, and both count as the same value.

use serde_json::{Number, Value};

/// The largest integer that a double holds exactly.
const EXACT: f64 = 9_007_199_254_740_991.0;

/// A double as JavaScript prints it; what is not finite becomes null.
pub(crate) fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() <= EXACT {
        #[allow(clippy::cast_possible_truncation, reason = "the range was just checked")]
        return Value::from(value as i64);
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// Rewrites every number as Kibana would.
pub(crate) fn through_javascript(value: &mut Value) {
    match value {
        Value::Number(given) => *value = given.as_f64().map_or(Value::Null, number),
        Value::Array(items) => items.iter_mut().for_each(through_javascript),
        Value::Object(object) => object.values_mut().for_each(through_javascript),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

/// Whether two values are the same to Kibana: numbers are compared by value.
pub(crate) fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_are_doubles() {
        let mut value: Value =
            serde_json::from_str(r#"{"a":1025.0,"b":[0.50,-0.0,1e3],"c":9007199254740993}"#).unwrap();
        through_javascript(&mut value);
        assert_eq!(value, json!({"a": 1025, "b": [0.5, 0, 1000], "c": 9_007_199_254_740_992.0}));
        assert!(same(&json!(1025), &serde_json::from_str("1025.0").unwrap()));
    }
}
