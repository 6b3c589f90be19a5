//! Refresh: what Kibana shows, compared with what the state holds.

use serde_json::{Map, Value as Json};

use super::memory::{Import, Memory};
use super::settle::set_flags;
use super::{Connector, TYPE_NAME, address, adopt, block, resource_for};
use crate::client::{Address, ConnectorAnswer, Error};
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::explain;
use crate::offer::{Context, Served};
use crate::resources::Outcome;
use crate::value::{Path, Value};

/// How the IDs of Kibana's own connectors begin.
const SYSTEM: &str = "system-connector-";

/// Reads a connector. Only Kibana's own word makes it gone; any failure leaves the state alone.
pub(super) async fn read(
    connector: &Connector,
    context: Context<'_>,
    state: &Value,
    private: &[u8],
) -> Outcome {
    let keep = |diagnostics| Outcome::kept(Some(state), private, diagnostics);
    let Some(client) = context.provider.client() else {
        return keep(Diagnostics::new());
    };
    let address = address::of(state);
    context.provider.meet(&address.id);
    let memory = Memory::decode(private);
    let is_import = memory.import == Import::Pending;
    let operation = client.operation(context.stop).hiding(connector.secrets_in(state));
    if !is_import
        && let Some(answer) = client.glimpse_connector(&operation, &address).await
        && shows_config(&answer)
        && let Ok(outcome) = compare(connector, state, &answer, Memory::decode(private))
        && outcome.state.as_ref() == Some(state)
        && outcome.private == private
    {
        // What a list shows otherwise than the state is asked for by ID before it counts.
        return outcome;
    }
    match client.get_connector(&operation, &address).await {
        Ok(answer) if is_import && (answer.is_preconfigured || answer.is_system_action) => {
            keep(not_ours(&answer).into())
        }
        Ok(answer) => match compare(connector, state, &answer, memory) {
            Ok(outcome) => outcome,
            Err(error) => keep(error.into()),
        },
        // Kibana does not show these at all, whatever the credentials.
        Err(error) if is_import && error.status() == Some(404) && address.id.starts_with(SYSTEM) => {
            keep(belongs_to_kibana(&address.id).into())
        }
        Err(error) if error.is_not_found() && is_import => {
            keep(nothing_there(&error, &address, client.default_space()))
        }
        Err(error) if error.is_not_found() => Outcome::gone(Diagnostics::new()),
        Err(error) => keep(explain::diagnostic(&error).into()),
    }
}

/// The state after a read; an error where it is the read after an import of what this resource cannot hold.
pub(super) fn compare(
    connector: &Connector,
    state: &Value,
    answer: &ConnectorAnswer,
    mut memory: Memory,
) -> Result<Outcome, Diagnostic> {
    let mut diagnostics = Diagnostics::new();
    let mut new = state.clone();
    let name = Value::text(&answer.name);
    if state.get("name").means(&name) {
        memory.name = None;
    } else if memory.name.as_deref() != Some(answer.name.as_str()) {
        memory.name = None;
        new.set("name", name);
    }
    if memory.import == Import::Pending {
        adopt::nameless(&answer.name).into_iter().for_each(|warning| diagnostics.push(warning));
    }
    new.set("connector_type_id", Value::text(&answer.connector_type_id));
    set_flags(&mut new, answer);
    if let Some(config) = &answer.config {
        compare_block(connector, &mut new, answer, config, &mut memory, &mut diagnostics)?;
    } else if !shows_config(answer) {
        let unusable = without_config(answer);
        if memory.import == Import::Pending {
            return Err(unusable);
        }
        diagnostics.push(Diagnostic { severity: Severity::Warning, ..unusable });
    } else if connector.block_in(state).is_ok() {
        diagnostics.warning(
            Path::root(),
            "Kibana does not show this connector's configuration",
            "A connector of this ID is now defined in Kibana's own configuration file (`xpack.actions.preconfigured`), and \
             hides the one that Terraform manages. The state keeps what was known of it. Rename one of the two.",
        );
    }
    Ok(Outcome::stored(new, memory.encode(), diagnostics))
}

/// Whether an answer shows a config, or is about one of the connectors whose config Kibana does not show.
pub(super) fn shows_config(answer: &ConnectorAnswer) -> bool {
    answer.config.is_some() || answer.is_preconfigured || answer.is_system_action
}

pub(super) fn without_config(answer: &ConnectorAnswer) -> Diagnostic {
    let detail = format!(
        "Kibana shows the connector {:?} without its `config`, although it is not defined in Kibana's own configuration file. \
         Nothing can be said about its settings; a state keeps what was known of them. Look at the connector in Kibana, and \
         save it there again.",
        answer.id
    );
    error("Kibana's answer cannot be used", detail)
}

/// The block of the state after a read, which may be another one than before, or none where this resource has
/// no block for what the connector has become.
fn compare_block(
    connector: &Connector,
    state: &mut Value,
    answer: &ConnectorAnswer,
    config: &Map<String, Json>,
    memory: &mut Memory,
    diagnostics: &mut Diagnostics,
) -> Result<(), Diagnostic> {
    let type_id = answer.connector_type_id.as_str();
    if let Some(held) = connector.block_in(state).ok().filter(|held| held.still_fits(type_id, config)) {
        let value = state.get(held.name());
        let mut reading = if memory.unanswered {
            let reading = held.take_answer(value, config);
            // Nobody was told then what Kibana made of the create; it would come as a surprise now.
            let seen = held.remember(&reading.block, &Map::new(), config, &mut Diagnostics::new());
            *memory = Memory { name: memory.name.take(), ..seen };
            reading
        } else {
            held.reconcile(value, type_id, config, memory)
        };
        held.set_facts(&mut reading.block, answer, &Map::new());
        memory.blank = held.blank_entries(config);
        state.set(held.name(), reading.block);
        diagnostics.extend(reading.diagnostics);
        return Ok(());
    }
    let now = if memory.import == Import::Pending {
        let chosen = adopt::block_for(connector, type_id, config);
        let (block, warning) = chosen.ok_or_else(|| other_type(connector, answer, config))?;
        warning.into_iter().for_each(|warning| diagnostics.push(warning));
        Some(block)
    } else {
        connector.blocks().iter().copied().find(|block| block.fits(type_id, config))
    };
    for block in connector.blocks() {
        state.set(block.name(), Value::Null);
    }
    // Nothing that was remembered belongs to another block.
    *memory = Memory { import: Import::Done, name: memory.name.take(), ..Memory::default() };
    if let Some(now) = now {
        let mut reading = now.decode(type_id, config);
        now.set_facts(&mut reading.block, answer, &Map::new());
        state.set(now.name(), reading.block);
        memory.unknown = now.unknown_keys(config);
        memory.blank = now.blank_entries(config);
        diagnostics.extend(reading.diagnostics);
    }
    Ok(())
}

fn other_type(connector: &Connector, answer: &ConnectorAnswer, config: &Map<String, Json>) -> Diagnostic {
    let type_id = answer.connector_type_id.as_str();
    let right = block::of_connector(type_id, config);
    let resource = resource_for(right, block::spec().fits(type_id, config), "as");
    let right = right.name();
    let own =
        connector.blocks().iter().map(|block| format!("`{}`", block.name())).collect::<Vec<_>>().join(", ");
    error(
        "Import into another resource type",
        format!(
            "The connector {:?} is of type {type_id:?}, which the block {own} of {} cannot hold. Import it as \
             {resource}, or as {TYPE_NAME} with the block `{right}`.",
            answer.id,
            connector.type_name(),
        ),
    )
}

fn not_ours(answer: &ConnectorAnswer) -> Diagnostic {
    if answer.is_system_action {
        return belongs_to_kibana(&answer.id);
    }
    let detail = format!(
        "The connector {:?} is defined in Kibana's own configuration file (`xpack.actions.preconfigured`). Kibana lets nobody \
         change or delete it over its API, so Terraform cannot manage it. Use its ID as it is.",
        answer.id
    );
    error("Cannot import this connector", detail)
}

fn belongs_to_kibana(id: &str) -> Diagnostic {
    let detail = format!(
        "The connector {id:?} is a system connector, which Kibana lets nobody change or delete. Remove its import."
    );
    error("Cannot import this connector", detail)
}

fn nothing_there(found: &Error, address: &Address, default_space: &str) -> Diagnostics {
    let Address { space_id, id } = address;
    let (_, explained) = explain::words(found);
    // Whoever got into another space has said so.
    let elsewhere = match space_id == default_space {
        true => " To import a connector of another space, write `SPACE/ID`.",
        false => "",
    };
    let detail = format!(
        "There is no connector with the ID {id:?} in the space {space_id:?}.{elsewhere} A system connector cannot be \
         imported.\n\n{explained}"
    );
    error("Nothing to import", detail).into()
}

fn error(summary: &str, detail: String) -> Diagnostic {
    Diagnostic { severity: Severity::Error, summary: summary.to_owned(), detail, path: Path::root() }
}
