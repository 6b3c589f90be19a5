//! From the provider block and the environment to a client.

use std::time::Duration;

use super::endpoint::{self, check_space, parse};
use super::settings::{Environment, Source, argument, either, variable, warn_of_unreadable, whole_number};
use super::{Provider, Ready, authentication, certificates, headers};
use crate::client::{Client, Settings};
use crate::diag::Diagnostics;
use crate::value::{Path, Value};

/// The variables that are read here; `authentication` has its own.
const VARIABLES: [&str; 4] = ["KIBANA_ENDPOINT", "KIBANA_SPACE_ID", "KIBANA_CA_CERTS", "KIBANA_INSECURE"];

/// Checks a provider block of which anything may be unknown, without looking at the environment or at files.
#[must_use]
pub fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    if let Some(endpoint) = argument(config, "endpoint") {
        parse(&endpoint, &mut found);
    }
    if let Some(space) = argument(config, "space_id") {
        check_space(&space, &mut found);
    }
    authentication::check(config, &mut found);
    certificates::check(config, &mut found);
    headers::check(config, &mut found);
    numbers(config, &mut found);
    found
}

/// Makes a client from a provider block and the environment; without one where an argument is unknown or
/// wrong.
pub fn configure(config: &Value, environment: Environment<'_>) -> (Provider, Diagnostics) {
    let mut found = validate(config);
    if found.has_errors() {
        return (Provider::NotConfigured, found);
    }
    if config.get("insecure").as_bool() == Some(true) {
        warn_insecure(&Source::Argument("insecure"), &mut found);
    }
    // Unknown in HCL stays unknown, whatever the environment says.
    let unknown = config.as_map().into_iter().flatten().find(|(_, value)| !value.is_wholly_known());
    if let Some((name, _)) = unknown {
        return (Provider::Unknown(name.clone()), found);
    }
    let settings = settings(config, environment, &mut found);
    let provider = match settings.filter(|_| !found.has_errors()).map(Client::new) {
        Some(Ok(client)) => {
            let has_preflight = config.get("preflight").as_bool() != Some(false);
            Provider::Ready(Box::new(Ready::new(client, has_preflight)))
        }
        Some(Err(error)) => {
            found.error(
                Path::root(),
                "Invalid provider configuration",
                format!("The provider cannot be configured: {error}."),
            );
            Provider::NotConfigured
        }
        None => Provider::NotConfigured,
    };
    (provider, found)
}

fn settings(config: &Value, environment: Environment<'_>, found: &mut Diagnostics) -> Option<Settings> {
    warn_of_unreadable(environment, &authentication::VARIABLES, found);
    warn_of_unreadable(environment, &VARIABLES, found);
    let Some(address) = either(config, "endpoint", environment, "KIBANA_ENDPOINT") else {
        found.error(
            Path::of("endpoint"),
            "Missing endpoint",
            "The provider does not know where Kibana is. Set `endpoint` in the provider block or the environment variable \
             KIBANA_ENDPOINT, as in `https://kibana.example.com:5601`.",
        );
        return None;
    };
    let mut settings = Settings::new(parse(&address, found)?);
    settings.proxy = endpoint::proxy(&settings.endpoint, environment, found);
    if let Some(auth) = authentication::choose(config, environment, found) {
        settings.auth = auth;
    }
    if let Some(space) = either(config, "space_id", environment, "KIBANA_SPACE_ID") {
        check_space(&space, found);
        settings.default_space = space.text;
    }
    settings.ca_certificates = certificates::authorities(config, environment, found);
    settings.client_identity = certificates::identity(config, found);
    settings.insecure = insecure(config, environment, found);
    settings.headers = headers::read(config);
    let (timeout, patience) = numbers(config, found);
    settings.request_timeout = Duration::from_secs(timeout?);
    settings.retry_timeout = Duration::from_secs(patience?);
    Some(settings)
}

fn numbers(config: &Value, found: &mut Diagnostics) -> (Option<u64>, Option<u64>) {
    let timeout = whole_number(config, "request_timeout_seconds", 60, (1, 300), found);
    let patience = whole_number(config, "retry_timeout_seconds", 180, (0, 3600), found);
    (timeout, patience)
}

fn insecure(config: &Value, environment: Environment<'_>, found: &mut Diagnostics) -> bool {
    if let Some(flag) = config.get("insecure").as_bool() {
        return flag;
    }
    let Some(setting) = variable(environment, "KIBANA_INSECURE") else { return false };
    match setting.text.trim() {
        "true" => {
            warn_insecure(&setting.source, found);
            true
        }
        "false" => false,
        other => {
            let detail =
                format!("The environment variable KIBANA_INSECURE is {other:?}. Set it to true or false.");
            found.error(Path::root(), "Invalid KIBANA_INSECURE", detail);
            false
        }
    }
}

fn warn_insecure(source: &Source, found: &mut Diagnostics) {
    found.warning(
        source.path(),
        "Certificate verification is disabled",
        format!(
            "{} is true, so anybody between the provider and Kibana can read and change everything that is sent, secrets \
             included. To trust your own certificate authority, set `ca_cert_file` instead.",
            source.subject()
        ),
    );
}
