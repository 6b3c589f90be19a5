//! Configurations as a plan sees them that depend on what is not there yet: some of their values are unknown.

use terraform_provider_kibana::schema::Block;
use terraform_provider_kibana::value::Value;

use crate::random::Random;

/// The same block with so many of a hundred values unknown; what will be null may be unknown, too.
pub(crate) fn blur_block(schema: &Block, value: &Value, random: &mut Random, share: usize) -> Value {
    let mut blurred = value.clone();
    for attribute in &schema.attributes {
        let written = value.get(&attribute.name);
        let unknown = written.is_null() && random.percent(share / 4);
        blurred.set(&attribute.name, if unknown { Value::unknown() } else { blur(written, random, share) });
    }
    for nested in &schema.blocks {
        let content = match value.get(&nested.name) {
            Value::List(_) if random.percent(share / 4) => Value::unknown(),
            Value::List(items) => {
                Value::List(items.iter().map(|item| blur_block(&nested.block, item, random, share)).collect())
            }
            Value::Null => Value::Null,
            inner => blur_block(&nested.block, inner, random, share),
        };
        blurred.set(&nested.name, content);
    }
    blurred
}

/// The same value with so many of a hundred parts unknown.
pub(crate) fn blur(value: &Value, random: &mut Random, share: usize) -> Value {
    match value {
        Value::Map(entries) => {
            let blurred = entries.iter().map(|(name, value)| (name.clone(), blur(value, random, share)));
            Value::Map(blurred.collect())
        }
        Value::Null => Value::Null,
        _ if random.percent(share) => Value::unknown(),
        value => value.clone(),
    }
}
