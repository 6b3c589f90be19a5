//! What Terraform itself does not check of a configuration, although users expect it to.
//!
//! Core lets null pass for a required attribute, and a value for an attribute that only the provider sets.

use super::{Block, Nesting, Presence};
use crate::diag::Diagnostics;
use crate::value::{Path, Value};

/// Finds nulls for required attributes, values for read-only ones, and deprecated ones in use.
#[must_use]
pub fn check(block: &Block, config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    check_block(block, config, &Path::root(), &mut found);
    found
}

fn check_block(block: &Block, config: &Value, path: &Path, found: &mut Diagnostics) {
    if config.as_map().is_none() {
        return;
    }
    for attribute in &block.attributes {
        let value = config.get(&attribute.name);
        // Made where something is found: most often nothing is.
        let at = || path.attribute(&attribute.name);
        if attribute.presence.is_required() && value.is_null() {
            found.error(
                at(),
                "Missing Configuration for Required Attribute",
                format!("`{}` is required and must not be null.", attribute.name),
            );
        } else if attribute.presence == Presence::Computed && !value.is_null() {
            found.error(
                at(),
                "Invalid Configuration for Read-Only Attribute",
                format!("`{}` is set by the provider and cannot be configured. Remove it.", attribute.name),
            );
        } else if let (Some(reason), false, false) =
            (&attribute.deprecated, value.is_null(), value.is_unknown())
        {
            found.warning(at(), "Attribute Deprecated", reason);
        }
    }
    for nested in &block.blocks {
        match (nested.nesting, config.get(&nested.name)) {
            (_, Value::Null) => {}
            (Nesting::List { .. }, Value::List(items)) => {
                let at = path.attribute(&nested.name);
                for (position, item) in items.iter().enumerate() {
                    check_block(&nested.block, item, &at.index(position as i64), found);
                }
            }
            (_, value) => {
                let at = path.attribute(&nested.name);
                if let (Some(reason), Value::Map(_)) = (&nested.block.deprecated, value) {
                    found.warning(at.clone(), "Block Deprecated", reason);
                }
                check_block(&nested.block, value, &at, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Attribute;
    use crate::value::Type;

    #[test]
    fn nulls_and_read_only_values_that_core_lets_pass_are_found() {
        let block = Block {
            attributes: vec![
                Attribute::new("name", Type::Text, Presence::Required),
                Attribute::new("flag", Type::Bool, Presence::Computed),
            ],
            ..Block::default()
        };
        let config = Value::object([("name", Value::Null), ("flag", Value::Bool(true))]);
        let paths: Vec<_> = check(&block, &config).into_iter().map(|d| d.path.to_string()).collect();
        assert_eq!(paths, ["name", "flag"]);
        let unknown = Value::object([("name", Value::unknown()), ("flag", Value::Null)]);
        assert!(check(&block, &unknown).is_empty());
    }
}
