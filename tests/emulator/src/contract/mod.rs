//! Kibana's contract per connector type: what it takes, stores and refuses.
//!
//! The facts stand in `types/*.json`, one file per type; `specs.json` holds the generic family. `load`
//! resolves them for one release, `validate` judges a config and secrets. Nothing here knows HTTP, and
//! nothing is shared with the provider: a wrong table there must not agree with itself.

mod addresses;
mod condition;
mod email;
mod issue;
mod load;
mod pem;
mod rules;
mod schema;
mod shape;
mod specs;
#[cfg(test)]
mod tests;
mod web;

use issue::Texts;
pub(crate) use load::types;
use serde_json::{Map, Value};
use shape::Stage;
pub(crate) use shape::{ConnectorType, Hook};

use crate::options::{Release, Settings};

/// A JSON object.
pub(crate) type Object = Map<String, Value>;

/// What Kibana stores for a config and secrets that it accepts.
#[derive(Debug, PartialEq)]
pub(crate) struct Parsed {
    pub(crate) config: Object,
    pub(crate) secrets: Object,
}

/// Judges a config and secrets as Kibana does on create and update.
///
/// # Errors
///
/// The whole message of Kibana's 400, for the first stage that fails.
pub(crate) fn validate(
    kind: &ConnectorType,
    config: &Object,
    secrets: &Object,
    release: Release,
    settings: &Settings,
) -> Result<Parsed, String> {
    let texts = Texts::of(release);
    let noun = texts.noun();
    let parsed_config = schema::parse(&kind.config, config, texts, settings)
        .and_then(|parsed| {
            rules::check(&kind.rules, Stage::Config, &parsed, secrets, texts, settings).map(|()| parsed)
        })
        .map_err(|tail| format!("error validating {noun} type config: {tail}"))?;
    let parsed_secrets = parse_secrets(kind, secrets, release, settings)?;
    // Kibana judges this stage on the request, before any default is filled in.
    rules::check(&kind.rules, Stage::Cross, config, secrets, texts, settings)
        .map_err(|tail| format!("error validating action type connector: {tail}"))?;
    Ok(Parsed { config: parsed_config, secrets: parsed_secrets })
}

/// Judges secrets alone, as an execution does with what is stored.
///
/// # Errors
///
/// The whole message of Kibana's refusal.
pub(crate) fn parse_secrets(
    kind: &ConnectorType,
    secrets: &Object,
    release: Release,
    settings: &Settings,
) -> Result<Object, String> {
    let texts = Texts::of(release);
    let noun = texts.noun();
    schema::parse(&kind.secrets, secrets, texts, settings)
        .and_then(|parsed| {
            rules::check(&kind.rules, Stage::Secrets, &Object::new(), &parsed, texts, settings)
                .map(|()| parsed)
        })
        .map_err(|tail| format!("error validating {noun} type secrets: {tail}"))
}
