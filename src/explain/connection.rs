//! What is told where no whole answer came: nothing connects, TLS fails, or the connection ends.

use super::{Story, sentence};
use crate::client::{Attempted, TlsFailure, Unreached};

pub(super) fn unreached(why: &Unreached, attempted: Option<&Attempted>) -> Story {
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

pub(super) fn lost(timed_out: bool, detail: &str, attempted: Option<&Attempted>) -> Story {
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
