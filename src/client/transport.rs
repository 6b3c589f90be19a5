//! What a failed connection says, sorted by what it means for the request.
//!
//! The one question that matters for a write is whether the request can have arrived. Only where the
//! connection surely never came about is it "unreached"; everything doubtful is "lost".

use std::error::Error as StdError;
use std::io;

use super::error::{Cause, Unreached};
use super::mask::presentable;
use super::resolve::ResolveError;
use super::tls_failure::TlsFailure;
use crate::value::Secret;

/// Sorts what reqwest reports for a request that got no whole answer.
pub(super) fn classify(error: &reqwest::Error, secrets: &[Secret]) -> Cause {
    let detail = || presentable(&chain(error), secrets);
    // TLS first: with TLS 1.3 the server refuses a client certificate only after our side of the handshake is
    // done, so it shows up while reading. Such a server has not looked at the request.
    if let Some(tls) = find::<rustls::Error>(error) {
        let failure = match TlsFailure::from(tls) {
            TlsFailure::Other(text) => TlsFailure::Other(presentable(&text, secrets)),
            TlsFailure::WrongName(names) => TlsFailure::WrongName(presentable(&names, secrets)),
            failure => failure,
        };
        if error.is_connect() || matches!(failure, TlsFailure::ClientCertificate(_)) {
            return Cause::Unreached(Unreached::Tls(failure));
        }
    }
    if error.is_builder() {
        return Cause::Settings(detail());
    }
    if !error.is_connect() {
        return Cause::Lost { timed_out: error.is_timeout(), detail: detail() };
    }
    Cause::Unreached(match find::<ResolveError>(error) {
        Some(ResolveError::Unknown) => Unreached::UnknownHost,
        Some(ResolveError::Failed(why)) => Unreached::Resolver(presentable(why, secrets)),
        None if error.is_timeout() => Unreached::TimedOut,
        None if is_tunnel(error, "proxy authorization required") => Unreached::ProxyCredentials,
        None if is_tunnel(error, "unsuccessful") => Unreached::ProxyRefused,
        None => match find::<io::Error>(error).map(io::Error::kind) {
            Some(io::ErrorKind::ConnectionRefused) => Unreached::Refused,
            Some(io::ErrorKind::TimedOut) => Unreached::TimedOut,
            _ => Unreached::Other(detail()),
        },
    })
}

/// Whether the proxy said this instead of connecting. The error's type is not public.
fn is_tunnel(error: &reqwest::Error, why: &str) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.to_string().strip_prefix("tunnel error: ").is_some_and(|text| text == why) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// What the HTTP library says of itself, or of a connection that merely ended: it tells a person nothing.
const SAYS_NOTHING: &[&str] = &[
    "client error (",
    "connection closed before message completed",
    "error reading a body from connection",
    "peer closed connection without sending TLS close_notify",
];

/// An error's causes in one line, the outermost first, without its URL and without repetitions. Empty where
/// they tell no more than that it failed.
pub(super) fn chain(error: &reqwest::Error) -> String {
    let mut texts: Vec<String> = Vec::new();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        let says_nothing = SAYS_NOTHING.iter().any(|start| text.starts_with(start));
        if !says_nothing && !texts.iter().any(|known| known.contains(&text)) {
            texts.push(text);
        }
        cause = error.source();
    }
    texts.join(": ")
}

/// Looks for a cause of one type. An `io::Error` hides what it wraps from `source`, so it is opened too.
fn find<'a, T: StdError + 'static>(error: &'a (dyn StdError + 'static)) -> Option<&'a T> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<T>() {
            return Some(found);
        }
        let wrapped = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = wrapped.and_then(|wrapped| find::<T>(wrapped)) {
            return Some(found);
        }
        cause = error.source();
    }
    None
}
