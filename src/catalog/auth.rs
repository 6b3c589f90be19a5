//! How connectors of Kibana's own catalogue authenticate: the types of connector that specs declare (Kibana
//! 9.3 and later).
//!
//! A spec's config keys change from release to release; its ways to authenticate hardly do. So these are
//! typed, one block each, in the words of the other types, and a spec's config is an object. Kibana tells
//! them apart by `authType`, which stands beside the secrets. `other` takes the ones that are newer or rarer.

use serde_json::{Map, Value as Json};

use super::codec;
use super::vocabulary::*;
use crate::value::json::{to_json, without_nulls};
use crate::value::{Secret, Value};

/// One way to authenticate.
#[derive(Debug)]
pub struct AuthType {
    /// Name of its block, which is Kibana's `authType` but for `other`.
    pub name: &'static str,
    /// What it is, in Markdown.
    pub doc: &'static str,
    /// Its fields. None is required by Terraform's schema: an imported connector has no secrets.
    pub fields: &'static [Field],
    /// Whether each user of Kibana signs in with an account of their own.
    pub is_per_user: bool,
    shape: Shape,
}

/// How the fields become Kibana's secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Each field is a key.
    Fields,
    /// One field names the key of the other.
    Header,
    /// The entries of the one field are the keys.
    Entries,
    /// As entries, and one field names the type.
    Other,
}

/// Kibana's name for the key that says which type it is.
pub const AUTH_TYPE: &str = "authType";

/// The block that takes every type.
pub const OTHER: &str = "other";

/// Set by Kibana itself, which refuses it in requests.
const RELAY: &str = "relay";

/// All of them, in the order in which they are documented.
pub const AUTH_TYPES: &[AuthType] = &[
    AuthType {
        name: "none",
        doc: "No authentication, for a service that asks for none.",
        fields: &[],
        is_per_user: false,
        shape: Shape::Fields,
    },
    AuthType {
        name: "basic",
        doc: "A user name and a password, or what the service uses in their place.",
        fields: &[
            text("username").required().doc("User name.").example("bot"),
            text("password")
                .required()
                .doc("Password, or an API token in its place.")
                .example("an-api-token"),
        ],
        is_per_user: false,
        shape: Shape::Fields,
    },
    AuthType {
        name: "bearer",
        doc: "A token in the `Authorization` header.",
        fields: &[text("token").required().doc("Token.").example("a-token")],
        is_per_user: false,
        shape: Shape::Fields,
    },
    AuthType {
        name: "api_key_header",
        doc: "An API key in an HTTP header. A type that names no header of its own wants the keys `headerField` and \
              `apiKey` instead: write them with `other`.",
        fields: &[
            text("header")
                .required()
                .doc("Name of the header exactly as the connector type spells it; case counts.")
                .example("x-apikey"),
            text("value").required().doc("API key.").example("an-api-key"),
        ],
        is_per_user: false,
        shape: Shape::Header,
    },
    AuthType {
        name: "api_key_query",
        doc: "API keys in the query of each request.",
        fields: &[text_map("params")
            .required()
            .doc("Values of the query parameters, by the names that the connector type gives them.")
            .example("{ key = \"an-api-key\", token = \"a-token\" }")],
        is_per_user: false,
        shape: Shape::Entries,
    },
    AuthType {
        name: "oauth_client_credentials",
        doc: "OAuth 2.0 client credentials: Kibana fetches tokens with an application's own credentials.",
        fields: &[
            url("token_url").doc("URL of the token endpoint. Many connector types have a default for it."),
            text("client_id").required().doc("Client ID of the application.").example("a-client-id"),
            text("client_secret")
                .required()
                .doc("Client secret of the application.")
                .example("a-client-secret"),
            text("scope").doc("Scope to ask for. Many connector types have a default for it."),
            text("token_endpoint_auth_method")
                .one_of_so_far(&["client_secret_post", "client_secret_basic"])
                .doc("How the client's credentials reach the token endpoint."),
        ],
        is_per_user: false,
        shape: Shape::Fields,
    },
    AuthType {
        name: "oauth_authorization_code",
        doc: "OAuth 2.0 with an authorization code: each user signs in through Kibana before the connector works for them.",
        fields: &[
            url("authorization_url")
                .doc("URL of the page on which users sign in. Many connector types have a default for it."),
            url("token_url").doc("URL of the token endpoint. Many connector types have a default for it."),
            text("client_id").required().doc("Client ID of the application.").example("a-client-id"),
            text("client_secret")
                .required()
                .doc("Client secret of the application.")
                .example("a-client-secret"),
            text("scope").doc("Scope to ask for. Many connector types have a default for it."),
            flag("use_basic_auth").doc(
                "Whether the client's credentials go to the token endpoint in a header instead of the body.",
            ),
        ],
        is_per_user: true,
        shape: Shape::Fields,
    },
    AuthType {
        name: "aws_credentials",
        doc: "An access key of Amazon Web Services.",
        fields: &[
            text("access_key_id").required().doc("Access key ID.").example("AKIAIOSFODNN7EXAMPLE"),
            text("secret_access_key").required().doc("Secret access key.").example("a-secret-access-key"),
        ],
        is_per_user: false,
        shape: Shape::Fields,
    },
    AuthType {
        name: "azure_shared_key",
        doc: "The shared key of an Azure storage account.",
        fields: &[
            text("account_name").required().doc("Name of the storage account.").example("example"),
            text("account_key").required().doc("Key of the storage account, in base64.").example("YS1rZXk="),
        ],
        is_per_user: false,
        shape: Shape::Fields,
    },
    AuthType {
        name: "gcp_service_account",
        doc: "A service account of Google Cloud.",
        fields: &[
            json("service_account_json")
                .required()
                .doc("Key of the service account: the JSON text of its key file.")
                .example(r#"{"type": "service_account", "project_id": "my-project"}"#),
            text("scope").doc("Scope to ask for. If left out, it is all of Google Cloud."),
        ],
        is_per_user: false,
        shape: Shape::Fields,
    },
    AuthType {
        name: "ears",
        doc: "Elastic's own redirect service for OAuth, where the server has it switched on: each user signs in through \
              Kibana before the connector works for them.",
        fields: &[
            text("provider")
                .one_of_so_far(&["google", "microsoft", "slack"])
                .doc("Service to sign in with. Most connector types have a default for it."),
            text("scope").doc("Scope to ask for. Many connector types have a default for it."),
        ],
        is_per_user: true,
        shape: Shape::Fields,
    },
    AuthType {
        name: OTHER,
        doc: "Any other way to authenticate, as Kibana's own keys.",
        fields: &[
            text("auth_type").required().doc("Kibana's name for it, such as `github_app`.").example("bearer"),
            any_object("values")
                .required()
                .doc("Its values, an object with Kibana's own keys.")
                .example("{ token = \"a-token\" }"),
        ],
        is_per_user: false,
        shape: Shape::Other,
    },
];

/// The auth type with this block.
#[must_use]
pub fn auth_type(name: &str) -> Option<&'static AuthType> {
    AUTH_TYPES.iter().find(|auth| auth.name == name)
}

/// Whether Kibana's `authType` is one with which each user signs in; none where our tables do not know it.
#[must_use]
pub fn is_per_user(kibana_name: &str) -> Option<bool> {
    let known = AUTH_TYPES.iter().find(|auth| auth.name == kibana_name && auth.name != OTHER)?;
    Some(known.is_per_user)
}

/// What is wrong with an auth block beyond what `check_fields` finds: Kibana's own types are not for
/// requests.
#[must_use]
pub fn refused_type(auth: &AuthType, block: &Value) -> Option<String> {
    let asked = block.get("auth_type").as_str().filter(|_| auth.shape == Shape::Other)?;
    (asked == RELAY).then(|| {
        format!("Kibana itself sets the authentication type `{RELAY}` and refuses it in a request. Use another one.")
    })
}

/// Where a secret would stand under the key that says of which type it is, which would overwrite it: the
/// field, and the key in it where it holds an object.
#[must_use]
pub fn reserved_key(auth: &AuthType, block: &Value) -> Option<(&'static str, Option<&'static str>)> {
    let holds =
        |field: &str| block.get(field).as_map().is_some_and(|entries| entries.contains_key(AUTH_TYPE));
    match auth.shape {
        Shape::Fields => None,
        Shape::Header => (block.get("header").as_str() == Some(AUTH_TYPE)).then_some(("header", None)),
        Shape::Entries => holds("params").then_some(("params", Some(AUTH_TYPE))),
        Shape::Other => holds("values").then_some(("values", Some(AUTH_TYPE))),
    }
}

impl AuthType {
    /// Kibana's `authType` for a block of this type; none while it is not known.
    #[must_use]
    pub fn kibana_name(&self, block: &Value) -> Option<String> {
        match self.shape {
            Shape::Other => block.get("auth_type").as_str().map(str::to_owned),
            Shape::Fields | Shape::Header | Shape::Entries => Some(self.name.to_owned()),
        }
    }

    /// Kibana's `secrets` for a block of this type.
    #[must_use]
    pub fn encode(&self, block: &Value) -> Map<String, Json> {
        let entries = |value: &Value| match to_json(value).map(without_nulls) {
            Some(Json::Object(entries)) => entries,
            _ => Map::new(),
        };
        let mut secrets = match self.shape {
            Shape::Fields => codec::encode(self.fields, block, block),
            Shape::Header => {
                let (header, value) = (block.get("header").as_str(), block.get("value").as_str());
                header
                    .zip(value)
                    .map(|(header, value)| (header.to_owned(), Json::from(value)))
                    .into_iter()
                    .collect()
            }
            Shape::Entries => entries(block.get("params")),
            Shape::Other => entries(block.get("values")),
        };
        if let Some(name) = self.kibana_name(block) {
            secrets.insert(AUTH_TYPE.to_owned(), Json::String(name));
        }
        secrets
    }
}

/// The auth block, by name and value, that means these secrets of Kibana's; none where they name no type.
#[must_use]
pub fn decode(secrets: &Map<String, Json>) -> Option<(&'static str, Value)> {
    let name = secrets.get(AUTH_TYPE)?.as_str()?;
    let mut values = secrets.clone();
    values.remove(AUTH_TYPE);
    let typed = auth_type(name).filter(|auth| auth.name != OTHER).and_then(|auth| {
        let block = match auth.shape {
            Shape::Fields => codec::decode(auth.fields, &values).0.into_secret(),
            Shape::Header => {
                let (header, value) = values.iter().next()?;
                Value::object([
                    ("header", Value::Secret(Secret::new(header.as_str()))),
                    ("value", Value::Secret(Secret::new(value.as_str()?))),
                ])
            }
            Shape::Entries => {
                let params =
                    values.iter().map(|(key, text)| Some((key.clone(), Value::text(text.as_str()?))));
                let params = Value::Map(params.collect::<Option<_>>()?);
                Value::object([("params", params.into_secret())])
            }
            Shape::Other => return None,
        };
        // Where a key would be lost, the free form keeps it.
        (auth.encode(&block) == *secrets).then_some((auth.name, block))
    });
    typed.or_else(|| {
        let (ty, value) = crate::value::json::from_json(&Json::Object(values));
        let block = Value::object([
            ("auth_type", Value::Secret(Secret::new(name))),
            ("values", Value::dynamic(ty, value).into_secret()),
        ]);
        Some((OTHER, block))
    })
}

#[cfg(test)]
mod tests;
