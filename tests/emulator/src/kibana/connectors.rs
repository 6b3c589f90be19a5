//! Create, read, update and delete, each with Kibana's own order of checks.

use serde_json::Value;
use uuid::Uuid;

use super::body::{Create, Update};
use super::envelope::{self, Answering};
use super::reply::Reply;
use super::{Call, ids, inference, specs};
use crate::contract::{self, ConnectorType, Hook};
use crate::journal::{Did, note};
use crate::options::{License, LicenseState, Preconfigured, Release, Rights};
use crate::state::Connector;

/// Types that only Kibana itself makes connectors of.
const SYSTEM_TYPES: &[&str] = &[".cases", ".workflows", ".observability-ai-assistant"];

pub(crate) fn create(call: &mut Call<'_>, id: Option<&str>, body: Create) -> Result<Reply, Reply> {
    let type_id = body.connector_type_id;
    if call.rights != Rights::All {
        return Err(Reply::error(403, &format!("Unauthorized to create a \"{type_id}\" action")));
    }
    if is_system(&type_id) || id.is_some_and(is_system_connector) {
        return Err(Reply::error(
            400,
            &format!("System action creation is forbidden. Action type: {type_id}."),
        ));
    }
    if let Some(id) = id.filter(|id| find_preconfigured(call, id).is_some()) {
        return Err(Reply::error(400, &format!("This {id} already exists in a preconfigured action.")));
    }
    let kind = registered(call, &type_id)?;
    specs::check(call, kind, &body.config, &body.secrets, None)?;
    let mut parsed =
        contract::validate(kind, &body.config, &body.secrets, call.state.release, &call.options.settings)
            .map_err(|message| Reply::error(400, &message))?;
    check_enabled(call, kind)?;
    let endpoint = match kind.hook {
        Some(Hook::Inference) => Some(inference::create(call.state, &parsed.config)?),
        None => None,
    };
    let id = id.map_or_else(|| Uuid::new_v4().to_string(), str::to_owned);
    if let Err(refusal) = check_free(call, &id) {
        if let Some(endpoint) = endpoint {
            call.state.endpoints.remove(&endpoint);
        }
        return Err(refusal);
    }
    specs::complete(call, kind, &mut parsed.config, &parsed.secrets);
    let auth_mode = specs::auth_mode(kind, &parsed.config, &parsed.secrets);
    let connector = Connector {
        id: id.clone(),
        space: call.space.to_owned(),
        name: body.name,
        connector_type_id: type_id,
        config: parsed.config,
        secrets: parsed.secrets,
        is_missing_secrets: false,
        auth_mode,
    };
    let reply = envelope::stored(call, &connector, Answering::Create);
    note(&mut call.state.journal, call.number, Did::Created, &connector);
    call.state.connectors.insert(id, connector);
    call.state.changed = true;
    Ok(Reply::ok(Value::Object(reply)))
}

pub(crate) fn get(call: &Call<'_>, id: &str) -> Result<Reply, Reply> {
    if call.rights == Rights::Nothing {
        return Err(Reply::error(403, "Unauthorized to get actions"));
    }
    if is_system_connector(id) {
        return Err(Reply::error(404, "Connector ID not found"));
    }
    if let Some(found) = find_preconfigured(call, id) {
        return Ok(Reply::ok(Value::Object(envelope::preconfigured(call, found))));
    }
    let found = call.state.visible(call.space, id).ok_or_else(|| not_found(id))?;
    Ok(Reply::ok(Value::Object(envelope::stored(call, found, Answering::Read))))
}

pub(crate) fn update(call: &mut Call<'_>, id: &str, body: Update) -> Result<Reply, Reply> {
    if call.rights != Rights::All {
        return Err(Reply::error(403, "Unauthorized to update actions"));
    }
    if is_system_connector(id) {
        return Err(Reply::error(400, &format!("System action {id} can not be updated.")));
    }
    if find_preconfigured(call, id).is_some() {
        return Err(Reply::error(400, &format!("Preconfigured action {id} can not be updated.")));
    }
    let found = call.state.visible(call.space, id).cloned().ok_or_else(|| not_found(id))?;
    let kind = registered(call, &found.connector_type_id)?;
    specs::check(call, kind, &body.config, &body.secrets, Some(&found))?;
    let mut parsed =
        contract::validate(kind, &body.config, &body.secrets, call.state.release, &call.options.settings)
            .map_err(|message| Reply::error(400, &message))?;
    specs::complete(call, kind, &mut parsed.config, &parsed.secrets);
    check_enabled(call, kind)?;
    if kind.hook == Some(Hook::Inference) {
        inference::delete(call.state, &found.config);
        inference::create(call.state, &parsed.config)?;
    }
    let connector = Connector {
        name: body.name,
        config: parsed.config,
        secrets: parsed.secrets,
        is_missing_secrets: false,
        ..found
    };
    let reply = envelope::stored(call, &connector, Answering::Update);
    note(&mut call.state.journal, call.number, Did::Updated, &connector);
    call.state.connectors.insert(id.to_owned(), connector);
    call.state.changed = true;
    Ok(Reply::ok(Value::Object(reply)))
}

pub(crate) fn delete(call: &mut Call<'_>, id: &str) -> Result<Reply, Reply> {
    if call.rights != Rights::All {
        return Err(Reply::error(403, "Unauthorized to delete actions"));
    }
    if is_system_connector(id) {
        return Err(Reply::error(400, &format!("System action {id} is not allowed to delete.")));
    }
    // From 9.4 a stored connector is looked for first, so one that a preconfigured one hides can be deleted.
    let stored = call.state.visible(call.space, id).cloned();
    let hidden = call.state.release == Release::Old || stored.is_none();
    if hidden && find_preconfigured(call, id).is_some() {
        return Err(Reply::error(400, &format!("Preconfigured action {id} is not allowed to delete.")));
    }
    let found = stored.ok_or_else(|| not_found(id))?;
    let hook = envelope::find_type(call.state.release, &found.connector_type_id).and_then(|kind| kind.hook);
    if hook == Some(Hook::Inference) {
        inference::delete(call.state, &found.config);
    }
    note(&mut call.state.journal, call.number, Did::Deleted, &found);
    call.state.connectors.remove(id);
    call.state.changed = true;
    Ok(Reply::no_content())
}

pub(crate) fn not_found(id: &str) -> Reply {
    Reply::error(404, &format!("Saved object [action/{id}] not found"))
}

pub(crate) fn find_preconfigured<'a>(call: &Call<'a>, id: &str) -> Option<&'a Preconfigured> {
    call.options.preconfigured.iter().find(|one| one.id == id)
}

/// Whether the id belongs to a connector that Kibana runs for itself.
pub(crate) fn is_system_connector(id: &str) -> bool {
    id.strip_prefix("system-connector-").is_some_and(is_system)
}

fn is_system(type_id: &str) -> bool {
    SYSTEM_TYPES.contains(&type_id)
}

fn registered(call: &Call<'_>, type_id: &str) -> Result<&'static ConnectorType, Reply> {
    envelope::find_type(call.state.release, type_id)
        .ok_or_else(|| Reply::error(400, &format!("Action type \"{type_id}\" is not registered.")))
}

/// Judges configuration and license, after the config: a disabled type with a bad config tells of the config.
pub(crate) fn check_enabled(call: &Call<'_>, kind: &ConnectorType) -> Result<(), Reply> {
    let id = &kind.id;
    if call.options.disabled_types.contains(id) {
        let message = format!(
            "action type \"{id}\" is not enabled in the Kibana config xpack.actions.enabledActionTypes"
        );
        return Err(Reply::error(403, &message));
    }
    let license = call.options.license;
    if call.options.license_state == LicenseState::Expired && kind.license > License::Basic {
        let message =
            format!("Action type {id} is disabled because your {} license has expired.", license.name());
        return Err(Reply::error(403, &message));
    }
    if license < kind.license {
        let message = format!(
            "Action type {id} is disabled because your {} license does not support it. Please upgrade your license.",
            license.name()
        );
        return Err(Reply::error(403, &message));
    }
    Ok(())
}

fn check_free(call: &Call<'_>, id: &str) -> Result<(), Reply> {
    let release = call.state.release;
    ids::check_saved_object(id, release)?;
    if !call.state.connectors.contains_key(id) {
        return Ok(());
    }
    let message = if release == Release::Old {
        format!("Saved object [action/{id}] conflict")
    } else {
        format!("A connector is already using this ID: {id}. Choose a different ID.")
    };
    Err(Reply::error(409, &message))
}
