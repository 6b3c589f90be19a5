//! The wait for Kibana, which is the process's and not the request's.
//!
//! `send` and `create` ask here for a turn before each attempt and for the pause after it. What to do next is
//! decided by `outage`, without IO; this file waits, and draws the pauses at random, so that a thousand
//! connectors that were turned away together do not come back together. Must not know how a request is sent.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;
use tracing::{debug, info};

use super::Operation;
use super::error::{Attempted, Cause, Error};
use super::outage::{Failure, Next, Outage, Phase, Ticket, Turn};
use super::request::Purpose;

/// No pause of our own is longer; what a server asks for in `Retry-After` may be.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// What is known of Kibana's absence, and those that wait for it to end.
#[derive(Debug)]
pub(super) struct Gate {
    outage: Mutex<Outage>,
    changed: Notify,
    tickets: AtomicU64,
    /// How long a request is repeated.
    patience: Duration,
    /// The first pause of a request is at most this long, each further one at most twice the last.
    first_pause: Duration,
}

/// An operation's place: gives up its turn when dropped.
#[derive(Debug)]
pub(super) struct Place {
    gate: Arc<Gate>,
    ticket: Ticket,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.gate.leave(self.ticket);
    }
}

impl Gate {
    pub(super) fn new(patience: Duration, first_pause: Duration) -> Self {
        Self {
            outage: Mutex::new(Outage::new(patience)),
            changed: Notify::new(),
            tickets: AtomicU64::new(0),
            patience,
            first_pause,
        }
    }

    /// A place for a new operation.
    pub(super) fn place(self: &Arc<Self>) -> Arc<Place> {
        Arc::new(Place { gate: Arc::clone(self), ticket: self.tickets.fetch_add(1, Ordering::Relaxed) })
    }

    fn outage(&self) -> MutexGuard<'_, Outage> {
        self.outage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes what is known, says in the log how things stand now if that is new, and wakes those that wait.
    fn change<T>(&self, work: impl FnOnce(&mut Outage) -> T) -> T {
        let (before, result, after) = {
            let mut outage = self.outage();
            let before = outage.phase();
            let result = work(&mut outage);
            (before, result, outage.phase())
        };
        match after {
            _ if before == after => {}
            Phase::There => info!("Kibana answers again"),
            Phase::Away => info!("Kibana is away: one operation tries for all, the others wait for it"),
            Phase::GivenUp => {
                info!("Kibana was waited for in vain: from now on each operation tries once at most")
            }
        }
        self.changed.notify_waiters();
        result
    }

    fn leave(&self, ticket: Ticket) {
        self.change(|outage| outage.left(ticket));
    }
}

/// Repeats a request as its failures and the time allow.
pub(super) async fn repeat<T, F: Future<Output = Result<T, Error>>>(
    mut tries: Tries<'_>,
    may_repeat: impl Fn(&Error) -> bool,
    attempted: impl Fn() -> Attempted,
    mut attempt: impl FnMut(Connect) -> F,
) -> Result<T, Error> {
    let mut may_have_landed = false;
    loop {
        let error = match tries.next(&attempted, &mut attempt).await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        // Where nothing was sent after the pause, the last failure says more.
        if tries.pause(&error, may_repeat(&error)).await != Pause::Over {
            return Err(error.after(tries.sent(), may_have_landed));
        }
        may_have_landed |= error.is_in_doubt();
    }
}

/// What came of the pause before a repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pause {
    /// It is over: try again.
    Over,
    /// The failure is final, or there is no time left.
    Final,
    /// Terraform asked to stop.
    Stopped,
}

/// How to connect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Connect {
    /// As the settings say.
    Patiently,
    /// Quickly or not at all, since Kibana was away a moment ago.
    Quickly,
}

/// The tries of one request.
pub(super) struct Tries<'a> {
    gate: &'a Gate,
    operation: &'a Operation,
    purpose: Purpose,
    /// When the first was sent.
    began: Option<Instant>,
    /// How many were sent.
    sent: u32,
    next: Next,
}

impl<'a> Tries<'a> {
    pub(super) fn new(gate: &'a Gate, operation: &'a Operation, purpose: Purpose) -> Self {
        Self { gate, operation, purpose, began: None, sent: 0, next: Next::GiveUp }
    }

    /// How many requests were sent.
    pub(super) fn sent(&self) -> u32 {
        self.sent
    }

    /// Tries once, as soon as it is this operation's turn.
    pub(super) async fn next<T, F: Future<Output = Result<T, Error>>>(
        &mut self,
        attempted: impl Fn() -> Attempted,
        attempt: impl FnOnce(Connect) -> F,
    ) -> Result<T, Error> {
        self.next = Next::GiveUp;
        let connect = self.turn().await.map_err(|cause| Error::unsent(cause, attempted()))?;
        let sent = Instant::now();
        let began = *self.began.get_or_insert(sent);
        self.sent += 1;
        let result = attempt(connect).await;
        match &result {
            Err(error) if error.is_retryable() => self.failed(error, began, sent),
            Err(error) if error.status().is_none() => {}
            _ => {
                let lets_in = lets_in(self.purpose, &result);
                let is_write = self.purpose.is_write();
                self.gate.change(|outage| outage.answered(is_write, lets_in));
                // A conflict of an update is an answer, and is repeated.
                let end = (began + self.gate.patience).min(self.operation.deadline);
                let pause = self.drawn_pause();
                if Instant::now() + pause < end {
                    self.next = Next::Pause(pause);
                }
            }
        }
        result
    }

    fn failed(&mut self, error: &Error, began: Instant, sent: Instant) {
        if self.operation.tries_once {
            return;
        }
        let asked = error.retry_after().unwrap_or_default();
        let failure = Failure {
            ticket: self.operation.place.ticket,
            is_write: self.purpose.is_write(),
            began,
            sent,
            cause: error.cause(),
            // The draw comes on top of what the server asks for: it asks all of us the same.
            pause: asked.saturating_add(self.drawn_pause()),
            asked,
            deadline: self.operation.deadline,
        };
        self.next = self.gate.change(|outage| outage.failed(&failure, Instant::now()));
    }

    /// Drawn from the whole range up to a bound that doubles each time.
    fn drawn_pause(&self) -> Duration {
        let doubled = self.gate.first_pause.saturating_mul(1 << self.sent.saturating_sub(1).min(16));
        doubled.min(LONGEST_PAUSE).mul_f64(rand::random())
    }

    /// Waits for this operation's turn, or says why there is none.
    async fn turn(&self) -> Result<Connect, Cause> {
        if self.operation.tries_once {
            return Ok(Connect::Patiently);
        }
        loop {
            // Listens before it looks, so that no change falls in between.
            let changed = self.gate.changed.notified();
            let (ticket, is_write) = (self.operation.place.ticket, self.purpose.is_write());
            let turn = self.gate.outage().turn(ticket, is_write, Instant::now());
            match turn {
                Turn::Go => return Ok(Connect::Patiently),
                Turn::Once => return Ok(Connect::Quickly),
                Turn::Fail(cause) => return Err(cause),
                Turn::Wait => tokio::select! {
                    biased;
                    () = self.operation.stop.stopped() => return Err(Cause::Stopped),
                    () = changed => {}
                    () = tokio::time::sleep_until(self.operation.deadline) => {
                        return Err(self.gate.outage().last_failure().unwrap_or(Cause::OutOfTime));
                    }
                },
            }
        }
    }

    /// Waits before a repetition, if there may be one; without one, lets others try.
    pub(super) async fn pause(&mut self, error: &Error, may_repeat: bool) -> Pause {
        if self.operation.stop.is_stopped() {
            self.gate.leave(self.operation.place.ticket);
            return Pause::Stopped;
        }
        let wait = match std::mem::replace(&mut self.next, Next::GiveUp) {
            Next::Pause(wait) if may_repeat => wait,
            Next::Queue if may_repeat => return Pause::Over,
            Next::Pause(_) | Next::Queue | Next::GiveUp => {
                self.gate.leave(self.operation.place.ticket);
                return Pause::Final;
            }
        };
        debug!(
            request = error.attempted().map(|attempted| tracing::field::display(&attempted.request)),
            status = error.status(),
            attempt = self.sent,
            wait_ms = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
            "will repeat the request to Kibana",
        );
        tokio::select! {
            biased;
            () = self.operation.stop.stopped() => {
                self.gate.leave(self.operation.place.ticket);
                Pause::Stopped
            }
            () = tokio::time::sleep(wait) => Pause::Over,
        }
    }
}

/// Whether an answer shows that Kibana accepts the credentials. Without any it lets everybody in, which comes
/// to the same; what it answers before it has looked at them says nothing.
fn lets_in<T>(purpose: Purpose, result: &Result<T, Error>) -> bool {
    match result {
        Ok(_) => purpose != Purpose::Status,
        Err(error) => {
            error.is_not_found() || matches!(error.cause(), Cause::Refused { status: 400 | 403 | 409, .. })
        }
    }
}

#[cfg(test)]
mod tests;
