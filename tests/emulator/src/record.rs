//! What was asked: recorded requests, and patterns that match them.

use serde::Serialize;
use serde_json::Value;

/// One request as it arrived.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Recorded {
    /// Counts from 1 over the emulator's life.
    pub number: u64,
    /// The method, in capitals.
    pub method: String,
    /// The path as sent, with base path and space, still percent-encoded.
    pub path: String,
    /// The query without its question mark.
    pub query: Option<String>,
    /// Names in small letters, in the order of arrival.
    pub headers: Vec<(String, String)>,
    /// The body, if there was one and it was JSON.
    pub body: Option<Value>,
    /// The answer's status; `None` while there is no answer, and for a connection that was cut.
    pub status: Option<u16>,
}

impl Recorded {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Which requests are meant: a method and a path, where `*` stands for anything, `/` included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matcher {
    method: String,
    path: String,
}

impl Matcher {
    /// `Matcher::new("POST", "*/connector/*")`; `*` as method matches all of them. The path is compared as
    /// sent, with base path and space, without query.
    pub fn new(method: impl Into<String>, path: impl Into<String>) -> Self {
        Self { method: method.into(), path: path.into() }
    }

    /// Every request.
    pub fn any() -> Self {
        Self::new("*", "*")
    }

    /// Whether a request is meant.
    pub fn matches(&self, method: &str, path: &str) -> bool {
        (self.method == "*" || self.method.eq_ignore_ascii_case(method)) && glob(&self.path, path)
    }
}

/// `*` takes any run of characters.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_in_a_pattern_stands_for_anything() {
        let check = |pattern: &str, path: &str| Matcher::new("*", pattern).matches("GET", path);
        assert!(check("*", "/a/b"));
        assert!(check("/a/*", "/a/b/c"));
        assert!(check("*/connector/*", "/s/x/api/actions/connector/1"));
        assert!(check("/a", "/a"));
        assert!(check("*b*d", "/a/b/c/d"));
        assert!(!check("/a", "/a/b"));
        assert!(!check("*/connector", "/connectors"));
        assert!(!check("/ab*ba", "/aba"));
        assert!(Matcher::new("post", "*").matches("POST", "/"));
    }
}
