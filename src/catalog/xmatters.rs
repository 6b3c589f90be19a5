//! `.xmatters`: sends an alert to xMatters, by basic authentication or by a URL that holds the key.

use super::vocabulary::*;

const BASIC: Condition = on("uses_basic");
// Kibana's cross check sees the request, not the default that is stored: left out counts as false there.
const NOT_BASIC: Condition = off_or_unset("uses_basic");
const NO_USER_AND_PASSWORD: Condition = not(&any(&[set("secrets.user"), set("secrets.password")]));

pub(super) const XMATTERS: ConnectorType = ConnectorType {
    block: "xmatters",
    kibana_id: ".xmatters",
    title: "xMatters",
    doc: "Sends an alert to an xMatters workflow. It authenticates either by basic authentication \
          (`uses_basic = true` with `config_url`, `secrets.user` and `secrets.password`) or by a URL that holds an \
          API key (`uses_basic = false` with `secrets.secrets_url`).",
    license: License::Gold,
    config: &[
        text("config_url")
            .doc("URL of the xMatters workflow's HTTP trigger, for basic authentication only.")
            .example("https://example.xmatters.com/api/integration/1/functions/abc/triggers"),
        flag("uses_basic").default_flag(true).doc(
            "Whether the connector authenticates by user name and password. Write it in either case: Kibana \
             checks the secrets as if it were `false` where it is left out, and then stores `true`.",
        )
        .example("true"),
    ],
    secrets: &[
        text("user").doc("User name for basic authentication.").example("kibana"),
        text("password").doc("Password for basic authentication.").example("a-password"),
        url("secrets_url")
            .doc("URL of the HTTP trigger with the API key in its query, for `uses_basic = false`."),
    ],
    rules: &[
        always().requires_any(
            &["secrets.user", "secrets.password", "secrets.secrets_url"],
            "xMatters needs credentials: set either `secrets_url`, or `user` and `password`, in the `secrets` block or in \
             `secrets_wo`.",
        ),
        when(set("secrets.secrets_url")).must(
            NO_USER_AND_PASSWORD,
            "secrets.secrets_url",
            "`secrets_url` holds the API key already, and Kibana refuses `user` or `password` in addition to it. Set \
             either `secrets_url`, or `user` and `password`.",
        ),
        always().together(&["secrets.user", "secrets.password"]),
        when(BASIC).must(
            not(&set("secrets.secrets_url")),
            "secrets.secrets_url",
            "`secrets_url` is for `uses_basic = false`. With `uses_basic = true` set `user` and `password`.",
        ),
        when(BASIC).requires(&["config_url"]).advice("It is where the alert is sent."),
        when(BASIC).parses("config_url"),
        when(NOT_BASIC).must(
            NO_USER_AND_PASSWORD,
            "uses_basic",
            "`user` and `password` are for basic authentication, which Kibana considers switched off unless `uses_basic` is \
             written. Write `uses_basic = true`.",
        ),
        when(NOT_BASIC).must(
            not(&set("config_url")),
            "uses_basic",
            "`config_url` is for basic authentication, which Kibana considers switched off unless `uses_basic` is written. \
             Write `uses_basic = true`, or use `secrets_url` instead.",
        ),
        when(set("secrets.secrets_url"))
            .must(
                set("uses_basic"),
                "uses_basic",
                "Kibana accepts `secrets_url` without `uses_basic`, but then stores `uses_basic` as true, and the connector \
                 cannot work. Write `uses_basic = false`.",
            )
            .accepted_but_useless(),
    ],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"uses_basic": true, "config_url": "https://a.example", "secrets": {"user": "u", "password": "p"}}"#,
        r#"{"usesBasic": true, "configUrl": "https://a.example"}"#,
        r#"{"user": "u", "password": "p"}"#,
    ),
    Case::sends(
        r#"{"uses_basic": false, "secrets": {"secrets_url": "https://a.example?apiKey=k"}}"#,
        r#"{"usesBasic": false}"#,
        r#"{"secretsUrl": "https://a.example?apiKey=k"}"#,
    ),
    Case::refused("secrets", r#"{"uses_basic": false}"#),
    Case::refused(
        "secrets.secrets_url",
        r#"{"uses_basic": true, "config_url": "https://a.example", "secrets": {"secrets_url": "https://a.example", "user": "u", "password": "p"}}"#,
    ),
    Case::refused(
        "secrets.password",
        r#"{"uses_basic": true, "config_url": "https://a.example", "secrets": {"user": "u"}}"#,
    ),
    Case::refused("secrets.secrets_url", r#"{"uses_basic": false, "secrets": {"secrets_url": "a.example"}}"#),
    Case::refused(
        "secrets.secrets_url",
        r#"{"uses_basic": true, "config_url": "https://a.example", "secrets": {"secrets_url": "https://a.example"}}"#,
    ),
    Case::refused("config_url", r#"{"uses_basic": true, "secrets": {"user": "u", "password": "p"}}"#),
    Case::refused(
        "config_url",
        r#"{"uses_basic": true, "config_url": "a.example", "secrets": {"user": "u", "password": "p"}}"#,
    ),
    Case::refused("uses_basic", r#"{"uses_basic": false, "secrets": {"user": "u", "password": "p"}}"#),
    Case::refused(
        "uses_basic",
        r#"{"config_url": "https://a.example", "uses_basic": false, "secrets": {"secrets_url": "https://a.example"}}"#,
    ),
    Case::warned("uses_basic", r#"{"secrets": {"secrets_url": "https://a.example"}}"#),
    Case::silent(
        r#"{"uses_basic": "?", "config_url": "https://a.example", "secrets": {"user": "u", "password": "p"}}"#,
    ),
    Case::silent(r#"{"uses_basic": false, "secrets": {"secrets_url": "?"}}"#),
];
