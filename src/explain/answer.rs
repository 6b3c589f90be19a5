//! What is told where an answer came: Kibana's own refusals, and what others say in its place.

use std::time::Duration;

use super::{Story, sentence};
use crate::client::{Attempted, Error, NotFound, Purpose, is_starting};

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
        400 => bad_request(message, id, is_create),
        401 => unauthorized(attempted),
        403 => forbidden(message, attempted),
        404 => return (not_found_title(not_found), came_back, not_found_advice(not_found)),
        409 if is_create => (
            "Connector ID is already in use",
            format!(
                "A connector in another space, which cannot be seen from this one, already has the ID {id}: IDs \
                 are unique across all spaces. Choose another ID. {KEPT_ID}"
            ),
        ),
        409 => (
            "Connector was changed by someone else",
            "The connector was changed while Kibana was carrying out the request. Plan and apply again.".to_owned(),
        ),
        413 => (
            "Request is too large for Kibana",
            "Make the configuration smaller, or raise `server.maxPayload` in kibana.yml.".to_owned(),
        ),
        429 if message.contains("flood-stage") || message.contains("[TOO_MANY_REQUESTS/12/") => (
            WRITE_BLOCK,
            "A disk of Elasticsearch is nearly full (the flood-stage watermark), so it blocks its indices for writing, Kibana's \
             own among them. Free or add disk space; Elasticsearch then removes the block by itself. Apply again after that."
                .to_owned(),
        ),
        429 => ("Kibana is overloaded", busy(retry_after, attempted)),
        502..=504 => ("Kibana is unavailable", busy(retry_after, attempted)),
        500.. if is_inference(message, attempted) => (
            "Kibana could not create the inference endpoint",
            "Along with the connector Kibana creates an inference endpoint in Elasticsearch, and it fails like this if one \
             with the same `inference_id` already exists, for example one left behind by an interrupted run. Look for it with \
             `GET _inference/_all` in Elasticsearch. Delete it there, or choose another `inference_id`."
                .to_owned(),
        ),
        500.. => ("Kibana failed", "Look for the cause in Kibana's log, then try again.".to_owned()),
        _ => ("Kibana refused the request", String::new()),
    };
    (title, came_back, to_do)
}

/// What `create_before_destroy` makes of an ID in the configuration.
pub(super) const KEPT_ID: &str = "If this is a replacement with `create_before_destroy`, the old connector still has the \
     ID: remove `id` or `create_before_destroy`.";

fn bad_request(message: &str, id: &str, is_create: bool) -> (&'static str, String) {
    match message {
        _ if message.contains("already exists in a preconfigured") => (
            "Connector ID is already in use",
            format!(
                "The ID {id} belongs to a connector that is defined in kibana.yml and cannot be managed. Choose another ID."
            ),
        ),
        _ if is_create && message.contains("unless the ID is a UUID") => (
            "Kibana does not accept this ID",
            format!("Before Kibana 9.4 an ID must be a UUID of version 1 to 5, and {id} is not."),
        ),
        _ if is_create
            && (message.starts_with("[request params.id]") || message.starts_with("Connector ID ")) =>
        {
            (
                "Kibana does not accept this ID",
                "Use a lower-case UUID, or at most 36 lower-case letters, digits and inner hyphens.".to_owned(),
            )
        }
        _ if message.contains("Preconfigured action") || message.contains("System action") => (
            "Kibana's own connectors cannot be changed",
            "This connector is defined in kibana.yml or by Kibana itself. Remove it from the state with `terraform state rm` \
             or a `removed` block."
                .to_owned(),
        ),
        _ if message.starts_with("Action type \"") && message.contains("is not registered") => (
            "Kibana does not know this connector type",
            "Check the type's ID, which begins with a dot, as in `.email`. A newer type needs a newer Kibana.".to_owned(),
        ),
        _ if message.contains("xsrf") => (
            "Request lost a header on its way",
            "The provider sends `kbn-xsrf` with every request, and a proxy in front of Kibana must let it through."
                .to_owned(),
        ),
        _ => (
            "Kibana refused the request",
            "Correct the setting that Kibana's message is about.".to_owned(),
        ),
    }
}

fn unauthorized(attempted: Option<&Attempted>) -> (&'static str, String) {
    if attempted.is_some_and(|attempted| !attempted.has_credentials) {
        return (
            "No credentials for Kibana",
            "This Kibana requires credentials, and neither an API key nor a bearer token nor a user is configured. Set `api_key`, `bearer_token`, or `username` and \
             `password` in the provider block, or KIBANA_API_KEY, KIBANA_BEARER_TOKEN, or KIBANA_USERNAME and \
             KIBANA_PASSWORD in the environment."
                .to_owned(),
        );
    }
    (
        "Kibana does not accept the credentials",
        "Check the provider's `api_key`, `bearer_token`, or `username` and `password` (KIBANA_API_KEY, KIBANA_BEARER_TOKEN, \
         KIBANA_USERNAME, KIBANA_PASSWORD). An API key must be given in its encoded form, and must belong to the \
         Elasticsearch that this Kibana uses."
            .to_owned(),
    )
}

fn forbidden(message: &str, attempted: Option<&Attempted>) -> (&'static str, String) {
    if message.contains("license") || message.contains("not enabled") {
        return (
            "Kibana does not allow this connector type",
            "The license or `xpack.actions.enabledActionTypes` in kibana.yml excludes this type. Change one of \
             them, or use another type."
                .to_owned(),
        );
    }
    if is_write_block(message) {
        return (
            WRITE_BLOCK,
            "Kibana's own index in Elasticsearch is blocked for writing, either by hand or because a disk was full. This is \
             not a question of privileges: remove the block in Elasticsearch, then apply again."
                .to_owned(),
        );
    }
    let place = match attempted.and_then(|attempted| attempted.space_id.as_deref()) {
        Some(space) => format!("the space \"{space}\""),
        None => "this Kibana".to_owned(),
    };
    (
        "Not allowed in Kibana",
        format!(
            "The credentials need the privilege \"Actions and Connectors: All\" in {place} (\"Read\" is enough for reading)."
        ),
    )
}

const WRITE_BLOCK: &str = "Elasticsearch does not accept writes";

/// Whether a 403 is Elasticsearch's word on an index that is blocked for writing.
fn is_write_block(message: &str) -> bool {
    message.contains("cluster_block_exception") || message.contains("blocked by: [FORBIDDEN/")
}

/// Whether a failure may be that of `.inference`'s save hook, which finds its own endpoint.
fn is_inference(message: &str, attempted: Option<&Attempted>) -> bool {
    let of_type = |attempted: &Attempted| attempted.connector_type_id.as_deref() == Some(".inference");
    message.starts_with("Inference with id ") || attempted.is_some_and(of_type)
}

fn not_found_title(not_found: Option<NotFound>) -> &'static str {
    match not_found {
        Some(NotFound::ConnectorMissing) => "Connector not found",
        Some(NotFound::RouteMissing) => "Kibana does not know this path",
        Some(NotFound::Foreign) | None => "Not found",
    }
}

fn not_found_advice(not_found: Option<NotFound>) -> String {
    match not_found {
        Some(NotFound::ConnectorMissing) => {
            "The connector was deleted, or it is in another space: each space shows only its own.".to_owned()
        }
        Some(NotFound::RouteMissing) => {
            "The base path in the provider's `endpoint` may be wrong or missing (`server.basePath` in \
            kibana.yml), or this Kibana is older than 8.0 and has no connectors API."
                .to_owned()
        }
        Some(NotFound::Foreign) | None => super::CHECK_ENDPOINT.to_owned(),
    }
}

pub(super) fn foreign(
    status: u16,
    content_type: Option<&str>,
    shown: &str,
    retry_after: Option<Duration>,
    attempted: Option<&Attempted>,
) -> Story {
    if is_starting(status, shown) {
        return (
            "Kibana is not ready yet",
            format!("Kibana answered {status}: {}", sentence(shown)),
            busy(retry_after, attempted),
        );
    }
    let kind = content_type.map_or("has no content type".to_owned(), |kind| format!("has the type {kind}"));
    let words = if shown.is_empty() { " and is empty".to_owned() } else { format!(" and reads \"{shown}\"") };
    let proxy = attempted.and_then(answering_proxy);
    if status == 407 {
        return wants_proxy_credentials(proxy, &format!("its answer {kind}{words}"));
    }
    let came_back = format!("the answer {status} is not one of Kibana's: it {kind}{words}.");
    let (title, to_do) = match status {
        _ if is_elasticsearch(shown) => (
            "This is Elasticsearch, not Kibana",
            "The provider's `endpoint` leads to Elasticsearch, which usually listens on port 9200. Use the address of Kibana, \
             whose usual port is 5601."
                .to_owned(),
        ),
        429 | 502..=504 => ("Kibana is unavailable", busy(retry_after, attempted)),
        413 => (
            "Request is too large for a proxy",
            "Make the configuration smaller, or raise the limit of the proxy in front of Kibana.".to_owned(),
        ),
        401 | 403 => (
            "Something in front of Kibana refused the request",
            "A proxy may require credentials of its own: check the provider's `headers`, and that the endpoint is the address \
             of Kibana."
                .to_owned(),
        ),
        404 => (
            "Something other than Kibana answered",
            "Nothing is known there under this path. Check the host, port and base path in the provider's `endpoint`."
                .to_owned(),
        ),
        _ => (
            "Something other than Kibana answered",
            "There may be a login page or a proxy in front of Kibana. Check the provider's `endpoint`; if the proxy requires a \
             header, set it in `headers`."
                .to_owned(),
        ),
    };
    let to_do = match proxy.filter(|_| !is_elasticsearch(shown)) {
        Some(proxy) => format!(
            "{to_do} The request goes through the proxy {proxy}, which may have answered in Kibana's place: check that it reaches \
             Kibana and lets the request through, or name Kibana's host in NO_PROXY to do without it."
        ),
        None => to_do,
    };
    (title, came_back, to_do)
}

/// The proxy of the environment, where it can answer in Kibana's place: through TLS it only passes on what it
/// cannot read.
fn answering_proxy(attempted: &Attempted) -> Option<&str> {
    attempted.proxy.as_deref().filter(|_| attempted.endpoint.starts_with("http://"))
}

/// What is told of a 407, which only proxies answer.
fn wants_proxy_credentials(proxy: Option<&str>, answer: &str) -> Story {
    let title = "The proxy requires credentials";
    match proxy {
        Some(proxy) => (
            title,
            format!("the proxy {proxy} answered 407 in Kibana's place, since it got no credentials or does not accept them: {answer}."),
            PROXY_CREDENTIALS.to_owned(),
        ),
        None => (
            title,
            format!("a proxy that the environment does not name answered 407 in Kibana's place: {answer}."),
            "If it stands in front of Kibana, set the header `Proxy-Authorization` in the provider's `headers`. If it is this \
             network's, name it in HTTPS_PROXY or HTTP_PROXY with the credentials, as in \
             http://USER:PASSWORD@proxy.example.com:3128."
                .to_owned(),
        ),
    }
}

/// Where the credentials of the environment's proxy go.
pub(super) const PROXY_CREDENTIALS: &str = "Give them in the proxy's address, as in http://USER:PASSWORD@proxy.example.com:3128, or name Kibana's host in \
     NO_PROXY.";

/// Whether an error is in the words of Elasticsearch, which has no path of Kibana's.
fn is_elasticsearch(shown: &str) -> bool {
    shown.contains("no handler found for uri") || shown.contains("\"root_cause\"")
}

fn busy(retry_after: Option<Duration>, attempted: Option<&Attempted>) -> String {
    if attempted.is_some_and(|attempted| attempted.purpose == Purpose::Execute) {
        return "A run is never repeated: try again later.".to_owned();
    }
    match retry_after {
        Some(wait) if !wait.is_zero() => {
            let seconds = wait.as_secs().max(1);
            let unit = if seconds == 1 { "second" } else { "seconds" };
            format!(
                "It asks to wait {seconds} {unit}, longer than is left of the provider's `retry_timeout_seconds`. Try again \
                 later, or raise it."
            )
        }
        _ => "Try again later, or raise the provider's `retry_timeout_seconds` so that requests are repeated for \
              longer."
            .to_owned(),
    }
}
