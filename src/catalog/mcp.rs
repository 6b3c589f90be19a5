//! `.mcp`: calls the tools of a Model Context Protocol server.

use super::check_field::is_header_name;
use super::vocabulary::*;

pub(super) const MCP: ConnectorType = ConnectorType {
    block: "mcp",
    kibana_id: ".mcp",
    title: "MCP",
    doc: "Connects Kibana to a server that speaks the Model Context Protocol, so that agents and workflows \
          can call its tools. Kibana does not compare the secrets with `auth_type`: write those that it \
          needs.",
    license: License::Enterprise,
    since: "9.3",
    config: &[
        text("server_url").required().doc("URL of the MCP server.").example("https://mcp.example.com/mcp"),
        HAS_AUTH.doc("Whether the server asks for credentials."),
        text("auth_type")
            .one_of(&["none", "bearer", "apiKey", "basic"])
            .doc(
                "How requests authenticate: `bearer` with `secrets.token`, `apiKey` with `secrets.api_key` \
                 in the header that `api_key_header_name` names, `basic` with `secrets.user` and \
                 `secrets.password`.",
            )
            .example("bearer"),
        text("api_key_header_name").doc("Name of the HTTP header that carries the API key, for `apiKey`."),
        text("api_key_header_value").doc(
            "What to write into that header, with `{{apiKey}}` for the key, as in `Token token={{apiKey}}`. \
             Older releases silently ignore it.",
        )
        .since_about("9.5"),
        headers("headers").doc(
            "HTTP headers to send, by name. They are stored and shown as they are; use \
             `secrets.secret_headers` for secret ones.",
        ),
    ],
    secrets: &[
        text("token").doc("Token, for `auth_type = \"bearer\"`.").example("a-token"),
        text("api_key").doc("API key, for `auth_type = \"apiKey\"`."),
        text("user").doc("User name, for `auth_type = \"basic\"`."),
        text("password").doc("Password, for `auth_type = \"basic\"`."),
        headers("secret_headers").doc("HTTP headers whose values are secret, by name."),
    ],
    rules: &[always().passes(
        "api_key_header_name",
        is_header_name,
        "`api_key_header_name` is not the name of an HTTP header, which has letters, digits and a few signs such as `-`, but \
         no spaces. Kibana would store it, and every request would fail.",
    )],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(r#"{"server_url": "https://a.example"}"#, r#"{"serverUrl": "https://a.example"}"#, r#"{}"#),
    Case::sends(
        r#"{"server_url": "https://a.example", "has_auth": true, "auth_type": "apiKey", "api_key_header_name": "X-K", "api_key_header_value": "Token token={{apiKey}}", "headers": {"X-A": "1"}, "secrets": {"token": "t", "api_key": "k", "user": "u", "password": "p", "secret_headers": {"X-B": "2"}}}"#,
        r#"{"serverUrl": "https://a.example", "hasAuth": true, "authType": "apiKey", "apiKeyHeaderName": "X-K", "apiKeyHeaderValue": "Token token={{apiKey}}", "headers": {"X-A": "1"}}"#,
        r#"{"token": "t", "apiKey": "k", "user": "u", "password": "p", "secretHeaders": {"X-B": "2"}}"#,
    ),
    Case::sends(
        r#"{"server_url": "https://a.example", "has_auth": false, "auth_type": "none"}"#,
        r#"{"serverUrl": "https://a.example", "hasAuth": false, "authType": "none"}"#,
        r#"{}"#,
    ),
    Case::refused("auth_type", r#"{"server_url": "https://a.example", "auth_type": "api_key"}"#),
    Case::refused("headers[\"X\"]", r#"{"server_url": "https://a.example", "headers": {"X": null}}"#),
    Case::refused("api_key_header_name", r#"{"server_url": "https://a.example", "api_key_header_name": ""}"#),
    Case::stricter(
        "api_key_header_name",
        r#"{"server_url": "https://a.example", "auth_type": "apiKey", "api_key_header_name": "X Key"}"#,
    ),
    Case::silent(r#"{"server_url": "?", "auth_type": "?", "secrets": {"token": "?"}}"#),
];
