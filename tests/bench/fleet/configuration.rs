//! The configuration of a fleet: four types in equal parts, spread over the spaces.

use std::fmt;
use std::path::PathBuf;

/// Which resource manages the fleet.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// `kibana_connector`.
    Wide,
    /// `kibana_connector_email` and its siblings.
    Narrow,
    /// The same with secrets in `secrets_wo` and without a version: each is hashed when it is sent and in
    /// every plan.
    Hashed,
    /// The narrow form, each connector with an ID that the configuration chooses.
    Named,
    /// `elasticstack_kibana_action_connector`, with the folder of its provider.
    Peer(PathBuf),
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wide => "wide form",
            Self::Narrow => "narrow form",
            Self::Hashed => "narrow form, secrets_wo without a version",
            Self::Named => "narrow form, IDs from the configuration",
            Self::Peer(_) => "peer",
        })
    }
}

/// Type, and the block's content beside the secrets, and the secrets.
const TYPES: [(&str, &str, &str); 4] = [
    ("index", r#"index = "logs-${count.index}""#, ""),
    (
        "webhook",
        r#"url = "https://hooks.example.com/${count.index}""#,
        "user     = \"u\"\n      password = \"password-${count.index}\"",
    ),
    (
        "email",
        "from = \"a@example.com\"\n    host = \"smtp.example.com\"\n    port = 587",
        "user     = \"u\"\n      password = \"password-${count.index}\"",
    ),
    ("slack", "", r#"webhook_url = "https://hooks.slack.com/services/${count.index}""#),
];

/// The same for the peer, as its JSON.
const PEERS: [(&str, &str); 4] = [
    (r#"{ index = "logs-${count.index}", refresh = false }"#, ""),
    (
        // It fails where Kibana answers with a key more.
        r#"{ url = "https://hooks.example.com/${count.index}", method = "post", hasAuth = true, authType = "webhook-authentication-basic" }"#,
        r#"{ user = "u", password = "password-${count.index}" }"#,
    ),
    (
        r#"{ from = "a@example.com", host = "smtp.example.com", port = 587, service = "other", hasAuth = true }"#,
        r#"{ user = "u", password = "password-${count.index}" }"#,
    ),
    ("", r#"{ webhookUrl = "https://hooks.slack.com/services/${count.index}" }"#),
];

impl Form {
    /// The whole of `main.tf`. The variable `v` is part of every name, so another value updates everything.
    pub(super) fn configuration(&self, count: usize, spaces: usize, backend: &str, endpoint: &str) -> String {
        let (name, source) = match self {
            Self::Peer(_) => ("elasticstack", "elastic/elasticstack"),
            _ => ("kibana", "kibana-rs/kibana"),
        };
        let mut text = format!(
            "terraform {{\n{backend}  required_providers {{\n    {name} = {{ source = \"{source}\" }}\n  }}\n}}\n\
             variable \"v\" {{\n  default = \"1\"\n}}\n"
        );
        if matches!(self, Self::Peer(_)) {
            text.push_str(&format!(
                "provider \"elasticstack\" {{\n  kibana {{\n    endpoints = [\"{endpoint}\"]\n    api_key = \"a2V5\"\n  }}\n}}\n"
            ));
        }
        let of = count / TYPES.len();
        for ((kind, body, secrets), peer) in TYPES.iter().zip(PEERS) {
            let (resource, content) = match self {
                Self::Wide => ("kibana_connector".to_owned(), block(kind, body, secrets)),
                Self::Narrow => (format!("kibana_connector_{kind}"), block(kind, body, secrets)),
                Self::Named => {
                    let id = format!("  id = uuidv5(\"dns\", \"{kind}-${{count.index}}.example.com\")\n");
                    (format!("kibana_connector_{kind}"), format!("{id}{}", block(kind, body, secrets)))
                }
                // A type without secrets has nothing to hash, so another one takes its place.
                Self::Hashed => {
                    let (kind, body, secrets) =
                        if secrets.is_empty() { TYPES[1] } else { (*kind, *body, *secrets) };
                    let content =
                        format!("{}  secrets_wo = {{\n    {secrets}\n  }}\n", block(kind, body, ""));
                    (format!("kibana_connector_{kind}"), content)
                }
                Self::Peer(_) => ("elasticstack_kibana_action_connector".to_owned(), encoded(kind, peer)),
            };
            text.push_str(&format!(
                "resource \"{resource}\" \"{kind}\" {{\n  count    = {of}\n  name     = \"{kind} ${{count.index}} v${{var.v}}\"\n  \
                 space_id = \"space-${{count.index % {spaces}}}\"\n{content}}}\n"
            ));
        }
        text
    }
}

/// The block of a type, and the secrets in it, if it has any.
fn block(kind: &str, body: &str, secrets: &str) -> String {
    let secrets = match secrets {
        "" => String::new(),
        secrets => format!("    secrets {{\n      {secrets}\n    }}\n"),
    };
    format!("  {kind} {{\n    {body}\n{secrets}  }}\n")
}

/// The peer's arguments of a type: config and secrets as JSON.
fn encoded(kind: &str, (config, secrets): (&str, &str)) -> String {
    let argument = |name: &str, value: &str| match value {
        "" => String::new(),
        value => format!("  {name} = jsonencode({value})\n"),
    };
    format!(
        "  connector_type_id = \".{kind}\"\n{}{}",
        argument("config", config),
        argument("secrets", secrets)
    )
}
