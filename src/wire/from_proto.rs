//! Generated messages into our own types.

use super::{Error, Problem, msgpack, state_json};
use crate::proto::tfplugin6 as pb;
use crate::schema::Block;
use crate::value::{Path, Value};

/// The value of a block in a message; an absent or empty message means null.
///
/// # Errors
///
/// When the bytes are no value of this block.
pub fn decode(value: Option<&pb::DynamicValue>, block: &Block) -> Result<Value, Error> {
    match value {
        Some(value) if !value.msgpack.is_empty() => msgpack::decode(&value.msgpack, block),
        // Terraform does not send it, but the protocol allows it.
        Some(value) if !value.json.is_empty() => state_json::decode(&value.json, block),
        _ => Ok(Value::Null),
    }
}

/// Whether the value in a message is null, without reading any other.
pub fn is_null(value: Option<&pb::DynamicValue>) -> bool {
    const NIL: &[u8] = &[0xc0];
    value.is_none_or(|value| match (value.msgpack.as_slice(), value.json.as_slice()) {
        ([], json) => json.is_empty() || json == b"null",
        (msgpack, _) => msgpack == NIL,
    })
}

/// The state in a message; an absent or empty message means null.
///
/// # Errors
///
/// When it is no state of this block, or in the form that Terraform wrote before 0.12.
pub fn raw_state(state: Option<&pb::RawState>, block: &Block) -> Result<Value, Error> {
    match state {
        Some(state) if !state.json.is_empty() => state_json::decode(&state.json, block),
        Some(state) if !state.flatmap.is_empty() => Err(Error::new(Path::root(), Problem::Flatmap)),
        _ => Ok(Value::Null),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Attribute, Presence};
    use crate::value::Type;

    fn block() -> Block {
        let attribute = Attribute::new("a", Type::Bool, Presence::Optional);
        Block { attributes: vec![attribute], ..Block::default() }
    }

    #[test]
    fn what_holds_nothing_is_null() {
        let empty = pb::DynamicValue::default();
        assert_eq!(decode(None, &block()), Ok(Value::Null));
        assert_eq!(decode(Some(&empty), &block()), Ok(Value::Null));
        assert!(is_null(None) && is_null(Some(&empty)));
        assert_eq!(raw_state(None, &block()), Ok(Value::Null));
        assert_eq!(raw_state(Some(&pb::RawState::default()), &block()), Ok(Value::Null));
    }

    #[test]
    fn both_forms_of_a_value_are_read() {
        let expected = Ok(Value::object([("a", Value::Bool(true))]));
        let json = pb::DynamicValue { json: br#"{"a":true}"#.to_vec(), msgpack: Vec::new() };
        assert_eq!(decode(Some(&json), &block()), expected);
        let msgpack = pb::DynamicValue { msgpack: vec![0x81, 0xa1, b'a', 0xc3], json: Vec::new() };
        assert_eq!(decode(Some(&msgpack), &block()), expected);
    }

    #[test]
    fn a_null_is_told_from_a_value_without_reading_it() {
        let message =
            |msgpack: &[u8], json: &[u8]| pb::DynamicValue { msgpack: msgpack.to_vec(), json: json.to_vec() };
        for null in [message(&[0xc0], b""), message(b"", b"null")] {
            assert!(is_null(Some(&null)));
            assert_eq!(decode(Some(&null), &block()), Ok(Value::Null));
        }
        for value in [message(&[0x81, 0xa1, b'a', 0xc0], b""), message(b"", b"{\"a\":null}")] {
            assert!(!is_null(Some(&value)));
        }
    }

    #[test]
    fn state_from_before_terraform_0_12_is_refused() {
        let flatmap = [("a".to_owned(), "true".to_owned())].into();
        let error = raw_state(Some(&pb::RawState { json: Vec::new(), flatmap }), &block()).unwrap_err();
        assert_eq!(error.problem(), Problem::Flatmap);
    }
}
