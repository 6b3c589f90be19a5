//! From the provider block and the environment to a client.

use super::settings::{Environment, Setting, Source, either, variable, whole_number};
use super::{Provider, authentication, certificates};
use crate::client::{Client, Settings};
use crate::diag::Diagnostics;
use crate::value::{Path, Value};
use std::time::Duration;
use url::Url;

/// Checks a provider block of which anything may be unknown, without looking at the environment or at files.
#[must_use]
pub fn validate(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    if let Some(endpoint) = super::settings::argument(config, "endpoint") {
        parse_endpoint(&endpoint, &mut found);
    }
    if let Some(space) = super::settings::argument(config, "space_id") {
        check_space(&space, &mut found);
    }
    authentication::check(config, &mut found);
    certificates::check(config, &mut found);
    numbers(config, &mut found);
    if let Some(headers) = config.get("headers").as_map() {
        for (name, _) in headers.iter().filter(|(_, value)| value.is_null()) {
            let detail = "The header has no value. Give it one, or leave it out.";
            found.error(Path::of("headers").key(name), "Missing header value", detail);
        }
    }
    found
}

/// Makes a client from a provider block and the environment; without one where an argument is unknown or wrong.
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
        Some(Ok(client)) => Provider::Ready(Box::new(client)),
        Some(Err(error)) => {
            found.error(Path::root(), "Unusable provider configuration", format!("{error}."));
            Provider::NotConfigured
        }
        None => Provider::NotConfigured,
    };
    (provider, found)
}

fn settings(config: &Value, environment: Environment<'_>, found: &mut Diagnostics) -> Option<Settings> {
    let Some(endpoint) = either(config, "endpoint", environment, "KIBANA_ENDPOINT") else {
        found.error(
            Path::of("endpoint"),
            "Missing endpoint",
            "The provider does not know where Kibana is. Set `endpoint` in the provider block or the environment variable \
             KIBANA_ENDPOINT, as in `https://kibana.example.com:5601`.",
        );
        return None;
    };
    let mut settings = Settings::new(parse_endpoint(&endpoint, found)?);
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
    let headers = config.get("headers").as_map().into_iter().flatten();
    settings.headers = headers
        .filter_map(|(name, value)| Some((name.clone(), crate::value::Secret::new(value.as_str()?))))
        .collect();
    let (timeout, retries) = numbers(config, found);
    settings.request_timeout = Duration::from_secs(timeout?);
    settings.max_retries = u32::try_from(retries?).ok()?;
    Some(settings)
}

fn numbers(config: &Value, found: &mut Diagnostics) -> (Option<u64>, Option<u64>) {
    let timeout = whole_number(config, "request_timeout_seconds", 60, (1, 300), found);
    let retries = whole_number(config, "max_retries", 5, (0, 100), found);
    (timeout, retries)
}

fn parse_endpoint(endpoint: &Setting, found: &mut Diagnostics) -> Option<Url> {
    let name = endpoint.source.name();
    let problem = match Url::parse(endpoint.text.trim()) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") || !url.has_host() => {
            format!(
                "{name} must begin with https:// or http:// and name a host, as in `https://kibana.example.com:5601`."
            )
        }
        // Said without the address: it holds a password.
        Ok(url) if !url.username().is_empty() || url.password().is_some() => {
            format!("{name} must not hold credentials. Use `username` and `password`, or `api_key`.")
        }
        Ok(url) if url.query().is_some() || url.fragment().is_some() => {
            format!("{name} must end with the host or the base path, without `?` and `#`.")
        }
        Ok(url) => return Some(url),
        Err(error) => format!(
            "{name} is no URL ({error}). Write it with its scheme, as in `https://kibana.example.com:5601`."
        ),
    };
    found.error(endpoint.source.path(), "Invalid endpoint", problem);
    None
}

/// Finds what cannot be a space's ID, in which Kibana takes lower-case letters, digits, `_` and `-`.
pub(crate) fn is_space_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    !text.is_empty() && text.bytes().all(plain)
}

fn check_space(space: &Setting, found: &mut Diagnostics) {
    if !is_space_id(&space.text) {
        let detail = format!(
            "{} is {:?}, and a space's ID has only lower-case letters, digits, `_` and `-`. It is not the name that people \
             see: look for it in the address of a page in that space, after `/s/`.",
            space.source.name(),
            space.text
        );
        found.error(space.source.path(), "Invalid space ID", detail);
    }
}

fn insecure(config: &Value, environment: Environment<'_>, found: &mut Diagnostics) -> bool {
    if let Some(flag) = config.get("insecure").as_bool() {
        return flag;
    }
    let Some(setting) = variable(environment, "KIBANA_INSECURE") else { return false };
    match setting.text.as_str() {
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
        "Certificates are not checked",
        format!(
            "{} is true, so anybody between here and Kibana can read and change everything that is sent, secrets included. Use \
             `ca_cert_file` for a certificate authority of your own.",
            source.name()
        ),
    );
}
