//! The provider block's own `headers`: which names and values a request can carry.

use crate::client::{HeaderFault, check_header};
use crate::diag::Diagnostics;
use crate::value::{Path, Secret, Value};

const HEADERS: &str = "headers";

/// Checks every header, as far as it is known.
pub(super) fn check(config: &Value, found: &mut Diagnostics) {
    let Some(headers) = config.get(HEADERS).as_map() else { return };
    let mut names = Vec::new();
    for (name, value) in headers {
        let path = Path::of(HEADERS).key(name);
        if value.is_null() {
            let detail = "The header has no value. Give it one, or leave it out.";
            found.error(path, "Missing header value", detail);
            continue;
        }
        if let Err(fault) = check_header(name, value.as_str().unwrap_or_default()) {
            let (summary, detail) = explain(name, fault);
            found.error(path, summary, detail);
            continue;
        }
        let lower = name.to_ascii_lowercase();
        if names.contains(&lower) {
            let detail = format!(
                "The header {name} is written twice, in different cases, but a header's name has no case. Keep one of them."
            );
            found.error(path, "Duplicate header", detail);
        }
        names.push(lower);
    }
}

fn explain(name: &str, fault: HeaderFault) -> (&'static str, String) {
    match fault {
        HeaderFault::Name => (
            "Invalid header name",
            format!("{name:?} cannot be the name of an HTTP header, which has no white space and no `:`."),
        ),
        HeaderFault::Reserved => (
            "Reserved header",
            format!(
                "{name} says how a request is transmitted, which the provider decides for itself. Remove it."
            ),
        ),
        HeaderFault::Value => (
            "Invalid header value",
            format!(
                "The value of {name} holds a character that no HTTP header can carry, such as a line break. If it comes from \
                 a file, wrap it as in `trimspace(file(\"header.txt\"))`."
            ),
        ),
    }
}

/// Where `Authorization` stands among the headers, in whatever case, if it is set in this sense.
pub(super) fn authorization(config: &Value, is_set: impl Fn(&Value) -> bool) -> Option<Path> {
    let headers = config.get(HEADERS).as_map()?;
    let found =
        headers.iter().find(|(name, value)| name.eq_ignore_ascii_case("authorization") && is_set(value));
    found.map(|(name, _)| Path::of(HEADERS).key(name))
}

/// The headers to send.
pub(super) fn read(config: &Value) -> Vec<(String, Secret)> {
    let headers = config.get(HEADERS).as_map().into_iter().flatten();
    headers.filter_map(|(name, value)| Some((name.clone(), Secret::new(value.as_str()?)))).collect()
}
