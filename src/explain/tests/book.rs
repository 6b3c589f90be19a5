//! Every way in which a request fails, as a section of the book of diagnostics, `tests/core/diagnostics.txt`:
//! most of them only the outside world can bring about. UPDATE=1 rewrites the section; the tests of the core
//! write the rest and keep it.

use std::time::Duration;

use rustls::{AlertDescription, CertificateError};

use super::unusable::unusable;
use super::words;
use crate::book::Section;
use crate::client::testing::{
    failed, failed_outside, failed_plainly_through, failed_through, failed_unsent, failed_without_credentials,
};
use crate::client::{Cause, Error, NotFound, Purpose, TlsFailure, Unreached};

const PROXY: &str = "http://proxy.example:3128";

fn refused(status: u16, message: &str) -> Cause {
    let not_found = match message {
        "Not Found" => Some(NotFound::RouteMissing),
        "no such index" => Some(NotFound::Foreign),
        _ if status == 404 => Some(NotFound::ConnectorMissing),
        _ => None,
    };
    Cause::Refused { status, message: message.to_owned(), retry_after: None, not_found }
}

fn foreign(status: u16, shown: &str) -> Cause {
    let content_type = Some("text/html".to_owned());
    Cause::Foreign { status, content_type, shown: shown.to_owned(), retry_after: None }
}

fn behind_proxy(status: u16, shown: &str) -> Error {
    failed_plainly_through(PROXY, Purpose::Read, foreign(status, shown))
}

fn answers() -> Vec<(&'static str, Error)> {
    use Purpose::{Create, Delete, Read, Update};
    let wait = |seconds: u64, status: u16| Cause::Refused {
        status,
        message: "Server is overloaded".to_owned(),
        retry_after: Some(Duration::from_secs(seconds)),
        not_found: None,
    };
    let in_use = |preconfigured: bool| Cause::IdInUse {
        id: "my-id".to_owned(),
        name: "ops mail".to_owned(),
        connector_type_id: ".email".to_owned(),
        preconfigured,
    };
    let (from, to) = ("http://kibana.example:5601/api", "https://kibana.example:5601/api");
    let block = "index [.kibana] blocked by: [FORBIDDEN/8/index write (api)];";
    vec![
        ("400", failed(Update, refused(400, "error validating connector type config"))),
        (
            "400 for the ID of a preconfigured one",
            failed(Create, refused(400, "This my-id already exists in a preconfigured action.")),
        ),
        (
            "400 for an ID that is no UUID",
            failed(Create, refused(400, "Predefined IDs are not allowed unless the ID is a UUID")),
        ),
        ("400 for an ID", failed(Create, refused(400, "[request params.id]: types that failed validation"))),
        (
            "400 for a preconfigured connector",
            failed(Update, refused(400, "Preconfigured action my-id is not allowed to update.")),
        ),
        (
            "400 for a type that is not there",
            failed(Update, refused(400, "Action type \".nothing\" is not registered.")),
        ),
        ("400 for a header", failed(Update, refused(400, "Request must contain a kbn-xsrf header."))),
        ("401", failed(Read, refused(401, "[security_exception]: unable to authenticate"))),
        ("401 without credentials", failed_without_credentials(refused(401, "Unauthorized"))),
        ("401 that nothing was judged for", failed(Read, Cause::Unjudged)),
        ("403", failed(Read, refused(403, "Unauthorized to get actions"))),
        (
            "403 for the license",
            failed(
                Update,
                refused(
                    403,
                    "Action type .email is disabled because your basic license does not support it.",
                ),
            ),
        ),
        ("403 for a write block", failed(Update, refused(403, block))),
        ("404", failed(Read, refused(404, "Saved object [action/my-id] not found"))),
        ("404 of the route", failed(Read, refused(404, "Not Found"))),
        ("404 in Kibana's form, but not of Kibana's connectors", failed(Read, refused(404, "no such index"))),
        ("404 of something else", failed(Read, foreign(404, "Not here"))),
        ("409", failed(Update, refused(409, "version conflict"))),
        ("409 at a create", failed(Create, refused(409, "version conflict"))),
        ("413", failed(Update, refused(413, "Payload content length greater than maximum allowed: 1048576"))),
        ("429", failed(Update, refused(429, "Server is overloaded"))),
        ("429 with a pause", failed(Update, wait(1, 429))),
        ("429 of a full disk", failed(Update, refused(429, "disk usage exceeded flood-stage watermark"))),
        ("500", failed(Update, refused(500, "An internal server error occurred"))),
        (
            "500 at a create of an inference connector",
            failed(Create, refused(500, "Inference with id my-id already exists")),
        ),
        ("503", failed(Read, refused(503, "all shards failed"))),
        ("another status", failed(Read, refused(418, "I am a teapot"))),
        ("a Kibana that starts", failed(Read, foreign(503, "Kibana server is not ready yet"))),
        ("a page with 200", failed(Read, foreign(200, "Log in"))),
        ("a page with 401", failed(Read, foreign(401, "Log in"))),
        ("a page with 407", failed(Read, foreign(407, "Proxy"))),
        ("a page with 407 of the proxy", behind_proxy(407, "Proxy")),
        (
            "a page of no type",
            failed(
                Read,
                Cause::Foreign { status: 200, content_type: None, shown: String::new(), retry_after: None },
            ),
        ),
        ("a page with 413", failed(Update, foreign(413, "Too large"))),
        ("a page with 502", failed(Read, foreign(502, "Bad gateway"))),
        ("a page with 502, perhaps of the proxy", behind_proxy(502, "Bad gateway")),
        ("a page with 403, perhaps of the proxy", behind_proxy(403, "Access denied")),
        (
            "Elasticsearch",
            failed(Read, foreign(400, "no handler found for uri [/api/actions] and method [GET]")),
        ),
        (
            "a redirect to TLS",
            failed(Read, Cause::Redirect { status: 301, from: from.to_owned(), to: to.to_owned() }),
        ),
        (
            "a redirect elsewhere",
            failed(
                Read,
                Cause::Redirect {
                    status: 302,
                    from: from.to_owned(),
                    to: "https://login.example/".to_owned(),
                },
            ),
        ),
        ("an ID in use", failed(Create, in_use(false))),
        ("the ID of a preconfigured connector", failed(Create, in_use(true))),
        ("an ID before 8.8", failed(Create, Cause::IdUnsupported)),
        ("a delete without an answer", failed(Delete, lost(false, "connection reset"))),
        ("no answer in time", failed(Read, lost(true, ""))),
    ]
}

fn lost(timed_out: bool, detail: &str) -> Cause {
    Cause::Lost { timed_out, detail: detail.to_owned() }
}

fn connections() -> Vec<(&'static str, Error)> {
    let told = |error: rustls::Error| TlsFailure::from(&error);
    let alert = |alert| told(rustls::Error::AlertReceived(alert));
    let invalid = rustls::Error::InvalidCertificate;
    let tls = vec![
        ("a certificate of an unknown authority", TlsFailure::UnknownIssuer),
        ("a certificate for another host", TlsFailure::WrongName("other.example".to_owned())),
        ("a certificate that has expired", TlsFailure::Expired),
        ("a certificate of the future", TlsFailure::NotYetValid),
        ("an authority's own certificate", TlsFailure::AuthorityAsServer),
        ("a certificate that is not for servers", TlsFailure::NotForServers),
        ("a certificate with another signature", TlsFailure::BadSignature),
        ("a certificate signed with SHA-1", TlsFailure::UnsupportedSignature),
        ("a certificate that was revoked", TlsFailure::Revoked),
        ("a certificate that is malformed", TlsFailure::Malformed),
        ("a certificate for nobody knows what", told(invalid(CertificateError::NotValidForName))),
        ("a server that wants a client certificate", alert(AlertDescription::CertificateRequired)),
        ("a server that does not know the client's authority", alert(AlertDescription::UnknownCA)),
        ("a server that refuses the client certificate", alert(AlertDescription::BadCertificate)),
        ("a server to which the client certificate has expired", alert(AlertDescription::CertificateExpired)),
        ("a server to which the client certificate is revoked", alert(AlertDescription::CertificateRevoked)),
        ("a server that ends the handshake", TlsFailure::Refused),
        ("a server of TLS 1.1", TlsFailure::OldServer),
        ("a server without TLS", TlsFailure::NotTls),
        ("another failure of TLS", TlsFailure::Other("unexpected message".to_owned())),
    ];
    let others = || {
        vec![
            ("a host without an address", Unreached::UnknownHost),
            ("no name server", Unreached::Resolver("connection refused".to_owned())),
            ("a port where nothing listens", Unreached::Refused),
            ("a host that does not respond", Unreached::TimedOut),
            ("a proxy that requires credentials", Unreached::ProxyCredentials),
            ("a proxy that refuses", Unreached::ProxyRefused),
            ("another reason", Unreached::Other("network is unreachable".to_owned())),
        ]
    };
    let through = |why| failed_through(Some(PROXY), Purpose::Read, Cause::Unreached(why));
    let direct = |why| failed(Purpose::Read, Cause::Unreached(why));
    let tls = tls.into_iter().map(|(case, failure)| (case, Unreached::Tls(failure)));
    (others()
        .into_iter()
        .filter(|(_, why)| !matches!(why, Unreached::ProxyCredentials | Unreached::ProxyRefused)))
    .chain(tls)
    .map(|(case, why)| (case, direct(why)))
    .chain(others().into_iter().map(|(case, why)| (case, through(why))))
    .chain([("a certificate behind a proxy", through(Unreached::Tls(TlsFailure::UnknownIssuer)))])
    .collect()
}

fn outside_of_requests() -> Vec<(&'static str, Error)> {
    let read = |cause| failed(Purpose::Read, cause);
    vec![
        ("settings that cannot work", failed_outside(Cause::Settings("the endpoint has no host".to_owned()))),
        ("an ID that no address holds", failed_outside(Cause::Unaddressable("..".to_owned()))),
        ("another ID", failed_outside(Cause::OtherId { asked: "my-id".to_owned(), got: "other".to_owned() })),
        ("a request to stop", read(Cause::Stopped)),
        ("no time left", read(Cause::OutOfTime)),
        ("a request after others that failed", failed_unsent(refused(503, "all shards failed"))),
    ]
}

#[tokio::test]
async fn the_book_tells_every_failure_of_a_request() {
    let mut section = Section::new("Requests that fail");
    for (case, error) in outside_of_requests().into_iter().chain(connections()).chain(answers()) {
        let (title, detail) = words(&error);
        section.tell(case, &format!("Error: {title}"), &detail);
    }
    for (case, title, detail) in unusable().await {
        section.tell(case, &format!("Error: {title}"), &detail);
    }
    section.stands_in_the_book();
}
