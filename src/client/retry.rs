//! How often a request is repeated, and how long the wait before is.
//!
//! Only numbers in here: `send` and `create` do the waiting. The wait is drawn anew from the whole range up to
//! a bound that doubles each time (full jitter), so that a thousand connectors that were turned away together
//! do not come back together.

use std::time::Duration;

use super::error::Error;

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
    pub(super) fn wait(self, error: &Error, attempt: u32, draw: f64) -> Option<Duration> {
        if attempt > self.max {
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
    use crate::client::request::Purpose;
    use crate::client::tls_failure::TlsFailure;

    const RETRIES: Retries = Retries { max: 5, base: Duration::from_millis(500) };

    fn refused(status: u16, retry_after: Option<u64>) -> Error {
        let not_found = (status == 404).then_some(NotFound::RouteMissing);
        let retry_after = retry_after.map(Duration::from_secs);
        Error::of(Kind::Refused { status, message: "no".into(), retry_after, not_found })
    }

    fn wait(error: &Error, attempt: u32, draw: f64) -> Option<u128> {
        RETRIES.wait(error, attempt, draw).map(|wait| wait.as_millis())
    }

    #[test]
    fn waits_are_drawn_from_a_range_that_doubles() {
        let longest = |attempt| wait(&refused(503, None), attempt, 1.0);
        assert_eq!([1, 2, 3, 5, 6].map(longest), [Some(500), Some(1000), Some(2000), Some(8000), None]);
        assert_eq!(wait(&refused(503, None), 3, 0.0), Some(0));
        let slow = Retries { max: 100, base: Duration::from_secs(10) };
        assert_eq!(slow.wait(&refused(503, None), 99, 1.0), Some(LONGEST));
    }

    #[test]
    fn what_the_server_asks_for_comes_first() {
        assert_eq!(wait(&refused(429, Some(30)), 1, 0.5), Some(30_250));
        assert_eq!(wait(&refused(429, Some(0)), 1, 0.5), Some(250));
        assert_eq!(wait(&refused(503, Some(86_400)), 1, 0.0), Some(60_000));
    }

    #[test]
    fn only_what_may_pass_is_repeated() {
        for purpose in [Purpose::Read, Purpose::Update, Purpose::Delete, Purpose::Status] {
            for status in [429, 502, 503, 504] {
                assert!(purpose.repeats_after(&refused(status, None)), "{status}");
            }
            for status in [400, 401, 403, 404, 408, 413, 500, 501] {
                assert!(!purpose.repeats_after(&refused(status, None)), "{status}");
            }
            let repeats = |kind| purpose.repeats_after(&Error::of(kind));
            assert!(repeats(Kind::Lost { timed_out: true, detail: String::new() }));
            assert!(repeats(Kind::Unreached(Unreached::Refused)));
            assert!(!repeats(Kind::Unreached(Unreached::UnknownHost)));
            assert!(!repeats(Kind::Unreached(Unreached::Tls(TlsFailure::UnknownIssuer))));
            assert!(!repeats(Kind::Stopped));
        }
    }

    #[test]
    fn a_create_that_may_have_arrived_is_not_repeated_blindly() {
        assert!(Purpose::Create.repeats_after(&Error::of(Kind::Unreached(Unreached::Refused))));
        assert!(!Purpose::Create.repeats_after(&refused(503, None)));
        assert!(
            !Purpose::Create
                .repeats_after(&Error::of(Kind::Lost { timed_out: false, detail: String::new() }))
        );
    }

    #[test]
    fn the_conflict_of_an_update_is_kibanas_own_race() {
        assert!(Purpose::Update.repeats_after(&refused(409, None)));
        assert!(!Purpose::Create.repeats_after(&refused(409, None)));
    }
}
