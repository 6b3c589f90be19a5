//! Where Kibana is: the endpoint, the proxy before it, and the space of connectors that name none.

use url::Url;

use super::settings::{Environment, Setting};
use crate::client::{EndpointFault, Proxy, ProxyFault, parse_endpoint, proxy_for};
use crate::diag::Diagnostics;
use crate::value::{Path, Value};

/// The endpoint, if it can be one.
pub(super) fn parse(endpoint: &Setting, found: &mut Diagnostics) -> Option<Url> {
    match parse_endpoint(endpoint.text.trim()) {
        Ok(url) => Some(url),
        Err(fault) => {
            let detail = explain(&endpoint.source.subject(), fault);
            found.error(endpoint.source.path(), "Invalid endpoint", detail);
            None
        }
    }
}

/// Said without the address, which may hold a password.
fn explain(subject: &str, fault: EndpointFault) -> String {
    match fault {
        EndpointFault::NotAUrl => format!(
            "{subject} cannot be parsed as a URL. Write the address of Kibana with its scheme, as in \
             `https://kibana.example.com:5601`."
        ),
        EndpointFault::Scheme => format!(
            "{subject} must begin with https:// or http:// and name a host, as in `https://kibana.example.com:5601`."
        ),
        EndpointFault::Credentials => {
            format!("{subject} must not contain credentials. Use `username` and `password`, or `api_key`.")
        }
        EndpointFault::Query => {
            format!("{subject} must end with the host or the base path, without `?` and `#`.")
        }
        EndpointFault::Space(space) => format!(
            "{subject} names the space {space:?}, as an address copied from a browser does. Remove `/s/{space}` and what \
             follows it, and set `space_id = \"{space}\"` (or the environment variable KIBANA_SPACE_ID)."
        ),
    }
}

/// The proxy that the environment names for this endpoint, if it can be one. Said without its address, too.
pub(super) fn proxy(endpoint: &Url, environment: Environment<'_>, found: &mut Diagnostics) -> Option<Proxy> {
    let (variable, problem) = match proxy_for(endpoint, environment) {
        Ok(proxy) => return proxy,
        Err(ProxyFault::NotAUrl(variable)) => (variable, "it cannot be parsed as a URL"),
        Err(ProxyFault::Unsupported(variable)) => {
            (variable, "only proxies with http:// or https:// are supported")
        }
    };
    let host = endpoint.host_str().unwrap_or_default();
    let detail = format!(
        "The environment variable {variable} names the proxy for {host}, but {problem}. Correct it, as in \
         `http://proxy.example.com:3128`, unset it, or name {host} in NO_PROXY."
    );
    found.error(Path::root(), "Invalid proxy", detail);
    None
}

/// Whether a text can be a space's ID, which consists of lower-case letters, digits, `_` and `-`.
pub(crate) fn is_space_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    !text.is_empty() && text.bytes().all(plain)
}

/// Checks the space that something names for itself, as far as it is known.
pub(crate) fn check_space_id(config: &Value) -> Diagnostics {
    let mut found = Diagnostics::new();
    if let Some(fault) = config.get("space_id").as_str().and_then(space_id_fault) {
        found.error(Path::of("space_id"), "Invalid space ID", fault);
    }
    found
}

/// What is wrong with a text that should be a space's ID.
pub(crate) fn space_id_fault(space: &str) -> Option<String> {
    match space {
        space if is_space_id(space) => None,
        "" => Some(
            "A space's ID cannot be empty. Name the space, or leave it out for the provider's space."
                .to_owned(),
        ),
        space => Some(format!(
            "{space:?} cannot be a space's ID, which consists of lower-case letters, digits, `_` and `-`."
        )),
    }
}

/// Finds what cannot be the ID of the provider's space.
pub(super) fn check_space(space: &Setting, found: &mut Diagnostics) {
    let subject = space.source.subject();
    let detail = match space.text.as_str() {
        text if is_space_id(text) => return,
        "" => {
            format!("{subject} is empty. Set it to the ID of a space, or leave it out for the default space.")
        }
        text => format!(
            "{subject} is {text:?}, but a space's ID consists of lower-case letters, digits, `_` and `-`. It is not the \
             space's display name: it stands after `/s/` in the address of the space."
        ),
    };
    found.error(space.source.path(), "Invalid space ID", detail);
}
