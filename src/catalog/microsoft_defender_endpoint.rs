//! `.microsoft_defender_endpoint`: runs response actions through Microsoft Defender for Endpoint.

use super::vocabulary::*;

pub(super) const MICROSOFT_DEFENDER_ENDPOINT: ConnectorType = ConnectorType {
    block: "microsoft_defender_endpoint",
    kibana_id: ".microsoft_defender_endpoint",
    title: "Microsoft Defender for Endpoint",
    doc: "Lets Elastic Security run response actions, such as isolating a host, on hosts that are enrolled \
          in Microsoft Defender for Endpoint. It authenticates as an application registered with Microsoft.",
    license: License::Enterprise,
    since: "8.18",
    config: &[
        text("client_id")
            .required()
            .doc("Client ID of the application registered with Microsoft.")
            .example("11111111-2222-3333-4444-555555555555"),
        text("tenant_id")
            .required()
            .doc("Tenant ID of the application registered with Microsoft.")
            .example("66666666-7777-8888-9999-000000000000"),
        text("oauth_server_url")
            .key("oAuthServerUrl")
            .required()
            .doc("URL of the server that issues access tokens.")
            .example("https://login.microsoftonline.com"),
        text("oauth_scope")
            .key("oAuthScope")
            .required()
            .doc("Scope of the access token.")
            .example("https://securitycenter.onmicrosoft.com/windowsatpservice/.default"),
        text("api_url")
            .required()
            .doc("URL of the Microsoft Defender for Endpoint API.")
            .example("https://api.securitycenter.windows.com"),
    ],
    secrets: &[text("client_secret")
        .required()
        .doc("Client secret of the application registered with Microsoft.")
        .example("a-client-secret")],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"client_id": "c", "tenant_id": "t", "oauth_server_url": "https://o.example", "oauth_scope": "s",
            "api_url": "https://a.example", "secrets": {"client_secret": "x"}}"#,
        r#"{"clientId": "c", "tenantId": "t", "oAuthServerUrl": "https://o.example", "oAuthScope": "s",
            "apiUrl": "https://a.example"}"#,
        r#"{"clientSecret": "x"}"#,
    ),
    // Kibana compares hosts with its list of allowed ones, and parses no address here.
    Case::sends(
        r#"{"client_id": "c", "tenant_id": "t", "oauth_server_url": "o", "oauth_scope": "s", "api_url": "a",
            "secrets": {"client_secret": "x"}}"#,
        r#"{"clientId": "c", "tenantId": "t", "oAuthServerUrl": "o", "oAuthScope": "s", "apiUrl": "a"}"#,
        r#"{"clientSecret": "x"}"#,
    ),
    Case::refused(
        "oauth_scope",
        r#"{"client_id": "c", "tenant_id": "t", "oauth_server_url": "o", "oauth_scope": "", "api_url": "a",
            "secrets": {"client_secret": "x"}}"#,
    ),
    Case::refused(
        "secrets.client_secret",
        r#"{"client_id": "c", "tenant_id": "t", "oauth_server_url": "o", "oauth_scope": "s",
            "api_url": "a"}"#,
    ),
    Case::silent(
        r#"{"client_id": "?", "tenant_id": "?", "oauth_server_url": "?", "oauth_scope": "?", "api_url": "?",
            "secrets": {"client_secret": "?"}}"#,
    ),
];
