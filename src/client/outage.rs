//! Whether Kibana is there, as the requests of this process find it: a state machine, without IO or waits.
//!
//! A failure among successes is that request's own affair. When several requests fail in a row and nothing
//! gets through in between, Kibana is away: then one operation tries for all and the others wait for it. Once
//! its time is up the outage is given up: the others fail with it, and of those that come later one at a time
//! makes a single try; one that took long is followed by a rest as long. The first answer ends it. Where
//! writes alone have failed, that is the first answer to a write: reads go on meanwhile, and say nothing of
//! it. `gate` does the waiting.

use std::time::Duration;

use tokio::time::Instant;

use super::error::{Cause, FirstContact};

/// How long an endpoint is waited for that this process has not reached yet, so that a wrong one is told
/// soon; also how long Kibana may fail to judge credentials that it has never accepted. It runs from the
/// first such failure: another kind before it says nothing of the endpoint or the credentials.
pub(super) const FIRST_CONTACT: Duration = Duration::from_secs(30);

/// So many operations that failed in a row mean that Kibana is away…
const SEVERAL: usize = 3;

/// …and two of them mean it, too, once the row has lasted for so long: where Terraform runs one operation at
/// a time, the second must not wait for what the first has waited for in vain.
const LONG_ROW: Duration = Duration::from_secs(10);

/// A try that was over within this time kept nobody waiting.
const SHORT: Duration = Duration::from_secs(2);

/// After so long without any request a row of failures says nothing any more.
const STALE: Duration = Duration::from_secs(60);

/// Which operation it is.
pub(super) type Ticket = u64;

/// What an operation may do that wants to send a request.
#[derive(Debug)]
pub(super) enum Turn {
    /// Send it.
    Go,
    /// Send it, once, and connect quickly or not at all: Kibana was given up.
    Once,
    /// Wait: another operation tries for all.
    Wait,
    /// Fail like this, without sending anything.
    Fail(Cause),
}

/// What came of a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Try again after this pause.
    Pause(Duration),
    /// Ask for a turn: another operation tries for all.
    Queue,
    /// There is no time left for another try.
    GiveUp,
}

/// How things stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Requests go as they come.
    There,
    /// One operation tries for all.
    Away,
    /// It tried in vain.
    GivenUp,
}

/// An attempt that failed in a way that may pass.
#[derive(Debug)]
pub(super) struct Failure<'a> {
    /// The operation's.
    pub(super) ticket: Ticket,
    /// Whether it was to change something.
    pub(super) is_write: bool,
    /// When the first attempt of this request was sent.
    pub(super) began: Instant,
    /// When this one was sent.
    pub(super) sent: Instant,
    /// How it failed.
    pub(super) cause: &'a Cause,
    /// The pause that follows, if there is time for it.
    pub(super) pause: Duration,
    /// What the server asked for of it.
    pub(super) asked: Duration,
    /// When the operation must be over.
    pub(super) deadline: Instant,
}

/// What is known of Kibana.
#[derive(Debug)]
pub(super) struct Outage {
    /// How long a failing request is repeated.
    patience: Duration,
    /// Whether anything was there at all.
    reached: bool,
    /// Whether Kibana has accepted our credentials.
    let_in: bool,
    row: Option<Row>,
}

/// Failures in a row.
#[derive(Debug)]
struct Row {
    /// When the first of them was sent.
    since: Instant,
    /// When the last of them came back.
    last: Instant,
    /// The operations that failed, as far as they are counted.
    failed: Vec<Ticket>,
    /// How the last one failed.
    cause: Cause,
    /// Whether all of them were writes: a cluster that takes none may well answer reads.
    is_of_writes: bool,
    /// Which first contact the last ones are about, and when the first of these was sent.
    contact: Option<(FirstContact, Instant)>,
    /// The operation that tries for all.
    tries: Option<Ticket>,
    given_up: bool,
    /// Of the single tries of an outage that was given up, the last one that took long: whose it was, and
    /// until when others fail with it, as long as it took. Where Terraform runs one operation at a time, each
    /// of a thousand would wait anew otherwise.
    rest: (Ticket, Instant),
}

impl Row {
    fn concerns(&self, is_write: bool) -> bool {
        is_write || !self.is_of_writes
    }

    fn is_away(&self) -> bool {
        let long = self.last.duration_since(self.since) >= LONG_ROW;
        self.given_up || self.failed.len() >= if long { 2 } else { SEVERAL }
    }
}

impl Outage {
    pub(super) fn new(patience: Duration) -> Self {
        Self { patience, reached: false, let_in: false, row: None }
    }

    /// Asks whether an operation may send a request now.
    pub(super) fn turn(&mut self, ticket: Ticket, is_write: bool, now: Instant) -> Turn {
        let is_stale = |row: &mut Row| row.tries.is_none() && now.duration_since(row.last) > STALE;
        if self.row.as_mut().is_some_and(is_stale) {
            self.row = None;
        }
        let stops = |row: &&mut Row| row.is_away() && row.concerns(is_write);
        let Some(row) = self.row.as_mut().filter(stops) else { return Turn::Go };
        let (last, rest) = row.rest;
        if row.given_up && row.tries.is_none() && last != ticket && now < rest {
            return Turn::Fail(row.cause.clone());
        }
        if *row.tries.get_or_insert(ticket) == ticket {
            if row.given_up { Turn::Once } else { Turn::Go }
        } else if row.given_up {
            Turn::Fail(row.cause.clone())
        } else {
            Turn::Wait
        }
    }

    /// Takes down that an attempt failed, and says what is next.
    pub(super) fn failed(&mut self, failure: &Failure<'_>, now: Instant) -> Next {
        // A connection that was lost had been made: Kibana, or what stands before it, went away.
        self.reached |= !matches!(failure.cause, Cause::Unreached(_));
        let contact = self.missing_contact(failure.cause);
        let row = self.row.get_or_insert_with(|| Row {
            since: failure.sent,
            last: now,
            failed: Vec::new(),
            cause: failure.cause.clone(),
            is_of_writes: true,
            contact: None,
            tries: None,
            given_up: false,
            rest: (failure.ticket, now),
        });
        row.last = now;
        let took = now.saturating_duration_since(failure.sent);
        if row.given_up && took > SHORT {
            row.rest = (failure.ticket, now + took);
        }
        row.is_of_writes &= failure.is_write;
        row.contact = contact.map(|contact| match row.contact {
            Some((before, since)) if before == contact => (contact, since),
            _ => (contact, failure.sent),
        });
        row.cause = failure.cause.clone();
        if row.failed.len() < SEVERAL && !row.failed.contains(&failure.ticket) {
            row.failed.push(failure.ticket);
        }
        let is_away = row.is_away();
        let tries = is_away && *row.tries.get_or_insert(failure.ticket) == failure.ticket;
        if is_away && !tries && !row.given_up {
            return Next::Queue;
        }
        let left =
            |end: Instant| Some(end.saturating_duration_since(now)).filter(|left| *left > failure.asked);
        let end = |began: Instant| match row.contact {
            Some((_, since)) => (began + self.patience).min(began.max(since) + FIRST_CONTACT),
            None => began + self.patience,
        };
        let (outages, own) = (end(row.since), end(failure.began).min(failure.deadline));
        // Whether it is over for this operation alone or for all that wait.
        let left_of_outage = if is_away { left(outages) } else { Some(Duration::MAX) };
        let (Some(left_of_outage), Some(left), false) = (left_of_outage, left(own), row.given_up) else {
            row.given_up |= left_of_outage.is_none();
            row.tries = row.tries.filter(|tries| *tries != failure.ticket);
            return Next::GiveUp;
        };
        // Our own part of a pause is cut to what is left, so that the last try comes at the very end.
        Next::Pause(failure.pause.min(left).min(left_of_outage))
    }

    /// Takes down that an answer came, which ends any outage that it can tell of.
    pub(super) fn answered(&mut self, is_write: bool, lets_in: bool) {
        self.reached = true;
        self.let_in |= lets_in;
        self.row.take_if(|row| row.concerns(is_write));
    }

    /// How things stand.
    pub(super) fn phase(&self) -> Phase {
        match &self.row {
            Some(row) if row.given_up => Phase::GivenUp,
            Some(row) if row.is_away() => Phase::Away,
            _ => Phase::There,
        }
    }

    /// How the last attempt in the row failed.
    pub(super) fn last_failure(&self) -> Option<Cause> {
        self.row.as_ref().map(|row| row.cause.clone())
    }

    /// Takes down that an operation is over, or has nothing more to send.
    pub(super) fn left(&mut self, ticket: Ticket) {
        if let Some(row) = &mut self.row {
            row.tries = row.tries.filter(|tries| *tries != ticket);
        }
    }

    /// What may never come about, as this failure is one of a first contact: then it is not waited for long.
    fn missing_contact(&self, cause: &Cause) -> Option<FirstContact> {
        cause.first_contact().filter(|contact| match contact {
            FirstContact::Connection => !self.reached,
            FirstContact::Credentials => !self.let_in,
        })
    }
}

#[cfg(test)]
mod tests;
