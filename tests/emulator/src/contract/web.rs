//! URLs and hosts as Kibana judges them.

use url::Url;

use crate::options::Settings;

/// Parses as `new URL(text)` does.
///
/// # Errors
///
/// JavaScript's words: `Invalid URL`.
pub(crate) fn parse(text: &str) -> Result<Url, &'static str> {
    Url::parse(text).map_err(|_| "Invalid URL")
}

/// Parses a URL whose scheme is http or https.
///
/// # Errors
///
/// `Invalid URL`, or `Invalid protocol` for another scheme.
pub(crate) fn parse_http(text: &str) -> Result<Url, &'static str> {
    let url = parse(text)?;
    if matches!(url.scheme(), "http" | "https") { Ok(url) } else { Err("Invalid protocol") }
}

/// Whether `allowedHosts` lets a URL pass. Under `*` anything does, even text that is no URL.
pub(crate) fn url_allowed(settings: &Settings, text: &str) -> bool {
    allows_all(settings)
        || parse(text).is_ok_and(|url| url.host_str().is_some_and(|host| host_allowed(settings, host)))
}

/// Whether `allowedHosts` lets a host pass.
pub(crate) fn host_allowed(settings: &Settings, host: &str) -> bool {
    allows_all(settings) || settings.allowed_hosts.iter().any(|allowed| allowed == host)
}

fn allows_all(settings: &Settings) -> bool {
    settings.allowed_hosts.iter().any(|allowed| allowed == "*")
}
