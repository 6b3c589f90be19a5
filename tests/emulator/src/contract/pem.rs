//! The secrets of `.gen-ai`: an API key, or a client certificate with its key, both base64 of PEM.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::issue::Texts;
use super::rules::Judge;

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----";
const PRIVATE_KEY: &str = "-----BEGIN PRIVATE KEY-----";

/// The refusal, if there is one. The rule's own message is the one for a missing API key.
pub(super) fn refusal(judge: &Judge<'_>) -> Option<String> {
    let certificate = judge.text("certificateData");
    let key = judge.text("privateKeyData");
    let api_key = judge.text("apiKey");
    match (certificate, key) {
        (None, None) => api_key.is_none().then(|| judge.rule.message.clone()),
        (Some(_), None) => Some("Private key data must be provided for PKI".to_owned()),
        // The older text looked at the certificate only, and so took a lone key for nothing at all.
        (None, Some(_)) if judge.texts == Texts::ConfigSchema => {
            api_key.is_none().then(|| judge.rule.message.clone())
        }
        (None, Some(_)) => Some("Certificate data must be provided for PKI".to_owned()),
        (Some(certificate), Some(key)) => bad_format("Certificate", certificate, CERTIFICATE)
            .or_else(|| bad_format("Private key", key, PRIVATE_KEY))
            .or_else(|| judge.text("caData").and_then(|ca| bad_format("CA certificate", ca, CERTIFICATE))),
    }
}

fn bad_format(what: &str, data: &str, begins: &str) -> Option<String> {
    let decoded = STANDARD.decode(data.trim()).unwrap_or_default();
    let starts = String::from_utf8_lossy(&decoded).trim_start().starts_with(begins);
    (!starts).then(|| {
        format!(
            "Invalid {what} data file format: The file must be a PEM-encoded certificate beginning with \"{begins}\"."
        )
    })
}
