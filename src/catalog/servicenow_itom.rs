//! `.servicenow-itom`: creates events in ServiceNow ITOM. Unlike the other two it has no Table API.

use super::servicenow::{API_URL, CLIENT_ID, IS_OAUTH, JWT_KEY_ID, RULES, SECRETS, USER_IDENTIFIER_VALUE};
use super::vocabulary::*;

pub(super) const SERVICENOW_ITOM: ConnectorType = ConnectorType {
    block: "servicenow_itom",
    kibana_id: ".servicenow-itom",
    title: "ServiceNow ITOM",
    doc: "Creates events in ServiceNow ITOM when a rule fires. It authenticates either by user name and \
          password, or by OAuth with a signed token (`is_oauth = true`).",
    license: License::Platinum,
    config: &[API_URL, IS_OAUTH, USER_IDENTIFIER_VALUE, CLIENT_ID, JWT_KEY_ID],
    secrets: SECRETS,
    rules: RULES,
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"api_url": "https://a.example", "secrets": {"username": "u", "password": "p"}}"#,
        r#"{"apiUrl": "https://a.example"}"#,
        r#"{"username": "u", "password": "p"}"#,
    ),
    Case::sends(
        r#"{"api_url": "a", "is_oauth": true, "user_identifier_value": "v", "client_id": "c",
            "jwt_key_id": "j",
            "secrets": {"client_secret": "s", "private_key": "k", "private_key_password": "p"}}"#,
        r#"{"apiUrl": "a", "isOAuth": true, "userIdentifierValue": "v", "clientId": "c", "jwtKeyId": "j"}"#,
        r#"{"clientSecret": "s", "privateKey": "k", "privateKeyPassword": "p"}"#,
    ),
    Case::refused(
        "user_identifier_value",
        r#"{"api_url": "a", "is_oauth": true, "client_id": "c", "jwt_key_id": "j",
            "secrets": {"client_secret": "s", "private_key": "k"}}"#,
    ),
    Case::refused(
        "client_id",
        r#"{"api_url": "a", "is_oauth": true, "user_identifier_value": "v", "jwt_key_id": "j",
            "secrets": {"client_secret": "s", "private_key": "k"}}"#,
    ),
    Case::refused(
        "jwt_key_id",
        r#"{"api_url": "a", "is_oauth": true, "user_identifier_value": "v", "client_id": "c",
            "secrets": {"client_secret": "s", "private_key": "k"}}"#,
    ),
    Case::refused("secrets", r#"{"api_url": "a"}"#),
    Case::refused("secrets.username", r#"{"api_url": "a", "secrets": {"password": "p"}}"#),
    Case::refused(
        "secrets.client_secret",
        r#"{"api_url": "a", "is_oauth": true, "user_identifier_value": "v", "client_id": "c",
            "jwt_key_id": "j", "secrets": {"private_key": "k"}}"#,
    ),
    Case::refused(
        "secrets",
        r#"{"api_url": "a", "is_oauth": true, "user_identifier_value": "v", "client_id": "c",
            "jwt_key_id": "j", "secrets": {"username": "u", "password": "p"}}"#,
    ),
    Case::refused(
        "is_oauth",
        r#"{"api_url": "a", "client_id": "c", "secrets": {"username": "u", "password": "p"}}"#,
    ),
    Case::silent(r#"{"api_url": "?", "is_oauth": "?", "client_id": "?", "secrets": {"username": "?"}}"#),
];
