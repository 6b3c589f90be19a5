//! Runs a connector, which here means: judges what a run would be judged by and says that it went well, or as
//! a test wants it.
//!
//! A failed run is a 200 too. Params are checked for the types whose own module Kibana has always had.

use serde_json::{Value, json};

use super::Call;
use super::connectors::{self, is_system_connector, not_found};
use super::envelope;
use super::reply::Reply;
use crate::contract::{self, Object};
use crate::options::{Release, Rights};

pub(crate) fn run(call: &Call<'_>, id: &str, params: &Object) -> Result<Reply, Reply> {
    if is_system_connector(id) {
        return Err(Reply::error(400, "Execution of system action is not allowed"));
    }
    let preconfigured = connectors::find_preconfigured(call, id);
    let stored = call.state.visible(call.space, id);
    if call.rights != Rights::All {
        let stored = stored.filter(|_| call.rights == Rights::Read).map(|found| &found.connector_type_id);
        return Err(match preconfigured.map(|found| &found.connector_type_id).or(stored) {
            Some(type_id) => Reply::error(403, &format!("Unauthorized to execute a \"{type_id}\" action")),
            None => Reply::error(403, "Unauthorized to execute actions"),
        });
    }
    if let Some(found) = preconfigured {
        return Ok(judged(call, id, &found.connector_type_id, params));
    }
    let found = stored.ok_or_else(|| not_found(id))?;
    let release = call.state.release;
    let type_id = &found.connector_type_id;
    let kind = envelope::find_type(release, type_id)
        .ok_or_else(|| Reply::error(400, &format!("Action type \"{type_id}\" is not registered.")))?;
    connectors::check_enabled(call, kind)?;
    // What is stored already went through the schema; a connector that came by import may lack secrets.
    if let Err(message) = contract::parse_secrets(kind, &found.secrets, release, &call.options.settings) {
        return Ok(failed(id, &message, "framework"));
    }
    Ok(judged(call, id, type_id, params))
}

fn judged(call: &Call<'_>, id: &str, type_id: &str, params: &Object) -> Reply {
    let needs: &[(&str, &str)] = match type_id {
        ".server-log" | ".slack" | ".teams" => &[("message", "string")],
        ".index" => &[("documents", "array")],
        ".email" => &[("subject", "string"), ("message", "string")],
        _ => &[],
    };
    let missing = needs.iter().find(|(key, _)| !params.contains_key(*key));
    if let Some((key, kind)) = missing {
        let tail = if call.state.release == Release::Old {
            format!("[{key}]: expected value of type [{kind}] but got [undefined]")
        } else {
            format!("✖ Invalid input: expected {kind}, received undefined\n  → at {key}")
        };
        return failed(id, &format!("error validating action params: {tail}"), "user");
    }
    let runs = &call.state.runs;
    if let Some(run) = runs.get(id).or_else(|| runs.get("*")) {
        return Reply::ok(run.body(id));
    }
    let mut body = json!({"connector_id": id, "status": "ok"});
    if type_id != ".server-log" {
        body["data"] = Value::Object(Object::new());
    }
    Reply::ok(body)
}

fn failed(id: &str, message: &str, source: &str) -> Reply {
    Reply::ok(json!({
        "connector_id": id,
        "status": "error",
        "message": message,
        "retry": false,
        "errorSource": source,
    }))
}
