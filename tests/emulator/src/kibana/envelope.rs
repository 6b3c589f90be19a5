//! A connector as answers show it, by release. Secrets are never in it.

use serde_json::{Value, json};

use super::Call;
use crate::contract::{self, ConnectorType, Object};
use crate::options::{Preconfigured, Release};
use crate::state::Connector;

/// Which answer it is: each shows `auth_mode` by its own rule.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answering {
    Create,
    Update,
    Read,
}

/// A stored connector.
pub(crate) fn stored(call: &Call<'_>, connector: &Connector, answering: Answering) -> Object {
    let release = call.state.release;
    let kind = find_type(release, &connector.connector_type_id);
    let shown = call.state.shown.get(&connector.id).or_else(|| call.state.shown.get("*"));
    let config = shown.unwrap_or(&connector.config);
    let deprecated = kind
        .and_then(|kind| kind.deprecated_unless_false.as_deref())
        .is_some_and(|key| config.get(key) != Some(&Value::Bool(false)));
    let mut body = common(release, kind, &connector.id, &connector.name, &connector.connector_type_id);
    body.insert("config".to_owned(), Value::Object(config.clone()));
    body.insert("is_missing_secrets".to_owned(), connector.is_missing_secrets.into());
    body.insert("is_preconfigured".to_owned(), false.into());
    body.insert("is_deprecated".to_owned(), deprecated.into());
    let mode = connector.auth_mode.clone();
    let shared = || Some("shared".to_owned());
    let mode = match (answering, release) {
        (_, Release::Old) => None,
        (Answering::Create, _) | (Answering::Update, Release::Current) => mode,
        _ => mode.or_else(shared),
    };
    if let Some(mode) = mode {
        body.insert("auth_mode".to_owned(), mode.into());
    }
    body
}

/// A preconfigured connector.
pub(crate) fn preconfigured(call: &Call<'_>, connector: &Preconfigured) -> Object {
    let release = call.state.release;
    let kind = find_type(release, &connector.connector_type_id);
    let mut body = common(release, kind, &connector.id, &connector.name, &connector.connector_type_id);
    if let Some(config) = &connector.exposed_config {
        body.insert("config".to_owned(), Value::Object(config.clone()));
    }
    body.insert("is_preconfigured".to_owned(), true.into());
    body.insert("is_deprecated".to_owned(), false.into());
    if release != Release::Old {
        body.insert("auth_mode".to_owned(), "shared".into());
    }
    body
}

fn common(release: Release, kind: Option<&ConnectorType>, id: &str, name: &str, type_id: &str) -> Object {
    let mut body = Object::new();
    body.insert("id".to_owned(), id.into());
    body.insert("name".to_owned(), name.into());
    body.insert("connector_type_id".to_owned(), type_id.into());
    body.insert("is_system_action".to_owned(), false.into());
    if release != Release::Old {
        let deprecated = kind.is_some_and(|kind| kind.deprecated);
        body.insert("is_connector_type_deprecated".to_owned(), deprecated.into());
    }
    if release == Release::Future {
        body.insert("revision".to_owned(), json!(1));
        body.insert("stewardship".to_owned(), json!({"kind": "team", "members": []}));
    }
    body
}

/// A registered type.
pub(crate) fn find_type(release: Release, id: &str) -> Option<&'static ConnectorType> {
    contract::types(release).iter().find(|kind| kind.id == id)
}
