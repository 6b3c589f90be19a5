//! Reading an answer: is it what was asked for, Kibana's refusal, or somebody else's page?
//!
//! A pure function of status, headers and body. Foreign text is masked and shortened here, before it gets
//! into an error.

use std::time::{Duration, SystemTime};

use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, LOCATION, RETRY_AFTER};
use serde_json::Value as Json;
use url::Url;

use super::error::{Cause, NotFound};
use super::mask::{READ, mask, presentable, readable};
use super::request::{Purpose, Request};
use crate::value::Secret;

/// A successful answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Answer {
    /// The HTTP status.
    pub(super) status: u16,
    /// Its JSON; null where it has no body.
    pub(super) json: Json,
}

impl Answer {
    /// The error of an answer whose JSON is not what was asked for.
    pub(super) fn unreadable(&self, why: impl Into<String>) -> Cause {
        Cause::Unreadable { status: self.status, why: why.into() }
    }
}

/// Sorts an answer.
pub(super) fn read(
    request: &Request,
    endpoint: &Url,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
    secrets: &[Secret],
) -> Result<Answer, Cause> {
    let body = without_mark(body);
    let is_bounded = members(body) <= MOST_MEMBERS;
    let json = || is_bounded.then(|| serde_json::from_slice::<Json>(body).ok()).flatten();
    match status {
        204 | 205 => Ok(Answer { status, json: Json::Null }),
        200..=299 if !is_bounded => Err(Cause::Unreadable {
            status,
            why: "it has more members than any answer of Kibana's".to_owned(),
        }),
        200..=299 => match json() {
            Some(json) => Ok(Answer { status, json }),
            None if starts_like_json(body) => {
                Err(Cause::Unreadable { status, why: "its JSON is broken off or malformed".to_owned() })
            }
            None if body.is_empty() => Err(Cause::Unreadable { status, why: "it is empty".to_owned() }),
            // A login page or a portal answers in Kibana's place. Anything else may be what is left of
            // Kibana's answer.
            None if starts_like_markup(&String::from_utf8_lossy(&body[..body.len().min(READ)])) => {
                Err(foreign(status, headers, body, secrets))
            }
            None => Err(Cause::Unreadable { status, why: not_json(headers, secrets) }),
        },
        300..=399 => {
            let from = request.url(endpoint);
            let location = headers.get(LOCATION).and_then(|location| location.to_str().ok());
            let to = location.and_then(|location| from.join(location).ok());
            let to = to.as_ref().map_or("an unknown place".to_owned(), place);
            Err(Cause::Redirect { status, from: place(&from), to: presentable(&to, secrets) })
        }
        // A Kibana that is up but not well says so with its status.
        503 if request.purpose == Purpose::Status
            && json().is_some_and(|json| json["status"].is_object()) =>
        {
            Ok(Answer { status, json: json().unwrap_or_default() })
        }
        // A 407 is a proxy's, in whatever form.
        _ => match json().as_ref().and_then(kibana_message).filter(|_| status != 407) {
            Some(message) => Err(Cause::Refused {
                status,
                message: presentable(message, secrets),
                retry_after: retry_after(headers, SystemTime::now()),
                not_found: (status == 404).then(|| not_found(message, request.id.as_deref())),
            }),
            None => Err(foreign(status, headers, body, secrets)),
        },
    }
}

/// A text without the mark that some programs put before UTF-8.
pub(super) fn without_mark(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(text)
}

/// Scheme, host, port and path: what tells one address from another, and holds neither credentials nor
/// tokens.
fn place(url: &Url) -> String {
    let Some(host) = url.host_str() else { return format!("{}:…", url.scheme()) };
    let port = url.port_or_known_default().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{host}{port}{}", url.scheme(), url.path())
}

/// What an answer of success is that is neither JSON nor a page.
fn not_json(headers: &HeaderMap, secrets: &[Secret]) -> String {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(encoding) = text(CONTENT_ENCODING).filter(|encoding| *encoding != "identity") {
        let encoding = presentable(encoding, secrets);
        return format!(
            "it is compressed (Content-Encoding: {encoding}), which the provider did not ask for"
        );
    }
    match text(CONTENT_TYPE) {
        Some(content_type) => {
            format!("it is not JSON (Content-Type: {})", presentable(content_type, secrets))
        }
        None => "it is not JSON".to_owned(),
    }
}

/// More members than any answer that is read whole. As a tree, each may take a hundred times what it takes as
/// text.
pub(super) const MOST_MEMBERS: usize = 100_000;

/// How many members a JSON text has at most.
pub(super) fn members(json: &[u8]) -> usize {
    let (mut members, mut in_text, mut escaped) = (0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b'{' | b'[' | b',' if !in_text => members += 1,
            _ => {}
        }
    }
    members
}

/// Kibana's errors are JSON objects with a message; proxies that answer JSON name other keys.
fn kibana_message(json: &Json) -> Option<&str> {
    json.get("statusCode")?.as_u64()?;
    json.get("message")?.as_str()
}

fn not_found(message: &str, id: Option<&str>) -> NotFound {
    let missing = id.is_some_and(|id| {
        message == format!("Saved object [action/{id}] not found")
            || message == format!("Connector {id} not found")
    });
    match message {
        _ if missing => NotFound::ConnectorMissing,
        "Not Found" => NotFound::RouteMissing,
        _ => NotFound::Foreign,
    }
}

fn foreign(status: u16, headers: &HeaderMap, body: &[u8], secrets: &[Secret]) -> Cause {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let text = String::from_utf8_lossy(&body[..body.len().min(READ)]);
    // A secret may look like a tag in part, and would no longer be found without it: masked before and after.
    let masked = mask(readable(&text, secrets), secrets);
    let shown = if starts_like_markup(&masked) { page_words(&masked) } else { masked };
    Cause::Foreign {
        status,
        content_type: content_type.map(|content_type| presentable(content_type, secrets)),
        shown: presentable(&shown, secrets),
        retry_after: retry_after(headers, SystemTime::now()),
    }
}

/// How long the server asks to wait: seconds, or a date.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match text.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => {
            let date = httpdate::parse_http_date(text).ok()?;
            Some(date.duration_since(now).unwrap_or_default())
        }
    }
}

fn starts_like_json(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start().first(), Some(b'{' | b'['))
}

fn starts_like_markup(text: &str) -> bool {
    text.trim_start().starts_with('<')
}

/// A page's title, or else its first words.
fn page_words(page: &str) -> String {
    // Only ASCII letters change, so that positions stay those of the page.
    let lower = page.to_ascii_lowercase();
    let title = lower.find("<title").and_then(|tag| {
        let start = tag + lower[tag..].find('>')? + 1;
        let end = start + lower[start..].find("</title")?;
        Some(&page[start..end])
    });
    match title.map(str::trim) {
        Some(title) if !title.is_empty() => title.to_owned(),
        _ => without_tags(page, &lower),
    }
}

/// The text between the tags, without scripts and styles.
fn without_tags(page: &str, lower: &str) -> String {
    let mut words = String::new();
    let mut rest = 0;
    while let Some(open) = lower[rest..].find('<').map(|at| rest + at) {
        words.push_str(&page[rest..open]);
        words.push(' ');
        let skipped = ["script", "style"].iter().find(|name| lower[open + 1..].starts_with(**name));
        let end = match skipped {
            Some(name) => lower[open..].find(&format!("</{name}")).map_or(lower.len(), |at| open + at),
            None => open,
        };
        rest = lower[end..].find('>').map_or(lower.len(), |at| end + at + 1);
    }
    words.push_str(&page[rest..]);
    words
}

#[cfg(test)]
mod tests;
