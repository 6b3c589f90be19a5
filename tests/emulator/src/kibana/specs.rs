//! What Kibana does for connectors of the generic family beside validating them.

use serde_json::Value;

use crate::contract::{ConnectorType, Object};
use crate::options::Release;

/// Ways to authenticate in which every user signs in alone.
const PER_USER: &[&str] = &["oauth_authorization_code", "ears"];

/// The mode that follows from the way to authenticate; none is inferred for types without specs.
pub(super) fn auth_mode(
    kind: &ConnectorType,
    config: &Object,
    secrets: &Object,
    release: Release,
) -> Option<String> {
    if kind.source != "spec" || release == Release::Old {
        return None;
    }
    let way = secrets.get("authType").or_else(|| config.get("authType")).and_then(Value::as_str)?;
    let mode = if PER_USER.contains(&way) { "per-user" } else { "shared" };
    Some(mode.to_owned())
}
