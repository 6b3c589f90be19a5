//! `.resilient`: creates incidents in IBM Resilient.

use super::vocabulary::*;

pub(super) const RESILIENT: ConnectorType = ConnectorType {
    block: "resilient",
    kibana_id: ".resilient",
    title: "IBM Resilient",
    doc: "Creates incidents in IBM Resilient (now IBM QRadar SOAR), from rules and from cases.",
    license: License::Platinum,
    config: &[
        text("api_url")
            .required()
            .doc("URL of the IBM Resilient instance.")
            .example("https://resilient.example.com"),
        text("org_id")
            .required()
            .doc("ID of the organization in IBM Resilient. It is text, also where it consists of digits.")
            .example("201"),
    ],
    secrets: &[
        text("api_key_id").required().doc("ID of the API key.").example("an-api-key-id"),
        text("api_key_secret").required().doc("Secret of the API key.").example("an-api-key-secret"),
    ],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"api_url": "https://a.example", "org_id": "201",
            "secrets": {"api_key_id": "i", "api_key_secret": "s"}}"#,
        r#"{"apiUrl": "https://a.example", "orgId": "201"}"#,
        r#"{"apiKeyId": "i", "apiKeySecret": "s"}"#,
    ),
    Case::refused(
        "org_id",
        r#"{"api_url": "a", "org_id": "", "secrets": {"api_key_id": "i", "api_key_secret": "s"}}"#,
    ),
    Case::refused(
        "secrets.api_key_secret",
        r#"{"api_url": "a", "org_id": "201", "secrets": {"api_key_id": "i"}}"#,
    ),
    Case::silent(r#"{"api_url": "?", "org_id": "?", "secrets": {"api_key_id": "?", "api_key_secret": "?"}}"#),
];
