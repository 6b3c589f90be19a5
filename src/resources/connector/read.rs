//! Refresh and import: what Kibana shows, compared with what the state holds.

use super::answer::set_flags;
use super::form::{self, Form};
use super::memory::Memory;
use super::{Connector, address_of};
use crate::client::{Address, Connector as Answer, Error};
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::explain;
use crate::offer::{Context, Served};
use crate::provider::{Provider, is_space_id};
use crate::resources::{ImportTarget, Outcome};
use crate::value::{Path, Value};
use serde_json::Map;

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
    let address = address_of(state);
    let is_import = connector.form(state).is_err();
    let operation = client.operation(context.stop).hiding(connector.secrets_in(state));
    match client.get_connector(&operation, &address).await {
        Ok(answer) if is_import && (answer.is_preconfigured || answer.is_system_action) => {
            keep(not_ours(&answer).into())
        }
        Ok(answer) => compare(connector, state, &answer, Memory::decode(private)),
        Err(error) if error.is_not_found() && is_import => {
            let Address { space_id: space, id } = &address;
            keep(failure(
                &error,
                "Nothing to import",
                &format!(
                    "There is no connector with the ID {id:?} in the space {space:?}. Connectors are seen only in their own \
                     space: import one of another space as `SPACE/ID`. A connector that belongs to Kibana itself cannot be \
                     imported."
                ),
            ))
        }
        Err(error) if error.is_not_found() => Outcome::gone(Diagnostics::new()),
        Err(error) => keep(explain::diagnostic(&error).into()),
    }
}

/// The state after a read.
fn compare(connector: &Connector, state: &Value, answer: &Answer, mut memory: Memory) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let mut new = state.clone();
    let name = Value::text(&answer.name);
    if state.get("name").means(&name) {
        memory.name = None;
    } else if memory.name.as_deref() != Some(answer.name.as_str()) {
        memory.name = None;
        new.set("name", name);
    }
    new.set("connector_type_id", Value::text(&answer.connector_type_id));
    set_flags(&mut new, answer);
    if let Some(config) = &answer.config {
        let held = connector.form(state).ok();
        let now = match held {
            Some(Form::Custom) => Form::Custom,
            _ => form::of_connector(connector.types, &answer.connector_type_id, config),
        };
        let same_block = held.is_some_and(|held| held.block() == now.block());
        let reading = if same_block && memory.unanswered {
            let reading = now.take_answer(state.get(now.block()), config);
            // Nobody was told then what Kibana made of the create; it would come as a surprise now.
            let seen = now.remember(&reading.block, &Map::new(), config, &mut Diagnostics::new());
            memory = Memory { name: memory.name, ..seen };
            reading
        } else if same_block {
            now.reconcile(state.get(now.block()), config, &mut memory)
        } else {
            // Nothing that was remembered belongs to another block.
            memory = Memory { imported: true, name: memory.name, ..Memory::default() };
            now.decode(&answer.connector_type_id, config)
        };
        for form in connector.forms() {
            new.set(form.block(), Value::Null);
        }
        new.set(now.block(), reading.block);
        diagnostics.extend(reading.diagnostics);
        if matches!(now, Form::Custom) {
            set_custom_type(&mut new, &answer.connector_type_id);
        }
    } else if connector.form(state).is_ok() {
        diagnostics.warning(
            Path::root(),
            "Kibana does not show this connector's configuration",
            "A connector of this ID is now defined in Kibana's own configuration file (`xpack.actions.preconfigured`), and \
             hides the one that Terraform manages. The state keeps what was known of it. Rename one of the two.",
        );
    }
    Outcome::stored(new, memory.encode(), diagnostics)
}

fn set_custom_type(state: &mut Value, connector_type_id: &str) {
    let mut block = state.get(form::CUSTOM).clone();
    block.set("connector_type_id", Value::text(connector_type_id));
    state.set(form::CUSTOM, block);
}

/// Turns `ID` or `SPACE/ID` into the state that `read` needs.
pub(super) fn import(connector: &Connector, context: Context<'_>, target: ImportTarget<'_>) -> Outcome {
    let mut diagnostics = Diagnostics::new();
    let id = match target {
        ImportTarget::Id(id) => id,
        ImportTarget::Identity(identity) => identity.get("id").as_str().unwrap_or_default(),
    };
    let default_space = match context.provider {
        Provider::Ready(client) => client.default_space(),
        Provider::Unknown(argument) => {
            diagnostics.error(
                Path::root(),
                "Import needs a known Kibana",
                format!(
                    "The provider's argument `{argument}` is not known yet, so the connector to import cannot be looked at. \
                     Apply what it depends on first, then import."
                ),
            );
            return Outcome::gone(diagnostics);
        }
        Provider::NotConfigured => {
            diagnostics.error(
                Path::root(),
                "Provider not configured",
                "The connector to import cannot be looked at.",
            );
            return Outcome::gone(diagnostics);
        }
    };
    let address = Address::from_import(id, default_space).filter(|address| is_space_id(&address.space_id));
    let Some(address) = address else {
        diagnostics.error(
            Path::root(),
            "Invalid import ID",
            "Import a connector by its ID, which stands in the address of its page in Kibana, or as `SPACE/ID` for one in \
             another space than the provider's.",
        );
        return Outcome::gone(diagnostics);
    };
    let mut state = connector.schema().block.empty_value();
    state.set("id", Value::text(address.id));
    state.set("space_id", Value::text(address.space_id));
    let private = Memory { imported: true, ..Memory::default() }.encode();
    Outcome::stored(state, private, diagnostics)
}

fn not_ours(answer: &Answer) -> Diagnostic {
    let detail = if answer.is_system_action {
        format!(
            "The connector {:?} belongs to Kibana itself, which lets nobody change or delete it.",
            answer.id
        )
    } else {
        format!(
            "The connector {:?} is defined in Kibana's own configuration file (`xpack.actions.preconfigured`). Kibana lets \
             nobody change or delete it over its API, so Terraform cannot manage it. Use its ID as it is.",
            answer.id
        )
    };
    Diagnostic {
        severity: Severity::Error,
        summary: "Cannot import this connector".to_owned(),
        detail,
        path: Path::root(),
    }
}

/// An error with a title and a word of ours before what the client says of it.
fn failure(error: &Error, summary: &str, detail: &str) -> Diagnostics {
    let (_, explained) = explain::words(error);
    let mut diagnostics = Diagnostics::new();
    diagnostics.error(Path::root(), summary, format!("{detail}\n\n{explained}"));
    diagnostics
}
