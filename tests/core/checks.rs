//! What Terraform checks of a provider's answers, written down again from its own rules.
//!
//! Values are compared as cty compares them: numbers by value, texts after NFC, types of dynamic values
//! included. Each check returns what is wrong, as texts that name paths and never print a value, since it may
//! be secret.

use terraform_provider_kibana::proto::tfplugin6 as pb;
use terraform_provider_kibana::schema::{Attribute, Block, Nesting};
use terraform_provider_kibana::value::{Type, Value, nfc_equal};

/// Whether two values are the same, types of dynamic values and of nulls included.
pub(crate) fn identical(a: &Value, b: &Value) -> bool {
    match (a, b) {
        // Promises about an unknown are no part of the comparison.
        (Value::Unknown(_), Value::Unknown(_)) => true,
        (Value::Dynamic(a), Value::Dynamic(b)) => a.0 == b.0 && identical(&a.1, &b.1),
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| identical(a, b))
        }
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((x, a), (y, b))| nfc_equal(x, y) && identical(a, b))
        }
        (a, b) => match (a.as_str(), b.as_str()) {
            (Some(a), Some(b)) => nfc_equal(a, b),
            _ => a == b,
        },
    }
}

/// Whether two values are equal to Terraform: as above, but nulls of any type are one, and nothing unknown is
/// equal.
pub(crate) fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (a, b) if a.is_null() && b.is_null() => true,
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => false,
        (Value::Dynamic(a), Value::Dynamic(b)) => a.0 == b.0 && equal(&a.1, &b.1),
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|((x, a), (y, b))| nfc_equal(x, y) && equal(a, b))
        }
        (a, b) => identical(a, b),
    }
}

/// Paths of write-only attributes that hold something.
pub(crate) fn write_only_left(block: &Block, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    let Value::Map(entries) = value else { return found };
    for attribute in block.attributes.iter().filter(|attribute| attribute.write_only) {
        if !entries.get(&attribute.name).is_none_or(Value::is_null) {
            found.push(format!("{at}.{}: a write-only value was returned", attribute.name));
        }
    }
    for nested in &block.blocks {
        let at = format!("{at}.{}", nested.name);
        match entries.get(&nested.name) {
            Some(Value::List(items)) => {
                items.iter().for_each(|item| found.extend(write_only_left(&nested.block, item, &at)));
            }
            Some(value) => found.extend(write_only_left(&nested.block, value, &at)),
            None => found.push(format!("{at}: the block is not there at all")),
        }
    }
    found
}

/// What is wrong with a plan, as Terraform's `AssertPlanValid` finds it.
pub(crate) fn plan_is_valid(
    block: &Block,
    prior: &Value,
    config: &Value,
    planned: &Value,
    at: &str,
) -> Vec<String> {
    let mut found = Vec::new();
    match (config.is_null(), planned.is_null()) {
        (false, true) => found.push(format!("{at}: planned for absence but config wants existence")),
        (true, false) => found.push(format!("{at}: planned for existence but config wants absence")),
        (true, true) => {}
        (false, false) => {
            for attribute in &block.attributes {
                let name = &attribute.name;
                let at = format!("{at}.{name}");
                let (prior, config, planned) = (prior.get(name), config.get(name), planned.get(name));
                found.extend(attribute_is_valid(attribute, prior, config, planned, &at));
            }
            for nested in &block.blocks {
                let name = &nested.name;
                let at = format!("{at}.{name}");
                let (prior, config, planned) = (prior.get(name), config.get(name), planned.get(name));
                found.extend(match nested.nesting {
                    Nesting::Single => plan_is_valid(&nested.block, prior, config, planned, &at),
                    Nesting::List { .. } => list_is_valid(&nested.block, prior, config, planned, &at),
                });
            }
        }
    }
    found
}

fn list_is_valid(block: &Block, prior: &Value, config: &Value, planned: &Value, at: &str) -> Vec<String> {
    match (config, planned) {
        (_, planned) if planned.is_null() => vec![format!("{at}: a list of blocks must be empty, not null")],
        (Value::Unknown(_), Value::Unknown(_)) => Vec::new(),
        (Value::Unknown(_), _) => vec![format!("{at}: planned value for unknown dynamic block")],
        (_, Value::Unknown(_)) => vec![format!("{at}: a nested block must not be unknown itself")],
        (Value::List(configs), Value::List(planned)) if configs.len() == planned.len() => {
            let items = configs.iter().zip(planned).enumerate();
            let priors = prior.as_list().unwrap_or_default();
            items
                .flat_map(|(index, (config, planned))| {
                    let prior = priors.get(index).unwrap_or(&Value::Null);
                    plan_is_valid(block, prior, config, planned, &format!("{at}[{index}]"))
                })
                .collect()
        }
        _ => vec![format!("{at}: block count in plan disagrees with count in config")],
    }
}

fn attribute_is_valid(
    attribute: &Attribute,
    prior: &Value,
    config: &Value,
    planned: &Value,
    at: &str,
) -> Option<String> {
    if attribute.write_only {
        // OpenTofu compares a null with the configuration's, types included.
        let differs = config.is_null() && !identical(planned, config);
        let found =
            if planned.is_null() { "another null in the plan" } else { "write-only value in the plan" };
        return (!planned.is_null() || differs).then(|| format!("{at}: {found}"));
    }
    let is_configurable = attribute.presence.is_configurable();
    let keeps_prior = identical(planned, prior) && !prior.is_null() && !config.is_null();
    if identical(planned, config) || keeps_prior || (attribute.presence.is_computed() && !is_configurable) {
        return None;
    }
    if config.is_null() {
        let may = attribute.presence.is_computed();
        return (!may).then(|| format!("{at}: planned value for a non-computed attribute"));
    }
    Some(format!("{at}: planned value does not match config value nor prior value"))
}

/// What is wrong with a later value after an earlier one, as Terraform's `AssertObjectCompatible` finds it.
pub(crate) fn is_compatible(block: &Block, planned: &Value, actual: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    match (planned.is_null(), actual.is_null()) {
        (true, true) => return found,
        (true, false) => return vec![format!("{at}: was absent, but now present")],
        (false, true) => return vec![format!("{at}: was present, but now absent")],
        (false, false) => {}
    }
    for attribute in &block.attributes {
        let name = &attribute.name;
        found.extend(value_is_compatible(planned.get(name), actual.get(name), &format!("{at}.{name}")));
    }
    for nested in &block.blocks {
        let name = &nested.name;
        let at = format!("{at}.{name}");
        match (nested.nesting, planned.get(name), actual.get(name)) {
            (Nesting::Single, planned, actual) if !(planned.is_unknown() && actual.is_null()) => {
                found.extend(is_compatible(&nested.block, planned, actual, &at));
            }
            (_, Value::List(planned), Value::List(actual)) if planned.len() == actual.len() => {
                for (index, (planned, actual)) in planned.iter().zip(actual).enumerate() {
                    found.extend(is_compatible(&nested.block, planned, actual, &format!("{at}[{index}]")));
                }
            }
            (_, Value::List(_), Value::List(_)) => found.push(format!("{at}: block count changed")),
            _ => {}
        }
    }
    found
}

fn value_is_compatible(planned: &Value, actual: &Value, at: &str) -> Vec<String> {
    match (planned, actual) {
        (Value::Unknown(unknown), actual) => {
            let broken = (unknown.not_null && actual.is_null()) || (unknown.null && !actual.is_null());
            broken
                .then(|| format!("{at}: what was promised of the unknown value is not so"))
                .into_iter()
                .collect()
        }
        (Value::Dynamic(planned), Value::Dynamic(actual)) if !planned.1.is_wholly_known() => {
            if !is_of_type(&planned.0, &actual.0) {
                return vec![format!("{at}: wrong final value type")];
            }
            value_is_compatible(&planned.1, &actual.1, at)
        }
        (planned, actual) if planned.is_null() && actual.is_null() => Vec::new(),
        (planned, actual) if planned.is_null() || actual.is_null() => {
            vec![format!("{at}: was {}, but now it is not", if planned.is_null() { "null" } else { "set" })]
        }
        (Value::Map(planned), Value::Map(actual)) if planned.keys().eq(actual.keys()) => {
            let pairs = planned.iter().zip(actual.values());
            pairs
                .flat_map(|((key, planned), actual)| {
                    value_is_compatible(planned, actual, &format!("{at}[{key:?}]"))
                })
                .collect()
        }
        (Value::Map(_), Value::Map(_)) => vec![format!("{at}: keys have appeared or vanished")],
        (Value::List(planned), Value::List(actual)) if planned.len() == actual.len() => {
            let pairs = planned.iter().zip(actual).enumerate();
            pairs
                .flat_map(|(index, (planned, actual))| {
                    value_is_compatible(planned, actual, &format!("{at}[{index}]"))
                })
                .collect()
        }
        (planned, actual) if identical(planned, actual) => Vec::new(),
        _ => vec![format!("{at}: unexpected new value")],
    }
}

/// Whether a type is what was planned, in which a dynamic part may become anything.
fn is_of_type(planned: &Type, actual: &Type) -> bool {
    match (planned, actual) {
        (Type::Dynamic, _) => true,
        (Type::Object(planned), Type::Object(actual)) => {
            planned.keys().eq(actual.keys())
                && planned.values().zip(actual.values()).all(|(p, a)| is_of_type(p, a))
        }
        (Type::Tuple(planned), Type::Tuple(actual)) => {
            planned.len() == actual.len() && planned.iter().zip(actual).all(|(p, a)| is_of_type(p, a))
        }
        (planned, actual) => planned == actual,
    }
}

/// Whether a plan replaces: paths count where the value differs, and each has to be an attribute's.
pub(crate) fn replaces(block: &Block, prior: &Value, planned: &Value, paths: &[pb::AttributePath]) -> bool {
    let differs = |path: &pb::AttributePath| {
        let (mut block, mut prior, mut planned) = (Some(block), prior, planned);
        for (at, step) in path.steps.iter().enumerate() {
            let Some(pb::attribute_path::step::Selector::AttributeName(name)) = &step.selector else {
                panic!("PlanResourceChange: a replacing path with something else than names");
            };
            let holder = block.expect("a replacing path that ends in an attribute");
            let is_last = at + 1 == path.steps.len();
            assert!(
                !is_last || holder.attribute(name).is_some(),
                "PlanResourceChange: no attribute {name} to replace for"
            );
            block = holder.block(name).map(|nested| &nested.block);
            (prior, planned) = (prior.get(name), planned.get(name));
        }
        !equal(prior, planned)
    };
    paths.iter().filter(|path| differs(path)).count() > 0
}

/// Paths of attributes in which two values of a block differ; what is only there once counts as a difference.
pub(crate) fn differences(block: &Block, a: &Value, b: &Value, at: &str) -> Vec<String> {
    if equal(a, b) {
        return Vec::new();
    }
    let path = |name: &str| if at.is_empty() { name.to_owned() } else { format!("{at}.{name}") };
    if a.as_map().is_none() || b.as_map().is_none() {
        return vec![at.to_owned()];
    }
    let mut found = Vec::new();
    for attribute in &block.attributes {
        if !equal(a.get(&attribute.name), b.get(&attribute.name)) {
            found.push(path(&attribute.name));
        }
    }
    for nested in &block.blocks {
        let (a, b) = (a.get(&nested.name), b.get(&nested.name));
        match nested.nesting {
            Nesting::Single => found.extend(differences(&nested.block, a, b, &path(&nested.name))),
            Nesting::List { .. } if !equal(a, b) => found.push(path(&nested.name)),
            Nesting::List { .. } => {}
        }
    }
    found
}
