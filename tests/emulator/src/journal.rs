//! What was really done: each create, update and delete that took place, whatever its caller was told.

use std::collections::VecDeque;

use serde::Serialize;

use crate::state::Connector;

/// So many writes are kept, so that an emulator that runs alone does not grow for ever.
const KEPT_WRITES: usize = 20_000;

/// What a write did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Did {
    /// A connector was made.
    Created,
    /// A connector was replaced.
    Updated,
    /// A connector was deleted.
    Deleted,
}

/// One write that took place through the API. Secrets are not in it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Write {
    /// The number of the request that did it; see [`crate::Recorded::number`].
    pub request: u64,
    /// What it did.
    pub did: Did,
    /// The connector's id.
    pub id: String,
    /// The space it is in.
    pub space: String,
    /// Its type, such as `.index`.
    pub connector_type_id: String,
    /// Its display name, after the write.
    pub name: String,
}

/// Writes it down.
pub(crate) fn note(journal: &mut VecDeque<Write>, request: u64, did: Did, connector: &Connector) {
    journal.push_back(Write {
        request,
        did,
        id: connector.id.clone(),
        space: connector.space.clone(),
        connector_type_id: connector.connector_type_id.clone(),
        name: connector.name.clone(),
    });
    if journal.len() > KEPT_WRITES {
        journal.pop_front();
    }
}
