//! Headers that users add to every request: what a request can carry without becoming another one.
//!
//! `provider` checks what the user wrote and has the words for each fault; `Settings` checks once more.

use reqwest::header::{HeaderName, HeaderValue};

/// Why a request cannot carry a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum HeaderFault {
    /// No header can have this name.
    #[error("this cannot be the name of a header")]
    Name,
    /// It says where a request ends, what becomes of the connection, or in which form the content is.
    #[error("it says how a request is transmitted, which is not a setting")]
    Reserved,
    /// No header can have this value.
    #[error("its value holds a character that no header can carry")]
    Value,
}

/// Headers by which one request could be read as another, or its answer not at all.
const RESERVED: [&str; 14] = [
    "accept-encoding",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Checks a header that somebody wants to add to every request.
pub(crate) fn check_header(name: &str, value: &str) -> Result<(), HeaderFault> {
    let header = HeaderName::from_bytes(name.as_bytes()).map_err(|_| HeaderFault::Name)?;
    if RESERVED.contains(&header.as_str()) {
        return Err(HeaderFault::Reserved);
    }
    if can_be_sent(value) { Ok(()) } else { Err(HeaderFault::Value) }
}

/// Whether a header's value can hold this text.
pub(crate) fn can_be_sent(text: &str) -> bool {
    HeaderValue::from_bytes(text.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_header_decides_how_a_request_is_framed() {
        for name in RESERVED {
            assert_eq!(check_header(name, "x"), Err(HeaderFault::Reserved));
            assert_eq!(check_header(&name.to_ascii_uppercase(), "x"), Err(HeaderFault::Reserved));
        }
        for name in ["", ":authority", "a b", "a:b", "a\r\nhost", "ä"] {
            assert_eq!(check_header(name, "x"), Err(HeaderFault::Name), "{name:?}");
        }
        for value in ["a\r\nhost: b", "a\n", "a\0b", "\u{7f}"] {
            assert_eq!(check_header("x-tenant", value), Err(HeaderFault::Value), "{value:?}");
        }
        assert_eq!(check_header("Authorization", "Bearer x"), Ok(()));
        assert_eq!(check_header("x-tenant", "größe"), Ok(()));
    }
}
