//! `.cases-webhook`: opens, updates and comments incidents in a case management service.

use super::vocabulary::*;
use super::web_service::*;

pub(super) const CASES_WEBHOOK: ConnectorType = ConnectorType {
    block: "cases_webhook",
    kibana_id: ".cases-webhook",
    title: "Webhook - Case Management",
    doc: "Sends Kibana's cases to your own case management service: a request each to create, read, \
          update and comment an incident. URLs and bodies are templates, in which Kibana replaces \
          placeholders such as `{{{case.title}}}` and `{{{external.system.id}}}`.",
    license: License::Gold,
    since: "8.4",
    config: &[
        url("create_incident_url")
            .required()
            .doc("URL of the request that creates an incident.")
            .example("https://cases.example.com/incidents"),
        text("create_incident_method")
            .default_text("post")
            .one_of(&["post", "put"])
            .doc("HTTP method of the request that creates an incident."),
        json("create_incident_json")
            .required()
            .doc(
                "Body of the request that creates an incident: the text of a JSON template. Placeholders \
                 stand without quotes, so `jsonencode` cannot write it; a heredoc can.",
            )
            .example(r#"{"title": {{{case.title}}}, "description": {{{case.description}}}}"#),
        text("create_incident_response_key")
            .required()
            .doc("Key that holds the incident's ID in the answer to the request that creates it.")
            .example("id"),
        text("get_incident_method")
            .default_text("get")
            .one_of(&["get", "post"])
            .doc("HTTP method of the request that reads an incident.")
            .since("9.0").backported("8.17"),
        url("get_incident_url")
            .required()
            .doc("URL of the request that reads an incident.")
            .example("https://cases.example.com/incidents/{{{external.system.id}}}"),
        json("get_incident_json")
            .doc("Body of the request that reads an incident with `post`: the text of a JSON template.")
            .since("9.0").backported("8.17"),
        text("get_incident_response_external_title_key")
            .required()
            .doc("Key that holds the incident's title in the answer to the request that reads it.")
            .example("title"),
        url("view_incident_url")
            .required()
            .doc("URL of the page that shows an incident to people.")
            .example("https://cases.example.com/view/{{{external.system.id}}}"),
        url("update_incident_url")
            .required()
            .doc("URL of the request that updates an incident.")
            .example("https://cases.example.com/incidents/{{{external.system.id}}}"),
        text("update_incident_method")
            .default_text("put")
            .one_of(&["post", "patch", "put"])
            .doc("HTTP method of the request that updates an incident."),
        json("update_incident_json")
            .required()
            .doc("Body of the request that updates an incident: the text of a JSON template.")
            .example(r#"{"title": {{{case.title}}}, "description": {{{case.description}}}}"#),
        url("create_comment_url").doc(
            "URL of the request that adds a comment to an incident. If left out, comments are not sent.",
        ),
        text("create_comment_method")
            .default_text("put")
            .one_of(&["post", "put", "patch"])
            .doc("HTTP method of the request that adds a comment."),
        json("create_comment_json").doc(
            "Body of the request that adds a comment: the text of a JSON template, such as \
             `{\"body\": {{{case.comment}}}}`.",
        ),
        headers("headers").doc(
            "HTTP headers to send with every request, by name. They are stored and shown as they are; use \
             `secrets.secret_headers` for secret ones.",
        ),
        HAS_AUTH.doc(
            "Whether requests carry credentials. Where it is written as `true`, Kibana refuses a connector \
             without secrets.",
        ),
        text("auth_type")
            .default_text("webhook-authentication-basic")
            .one_of(AUTH_TYPES)
            .doc(
                "How requests authenticate. Kibana lists OAuth 2.0 client credentials among the values but \
                 refuses them for this type.",
            )
            .since("8.15"),
        CERT_TYPE.since("8.15"),
        CA
            .doc("Certificate authority of the service: the base64 text of its PEM file.")
            .since("8.15"),
        VERIFICATION_MODE.doc("How far the service's certificate is checked.").since("8.15"),
        // Kibana's webhook types share the OAuth fields; this one takes them but cannot use them.
        text("access_token_url")
            .doc("URL of the token endpoint. Kibana stores it, but this type does not use it.")
            .since("9.2"),
        text("client_id")
            .doc("Client ID for OAuth 2.0. Kibana stores it, but this type does not use it.")
            .since("9.2"),
        text("scope")
            .doc("Scope for OAuth 2.0. Kibana stores it, but this type does not use it.")
            .since("9.2"),
        json("additional_fields")
            .doc("More fields for a token request. Kibana stores them, but this type does not use them.")
            .since("9.2"),
    ],
    secrets: &[
        USER,
        PASSWORD,
        CRT.since("8.15"),
        KEY.since("8.15"),
        PFX.since("8.15"),
        text("client_secret")
            .doc("Client secret for OAuth 2.0. Kibana stores it, but this type does not use it.")
            .since("9.2"),
        SECRET_HEADERS.since("9.2"),
    ],
    rules: &[
        when(OAUTH).must(
            not(&set("auth_type")),
            "auth_type",
            "Kibana does not support OAuth 2.0 for this connector. Use \"webhook-authentication-basic\" or \
             \"webhook-authentication-ssl\".",
        ),
        // Any secret will do here, also one that `auth_type` has no use for.
        when(on("has_auth")).requires_any(
            &[
                "secrets.user",
                "secrets.password",
                "secrets.crt",
                "secrets.key",
                "secrets.pfx",
                "secrets.client_secret",
                "secrets.secret_headers",
            ],
            "Secrets are required while `has_auth` is true. Set `user` and `password`, `crt` and `key`, or `pfx`, in the \
             `secrets` block or in `secrets_wo`; or write `has_auth = false` for a service that asks for none.",
        ),
        always().one_of(SECRET_COMBINATIONS),
    ],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"create_incident_url": "https://a.example", "create_incident_json": "{}", "create_incident_response_key": "id", "get_incident_url": "https://a.example/{{{external.system.id}}}", "get_incident_response_external_title_key": "t", "view_incident_url": "https://a.example/v", "update_incident_url": "https://a.example/u", "update_incident_json": "{}"}"#,
        r#"{"createIncidentUrl": "https://a.example", "createIncidentJson": "{}", "createIncidentResponseKey": "id", "getIncidentUrl": "https://a.example/{{{external.system.id}}}", "getIncidentResponseExternalTitleKey": "t", "viewIncidentUrl": "https://a.example/v", "updateIncidentUrl": "https://a.example/u", "updateIncidentJson": "{}"}"#,
        r#"{}"#,
    ),
    Case::sends(
        r#"{"create_incident_method": "put", "get_incident_method": "post", "get_incident_json": "{}", "update_incident_method": "patch", "create_comment_url": "https://a.example/c", "create_comment_method": "post", "create_comment_json": "{\"body\": {{{case.comment}}}}", "headers": {"X-A": "1"}, "has_auth": true, "auth_type": "webhook-authentication-ssl", "cert_type": "ssl-crt-key", "ca": "Y2E=", "verification_mode": "certificate", "access_token_url": "t", "client_id": "i", "scope": "s", "additional_fields": "{}", "secrets": {"crt": "c", "key": "k", "password": "p", "secret_headers": {"X-B": "2"}}}"#,
        r#"{"createIncidentMethod": "put", "getIncidentMethod": "post", "getIncidentJson": "{}", "updateIncidentMethod": "patch", "createCommentUrl": "https://a.example/c", "createCommentMethod": "post", "createCommentJson": "{\"body\": {{{case.comment}}}}", "headers": {"X-A": "1"}, "hasAuth": true, "authType": "webhook-authentication-ssl", "certType": "ssl-crt-key", "ca": "Y2E=", "verificationMode": "certificate", "accessTokenUrl": "t", "clientId": "i", "scope": "s", "additionalFields": "{}"}"#,
        r#"{"crt": "c", "key": "k", "password": "p", "secretHeaders": {"X-B": "2"}}"#,
    ),
    Case::sends(
        r#"{"has_auth": true, "secrets": {"user": "u", "password": "p"}}"#,
        r#"{"hasAuth": true}"#,
        r#"{"user": "u", "password": "p"}"#,
    ),
    Case::sends(r#"{"has_auth": true, "secrets": {"pfx": "x"}}"#, r#"{"hasAuth": true}"#, r#"{"pfx": "x"}"#),
    Case::sends(
        r#"{"has_auth": false, "secrets": {"client_secret": "s"}}"#,
        r#"{"hasAuth": false}"#,
        r#"{"clientSecret": "s"}"#,
    ),
    Case::sends(
        r#"{"has_auth": true, "secrets": {"secret_headers": {"X-A": "1"}}}"#,
        r#"{"hasAuth": true}"#,
        r#"{"secretHeaders": {"X-A": "1"}}"#,
    ),
    Case::refused("create_incident_url", r#"{"create_incident_url": "a.example"}"#),
    Case::refused("get_incident_url", r#"{"get_incident_url": "{{{external.system.id}}}"}"#),
    Case::refused("view_incident_url", r#"{"view_incident_url": "a.example"}"#),
    Case::refused("update_incident_url", r#"{"update_incident_url": "a.example"}"#),
    Case::refused("create_comment_url", r#"{"create_comment_url": "a.example"}"#),
    Case::refused("create_incident_method", r#"{"create_incident_method": "patch"}"#),
    Case::refused("auth_type", r#"{"auth_type": "webhook-oauth2-client-credentials"}"#),
    Case::refused("secrets", r#"{"has_auth": true}"#),
    Case::refused("secrets.password", r#"{"has_auth": true, "secrets": {"user": "u"}}"#),
    Case::refused("secrets", r#"{"secrets": {"pfx": "x", "crt": "c"}}"#),
    Case::silent(r#"{"has_auth": "?", "auth_type": "?", "create_incident_url": "?"}"#),
    Case::silent(r#"{"has_auth": true, "secrets": {"user": "?", "password": "?"}}"#),
];
