//! What Kibana does for connectors of the generic family beside validating them: it infers the mode of
//! authentication, keeps it from changing, and writes the way to authenticate into the config.

use super::Call;
use super::reply::Reply;
use crate::contract::{ConnectorType, Object};
use crate::options::Release;
use crate::state::Connector;

/// Ways to authenticate in which every user signs in alone.
const PER_USER: &[&str] = &["oauth_authorization_code", "ears"];

/// Ways that only Kibana itself sets up.
const KIBANAS_OWN: &[&str] = &["relay"];

/// Refuses, before anything is validated, what the way to authenticate may not become.
///
/// # Errors
///
/// Kibana's 400 for a way of its own, and for a change from or to one in which users sign in alone.
pub(super) fn check(
    call: &Call<'_>,
    kind: &ConnectorType,
    config: &Object,
    secrets: &Object,
    stored: Option<&Connector>,
) -> Result<(), Reply> {
    let Some(asked) = way(config, secrets).filter(|_| kind.source == "spec") else { return Ok(()) };
    if call.state.release >= Release::Newest && KIBANAS_OWN.contains(&asked) {
        let message = format!(
            "Authentication type {asked} is set by Kibana and cannot be configured on a connector. Action type: {}.",
            kind.id
        );
        return Err(Reply::error(400, &message));
    }
    let Some(stored) = stored else { return Ok(()) };
    // The secrets are encrypted, so only the config tells what is stored.
    let same = way(&stored.config, &Object::new()) == Some(asked);
    let per_user = stored.auth_mode.as_deref() == Some("per-user");
    let refusal = match (per_user, PER_USER.contains(&asked)) {
        (true, _) if !same => "Authentication type cannot be changed for per-user connectors.",
        (false, true) => "Authentication type cannot be changed to a per-user type for shared connectors.",
        _ => return Ok(()),
    };
    Err(Reply::error(400, &format!("{refusal} Connector: {}.", stored.id)))
}

/// The mode that follows from the way to authenticate; none is inferred for types without specs.
pub(super) fn auth_mode(kind: &ConnectorType, config: &Object, secrets: &Object) -> Option<String> {
    let way = way(config, secrets).filter(|_| kind.source == "spec")?;
    let mode = if PER_USER.contains(&way) { "per-user" } else { "shared" };
    Some(mode.to_owned())
}

/// Copies the way to authenticate into a config that does not say it, where this Kibana does so.
pub(super) fn complete(call: &Call<'_>, kind: &ConnectorType, config: &mut Object, secrets: &Object) {
    if kind.source != "spec" || !call.options.settings.copies_auth_type || config.contains_key("authType") {
        return;
    }
    if let Some(way) = secrets.get("authType") {
        config.insert("authType".to_owned(), way.clone());
    }
}

fn way<'a>(config: &'a Object, secrets: &'a Object) -> Option<&'a str> {
    secrets.get("authType").or_else(|| config.get("authType"))?.as_str()
}
