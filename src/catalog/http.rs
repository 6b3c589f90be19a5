//! `.http`: sends requests to a web service of one's own from workflows.

use super::vocabulary::*;
use super::web_service::*;

const PROXY_AUTH: Condition = Condition::Is("has_proxy_auth", Lit::Flag(true));

pub(super) const HTTP: ConnectorType = ConnectorType {
    block: "http",
    kibana_id: ".http",
    title: "HTTP",
    doc: "Holds the address and credentials of a web service, to which workflows send requests.",
    min_license: "gold",
    since: "9.4",
    config: &[
        text("url")
            .required()
            .doc("Address of the web service. Requests may add a path.")
            .example("https://api.example.com"),
        text_map("headers").doc(
            "HTTP headers to send, by name. They are stored and shown as they are; use \
             `secrets.secret_headers` for secret ones.",
        ),
        flag("has_auth")
            .default_flag(true)
            .doc("Whether requests carry credentials. With `false`, leave `auth_type` out."),
        text("auth_type").kibana_fills().one_of_so_far(AUTH_TYPES).doc(
            "How requests authenticate. Left out, Kibana fills in basic authentication, or nothing where \
                 `has_auth` is `false`.",
        ),
        CERT_TYPE,
        text("ca").doc("Certificate authority of the web service: the base64 text of its PEM file."),
        VERIFICATION_MODE.doc("How far the web service's certificate is checked."),
        text("access_token_url").doc("Address that hands out access tokens, for OAuth 2.0."),
        text("client_id").doc("Client ID, for OAuth 2.0."),
        text("scope").doc("Scope to ask for, for OAuth 2.0."),
        text("additional_fields").doc(
            "More fields for the token request: JSON text of an object with at least one key, best written \
             with `jsonencode`.",
        ),
        text("proxy_url").doc("Address of a proxy that requests go through. Only newer releases know it."),
        text("proxy_verification_mode")
            .one_of(&["none", "certificate", "full"])
            .doc("How far the proxy's certificate is checked. Only newer releases know it."),
        flag("has_proxy_auth").kibana_fills().doc(
            "Whether the proxy asks for `secrets.proxy_username` and `secrets.proxy_password`. Only newer \
             releases know it.",
        ),
    ],
    secrets: &[
        USER,
        PASSWORD,
        CRT,
        KEY,
        PFX,
        text("client_secret").doc("Client secret, for OAuth 2.0."),
        SECRET_HEADERS,
        text("proxy_username").doc("User name for the proxy. Only newer releases know it."),
        text("proxy_password").doc("Password for the proxy. Only newer releases know it."),
        text_map("secret_query_params")
            .doc("Query parameters whose values are secret, by name. Only newer releases know them."),
    ],
    rules: &[
        always().must(
            Condition::Passes("url", is_url),
            "url",
            "`url` is no URL that Kibana can parse. Write it with its scheme, as in \
             `https://api.example.com`.",
        ),
        AUTH_TYPE_NEEDS_AUTH,
        ADDITIONAL_FIELDS_ARE_JSON,
        OAUTH_NEEDS_TOKEN_URL,
        OAUTH_NEEDS_CLIENT_ID,
        // Newer releases know more ways to authenticate, which may take more combinations.
        always().must(SECRET_COMBINATIONS, "secrets", SECRET_COMBINATIONS_SAY).warning(),
        always().must(
            Condition::Together(&["secrets.proxy_username", "secrets.proxy_password"]),
            "secrets.proxy_username",
            "`proxy_username` and `proxy_password` go together: write both, or neither.",
        ),
        when(PROXY_AUTH).must(
            Condition::Set("proxy_url"),
            "proxy_url",
            "`proxy_url` is required while `has_proxy_auth` is true: it is what the credentials are for.",
        ),
        when(PROXY_AUTH)
            .must(
                Condition::All(&[
                    Condition::Set("secrets.proxy_username"),
                    Condition::Set("secrets.proxy_password"),
                ]),
                "secrets.proxy_username",
                "`proxy_username` and `proxy_password` are required while `has_proxy_auth` is true. Add them \
                 to the `secrets` block, or leave `has_proxy_auth` out.",
            )
            .demands_secret(),
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
    Case::warned("secrets", r#"{"url": "https://a.example", "secrets": {"user": "u"}}"#),
    Case::refused(
        "secrets.proxy_username",
        r#"{"url": "https://a.example", "proxy_url": "https://p.example", "secrets": {"proxy_password": "p"}}"#,
    ),
    Case::refused(
        "proxy_url",
        r#"{"url": "https://a.example", "has_proxy_auth": true, "secrets": {"proxy_username": "u", "proxy_password": "p"}}"#,
    ),
    Case::refused(
        "secrets.proxy_username",
        r#"{"url": "https://a.example", "proxy_url": "https://p.example", "has_proxy_auth": true}"#,
    ),
    Case::silent(
        r#"{"url": "?", "has_auth": "?", "auth_type": "webhook-authentication-basic", "additional_fields": "?"}"#,
    ),
    Case::silent(
        r#"{"url": "https://a.example", "has_proxy_auth": true, "proxy_url": "?", "secrets": {"proxy_username": "u", "proxy_password": "?"}}"#,
    ),
];
