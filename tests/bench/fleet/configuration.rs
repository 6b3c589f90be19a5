//! The configuration of a fleet: four types in equal parts, spread over the spaces.

use std::fmt;
use std::path::PathBuf;

use super::SPACES;

/// Which resource manages the fleet.
#[derive(Clone, Debug)]
pub(super) enum Form {
    /// `kibana_connector`.
    Wide,
    /// `kibana_connector_email` and its siblings.
    Narrow,
    /// `elasticstack_kibana_action_connector`, with the folder of its provider.
    Peer(PathBuf),
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Wide => "wide form",
            Self::Narrow => "narrow form",
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
        r#"{ url = "https://hooks.example.com/${count.index}", method = "post", hasAuth = true }"#,
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
    pub(super) fn configuration(&self, count: usize, backend: &str, endpoint: &str) -> String {
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
        for ((kind, body, secrets), (peer_config, peer_secrets)) in TYPES.iter().zip(PEERS) {
            let head = |resource: &str| {
                format!(
                    "resource \"{resource}\" \"{kind}\" {{\n  count    = {}\n  name     = \"{kind} ${{count.index}} v${{var.v}}\"\n  \
                     space_id = \"space-${{count.index % {SPACES}}}\"\n",
                    count / TYPES.len()
                )
            };
            let encoded = |name: &str, value: &str| match value {
                "" => String::new(),
                value => format!("  {name} = jsonencode({value})\n"),
            };
            text.push_str(&match self {
                Self::Peer(_) => format!(
                    "{}  connector_type_id = \".{kind}\"\n{}{}}}\n",
                    head("elasticstack_kibana_action_connector"),
                    encoded("config", peer_config),
                    encoded("secrets", peer_secrets)
                ),
                _ => {
                    let resource = match self {
                        Self::Wide => "kibana_connector".to_owned(),
                        _ => format!("kibana_connector_{kind}"),
                    };
                    let secrets = match *secrets {
                        "" => String::new(),
                        secrets => format!("    secrets {{\n      {secrets}\n    }}\n"),
                    };
                    format!("{}  {kind} {{\n    {body}\n{secrets}  }}\n}}\n", head(&resource))
                }
            });
        }
        text
    }
}
