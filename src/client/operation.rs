//! The frame of one operation: its deadline, the stop signal, and the secrets that it must not show.
//!
//! `Client::operation` makes one for each call of Terraform's, and every request of the client takes it. Must
//! not know what is being asked of Kibana.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::gate::Place;
use crate::stop::Stop;
use crate::value::Secret;

/// What the requests of one operation (a create with its lookups, a read) have in common. Made by
/// `Client::operation`; the deadline runs from then on.
#[derive(Clone, Debug)]
pub struct Operation {
    pub(super) stop: Stop,
    pub(super) deadline: Instant,
    pub(super) secrets: Arc<[Secret]>,
    pub(super) tries_once: bool,
    /// Its place among those that wait for Kibana.
    pub(super) place: Arc<Place>,
}

impl Operation {
    /// An operation that ends when `limit` has passed or the signal fires.
    pub(super) fn new(stop: &Stop, limit: Duration, secrets: Arc<[Secret]>, place: Arc<Place>) -> Self {
        Self { stop: stop.clone(), deadline: Instant::now() + limit, secrets, tries_once: false, place }
    }

    /// Has these values masked in everything that comes back, in addition to the client's own credentials:
    /// the connector's secrets.
    #[must_use]
    pub fn hiding(mut self, secrets: impl IntoIterator<Item = Secret>) -> Self {
        self.secrets = self.secrets.iter().cloned().chain(secrets).collect();
        self
    }

    /// Repeats nothing, and takes no part in the wait for Kibana: for a question whose answer is nice to
    /// have.
    #[must_use]
    pub fn trying_once(mut self) -> Self {
        self.tries_once = true;
        self
    }

    /// What is left until the deadline; none when it has passed.
    pub(super) fn remaining(&self) -> Option<Duration> {
        self.deadline.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }
}
