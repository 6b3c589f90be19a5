//! Which endpoint a path means, after base path and space are off.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::options::Options;

/// An endpoint with its path's parameters, decoded.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Create(Option<String>),
    Get(String),
    Update(String),
    Delete(String),
    Execute(String),
    List,
    Types,
    Status,
    Spaces,
    Space(String),
}

impl Route {
    pub(crate) fn find(method: &str, path: &str, options: &Options) -> Option<Self> {
        let mut parts = path.strip_prefix("/api/")?.split('/').map(decode);
        let mut next = || parts.next();
        let (first, second, third, fourth, rest) = (next()?, next(), next(), next(), next());
        let part = |part: &Option<String>| part.clone().unwrap_or_default();
        // Hapi answers HEAD by the GET route, and takes an empty parameter only where it is optional.
        let method = if method == "HEAD" { "GET" } else { method };
        if method == "POST"
            && part(&second) == "connector"
            && third.as_deref() == Some("")
            && fourth.is_none()
        {
            return (first == "actions" && options.ids_in_path).then_some(Self::Create(third));
        }
        let third = third.filter(|part| !part.is_empty());
        let found = match (method, first.as_str(), part(&second).as_str(), third, part(&fourth).as_str()) {
            ("POST", "actions", "connector", id, "") if fourth.is_none() => {
                if id.is_some() && !options.ids_in_path {
                    return None;
                }
                Self::Create(id)
            }
            ("POST", "actions", "connector", Some(id), "_execute") => Self::Execute(id),
            ("GET", "actions", "connector", Some(id), "") if fourth.is_none() => Self::Get(id),
            ("PUT", "actions", "connector", Some(id), "") if fourth.is_none() => Self::Update(id),
            ("DELETE", "actions", "connector", Some(id), "") if fourth.is_none() => Self::Delete(id),
            ("GET", "actions", "connectors", None, "") if path.ends_with('s') => Self::List,
            ("GET", "actions", "connector_types", None, "") if path.ends_with('s') => Self::Types,
            ("GET", "status", "", None, "") if second.is_none() => Self::Status,
            ("GET", "spaces", "space", None, "") if path.ends_with('e') => Self::Spaces,
            ("GET", "spaces", "space", Some(id), "") if fourth.is_none() => Self::Space(id),
            _ => return None,
        };
        rest.is_none().then_some(found)
    }

    pub(crate) fn takes_body(&self) -> bool {
        matches!(self, Self::Create(_) | Self::Update(_) | Self::Execute(_))
    }
}

/// Where a page's address with one slash too many leads, in Kibana's odd spelling.
pub(crate) fn without_slash(method: &str, path: &str, options: &Options) -> Option<String> {
    let shorter = path.strip_suffix('/')?;
    let known = matches!(method, "GET" | "HEAD") && Route::find(method, shorter, options).is_some();
    known.then(|| format!("/{}", utf8_percent_encode(&shorter[1..], COMPONENT)))
}

/// What JavaScript's `encodeURIComponent` leaves alone.
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

fn decode(part: &str) -> String {
    percent_decode_str(part).decode_utf8_lossy().into_owned()
}

/// The space in a path and the rest of it. As in Kibana the pattern has no end, so `/s/opsX/api` is the space
/// `ops` with a path that leads nowhere.
pub(crate) fn split_space(path: &str) -> (String, &str) {
    if let Some(rest) = path.strip_prefix("/s/") {
        let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
        let end = rest.find(|c| !legal(c)).unwrap_or(rest.len());
        if end > 0 {
            return (rest[..end].to_owned(), &rest[end..]);
        }
    }
    ("default".to_owned(), path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(method: &str, path: &str) -> Option<Route> {
        Route::find(method, path, &Options::default())
    }

    #[test]
    fn paths_lead_to_endpoints() {
        assert_eq!(find("POST", "/api/actions/connector"), Some(Route::Create(None)));
        assert_eq!(find("POST", "/api/actions/connector/a%2Fb"), Some(Route::Create(Some("a/b".into()))));
        assert_eq!(find("POST", "/api/actions/connector/a/_execute"), Some(Route::Execute("a".into())));
        assert_eq!(find("POST", "/api/actions/connector/"), Some(Route::Create(Some(String::new()))));
        assert_eq!(find("GET", "/api/actions/connectors"), Some(Route::List));
        assert_eq!(find("HEAD", "/api/actions/connectors"), Some(Route::List));
        assert_eq!(find("GET", "/api/status"), Some(Route::Status));
        assert_eq!(find("GET", "/api/spaces/space/x"), Some(Route::Space("x".into())));
        for (method, path) in [
            ("GET", "/api/actions/connector"),
            ("PATCH", "/api/actions/connector/a"),
            ("GET", "/api/actions/connector/a/b/c"),
            ("GET", "/api/actions/connectors/"),
            ("GET", "/api/actions"),
            ("GET", "/"),
        ] {
            assert_eq!(find(method, path), None, "{method} {path}");
        }
    }

    #[test]
    fn spaces_come_off_the_path() {
        assert_eq!(split_space("/s/ops/api/status"), ("ops".into(), "/api/status"));
        assert_eq!(split_space("/s/default/api"), ("default".into(), "/api"));
        assert_eq!(split_space("/s/Foo/api"), ("default".into(), "/s/Foo/api"));
        assert_eq!(split_space("/s/opsX/api"), ("ops".into(), "X/api"));
        assert_eq!(split_space("/api"), ("default".into(), "/api"));
    }
}
