//! What a configured certificate makes trusted, and what it does not.

use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair};

use super::*;

/// A self-signed certificate for `kibana.test`.
fn signed(change: impl FnOnce(&mut CertificateParams)) -> CertificateDer<'static> {
    let mut params = CertificateParams::new(["kibana.test".to_owned()]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    change(&mut params);
    params.self_signed(&KeyPair::generate().unwrap()).unwrap().der().clone()
}

/// What comes of it when a server shows one certificate and others are configured. The system trusts nothing.
fn verified(
    shown: &CertificateDer<'static>,
    configured: &CertificateDer<'static>,
    name: &str,
) -> Result<(), Error> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates([signed(|_| ()), configured.clone()]);
    let usual =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider)).build().unwrap();
    let trust = Trust::new(usual, vec![configured.clone()], provider).unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    trust.verify_server_cert(shown, &[], &name, &[], UnixTime::now()).map(drop)
}

#[test]
fn the_very_certificate_that_is_configured_is_trusted() {
    let authority = signed(|_| ());
    assert_eq!(verified(&authority, &authority, "kibana.test"), Ok(()));
    let plain = signed(|params| params.is_ca = IsCa::NoCa);
    assert_eq!(verified(&plain, &plain, "kibana.test"), Ok(()));
    let another = verified(&authority, &plain, "kibana.test").unwrap_err();
    assert!(matches!(another, Error::InvalidCertificate(error) if is_authority_as_server(&error)));
}

#[test]
fn its_issuer_need_not_be_configured() {
    // One that has the certificate's own name, and one that has another.
    for name in ["rcgen self signed cert", "authority"] {
        let mut issuer = CertificateParams::new(Vec::new()).unwrap();
        issuer.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        issuer.distinguished_name.push(rcgen::DnType::CommonName, name);
        let issuer = rcgen::Issuer::new(issuer, KeyPair::generate().unwrap());
        let params = CertificateParams::new(["kibana.test".to_owned()]).unwrap();
        let issued = params.signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap().der().clone();
        assert_eq!(verified(&issued, &issued, "kibana.test"), Ok(()));
        assert!(verified(&issued, &signed(|_| ()), "kibana.test").is_err());
        assert!(verified(&issued, &issued, "other.test").is_err());
    }
}

#[test]
fn its_host_name_and_its_dates_count_all_the_same() {
    let certificate = signed(|_| ());
    let name = verified(&certificate, &certificate, "other.test").unwrap_err();
    assert!(
        matches!(name, Error::InvalidCertificate(CertificateError::NotValidForNameContext { .. })),
        "{name:?}"
    );
    let now = std::time::SystemTime::now();
    let day = Duration::from_secs(86_400);
    let expired =
        signed(|params| (params.not_before, params.not_after) = ((now - 2 * day).into(), (now - day).into()));
    let dates = verified(&expired, &expired, "kibana.test").unwrap_err();
    assert!(matches!(dates, Error::InvalidCertificate(CertificateError::ExpiredContext { .. })), "{dates:?}");
    let early =
        signed(|params| (params.not_before, params.not_after) = ((now + day).into(), (now + 2 * day).into()));
    let dates = verified(&early, &early, "kibana.test").unwrap_err();
    assert!(
        matches!(dates, Error::InvalidCertificate(CertificateError::NotValidYetContext { .. })),
        "{dates:?}"
    );
}

#[test]
fn a_certificate_that_is_not_for_servers_stays_one() {
    let client = signed(|params| {
        params.is_ca = IsCa::NoCa;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    let purpose = verified(&client, &client, "kibana.test").unwrap_err();
    let failure = super::super::tls_failure::TlsFailure::from(&purpose);
    assert_eq!(failure, super::super::tls_failure::TlsFailure::NotForServers);
}

/// A system's check that refuses whatever it sees.
#[derive(Debug)]
struct Refuses(CertificateError);

impl ServerCertVerifier for Refuses {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Err(Error::InvalidCertificate(self.0.clone()))
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        unreachable!("no handshake comes so far")
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        unreachable!("no handshake comes so far")
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        Vec::new()
    }
}

#[test]
fn a_life_that_is_too_long_for_apple_is_none_of_a_configured_authority() {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap().der().clone();
    let issuer = rcgen::Issuer::new(params, key);
    let params = CertificateParams::new(["kibana.test".to_owned()]).unwrap();
    let issued = params.signed_by(&KeyPair::generate().unwrap(), &issuer).unwrap().der().clone();
    let told = |system: CertificateError, configured: &CertificateDer<'static>, name: &'static str| {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let trust = Trust::new(Arc::new(Refuses(system)), vec![configured.clone()], provider).unwrap();
        let name = ServerName::try_from(name).unwrap();
        let verified = trust.verify_server_cert(&issued, &[], &name, &[], UnixTime::now());
        verified.map(drop).map_err(|error| match error {
            Error::InvalidCertificate(error) => error,
            other => panic!("{other}"),
        })
    };
    let apple = |text: &'static str| {
        CertificateError::Other(rustls::OtherError(Arc::new(std::io::Error::other(text))))
    };
    let life = apple("“kibana.test” certificate is not standards compliant: -67901");
    assert_eq!(told(life.clone(), &authority, "kibana.test"), Ok(()));
    // What is wrong is told as on every system.
    let name = told(life.clone(), &authority, "other.test");
    assert!(matches!(name, Err(CertificateError::NotValidForNameContext { .. })), "{name:?}");
    // Nobody but the system knows of these.
    let another = signed(|params| params.distinguished_name.push(rcgen::DnType::CommonName, "another"));
    assert!(matches!(told(life, &another, "kibana.test"), Err(CertificateError::Other(_))));
    for refusal in [CertificateError::Revoked, CertificateError::NotValidForName, apple("distrusted: -1")] {
        let told = told(refusal.clone(), &authority, "kibana.test").unwrap_err();
        assert_eq!(format!("{told:?}"), format!("{refusal:?}"));
    }
}
