//! The schema of the provider block.

use std::sync::OnceLock;

use crate::schema::{Attribute, Block, Presence, Schema};
use crate::value::Type;

/// The provider block's schema, built once.
#[must_use]
pub fn schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| Schema {
        version: 0,
        block: Block {
            description: "Manages the connectors of a Kibana: how its rules and cases reach other systems."
                .to_owned(),
            attributes: attributes(),
            ..Block::default()
        },
    })
}

fn attributes() -> Vec<Attribute> {
    let optional = |name: &str, ty: Type, doc: &str| Attribute::new(name, ty, Presence::Optional).doc(doc);
    let text = |name: &str, doc: &str| optional(name, Type::Text, doc);
    vec![
        text(
            "endpoint",
            "Address of Kibana with its scheme, as in `https://kibana.example.com:5601`; a base path may follow. Environment: \
             `KIBANA_ENDPOINT`.",
        ),
        text("api_key", "Encoded API key. Environment: `KIBANA_API_KEY`.").sensitive(),
        text(
            "bearer_token",
            "Bearer token, such as a service account's. Environment: `KIBANA_BEARER_TOKEN`.",
        )
        .sensitive(),
        text("username", "User name, together with `password`. Environment: `KIBANA_USERNAME`."),
        text("password", "Password of the user. Environment: `KIBANA_PASSWORD`.").sensitive(),
        text(
            "space_id",
            "Space of the connectors that do not name one. Defaults to `default`. Environment: `KIBANA_SPACE_ID`.",
        ),
        text(
            "ca_cert_file",
            "Path of a PEM file with certificates to trust in addition to the system's. Environment: `KIBANA_CA_CERTS` (several paths, \
             separated by commas).",
        ),
        text("ca_cert_pem", "The same certificates as PEM text."),
        text("client_cert_file", "Path of a PEM file with the client certificate to show to Kibana."),
        text("client_cert_pem", "The client certificate as PEM text."),
        text("client_key_file", "Path of a PEM file with the client certificate's key."),
        text("client_key_pem", "The client certificate's key as PEM text.").sensitive(),
        optional(
            "insecure",
            Type::Bool,
            "Whether to accept any certificate of Kibana without verification. Only for trying things out. Defaults to `false`. \
             Environment: `KIBANA_INSECURE` (`true` or `false`).",
        ),
        optional(
            "headers",
            Type::Map(Box::new(Type::Text)),
            "HTTP headers to send with every request, by name, such as those that a proxy asks for. `Authorization` among them is \
             an authentication method like the others.",
        )
        .sensitive(),
        optional(
            "request_timeout_seconds",
            Type::Number,
            "How many seconds one request may take. Defaults to `60`.",
        ),
        optional(
            "retry_timeout_seconds",
            Type::Number,
            "For how many seconds to repeat a request that Kibana could not answer, because it was unreachable, \
             overloaded or starting; `0` repeats nothing. An address that has never answered is given up after \
             30 seconds. Defaults to `180`, which outlasts a restart of Kibana. An operation takes at most this \
             time and twice `request_timeout_seconds`.",
        ),
        optional(
            "preflight",
            Type::Bool,
            "Whether a plan asks Kibana about what it is going to create: whether the connector type is offered, \
             the space exists, the arguments are known to this release, and nothing like it is there already; \
             and whether an apply checks that the space exists. Each question is asked at most once, and one about a missing \
             space again before each connector in it. Defaults to `true`.",
        ),
    ]
}
