//! Terraform's own bytes, written and read, and what is refused.

use std::collections::BTreeMap;

use super::{decode, encode};
use crate::schema::{Attribute, Block, NestedBlock, Nesting, Presence};
use crate::value::{Number, Type, Unknown, Value};

const LIST: Nesting = Nesting::List { min: 0, max: 0 };

fn block_of(ty: Type) -> Block {
    Block { attributes: vec![Attribute::new("a", ty, Presence::Optional)], ..Block::default() }
}

fn nested(name: &str, nesting: Nesting, block: Block) -> NestedBlock {
    NestedBlock { name: name.to_owned(), nesting, block }
}

fn with_blocks(blocks: Vec<NestedBlock>) -> Block {
    Block { blocks, ..Block::default() }
}

fn hex(text: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap() as u8;
    text.as_bytes().chunks(2).map(|pair| digit(pair[0]) * 16 + digit(pair[1])).collect()
}

/// An object whose only attribute `a` has these bytes.
fn within(bytes: &[u8]) -> Vec<u8> {
    [&[0x81, 0xa1, b'a'], bytes].concat()
}

fn number(text: &str) -> Value {
    Value::Number(Number::parse(text).unwrap())
}

/// A value of an attribute is written as these bytes and read from them.
#[track_caller]
fn check(ty: Type, value: Value, bytes: &[u8]) {
    let block = block_of(ty);
    let object = Value::object([("a", value)]);
    assert_eq!(encode(&object, &block), Ok(within(bytes)), "{object:?} is written otherwise");
    assert_eq!(decode(&within(bytes), &block), Ok(object));
}

/// What is wrong with these bytes of a value, in words.
#[track_caller]
fn refused(bytes: &[u8], block: &Block) -> String {
    decode(bytes, block).unwrap_err().to_string()
}

#[test]
fn numbers_are_as_terraform_writes_them() {
    for (text, bytes) in [
        ("0", "00"),
        ("1", "01"),
        ("-1", "ff"),
        ("127", "7f"),
        ("128", "cc80"),
        ("255", "ccff"),
        ("256", "cd0100"),
        ("-32", "e0"),
        ("-33", "d0df"),
        ("65535", "cdffff"),
        ("65536", "ce00010000"),
        ("2147483648", "ce80000000"),
        ("4294967296", "cf0000000100000000"),
        ("9007199254740993", "cf0020000000000001"),
        ("9223372036854775807", "cf7fffffffffffffff"),
        ("-9223372036854775808", "d38000000000000000"),
        ("0.5", "cb3fe0000000000000"),
        ("1.5", "cb3ff8000000000000"),
        ("0.1", "a3302e31"),
        ("0.0000001", "a9302e30303030303031"),
    ] {
        check(Type::Number, number(text), &hex(bytes));
    }
    check(Type::Number, number("9223372036854775808"), &[&[0xb3], &b"9223372036854775808"[..]].concat());
    let digits = format!("1{}", "0".repeat(30));
    check(Type::Number, number("1e30"), &[&[0xbf], digits.as_bytes()].concat());
}

#[test]
fn every_form_of_a_number_is_read() {
    let block = block_of(Type::Number);
    for (bytes, text) in [
        ("ca3fc00000", "1.5"),
        ("cb4024000000000000", "10"),
        ("a23130", "10"),
        ("a3316533", "1000"),
        ("d3000000000000000a", "10"),
        ("cfffffffffffffffff", "18446744073709551615"),
        ("d1ff00", "-256"),
    ] {
        let expected = Value::object([("a", number(text))]);
        assert_eq!(decode(&within(&hex(bytes)), &block), Ok(expected), "{bytes}");
    }
    for bytes in ["cb7ff0000000000000", "cb7ff8000000000000", "a3616263", "c3", "90"] {
        assert_eq!(refused(&within(&hex(bytes)), &block), "a: a finite number is required", "{bytes}");
    }
}

#[test]
fn unknown_values_say_what_is_known() {
    check(Type::Text, Value::unknown(), &hex("d40000"));
    check(Type::Text, Value::Unknown(Unknown::not_null()), &hex("c7030c8101c2"));
    let prefix = Unknown { prefix: Some("pre-".into()), ..Unknown::not_null() };
    check(Type::Text, Value::Unknown(prefix), &hex("c7090c8201c202a47072652d"));
    let lower = Unknown { lower: Some((Number::from(0_i64), true)), ..Unknown::not_null() };
    check(Type::Number, Value::Unknown(lower), &hex("c7070c8201c2039200c3"));
    let lengths = Unknown { min_length: Some(1), max_length: Some(300), ..Unknown::default() };
    check(Type::List(Box::new(Type::Text)), Value::Unknown(lengths), &hex("c7070c82050106cd012c"));
}

#[test]
fn every_extension_is_unknown() {
    let block = block_of(Type::Text);
    for bytes in ["d4ff00", "d50180c0", "c70000", "c8000105ff", "d66301020304", "d40c80"] {
        let value = decode(&within(&hex(bytes)), &block);
        assert_eq!(value, Ok(Value::object([("a", Value::unknown())])), "{bytes}");
    }
}

#[test]
fn promises_we_do_not_know_are_passed_over() {
    // Key 99 holds a list, a map and a float; key 1 comes after it.
    let payload = hex("8263930181a16bc0cb7ff000000000000001c2");
    let bytes = [&[0xc7, payload.len() as u8, 12], payload.as_slice()].concat();
    let expected = Value::object([("a", Value::Unknown(Unknown::not_null()))]);
    assert_eq!(decode(&within(&bytes), &block_of(Type::Text)), Ok(expected));
    for broken in ["d40cc0", "d50c8101", "c7020c01c2", "c7040c8101c2c0", "c7060cdd00ffffff01"] {
        let message = refused(&within(&hex(broken)), &block_of(Type::Text));
        assert_eq!(message, "a: the promises about an unknown value cannot be read", "{broken}");
    }
}

#[test]
fn promises_are_cut_to_what_terraform_takes() {
    let block = block_of(Type::Text);
    let object = |unknown| Value::object([("a", Value::Unknown(unknown))]);
    let long = Unknown { prefix: Some("aä".repeat(200)), ..Unknown::default() };
    let decoded = decode(&encode(&object(long), &block).unwrap(), &block);
    let cut = Unknown { prefix: Some(format!("{}a", "aä".repeat(85))), ..Unknown::default() };
    assert_eq!(decoded, Ok(object(cut)));
    // Promises that a value of this type cannot keep are not made.
    let wrong = Unknown { min_length: Some(1), lower: Some((1_i64.into(), true)), ..Unknown::default() };
    assert_eq!(encode(&object(wrong), &block), Ok(within(&hex("d40000"))));
    let digits = Number::parse(&"123456789".repeat(80)).unwrap();
    let bound = Some((digits, true));
    let huge = Unknown { lower: bound.clone(), upper: bound, ..Unknown::not_null() };
    assert_eq!(encode(&object(huge), &block_of(Type::Number)), Ok(within(&hex("c7030c8101c2"))));
}

#[test]
fn dynamic_values_carry_their_type() {
    check(Type::Dynamic, Value::Null, &hex("c0"));
    check(Type::Dynamic, Value::unknown(), &hex("d40000"));
    check(Type::Dynamic, Value::dynamic(Type::Text, Value::unknown()), &hex("92c40822737472696e6722d40000"));
    check(Type::Dynamic, Value::dynamic(Type::Text, Value::Null), &hex("92c40822737472696e6722c0"));
    let types = BTreeMap::from([("a".to_owned(), Type::Number), ("b".to_owned(), Type::Text)]);
    let value = Value::object([("a", number("1")), ("b", Value::text("x"))]);
    let json = br#"["object",{"a":"number","b":"string"}]"#;
    let bytes = [&hex("92c4"), &[json.len() as u8][..], json, &hex("82a16101a162a178")].concat();
    check(Type::Dynamic, Value::dynamic(Type::Object(types), value.clone()), &bytes);
    // A value that brings no type has the one it looks like.
    let untyped = Value::object([("a", value)]);
    assert_eq!(encode(&untyped, &block_of(Type::Dynamic)), Ok(within(&bytes)));
}

#[test]
fn the_type_of_a_dynamic_value_may_be_text() {
    let text = [&[0x92, 0xa8][..], br#""string""#, &[0xa1, b'x']].concat();
    let expected = Value::object([("a", Value::dynamic(Type::Text, Value::text("x")))]);
    assert_eq!(decode(&within(&text), &block_of(Type::Dynamic)), Ok(expected));
}

#[test]
fn a_list_of_blocks_with_something_dynamic_is_one_dynamic_value() {
    let block = with_blocks(vec![nested("l", LIST, block_of(Type::Dynamic))]);
    let empty = hex("81a16c92c40c5b227475706c65222c5b5d5d90");
    assert_eq!(encode(&block.empty_value(), &block), Ok(empty.clone()));
    assert_eq!(decode(&empty, &block), Ok(block.empty_value()));

    let item = |value| Value::object([("a", value)]);
    let items = Value::List(vec![item(Value::dynamic(Type::Text, Value::text("x"))), item(Value::Null)]);
    let value = Value::object([("l", items)]);
    let json = br#"["tuple",[["object",{"a":"string"}],["object",{"a":"dynamic"}]]]"#;
    let bytes = [&hex("81a16c92c4"), &[json.len() as u8][..], json, &hex("9281a161a17881a161c0")].concat();
    assert_eq!(encode(&value, &block), Ok(bytes.clone()));
    assert_eq!(decode(&bytes, &block), Ok(value.clone()));
    // The same without the outer type, each value with its own.
    let bare = [&hex("81a16c9281a16192c408"), &br#""string""#[..], &hex("a17881a161c0")].concat();
    assert_eq!(decode(&bare, &block), Ok(value));
}

#[test]
fn a_dynamic_attribute_in_a_single_block_stands_alone() {
    let block = with_blocks(vec![nested("s", Nesting::Single, block_of(Type::Dynamic))]);
    let inner = Value::object([("a", Value::dynamic(Type::Bool, Value::Bool(true)))]);
    let value = Value::object([("s", inner)]);
    let bytes = [&hex("81a17381a16192c406"), &br#""bool""#[..], &hex("c3")].concat();
    assert_eq!(encode(&value, &block), Ok(bytes.clone()));
    assert_eq!(decode(&bytes, &block), Ok(value));
}

#[test]
fn a_decomposed_text_stays_as_it_came() {
    check(Type::Text, Value::text("e\u{301}"), &hex("a365cc81"));
}

#[test]
fn an_object_has_exactly_the_attributes_of_its_schema() {
    let inner = block_of(Type::Text);
    let block = with_blocks(vec![nested("s", Nesting::Single, inner)]);
    for (bytes, message) in [
        ("80", "s: the attribute is missing"),
        ("81a17380", "s.a: the attribute is missing"),
        ("81a17382a161c0a162c0", "s.b: the schema has no such attribute"),
        ("82a173c0a173c0", "s: the name is given twice"),
        ("81a173c0c0", "there are bytes behind the value"),
        ("81a173", "s: the bytes end too early"),
        ("81a17391", "s: an object or map is required"),
        ("81a17381a16101", "s.a: a string is required"),
        ("81a17381a161a1ff", "s.a: the text is not UTF-8"),
    ] {
        assert_eq!(refused(&hex(bytes), &block), message, "{bytes}");
    }
    // What a value of ours lacks is null; what it has too much is a bug.
    assert_eq!(encode(&Value::object([]), &block), Ok(hex("81a173c0")));
    let extra = encode(&Value::object([("x", Value::Null)]), &block).unwrap_err();
    assert_eq!(extra.to_string(), "x: the schema has no such attribute");
}

#[test]
fn what_is_absent_has_its_own_form() {
    let block = with_blocks(vec![
        nested("l", LIST, Block::default()),
        nested("s", Nesting::Single, Block::default()),
    ]);
    let bytes = hex("82a16c90a173c0");
    assert_eq!(encode(&block.empty_value(), &block), Ok(bytes.clone()));
    assert_eq!(decode(&bytes, &block), Ok(block.empty_value()));
    assert_eq!(decode(&hex("82a16cc0a173c0"), &block), Ok(block.empty_value()));
    assert_eq!(decode(&[0xc0], &block), Ok(Value::Null));
    assert_eq!(encode(&Value::Null, &block), Ok(vec![0xc0]));
}

#[test]
fn lengths_are_not_believed() {
    let list = block_of(Type::List(Box::new(Type::Text)));
    for bytes in ["ddffffffff", "dcffff", "ddffffffffc0"] {
        assert_eq!(refused(&within(&hex(bytes)), &list).split(": ").last(), Some("the bytes end too early"));
    }
    let map = block_of(Type::Map(Box::new(Type::Text)));
    assert_eq!(refused(&within(&hex("dfffffffff")), &map), "a: the bytes end too early");
    assert_eq!(refused(&within(&hex("dbffffffff")), &block_of(Type::Text)), "a: the bytes end too early");
}

#[test]
fn deep_nesting_is_refused() {
    let ty = |levels: usize| format!("{}\"bool\"{}", "[\"list\",".repeat(levels), "]".repeat(levels));
    let dynamic = |ty: &str, value: &[u8]| {
        let length = u16::try_from(ty.len()).unwrap().to_be_bytes();
        within(&[&[0x92, 0xc5], &length[..], ty.as_bytes(), value].concat())
    };
    let block = block_of(Type::Dynamic);
    let fits = dynamic(&ty(58), &[vec![0x91; 58], vec![0xc0]].concat());
    assert_eq!(encode(&decode(&fits, &block).unwrap(), &block).as_ref(), Ok(&fits));
    let message = refused(&dynamic(&ty(59), &[vec![0x91; 59], vec![0xc0]].concat()), &block);
    assert!(message.ends_with("the value is nested more than 60 levels deep"), "{message}");
    // A dynamic value in a dynamic value, and so on.
    let mut bytes = vec![0x81, 0xa1, b'a'];
    for _ in 0..10_000 {
        bytes.extend([&[0x92, 0xa9][..], br#""dynamic""#].concat());
    }
    assert!(refused(&bytes, &block).ends_with("levels deep"));
    // What would be refused on the way in is not sent out either.
    let deep = (0..100).fold(Value::Null, |inner, _| Value::List(vec![inner]));
    let error = encode(&Value::object([("a", deep)]), &block).unwrap_err();
    assert!(error.to_string().ends_with("levels deep"), "{error}");
}

#[test]
fn text_of_a_sensitive_attribute_is_secret_at_any_depth() {
    let mut block = block_of(Type::Dynamic);
    block.attributes[0].sensitive = true;
    let tuple = Type::Tuple(vec![Type::Map(Box::new(Type::Text))]);
    let text = Value::object([("k", Value::text("hunter2"))]);
    let plain = Value::object([("a", Value::dynamic(tuple, Value::List(vec![text])))]);
    let bytes = encode(&plain, &block).unwrap();
    let decoded = decode(&bytes, &block).unwrap();
    assert!(!format!("{decoded:?}").contains("hunter2"));
    assert!(decoded.means(&plain));
    assert_eq!(encode(&decoded, &block), Ok(bytes));
}

#[test]
fn a_promise_about_a_secret_does_not_tell_its_beginning() {
    let mut block = block_of(Type::Text);
    block.attributes[0].sensitive = true;
    let decoded = decode(&within(&hex("c7090c8201c202a47072652d")), &block);
    assert_eq!(decoded, Ok(Value::object([("a", Value::Unknown(Unknown::not_null()))])));
}

#[test]
fn errors_tell_nothing_from_below_a_sensitive_attribute() {
    let mut block = block_of(Type::Map(Box::new(Type::Bool)));
    block.attributes[0].sensitive = true;
    let message = refused(&within(&hex("81a768756e74657232a768756e74657233")), &block);
    assert_eq!(message, "a: a bool is required");
    let wrong = Value::object([("a", Value::object([("hunter2", Value::text("hunter3"))]))]);
    assert_eq!(encode(&wrong, &block).unwrap_err().to_string(), "a: a bool is required");
}
