//! An error as a person reads it: a short title, and what was attempted, what came back, what can be done.
//!
//! One text for each way in which a request fails. What is quoted here was masked when it came in.

use std::time::Duration;

use super::error::{Attempted, Error, Kind, NotFound, Unreached};
use super::tls_failure::TlsFailure;

/// Title, what came back, what to do.
type Story = (&'static str, String, String);

/// Tells an error.
pub(super) fn explain(error: &Error) -> (String, String) {
    let (summary, mut came_back, to_do) = story(error);
    if let Some(attempted) = error.attempted() {
        let times = match error.attempts() {
            0 | 1 => String::new(),
            times => format!(" (tried {times} times)"),
        };
        came_back = format!("{} at {}{times}: {came_back}", attempted.request, attempted.endpoint);
    }
    let unknown = "Kibana may have carried out the request all the same.".to_owned();
    let parts = [Some(came_back), error.outcome_unknown().then_some(unknown), Some(to_do)];
    let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    (summary.to_owned(), parts.join("\n\n"))
}

fn story(error: &Error) -> Story {
    match error.kind() {
        Kind::Settings(why) => {
            ("Kibana can't be reached with these settings", capital(&sentence(why)), String::new())
        }
        Kind::Unaddressable(id) => (
            "Impossible ID",
            format!("\"{id}\" can't stand in the address of a request, so Kibana can have nothing under it."),
            "Choose another ID or space.".to_owned(),
        ),
        Kind::Stopped => ("Stopped", "Terraform asked to stop.".to_owned(), String::new()),
        Kind::OutOfTime => (
            "Kibana took too long",
            "the time of the whole operation was over before the request could be made.".to_owned(),
            "Try again when Kibana answers faster.".to_owned(),
        ),
        Kind::Unreached(why) => unreached(why, error.attempted()),
        Kind::Lost { timed_out, detail } => lost(*timed_out, detail, error.attempted()),
        Kind::Refused { status, message, retry_after, not_found } => {
            refused(error, *status, message, *retry_after, *not_found)
        }
        Kind::Foreign { status, content_type, shown, retry_after } => {
            foreign(*status, content_type.as_deref(), shown, *retry_after)
        }
        Kind::Redirect { status, host } => (
            "Redirected instead of answered",
            format!("the answer {status} redirects to {host}. Redirects are not followed."),
            "Set the provider's endpoint to the address of Kibana itself. If a login page stands before it, \
             the provider needs a way around: an API key that the proxy lets through, or a header in `headers`."
                .to_owned(),
        ),
        Kind::Taken { id, name, connector_type_id, preconfigured } => {
            let what = if *preconfigured {
                (
                    "It is defined in kibana.yml and can't be managed.",
                    "Choose another ID, or refer to this connector by its ID without a resource.",
                )
            } else {
                ("", "Import it to manage it, or choose another ID.")
            };
            (
                "Connector ID is in use",
                format!("there is a connector \"{name}\" of type {connector_type_id} under the ID {id} already. {}", what.0)
                    .trim_end()
                    .to_owned(),
                what.1.to_owned(),
            )
        }
        Kind::OtherId { asked, got } => (
            "Kibana made the connector under another ID",
            format!("The connector was to get the ID {asked}, and Kibana answered that it has the ID {got}."),
            "It is in state under the ID that it has. Something between the provider and Kibana may have \
             changed the request."
                .to_owned(),
        ),
        Kind::IdNotTaken => (
            "This Kibana can't take an ID",
            "Kibana knows no such route: before 8.8 a new connector can't be given an ID.".to_owned(),
            "Remove `id` and let Kibana choose, or upgrade Kibana. If Kibana is newer, the provider's endpoint \
             may name the wrong base path."
                .to_owned(),
        ),
        Kind::Unreadable { status, why } => (
            "Kibana's answer can't be used",
            format!("the answer {status} says success, but {why}."),
            "Check that the provider's endpoint is Kibana's address, and not Elasticsearch's or a proxy's."
                .to_owned(),
        ),
    }
}

fn unreached(why: &Unreached, attempted: Option<&Attempted>) -> Story {
    let host = attempted.map_or("the host", |attempted| attempted.host.as_str());
    let (title, came_back, mut to_do) = match why {
        Unreached::UnknownHost => (
            "Kibana's host is not known",
            format!("the host name {host} has no address."),
            "Check the host in the provider's endpoint.".to_owned(),
        ),
        Unreached::Resolver(why) => (
            "Kibana's host could not be looked up",
            format!("no name server could tell the address of {host}: {}", sentence(why)),
            "Check the name servers in /etc/resolv.conf; no others are asked.".to_owned(),
        ),
        Unreached::Refused => (
            "Connection to Kibana refused",
            format!("nothing accepts connections at {host} on this port."),
            "Check host and port in the provider's endpoint (Kibana's own port is 5601), and that Kibana runs."
                .to_owned(),
        ),
        Unreached::TimedOut => (
            "Connection to Kibana timed out",
            format!("{host} did not answer the attempt to connect."),
            "Check host and port in the provider's endpoint, and that no firewall is in between.".to_owned(),
        ),
        Unreached::Tls(failure) => tls(failure, host),
        Unreached::Other(detail) => (
            "No connection to Kibana",
            format!("no connection came about: {}", sentence(detail)),
            "Check the provider's endpoint and the network in between.".to_owned(),
        ),
    };
    if attempted.is_some_and(|attempted| attempted.proxied) {
        to_do.push_str(" The environment names a proxy (HTTPS_PROXY, HTTP_PROXY or ALL_PROXY) that may stand in between.");
    }
    (title, came_back, to_do)
}

fn tls(failure: &TlsFailure, host: &str) -> Story {
    let title = "No trusted connection to Kibana";
    let (came_back, to_do) = match failure {
        TlsFailure::UnknownIssuer => (
            format!("the certificate of {host} comes from an issuer that is not trusted."),
            "Set the provider's ca_cert_file (or KIBANA_CA_CERTS) to the authority that issued it.",
        ),
        TlsFailure::WrongName(names) => (
            format!("the certificate of {host} is for another host ({names})."),
            "Use a host name in the provider's endpoint that the certificate holds.",
        ),
        TlsFailure::Expired => (
            format!("the certificate of {host} has expired."),
            "Renew it, and check the clock of this machine.",
        ),
        TlsFailure::NotYetValid => (
            format!("the certificate of {host} is not valid yet."),
            "Check the clock of this machine and the certificate's dates.",
        ),
        TlsFailure::AuthorityAsServer => (
            format!("the certificate of {host} is a certificate authority's own, which no server may use."),
            "Give Kibana a certificate that is issued for a server, and set ca_cert_file to its authority. For a \
             trial, `insecure` does without the check.",
        ),
        TlsFailure::ClientCertificate(alert) => (
            format!("{host} wants a client certificate that it trusts, and got none or another ({alert})."),
            "Set the provider's client_cert_file and client_key_file.",
        ),
        TlsFailure::NotTls => (
            format!("what answers at {host} on this port does not speak TLS."),
            "Check the port; without TLS the provider's endpoint begins with http://.",
        ),
        TlsFailure::Other(detail) => (
            format!("no TLS connection came about: {}", sentence(detail)),
            "Check Kibana's certificate and the TLS versions that it allows.",
        ),
    };
    (title, came_back, to_do.to_owned())
}

fn lost(timed_out: bool, detail: &str, attempted: Option<&Attempted>) -> Story {
    if timed_out {
        return (
            "Kibana took too long",
            "no answer came in time.".to_owned(),
            "Try again when Kibana is less busy, or raise the provider's request_timeout_seconds.".to_owned(),
        );
    }
    let plain = attempted.is_some_and(|attempted| attempted.endpoint.starts_with("http://"));
    let hint =
        if plain { " If Kibana serves TLS, the provider's endpoint begins with https://." } else { "" };
    (
        "Connection to Kibana was lost",
        format!("the connection ended before the answer was complete: {}", sentence(detail)),
        format!("Try again; if it happens every time, look into Kibana's log and any proxy before it.{hint}"),
    )
}

fn refused(
    error: &Error,
    status: u16,
    message: &str,
    retry_after: Option<Duration>,
    not_found: Option<NotFound>,
) -> Story {
    let came_back = format!("Kibana answered {status}: {}", sentence(message));
    let attempted = error.attempted();
    let is_create = attempted.is_some_and(|attempted| attempted.is_create);
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
        403 => (
            "Not allowed in Kibana",
            "The credentials need the privilege \"Actions and Connectors: All\" in this space (\"Read\" to \
             read only)."
                .to_owned(),
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

fn foreign(status: u16, content_type: Option<&str>, shown: &str, retry_after: Option<Duration>) -> Story {
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
            format!("It asks to wait {} seconds. Try again later.", wait.as_secs().max(1))
        }
        _ => "Try again later; max_retries of the provider says how often a request is repeated.".to_owned(),
    }
}

/// The text with a period, unless it ends a sentence already.
fn sentence(text: &str) -> String {
    if text.ends_with(['.', '!', '?', '…']) { text.to_owned() } else { format!("{text}.") }
}

/// The text beginning with a capital, where nothing stands before it.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests;
