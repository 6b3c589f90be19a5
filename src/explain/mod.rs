//! The client's errors as a person reads them: a short title, and what was attempted, what came back, what
//! can be done about it.
//!
//! Resources, data sources, lists, actions and `export` hand in an error or the outcome of a create and get a
//! diagnostic. One text for each way in which a request fails: `connection` has those without an answer,
//! `answer` those with one, `create` what only a create can come to. What is quoted here was masked when it
//! came in.

mod answer;
mod connection;
mod create;
mod names;
#[cfg(test)]
mod tests;

pub(crate) use create::created;
pub(crate) use names::{name, names};

use crate::client::{Cause, Error};
use crate::diag::{Diagnostic, Severity};
use crate::value::Path;

/// Title, what came back, what to do.
type Story = (&'static str, String, String);

/// An error as a diagnostic of the whole object.
pub(crate) fn diagnostic(error: &Error) -> Diagnostic {
    let (summary, detail) = words(error);
    Diagnostic { severity: Severity::Error, summary, detail, path: Path::root() }
}

/// An error's title and detail.
pub(crate) fn words(error: &Error) -> (String, String) {
    let (summary, came_back, to_do) = told(error);
    (summary.to_owned(), paragraphs([came_back, to_do]))
}

/// An error's title, what was attempted and what came of it, and what to do.
fn told(error: &Error) -> Story {
    let (summary, mut came_back, to_do) = story(error);
    if let Some(attempted) = error.attempted() {
        let times = match error.attempts() {
            0 => " was not sent, because earlier requests had failed".to_owned(),
            1 => String::new(),
            times => format!(" (tried {times} times)"),
        };
        came_back = format!("{} at {}{times}: {came_back}", attempted.request, attempted.endpoint);
    }
    if error.is_in_doubt() {
        came_back.push_str("\n\nKibana may have carried out the request all the same.");
    }
    (summary, came_back, to_do)
}

fn paragraphs<const N: usize>(parts: [String; N]) -> String {
    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

const CHECK_ENDPOINT: &str = "Check that the provider's `endpoint` is the address of Kibana, and not that of Elasticsearch or of a proxy.";

/// What to do about a redirect.
fn redirected(from: &str, to: &str) -> String {
    let place = |address: &str| address.split_once("://").map(|(_, rest)| rest.to_owned());
    let host = |address: &str| place(address)?.split([':', '/']).next().map(str::to_owned);
    if from.starts_with("http://") && to.starts_with("https://") && host(from) == host(to) {
        return "Kibana is served over TLS: begin the provider's `endpoint` with https://.".to_owned();
    }
    "Set the provider's `endpoint` to the address of Kibana itself. If there is a login page in front of it, the provider needs \
     a way past it: an API key that the proxy lets through, or a header in `headers`."
        .to_owned()
}

fn story(error: &Error) -> Story {
    match error.cause() {
        Cause::Settings(why) => {
            ("Kibana cannot be reached with these settings", capital(&sentence(why)), String::new())
        }
        Cause::Unaddressable(id) => (
            "Invalid ID",
            format!("\"{id}\" cannot be part of a request's address, so nothing in Kibana can have this ID."),
            "Choose another ID or space. If the configuration has no such ID, the state is damaged: take the connector out of it \
             with `terraform state rm`, and import it again."
                .to_owned(),
        ),
        Cause::Stopped => ("Stopped", "Terraform asked to stop.".to_owned(), String::new()),
        Cause::OutOfTime => (
            "Kibana took too long",
            "the time for the whole operation ran out before the request could be sent.".to_owned(),
            "Try again when Kibana answers faster, or raise the provider's `retry_timeout_seconds`.".to_owned(),
        ),
        Cause::Unreached(why) => connection::unreached(why, error.attempted()),
        Cause::Lost { timed_out, detail } => connection::lost(*timed_out, detail, error.attempted()),
        Cause::Refused { status, message, retry_after, not_found } => {
            answer::refused(error, *status, message, *retry_after, *not_found)
        }
        Cause::Unjudged => (
            "Kibana cannot check the credentials",
            "Kibana answered 401: Unauthorized. That is all it says when it could not ask Elasticsearch.".to_owned(),
            "Either Elasticsearch is unavailable at the moment, or this Kibana does not accept this kind of credentials (see \
             `xpack.security.authc` in kibana.yml): a client certificate or a cookie may need an API key or a user in addition."
                .to_owned(),
        ),
        Cause::Foreign { status, content_type, shown, retry_after } => {
            answer::foreign(*status, content_type.as_deref(), shown, *retry_after, error.attempted())
        }
        Cause::Redirect { status, from, to } => (
            "Request was redirected",
            format!("the answer {status} redirects from {from} to {to}. The provider does not follow redirects."),
            redirected(from, to),
        ),
        Cause::IdInUse { id, name, connector_type_id, preconfigured } => {
            let what = if *preconfigured {
                (
                    " It is defined in kibana.yml and cannot be managed.",
                    "Choose another ID, or refer to this connector by its ID without a resource.".to_owned(),
                )
            } else {
                ("", format!("Import it to manage it, or choose another ID. {}", answer::KEPT_ID))
            };
            (
                "Connector ID is already in use",
                format!("the connector \"{name}\" of type {connector_type_id} already has the ID {id}.{}", what.0),
                what.1,
            )
        }
        Cause::OtherId { asked, got } => (
            "Kibana created the connector under another ID",
            format!("The connector was to have the ID {asked}, and Kibana answered that it has the ID {got}."),
            "The state holds it under the ID that it has. Something between the provider and Kibana may have changed the \
             request."
                .to_owned(),
        ),
        Cause::IdUnsupported => (
            "This Kibana chooses IDs itself",
            "Kibana does not know this path: before 8.8 a new connector cannot be given an ID.".to_owned(),
            "Remove `id` and let Kibana choose, or upgrade Kibana. If Kibana is newer, the base path in the provider's \
             endpoint may be wrong."
                .to_owned(),
        ),
        Cause::Unreadable { status, why } => (
            "Kibana's answer cannot be used",
            format!("the answer {status} reports success, but {why}."),
            CHECK_ENDPOINT.to_owned(),
        ),
    }
}

/// The text with a period, unless it ends a sentence already.
pub(crate) fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

/// The text beginning with a capital, where nothing stands before it.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}
