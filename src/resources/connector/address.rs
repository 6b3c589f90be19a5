//! Where the connector of a state is. The client makes addresses of everything else.

use crate::client::{Address, DEFAULT_SPACE};
use crate::value::Value;

/// The address of the connector that a state describes.
pub(super) fn of(state: &Value) -> Address {
    let text = |name: &str| state.get(name).as_str();
    Address::new(text("space_id").unwrap_or(DEFAULT_SPACE), text("id").unwrap_or_default())
}
