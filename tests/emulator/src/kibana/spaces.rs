//! The spaces that exist, as list and one by one.

use serde_json::{Value, json};

use super::Call;
use super::list::locale_compare;
use super::reply::Reply;
use crate::options::Space;

pub(crate) fn list(call: &Call<'_>) -> Reply {
    let mut spaces = call.state.spaces.clone();
    spaces.sort_by(|a, b| locale_compare(&a.name, &b.name));
    Reply::ok(Value::Array(spaces.iter().map(show).collect()))
}

pub(crate) fn get(call: &Call<'_>, id: &str) -> Result<Reply, Reply> {
    let found = call.state.spaces.iter().find(|space| space.id == id);
    found.map(|space| Reply::ok(show(space))).ok_or_else(Reply::no_route)
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
