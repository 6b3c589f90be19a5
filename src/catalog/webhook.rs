//! `.webhook`: calls a web service.

use super::vocabulary::*;
use super::web_service::*;

pub(super) const WEBHOOK: ConnectorType = ConnectorType {
    block: "webhook",
    kibana_id: ".webhook",
    title: "Webhook",
    doc: "Sends a request to your own web service when a rule fires.",
    license: License::Gold,
    config: &[
        url("url")
            .required()
            .doc("URL that the request is sent to.")
            .example("https://hooks.example.com/incident"),
        text("method")
            .default_text("post")
            .one_of(&["post", "put", "patch", "get", "delete"])
            .doc("HTTP method of the request. Kibana 8 accepts only `post` and `put`."),
        headers("headers")
            .doc("HTTP headers to send, by name. They are stored and shown as they are; use `secrets.secret_headers` for secret ones.")
            .example("{ \"X-Source\" = \"kibana\" }"),
        HAS_AUTH.doc(
            "Whether the request carries credentials. With `false`, leave `auth_type` out.",
        ),
        text("auth_type")
            .kibana_fills_by(&["has_auth"])
            .one_of(AUTH_TYPES)
            .doc("How the request authenticates. If left out, Kibana 9.4 and later fill in basic authentication, or nothing where `has_auth` is `false`; older ones store nothing.")
            .since("8.10"),
        CERT_TYPE.since("8.10"),
        CA
            .doc("Certificate authority of the web service: the base64 text of its PEM file.")
            .since("8.10"),
        VERIFICATION_MODE.doc("How far the web service's certificate is checked.").since("8.10"),
        text("access_token_url")
            .doc("URL of the token endpoint, for OAuth 2.0 client credentials.")
            .since("9.2"),
        text("client_id").doc("Client ID, for OAuth 2.0 client credentials.").since("9.2"),
        text("scope").doc("Scope to ask for, for OAuth 2.0 client credentials.").since("9.2"),
        json_object("additional_fields")
            .doc("More fields for the token request: JSON text of an object with at least one key, best written with `jsonencode`.")
            .since("9.2"),
    ],
    secrets: &[
        USER,
        PASSWORD,
        CRT.since("8.10"),
        KEY.since("8.10"),
        PFX.since("8.10"),
        text("client_secret").doc("Client secret, for OAuth 2.0 client credentials.").since("9.2"),
        SECRET_HEADERS.since("9.2"),
    ],
    rules: &[
        AUTH_TYPE_NEEDS_AUTH,
        OAUTH_NEEDS_A_CLIENT,
        when(OAUTH).parses("access_token_url"),
        always().one_of(SECRET_COMBINATIONS),
    ],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(r#"{"url": "https://a.example"}"#, r#"{"url": "https://a.example"}"#, r#"{}"#),
    Case::sends(
        r#"{"url": "https://a.example", "method": "put", "headers": {"X-A": "1"}, "has_auth": true, "auth_type": "webhook-authentication-ssl", "cert_type": "ssl-crt-key", "ca": "Y2E=", "verification_mode": "none", "secrets": {"crt": "c", "key": "k", "password": "p", "secret_headers": {"X-B": "2"}}}"#,
        r#"{"url": "https://a.example", "method": "put", "headers": {"X-A": "1"}, "hasAuth": true, "authType": "webhook-authentication-ssl", "certType": "ssl-crt-key", "ca": "Y2E=", "verificationMode": "none"}"#,
        r#"{"crt": "c", "key": "k", "password": "p", "secretHeaders": {"X-B": "2"}}"#,
    ),
    Case::sends(
        r#"{"url": "https://a.example", "auth_type": "webhook-oauth2-client-credentials", "access_token_url": "https://t.example", "client_id": "i", "scope": "s", "additional_fields": "{\"a\": 1}", "secrets": {"client_secret": "c"}}"#,
        r#"{"url": "https://a.example", "authType": "webhook-oauth2-client-credentials", "accessTokenUrl": "https://t.example", "clientId": "i", "scope": "s", "additionalFields": "{\"a\": 1}"}"#,
        r#"{"clientSecret": "c"}"#,
    ),
    Case::sends(
        r#"{"url": "https://a.example", "secrets": {"user": "u", "password": "p"}}"#,
        r#"{"url": "https://a.example"}"#,
        r#"{"user": "u", "password": "p"}"#,
    ),
    Case::sends(
        r#"{"url": "https://a.example", "secrets": {"pfx": "x"}}"#,
        r#"{"url": "https://a.example"}"#,
        r#"{"pfx": "x"}"#,
    ),
    Case::refused("url", r#"{"url": "a.example"}"#),
    Case::refused("method", r#"{"url": "https://a.example", "method": "head"}"#),
    Case::refused("headers[\"X\"]", r#"{"url": "https://a.example", "headers": {"X": null}}"#),
    Case::refused("headers[\"X\"]", r#"{"url": "https://a.example", "headers": {"X": ""}}"#),
    Case::refused(
        "auth_type",
        r#"{"url": "https://a.example", "has_auth": false, "auth_type": "webhook-authentication-basic"}"#,
    ),
    Case::refused("additional_fields", r#"{"url": "https://a.example", "additional_fields": "{}"}"#),
    Case::refused(
        "access_token_url",
        r#"{"url": "https://a.example", "auth_type": "webhook-oauth2-client-credentials", "client_id": "i"}"#,
    ),
    Case::refused(
        "client_id",
        r#"{"url": "https://a.example", "auth_type": "webhook-oauth2-client-credentials", "access_token_url": "https://t.example"}"#,
    ),
    Case::refused(
        "access_token_url",
        r#"{"url": "https://a.example", "auth_type": "webhook-oauth2-client-credentials", "client_id": "i", "access_token_url": "t"}"#,
    ),
    Case::refused("secrets.password", r#"{"url": "https://a.example", "secrets": {"user": "u"}}"#),
    Case::refused("secrets", r#"{"url": "https://a.example", "secrets": {"password": "p"}}"#),
    Case::refused("secrets.key", r#"{"url": "https://a.example", "secrets": {"crt": "c"}}"#),
    Case::refused("secrets", r#"{"url": "https://a.example", "secrets": {"user": "u", "pfx": "x"}}"#),
    Case::stricter("headers[\"X Y\"]", r#"{"url": "https://a.example", "headers": {"X Y": "1"}}"#),
    Case::warned("ca", r#"{"url": "https://a.example", "ca": "-----BEGIN CERTIFICATE-----"}"#),
    Case::silent(
        r#"{"url": "https://a.example", "has_auth": "?", "auth_type": "webhook-authentication-basic"}"#,
    ),
    Case::silent(r#"{"url": "https://a.example", "secrets": {"user": "u", "password": "?"}}"#),
];
