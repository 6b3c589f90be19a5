//! From Kibana's answer to a write to the state, and to what is remembered beside it: what was planned stays,
//! what was unknown is what Kibana answered.

use serde_json::{Map, Value as Json};

use super::memory::Memory;
use super::secrets::{self, SECRETS_WO_VERSION};
use super::write::Write;
use super::{Connector, hash};
use crate::catalog::is_known_type;
use crate::client::ConnectorAnswer;
use crate::diag::Diagnostics;
use crate::resources::{ApplyRequest, Outcome};
use crate::schema::plan::fill_unknown;
use crate::value::{Path, Value};

/// The outcome of a write that Kibana answered.
pub(super) async fn written(
    connector: &Connector,
    request: &ApplyRequest<'_>,
    write: &Write,
    answer: &ConnectorAnswer,
    mut diagnostics: Diagnostics,
) -> Outcome {
    if answer.connector_type_id != write.connector_type_id {
        let what = "The connector was sent as one of type";
        return of_another_type(connector, request.planned, (write, what), answer, diagnostics);
    }
    let (mut state, mut memory) = settle(request, write, &write.config, answer, &mut diagnostics);
    if request.config.get(SECRETS_WO_VERSION).is_null() && !request.planned.get(SECRETS_WO_VERSION).is_null()
    {
        let (version, hash) = counted(request, &secrets::write_only(write.block, request.config)).await;
        if request.planned.get(SECRETS_WO_VERSION).is_unknown() {
            state.set(SECRETS_WO_VERSION, Value::Number(version.into()));
        }
        // Also once the secrets were taken out of the configuration, a version of our own lives with a hash.
        memory.hash = Some(hash);
    }
    Outcome::stored(state, memory.encode(), diagnostics)
}

/// The outcome of a look at a connector that changes its block and stays what it is: nothing was sent.
pub(super) fn looked(
    connector: &Connector,
    request: &ApplyRequest<'_>,
    write: &Write,
    answer: &ConnectorAnswer,
    memory: Memory,
) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    if answer.connector_type_id != write.connector_type_id {
        let what = "The connector was planned to stay as it is, as one of type";
        return of_another_type(connector, request.planned, (write, what), answer, diagnostics);
    }
    let (state, seen) = settle(request, write, &Map::new(), answer, &mut diagnostics);
    let memory = Memory { import: memory.import, hash: memory.hash, ..seen };
    Outcome::stored(state, memory.encode(), diagnostics)
}

/// The outcome of a create of which nobody knows whether it was carried out, under an ID that is surely ours.
/// The first read is the answer to it.
pub(super) fn unanswered(
    planned: &Value,
    empty: Value,
    id: &str,
    space_id: &str,
    diagnostics: Diagnostics,
) -> Outcome {
    let mut known = empty;
    known.set("id", Value::text(id));
    known.set("space_id", Value::text(space_id));
    let memory = Memory { unanswered: true, ..Memory::default() };
    Outcome::stored(fill_unknown(planned, &known), memory.encode(), diagnostics)
}

/// The outcome of a write or a look that was answered with a connector of another type: the state is what
/// Kibana says, and the next plan puts it right.
fn of_another_type(
    connector: &Connector,
    planned: &Value,
    (write, what): (&Write, &str),
    answer: &ConnectorAnswer,
    mut diagnostics: Diagnostics,
) -> Outcome {
    let config = answer.config.clone().unwrap_or_default();
    let mut known = planned.clone();
    set_flags(&mut known, answer);
    let mut state = fill_unknown(planned, &known);
    state.set("name", Value::text(&answer.name));
    state.set("connector_type_id", Value::text(&answer.connector_type_id));
    state.set(SECRETS_WO_VERSION, Value::Null);
    connector.blocks().iter().for_each(|block| state.set(block.name(), Value::Null));
    let mut memory = Memory::default();
    if let Some(block) =
        connector.blocks().iter().find(|block| block.fits(&answer.connector_type_id, &config))
    {
        state.set(block.name(), block.decode(&answer.connector_type_id, &config).block);
        memory.unknown = block.unknown_keys(&config);
    }
    // Any other text of an answer may be a secret that came back.
    let said = match is_known_type(&answer.connector_type_id) {
        true => format!("of type {:?}", answer.connector_type_id),
        false => "of another type".to_owned(),
    };
    diagnostics.error(
        Path::root(),
        "Kibana answered with another type of connector",
        format!(
            "{what} {:?}, and Kibana answered that it is {said}. The state holds what Kibana says, and the next plan puts it \
             right, in place or by replacing the connector. Something between the provider and Kibana may have changed the \
             request.",
            write.connector_type_id
        ),
    );
    Outcome::stored(state, memory.encode(), diagnostics)
}

/// The flags of an answer.
pub(super) fn set_flags(state: &mut Value, answer: &ConnectorAnswer) {
    state.set("is_deprecated", Value::Bool(answer.is_deprecated));
    state.set("is_missing_secrets", Value::Bool(answer.is_missing_secrets.unwrap_or_default()));
    state.set("is_preconfigured", Value::Bool(answer.is_preconfigured));
    state.set("is_system_action", Value::Bool(answer.is_system_action));
}

/// The state after Kibana's answer, and what to remember. `sent` is what the user wrote of the config that
/// was sent.
fn settle(
    request: &ApplyRequest<'_>,
    write: &Write,
    sent: &Map<String, Json>,
    answer: &ConnectorAnswer,
    diagnostics: &mut Diagnostics,
) -> (Value, Memory) {
    let block = write.block;
    let config = answer.config.clone().unwrap_or_default();
    let mut known = request.planned.clone();
    set_flags(&mut known, answer);
    let mut known_block = block.decode(&answer.connector_type_id, &config).block;
    block.set_facts(&mut known_block, answer, sent);
    known.set(block.name(), known_block);
    let state = fill_unknown(request.planned, &known);
    let mut memory = match answer.config {
        Some(_) => block.remember(state.get(block.name()), sent, &config, diagnostics),
        None => Memory::default(),
    };
    if !state.get("name").means(&Value::text(&answer.name)) {
        diagnostics.warning(
            Path::of("name"),
            "Kibana stored another value for `name`",
            "Kibana accepted the connector and answers that it now has another name. The state keeps the name that was \
             written, and later plans will not report this difference again.",
        );
        memory.name = Some(answer.name.clone());
    }
    (state, memory)
}

/// The version of write-only secrets that were sent, counted by us, and their hash: those that were there
/// before, if these are the same secrets.
async fn counted(request: &ApplyRequest<'_>, write_only: &Map<String, Json>) -> (i64, String) {
    let prior = request.prior.and_then(|prior| prior.get(SECRETS_WO_VERSION).as_number()?.as_i64());
    let prior_hash = request.prior.and_then(|_| Memory::decode(request.private).hash);
    match (prior, prior_hash) {
        (Some(version), Some(hash)) if hash::matches(&hash, write_only).await => (version, hash),
        (Some(version), _) => (version.saturating_add(1), hash::of(write_only).await),
        (None, _) => (1, hash::of(write_only).await),
    }
}
