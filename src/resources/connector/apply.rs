//! Carrying out a plan: create, update, delete. Whatever fails, the state that exists is returned with the
//! error.

use super::memory::{Memory, Task};
use super::write::Write;
use super::{Connector, address, id, preflight, settle};
use crate::client::{Address, Client, CreateOutcome, Error, IdChoice, Operation};
use crate::diag::Diagnostics;
use crate::explain;
use crate::offer::{Context, Served};
use crate::resources::{ApplyRequest, Outcome};
use crate::value::{Path, Value};

pub(super) async fn apply(connector: &Connector, context: Context<'_>, request: ApplyRequest<'_>) -> Outcome {
    let memory = request.prior.map(|_| Memory::decode(request.private)).unwrap_or_default();
    // As the state had it: what a plan alone says ends with the plan.
    let private = memory.encode();
    let unchanged = |diagnostics| Outcome::kept(request.prior, &private, diagnostics);
    let block = match connector.block_in(request.planned) {
        Ok(block) => block,
        Err(error) => return unchanged(error.into()),
    };
    let Some(client) = context.provider.client() else {
        return unchanged(not_configured());
    };
    let write = Write::new(block, &request, &memory);
    let prior_secrets = request.prior.map(|prior| connector.secrets_in(prior)).unwrap_or_default();
    let operation = client.operation(context.stop).hiding(write.secret_texts()).hiding(prior_secrets);
    let Some(prior) = request.prior else {
        let missing = preflight::missing_space(context, write.space_id(&request, client)).await;
        if missing.has_errors() {
            return unchanged(missing);
        }
        context.provider.writes();
        return create(connector, client, &operation, &request, &write).await;
    };
    match Task::decode(request.private) {
        Task::Store => return Outcome::stored(request.planned.clone(), memory.encode(), Diagnostics::new()),
        Task::Look => return look(connector, client, &operation, (&request, &write), prior, memory).await,
        Task::Write => {}
    }
    if write.refusal.has_errors() {
        return unchanged(write.refusal);
    }
    context.provider.writes();
    update(connector, client, &operation, &request, &write, prior).await
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
    let space = write.space_id(request, client).to_owned();
    let first = client.create_connector(operation, &space, &choice, &write.body()).await;

    // A refusal because of something that the user did not write is repaired once.
    let repaired = match &first {
        CreateOutcome::Failed(error) => write.repaired(error),
        _ => None,
    };
    let outcome = match &repaired {
        Some(repaired) => client.create_connector(operation, &space, &choice, &repaired.body).await,
        None => first,
    };
    let mut diagnostics = explain::created(&outcome);
    if let CreateOutcome::Failed(error) = &outcome {
        diagnostics.change_errors(|told| write.place(error, told));
    }
    if let Some(repaired) = repaired {
        diagnostics = repaired.told(diagnostics, outcome.error().is_none_or(Error::was_sent));
    }
    let answer = match outcome {
        CreateOutcome::Created(answer)
        | CreateOutcome::Adopted { connector: answer, .. }
        | CreateOutcome::OtherId { connector: answer, .. } => answer,
        CreateOutcome::Unknown { kept: Some(id), .. } => {
            let empty = connector.schema().block.empty_value();
            return settle::unanswered(request.planned, empty, &id, &space, diagnostics);
        }
        CreateOutcome::Unknown { kept: None, .. } | CreateOutcome::Taken { .. } => {
            return Outcome::gone(diagnostics);
        }
        CreateOutcome::Failed(error) => {
            if error.is_id_in_use() {
                let address = Address::new(space, choice.id());
                diagnostics.extend(id::import_hint(connector.type_name(), &address, client.default_space()));
            }
            return Outcome::gone(diagnostics);
        }
    };
    diagnostics.extend(write.block.note_of_create(&answer));
    let mut planned = request.planned.clone();
    planned.set("id", Value::text(&answer.id));
    planned.set("space_id", Value::text(space));
    let request = ApplyRequest { planned: &planned, ..*request };
    settle::written(connector, &request, write, &answer, diagnostics).await
}

/// Looks at a connector that changes its block and stays what it is.
async fn look(
    connector: &Connector,
    client: &Client,
    operation: &Operation,
    (request, write): (&ApplyRequest<'_>, &Write),
    prior: &Value,
    memory: Memory,
) -> Outcome {
    match client.get_connector(operation, &address::of(prior)).await {
        Ok(answer) => settle::looked(connector, request, write, &answer, memory),
        Err(error) => Outcome::stored(prior.clone(), memory.encode(), explain::diagnostic(&error).into()),
    }
}

async fn update(
    connector: &Connector,
    client: &Client,
    operation: &Operation,
    request: &ApplyRequest<'_>,
    write: &Write,
    prior: &Value,
) -> Outcome {
    let address = address::of(prior);
    let first = client.update_connector(operation, &address, &write.body()).await;
    // A refusal because of something that the user did not write is repaired once.
    let repaired = first.as_ref().err().and_then(|error| write.repaired(error));
    let answer = match &repaired {
        Some(repaired) => client.update_connector(operation, &address, &repaired.body).await,
        None => first,
    };
    let mut diagnostics = Diagnostics::new();
    if let Err(error) = &answer {
        let mut told = explain::diagnostic(error);
        write.place(error, &mut told);
        diagnostics.push(told);
    }
    if let Some(repaired) = repaired {
        diagnostics = repaired.told(diagnostics, answer.as_ref().err().is_none_or(Error::was_sent));
    }
    match answer {
        Ok(answer) => settle::written(connector, request, write, &answer, diagnostics).await,
        Err(_) => Outcome::kept(Some(prior), request.private, diagnostics),
    }
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
    context.provider.writes();
    let operation = client.operation(context.stop).hiding(connector.secrets_in(state));
    match client.delete_connector(&operation, &address::of(state)).await {
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
