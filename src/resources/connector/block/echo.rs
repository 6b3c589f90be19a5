//! The echo rule, for one key and for a config that is kept as Kibana's own keys: what Kibana answers as the
//! state has it, or as it answered to our last write, is no change. Anything else is drift.

use serde_json::{Map, Value as Json};

use crate::resources::connector::memory::Memory;
use crate::value::json::{equal, without_nulls};

/// Whether an answer is neither what the state holds nor what Kibana answered to our last write. What is
/// remembered of the key is then forgotten.
pub(super) fn is_drift(key: &str, is_as_held: bool, said: &Json, memory: &mut Memory) -> bool {
    let is_echo = !is_as_held && memory.echo.get(key).is_some_and(|echo| equal(echo, said));
    if !is_echo {
        memory.echo.remove(key);
    }
    !is_as_held && !is_echo
}

/// The keys that a state holds, as they are after a read: those that drifted are taken over, or gone.
pub(super) fn after_read(
    held: &Map<String, Json>,
    answer: &Map<String, Json>,
    memory: &mut Memory,
    is_same: fn(&Json, &Json) -> bool,
) -> Map<String, Json> {
    let mut now = held.clone();
    for (key, held) in held {
        let said = answer.get(key).unwrap_or(&Json::Null);
        if !is_drift(key, is_same(held, said), said, memory) {
            continue;
        }
        match said {
            Json::Null => now.remove(key),
            said => now.insert(key.clone(), said.clone()),
        };
    }
    now
}

/// Whether everything that is written is held as it is written. An entry that is null is the same as none, at
/// every depth: Kibana fills such in.
pub(super) fn is_part(written: &Map<String, Json>, held: &Map<String, Json>) -> bool {
    let held = |key| without_nulls(held.get(key).cloned().unwrap_or(Json::Null));
    written.iter().all(|(key, json)| equal(&held(key), &without_nulls(json.clone())))
}

/// The keys that are held and no longer written.
pub(super) fn left_out(held: Map<String, Json>, written: &Map<String, Json>) -> impl Iterator<Item = String> {
    held.into_iter().map(|(key, _)| key).filter(|key| !written.contains_key(key))
}
