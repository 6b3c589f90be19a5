//! Certificates: checking the ones that were given, and choosing which roots a connection trusts.
//!
//! `provider` calls the checks at configure; `Client` builds its connections here with the first request,
//! since loading the system's roots takes up to 25 ms that a plan without requests need not pay.

use reqwest::ClientBuilder;
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::Settings;
use super::error::{Error, Kind};
use super::settings::Identity;

/// What is wrong with a PEM text. Nothing of the text is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PemFault {
    /// There is no certificate in it.
    #[error("it contains no certificate in PEM format")]
    NoCertificate,
    /// A certificate in it is damaged.
    #[error("a certificate in it is damaged")]
    DamagedCertificate,
    /// There is no private key in it.
    #[error("it contains no private key in PEM format (an encrypted key must be decrypted first)")]
    NoKey,
    /// The private key is another certificate's.
    #[error("the private key does not belong to the client certificate")]
    OtherKey,
    /// The certificate or the key is of a kind that is not supported.
    #[error(
        "the client certificate and its private key cannot be used: one of them is of an unsupported kind"
    )]
    Unsupported,
}

impl PemFault {
    /// Whether the private key is at fault, and not the certificate.
    pub(crate) fn is_about_key(self) -> bool {
        matches!(self, Self::NoKey | Self::OtherKey)
    }
}

/// Checks that these bytes hold certificates to trust, in PEM.
///
/// # Errors
///
/// When there is none, or one that cannot be read.
pub(crate) fn check_pem_certificates(pem: &[u8]) -> Result<(), PemFault> {
    let mut store = RootCertStore::empty();
    for certificate in certificates(pem)? {
        store.add(certificate).map_err(|_| PemFault::DamagedCertificate)?;
    }
    Ok(())
}

/// Checks that a client certificate and a private key can be read and belong together.
///
/// # Errors
///
/// When either cannot be read, or the key is another certificate's.
pub(crate) fn check_pem_identity(identity: &Identity) -> Result<(), PemFault> {
    let chain = certificates(&identity.certificate)?;
    let key = PrivateKeyDer::from_pem_slice(identity.key.expose().as_bytes()).map_err(|_| PemFault::NoKey)?;
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    match CertifiedKey::from_der(chain, key, &provider) {
        Ok(_) => Ok(()),
        Err(rustls::Error::InconsistentKeys(_)) => Err(PemFault::OtherKey),
        Err(_) => Err(PemFault::Unsupported),
    }
}

/// Builds the connections. Reads the system's roots: takes 5 to 25 ms and must not run on an async thread.
pub(super) fn build(
    settings: &Settings,
    builder: impl Fn() -> ClientBuilder,
) -> Result<reqwest::Client, Error> {
    let builder = || match &settings.client_identity {
        Some(identity) => Ok(builder().identity(parse_identity(identity)?)),
        None => Ok(builder()),
    };
    let failed = |error: reqwest::Error| refuse(super::transport::chain(&error));
    if settings.insecure {
        return builder()?.tls_danger_accept_invalid_certs(true).build().map_err(failed);
    }
    // Without any root on the system (a container without ca-certificates) this fails, and only then do the
    // bundled ones count: what an administrator took out of the system's stays out.
    let plain = builder()?.build();
    let mut extra = Vec::new();
    match (&settings.ca_certificates, plain) {
        (None, Ok(client)) => return Ok(client),
        (Some(pem), Ok(_)) => extra.extend(certificates(pem).map_err(unusable)?),
        (given, Err(_)) => {
            extra.extend(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
            if let Some(pem) = given {
                extra.extend(certificates(pem).map_err(unusable)?);
            }
        }
    }
    let extra: Result<Vec<_>, _> = extra.iter().map(|der| reqwest::Certificate::from_der(der)).collect();
    builder()?.tls_certs_merge(extra.map_err(failed)?).build().map_err(failed)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, PemFault> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match certificates {
        Ok(found) if found.is_empty() => Err(PemFault::NoCertificate),
        Ok(found) => Ok(found),
        Err(_) => Err(PemFault::DamagedCertificate),
    }
}

fn parse_identity(identity: &Identity) -> Result<reqwest::Identity, Error> {
    let mut pem = zeroize::Zeroizing::new(identity.certificate.clone());
    pem.push(b'\n');
    pem.extend_from_slice(identity.key.expose().as_bytes());
    reqwest::Identity::from_pem(&pem).map_err(|_| unusable(PemFault::Unsupported))
}

fn unusable(fault: PemFault) -> Error {
    refuse(fault.to_string())
}

fn refuse(why: String) -> Error {
    Error::of(Kind::Settings(why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Secret;

    fn signed() -> (Vec<u8>, Secret) {
        let made = rcgen::generate_simple_self_signed(["kibana.test".to_owned()]).unwrap();
        (made.cert.pem().into_bytes(), Secret::new(made.signing_key.serialize_pem()))
    }

    #[test]
    fn certificates_are_told_from_what_is_none() {
        let (certificate, key) = signed();
        assert!(check_pem_certificates(&certificate).is_ok());
        assert!(check_pem_certificates(&[certificate.clone(), certificate].concat()).is_ok());
        for wrong in [b"".as_slice(), b"hello", key.expose().as_bytes()] {
            assert_eq!(check_pem_certificates(wrong), Err(PemFault::NoCertificate));
        }
        let garbage = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert_eq!(check_pem_certificates(garbage), Err(PemFault::DamagedCertificate));
    }

    #[test]
    fn a_key_must_belong_to_its_certificate() {
        let ((certificate, key), (_, foreign)) = (signed(), signed());
        let check = |key: &Secret| {
            let identity = Identity { certificate: certificate.clone(), key: key.clone() };
            check_pem_identity(&identity)
        };
        assert_eq!(check(&key), Ok(()));
        assert_eq!(check(&foreign), Err(PemFault::OtherKey));
        assert_eq!(check(&Secret::new("hunter2")), Err(PemFault::NoKey));
    }
}
