//! The identity of a connector: what names it for good. There is no endpoint in it, since an address is only
//! an alias.

use std::sync::OnceLock;

use crate::schema::{Attribute, Block, Presence, Schema};
use crate::value::{Type, Value};

/// The schema of every connector resource's identity.
pub(super) fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| {
        let attributes = vec![
            Attribute::new("id", Type::Text, Presence::Required).doc("ID of the connector."),
            Attribute::new("space_id", Type::Text, Presence::Optional)
                .doc("Space that the connector is in; the provider's space if left out."),
        ];
        Schema { version: 0, block: Block { attributes, ..Block::default() } }
    })
}

/// The identity of a state or a planned state; none while a part of it is unknown, since Terraform cannot
/// store that.
pub(super) fn of(state: &Value) -> Option<Value> {
    let (id, space_id) = (state.get("id"), state.get("space_id"));
    let is_known = id.as_str().is_some() && space_id.as_str().is_some();
    is_known.then(|| Value::object([("id", id.clone()), ("space_id", space_id.clone())]))
}
