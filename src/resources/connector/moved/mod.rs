//! `moved` blocks: the state of another resource type becomes one of this, and nothing has to change.
//!
//! Kibana is not asked, and the provider need not be configured. From one of our own types what is remembered
//! beside the state goes along, since it is in Kibana's own keys; `elasticstack` reads the state of that
//! provider's resource.

mod elasticstack;
#[cfg(test)]
mod tests;

use super::block::{self, Meaning, TypeBlock};
use super::memory::Memory;
use super::{Connector, TYPE_NAME, resource_for};
use crate::diag::Diagnostics;
use crate::offer::Served;
use crate::resources::{MoveRequest, MovedState, Outcome};
use crate::value::{Path, Value};

/// The state of another resource type as one of this.
pub(super) fn take_over(connector: &Connector, request: MoveRequest<'_>) -> Outcome {
    let is_connector = request.type_name.starts_with(TYPE_NAME);
    match request.state {
        MovedState::Ours(state) if is_connector => from_ours(connector, &state, request.private),
        MovedState::Foreign(json) if elasticstack::wrote(request.provider, request.type_name) => {
            elasticstack::take_over(connector, request.version, &json)
        }
        MovedState::Ours(_) | MovedState::Foreign(_) => refused(format!(
            "The `moved` block leads from {} of the provider {} to {}, which can take over only {TYPE_NAME}, {TYPE_NAME}_TYPE, and \
             {} of the provider {}.",
            request.type_name,
            request.provider,
            connector.type_name(),
            elasticstack::TYPE_NAME,
            elasticstack::PROVIDER,
        )),
    }
}

fn from_ours(connector: &Connector, state: &Value, private: &[u8]) -> Outcome {
    let schema = &connector.schema().block;
    let mut new = schema.empty_value();
    for attribute in &schema.attributes {
        new.set(&attribute.name, state.get(&attribute.name).clone());
    }
    let mut memory = Memory::decode(private);
    let mut blocks = block::all().into_iter().chain([block::spec()]);
    if let Some(old) = blocks.find(|block| !state.get(block.name()).is_null()) {
        let value = state.get(old.name());
        if connector.blocks().iter().any(|block| block.name() == old.name()) {
            new.set(old.name(), value.clone());
        } else {
            let type_id = state.get("connector_type_id").as_str().unwrap_or_default();
            let meaning = old.meaning(value);
            let target = match fitting(connector, type_id, &meaning) {
                Ok(target) => target,
                Err(why) => return refused(why),
            };
            // What was written and need not be, Kibana chooses again once it is no longer written.
            let written = target.filled_keys(&meaning.config).into_iter();
            memory.sent.extend(written.filter(|key| !meaning.may_lack.contains(key)));
            memory.optional = target.open_keys(&meaning);
            // Where no block means exactly the same, none is there, and the next read fills it in.
            new.set(target.name(), target.restated(type_id, &meaning, None).unwrap_or(Value::Null));
        }
    }
    Outcome::stored(new, memory.encode(), Diagnostics::new())
}

/// The block of this resource that such a connector is best written in; else, for people, where it can go.
fn fitting(
    connector: &Connector,
    type_id: &str,
    meaning: &Meaning,
) -> Result<&'static dyn TypeBlock, String> {
    let fits = |block: &&'static dyn TypeBlock| {
        block.fits(type_id, &meaning.config) && block.holds_secrets(&meaning.secrets)
    };
    if let Some(block) = connector.blocks().iter().find(|block| fits(block)) {
        return Ok(*block);
    }
    let right = block::all().into_iter().find(|block| fits(block)).unwrap_or_else(block::custom);
    Err(format!(
        "The connector is of type {type_id:?}, and {} has no block that can hold all that is in its state. Move it to \
         {}, or to {TYPE_NAME}.",
        connector.type_name(),
        resource_for(right, fits(&block::spec()), "to")
    ))
}

fn refused(detail: String) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    diagnostics.error(Path::root(), "Unsupported move", detail);
    Outcome::gone(diagnostics)
}
