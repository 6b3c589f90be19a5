//! Carrying out a plan: create, update, delete. Whatever fails, the state that exists is returned with the error.

use super::answer::{config_of, set_flags};
use super::form::Form;
use super::memory::Memory;
use super::secrets::{self, VERSION};
use super::{Connector, address_of, hash, id};
use crate::catalog::check::{Occasion, SecretsGiven, check};
use crate::client::{
    Address, Client, Connector as Answer, ConnectorBody, CreateOutcome, Error, IdChoice, Operation,
};
use crate::diag::Diagnostics;
use crate::explain;
use crate::offer::{Context, Served};
use crate::resources::{ApplyRequest, Outcome};
use crate::schema::plan::fill_unknown;
use crate::value::{Path, Secret, Value};
use serde_json::{Map, Value as Json};

pub(super) async fn apply(connector: &Connector, context: Context<'_>, request: ApplyRequest<'_>) -> Outcome {
    let unchanged = |diagnostics| Outcome::kept(request.prior, request.private, diagnostics);
    let form = match connector.form(request.planned) {
        Ok(form) => form,
        Err(error) => return unchanged(error.into()),
    };
    let Some(client) = context.provider.client() else {
        return unchanged(not_configured());
    };
    let write = Write::new(form, &request);
    let prior_secrets = request.prior.map(|prior| connector.secrets_in(prior)).unwrap_or_default();
    let operation =
        client.operation(context.stop).hiding(write.secrets.iter().cloned()).hiding(prior_secrets);
    let Some(prior) = request.prior else {
        return create(connector, client, &operation, &request, &write).await;
    };
    // What a plan may not have seen of the secrets, because of `ignore_changes`, is judged before anything is sent.
    let missing = write.missing_secrets(&request);
    if missing.has_errors() {
        return unchanged(missing);
    }
    let memory = Memory::decode(request.private);
    if memory.only_look {
        return look(client, &operation, &request, &write, prior, memory).await;
    }
    match update(client, &operation, prior, &write, &memory).await {
        Ok((answer, diagnostics)) => written(&request, &write, &answer, diagnostics).await,
        Err(error) => unchanged(explain::diagnostic(&error).into()),
    }
}

/// What a create or an update sends.
struct Write {
    form: Form,
    name: String,
    connector_type_id: String,
    config: Map<String, Json>,
    secrets_json: Map<String, Json>,
    /// The secret values, to be masked wherever they come back.
    secrets: Vec<Secret>,
}

impl Write {
    fn new(form: Form, request: &ApplyRequest<'_>) -> Self {
        let text = |name: &str| request.planned.get(name).as_str().unwrap_or_default().to_owned();
        let (planned, written) = (request.planned.get(form.block()), request.config.get(form.block()));
        let secrets_json = secrets::to_send(form, request.planned, request.config);
        let secrets = secrets::texts(&secrets_json);
        Self {
            form,
            name: text("name"),
            connector_type_id: text("connector_type_id"),
            config: form.config(planned, written),
            secrets_json,
            secrets,
        }
    }

    fn body(&self, config: Map<String, Json>) -> ConnectorBody {
        ConnectorBody {
            name: self.name.clone(),
            connector_type_id: self.connector_type_id.clone(),
            config,
            secrets: self.secrets_json.clone(),
        }
    }

    /// Secrets that Kibana demands and that will not be sent.
    fn missing_secrets(&self, request: &ApplyRequest<'_>) -> Diagnostics {
        let Form::Typed(ty) = self.form else { return Diagnostics::new() };
        let block = request.planned.get(self.form.block());
        let secrets = match block.get("secrets") {
            Value::Null => secrets::given(self.form, request.config),
            stored => SecretsGiven {
                value: stored.clone(),
                path: self.form.path().attribute("secrets"),
                in_attribute: false,
            },
        };
        // Planned defaults are no more than that: as in a plan, what equals one counts as not written.
        let occasion = Occasion { sends: false, demands_secrets: true, prior: Some(block) };
        check(ty, block, &self.form.path(), &secrets, occasion)
    }
}

async fn create(
    connector: &Connector,
    client: &Client,
    operation: &Operation,
    request: &ApplyRequest<'_>,
    write: &Write,
) -> Outcome {
    let choice = match request.planned.get("id").as_str() {
        Some(id) => IdChoice::Users(id.to_owned()),
        None => IdChoice::Generated(uuid::Uuid::new_v4().to_string()),
    };
    let space = request.planned.get("space_id").as_str().unwrap_or_else(|| client.default_space()).to_owned();
    let body = write.body(write.config.clone());
    let first = client.create_connector(operation, &space, &choice, &body).await;

    // A refusal because of something that the user did not write is repaired once.
    let (outcome, mut diagnostics) = match repair(write, &write.config, &Map::new(), &first) {
        Some((config, warning)) => {
            let body = write.body(config);
            (client.create_connector(operation, &space, &choice, &body).await, warning)
        }
        None => (first, Diagnostics::new()),
    };
    diagnostics.extend(explain::created(&outcome));
    let answer = match outcome {
        CreateOutcome::Created(answer)
        | CreateOutcome::Adopted { connector: answer, .. }
        | CreateOutcome::OtherId { connector: answer, .. } => answer,
        CreateOutcome::Unknown { kept: Some(id), .. } => {
            let mut known = connector.schema().block.empty_value();
            known.set("id", Value::text(id));
            known.set("space_id", Value::text(space));
            let state = fill_unknown(request.planned, &known);
            let memory = Memory { unanswered: true, ..Memory::default() };
            return Outcome::stored(state, memory.encode(), diagnostics);
        }
        CreateOutcome::Unknown { kept: None, .. } => {
            return Outcome::gone(diagnostics);
        }
        CreateOutcome::Failed(error) => {
            if error.is_id_in_use() {
                diagnostics.extend(id::import_hint(
                    connector.type_name,
                    &Address::new(space, choice.id()),
                    client.default_space(),
                ));
            }
            return Outcome::gone(diagnostics);
        }
    };
    let mut state_planned = request.planned.clone();
    state_planned.set("id", Value::text(&answer.id));
    state_planned.set("space_id", Value::text(space));
    let request = ApplyRequest { planned: &state_planned, ..*request };
    written(&request, write, &answer, diagnostics).await
}

/// Looks at a connector that changes its block and stays what it is.
async fn look(
    client: &Client,
    operation: &Operation,
    request: &ApplyRequest<'_>,
    write: &Write,
    prior: &Value,
    memory: Memory,
) -> Outcome {
    match client.get_connector(operation, &address_of(prior)).await {
        Ok(answer) => {
            let mut diagnostics = Diagnostics::new();
            let (state, seen) = settle(request, write, &Map::new(), &answer, &mut diagnostics);
            let memory = Memory { imported: memory.imported, hash: memory.hash, ..seen };
            Outcome::stored(state, memory.encode(), diagnostics)
        }
        Err(error) => {
            let memory = Memory { only_look: false, ..memory };
            Outcome::stored(prior.clone(), memory.encode(), explain::diagnostic(&error).into())
        }
    }
}

/// Sends an update; gives back the answer and warnings.
async fn update(
    client: &Client,
    operation: &Operation,
    prior: &Value,
    write: &Write,
    memory: &Memory,
) -> Result<(Answer, Diagnostics), Error> {
    let address = address_of(prior);
    let mut config = write.config.clone();
    // What a newer Kibana keeps beside what we know would be lost if it were not sent back. Another block, or
    // `custom`, sends exactly what is written.
    let kept = if prior.get(write.form.block()).is_null() || matches!(write.form, Form::Custom) {
        Map::new()
    } else {
        memory.unknown.clone()
    };
    config.extend(kept.clone());
    let first = client.update_connector(operation, &address, &write.body(config.clone())).await;
    let first = match first {
        Ok(answer) => return Ok((answer, Diagnostics::new())),
        Err(error) => error,
    };
    let refused = CreateOutcome::Failed(first.clone());
    let Some((repaired, warning)) = repair(write, &config, &kept, &refused) else { return Err(first) };
    let answer = client.update_connector(operation, &address, &write.body(repaired)).await?;
    Ok((answer, warning))
}

/// The config with which a refused write is repeated a single time, and the warning that says so: only after a 400,
/// and only where something was at fault that the user did not write.
fn repair(
    write: &Write,
    config: &Map<String, Json>,
    kept: &Map<String, Json>,
    outcome: &CreateOutcome,
) -> Option<(Map<String, Json>, Diagnostics)> {
    let CreateOutcome::Failed(error) = outcome else { return None };
    let message = error.kibana_message().filter(|_| error.status() == Some(400))?;
    let mut diagnostics = Diagnostics::new();
    if !kept.is_empty() {
        let keys: Vec<_> = kept.keys().map(|key| format!("`{key}`")).collect();
        diagnostics.warning(
            write.form.path(),
            "Unknown settings were dropped",
            format!(
                "Kibana refused the update while it held {}, which this version of the provider does not know and had kept \
                 from an earlier answer: {message}. The update was sent again without.",
                keys.join(", ")
            ),
        );
        return Some((write.config.clone(), diagnostics));
    }
    let (key, value) = write.form.repair_of(config, message)?;
    diagnostics.warning(
        write.form.path(),
        "Kibana needed an explicit setting",
        format!(
            "Kibana refused the connector as it was written: {message}. It was sent again with `{key}` set to {value}, which \
             means the same."
        ),
    );
    let mut repaired = config.clone();
    repaired.insert(key.to_owned(), value);
    Some((repaired, diagnostics))
}

/// The outcome of a write that Kibana answered.
async fn written(
    request: &ApplyRequest<'_>,
    write: &Write,
    answer: &Answer,
    mut diagnostics: Diagnostics,
) -> Outcome {
    let (mut state, mut memory) = settle(request, write, &write.config, answer, &mut diagnostics);
    if request.config.get(VERSION).is_null() && !request.planned.get(VERSION).is_null() {
        let (version, hash) = counted(request, &secrets::write_only_json(write.form, request.config)).await;
        if request.planned.get(VERSION).is_unknown() {
            state.set(VERSION, Value::Number(version.into()));
        }
        // Also once the secrets were taken out of the configuration, a version of our own lives with a hash.
        memory.hash = Some(hash);
    }
    Outcome::stored(state, memory.encode(), diagnostics)
}

/// The version of write-only secrets that were sent, counted by us, and their hash: those that were there before, if these
/// are the same secrets.
async fn counted(request: &ApplyRequest<'_>, write_only: &Map<String, Json>) -> (i64, String) {
    let prior = request.prior.and_then(|prior| prior.get(VERSION).as_number()?.as_i64());
    let prior_hash = request.prior.and_then(|_| Memory::decode(request.private).hash);
    match (prior, prior_hash) {
        (Some(version), Some(hash)) if hash::matches(&hash, write_only).await => (version, hash),
        (Some(version), _) => (version.saturating_add(1), hash::of(write_only).await),
        (None, _) => (1, hash::of(write_only).await),
    }
}

/// The state after Kibana's answer, and what to remember: what was planned stays, what was unknown is what Kibana
/// answered. `sent` is what the user wrote of the config that was sent.
fn settle(
    request: &ApplyRequest<'_>,
    write: &Write,
    sent: &Map<String, Json>,
    answer: &Answer,
    diagnostics: &mut Diagnostics,
) -> (Value, Memory) {
    let (form, config) = (write.form, config_of(answer));
    let reading = form.decode(&answer.connector_type_id, &config);
    let mut known = request.planned.clone();
    set_flags(&mut known, answer);
    known.set(form.block(), reading.block);
    let state = fill_unknown(request.planned, &known);
    let mut memory = match answer.config {
        Some(_) => form.remember(state.get(form.block()), sent, &config, diagnostics),
        None => Memory::default(),
    };
    if !state.get("name").means(&Value::text(&answer.name)) {
        diagnostics.warning(
            Path::of("name"),
            "Kibana stored something else",
            "Kibana accepted the connector and answers that it now has another name. The state keeps the name that was \
             written, and later plans will not report this difference again.",
        );
        memory.name = Some(answer.name.clone());
    }
    (state, memory)
}

/// Deletes a connector; one that is gone already is deleted.
pub(super) async fn delete(
    connector: &Connector,
    context: Context<'_>,
    state: &Value,
    private: &[u8],
) -> Outcome {
    let keep = |diagnostics| Outcome::kept(Some(state), private, diagnostics);
    let Some(client) = context.provider.client() else {
        return keep(not_configured());
    };
    let operation = client.operation(context.stop).hiding(connector.secrets_in(state));
    match client.delete_connector(&operation, &address_of(state)).await {
        Ok(()) => Outcome::gone(Diagnostics::new()),
        Err(error) => keep(explain::diagnostic(&error).into()),
    }
}

fn not_configured() -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.error(
        Path::root(),
        "Provider not configured",
        "The provider's configuration is not known, so nothing was sent to Kibana.",
    );
    diagnostics
}
