//! What `.webhook`, `.cases-webhook` and `.http` share: how a connector authenticates to a web service.

use super::vocabulary::*;

/// How `.webhook`, `.cases-webhook` and `.http` may authenticate.
pub(super) const AUTH_TYPES: &[&str] =
    &["webhook-authentication-basic", "webhook-authentication-ssl", "webhook-oauth2-client-credentials"];

/// Which secrets the webhook family takes together.
pub(super) const SECRET_COMBINATIONS: Condition = Condition::Combination(&[
    (&[], &[]),
    (&["secrets.user", "secrets.password"], &[]),
    (&["secrets.crt", "secrets.key"], &["secrets.password"]),
    (&["secrets.pfx"], &["secrets.password"]),
    (&["secrets.client_secret"], &[]),
]);

/// What to say of any other combination.
pub(super) const SECRET_COMBINATIONS_SAY: &str = "These secrets do not go together. Write one of: `user` and \
    `password`; `crt` and `key` (with `password` as the key's passphrase, if it has one); `pfx` (with `password` as \
    its passphrase); `client_secret` alone; or none of them. `secret_headers` may stand beside any.";

/// With these credentials a token is fetched first.
pub(super) const OAUTH: Condition =
    Condition::Is("auth_type", Lit::Text("webhook-oauth2-client-credentials"));

pub(super) const CERT_TYPE: Field = text("cert_type")
    .one_of(&["ssl-crt-key", "ssl-pfx"])
    .doc("Form of the client certificate, for `auth_type = \"webhook-authentication-ssl\"`.");
pub(super) const VERIFICATION_MODE: Field =
    text("verification_mode").default_text("full").one_of(&["none", "certificate", "full"]);

pub(super) const USER: Field = text("user").doc("User name for basic authentication.").example("kibana");
pub(super) const PASSWORD: Field = text("password")
    .doc("Password for basic authentication, or the passphrase of the key or PFX file.")
    .example("a-password");
pub(super) const CRT: Field = text("crt").doc("Client certificate: the base64 text of its PEM file.");
pub(super) const KEY: Field =
    text("key").doc("Key of the client certificate: the base64 text of its PEM file.");
pub(super) const PFX: Field = text("pfx").doc("Client certificate and key: the base64 text of a PFX file.");
pub(super) const SECRET_HEADERS: Field =
    text_map("secret_headers").doc("HTTP headers whose values are secret, by name.");

pub(super) const AUTH_TYPE_NEEDS_AUTH: Rule = when(Condition::Is("has_auth", Lit::Flag(false))).must(
    Condition::Not(&Condition::Set("auth_type")),
    "auth_type",
    "`auth_type` must be left out while `has_auth` is false: there is nothing to authenticate with.",
);
pub(super) const ADDITIONAL_FIELDS_ARE_JSON: Rule = always().must(
    Condition::Passes("additional_fields", is_filled_json_object),
    "additional_fields",
    "`additional_fields` must be the JSON text of an object with at least one key, as in \
     `jsonencode({ audience = \"api\" })`.",
);
pub(super) const OAUTH_NEEDS_TOKEN_URL: Rule = when(OAUTH).must(
    Condition::Set("access_token_url"),
    "access_token_url",
    "`access_token_url` is required with `auth_type = \"webhook-oauth2-client-credentials\"`.",
);
pub(super) const OAUTH_NEEDS_CLIENT_ID: Rule = when(OAUTH).must(
    Condition::Set("client_id"),
    "client_id",
    "`client_id` is required with `auth_type = \"webhook-oauth2-client-credentials\"`.",
);
