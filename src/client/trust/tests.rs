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
