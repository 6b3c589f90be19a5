//! The spaces that exist, as list and one by one.

use serde_json::{Value, json};

use super::Call;
use super::list::locale_compare;
use super::reply::Reply;
use crate::options::{Credential, Rights, Space};

/// The spaces that the caller may log in to.
pub(crate) fn list(call: &Call<'_>, caller: Option<&Credential>) -> Result<Reply, Reply> {
    let mut spaces: Vec<&Space> =
        call.state.spaces.iter().filter(|space| may_log_in(caller, &space.id)).collect();
    if spaces.is_empty() {
        return Err(Reply::error(403, "Forbidden"));
    }
    spaces.sort_by(|a, b| locale_compare(&a.name, &b.name));
    Ok(Reply::ok(Value::Array(spaces.into_iter().map(show).collect())))
}

/// One space. Who may not log in there learns nothing of it, not even that it does not exist.
pub(crate) fn get(call: &Call<'_>, caller: Option<&Credential>, id: &str) -> Result<Reply, Reply> {
    if !may_log_in(caller, id) {
        return Err(Reply::error(403, &format!("Unauthorized to get {id} space")));
    }
    let found = call.state.spaces.iter().find(|space| space.id == id);
    found.map(|space| Reply::ok(show(space))).ok_or_else(Reply::no_route)
}

fn may_log_in(caller: Option<&Credential>, space: &str) -> bool {
    caller.is_some_and(|caller| caller.rights_in(space) != Rights::Nothing)
}

fn show(space: &Space) -> Value {
    let mut item = json!({"id": space.id, "name": space.name, "disabledFeatures": []});
    if space.id == "default" {
        item["description"] = json!("This is your default space!");
        item["color"] = json!("#00bfb3");
        item["_reserved"] = json!(true);
    }
    item
}
