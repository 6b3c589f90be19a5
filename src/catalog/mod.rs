//! Every connector type that has a block of its own: one file each, one line each in the list below.
//!
//! `vocabulary` has the words that a type's file is written in (`field`, `condition`, `rules`), `check` finds
//! what is wrong with a block, `codec` turns it into Kibana's JSON and back, `lower` into a Terraform schema.
//! `language_model` and `web_service` have what the types share that ask a model or call a web service. Pure
//! tables and functions: no IO, and no other room knows a type's JSON keys, but that what every spec has
//! stands in the file of its block.

pub mod auth;
pub mod auth_check;
pub mod blank;
pub mod check;
mod check_field;
pub mod codec;
mod condition;
mod field;
pub mod lower;
pub mod newer;
mod rules;
pub mod specs;
pub mod vocabulary;

mod bedrock;
mod cases_webhook;
mod crowdstrike;
mod d3security;
mod email;
mod gemini;
mod genai;
mod genai_azure;
mod genai_openai;
mod genai_other;
mod http;
mod index;
mod inference;
mod jira;
mod jira_service_management;
mod language_model;
mod mcp;
mod microsoft_defender_endpoint;
mod opsgenie;
mod pagerduty;
mod resilient;
mod sentinelone;
mod server_log;
mod servicenow;
mod servicenow_itom;
mod servicenow_sir;
mod slack;
mod slack_api;
mod swimlane;
mod teams;
mod thehive;
mod tines;
mod torq;
mod unknown_keys;
mod web_service;
mod webhook;
mod xmatters;
mod xsoar;

#[cfg(test)]
mod cases;
#[cfg(test)]
mod cases_sent;
#[cfg(test)]
mod lint;

use serde_json::{Map, Value as Json};
use vocabulary::{ConnectorType, Field, HAS_AUTH};

/// All of them, in the order in which they are documented.
pub const TYPES: &[ConnectorType] = &[
    bedrock::BEDROCK,
    cases_webhook::CASES_WEBHOOK,
    crowdstrike::CROWDSTRIKE,
    d3security::D3SECURITY,
    email::EMAIL,
    gemini::GEMINI,
    genai_azure::GENAI_AZURE,
    genai_openai::GENAI_OPENAI,
    genai_other::GENAI_OTHER,
    http::HTTP,
    index::INDEX,
    inference::INFERENCE,
    jira::JIRA,
    jira_service_management::JIRA_SERVICE_MANAGEMENT,
    mcp::MCP,
    microsoft_defender_endpoint::MICROSOFT_DEFENDER_ENDPOINT,
    opsgenie::OPSGENIE,
    pagerduty::PAGERDUTY,
    resilient::RESILIENT,
    sentinelone::SENTINELONE,
    server_log::SERVER_LOG,
    servicenow::SERVICENOW,
    servicenow_itom::SERVICENOW_ITOM,
    servicenow_sir::SERVICENOW_SIR,
    slack::SLACK,
    slack_api::SLACK_API,
    swimlane::SWIMLANE,
    teams::TEAMS,
    thehive::THEHIVE,
    tines::TINES,
    torq::TORQ,
    webhook::WEBHOOK,
    xmatters::XMATTERS,
    xsoar::XSOAR,
];

/// The type with this block.
#[must_use]
pub fn by_block(block: &str) -> Option<&'static ConnectorType> {
    TYPES.iter().find(|ty| ty.block == block)
}

/// Whether this is a type that was known when this version was made: one with a block, or one of Kibana's own
/// catalogue.
#[must_use]
pub fn is_known_type(kibana_id: &str) -> bool {
    TYPES.iter().any(|ty| ty.kibana_id == kibana_id) || specs::by_id(kibana_id).is_some()
}

/// The ID that was meant where the dot of a known one was forgotten.
#[must_use]
pub fn with_dot(kibana_id: &str) -> Option<String> {
    let dotted = format!(".{kibana_id}");
    is_known_type(&dotted).then_some(dotted)
}

/// The type that a connector from Kibana belongs to; none if no block covers it.
#[must_use]
pub fn of_connector(kibana_id: &str, config: &Map<String, Json>) -> Option<&'static ConnectorType> {
    TYPES.iter().find(|ty| ty.kibana_id == kibana_id && ty.has_fixed_keys(config))
}

impl ConnectorType {
    /// Whether the config says what the block itself decides. Types that share a Kibana type are told apart
    /// by it.
    #[must_use]
    pub fn has_fixed_keys(&self, config: &Map<String, Json>) -> bool {
        self.fixed.iter().all(|(key, text)| config.get(*key).and_then(Json::as_str) == Some(text))
    }

    /// The flag that says whether a connector authenticates at all; none where the type has none.
    #[must_use]
    pub fn auth_flag(&self) -> Option<&'static Field> {
        self.config.iter().find(|field| field.name == HAS_AUTH.name)
    }

    /// The key and value that make Kibana accept a config that it refused with this message although it means
    /// the same without. One case is known: servers of the 9.4 era fill in `authType` before they refuse it
    /// beside `hasAuth: false`.
    #[must_use]
    pub fn repair_of(&self, config: &Map<String, Json>, message: &str) -> Option<(&'static str, Json)> {
        let has_key = self.config.iter().any(|field| field.json_key() == "authType");
        let without_auth =
            config.get("hasAuth") == Some(&Json::Bool(false)) && !config.contains_key("authType");
        let refused = message.contains("authType must be null or undefined if hasAuth is false");
        (has_key && without_auth && refused).then_some(("authType", Json::Null))
    }

    /// The fields that came later than their type and that the config holds as they are by default, where one
    /// of them is the key that Kibana does not know: an older one. It means the same without any of them.
    #[must_use]
    pub fn unknown_defaults(&self, config: &Map<String, Json>, message: &str) -> Vec<&'static Field> {
        let is_default = |field: &&Field| {
            let default = codec::default_of(field).map(|default| codec::to_json(&default));
            default.is_some() && config.get(&field.json_key()) == default.as_ref()
        };
        let later = self.config.iter().filter(|field| !field.since.release.is_empty()).filter(is_default);
        let later: Vec<_> = later.collect();
        let is_named = |field: &&Field| {
            let key = field.json_key();
            message.contains(&format!("[{key}]: definition for this key is missing"))
                || (message.contains("nrecognized key")
                    && (message.contains(&format!("\"{key}\"")) || message.contains(&format!("'{key}'"))))
        };
        if later.iter().any(is_named) { later } else { Vec::new() }
    }
}
