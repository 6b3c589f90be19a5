//! Requests as plain values: what they are for, path and body, and when they may be repeated.
//!
//! Endpoint files make them, `send` sends them; making one does no IO and cannot fail except for an ID that
//! no URL can carry. Must not know authentication or deadlines.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde::Serialize;
use url::Url;
use zeroize::Zeroizing;

use super::error::{Cause, Error};

/// Everything but RFC 3986's unreserved characters, so that no ID can mean more than one path segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a request is for. Decides its method, and when it may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Create a connector.
    Create,
    /// Read one.
    Read,
    /// Replace its name, config and secrets.
    Update,
    /// Delete it.
    Delete,
    /// Run it.
    Execute,
    /// List the connectors of a space.
    List,
    /// Ask which release this Kibana is.
    Status,
    /// Ask which connector types there are.
    Types,
    /// Ask which spaces there are, or for one of them.
    Spaces,
}

impl Purpose {
    /// The HTTP method.
    pub(super) fn method(self) -> Method {
        match self {
            Self::Create | Self::Execute => Method::POST,
            Self::Read | Self::List | Self::Status | Self::Types | Self::Spaces => Method::GET,
            Self::Update => Method::PUT,
            Self::Delete => Method::DELETE,
        }
    }

    /// Whether it changes something.
    pub(crate) fn is_write(self) -> bool {
        match self {
            Self::Create | Self::Update | Self::Delete | Self::Execute => true,
            Self::Read | Self::List | Self::Status | Self::Types | Self::Spaces => false,
        }
    }

    /// Whether the same request may follow this failure, without a look in between at what the first one did.
    /// A create that may have arrived needs that look: `create` takes it. A run that may have begun would be
    /// done twice.
    pub(super) fn repeats_after(self, error: &Error) -> bool {
        match self {
            Self::Create | Self::Execute => error.is_retryable() && !error.may_have_landed(),
            // A 409 is Kibana's own race with another change.
            Self::Update => error.is_retryable() || error.is_conflict(),
            Self::Read | Self::Delete | Self::List | Self::Status | Self::Types | Self::Spaces => {
                error.is_retryable()
            }
        }
    }
}

/// One request to Kibana.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Request {
    /// What it is for.
    pub(super) purpose: Purpose,
    /// The path below the endpoint's base path, encoded.
    pub(super) path: String,
    /// The question behind the path, encoded.
    pub(super) query: Option<String>,
    /// The JSON to send.
    pub(super) body: Option<Body>,
    /// The space that it is about, if it is about one.
    pub(super) space_id: Option<String>,
    /// The connector's ID, if the request is about one: Kibana's "not found" names it.
    pub(super) id: Option<String>,
    /// The type of the connector that it is to create.
    pub(super) connector_type_id: Option<String>,
}

impl Request {
    /// A request to a path of fixed words and encoded IDs in a space; `default` has no prefix.
    pub(super) fn new(purpose: Purpose, space: Option<&str>, segments: &[&str]) -> Result<Self, Error> {
        let prefix = space.filter(|space| *space != super::DEFAULT_SPACE);
        let mut path = String::new();
        for segment in prefix.iter().flat_map(|space| ["s", space]).chain(segments.iter().copied()) {
            // A URL drops these, encoded or not: a DELETE would go to the parent.
            if matches!(segment, "" | "." | "..") {
                return Err(Error::of(Cause::Unaddressable(segment.to_owned())));
            }
            path.push('/');
            path.extend(utf8_percent_encode(segment, SEGMENT));
        }
        Ok(Self {
            purpose,
            path,
            query: None,
            body: None,
            space_id: space.map(str::to_owned),
            id: None,
            connector_type_id: None,
        })
    }

    /// Says which connector it is about.
    pub(super) fn about(mut self, id: &str) -> Self {
        self.id = Some(id.to_owned());
        self
    }

    /// Adds a parameter to the query.
    pub(super) fn asking(mut self, name: &str, value: &str) -> Self {
        self.query = Some(format!("{name}={}", utf8_percent_encode(value, SEGMENT)));
        self
    }

    /// Adds a body.
    pub(super) fn with_body(mut self, json: &impl Serialize) -> Self {
        self.body = Some(Body::new(json));
        self
    }

    /// The whole address.
    pub(super) fn url(&self, endpoint: &Url) -> Url {
        let mut url = endpoint.clone();
        let base = endpoint.path().trim_end_matches('/');
        url.set_path(&format!("{base}{}", self.path));
        url.set_query(self.query.as_deref());
        url
    }
}

/// JSON text that cannot print itself and is wiped when dropped.
#[derive(Clone, PartialEq)]
pub(super) struct Body(Zeroizing<Vec<u8>>);

impl Body {
    fn new(json: &impl Serialize) -> Self {
        // Sized first: a buffer that grows leaves copies of its content behind.
        struct Count(usize);
        impl std::io::Write for Count {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0 += bytes.len();
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let mut count = Count(0);
        serde_json::to_writer(&mut count, json).expect("our bodies have text keys, and counting never fails");
        let mut text = Zeroizing::new(Vec::with_capacity(count.0));
        serde_json::to_writer(&mut *text, json).expect("our bodies have text keys, and memory takes all");
        Self(text)
    }

    /// Its length in bytes.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The text, for sending it.
    pub(super) fn to_bytes(&self) -> bytes::Bytes {
        bytes::Bytes::from_owner(self.0.clone())
    }

    #[cfg(test)]
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.0).unwrap()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::error::Unreached;
    use crate::client::tls_failure::TlsFailure;

    fn refused(status: u16) -> Error {
        Error::of(Cause::Refused { status, message: "no".into(), retry_after: None, not_found: None })
    }

    #[test]
    fn only_what_may_pass_is_repeated() {
        for purpose in [Purpose::Read, Purpose::Update, Purpose::Delete, Purpose::List, Purpose::Status] {
            for status in [429, 502, 503, 504] {
                assert!(purpose.repeats_after(&refused(status)), "{status}");
            }
            for status in [400, 401, 403, 404, 408, 413, 500, 501] {
                assert!(!purpose.repeats_after(&refused(status)), "{status}");
            }
            let repeats = |cause| purpose.repeats_after(&Error::of(cause));
            assert!(repeats(Cause::Lost { timed_out: true, detail: String::new() }));
            assert!(repeats(Cause::Unreached(Unreached::Refused)));
            assert!(repeats(Cause::Unreached(Unreached::UnknownHost)));
            assert!(repeats(Cause::Unjudged));
            assert!(!repeats(Cause::Unreached(Unreached::Tls(TlsFailure::UnknownIssuer))));
            assert!(!repeats(Cause::Stopped));
        }
    }

    #[test]
    fn what_may_have_been_done_is_not_done_twice() {
        for purpose in [Purpose::Create, Purpose::Execute] {
            let lost = Cause::Lost { timed_out: false, detail: String::new() };
            assert!(purpose.repeats_after(&Error::of(Cause::Unreached(Unreached::Refused))));
            assert!(!purpose.repeats_after(&Error::of(lost)));
            assert!(!purpose.repeats_after(&refused(503)));
        }
    }

    #[test]
    fn the_conflict_of_an_update_is_kibanas_own_race() {
        assert!(Purpose::Update.repeats_after(&refused(409)));
        assert!(!Purpose::Create.repeats_after(&refused(409)));
    }

    fn url(endpoint: &str, space: Option<&str>, id: &str) -> String {
        let request = Request::new(Purpose::Read, space, &["api", "actions", "connector", id]).unwrap();
        request.url(&endpoint.parse().unwrap()).to_string()
    }

    #[test]
    fn a_base_path_and_a_space_stand_before_the_path() {
        let check = |endpoint, space, wanted| assert_eq!(url(endpoint, space, "1"), wanted);
        check("https://k:5601", None, "https://k:5601/api/actions/connector/1");
        check("https://k/", Some("default"), "https://k/api/actions/connector/1");
        check("https://k/base", Some("ops"), "https://k/base/s/ops/api/actions/connector/1");
        check("https://k/a/b/", None, "https://k/a/b/api/actions/connector/1");
        check("https://[::1]:5601/", None, "https://[::1]:5601/api/actions/connector/1");
    }

    #[test]
    fn an_id_is_one_segment_whatever_is_in_it() {
        let check = |id, wanted| {
            assert_eq!(url("https://k", None, id), format!("https://k/api/actions/connector/{wanted}"));
        };
        check("a/b", "a%2Fb");
        check("../x", "..%2Fx");
        check("a?b#c", "a%3Fb%23c");
        check("a HTTP/1.1\r\nHost: b", "a%20HTTP%2F1.1%0D%0AHost%3A%20b");
        check("a%2e b", "a%252e%20b");
        check("ümlaut\\", "%C3%BCmlaut%5C");
        check("a.b-c_d~e", "a.b-c_d~e");
        check("...", "...");
    }

    #[test]
    fn a_space_is_one_segment_whatever_is_in_it() {
        assert_eq!(
            url("https://k", Some("a/../b\r\n?"), "1"),
            "https://k/s/a%2F..%2Fb%0D%0A%3F/api/actions/connector/1"
        );
    }

    #[test]
    fn an_id_that_a_url_drops_is_refused() {
        for id in ["", ".", ".."] {
            assert!(Request::new(Purpose::Delete, None, &["api", "actions", "connector", id]).is_err());
            assert!(Request::new(Purpose::Read, Some(id), &["api"]).is_err());
        }
    }

    #[test]
    fn a_body_does_not_print_itself() {
        let request = Request::new(Purpose::Create, None, &["api"]).unwrap();
        let request = request.with_body(&serde_json::json!({"secrets": {"password": "hunter2"}}));
        assert!(!format!("{request:?}").contains("hunter2"));
        assert_eq!(request.body.as_ref().map(Body::len), Some(34));
    }
}
