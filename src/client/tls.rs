//! Certificates: checking the ones that were given, and choosing which roots a connection trusts.
//!
//! `provider` calls the checks at configure; `Client` builds its connections here with the first request,
//! since loading the system's roots takes up to 25 ms that a plan without requests need not pay.

use std::sync::Arc;

use reqwest::ClientBuilder;
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;

use super::Settings;
use super::error::{Cause, Error};
use super::settings::ClientCertificate;
use super::trust::Trust;

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
    #[error("it is not the private key of the client certificate")]
    OtherKey,
    /// The certificate or the key is of a kind that is not supported.
    #[error("it or its private key is of a kind that is not supported")]
    Unsupported,
}

impl PemFault {
    /// Whether the private key is at fault, and not the certificate.
    pub(crate) fn is_about_key(self) -> bool {
        matches!(self, Self::NoKey | Self::OtherKey)
    }

    /// Whether the text is not what PEM looks like.
    pub(crate) fn is_about_form(self) -> bool {
        matches!(self, Self::NoCertificate | Self::DamagedCertificate | Self::NoKey)
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
pub(crate) fn check_pem_identity(identity: &ClientCertificate) -> Result<(), PemFault> {
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
    // What rustls would take as well today, said so that it stays.
    let builder = || builder().tls_version_min(reqwest::tls::Version::TLS_1_2);
    let identified = || match &settings.client_identity {
        Some(identity) => Ok(builder().identity(parse_identity(identity)?)),
        None => Ok(builder()),
    };
    let failed = |error: reqwest::Error| refuse(super::transport::chain(&error));
    if settings.insecure {
        return identified()?.tls_danger_accept_invalid_certs(true).build().map_err(failed);
    }
    // Without any root on the system (a container without ca-certificates) this fails, and only then do the
    // bundled ones count: what an administrator took out of the system's stays out.
    let plain = identified()?.build();
    let configured = match (&settings.ca_certificates, plain) {
        (None, Ok(client)) => return Ok(client),
        (Some(pem), Ok(_)) => {
            return builder()
                .tls_backend_preconfigured(trusting(settings, pem, &[])?)
                .build()
                .map_err(failed);
        }
        (given, Err(_)) => given,
    };
    let bundled = webpki_root_certs::TLS_SERVER_ROOT_CERTS;
    match configured {
        Some(pem) => builder().tls_backend_preconfigured(trusting(settings, pem, bundled)?).build(),
        None => {
            let roots: Result<Vec<_>, _> =
                bundled.iter().map(|der| reqwest::Certificate::from_der(der)).collect();
            identified()?.tls_certs_merge(roots.map_err(failed)?).build()
        }
    }
    .map_err(failed)
}

/// A configuration as reqwest would make it, but that trusts configured certificates themselves, too.
fn trusting(
    settings: &Settings,
    configured: &[u8],
    bundled: &[CertificateDer<'static>],
) -> Result<rustls::ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let failed = |error: rustls::Error| refuse(format!("TLS cannot be set up: {error}"));
    let configured = certificates(configured).map_err(unusable)?;
    let roots = configured.iter().chain(bundled).cloned();
    let usual = rustls_platform_verifier::Verifier::new_with_extra_roots(roots, Arc::clone(&provider))
        .map_err(failed)?;
    let trust = Trust::new(Arc::new(usual), configured, Arc::clone(&provider))
        .ok_or_else(|| unusable(PemFault::DamagedCertificate))?;
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(failed)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(trust));
    let mut config = match &settings.client_identity {
        Some(identity) => {
            let chain = certificates(&identity.certificate).map_err(unusable)?;
            let key = PrivateKeyDer::from_pem_slice(identity.key.expose().as_bytes());
            let key = key.map_err(|_| unusable(PemFault::NoKey))?;
            builder.with_client_auth_cert(chain, key).map_err(|_| unusable(PemFault::Unsupported))?
        }
        None => builder.with_no_client_auth(),
    };
    // A configuration of our own offers no HTTP/2 by itself.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, PemFault> {
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    match certificates {
        Ok(found) if found.is_empty() => Err(PemFault::NoCertificate),
        Ok(found) => Ok(found),
        Err(_) => Err(PemFault::DamagedCertificate),
    }
}

fn parse_identity(identity: &ClientCertificate) -> Result<reqwest::Identity, Error> {
    let mut pem = zeroize::Zeroizing::new(identity.certificate.clone());
    pem.push(b'\n');
    pem.extend_from_slice(identity.key.expose().as_bytes());
    reqwest::Identity::from_pem(&pem).map_err(|_| unusable(PemFault::Unsupported))
}

fn unusable(fault: PemFault) -> Error {
    refuse(fault.to_string())
}

fn refuse(why: String) -> Error {
    Error::of(Cause::Settings(why))
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

    /// The first bytes of a handshake.
    async fn client_hello(ca_certificates: Option<Vec<u8>>) -> Vec<u8> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("https://127.0.0.1:{}", listener.local_addr().unwrap().port());
        let settings = Settings { ca_certificates, ..super::super::testing::fast(&endpoint) };
        let client = build(&settings, reqwest::Client::builder).unwrap();
        let hello = async {
            use tokio::io::AsyncReadExt as _;
            let mut hello = vec![0; 4096];
            let length = listener.accept().await.unwrap().0.read(&mut hello).await.unwrap();
            hello.truncate(length);
            hello
        };
        tokio::join!(hello, client.get(endpoint.as_str()).send()).0
    }

    #[tokio::test]
    async fn nothing_older_than_tls_1_2_is_offered_and_http_2_is() {
        for ca_certificates in [None, Some(signed().0)] {
            let hello = client_hello(ca_certificates).await;
            let offers = |bytes: &[u8]| hello.windows(bytes.len()).any(|window| window == bytes);
            // The extension `supported_versions`, with 1.3 and 1.2.
            assert!(offers(&[0, 0x2b, 0, 5, 4, 3, 4, 3, 3]), "{hello:02x?}");
            assert!(offers(b"\x02h2\x08http/1.1"), "{hello:02x?}");
        }
    }

    #[test]
    fn a_key_must_belong_to_its_certificate() {
        let ((certificate, key), (_, foreign)) = (signed(), signed());
        let check = |key: &Secret| {
            let identity = ClientCertificate { certificate: certificate.clone(), key: key.clone() };
            check_pem_identity(&identity)
        };
        assert_eq!(check(&key), Ok(()));
        assert_eq!(check(&foreign), Err(PemFault::OtherKey));
        assert_eq!(check(&Secret::new("hunter2")), Err(PemFault::NoKey));
    }
}
