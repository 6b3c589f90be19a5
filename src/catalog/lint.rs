//! Tests over the whole list: what every type's table has to keep.

use std::collections::BTreeSet;

use super::TYPES;
use super::codec::{decode, encode};
use super::vocabulary::{ConnectorType, Demand, Field};

/// All fields of a type, those of nested blocks included.
fn fields(ty: &'static ConnectorType) -> impl Iterator<Item = &'static Field> {
    lists(ty).into_iter().flatten()
}

/// Its lists of fields: config, secrets, and each nested block at any depth.
fn lists(ty: &'static ConnectorType) -> Vec<&'static [Field]> {
    let mut lists = vec![ty.config, ty.secrets];
    let mut next = 0;
    while let Some(list) = lists.get(next).copied() {
        lists.extend(list.iter().filter_map(Field::inner));
        next += 1;
    }
    lists
}

#[test]
fn blocks_are_unique_and_types_that_share_an_id_are_told_apart() {
    let blocks: BTreeSet<_> = TYPES.iter().map(|ty| ty.block).collect();
    assert_eq!(blocks.len(), TYPES.len());
    let ids: BTreeSet<_> = TYPES.iter().map(|ty| (ty.kibana_id, format!("{:?}", ty.fixed))).collect();
    assert_eq!(ids.len(), TYPES.len());
}

#[test]
fn names_and_keys_are_unique_within_a_type() {
    for ty in TYPES {
        for list in lists(ty) {
            let names: BTreeSet<_> = list.iter().map(|field| field.name).collect();
            let keys: BTreeSet<_> = list.iter().map(Field::json_key).collect();
            assert_eq!((names.len(), keys.len()), (list.len(), list.len()), "{}", ty.block);
        }
        assert!(!ty.config.iter().any(|field| field.name == "secrets"), "{}", ty.block);
    }
}

#[test]
fn everything_is_documented_in_whole_sentences() {
    for ty in TYPES {
        assert!(ty.doc.ends_with('.') && !ty.title.is_empty(), "{}", ty.block);
        for field in fields(ty) {
            let starts_well = field.doc.chars().next().is_some_and(char::is_uppercase);
            assert!(starts_well && field.doc.ends_with('.'), "{}.{}", ty.block, field.name);
        }
    }
}

#[test]
fn an_example_has_every_required_field() {
    for ty in TYPES {
        assert!(is_complete(ty.config) && is_complete(ty.secrets), "{}", ty.block);
    }
}

/// Whether the example of a list of fields holds what is required, also in each nested block that it shows.
fn is_complete(list: &[Field]) -> bool {
    list.iter().all(|field| match field.inner() {
        _ if !is_shown(field) => !field.required,
        Some(inner) => is_complete(inner),
        None => true,
    })
}

fn is_shown(field: &Field) -> bool {
    field.inner().map_or(!field.example.is_empty(), |inner| inner.iter().any(is_shown))
}

#[test]
fn rules_name_fields_that_exist_and_speak_in_sentences() {
    for ty in TYPES {
        for rule in ty.rules {
            for name in rule.fields() {
                let exists = match name.strip_prefix("secrets.") {
                    Some(secret) => ty.secrets.iter().any(|field| field.name == secret),
                    None => name == "secrets" || ty.config.iter().any(|field| field.name == name),
                };
                assert!(exists, "{}: {name}", ty.block);
            }
            let whole = matches!(rule.demand, Demand::RequiresAny(_) | Demand::Passes(..) | Demand::Must(..));
            let speaks = rule.says.ends_with('.') || (!whole && rule.says.is_empty());
            assert!(speaks, "{}: {}", ty.block, rule.says);
        }
    }
}

#[test]
fn what_is_decoded_encodes_to_the_same() {
    for ty in TYPES {
        let (defaults, misfits) = decode(ty.config, &serde_json::Map::new());
        assert_eq!(misfits, []);
        assert!(encode(ty.config, &defaults, &super::codec::empty(ty.config)).is_empty(), "{}", ty.block);
    }
}
