//! Between a connector's table, its block in HCL and Kibana's JSON.
//!
//! `encode` writes what is sent, `decode` reads what came back, `same` says whether an answer means what the
//! state holds. The way back from JSON to names goes through the table, never by reversing the naming rule.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json};

use super::blank::is_blank;
use super::vocabulary::{Content, Field, Kind, LeftOut};
use crate::value::json::{self, from_json};
use crate::value::{Number, Type, Value};

/// The JSON of a block's fields as sent to Kibana: what is planned and known, but not what is merely the
/// default planned for a field that the configuration leaves out.
///
/// `planned` decides, since `ignore_changes` shows only there; `config` tells a default from a written value.
pub fn encode(fields: &[Field], planned: &Value, config: &Value) -> Map<String, Json> {
    let mut object = Map::new();
    for field in fields {
        let (value, written) = (planned.get(field.name), config.get(field.name));
        let merely_default =
            written.is_null() && default_of(field).is_some_and(|default| default.means(value));
        if merely_default {
            continue;
        }
        if let Some(json) = encode_field(field, value, written) {
            object.insert(field.json_key(), json);
        }
    }
    object
}

fn encode_field(field: &Field, value: &Value, written: &Value) -> Option<Json> {
    match field.kind {
        Kind::Object(inner) => value.as_map().map(|_| Json::Object(encode(inner, value, written))),
        Kind::Objects(inner, _) => {
            let items = value.as_list().filter(|items| !items.is_empty())?;
            let written = written.as_list().unwrap_or_default();
            let encoded = items.iter().enumerate().map(|(position, item)| {
                Json::Object(encode(inner, item, written.get(position).unwrap_or(&Value::Null)))
            });
            Some(Json::Array(encoded.collect()))
        }
        Kind::AnyObject => json::to_json(value).filter(|json| !json.is_null()).map(free_form),
        Kind::Text(_) | Kind::Number(_) | Kind::Flag | Kind::TextMap(_) => {
            if value.is_null() {
                None
            } else {
                json::to_json(value).map(json::shortened)
            }
        }
    }
}

/// A field of an answer that does not have the shape its table says.
#[derive(Debug, PartialEq, Eq)]
pub struct Misfit {
    /// Its name in HCL.
    pub field: &'static str,
}

/// The block's value for a JSON object from Kibana. A field that Kibana leaves out, or answers with null,
/// holds its default, or null where it has none; so does a field of the wrong shape, which is reported.
pub fn decode(fields: &'static [Field], object: &Map<String, Json>) -> (Value, Vec<Misfit>) {
    let mut misfits = Vec::new();
    let mut entries = BTreeMap::new();
    for field in fields {
        let json = object.get(&field.json_key()).unwrap_or(&Json::Null);
        let value = decode_field(field, json).unwrap_or_else(|| {
            misfits.push(Misfit { field: field.name });
            default_of(field).unwrap_or_else(|| absent(field))
        });
        entries.insert(field.name.to_owned(), value);
    }
    (Value::Map(entries), misfits)
}

/// A block in which no field has a value.
#[cfg(test)]
pub(super) fn empty(fields: &[Field]) -> Value {
    Value::Map(fields.iter().map(|field| (field.name.to_owned(), absent(field))).collect())
}

/// The value for one field's JSON; none where it has the wrong shape.
///
/// Blank text reads as absent: Kibana 8.4 and later refuse it, but what an older one stored is still there.
pub fn decode_field(field: &Field, json: &Json) -> Option<Value> {
    if is_absent(json) {
        return Some(default_of(field).unwrap_or_else(|| absent(field)));
    }
    match field.kind {
        Kind::Text(_) => json.as_str().map(Value::text),
        Kind::Flag => json.as_bool().map(Value::Bool),
        Kind::Number(_) => match json {
            Json::Number(number) => {
                Number::parse(&number.to_string()).map(|number| Value::Number(number.shortened()))
            }
            // Kibana converts such texts itself when it saves; one that an old release stored is still a
            // number.
            Json::String(text) => Number::parse(text).map(Value::Number),
            _ => None,
        },
        Kind::TextMap(_) => {
            let texts = json.as_object()?.iter().filter(|(_, text)| !is_absent(text) || text.is_null());
            let texts = texts.map(|(key, text)| Some((key.clone(), Value::text(text.as_str()?))));
            texts.collect::<Option<BTreeMap<_, _>>>().map(Value::Map)
        }
        Kind::AnyObject => json.is_object().then(|| {
            let (ty, value) = from_json(&free_form(without_blank(json)));
            Value::dynamic(ty, value)
        }),
        Kind::Object(inner) => {
            let (value, misfits) = decode(inner, json.as_object()?);
            misfits.is_empty().then_some(value)
        }
        Kind::Objects(inner, _) => {
            let decoded = json.as_array()?.iter().map(|item| {
                let (value, misfits) = decode(inner, item.as_object()?);
                misfits.is_empty().then_some(value)
            });
            decoded.collect::<Option<Vec<_>>>().map(Value::List)
        }
    }
}

/// Whether JSON from Kibana says nothing: null, a blank text, or a map of nothing but blank texts.
fn is_absent(json: &Json) -> bool {
    let is_blank_text = |json: &Json| json.as_str().is_some_and(is_blank);
    match json {
        Json::Null => true,
        Json::Object(entries) => !entries.is_empty() && entries.values().all(is_blank_text),
        json => is_blank_text(json),
    }
}

/// A free-form object as it is sent and compared: a null is the same as leaving the key out, and numbers are
/// as short as Kibana keeps them.
fn free_form(json: Json) -> Json {
    json::shortened(json::without_nulls(json))
}

/// The same JSON without the entries and items that are blank text.
#[must_use]
pub fn without_blank(json: &Json) -> Json {
    let is_kept = |json: &&Json| !json.as_str().is_some_and(is_blank);
    match json {
        Json::Array(items) => Json::Array(items.iter().filter(is_kept).map(without_blank).collect()),
        Json::Object(entries) => Json::Object(
            entries
                .iter()
                .filter(|(_, entry)| is_kept(entry))
                .map(|(key, entry)| (key.clone(), without_blank(entry)))
                .collect(),
        ),
        json => json.clone(),
    }
}

/// Whether an answer's JSON for one field means what the state holds for it.
pub fn same(field: &Field, state: &Value, answer: &Json) -> bool {
    decode_field(field, answer).is_some_and(|value| equal(field, state, &value))
}

/// Whether two values of one field are the same to Kibana: null and the default are one in each nested field,
/// and so are two texts of the same JSON where the field holds JSON.
pub fn equal(field: &Field, a: &Value, b: &Value) -> bool {
    match field.kind {
        Kind::Object(inner) => match (a.as_map(), b.as_map()) {
            (Some(_), Some(_)) => all_equal(inner, a, b),
            _ => a.is_null() && b.is_null(),
        },
        Kind::Objects(inner, _) => {
            let (a, b) = (a.as_list().unwrap_or_default(), b.as_list().unwrap_or_default());
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| all_equal(inner, a, b))
        }
        Kind::Text(Content::Json | Content::JsonObject) => {
            a.means(b) || json::equal_texts(a.as_str(), b.as_str())
        }
        Kind::AnyObject if a.is_wholly_known() && b.is_wholly_known() => {
            let free =
                |value: &Value| encode_field(field, value, value).or(default_of(field).map(|d| to_json(&d)));
            match (free(a), free(b)) {
                (Some(a), Some(b)) => json::equal(&a, &b),
                (a, b) => a == b,
            }
        }
        Kind::Text(_) | Kind::Number(_) | Kind::Flag | Kind::TextMap(_) | Kind::AnyObject => {
            let default = default_of(field);
            let filled = |value: &Value| match &default {
                Some(default) if value.is_null() => default.clone(),
                _ => value.clone(),
            };
            filled(a).means(&filled(b))
        }
    }
}

fn all_equal(fields: &[Field], a: &Value, b: &Value) -> bool {
    fields.iter().all(|field| equal(field, a.get(field.name), b.get(field.name)))
}

/// The JSON of a known value; null for one that is not.
pub fn to_json(value: &Value) -> Json {
    json::to_json(value).unwrap_or(Json::Null)
}

/// The value that an absent field stands for in HCL; none where it is Kibana's affair or nothing.
pub fn default_of(field: &Field) -> Option<Value> {
    match field.left_out {
        LeftOut::Nothing | LeftOut::KibanaFills => None,
        LeftOut::Text(text) => Some(Value::text(text)),
        LeftOut::Flag(flag) => Some(Value::Bool(flag)),
        LeftOut::EmptyObject => {
            Some(Value::dynamic(Type::Object(BTreeMap::new()), Value::Map(BTreeMap::new())))
        }
    }
}

fn absent(field: &Field) -> Value {
    match field.kind {
        Kind::Objects(..) => Value::List(Vec::new()),
        Kind::Text(_)
        | Kind::Number(_)
        | Kind::Flag
        | Kind::TextMap(_)
        | Kind::AnyObject
        | Kind::Object(_) => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::vocabulary::*;
    use super::*;

    const INNER: &[Field] = &[text("id").required(), text("label").default_text("none")];
    const FIELDS: &[Field] = &[
        text("api_url").required(),
        text("method").default_text("post"),
        flag("has_auth").default_flag(true),
        text("mode").kibana_fills(),
        number("port"),
        text_map("headers"),
        object("mapping", INNER),
        objects("channels", INNER),
        any_object("extra").default_empty_object(),
    ];

    fn block(entries: &[(&str, Value)]) -> Value {
        let mut value = empty(FIELDS);
        for (name, entry) in entries {
            value.set(name, entry.clone());
        }
        value
    }

    fn number_value(text: &str) -> Value {
        Value::Number(Number::parse(text).expect("a number"))
    }

    #[test]
    fn only_what_was_written_is_sent() {
        let config = block(&[("api_url", Value::text("https://a.example")), ("port", number_value("587"))]);
        let mut planned = config.clone();
        planned.set("method", Value::text("post"));
        planned.set("has_auth", Value::Bool(true));
        planned.set("mode", Value::unknown());
        let sent = encode(FIELDS, &planned, &config);
        assert_eq!(Json::Object(sent), json!({"apiUrl": "https://a.example", "port": 587}));
    }

    #[test]
    fn a_default_that_was_written_is_sent() {
        let config = block(&[("method", Value::text("post"))]);
        assert_eq!(Json::Object(encode(FIELDS, &config, &config)), json!({"method": "post"}));
    }

    #[test]
    fn an_ignored_change_is_sent_as_planned() {
        let config = block(&[("method", Value::text("put")), ("port", number_value("25"))]);
        let planned = block(&[("method", Value::text("post")), ("port", number_value("587"))]);
        assert_eq!(Json::Object(encode(FIELDS, &planned, &config)), json!({"method": "post", "port": 587}));
    }

    #[test]
    fn absent_null_and_default_read_the_same() {
        let (absent, _) = decode(FIELDS, &Map::new());
        let nulls =
            json!({"method": null, "hasAuth": null, "headers": null, "extra": null, "channels": null});
        let (nulls, _) = decode(FIELDS, nulls.as_object().expect("an object"));
        let defaults = json!({"method": "post", "hasAuth": true, "extra": {}, "channels": []});
        let (defaults, misfits) = decode(FIELDS, defaults.as_object().expect("an object"));
        assert_eq!(misfits, []);
        assert_eq!(absent, nulls);
        assert_eq!(absent, defaults);
        assert_eq!(absent.get("method"), &Value::text("post"));
    }

    #[test]
    fn nested_shapes_go_there_and_back() {
        let answer = json!({
            "mapping": {"id": "a", "label": "b"},
            "channels": [{"id": "c", "label": "none"}],
            "headers": {"X-A": "1"},
            "extra": {"n": 1.5, "deep": [true, null]},
        });
        let (value, misfits) = decode(FIELDS, answer.as_object().expect("an object"));
        assert_eq!(misfits, []);
        let sent = encode(FIELDS, &value, &value);
        assert!(
            sent.iter().all(|(key, json)| answer.get(key).is_none_or(|a| json::equal(a, json))),
            "{sent:?}"
        );
    }

    #[test]
    fn a_field_of_the_wrong_shape_is_reported_and_reads_as_absent() {
        let answer = json!({"headers": {"X": 1}, "port": "no number", "apiUrl": ["x"], "hasAuth": "yes"});
        let (value, misfits) = decode(FIELDS, answer.as_object().expect("an object"));
        let fields: Vec<_> = misfits.iter().map(|misfit| misfit.field).collect();
        assert_eq!(fields, ["api_url", "has_auth", "port", "headers"]);
        assert!(value.get("port").is_null());
        // A default is never null in state: the upgrade of a state would fill it in, and change a plan at
        // apply.
        assert_eq!(value.get("has_auth"), &Value::Bool(true));
    }

    #[test]
    fn blank_text_of_an_old_kibana_reads_as_absent() {
        let (absent, _) = decode(FIELDS, &Map::new());
        let old = json!({"apiUrl": "", "method": " ", "headers": {"X-A": ""}, "extra": {"a": ""}});
        let (read, misfits) = decode(FIELDS, old.as_object().expect("an object"));
        assert_eq!((read, misfits), (absent, vec![]));
        let headers = |json: Json| decode_field(&FIELDS[5], &json);
        assert_eq!(headers(json!({"a": "1", "b": ""})), headers(json!({"a": "1"})));
        assert_eq!(headers(json!({})), Some(Value::Map(BTreeMap::new())));
        assert_eq!(without_blank(&json!({"a": [" ", 1, {"b": ""}]})), json!({"a": [1, {}]}));
    }

    #[test]
    fn a_computed_number_is_sent_and_read_as_kibana_keeps_it() {
        let long = "0.01000000000000000000000000000000000001";
        let extra = Value::object([("n", number_value(long))]);
        let written =
            block(&[("port", number_value(long)), ("extra", Value::dynamic(extra.natural_type(), extra))]);
        let sent = encode(FIELDS, &written, &written);
        assert_eq!(Json::Object(sent).to_string(), r#"{"extra":{"n":0.01},"port":0.01}"#);
        let answer: Json = serde_json::from_str(long).expect("a number");
        assert_eq!(decode_field(&FIELDS[4], &answer), Some(number_value("0.01")));
        assert!(same(&FIELDS[4], &number_value(long), &json!(0.01)));
    }

    #[test]
    fn a_null_in_a_free_form_object_is_the_same_as_leaving_the_key_out() {
        let extra = &FIELDS[8];
        let written = from_json(&json!({"a": 1, "b": null, "c": {"d": null}, "e": [null]}));
        let written = Value::dynamic(written.0, written.1);
        let planned = block(&[("extra", written.clone())]);
        assert_eq!(
            Json::Object(encode(FIELDS, &planned, &planned)),
            json!({"extra": {"a": 1, "c": {}, "e": [null]}})
        );
        assert!(same(extra, &written, &json!({"a": 1, "c": {}, "e": [null]})));
        assert!(same(extra, &Value::Null, &json!({})) && !same(extra, &written, &json!({})));
    }

    #[test]
    fn equal_means_equal_as_json() {
        let port = &FIELDS[4];
        assert!(same(port, &number_value("25"), &json!(25.0)));
        assert!(same(&FIELDS[1], &Value::Null, &json!("post")));
        assert!(same(&FIELDS[0], &Value::text("e\u{301}"), &json!("\u{e9}")));
        assert!(!same(&FIELDS[3], &Value::Null, &json!("full")));
    }
}
