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

/// Checks that these bytes hold certificates to trust, in PEM.
///
/// # Errors
///
/// When there is none, or one that can't be read.
pub fn check_pem_certificates(pem: &[u8]) -> Result<(), Error> {
    let mut store = RootCertStore::empty();
    for certificate in certificates(pem)? {
        store.add(certificate).map_err(|error| refuse(format!("a certificate can't be used: {error}")))?;
    }
    Ok(())
}

/// Checks that a client certificate and a private key can be read and belong together.
///
/// # Errors
///
/// When either can't be read, or the key is another certificate's. Nothing of the key is in the text.
pub fn check_pem_identity(identity: &Identity) -> Result<(), Error> {
    let chain = certificates(&identity.certificate)?;
    let key = PrivateKeyDer::from_pem_slice(identity.key.expose().as_bytes()).map_err(|_| {
        refuse("no private key was found in PEM (an encrypted one must be decrypted first)".to_owned())
    })?;
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    match CertifiedKey::from_der(chain, key, &provider) {
        Ok(_) => Ok(()),
        Err(rustls::Error::InconsistentKeys(_)) => {
            Err(refuse("the client key does not belong to the client certificate".to_owned()))
        }
        // What rustls says about a key could quote it.
        Err(_) => Err(refuse("the client certificate and its key can't be used".to_owned())),
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
        (Some(pem), Ok(_)) => extra.extend(certificates(pem)?),
        (given, Err(_)) => {
            extra.extend(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
            if let Some(pem) = given {
                extra.extend(certificates(pem)?);
            }
        }
    }
    let extra: Result<Vec<_>, _> = extra.iter().map(|der| reqwest::Certificate::from_der(der)).collect();
    builder()?.tls_certs_merge(extra.map_err(failed)?).build().map_err(failed)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match certificates {
        Ok(found) if found.is_empty() => Err(refuse("no certificate was found in PEM".to_owned())),
        Ok(found) => Ok(found),
        Err(_) => Err(refuse("a certificate can't be read as PEM".to_owned())),
    }
}

fn parse_identity(identity: &Identity) -> Result<reqwest::Identity, Error> {
    let mut pem = zeroize::Zeroizing::new(identity.certificate.clone());
    pem.push(b'\n');
    pem.extend_from_slice(identity.key.expose().as_bytes());
    reqwest::Identity::from_pem(&pem)
        .map_err(|_| refuse("the client certificate and its key can't be used".to_owned()))
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
            let error = check_pem_certificates(wrong).unwrap_err().to_string();
            assert!(error.contains("no certificate was found"), "{error}");
        }
        let garbage = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(check_pem_certificates(garbage).is_err());
    }

    #[test]
    fn a_key_must_belong_to_its_certificate() {
        let ((certificate, key), (_, foreign)) = (signed(), signed());
        let check = |key: &Secret| {
            let identity = Identity { certificate: certificate.clone(), key: key.clone() };
            check_pem_identity(&identity).map_err(|error| error.to_string())
        };
        assert!(check(&key).is_ok());
        assert!(check(&foreign).unwrap_err().contains("does not belong"));
        assert!(check(&Secret::new("hunter2")).unwrap_err().contains("no private key"));
    }
}
