//! `.servicenow`: creates incidents in ServiceNow ITSM.
//!
//! The three ServiceNow types share their fields, secrets and rules, which stand here.

use super::vocabulary::*;

pub(super) const SERVICENOW: ConnectorType = ConnectorType {
    block: "servicenow",
    kibana_id: ".servicenow",
    title: "ServiceNow ITSM",
    doc: "Creates and updates incidents in ServiceNow ITSM, from rules and from cases. It authenticates \
          either by user name and password, or by OAuth with a signed token (`is_oauth = true`).",
    license: License::Platinum,
    config: &[API_URL, IS_OAUTH, USER_IDENTIFIER_VALUE, CLIENT_ID, JWT_KEY_ID, USES_TABLE_API],
    secrets: SECRETS,
    rules: RULES,
    deprecation_depends_on_config: true,
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

pub(super) const API_URL: Field = text("api_url")
    .required()
    .doc("URL of the ServiceNow instance.")
    .example("https://example.service-now.com");
pub(super) const IS_OAUTH: Field = flag("is_oauth")
    .key("isOAuth")
    .default_flag(false)
    .doc("Whether the connector authenticates by OAuth instead of user name and password.")
    .since("8.3");
pub(super) const USER_IDENTIFIER_VALUE: Field = text("user_identifier_value")
    .doc("Identifier of the ServiceNow user to act as, for OAuth: what the application's user field holds.")
    .since("8.3");
pub(super) const CLIENT_ID: Field =
    text("client_id").doc("Client ID of the OAuth application in ServiceNow.").since("8.3");
pub(super) const JWT_KEY_ID: Field = text("jwt_key_id")
    .doc("Key ID of the JWT verifier map of the OAuth application in ServiceNow.")
    .since("8.3");
pub(super) const USES_TABLE_API: Field = flag("uses_table_api")
    .default_flag(true)
    .doc(
        "Whether the connector uses ServiceNow's Table API. Kibana counts that as deprecated, and shows it \
         in `is_deprecated`. With `false` it uses Elastic's application from the ServiceNow Store, which \
         then must be installed there.",
    )
    .example("false");

pub(super) const SECRETS: &[Field] = &[
    text("username").doc("User name, for `is_oauth = false`.").example("kibana"),
    text("password").doc("Password, for `is_oauth = false`.").example("a-password"),
    text("client_secret").doc("Client secret of the OAuth application.").since("8.3"),
    text("private_key").doc("Private key that signs tokens for OAuth, as PEM.").since("8.3"),
    text("private_key_password").doc("Passphrase of the private key, if it has one.").since("8.3"),
];

pub(super) const RULES: &[Rule] = &[
    when(on("is_oauth")).requires(&["user_identifier_value", "client_id", "jwt_key_id"]),
    // The passphrase alone does not count.
    always().requires_any(
        &["secrets.username", "secrets.password", "secrets.client_secret", "secrets.private_key"],
        "ServiceNow needs credentials: set either `username` and `password`, or, with `is_oauth = true`, `client_secret` and \
         `private_key`.",
    ),
    always().together(&["secrets.username", "secrets.password"]),
    always().together(&["secrets.client_secret", "secrets.private_key"]),
    when(on("is_oauth")).must(
        not(&any(&[set("secrets.username"), set("secrets.password")])),
        "secrets",
        "Kibana refuses `username` and `password` while `is_oauth` is true. Set `client_secret` and `private_key` instead.",
    ),
    when(off_or_unset("is_oauth")).must(
        not(&any(&[
            set("client_id"),
            set("user_identifier_value"),
            set("jwt_key_id"),
            set("secrets.client_secret"),
            set("secrets.private_key"),
        ])),
        "is_oauth",
        "`client_id`, `user_identifier_value`, `jwt_key_id`, `client_secret` and `private_key` are for OAuth, and Kibana \
         refuses each of them unless `is_oauth` is true. Write `is_oauth = true`, or leave them out and set `username` and \
         `password`.",
    ),
];

/// For the types with the Table API.
#[cfg(test)]
pub(super) const CASES: &[Case] = &[
    Case::sends(
        r#"{"api_url": "https://a.example", "secrets": {"username": "u", "password": "p"}}"#,
        r#"{"apiUrl": "https://a.example"}"#,
        r#"{"username": "u", "password": "p"}"#,
    ),
    Case::sends(
        r#"{"api_url": "a", "is_oauth": false, "uses_table_api": false,
            "secrets": {"username": "u", "password": "p"}}"#,
        r#"{"apiUrl": "a", "isOAuth": false, "usesTableApi": false}"#,
        r#"{"username": "u", "password": "p"}"#,
    ),
    Case::sends(
        r#"{"api_url": "https://a.example", "is_oauth": true, "user_identifier_value": "v", "client_id": "c",
            "jwt_key_id": "j", "uses_table_api": true,
            "secrets": {"client_secret": "s", "private_key": "k", "private_key_password": "p"}}"#,
        r#"{"apiUrl": "https://a.example", "isOAuth": true, "userIdentifierValue": "v", "clientId": "c",
            "jwtKeyId": "j", "usesTableApi": true}"#,
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
    Case::refused("secrets", r#"{"api_url": "a", "secrets": {"private_key_password": "p"}}"#),
    Case::refused("secrets.password", r#"{"api_url": "a", "secrets": {"username": "u"}}"#),
    Case::refused(
        "secrets.private_key",
        r#"{"api_url": "a", "is_oauth": true, "user_identifier_value": "v", "client_id": "c",
            "jwt_key_id": "j", "secrets": {"client_secret": "s"}}"#,
    ),
    Case::refused(
        "secrets",
        r#"{"api_url": "a", "is_oauth": true, "user_identifier_value": "v", "client_id": "c",
            "jwt_key_id": "j", "secrets": {"username": "u", "password": "p"}}"#,
    ),
    Case::refused(
        "secrets",
        r#"{"api_url": "a", "is_oauth": true, "user_identifier_value": "v", "client_id": "c",
            "jwt_key_id": "j",
            "secrets": {"client_secret": "s", "private_key": "k", "username": "u", "password": "p"}}"#,
    ),
    Case::refused("is_oauth", r#"{"api_url": "a", "secrets": {"client_secret": "s", "private_key": "k"}}"#),
    Case::refused(
        "is_oauth",
        r#"{"api_url": "a", "is_oauth": false, "jwt_key_id": "j",
            "secrets": {"username": "u", "password": "p"}}"#,
    ),
    Case::silent(
        r#"{"api_url": "?", "is_oauth": "?", "client_id": "c",
            "secrets": {"username": "u", "password": "p"}}"#,
    ),
    Case::silent(
        r#"{"api_url": "a", "is_oauth": "?", "secrets": {"client_secret": "s", "private_key": "k"}}"#,
    ),
    Case::silent(r#"{"api_url": "a", "secrets": {"username": "u", "password": "?"}}"#),
    Case::silent(r#"{"api_url": "a", "client_id": "?", "secrets": {"username": "?", "password": "?"}}"#),
];
