//! The stop signal and the frame of one operation: its deadline and the secrets it must not show.
//!
//! `rpc` makes one `Stop` for the calls that run and fires it when Terraform asks to stop; every request of
//! the client takes an `Operation`. Must not know what is being asked of Kibana.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::value::Secret;

/// A signal that ends waits and reads at once and lets nothing new start. Clones share it.
///
/// ```
/// use terraform_provider_kibana::client::Stop;
/// let stop = Stop::new();
/// let seen_by_a_request = stop.clone();
/// stop.stop();
/// assert!(seen_by_a_request.is_stopped());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Stop(CancellationToken);

impl Stop {
    /// A signal that has not fired.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Fires it, for good.
    pub fn stop(&self) {
        self.0.cancel();
    }

    /// Whether it has fired.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Ends when it fires.
    pub async fn stopped(&self) {
        self.0.cancelled().await;
    }
}

/// What the requests of one operation (a create with its lookups, a read) have in common. Made by
/// `Client::operation`; the deadline runs from then on.
#[derive(Clone, Debug)]
pub struct Operation {
    pub(super) stop: Stop,
    pub(super) deadline: Instant,
    pub(super) secrets: Arc<[Secret]>,
}

impl Operation {
    /// An operation that ends when `limit` has passed or the signal fires.
    pub(super) fn new(stop: &Stop, limit: Duration, secrets: Arc<[Secret]>) -> Self {
        Self { stop: stop.clone(), deadline: Instant::now() + limit, secrets }
    }

    /// Has these values masked in everything that comes back, beside the client's own credentials: the
    /// connector's secrets.
    #[must_use]
    pub fn hiding(mut self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        self.secrets = self.secrets.iter().cloned().chain(secrets).collect();
        self
    }

    /// What is left until the deadline; none when it has passed.
    pub(super) fn remaining(&self) -> Option<Duration> {
        self.deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }
}
