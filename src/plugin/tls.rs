//! Mutual TLS between Terraform and us, with certificates made for this one process.
//!
//! Terraform hands over its certificate in the environment and learns ours from the handshake line. Its
//! certificate has a P-521 key and calls itself an authority: ring cannot check the former, the usual client
//! verifiers refuse the latter. So the cryptography is aws-lc's, and trust means being that very certificate.

use std::sync::Arc;

use rcgen::{CertificateParams, KeyPair};
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, ServerConfig, SignatureScheme};
use tokio_rustls::TlsAcceptor;

use super::Error;

/// Who we are to the client, and whom we let in.
pub struct ServerIdentity {
    /// Our certificate, for the handshake line.
    pub certificate: CertificateDer<'static>,
    /// Takes connections of the one client.
    pub acceptor: TlsAcceptor,
}

impl ServerIdentity {
    /// Makes a certificate of our own and trusts the client's, given as PEM.
    ///
    /// # Errors
    ///
    /// When the PEM holds no certificate or a certificate cannot be made.
    pub fn for_client(pem: &str) -> Result<Self, Error> {
        let client = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| Error::Variable {
            variable: "PLUGIN_CLIENT_CERT",
            expected: "a certificate in PEM",
        })?;
        let (certificate, key) = own_certificate()?;
        let crypto = Arc::new(aws_lc_rs::default_provider());
        let verifier = PinnedClient { certificate: client, algorithms: algorithms(&crypto) };
        // Every Terraform that speaks protocol 6 offers TLS 1.3.
        let mut config = ServerConfig::builder_with_provider(crypto)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_client_cert_verifier(Arc::new(verifier))
            .with_single_cert(vec![certificate.clone()], key)?;
        // Newer gRPC clients refuse a server that does not pick a protocol; older ones don't care.
        config.alpn_protocols = vec![b"h2".to_vec()];
        // Each process serves one client that connects once.
        config.send_tls13_tickets = 0;
        Ok(Self { certificate, acceptor: TlsAcceptor::from(Arc::new(config)) })
    }
}

fn own_certificate() -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), Error> {
    let key = KeyPair::generate()?;
    // The client checks the name in the extension; a common name alone is refused. The validity keeps rcgen's
    // 1975 to 4096: the key dies with the process, and no clock that runs late can break the start.
    let certificate = CertificateParams::new(["localhost".to_owned()])?.self_signed(&key)?;
    Ok((certificate.into(), PrivatePkcs8KeyDer::from(key.serialize_der()).into()))
}

fn algorithms(crypto: &CryptoProvider) -> WebPkiSupportedAlgorithms {
    crypto.signature_verification_algorithms
}

/// Lets in exactly one certificate, whose owner proves to hold its key.
#[derive(Debug)]
struct PinnedClient {
    certificate: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for PinnedClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if *end_entity == self.certificate {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_an_error() {
        for pem in [
            "",
            "x",
            "-----BEGIN CERTIFICATE-----\n",
            "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----",
        ] {
            assert!(matches!(ServerIdentity::for_client(pem), Err(Error::Variable { .. })), "{pem}");
        }
    }
}
