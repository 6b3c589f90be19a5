//! When a request is repeated, and how long the wait before is.
//!
//! Only numbers in here: `send` and `create` do the waiting. The wait is drawn anew from the whole range up to
//! a bound that doubles each time (full jitter), so that a thousand connectors that were turned away together
//! do not come back together.

use std::time::Duration;

use super::error::Error;
use super::request::Request;

/// No drawn wait is longer.
const LONGEST: Duration = Duration::from_secs(30);

/// What a server may ask for in `Retry-After`; more is cut to this.
const LONGEST_ASKED: Duration = Duration::from_secs(60);

/// How often and how slowly requests are repeated.
#[derive(Clone, Copy, Debug)]
pub(super) struct Retries {
    /// How many times at most, after the first attempt.
    pub(super) max: u32,
    /// The bound of the first wait.
    pub(super) base: Duration,
}

impl Retries {
    /// How long to wait after this attempt (the first is 1) failed like this; none when it is final. `draw`
    /// gives a number from 0 to 1.
    pub(super) fn wait(self, request: &Request, error: &Error, attempt: u32, draw: f64) -> Option<Duration> {
        let repeatable = error.is_retryable() || (request.repeats_conflict && error.is_conflict());
        if !repeatable || attempt > self.max {
            return None;
        }
        let bound = self.base.saturating_mul(1 << attempt.saturating_sub(1).min(16)).min(LONGEST);
        let asked = error.retry_after().unwrap_or_default().min(LONGEST_ASKED);
        // The draw comes on top of what the server asks for: it asks all of us the same.
        Some(asked + bound.mul_f64(draw.clamp(0.0, 1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::error::{Kind, NotFound, Unreached};
    use crate::client::tls_failure::TlsFailure;
    use reqwest::Method;

    const RETRIES: Retries = Retries { max: 5, base: Duration::from_millis(500) };

    fn refused(status: u16, retry_after: Option<u64>) -> Kind {
        let not_found = (status == 404).then_some(NotFound::RouteMissing);
        let retry_after = retry_after.map(Duration::from_secs);
        Kind::Refused { status, message: "no".into(), retry_after, not_found }
    }

    fn wait(method: Method, kind: Kind, attempt: u32, draw: f64) -> Option<u128> {
        let mut request = Request::new(method, None, &["api"]).unwrap();
        request.repeats_conflict = request.method == Method::PUT;
        RETRIES.wait(&request, &Error::of(kind), attempt, draw).map(|wait| wait.as_millis())
    }

    #[test]
    fn waits_are_drawn_from_a_range_that_doubles() {
        let longest = |attempt| wait(Method::GET, refused(503, None), attempt, 1.0);
        assert_eq!([1, 2, 3, 5, 6].map(longest), [Some(500), Some(1000), Some(2000), Some(8000), None]);
        assert_eq!(wait(Method::GET, refused(503, None), 3, 0.0), Some(0));
        let slow = Retries { max: 100, base: Duration::from_secs(10) };
        let request = Request::new(Method::GET, None, &["api"]).unwrap();
        let error = Error::of(refused(503, None));
        assert_eq!(slow.wait(&request, &error, 99, 1.0), Some(LONGEST));
    }

    #[test]
    fn what_the_server_asks_for_comes_first() {
        assert_eq!(wait(Method::GET, refused(429, Some(30)), 1, 0.5), Some(30_250));
        assert_eq!(wait(Method::GET, refused(429, Some(0)), 1, 0.5), Some(250));
        assert_eq!(wait(Method::GET, refused(503, Some(86_400)), 1, 0.0), Some(60_000));
    }

    #[test]
    fn only_what_may_pass_is_repeated() {
        let is_repeated = |kind| wait(Method::POST, kind, 1, 0.5).is_some();
        for status in [429, 502, 503, 504] {
            assert!(is_repeated(refused(status, None)), "{status}");
        }
        for status in [400, 401, 403, 404, 408, 409, 413, 500, 501] {
            assert!(!is_repeated(refused(status, None)), "{status}");
        }
        assert!(is_repeated(Kind::Lost { timed_out: true, detail: String::new() }));
        assert!(is_repeated(Kind::Unreached(Unreached::Refused)));
        assert!(!is_repeated(Kind::Unreached(Unreached::UnknownHost)));
        assert!(!is_repeated(Kind::Unreached(Unreached::Tls(TlsFailure::UnknownIssuer))));
        assert!(!is_repeated(Kind::Stopped));
    }

    #[test]
    fn the_conflict_of_a_put_is_kibanas_own_race() {
        assert!(wait(Method::PUT, refused(409, None), 1, 0.5).is_some());
        assert!(wait(Method::POST, refused(409, None), 1, 0.5).is_none());
    }
}
