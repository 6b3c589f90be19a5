//! The JSON of the state file into values, led by the schema.
//!
//! The state may be of another release of ours, which had other attributes: a missing one is null, and one
//! that the schema does not have is passed over.

use serde_json::{Map, Value as Json};

use super::trail::Trail;
use super::{Error, Problem};
use crate::schema::{Attribute, Block, NestedBlock, Nesting};
use crate::value::{Number, Secret, Type, Value};

/// The value of a block.
///
/// # Errors
///
/// When the bytes are not JSON, or the JSON is no value of this block.
pub fn decode(bytes: &[u8], block: &Block) -> Result<Value, Error> {
    let root = Trail::root();
    // The parser's own message can quote the text it stumbles over.
    let json: Json = root.check(
        serde_json::from_slice(bytes)
            .map_err(|error| Problem::Json { line: error.line(), column: error.column() }),
    )?;
    object(&json, block, None, &root)
}

/// One object of a block's attributes and blocks. Where it stands inside a dynamic value, `types` has the
/// type that value gives it.
fn object(json: &Json, block: &Block, types: Option<&Type>, at: &Trail<'_>) -> Result<Value, Error> {
    let members = match json {
        Json::Null => return Ok(Value::Null),
        Json::Object(members) => members,
        _ => return Err(at.error(Problem::Required("an object"))),
    };
    let types = match types {
        Some(Type::Object(types)) => Some(types),
        _ => None,
    };
    let type_of = |name: &str| types.and_then(|types| types.get(name));
    // A map is made faster of all its entries than of one after the other.
    let mut entries = Vec::with_capacity(block.attributes.len() + block.blocks.len());
    for attribute in &block.attributes {
        let name = &attribute.name;
        let at = at.attribute(name, attribute.sensitive)?;
        entries.push((name.clone(), read_attribute(member(members, name), attribute, type_of(name), &at)?));
    }
    for nested in &block.blocks {
        let name = &nested.name;
        let at = at.attribute(name, false)?;
        entries.push((name.clone(), read_nested(member(members, name), nested, type_of(name), &at)?));
    }
    Ok(Value::Map(entries.into_iter().collect()))
}

fn member<'a>(members: &'a Map<String, Json>, name: &str) -> &'a Json {
    members.get(name).unwrap_or(&Json::Null)
}

fn read_attribute(
    json: &Json,
    attribute: &Attribute,
    ty: Option<&Type>,
    at: &Trail<'_>,
) -> Result<Value, Error> {
    match ty {
        // Inside a dynamic value the type of everything has been said, so this one stands there bare.
        Some(ty) if attribute.ty == Type::Dynamic && *ty != Type::Dynamic => {
            typed(json, ty, at).map(|value| Value::dynamic(ty.clone(), value))
        }
        _ => typed(json, &attribute.ty, at),
    }
}

fn read_nested(json: &Json, nested: &NestedBlock, ty: Option<&Type>, at: &Trail<'_>) -> Result<Value, Error> {
    match (nested.nesting, json) {
        (Nesting::Single, json) => object(json, &nested.block, ty, at),
        // A list of blocks is empty rather than null.
        (Nesting::List { .. }, Json::Null) => Ok(nested.absent_value()),
        (Nesting::List { .. }, Json::Array(items)) => {
            let items = items.iter().enumerate().map(|(index, item)| {
                let element = match ty {
                    Some(Type::List(element) | Type::Set(element)) => Some(element.as_ref()),
                    Some(Type::Tuple(types)) => types.get(index),
                    _ => None,
                };
                object(item, &nested.block, element, &at.index(index)?)
            });
            items.collect::<Result<_, _>>().map(Value::List)
        }
        (Nesting::List { .. }, Json::Object(parts)) if nested.block.has_dynamic() => {
            let (ty, json) = split(parts, at)?;
            read_nested(json, nested, Some(&ty), &at.inside()?)
        }
        (Nesting::List { .. }, _) => Err(at.error(Problem::Required("a list"))),
    }
}

/// The type and the value of a dynamic value.
fn split<'a>(parts: &'a Map<String, Json>, at: &Trail<'_>) -> Result<(Type, &'a Json), Error> {
    let ty = Type::from_json(member(parts, "type")).map_err(|error| at.error(error))?;
    Ok((ty, member(parts, "value")))
}

fn typed(json: &Json, ty: &Type, at: &Trail<'_>) -> Result<Value, Error> {
    let required = |what| Err(at.error(Problem::Required(what)));
    match (ty, json) {
        (_, Json::Null) => Ok(Value::Null),
        (Type::Text, Json::String(text)) if at.is_secret() => Ok(Value::Secret(Secret::new(text.as_str()))),
        (Type::Text, Json::String(text)) => Ok(Value::text(text)),
        (Type::Text, _) => required("a string"),
        (Type::Bool, Json::Bool(flag)) => Ok(Value::Bool(*flag)),
        (Type::Bool, _) => required("a bool"),
        (Type::Number, Json::Number(number)) => match Number::parse(&number.to_string()) {
            Some(number) => Ok(Value::Number(number)),
            None => required("a finite number"),
        },
        // Terraform reads a number from text as well.
        (Type::Number, Json::String(text)) => match Number::parse(text) {
            Some(number) => Ok(Value::Number(number)),
            None => required("a finite number"),
        },
        (Type::Number, _) => required("a number"),
        (Type::List(element), Json::Array(items)) => {
            let items = items.iter().enumerate();
            let items = items.map(|(index, item)| typed(item, element, &at.index(index)?));
            items.collect::<Result<_, _>>().map(Value::List)
        }
        (Type::Set(element), Json::Array(items)) => {
            let items = items.iter().map(|item| typed(item, element, &at.inside()?));
            items.collect::<Result<_, _>>().map(Value::List)
        }
        (Type::Tuple(types), Json::Array(items)) if types.len() == items.len() => {
            let items = types.iter().zip(items).enumerate();
            let items = items.map(|(index, (ty, item))| typed(item, ty, &at.index(index)?));
            items.collect::<Result<_, _>>().map(Value::List)
        }
        (Type::Tuple(types), Json::Array(items)) => {
            Err(at.error(Problem::Length { expected: types.len(), given: items.len() }))
        }
        (Type::List(_) | Type::Set(_) | Type::Tuple(_), _) => required("a list"),
        (Type::Map(element), Json::Object(members)) => {
            let entries = members.iter();
            let entries = entries.map(|(key, json)| Ok((key.clone(), typed(json, element, &at.key(key)?)?)));
            entries.collect::<Result<_, _>>().map(Value::Map)
        }
        (Type::Object(types), Json::Object(members)) => {
            let entries = types
                .iter()
                .map(|(name, ty)| Ok((name.clone(), typed(member(members, name), ty, &at.member(name)?)?)));
            entries.collect::<Result<_, _>>().map(Value::Map)
        }
        (Type::Map(_) | Type::Object(_), _) => required("an object or map"),
        (Type::Dynamic, Json::Object(parts)) => {
            let (ty, json) = split(parts, at)?;
            let value = typed(json, &ty, &at.inside()?)?;
            Ok(Value::dynamic(ty, value))
        }
        (Type::Dynamic, _) => required("a value with its type"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Presence;

    fn block() -> Block {
        let attribute = |name, ty| Attribute::new(name, ty, Presence::Optional);
        let any = Block { attributes: vec![attribute("any", Type::Dynamic)], ..Block::default() };
        let list = Nesting::List { min: 0, max: 0 };
        Block {
            attributes: vec![
                attribute("number", Type::Number),
                attribute("secrets", Type::Map(Box::new(Type::Text))).sensitive(),
                attribute("any", Type::Dynamic),
            ],
            blocks: vec![
                NestedBlock { name: "single".into(), nesting: Nesting::Single, block: any.clone() },
                NestedBlock { name: "list".into(), nesting: list, block: any },
            ],
            ..Block::default()
        }
    }

    fn decode_text(text: &str) -> Result<Value, Error> {
        decode(text.as_bytes(), &block())
    }

    #[test]
    fn what_a_state_lacks_is_absent_and_what_it_has_too_much_is_passed_over() {
        assert_eq!(decode_text("{}"), Ok(block().empty_value()));
        assert_eq!(decode_text(r#"{"gone":{"x":[1]},"list":null}"#), Ok(block().empty_value()));
        assert_eq!(decode_text("null"), Ok(Value::Null));
    }

    #[test]
    fn numbers_keep_every_digit() {
        let state = decode_text(r#"{"number": 12345678901234567890123.25}"#).unwrap();
        assert_eq!(state.get("number"), &Value::Number(Number::parse("12345678901234567890123.25").unwrap()));
        assert_eq!(decode_text(r#"{"number":"1e3"}"#), decode_text(r#"{"number":1000}"#));
    }

    #[test]
    fn text_of_a_sensitive_attribute_never_prints() {
        let state = decode_text(r#"{"secrets":{"k":"hunter2"}}"#).unwrap();
        assert!(!format!("{state:?}").contains("hunter2"));
        assert_eq!(state.get("secrets").get("k").as_str(), Some("hunter2"));
        let error = decode_text(r#"{"secrets":{"hunter2":["hunter3"]}}"#).unwrap_err();
        assert_eq!(error.to_string(), "secrets: a string is required");
    }

    #[test]
    fn dynamic_values_carry_their_type() {
        let state = decode_text(r#"{"any":{"value":["x"],"type":["tuple",["string"]]}}"#).unwrap();
        let expected = Value::dynamic(Type::Tuple(vec![Type::Text]), Value::List(vec![Value::text("x")]));
        assert_eq!(state.get("any"), &expected);
        let error = decode_text(r#"{"any":"x"}"#).unwrap_err();
        assert_eq!(error.to_string(), "any: a value with its type is required");
    }

    #[test]
    fn a_list_of_blocks_with_something_dynamic_comes_in_two_forms() {
        let whole = r#"{"list":{"value":[{"any":"x"}],"type":["tuple",[["object",{"any":"string"}]]]}}"#;
        let parts = r#"{"list":[{"any":{"value":"x","type":"string"}}]}"#;
        assert_eq!(decode_text(whole), decode_text(parts));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_path() {
        for (text, message) in [
            ("{", "the state is not valid JSON (line 1, column 1)"),
            ("[]", "an object is required"),
            (r#"{"number":true}"#, "number: a number is required"),
            (r#"{"single":{"any":1}}"#, "single.any: a value with its type is required"),
            (r#"{"list":[{},{"any":{"type":"text"}}]}"#, "list[1].any: the type is of no known kind"),
        ] {
            assert_eq!(decode_text(text).unwrap_err().to_string(), message, "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused() {
        let value = format!("{}null{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(decode_text(&format!(r#"{{"any":{{"value":{value},"type":"bool"}}}}"#)).is_err());
    }
}
