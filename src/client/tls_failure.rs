//! Why a TLS handshake failed, in the classes that a user can do something about.
//!
//! `transport` finds rustls' error in what the connection reports; `explain` has a text for each class.

use rustls::{AlertDescription, CertificateError, Error as Rustls};

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
    /// The server wants a client certificate, or does not take the one it got.
    #[error("the server refused the client's certificate or its absence ({0})")]
    ClientCertificate(String),
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
                AlertDescription::CertificateRequired
                | AlertDescription::BadCertificate
                | AlertDescription::UnsupportedCertificate
                | AlertDescription::CertificateRevoked
                | AlertDescription::CertificateExpired
                | AlertDescription::CertificateUnknown
                | AlertDescription::UnknownCA
                | AlertDescription::AccessDenied => Self::ClientCertificate(format!("{alert:?}")),
                _ => Self::Other(error.to_string()),
            },
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
            // webpki's name for it; rustls has no variant of its own.
            other if format!("{other:?}").contains("CaUsedAsEndEntity") => Self::AuthorityAsServer,
            other => Self::Other(format!("invalid certificate: {other}")),
        }
    }
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
