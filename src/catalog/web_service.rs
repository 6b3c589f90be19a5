//! What `.webhook`, `.cases-webhook` and `.http` share: how a connector authenticates to a web service.

use super::vocabulary::*;

/// How `.webhook`, `.cases-webhook` and `.http` may authenticate.
pub(super) const AUTH_TYPES: &[&str] =
    &["webhook-authentication-basic", "webhook-authentication-ssl", "webhook-oauth2-client-credentials"];

/// Which secrets the webhook family accepts together. `secret_headers` may be added to any of them.
pub(super) const SECRET_COMBINATIONS: &[Combination] = &[
    (&[], &[]),
    (&["secrets.user", "secrets.password"], &[]),
    (&["secrets.crt", "secrets.key"], &["secrets.password"]),
    (&["secrets.pfx"], &["secrets.password"]),
    (&["secrets.client_secret"], &[]),
];

/// With these credentials a token is fetched first.
pub(super) const OAUTH: Condition = is("auth_type", "webhook-oauth2-client-credentials");

pub(super) const CERT_TYPE: Field = text("cert_type")
    .one_of(&["ssl-crt-key", "ssl-pfx"])
    .doc("Form of the client certificate, for `auth_type = \"webhook-authentication-ssl\"`.");
pub(super) const VERIFICATION_MODE: Field =
    text("verification_mode").default_text("full").one_of(&["none", "certificate", "full"]);

pub(super) const USER: Field = text("user").doc("User name for basic authentication.").example("kibana");
pub(super) const PASSWORD: Field = text("password")
    .doc("Password for basic authentication, or the passphrase of the key or PFX file.")
    .example("a-password");
pub(super) const CRT: Field = base64_pem("crt").doc("Client certificate: the base64 text of its PEM file.");
pub(super) const KEY: Field =
    base64_pem("key").doc("Key of the client certificate: the base64 text of its PEM file.");
pub(super) const PFX: Field = text("pfx").doc("Client certificate and key: the base64 text of a PFX file.");
pub(super) const SECRET_HEADERS: Field =
    headers("secret_headers").doc("HTTP headers whose values are secret, by name.");

pub(super) const CA: Field = base64_pem("ca");

pub(super) const AUTH_TYPE_NEEDS_AUTH: Rule = when(off("has_auth")).forbids(&["auth_type"]);
pub(super) const OAUTH_NEEDS_A_CLIENT: Rule = when(OAUTH).requires(&["access_token_url", "client_id"]);
