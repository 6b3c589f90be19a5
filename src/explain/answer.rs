//! What is told where an answer came: Kibana's own refusals, and what others say in its place.

use super::{Story, sentence};
use crate::client::{Error, NotFound, Purpose};
use std::time::Duration;

pub(super) fn refused(
    error: &Error,
    status: u16,
    message: &str,
    retry_after: Option<Duration>,
    not_found: Option<NotFound>,
) -> Story {
    let came_back = format!("Kibana answered {status}: {}", sentence(message));
    let attempted = error.attempted();
    let is_create = attempted.is_some_and(|attempted| attempted.purpose == Purpose::Create);
    let id = attempted.and_then(|attempted| attempted.id.as_deref()).unwrap_or_default();
    let (title, to_do) = match status {
        400 if message.contains("already exists in a preconfigured") => (
            "Connector ID is in use",
            format!(
                "The ID {id} belongs to a connector that is defined in kibana.yml, which can't be managed. \
                 Choose another ID."
            ),
        ),
        400 if is_create && message.contains("unless the ID is a UUID") => (
            "Kibana does not take this ID",
            format!("Before Kibana 9.4 the ID must be a UUID of version 1 to 5, and {id} is none."),
        ),
        400 if is_create && (message.starts_with("[request params.id]") || message.starts_with("Connector ID ")) => (
            "Kibana does not take this ID",
            "Use a UUID in lower case, or lower-case letters, digits and inner hyphens, at most 36 in all."
                .to_owned(),
        ),
        400 if message.contains("Preconfigured action") || message.contains("System action") => (
            "Kibana's own connectors can't be changed",
            "This connector is defined in kibana.yml or by Kibana itself. Remove it from state \
             (`terraform state rm`, or a `removed` block)."
                .to_owned(),
        ),
        400 if message.contains("xsrf") => (
            "The request lost a header on its way",
            "The provider sends kbn-xsrf with every request; a proxy before Kibana must let it through.".to_owned(),
        ),
        400 => ("Kibana refused the request", "Correct what the message names.".to_owned()),
        401 if attempted.is_some_and(|attempted| !attempted.has_credentials) => (
            "No credentials for Kibana",
            "This Kibana asks for credentials, and the provider has none. Set api_key, bearer_token, or username and \
             password in the provider block, or KIBANA_API_KEY, KIBANA_BEARER_TOKEN, or KIBANA_USERNAME and \
             KIBANA_PASSWORD in the environment."
                .to_owned(),
        ),
        401 => (
            "Kibana does not accept the credentials",
            "Check the provider's api_key, bearer_token, or username and password (KIBANA_API_KEY, \
             KIBANA_BEARER_TOKEN, KIBANA_USERNAME, KIBANA_PASSWORD). An API key goes in its encoded form, and \
             must be one of the Elasticsearch that this Kibana uses."
                .to_owned(),
        ),
        403 if message.contains("license") || message.contains("not enabled") => (
            "Kibana does not allow this connector type",
            "The licence, or xpack.actions.enabledActionTypes in kibana.yml, decides which types there are."
                .to_owned(),
        ),
        403 if is_write_block(message) => (
            "Elasticsearch accepts no writes",
            "Kibana's own index in Elasticsearch is blocked for writing, by hand or because its disk was full. This is not \
             a question of privileges: remove the block in Elasticsearch, then apply again."
                .to_owned(),
        ),
        403 => (
            "Not allowed in Kibana",
            format!(
                "The credentials need the privilege \"Actions and Connectors: All\" in {} (\"Read\" to read only).",
                attempted.and_then(|attempted| attempted.space_id.as_deref()).map_or_else(
                    || "this Kibana".to_owned(),
                    |space| format!("the space \"{space}\""),
                )
            ),
        ),
        404 => return (not_found_title(not_found), came_back, not_found_advice(not_found)),
        409 if is_create => (
            "Connector ID is in use",
            format!(
                "The ID {id} belongs to another connector, perhaps in another space, where this one is not \
                 seen: IDs are unique over all spaces. Import that one to manage it, or choose another ID."
            ),
        ),
        409 => (
            "Somebody else changed it at the same time",
            "The connector was changed while Kibana carried out the request. Plan and apply again.".to_owned(),
        ),
        413 => (
            "Kibana takes no request of this size",
            "Make the configuration smaller, or raise server.maxPayload in kibana.yml.".to_owned(),
        ),
        429 => ("Kibana is overloaded", busy(retry_after)),
        502..=504 => ("Kibana is not available", busy(retry_after)),
        500.. => (
            "Kibana failed",
            "Kibana's own log says more than it tells us.".to_owned(),
        ),
        _ => ("Kibana refused the request", String::new()),
    };
    (title, came_back, to_do)
}

/// Whether a 403 is Elasticsearch's word on an index that is blocked for writing.
fn is_write_block(message: &str) -> bool {
    message.contains("cluster_block_exception") || message.contains("blocked by: [FORBIDDEN/")
}

fn not_found_title(not_found: Option<NotFound>) -> &'static str {
    match not_found {
        Some(NotFound::ConnectorMissing) => "Connector not found",
        Some(NotFound::RouteMissing) => "Kibana knows no such route",
        _ => "Not found",
    }
}

fn not_found_advice(not_found: Option<NotFound>) -> String {
    match not_found {
        Some(NotFound::ConnectorMissing) => {
            "The connector was deleted, or is in another space: each space shows only its own.".to_owned()
        }
        Some(NotFound::RouteMissing) => "The provider's endpoint may name a wrong base path (or lack \
            server.basePath), or this Kibana has no connectors API: Kibana 8.0 and later have it."
            .to_owned(),
        _ => "Check that the provider's endpoint is Kibana's address, and not Elasticsearch's or a proxy's."
            .to_owned(),
    }
}

pub(super) fn foreign(
    status: u16,
    content_type: Option<&str>,
    shown: &str,
    retry_after: Option<Duration>,
) -> Story {
    let kind = content_type.map_or("has no content type".to_owned(), |kind| format!("is of type {kind}"));
    let words = if shown.is_empty() { " and is empty".to_owned() } else { format!(" and reads \"{shown}\"") };
    let came_back = format!("the answer {status} is not one of Kibana's: it {kind}{words}.");
    let (title, to_do) = match status {
        // Kibana itself says this in plain text while it starts.
        503 if shown.contains("Kibana server is not ready yet") => ("Kibana is not ready yet", busy(retry_after)),
        429 | 502..=504 => ("Kibana is not available", busy(retry_after)),
        407 => (
            "A proxy wants credentials",
            "Give them in the address of HTTPS_PROXY, or name Kibana's host in NO_PROXY.".to_owned(),
        ),
        413 => (
            "The request is too large for a proxy",
            "A proxy before Kibana limits the size of requests.".to_owned(),
        ),
        401 | 403 => (
            "Something before Kibana refused the request",
            "A proxy before Kibana wants other credentials: check the provider's `headers`, and that the \
             endpoint is Kibana's address."
                .to_owned(),
        ),
        404 => (
            "Something else than Kibana answered",
            "Nothing is known there under this path. Check host, port and base path in the provider's endpoint."
                .to_owned(),
        ),
        _ => (
            "Something else than Kibana answered",
            "A login page or a proxy may stand before Kibana. Check the provider's endpoint; if the proxy wants \
             a header, set it in `headers`."
                .to_owned(),
        ),
    };
    (title, came_back, to_do)
}

fn busy(retry_after: Option<Duration>) -> String {
    match retry_after {
        Some(wait) if !wait.is_zero() => {
            let seconds = wait.as_secs().max(1);
            let unit = if seconds == 1 { "second" } else { "seconds" };
            format!("It asks to wait {seconds} {unit}. Try again later.")
        }
        _ => "Try again later. The provider's retry_timeout_seconds says how long a request is repeated."
            .to_owned(),
    }
}
