//! Random values of random blocks, written and read, and random bytes.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use super::writer::Writer;
use super::{decode, encode};
use crate::schema::{Attribute, Block, NestedBlock, Nesting, Presence};
use crate::value::{Number, Type, Unknown, Value};

const LIST: Nesting = Nesting::List { min: 0, max: 0 };

fn block_of(ty: Type) -> Block {
    Block { attributes: vec![Attribute::new("a", ty, Presence::Optional)], ..Block::default() }
}

fn any_type() -> impl Strategy<Value = Type> {
    let leaf = prop_oneof![Just(Type::Text), Just(Type::Number), Just(Type::Bool), Just(Type::Dynamic)];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|ty| Type::List(Box::new(ty))),
            inner.clone().prop_map(|ty| Type::Set(Box::new(ty))),
            inner.clone().prop_map(|ty| Type::Map(Box::new(ty))),
            vec(inner.clone(), 0..3).prop_map(Type::Tuple),
            btree_map("[a-z]{1,4}", inner, 0..3).prop_map(Type::Object),
        ]
    })
}

fn any_block(depth: u32) -> BoxedStrategy<Block> {
    let attributes = btree_map("a[a-z]{1,3}", (any_type(), any::<bool>()), 0..4).prop_map(|attributes| {
        let attribute = |(name, (ty, sensitive)): (String, _)| Attribute {
            sensitive,
            ..Attribute::new(name, ty, Presence::Optional)
        };
        attributes.into_iter().map(attribute).collect::<Vec<_>>()
    });
    let blocks = match depth.checked_sub(1) {
        None => Just(Vec::new()).boxed(),
        Some(depth) => btree_map("b[a-z]{1,3}", (any::<bool>(), any_block(depth)), 0..3)
            .prop_map(|blocks| {
                let nesting = |list| if list { LIST } else { Nesting::Single };
                blocks
                    .into_iter()
                    .map(|(name, (list, block))| NestedBlock { name, nesting: nesting(list), block })
                    .collect()
            })
            .boxed(),
    };
    (attributes, blocks)
        .prop_map(|(attributes, blocks)| Block { attributes, blocks, ..Block::default() })
        .boxed()
}

fn any_number() -> BoxedStrategy<Number> {
    prop_oneof![
        any::<i64>().prop_map(Number::from),
        any::<f64>().prop_filter_map("infinite", Number::from_f64),
        "-?[0-9]{1,40}(\\.[0-9]{1,40})?(e-?[0-9]{1,3})?".prop_map(|text| Number::parse(&text).unwrap()),
    ]
    .boxed()
}

/// How long a bound is when it is written, which a short one with a large exponent can be, too.
fn bytes_of((bound, _): &(Number, bool)) -> usize {
    let mut writer = Writer::default();
    writer.number(bound);
    writer.into_bytes().len()
}

/// Promises that a value of the type can keep.
fn any_unknown(ty: &Type) -> BoxedStrategy<Unknown> {
    let plain = prop_oneof![
        Just(Unknown::default()),
        Just(Unknown::not_null()),
        Just(Unknown { null: true, ..Unknown::default() })
    ];
    let with = |more: BoxedStrategy<Unknown>| {
        (any::<bool>(), more).prop_map(|(not_null, more)| Unknown { not_null, ..more }).boxed()
    };
    match ty {
        Type::Dynamic => Just(Unknown::default()).boxed(),
        Type::Text => {
            with("[^\\x00]{1,8}".prop_map(|p| Unknown { prefix: Some(p), ..Unknown::default() }).boxed())
        }
        Type::Number => {
            let bound = || prop::option::of((any_number(), any::<bool>()));
            let bounds = (bound(), bound());
            with(bounds.prop_map(|(lower, upper)| Unknown { lower, upper, ..Unknown::default() }).boxed())
                .prop_filter("bounds that long are not sent", |unknown| {
                    [&unknown.lower, &unknown.upper].into_iter().flatten().map(bytes_of).sum::<usize>() < 1000
                })
                .boxed()
        }
        Type::List(_) | Type::Set(_) | Type::Map(_) => {
            let lengths = (1..u64::MAX, prop::option::of(any::<u64>()));
            let unknown =
                |(least, max_length)| Unknown { min_length: Some(least), max_length, ..Unknown::default() };
            with(lengths.prop_map(unknown).boxed())
        }
        _ => plain.boxed(),
    }
}

fn any_value(ty: &Type) -> BoxedStrategy<Value> {
    let known = match ty {
        Type::Text => any::<String>().prop_map(Value::Text).boxed(),
        Type::Bool => any::<bool>().prop_map(Value::Bool).boxed(),
        Type::Number => any_number().prop_map(Value::Number).boxed(),
        Type::List(element) | Type::Set(element) => {
            vec(any_value(element), 0..3).prop_map(Value::List).boxed()
        }
        Type::Map(element) => {
            btree_map(any::<String>(), any_value(element), 0..3).prop_map(Value::Map).boxed()
        }
        Type::Tuple(types) => types.iter().map(any_value).collect::<Vec<_>>().prop_map(Value::List).boxed(),
        Type::Object(types) => object(types.iter().map(|(name, ty)| (name.clone(), any_value(ty)))),
        Type::Dynamic => [Type::Text, Type::List(Box::new(Type::Number)), Type::Tuple(vec![Type::Bool])]
            .map(|ty| any_value(&ty).prop_map(move |value| Value::dynamic(ty.clone(), value)))
            .into_iter()
            .map(Strategy::boxed)
            .reduce(|a, b| prop_oneof![a, b].boxed())
            .unwrap(),
    };
    prop_oneof![1 => Just(Value::Null), 1 => any_unknown(ty).prop_map(Value::Unknown), 6 => known].boxed()
}

fn object(entries: impl Iterator<Item = (String, BoxedStrategy<Value>)>) -> BoxedStrategy<Value> {
    let (names, values): (Vec<_>, Vec<_>) = entries.unzip();
    values.prop_map(move |values| Value::Map(names.iter().cloned().zip(values).collect())).boxed()
}

fn any_value_of(block: &Block) -> BoxedStrategy<Value> {
    let attributes = block.attributes.iter().map(|attribute| {
        let value = any_value(&attribute.ty);
        let secret = value.clone().prop_map(Value::into_secret).boxed();
        (attribute.name.clone(), if attribute.sensitive { secret } else { value })
    });
    let blocks = block.blocks.iter().map(|nested| {
        let value = any_value_of(&nested.block);
        let value = match nested.nesting {
            Nesting::Single => prop_oneof![1 => Just(Value::Null), 4 => value].boxed(),
            Nesting::List { .. } => {
                prop_oneof![1 => Just(Value::unknown()), 6 => vec(value, 0..3).prop_map(Value::List)].boxed()
            }
        };
        (nested.name.clone(), value)
    });
    object(attributes.chain(blocks))
}

/// A bound of few digits that takes a thousand bytes.
#[test]
fn bounds_that_terraform_would_not_accept_are_not_promised() {
    let bound = |text: &str| Some((Number::parse(text).unwrap(), false));
    let block = block_of(Type::Number);
    for (lower, is_sent) in [("1e900", true), ("1e1000", false)] {
        let unknown =
            Unknown { not_null: true, lower: bound(lower), upper: bound("1e20"), ..Unknown::default() };
        let sent = Value::object([("a", Value::Unknown(unknown.clone()))]);
        let told = if is_sent { unknown } else { Unknown::not_null() };
        let read = encode(&sent, &block).and_then(|bytes| decode(&bytes, &block));
        assert_eq!(read, Ok(Value::object([("a", Value::Unknown(told))])), "{lower}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again(
        (block, value) in any_block(2)
            .prop_flat_map(|block| any_value_of(&block).prop_map(move |value| (block.clone(), value))),
    ) {
        let bytes = encode(&value, &block);
        prop_assert_eq!(bytes.and_then(|bytes| decode(&bytes, &block)), Ok(value));
    }

    #[test]
    fn bytes_that_are_no_value_are_refused_without_a_panic(
        ty in any_type(),
        bytes in vec(any::<u8>(), 0..64),
    ) {
        let block = block_of(ty);
        let _ = decode(&bytes, &block);
        let _ = decode(&[&[0x81, 0xa1, b'a'], bytes.as_slice()].concat(), &block);
        let _ = crate::wire::state_json::decode(&bytes, &block);
        let _ = Type::parse(&bytes);
    }

    #[test]
    fn a_damaged_value_is_read_or_refused_without_a_panic(
        (block, value) in any_block(1)
            .prop_flat_map(|block| any_value_of(&block).prop_map(move |value| (block.clone(), value))),
        (at, byte) in any::<(prop::sample::Index, u8)>(),
    ) {
        let mut bytes = encode(&value, &block).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = decode(&bytes, &block);
        let _ = decode(&bytes[..at], &block);
    }
}
