//! Why a TLS handshake failed, in the classes that a user can do something about.
//!
//! `transport` finds rustls' error in what the connection reports; the room `explain` has a text for each
//! class.

use rustls::{AlertDescription, CertificateError, Error as Rustls, PeerIncompatible};

/// A failed handshake.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TlsFailure {
    /// The server's certificate leads to no root that is trusted.
    #[error("the certificate's issuer is not trusted")]
    UnknownIssuer,
    /// The certificate is for other names.
    #[error("the certificate is for another host ({0})")]
    WrongName(String),
    /// The certificate's time is over.
    #[error("the certificate has expired")]
    Expired,
    /// The certificate's time has not begun.
    #[error("the certificate is not valid yet")]
    NotYetValid,
    /// The certificate of an authority is used as the server's own.
    #[error("a certificate authority's own certificate is used for the server")]
    AuthorityAsServer,
    /// The certificate says what it may be used for, and a server is not among it.
    #[error("the certificate is not issued for servers")]
    NotForServers,
    /// The signature is not that of the issuer that the certificate names.
    #[error("the certificate is not signed by the issuer that it names")]
    BadSignature,
    /// The certificate is signed in a way that is not accepted, such as with SHA-1.
    #[error("the certificate is signed with an algorithm that is not supported")]
    UnsupportedSignature,
    /// Its issuer took the certificate back.
    #[error("the certificate was revoked")]
    Revoked,
    /// The certificate breaks the format.
    #[error("the certificate is malformed")]
    Malformed,
    /// The server wants a client certificate, or does not accept the one it got.
    #[error("the server refused the client's certificate or its absence ({0})")]
    ClientCertificate(&'static str),
    /// The server ended the handshake without saying why: with TLS 1.2 that is how it asks for a client
    /// certificate, too.
    #[error("the server refused the handshake")]
    Refused,
    /// The server speaks nothing newer than TLS 1.1.
    #[error("the server speaks no TLS 1.2 or later")]
    OldServer,
    /// What answered does not speak TLS.
    #[error("the answer was not TLS")]
    NotTls,
    /// Anything else.
    #[error("{0}")]
    Other(String),
}

impl From<&Rustls> for TlsFailure {
    fn from(error: &Rustls) -> Self {
        match error {
            Rustls::InvalidCertificate(certificate) => Self::from_certificate(certificate),
            Rustls::AlertReceived(alert) => match alert {
                AlertDescription::CertificateRequired => Self::ClientCertificate("it was shown none"),
                AlertDescription::UnknownCA => {
                    Self::ClientCertificate("it does not trust the issuer of the one that it was shown")
                }
                AlertDescription::CertificateExpired => {
                    Self::ClientCertificate("the one that it was shown has expired")
                }
                AlertDescription::CertificateRevoked => {
                    Self::ClientCertificate("the one that it was shown was revoked")
                }
                AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateUnknown
                | AlertDescription::AccessDenied => {
                    Self::ClientCertificate("it does not accept the one that it was shown")
                }
                AlertDescription::ProtocolVersion => Self::OldServer,
                AlertDescription::HandshakeFailure => Self::Refused,
                _ => Self::Other(error.to_string()),
            },
            Rustls::PeerIncompatible(
                PeerIncompatible::ServerDoesNotSupportTls12Or13
                | PeerIncompatible::ServerTlsVersionIsDisabledByOurConfig,
            ) => Self::OldServer,
            Rustls::InvalidMessage(_) => Self::NotTls,
            _ => Self::Other(error.to_string()),
        }
    }
}

impl TlsFailure {
    fn from_certificate(error: &CertificateError) -> Self {
        match error {
            CertificateError::UnknownIssuer => Self::UnknownIssuer,
            CertificateError::NotValidForName => Self::WrongName("its names are not told".to_owned()),
            CertificateError::NotValidForNameContext { presented, .. } => Self::WrongName(names(presented)),
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Self::NotYetValid,
            CertificateError::InvalidPurpose | CertificateError::InvalidPurposeContext { .. } => {
                Self::NotForServers
            }
            CertificateError::BadSignature => Self::BadSignature,
            CertificateError::UnsupportedSignatureAlgorithmContext { .. }
            | CertificateError::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => {
                Self::UnsupportedSignature
            }
            CertificateError::Revoked => Self::Revoked,
            CertificateError::BadEncoding | CertificateError::UnhandledCriticalExtension => Self::Malformed,
            other if is_authority_as_server(other) => Self::AuthorityAsServer,
            other if is_not_for_servers(other) => Self::NotForServers,
            other if apples_code(other) == Some(APPLE_NOT_TRUSTED) => Self::UnknownIssuer,
            other if apples_code(other) == Some(APPLE_EXPIRED) => Self::Expired,
            // Left over from before there was a context; matching it by its variant is deprecated.
            other if format!("{other:?}") == "UnsupportedSignatureAlgorithm" => Self::UnsupportedSignature,
            other => Self::Other(format!("invalid certificate: {other}")),
        }
    }
}

/// Whether a certificate was refused because it calls itself an authority: webpki's error, for which rustls
/// has no variant of its own.
pub(super) fn is_authority_as_server(error: &CertificateError) -> bool {
    matches!(error, CertificateError::Other(_)) && format!("{error:?}").contains("CaUsedAsEndEntity")
}

/// Whether a certificate was refused for what it may be used for: the verifier of the system's roots has an
/// error of its own in place of rustls's.
fn is_not_for_servers(error: &CertificateError) -> bool {
    matches!(error, CertificateError::Other(_)) && format!("{error:?}").contains("EkuError")
}

/// `errSecNotTrusted`, `errSecCertificateExpired` and `errSecCertificateValidityPeriodTooLong` of Apple's
/// Security framework.
const APPLE_NOT_TRUSTED: i32 = -67843;
const APPLE_EXPIRED: i32 = -67818;
const APPLE_TOO_LONG: i32 = -67901;

/// Whether a certificate was refused for its life of more than 825 days alone, as Apple's check does it.
pub(super) fn is_too_long_for_apple(error: &Rustls) -> bool {
    matches!(error, Rustls::InvalidCertificate(error) if apples_code(error) == Some(APPLE_TOO_LONG))
}

/// The code behind the text of Apple's own check, most of whose errors have no variant in rustls.
fn apples_code(error: &CertificateError) -> Option<i32> {
    let CertificateError::Other(error) = error else { return None };
    error.0.to_string().rsplit_once(": ")?.1.parse().ok()
}

/// The certificate's names, which arrive as `DnsName("kibana.test")`, without the wrapping.
fn names(presented: &[String]) -> String {
    let plain = |name: &String| name.split('"').nth(1).unwrap_or(name).to_owned();
    let mut shown: Vec<String> = presented.iter().take(5).map(plain).collect();
    if presented.len() > shown.len() {
        shown.push(format!("and {} more", presented.len() - shown.len()));
    }
    if shown.is_empty() { "it names none".to_owned() } else { shown.join(", ") }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn what_apples_check_says_is_told_as_elsewhere() {
        let told = |text: &str| {
            let error = rustls::OtherError(Arc::new(std::io::Error::other(text.to_owned())));
            TlsFailure::from(&Rustls::InvalidCertificate(CertificateError::Other(error)))
        };
        assert_eq!(told("“kibana” certificate is not trusted: -67843"), TlsFailure::UnknownIssuer);
        assert_eq!(told("“kibana” certificate is expired: -67818"), TlsFailure::Expired);
        assert!(matches!(
            told("“kibana” certificate is not standards compliant: -67901"),
            TlsFailure::Other(_)
        ));
        assert!(matches!(told("something else"), TlsFailure::Other(_)));
    }

    #[test]
    fn no_failure_is_told_by_the_librarys_own_names() {
        let certificates = [
            CertificateError::BadSignature,
            CertificateError::InvalidPurpose,
            CertificateError::Revoked,
            CertificateError::BadEncoding,
            CertificateError::UnsupportedSignatureAlgorithmContext {
                signature_algorithm_id: vec![1],
                supported_algorithms: Vec::new(),
            },
        ];
        let alerts = [
            AlertDescription::CertificateRequired,
            AlertDescription::UnknownCA,
            AlertDescription::HandshakeFailure,
            AlertDescription::ProtocolVersion,
        ];
        let errors = certificates.map(Rustls::InvalidCertificate).into_iter();
        let errors = errors
            .chain(alerts.map(Rustls::AlertReceived))
            .chain([Rustls::PeerIncompatible(PeerIncompatible::ServerDoesNotSupportTls12Or13)]);
        for error in errors {
            let failure = TlsFailure::from(&error);
            assert!(!matches!(failure, TlsFailure::Other(_)), "{error:?}");
            let text = failure.to_string();
            let camel = |word: &str| {
                word.chars().skip(1).any(char::is_uppercase) && !word.contains("TLS") && !word.contains("SHA")
            };
            assert!(!text.split(' ').any(camel), "{text}");
        }
    }
}
