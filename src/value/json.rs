//! Values as JSON and back: what the catalog sends to Kibana and reads from it.
//!
//! Numbers keep every digit on the way. Unlike `wire`'s JSON state this knows no schema: what comes from JSON
//! gets the type its JSON has, as a dynamic attribute needs it.

use serde_json::Value as Json;

use super::{Number, Type, Value};

/// The JSON of a value; none when some part of it is not known yet. Secrets are written out.
#[must_use]
pub fn to_json(value: &Value) -> Option<Json> {
    Some(match value {
        Value::Null => Json::Null,
        Value::Unknown(_) => return None,
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Number(number) => Json::Number(number.to_string().parse().ok()?),
        Value::Text(text) => Json::String(text.clone()),
        Value::Secret(secret) => Json::String(secret.expose().to_owned()),
        Value::List(items) => Json::Array(items.iter().map(to_json).collect::<Option<_>>()?),
        Value::Map(entries) => Json::Object(
            entries
                .iter()
                .map(|(name, entry)| Some((name.clone(), to_json(entry)?)))
                .collect::<Option<_>>()?,
        ),
        Value::Dynamic(typed) => to_json(&typed.1)?,
    })
}

/// The value of some JSON and its type: an object becomes an object, an array a tuple, null a null of no
/// type.
///
/// A number whose exponent no `Number` can hold stays text, so that this cannot fail.
#[must_use]
pub fn from_json(json: &Json) -> (Type, Value) {
    match json {
        Json::Null => (Type::Dynamic, Value::Null),
        Json::Bool(flag) => (Type::Bool, Value::Bool(*flag)),
        Json::Number(number) => {
            let digits = number.to_string();
            match Number::parse(&digits) {
                Some(number) => (Type::Number, Value::Number(number)),
                None => (Type::Text, Value::Text(digits)),
            }
        }
        Json::String(text) => (Type::Text, Value::Text(text.clone())),
        Json::Array(items) => {
            let (types, values) = items.iter().map(from_json).unzip();
            (Type::Tuple(types), Value::List(values))
        }
        Json::Object(entries) => {
            let (types, values) = entries
                .iter()
                .map(|(name, entry)| {
                    let (ty, value) = from_json(entry);
                    ((name.clone(), ty), (name.clone(), value))
                })
                .unzip();
            (Type::Object(types), Value::Map(values))
        }
    }
}

/// The same JSON with every number as short as the 64-bit float that it is to Kibana.
#[must_use]
pub fn shortened(json: Json) -> Json {
    match json {
        Json::Number(number) => {
            let short =
                Number::parse(&number.to_string()).and_then(|n| n.shortened().to_string().parse().ok());
            Json::Number(short.unwrap_or(number))
        }
        Json::Array(items) => Json::Array(items.into_iter().map(shortened).collect()),
        Json::Object(entries) => {
            Json::Object(entries.into_iter().map(|(key, entry)| (key, shortened(entry))).collect())
        }
        plain @ (Json::Null | Json::Bool(_) | Json::String(_)) => plain,
    }
}

/// The same JSON without the entries that are null, in objects at any depth. An item of an array keeps its
/// place.
#[must_use]
pub fn without_nulls(json: Json) -> Json {
    match json {
        Json::Object(entries) => {
            let there = entries.into_iter().filter(|(_, entry)| !entry.is_null());
            Json::Object(there.map(|(key, entry)| (key, without_nulls(entry))).collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(without_nulls).collect()),
        json @ (Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_)) => json,
    }
}

/// Whether two JSON values are equal: numbers as 64-bit floats, text after Unicode NFC, keys in any order.
#[must_use]
pub fn equal(a: &Json, b: &Json) -> bool {
    from_json(a).1.means(&from_json(b).1)
}

/// Whether two texts hold the same JSON. A text that is not JSON, such as a template with placeholders, is
/// equal to none.
#[must_use]
pub fn equal_texts(a: Option<&str>, b: Option<&str>) -> bool {
    let parse = |text: Option<&str>| serde_json::from_str::<Json>(text?).ok();
    parse(a).zip(parse(b)).is_some_and(|(a, b)| equal(&a, &b))
}

/// Whether two known values are equal as JSON in which an entry that is null is the same as none. No value at
/// all is equal to none but itself.
#[must_use]
pub fn equal_but_for_nulls(a: &Value, b: &Value) -> bool {
    if a.is_null() || b.is_null() {
        return a.is_null() && b.is_null();
    }
    let (a, b) = (to_json(a).map(without_nulls), to_json(b).map(without_nulls));
    a.zip(b).is_some_and(|(a, b)| equal(&a, &b))
}

#[cfg(test)]
mod tests {
    use super::{equal, equal_texts, from_json, shortened, to_json, without_nulls};
    use crate::value::{Secret, Type, Value};

    fn parse(text: &str) -> serde_json::Value {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn json_survives_a_value() {
        for text in [
            "null",
            "true",
            "0.1",
            "123456789012345678901234567890.5",
            r#"{"a":[1,"x",null,{"b":false}],"c":{}}"#,
        ] {
            let (_, value) = from_json(&parse(text));
            assert_eq!(to_json(&value).unwrap().to_string(), text);
        }
    }

    #[test]
    fn json_gets_the_type_it_has() {
        let (ty, _) = from_json(&parse(r#"{"a":[1,"x",null]}"#));
        assert_eq!(ty.to_json().to_string(), r#"["object",{"a":["tuple",["number","string","dynamic"]]}]"#);
    }

    #[test]
    fn a_number_nobody_can_hold_stays_text() {
        let digits = "1e99999999999999999999";
        let json = parse(digits);
        let text = json.to_string();
        assert_eq!(from_json(&json), (Type::Text, Value::Text(text)));
    }

    #[test]
    fn json_is_equal_by_what_it_means() {
        assert!(equal(&parse(r#"{"a":1.0,"b":"e\u0301"}"#), &parse(r#"{"b":"é","a":1}"#)));
        assert!(!equal(&parse("[1,2]"), &parse("[2,1]")));
        assert!(equal(&parse("[0.01]"), &parse("[0.01000000000000000000000001]")));
    }

    #[test]
    fn only_texts_that_are_json_are_equal_by_what_they_mean() {
        assert!(equal_texts(Some(r#"{"a": 1, "b": []}"#), Some(r#"{"b":[],"a":1.0}"#)));
        for (a, b) in [(Some("{}"), Some("[]")), (Some("{"), Some("{")), (Some("{}"), None)] {
            assert!(!equal_texts(a, b), "{a:?} {b:?}");
        }
    }

    #[test]
    fn numbers_are_shortened_at_any_depth() {
        let long = parse(r#"{"a":[0.01000000000000000000000001,"0.01000000000000000000000001"]}"#);
        assert_eq!(shortened(long).to_string(), r#"{"a":[0.01,"0.01000000000000000000000001"]}"#);
    }

    #[test]
    fn entries_that_are_null_go_at_any_depth_and_items_stay() {
        let nulls = parse(r#"{"a":null,"b":[{"c":null,"d":1},null],"e":{"f":null}}"#);
        assert_eq!(without_nulls(nulls).to_string(), r#"{"b":[{"d":1},null],"e":{}}"#);
    }

    #[test]
    fn what_is_not_known_has_no_json() {
        let list = Value::List(vec![Value::Bool(true), Value::unknown()]);
        assert_eq!(to_json(&list), None);
    }

    #[test]
    fn secrets_and_dynamic_values_are_written_out() {
        let value = Value::object([
            ("secret", Value::Secret(Secret::new("s"))),
            ("dynamic", Value::dynamic(Type::Text, Value::text("d"))),
        ]);
        assert_eq!(to_json(&value).unwrap().to_string(), r#"{"dynamic":"d","secret":"s"}"#);
    }
}
