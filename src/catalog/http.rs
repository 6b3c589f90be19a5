//! `.http`: sends requests to a web service from workflows.

use super::vocabulary::*;
use super::web_service::*;

pub(super) const HTTP: ConnectorType = ConnectorType {
    block: "http",
    kibana_id: ".http",
    title: "HTTP",
    doc: "Holds the address and credentials of a web service, to which workflows send requests.",
    license: License::Gold,
    since: "9.4",
    config: &[
        url("url")
            .required()
            .doc("URL of the web service. Requests may add a path.")
            .example("https://api.example.com"),
        headers("headers").doc(
            "HTTP headers to send, by name. They are stored and shown as they are; use \
             `secrets.secret_headers` for secret ones.",
        ),
        HAS_AUTH.doc("Whether requests carry credentials. With `false`, leave `auth_type` out."),
        text("auth_type").kibana_fills_by(&["has_auth"]).one_of_so_far(AUTH_TYPES).doc(
            "How requests authenticate. If left out, Kibana fills in basic authentication, or nothing where \
                 `has_auth` is `false`.",
        ),
        CERT_TYPE,
        CA.doc("Certificate authority of the web service: the base64 text of its PEM file."),
        VERIFICATION_MODE.doc("How far the web service's certificate is checked."),
        text("access_token_url").doc("URL of the token endpoint, for OAuth 2.0."),
        text("client_id").doc("Client ID, for OAuth 2.0."),
        text("scope").doc("Scope to ask for, for OAuth 2.0."),
        json_object("additional_fields").doc(
            "More fields for the token request: JSON text of an object with at least one key, best written \
             with `jsonencode`.",
        ),
        url("proxy_url").doc("URL of a proxy that requests go through.").since_about("9.6"),
        text("proxy_verification_mode")
            .one_of(&["none", "certificate", "full"])
            .doc("How far the proxy's certificate is checked.")
            .since_about("9.6"),
        flag("has_proxy_auth")
            .kibana_fills_by(&["proxy_url"])
            .doc("Whether the proxy asks for `secrets.proxy_username` and `secrets.proxy_password`.")
            .since_about("9.6"),
    ],
    secrets: &[
        USER,
        PASSWORD,
        CRT,
        KEY,
        PFX,
        text("client_secret").doc("Client secret, for OAuth 2.0."),
        SECRET_HEADERS,
        text("proxy_username").doc("User name for the proxy.").since_about("9.6"),
        text("proxy_password").doc("Password for the proxy.").since_about("9.6"),
        text_map("secret_query_params")
            .doc("Query parameters whose values are secret, by name.")
            .since_about("9.6"),
    ],
    rules: &[
        AUTH_TYPE_NEEDS_AUTH,
        OAUTH_NEEDS_A_CLIENT,
        // Newer releases know more ways to authenticate, which may accept more combinations.
        always().one_of(SECRET_COMBINATIONS).warning(),
        always().together(&["secrets.proxy_username", "secrets.proxy_password"]),
        when(on("has_proxy_auth")).requires(&[
            "proxy_url",
            "secrets.proxy_username",
            "secrets.proxy_password",
        ]),
    ],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(r#"{"url": "https://a.example"}"#, r#"{"url": "https://a.example"}"#, r#"{}"#),
    Case::sends(
        r#"{"url": "https://a.example", "headers": {"X-A": "1"}, "has_auth": true, "auth_type": "webhook-authentication-ssl", "cert_type": "ssl-crt-key", "ca": "Y2E=", "verification_mode": "none", "proxy_url": "https://p.example", "proxy_verification_mode": "certificate", "has_proxy_auth": true, "secrets": {"crt": "c", "key": "k", "password": "p", "secret_headers": {"X-B": "2"}, "proxy_username": "u", "proxy_password": "p", "secret_query_params": {"q": "1"}}}"#,
        r#"{"url": "https://a.example", "headers": {"X-A": "1"}, "hasAuth": true, "authType": "webhook-authentication-ssl", "certType": "ssl-crt-key", "ca": "Y2E=", "verificationMode": "none", "proxyUrl": "https://p.example", "proxyVerificationMode": "certificate", "hasProxyAuth": true}"#,
        r#"{"crt": "c", "key": "k", "password": "p", "secretHeaders": {"X-B": "2"}, "proxyUsername": "u", "proxyPassword": "p", "secretQueryParams": {"q": "1"}}"#,
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
        r#"{"url": "https://a.example", "has_proxy_auth": false, "secrets": {"pfx": "x"}}"#,
        r#"{"url": "https://a.example", "hasProxyAuth": false}"#,
        r#"{"pfx": "x"}"#,
    ),
    Case::refused("url", r#"{"url": "a.example"}"#),
    Case::warned(
        "auth_type",
        r#"{"url": "https://a.example", "auth_type": "http-authentication-query-param"}"#,
    ),
    Case::refused(
        "auth_type",
        r#"{"url": "https://a.example", "has_auth": false, "auth_type": "webhook-authentication-basic"}"#,
    ),
    Case::refused("additional_fields", r#"{"url": "https://a.example", "additional_fields": "[]"}"#),
    Case::refused(
        "access_token_url",
        r#"{"url": "https://a.example", "auth_type": "webhook-oauth2-client-credentials", "client_id": "i"}"#,
    ),
    Case::refused(
        "client_id",
        r#"{"url": "https://a.example", "auth_type": "webhook-oauth2-client-credentials", "access_token_url": "https://t.example"}"#,
    ),
    Case::warned("secrets.password", r#"{"url": "https://a.example", "secrets": {"user": "u"}}"#),
    Case::refused(
        "secrets.proxy_username",
        r#"{"url": "https://a.example", "proxy_url": "https://p.example", "secrets": {"proxy_password": "p"}}"#,
    ),
    Case::refused(
        "proxy_url",
        r#"{"url": "https://a.example", "has_proxy_auth": true, "secrets": {"proxy_username": "u", "proxy_password": "p"}}"#,
    ),
    Case::refused(
        "secrets.proxy_password",
        r#"{"url": "https://a.example", "proxy_url": "https://p.example", "has_proxy_auth": true, "secrets": {"proxy_username": "u"}}"#,
    ),
    Case::refused("proxy_url", r#"{"url": "https://a.example", "proxy_url": "nope"}"#),
    Case::silent(
        r#"{"url": "?", "has_auth": "?", "auth_type": "webhook-authentication-basic", "additional_fields": "?"}"#,
    ),
    Case::silent(
        r#"{"url": "https://a.example", "has_proxy_auth": true, "proxy_url": "?", "secrets": {"proxy_username": "u", "proxy_password": "?"}}"#,
    ),
];
