//! What is told where no whole answer came: nothing connects, TLS fails, or the connection ends.

use super::answer::PROXY_CREDENTIALS;
use super::{Story, sentence};
use crate::client::{Attempted, TlsFailure, Unreached};

pub(super) fn unreached(why: &Unreached, attempted: Option<&Attempted>) -> Story {
    let host = attempted.map_or("the host", |attempted| attempted.host.as_str());
    if let Some(proxy) = attempted.and_then(|attempted| attempted.proxy.as_deref()) {
        return through_proxy(why, host, proxy);
    }
    match why {
        Unreached::UnknownHost => (
            "Kibana's host is not known",
            format!("the host name {host} has no address."),
            "Check the host in the provider's `endpoint`.".to_owned(),
        ),
        Unreached::Resolver(why) => (
            "Kibana's host could not be looked up",
            format!("no name server could be asked for the address of {host}: {}", sentence(why)),
            "Check the name servers in /etc/resolv.conf; no others are asked.".to_owned(),
        ),
        Unreached::Refused => (
            "Connection to Kibana refused",
            format!("nothing accepts connections at {host} on this port."),
            "Check the host and port in the provider's `endpoint` (Kibana's usual port is 5601), and that Kibana is running."
                .to_owned(),
        ),
        Unreached::TimedOut => (
            "Connection to Kibana timed out",
            format!("{host} did not respond to the attempt to connect."),
            "Check the host and port in the provider's `endpoint`, and that no firewall is in the way.".to_owned(),
        ),
        Unreached::Tls(failure) => tls(failure, host),
        Unreached::ProxyCredentials | Unreached::ProxyRefused => (
            "No connection to Kibana",
            format!("no connection could be made: {why}."),
            "Check the provider's `endpoint` and the network in between.".to_owned(),
        ),
        Unreached::Other(detail) => (
            "No connection to Kibana",
            format!("no connection could be made{}", because(detail)),
            "Check the provider's `endpoint` and the network in between.".to_owned(),
        ),
    }
}

/// Behind a proxy nothing but the proxy is connected to, so that is what does not answer.
fn through_proxy(why: &Unreached, host: &str, proxy: &str) -> Story {
    let advice =
        "Check the address of the proxy, or name Kibana's host in NO_PROXY to do without one.".to_owned();
    match why {
        Unreached::UnknownHost => {
            ("The proxy's host is not known", format!("the proxy {proxy} has no address."), advice)
        }
        Unreached::Resolver(why) => (
            "The proxy's host could not be looked up",
            format!("no name server could be asked for the address of the proxy {proxy}: {}", sentence(why)),
            advice,
        ),
        Unreached::Refused => (
            "Connection to the proxy refused",
            format!("nothing accepts connections at the proxy {proxy}."),
            advice,
        ),
        Unreached::TimedOut => (
            "Connection through the proxy timed out",
            format!("the proxy {proxy} did not answer, or could not reach {host}."),
            advice,
        ),
        Unreached::ProxyCredentials => (
            "The proxy requires credentials",
            format!("the proxy {proxy} does not connect to {host} without credentials, or not with these."),
            PROXY_CREDENTIALS.to_owned(),
        ),
        Unreached::ProxyRefused => (
            "The proxy refused the connection",
            format!("the proxy {proxy} does not connect to {host}."),
            "Check the provider's `endpoint` and the proxy's rules, or name Kibana's host in NO_PROXY."
                .to_owned(),
        ),
        Unreached::Tls(failure) => {
            let (title, came_back, to_do) = tls(failure, host);
            (
                title,
                came_back,
                format!(
                    "{to_do} The connection goes through the proxy {proxy}, which may show a certificate of its own."
                ),
            )
        }
        Unreached::Other(detail) => (
            "No connection to Kibana",
            format!("no connection could be made through the proxy {proxy}{}", because(detail)),
            advice,
        ),
    }
}

fn tls(failure: &TlsFailure, host: &str) -> Story {
    let title = "No trusted connection to Kibana";
    let (came_back, to_do) = match failure {
        TlsFailure::UnknownIssuer => (
            format!("the certificate of {host} comes from an issuer that is not trusted."),
            "Set the provider's `ca_cert_file` (or KIBANA_CA_CERTS) to the authority that issued it.",
        ),
        TlsFailure::WrongName(names) => (
            format!("the certificate of {host} is for another host ({names})."),
            "Use a host name in the provider's `endpoint` that is in the certificate.",
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
            format!("the certificate of {host} is itself that of a certificate authority."),
            "Set the provider's `ca_cert_file` (or KIBANA_CA_CERTS) to this very certificate to trust it, or give Kibana one \
             that an authority issued for it.",
        ),
        TlsFailure::NotForServers => (
            format!(
                "the certificate of {host} is not issued for servers: its extended key usage lacks serverAuth."
            ),
            "Give Kibana a certificate that is issued for a server.",
        ),
        TlsFailure::BadSignature => (
            format!(
                "the certificate of {host} is not signed by the authority that it names. The authority may have been \
                     created anew under the same name."
            ),
            "Set the provider's `ca_cert_file` (or KIBANA_CA_CERTS) to the authority that issued the present certificate.",
        ),
        TlsFailure::UnsupportedSignature => (
            format!(
                "the certificate of {host} is signed with an algorithm that is not supported, such as SHA-1."
            ),
            "Give Kibana a certificate that is signed with SHA-256 or better.",
        ),
        TlsFailure::Revoked => {
            (format!("the certificate of {host} was revoked."), "Give Kibana a new certificate.")
        }
        TlsFailure::Malformed => (
            format!("the certificate of {host} is malformed, or holds an extension that is not understood."),
            "Give Kibana another certificate.",
        ),
        TlsFailure::ClientCertificate(alert) => (
            format!("{host} requires a client certificate that it trusts: {alert}."),
            "Set the provider's `client_cert_file` and `client_key_file` to a certificate that Kibana trusts.",
        ),
        TlsFailure::Refused => (
            format!(
                "{host} refused the TLS handshake without saying why. With TLS 1.2 that is also how a server asks for a \
                     client certificate."
            ),
            "If Kibana requires one, set the provider's `client_cert_file` and `client_key_file`; otherwise check the ciphers \
             that Kibana allows.",
        ),
        TlsFailure::OldServer => (
            format!("{host} speaks neither TLS 1.2 nor TLS 1.3."),
            "Let Kibana use TLS 1.2 or later (`server.ssl.supportedProtocols`).",
        ),
        TlsFailure::NotTls => (
            format!("whatever answers at {host} on this port does not speak TLS."),
            "Check the port. If Kibana does not use TLS, begin the provider's `endpoint` with http://.",
        ),
        TlsFailure::Other(detail) => (
            format!("no TLS connection could be made: {}", sentence(detail)),
            "Check Kibana's certificate and the TLS versions that it allows.",
        ),
    };
    (title, came_back, to_do.to_owned())
}

pub(super) fn lost(timed_out: bool, detail: &str, attempted: Option<&Attempted>) -> Story {
    if timed_out {
        return (
            "Kibana took too long",
            "there was no answer in time.".to_owned(),
            "Try again when Kibana is less busy, or raise the provider's `request_timeout_seconds`."
                .to_owned(),
        );
    }
    let plain = attempted.is_some_and(|attempted| attempted.endpoint.starts_with("http://"));
    let hint = if plain { " If Kibana uses TLS, begin the provider's `endpoint` with https://." } else { "" };
    (
        "Connection to Kibana was lost",
        format!("the connection ended before the answer was complete{}", because(detail)),
        format!(
            "Try again. If it happens every time, check Kibana's log and any proxy in front of it.{hint}"
        ),
    )
}

/// The end of a sentence that says why, where that is known.
fn because(detail: &str) -> String {
    if detail.is_empty() { ".".to_owned() } else { format!(": {}", sentence(detail)) }
}
