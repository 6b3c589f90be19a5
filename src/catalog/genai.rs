//! What the three shapes of `.gen-ai` share: secrets, rules, and the cases for them.
//!
//! The provider tells the shapes apart, and each has a block: `genai_azure`, `genai_openai`, `genai_other`.

use super::vocabulary::*;

const CERTIFICATE: &str = "secrets.certificate_data";
const PRIVATE_KEY: &str = "secrets.private_key_data";

pub(super) const SECRETS: &[Field] = &[
    text("api_key")
        .doc("API key of the service. Required unless `certificate_data` and `private_key_data` are given.")
        .example("an-api-key"),
    text("certificate_data")
        .doc(
            "Client certificate: the base64 text of its PEM file. Kibana uses it only for a service that is \
             neither OpenAI nor Azure OpenAI (`genai_other`).",
        )
        .since("9.1")
        .backported("8.19"),
    text("private_key_data")
        .doc("Key of the client certificate, in PKCS#8 form: the base64 text of its PEM file.")
        .since("9.1")
        .backported("8.19"),
    text("ca_data")
        .doc("Certificate authority of the service: the base64 text of its PEM file.")
        .since("9.1")
        .backported("8.19"),
];

pub(super) const RULES: &[Rule] = &[
    when(not(&set(CERTIFICATE)))
        .requires(&["secrets.api_key"])
        .advice("A client certificate, `certificate_data` with `private_key_data`, can take its place."),
    when(set(CERTIFICATE)).must(
        set(PRIVATE_KEY),
        PRIVATE_KEY,
        "`certificate_data` is set without `private_key_data`, which is the certificate's key. Set both, or neither.",
    ),
    // Without an API key the rule above has said already that something is missing.
    when(all(&[set(PRIVATE_KEY), set("secrets.api_key")]))
        .must(
            set(CERTIFICATE),
            CERTIFICATE,
            "`private_key_data` has no effect without `certificate_data`, and newer releases of Kibana refuse it alone. \
             Set both, or neither.",
        )
        .warning(),
    always().passes(
        CERTIFICATE,
        is_certificate,
        "`certificate_data` must be the base64 text of a PEM file with the line `-----BEGIN CERTIFICATE-----`, as \
         `filebase64(\"client.crt\")` or `base64encode(…)` gives it.",
    ),
    // Kibana looks at the key and the authority only when there is a certificate to go with them.
    when(set(CERTIFICATE)).passes(
        PRIVATE_KEY,
        is_private_key,
        "`private_key_data` must be the base64 text of a PEM file with the line `-----BEGIN PRIVATE KEY-----`, as \
         `filebase64(\"client.key\")` or `base64encode(…)` gives it.",
    ),
    when(set(CERTIFICATE))
        .passes(
            PRIVATE_KEY,
            is_pkcs8_private_key,
            "`private_key_data` holds a key with the line `-----BEGIN RSA PRIVATE KEY-----`, which older releases of \
             Kibana refuse. If yours does, convert it: `openssl pkcs8 -topk8 -nocrypt -in client.key`.",
        )
        .warning(),
    when(all(&[set(CERTIFICATE), set(PRIVATE_KEY)])).passes(
        "secrets.ca_data",
        is_certificate,
        "`ca_data` must be the base64 text of a PEM file with the line `-----BEGIN CERTIFICATE-----`, as \
         `filebase64(\"ca.crt\")` or `base64encode(…)` gives it.",
    ),
];

fn is_certificate(text: &str) -> bool {
    holds(text, &["-----BEGIN CERTIFICATE-----"])
}

fn is_private_key(text: &str) -> bool {
    holds(text, &["-----BEGIN PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----"])
}

fn is_pkcs8_private_key(text: &str) -> bool {
    holds(text, &["-----BEGIN PRIVATE KEY-----"])
}

/// Whether one of the headers stands anywhere in what the base64 text holds: all that Kibana looks for.
/// Text that holds nothing at all passes, as it does there.
fn holds(base64: &str, headers: &[&str]) -> bool {
    let bytes = decode_as_node(base64);
    let text = String::from_utf8_lossy(&bytes);
    text.is_empty() || headers.iter().any(|header| text.contains(header))
}

/// Base64 as Node.js reads it: both alphabets, skipping what belongs to neither, up to the first `=`.
fn decode_as_node(base64: &str) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for character in base64.bytes().take_while(|character| *character != b'=') {
        let six = match character {
            b'A'..=b'Z' => character - b'A',
            b'a'..=b'z' => character - b'a' + 26,
            b'0'..=b'9' => character - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => continue,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count) as u8);
        }
    }
    bytes
}

/// A block's own cases, and one for each rule that all three blocks share.
#[cfg(test)]
macro_rules! with_shared_cases {
    ($($own:expr),* $(,)?) => {
        &[
            $($own,)*
            Case::refused("api_url", r#"{"api_url": "a.example", "secrets": {"api_key": "k"}}"#),
            Case::refused("secrets.api_key", r#"{"api_url": "https://a.example"}"#),
            Case::refused("secrets.api_key", r#"{"api_url": "https://a.example", "secrets": {"ca_data": "Y2E="}}"#),
            Case::refused(
                "secrets.private_key_data",
                r#"{"api_url": "https://a.example", "secrets": {"certificate_data": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg=="}}"#,
            ),
            Case::warned(
                "secrets.certificate_data",
                r#"{"api_url": "https://a.example", "secrets": {"api_key": "k", "private_key_data": "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg=="}}"#,
            ),
            Case::refused(
                "secrets.certificate_data",
                r#"{"api_url": "https://a.example", "secrets": {"certificate_data": "aGVsbG8=", "private_key_data": "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg=="}}"#,
            ),
            Case::refused(
                "secrets.private_key_data",
                r#"{"api_url": "https://a.example", "secrets": {"certificate_data": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==", "private_key_data": "aGVsbG8="}}"#,
            ),
            Case::warned(
                "secrets.private_key_data",
                r#"{"api_url": "https://a.example", "secrets": {"certificate_data": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==", "private_key_data": "LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo="}}"#,
            ),
            Case::refused(
                "secrets.ca_data",
                r#"{"api_url": "https://a.example", "secrets": {"certificate_data": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==", "private_key_data": "LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCg==", "ca_data": "aGVsbG8="}}"#,
            ),
            Case::silent(r#"{"api_url": "?", "secrets": {"certificate_data": "?"}}"#),
            Case::silent(
                r#"{"api_url": "https://a.example", "secrets": {"certificate_data": "?", "private_key_data": "aGVsbG8=", "ca_data": "aGVsbG8="}}"#,
            ),
            Case::silent(r#"{"api_url": "https://a.example", "secrets": {"certificate_data": "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCg==", "private_key_data": "?", "ca_data": "aGVsbG8="}}"#),
        ]
    };
}
#[cfg(test)]
pub(super) use with_shared_cases;

#[cfg(test)]
mod tests {
    use base64::prelude::*;

    use super::*;

    #[test]
    fn base64_is_read_as_leniently_as_node_reads_it() {
        for (text, held) in [
            ("aGVsbG8=", "hello"),
            ("aGVs bG8\n", "hello"),
            ("aGVsbG8=aGVsbG8=", "hello"),
            ("Pz8_Pj4-", "???>>>"),
            ("aGVsbG8aa", "hello\u{1a}"),
            ("=bad", ""),
            ("!", ""),
        ] {
            assert_eq!(String::from_utf8_lossy(&decode_as_node(text)), held, "{text:?}");
        }
    }

    #[test]
    fn a_header_may_stand_anywhere_in_the_decoded_text() {
        let pem = |name: &str| BASE64_STANDARD.encode(format!("Bag Attributes\n-----BEGIN {name}-----\nabc"));
        assert!(is_certificate(&pem("CERTIFICATE")));
        assert!(is_private_key(&pem("PRIVATE KEY")) && is_pkcs8_private_key(&pem("PRIVATE KEY")));
        assert!(is_private_key(&pem("RSA PRIVATE KEY")) && !is_pkcs8_private_key(&pem("RSA PRIVATE KEY")));
        assert!(!is_private_key(&pem("ENCRYPTED PRIVATE KEY")));
        assert!(!is_certificate(&pem("PRIVATE KEY")) && !is_certificate("-----BEGIN CERTIFICATE-----"));
    }
}
