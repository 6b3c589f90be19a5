//! The same connector in another block: from `custom` to the block of its type, and back.
//!
//! A connector keeps its type for life, so only such a change leaves it what it is. The prior state is seen
//! as if it had been written in the new block; where that means the same, nothing is sent.

use super::Connector;
use super::block::TypeBlock;
use crate::value::Value;

/// The prior state as if its connector had been written in `block`; none where it was, or where the blocks
/// stand for different connectors. A block that cannot mean the same is absent from it.
pub(super) fn prior_in(
    connector: &Connector,
    block: &dyn TypeBlock,
    prior: &Value,
    config: &Value,
) -> Option<Value> {
    let old = connector.block_in(prior).ok().filter(|old| old.name() != block.name())?;
    let type_id = prior.get("connector_type_id").as_str()?;
    let written = config.get(block.name());
    if block.connector_type_id(written).as_str() != Some(type_id) {
        return None;
    }
    let meaning = old.meaning(prior.get(old.name()));
    let restated = block.restated(type_id, &meaning, Some(written));
    let mut converted = prior.clone();
    converted.set(old.name(), Value::Null);
    converted.set(block.name(), restated.unwrap_or(Value::Null));
    Some(converted)
}
