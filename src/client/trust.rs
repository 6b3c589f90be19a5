//! Which certificate of Kibana's is trusted where the configuration names certificates of its own.
//!
//! A certificate that leads to one of the system's roots or to a configured one is trusted, the latter also
//! where its life is longer than Apple's check allows. So is a configured one itself: a self-signed
//! certificate as `openssl req -x509` makes it calls itself an authority, and the usual check lets no
//! authority be a server. Its host name and dates count all the same.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::tls_failure::{is_authority_as_server, is_too_long_for_apple};

/// The check of a server's certificate.
#[derive(Debug)]
pub(super) struct Trust {
    /// The system's check, with the configured certificates among its roots.
    usual: Arc<dyn ServerCertVerifier>,
    configured: Vec<CertificateDer<'static>>,
    /// A check that knows nothing but the configured certificates, on every system the same.
    own: Arc<WebPkiServerVerifier>,
}

impl Trust {
    /// A check for these certificates, which can all be read; none where there are none.
    pub(super) fn new(
        usual: Arc<dyn ServerCertVerifier>,
        configured: Vec<CertificateDer<'static>>,
        provider: Arc<rustls::crypto::CryptoProvider>,
    ) -> Option<Self> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(configured.iter().cloned());
        let own = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider).build().ok()?;
        Some(Self { usual, configured, own })
    }
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let usual = self.usual.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        let refusal = match &usual {
            Ok(_) | Err(Error::InvalidCertificate(CertificateError::Revoked)) => return usual,
            Err(refusal) => refusal,
        };
        let is_itself_configured = self.configured.contains(end_entity);
        match self.own.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now) {
            // It was looked at alone and its dates were right, before anybody asked where it leads to. A
            // signature is called bad where its issuer happens to have its own name.
            Err(Error::InvalidCertificate(error))
                if is_itself_configured
                    && (matches!(
                        error,
                        CertificateError::UnknownIssuer | CertificateError::BadSignature
                    ) || is_authority_as_server(&error)) =>
            {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            // It has nothing to do with what is configured.
            Err(Error::InvalidCertificate(CertificateError::UnknownIssuer)) => usual,
            Ok(_) if !is_itself_configured && !is_too_long_for_apple(refusal) => usual,
            // Where both refuse it, systems say less of what is wrong.
            own => own,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.usual.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.usual.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests;
