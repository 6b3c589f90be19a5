//! The one way out for a state: every RPC that answers one answers it through here.
//!
//! Write-only values become null, the rest is encoded, and identity and private data go with it. Terraform
//! saves nothing of an answer that holds a write-only value, so that must not depend on the care of whoever
//! made the state.

use crate::proto::tfplugin6 as pb;
use crate::resources::{Outcome, Resource};
use crate::schema::Block;
use crate::schema::plan::null_write_only;
use crate::value::Value;
use crate::wire;

/// A state as it leaves, with all that goes with it.
#[derive(Debug)]
pub(super) struct Departure {
    /// The state; a null where nothing exists.
    pub(super) state: pb::DynamicValue,
    /// Its identity, where there is a state and the resource has one.
    pub(super) identity: Option<pb::ResourceIdentityData>,
    /// The private data beside it.
    pub(super) private: Vec<u8>,
    /// What to tell the user.
    pub(super) diagnostics: Vec<pb::Diagnostic>,
}

impl Departure {
    pub(super) fn of(resource: &dyn Resource, outcome: Outcome) -> Self {
        let state = outcome.state.unwrap_or(Value::Null);
        Self {
            identity: identity(resource, &state),
            state: value(&resource.schema().block, state),
            private: outcome.private,
            diagnostics: wire::diagnostics(outcome.diagnostics),
        }
    }
}

/// A value as it leaves, without its write-only parts.
pub(super) fn value(block: &Block, mut value: Value) -> pb::DynamicValue {
    null_write_only(block, &mut value);
    wire::encode(&value, block)
}

/// The identity of a state. One that is not wholly known is none: Terraform cannot store an unknown there.
pub(super) fn identity(resource: &dyn Resource, state: &Value) -> Option<pb::ResourceIdentityData> {
    let schema = resource.identity_schema()?;
    let identity =
        resource.identity(state).filter(|identity| !identity.is_null() && identity.is_wholly_known())?;
    Some(identity_data(&schema.block, &identity))
}

/// The message for an identity.
pub(super) fn identity_data(block: &Block, identity: &Value) -> pb::ResourceIdentityData {
    pb::ResourceIdentityData { identity_data: Some(wire::encode(identity, block)) }
}
