//! The fixed passes of a plan: what Terraform would propose, and what becomes unknown once something is sent.
//!
//! Everything is worked out anew from the configuration and the prior state. Terraform's own proposal is not
//! used: before 1.4 it keeps blocks that the configuration has removed, and it still holds write-only values.

use super::{Attribute, Block, Equality, NestedBlock, Nesting, Presence, Unset};
use crate::value::json::{equal_but_for_nulls, equal_texts};
use crate::value::{Path, Type, Value};

/// The planned value before anything is marked unknown: blocks are there where the configuration has them,
/// defaults are filled in, write-only values are null, and what the configuration leaves to the provider
/// keeps its prior value, or is unknown where there is none. A written value that means the same as the prior
/// one keeps the prior spelling, but not another type: what was planned while a part of it was unknown has
/// the type of the configuration, and Terraform holds the plan at apply to that.
#[must_use]
pub fn propose(block: &Block, config: &Value, prior: Option<&Value>) -> Value {
    if config.as_map().is_none() {
        return config.clone();
    }
    let prior = prior.filter(|prior| prior.as_map().is_some());
    // Collected, since a map is made faster of all its entries than of one after the other.
    let attributes = block.attributes.iter().map(|attribute| {
        let prior = prior.map(|prior| prior.get(&attribute.name));
        let value = propose_attribute(attribute, config.get(&attribute.name), prior);
        (attribute.name.clone(), value)
    });
    let blocks = block.blocks.iter().map(|nested| {
        let (config, prior) = (config.get(&nested.name), prior.map(|prior| prior.get(&nested.name)));
        let value = match (nested.nesting, config) {
            (Nesting::List { .. }, Value::List(items)) => {
                let prior = prior.and_then(Value::as_list).unwrap_or_default();
                let planned = items.iter().enumerate();
                Value::List(planned.map(|(at, item)| propose(&nested.block, item, prior.get(at))).collect())
            }
            _ => propose(&nested.block, config, prior),
        };
        (nested.name.clone(), value)
    });
    Value::Map(attributes.chain(blocks).collect())
}

fn propose_attribute(attribute: &Attribute, config: &Value, prior: Option<&Value>) -> Value {
    if attribute.write_only {
        // A null of a dynamic attribute has a type, which OpenTofu compares.
        return if config.is_null() { config.clone() } else { Value::Null };
    }
    if !config.is_null() {
        let keeps = |prior: &&Value| {
            !prior.is_null() && attribute.equal(prior, config) && attribute.is_of_one_type(prior, config)
        };
        return prior.filter(keeps).unwrap_or(config).clone();
    }
    match (&attribute.unset, attribute.presence.is_computed()) {
        // As it came: a null of a dynamic attribute has a type, which Terraform compares.
        (_, false) => config.clone(),
        // The same here, where it was planned unknown with that type.
        (Unset::Default(_), true) if has_type(config) => config.clone(),
        (Unset::Default(default), true) => default.clone(),
        (Unset::Keep | Unset::Refill, true) => prior.cloned().unwrap_or_else(Value::unknown),
    }
}

/// Whether it carries a type along, as the value of a dynamic attribute that is not just any null does.
fn has_type(value: &Value) -> bool {
    matches!(value, Value::Dynamic(typed) if typed.0 != Type::Dynamic)
}

/// The planned value in the words of the prior one, as far as both mean the same and Terraform accepts that:
/// it takes no null for what is written, and no value for what cannot be computed.
#[must_use]
pub fn in_prior_words(block: &Block, config: &Value, planned: &Value, prior: &Value) -> Value {
    choose(block, [config, planned, prior], &|attribute, [written, now, held]| {
        let is_accepted = match written.is_null() {
            true => attribute.presence.is_computed(),
            false => !held.is_null(),
        };
        if is_accepted && attribute.same(now, held) { held.clone() } else { now.clone() }
    })
}

/// The planned value with everything that is written as it is written, whatever the prior spelling.
#[must_use]
pub fn in_written_words(block: &Block, config: &Value, planned: &Value) -> Value {
    choose(block, [config, planned, &Value::Null], &|attribute, [written, now, _]| {
        if written.is_null() || attribute.write_only { now.clone() } else { written.clone() }
    })
}

/// A planned value, in the middle of what is written and what was there before, with each of its attributes
/// chosen anew.
fn choose(block: &Block, values: [&Value; 3], of: &dyn Fn(&Attribute, [&Value; 3]) -> Value) -> Value {
    let [_, planned, _] = values;
    if planned.as_map().is_none() {
        return planned.clone();
    }
    let attributes = block.attributes.iter().map(|attribute| {
        let value = of(attribute, values.map(|value| value.get(&attribute.name)));
        (attribute.name.clone(), value)
    });
    let blocks = block.blocks.iter().map(|nested| {
        let values = values.map(|value| value.get(&nested.name));
        let value = match values[1].as_list() {
            Some(items) => {
                let item = |at: usize| {
                    values.map(|list| list.as_list().and_then(|list| list.get(at)).unwrap_or(&Value::Null))
                };
                Value::List((0..items.len()).map(|at| choose(&nested.block, item(at), of)).collect())
            }
            None => choose(&nested.block, values, of),
        };
        (nested.name.clone(), value)
    });
    Value::Map(attributes.chain(blocks).collect())
}

/// Whether two values of a block mean the same, each attribute in its own way.
#[must_use]
pub fn same(block: &Block, a: &Value, b: &Value) -> bool {
    if a.as_map().is_none() || b.as_map().is_none() {
        return a.means(b);
    }
    let is_same = |nested: &NestedBlock| {
        let (a, b) = (a.get(&nested.name), b.get(&nested.name));
        match (a.as_list(), b.as_list()) {
            (Some(a), Some(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(&nested.block, a, b))
            }
            _ => same(&nested.block, a, b),
        }
    };
    block.attributes.iter().all(|attribute| attribute.same(a.get(&attribute.name), b.get(&attribute.name)))
        && block.blocks.iter().all(is_same)
}

/// Marks as unknown what the provider fills anew once something is sent: `Refill` attributes that the
/// configuration leaves out.
pub fn mark_unknown(block: &Block, config: &Value, planned: &mut Value) {
    if config.as_map().is_none() {
        return;
    }
    for attribute in &block.attributes {
        let left_out = config.get(&attribute.name).is_null() && attribute.presence.is_computed();
        if left_out && attribute.unset == Unset::Refill {
            planned.set(&attribute.name, Value::unknown());
        }
    }
    for nested in &block.blocks {
        let (config, Value::Map(entries)) = (config.get(&nested.name), &mut *planned) else { return };
        match (config, entries.get_mut(&nested.name)) {
            (Value::List(configs), Some(Value::List(items))) => {
                for (config, item) in configs.iter().zip(items) {
                    mark_unknown(&nested.block, config, item);
                }
            }
            (config, Some(planned)) => mark_unknown(&nested.block, config, planned),
            (_, None) => {}
        }
    }
}

/// The planned value with everything unknown filled in from an answer; what the answer lacks becomes null.
#[must_use]
pub fn fill_unknown(planned: &Value, answer: &Value) -> Value {
    match planned {
        Value::Unknown(_) => match answer {
            Value::Unknown(_) => Value::Null,
            answer => answer.clone(),
        },
        Value::Map(entries) => {
            let filled =
                entries.iter().map(|(name, value)| (name.clone(), fill_unknown(value, answer.get(name))));
            Value::Map(filled.collect())
        }
        Value::List(items) => {
            let answers = answer.as_list().unwrap_or_default();
            let filled = items.iter().enumerate();
            Value::List(
                filled.map(|(at, v)| fill_unknown(v, answers.get(at).unwrap_or(&Value::Null))).collect(),
            )
        }
        Value::Dynamic(typed) if typed.1.is_unknown() => fill_unknown(&typed.1, answer),
        known => known.clone(),
    }
}

/// Nulls every write-only attribute: the last thing done to a value before it leaves.
pub fn null_write_only(block: &Block, value: &mut Value) {
    let Value::Map(entries) = value else { return };
    for attribute in block.attributes.iter().filter(|attribute| attribute.write_only) {
        // What is null stays as it is: a null of a dynamic attribute has a type, which Terraform compares.
        if !entries.get(&attribute.name).is_some_and(Value::is_null) {
            entries.insert(attribute.name.clone(), Value::Null);
        }
    }
    // Few of the blocks are there, so what is there is gone through and not what could be.
    for (name, value) in
        entries.iter_mut().filter(|(_, value)| matches!(value, Value::Map(_) | Value::List(_)))
    {
        match (block.block(name), value) {
            (Some(nested), Value::List(items)) => {
                items.iter_mut().for_each(|item| null_write_only(&nested.block, item));
            }
            (Some(nested), value) => null_write_only(&nested.block, value),
            (None, _) => {}
        }
    }
}

/// The paths whose change replaces the resource: attributes marked so whose planned value differs from the
/// prior one or is unknown.
#[must_use]
pub fn replacements(block: &Block, prior: &Value, planned: &Value) -> Vec<Path> {
    let replacing = block.attributes.iter().filter(|attribute| attribute.replaces);
    let changed = replacing.filter(|attribute| {
        let planned = planned.get(&attribute.name);
        planned.is_unknown() || !attribute.equal(prior.get(&attribute.name), planned)
    });
    changed.map(|attribute| Path::of(&attribute.name)).collect()
}

impl Attribute {
    /// Whether two values of this attribute mean the same.
    #[must_use]
    pub fn equal(&self, a: &Value, b: &Value) -> bool {
        match self.equality {
            Equality::Value => a.means(b),
            Equality::Json => a.means(b) || equal_texts(a.as_str(), b.as_str()),
            Equality::FreeForm => a.means(b) || equal_but_for_nulls(a, b),
        }
    }

    /// The same where a null stands for the default.
    fn same(&self, a: &Value, b: &Value) -> bool {
        let filled = |value: &'_ Value| match &self.unset {
            Unset::Default(default) if value.is_null() => default.clone(),
            Unset::Default(_) | Unset::Keep | Unset::Refill => value.clone(),
        };
        self.equal(a, b) || (a.is_null() != b.is_null() && self.equal(&filled(a), &filled(b)))
    }

    /// Whether two values of this attribute, which may be of a type of their own, have the same one.
    fn is_of_one_type(&self, a: &Value, b: &Value) -> bool {
        self.ty != Type::Dynamic || a.natural_type() == b.natural_type()
    }
}

impl Presence {
    /// Whether the configuration must set it.
    #[must_use]
    pub fn is_required(self) -> bool {
        self == Self::Required
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn attribute(name: &str, presence: Presence, unset: Unset) -> Attribute {
        Attribute::new(name, Type::Text, presence).unset(unset)
    }

    fn schema() -> Block {
        let inner = Block {
            attributes: vec![
                attribute("set", Presence::Optional, Unset::Refill),
                attribute("default", Presence::OptionalComputed, Unset::Default(Value::text("d"))),
                attribute("filled", Presence::OptionalComputed, Unset::Refill),
            ],
            ..Block::default()
        };
        Block {
            attributes: vec![
                attribute("id", Presence::OptionalComputed, Unset::Keep).replaces(),
                attribute("secret", Presence::Optional, Unset::Refill).write_only(),
                attribute("json", Presence::Optional, Unset::Refill).json_text(),
            ],
            blocks: vec![NestedBlock { name: "b".into(), nesting: Nesting::Single, block: inner }],
            ..Block::default()
        }
    }

    fn value(entries: &[(&str, Value)]) -> Value {
        let mut value = schema().empty_value();
        entries.iter().for_each(|(name, entry)| value.set(name, entry.clone()));
        value
    }

    fn inner(set: &str, default: Value, filled: Value) -> Value {
        Value::object([("set", Value::text(set)), ("default", default), ("filled", filled)])
    }

    #[test]
    fn a_create_fills_defaults_and_leaves_the_rest_unknown() {
        let config = value(&[("b", inner("x", Value::Null, Value::Null)), ("secret", Value::text("s"))]);
        let planned = propose(&schema(), &config, None);
        let expected = inner("x", Value::text("d"), Value::unknown());
        assert_eq!(planned, value(&[("id", Value::unknown()), ("b", expected)]));
    }

    #[test]
    fn an_unchanged_configuration_plans_the_prior_state() {
        let prior =
            value(&[("id", Value::text("1")), ("b", inner("x", Value::text("d"), Value::text("kibana's")))]);
        let config = value(&[("b", inner("x", Value::Null, Value::Null)), ("secret", Value::text("s"))]);
        assert_eq!(propose(&schema(), &config, Some(&prior)), prior);
    }

    #[test]
    fn once_something_is_sent_only_refilled_attributes_become_unknown() {
        let prior =
            value(&[("id", Value::text("1")), ("b", inner("x", Value::text("d"), Value::text("old")))]);
        let config = value(&[("b", inner("y", Value::Null, Value::Null))]);
        let mut planned = propose(&schema(), &config, Some(&prior));
        mark_unknown(&schema(), &config, &mut planned);
        let expected = inner("y", Value::text("d"), Value::unknown());
        assert_eq!(planned, value(&[("id", Value::text("1")), ("b", expected)]));
    }

    #[test]
    fn a_removed_block_is_not_proposed_again() {
        let prior = value(&[("b", inner("x", Value::text("d"), Value::Null))]);
        assert_eq!(propose(&schema(), &value(&[]), Some(&prior)).get("b"), &Value::Null);
    }

    #[test]
    fn equal_json_keeps_the_text_that_was_there() {
        let prior = value(&[("json", Value::text("{\"a\":1,\"b\":2}"))]);
        let config = value(&[("json", Value::text("{ \"b\": 2.0, \"a\": 1 }"))]);
        assert_eq!(propose(&schema(), &config, Some(&prior)).get("json"), prior.get("json"));
    }

    #[test]
    fn an_object_that_differs_in_nulls_or_types_alone_can_keep_what_was_there() {
        let empty = Value::dynamic(Type::Object(BTreeMap::new()), Value::Map(BTreeMap::new()));
        let free = Attribute::new("free", Type::Dynamic, Presence::OptionalComputed).free_form();
        let schema =
            Block { attributes: vec![free.unset(Unset::Default(empty.clone()))], ..Block::default() };
        let free = |entries: &[(&str, Value)]| {
            let entries = Value::object(entries.iter().cloned());
            Value::object([("free", Value::dynamic(entries.natural_type(), entries))])
        };
        let (a, null) = (("a", Value::text("x")), ("b", Value::Null));
        let (bare, with_null) = (free(std::slice::from_ref(&a)), free(&[a, null.clone()]));
        let map = Value::Map([("a".to_owned(), Value::text("x"))].into());
        let map = Value::object([("free", Value::dynamic(Type::Map(Box::new(Type::Text)), map))]);
        for (config, prior) in [(&with_null, &bare), (&bare, &with_null), (&map, &bare), (&bare, &map)] {
            // As it is written, which is what a plan with an unknown part promised.
            let proposed = propose(&schema, config, Some(prior));
            assert_eq!(&proposed, config);
            assert!(same(&schema, &proposed, prior));
            assert_eq!(&in_prior_words(&schema, config, &proposed, prior), prior);
        }
        for changed in
            [free(&[("a", Value::text("y")), null.clone()]), free(&[("a", Value::unknown()), null.clone()])]
        {
            assert_eq!(propose(&schema, &changed, Some(&bare)), changed);
            assert!(!same(&schema, &changed, &bare));
            assert_eq!(in_prior_words(&schema, &changed, &changed, &bare), changed);
        }
        // Terraform takes no null for what is written, and a null that has a type for one of that type.
        let null = |ty: Type| Value::object([("free", Value::dynamic(ty, Value::Null))]);
        let (untyped, typed) = (Value::object([("free", Value::Null)]), null(Type::Object(BTreeMap::new())));
        let nulls = free(&[null_entry()]);
        assert_eq!(propose(&schema, &nulls, Some(&untyped)), nulls);
        assert_eq!(in_prior_words(&schema, &nulls, &nulls, &untyped), nulls);
        let default = Value::object([("free", empty)]);
        assert_eq!(propose(&schema, &untyped, Some(&default)), default);
        assert_eq!(propose(&schema, &typed, Some(&default)), typed);
        assert!(same(&schema, &typed, &default));
        assert_eq!(in_prior_words(&schema, &typed, &typed, &default), default);
    }

    fn null_entry() -> (&'static str, Value) {
        ("a", Value::Null)
    }

    #[test]
    fn a_changed_or_unknown_value_replaces() {
        let prior = value(&[("id", Value::text("1"))]);
        let id = vec![Path::of("id")];
        assert_eq!(replacements(&schema(), &prior, &prior), []);
        assert_eq!(replacements(&schema(), &prior, &value(&[("id", Value::text("2"))])), id);
        assert_eq!(replacements(&schema(), &prior, &value(&[("id", Value::unknown())])), id);
    }

    #[test]
    fn only_what_was_unknown_is_filled_from_the_answer() {
        let planned =
            value(&[("id", Value::unknown()), ("b", inner("x", Value::text("d"), Value::unknown()))]);
        let answer =
            value(&[("id", Value::text("1")), ("b", inner("other", Value::text("e"), Value::text("f")))]);
        let expected = inner("x", Value::text("d"), Value::text("f"));
        assert_eq!(fill_unknown(&planned, &answer), value(&[("id", Value::text("1")), ("b", expected)]));
    }

    #[test]
    fn write_only_values_never_leave() {
        let mut leaving = value(&[("secret", Value::text("s"))]);
        null_write_only(&schema(), &mut leaving);
        assert_eq!(leaving, value(&[]));
    }
}
