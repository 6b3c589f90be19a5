//! The generic family of connectors that Kibana declares by specs: one shape for all of them.
//!
//! `specs.json` names each one's own config keys, actions, and the ways to authenticate that it takes. Config
//! also takes `authType` and `selectedActions`; secrets are chosen by `authType`, and what a spec gives as a
//! default need not be sent. Unknown keys vanish.

use serde_json::{Map, Value, json};

/// Writes each spec out as a contract of its own.
pub(super) fn expand(file: &Value) -> Vec<Value> {
    let specs = file["specs"].as_array().cloned().unwrap_or_default();
    specs.iter().map(|spec| contract(spec, &file["auth"])).collect()
}

fn contract(spec: &Value, auth: &Value) -> Value {
    let mut fields = spec["config"].as_array().cloned().unwrap_or_default();
    fields.push(json!({"key": "authType", "kind": "text"}));
    fields.push(json!({
        "key": "selectedActions",
        "kind": "list",
        "nullable": true,
        "since": "9.6",
        "items_one_of": spec.get("actions").cloned().unwrap_or(json!([])),
        "items_message": "selectedActions contains unknown action names: {list}.",
        "empty_message": "selectedActions must include at least one action when set.",
    }));
    let ways = spec["auth"].as_array().cloned().unwrap_or_default();
    let shapes: Map<String, Value> = ways.iter().filter_map(|way| shape(way, auth)).collect();
    let features = spec.get("features").cloned().unwrap_or(json!(["workflows", "agentBuilder"]));
    let addresses: Vec<&str> = ["authorizationUrl", "tokenUrl"]
        .into_iter()
        .filter(|address| {
            let fields = shapes.values().filter_map(|shape| shape["fields"].as_array());
            fields.flatten().any(|field| field["key"] == *address)
        })
        .collect();
    json!({
        "id": spec["id"],
        "name": spec["name"],
        "license": spec["license"],
        "features": features,
        "source": "spec",
        "description": spec["description"],
        "experimental": spec.get("experimental").cloned().unwrap_or(json!(false)),
        "since": spec.get("since").cloned().unwrap_or(json!("9.3")),
        "config": {"unknown": "drop", "fields": fields},
        "secrets": {"unknown": "drop", "choose_by": "authType", "shapes": shapes},
        "rules": [{
            "stage": "secrets",
            "kind": "allowed_host",
            "since": "9.6",
            "fields": addresses,
            "message": "target url \"{value}\" is not added to the Kibana config xpack.actions.allowedHosts",
        }],
    })
}

/// The secrets of one way to authenticate, under its name.
fn shape(way: &Value, auth: &Value) -> Option<(String, Value)> {
    let (name, header) = match way {
        Value::String(name) => (name.as_str(), None),
        other => (other["way"].as_str()?, other["header"].as_str()),
    };
    let mut keys = vec![json!({"key": "authType", "kind": "text", "required": true})];
    // A header's name is the key of its secret.
    keys.extend(header.map(|header| json!({"key": header, "kind": "text", "required": true})));
    // So is that of each parameter of the query.
    let params = way.get("params").and_then(Value::as_array).into_iter().flatten();
    keys.extend(params.map(|name| json!({"key": name, "kind": "text", "required": true, "min_length": 1})));
    for mut key in auth[name].as_array().cloned().unwrap_or_default() {
        if let Some(default) = key["key"].as_str().and_then(|key| way.get("defaults")?.get(key)) {
            key["default"] = default.clone();
            key["required"] = json!(false);
        }
        keys.push(key);
    }
    let mut shape = json!({"unknown": "drop", "fields": keys});
    for bound in ["since", "until"] {
        if let Some(version) = way.get(bound) {
            shape[bound] = version.clone();
        }
    }
    Some((name.to_owned(), shape))
}
