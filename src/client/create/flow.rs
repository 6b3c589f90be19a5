//! What comes next in a create: a small state machine, without IO.
//!
//! ```text
//!  user's ID          generated ID
//!  LookFirst ──404──▶ Post ──200──▶ Done
//!      │ there          │ failed
//!      ▼                ▼
//!    Done            Pause ──surely not made──▶ Post again, or Done when final
//!                       │ may have been made, or 409 under the user's ID
//!                       ▼
//!                     Look ──there──▶ Done (ours, or in use)
//!                       │ 404: Post again, or Done when final
//!                       │ a page, as to the POST: LookElsewhere
//!                       │ no answer: Done (unknown, or taken)
//!                       ▼
//!                  LookElsewhere ──a page, too──▶ Done (not made)
//!                       │ anything else: Done (unknown)
//! ```
//!
//! A repetition alone would not do: of a POST whose answer was lost it meets 409, or 500 with `.inference`,
//! whose save hook finds its own inference endpoint.

use super::{ConnectorBody, CreateOutcome, Found, IdChoice, Pause};
use crate::client::connectors::ConnectorAnswer;
use crate::client::error::{Cause, Error, NotFound};
use crate::client::mask::presentable;
use crate::value::Secret;

/// What is to be done next.
#[derive(Debug)]
pub(super) enum Act {
    /// GET an ID of the user's: something may be there.
    LookFirst,
    /// POST.
    Post,
    /// Wait, as this failure allows.
    Pause(Error),
    /// GET the id: an earlier POST, the last of which failed like this, may have made the connector.
    Look {
        /// The last POST's failure.
        error: Error,
        /// Whether another POST may follow.
        may_repeat: bool,
    },
    /// GET an ID that nobody has: the POST failed with a page, as given here, and so did the look at what it
    /// may have made.
    LookElsewhere(Error),
    /// Nothing.
    Done(Box<CreateOutcome>),
}

/// Where a create stands.
pub(super) struct Flow<'a> {
    choice: &'a IdChoice,
    body: &'a ConnectorBody,
    /// Masked in every text of Kibana's that is shown.
    secrets: &'a [Secret],
    /// How many POSTs were sent.
    pub(super) attempts: u32,
    /// Whether this Kibana takes no ID (older than 8.8).
    pub(super) without_id: bool,
    /// Whether one of the POSTs may have made the connector.
    may_have_landed: bool,
    /// Whether Kibana may still be at work on one of them, as after a lost answer, and refused none since.
    may_be_at_work: bool,
}

impl<'a> Flow<'a> {
    pub(super) fn start(choice: &'a IdChoice, body: &'a ConnectorBody, secrets: &'a [Secret]) -> (Self, Act) {
        let first = match choice {
            IdChoice::Generated(_) => Act::Post,
            IdChoice::Users(_) => Act::LookFirst,
        };
        (Self::new(choice, body, secrets), first)
    }

    fn new(choice: &'a IdChoice, body: &'a ConnectorBody, secrets: &'a [Secret]) -> Self {
        Self {
            choice,
            body,
            secrets,
            attempts: 0,
            without_id: false,
            may_have_landed: false,
            may_be_at_work: false,
        }
    }

    pub(super) fn looked_first(&mut self, found: Result<Found, Error>) -> Act {
        match found {
            Ok(found) => done(CreateOutcome::Failed(in_use(&found))),
            Err(error) if error.is_not_found() => Act::Post,
            Err(error) => done(CreateOutcome::Failed(error)),
        }
    }

    pub(super) fn posted(&mut self, answer: Result<ConnectorAnswer, Error>) -> Act {
        let error = match answer {
            Ok(connector) => return done(self.made(connector)),
            Err(error) => error,
        };
        self.attempts += u32::from(error.was_sent());
        // Kibana 8.0 to 8.7 know the path for other methods only, so nothing came of an earlier POST to it
        // either. A wrong base path says the same, and says it again to the POST without ID.
        let is_route_missing = error.not_found() == Some(NotFound::RouteMissing);
        if is_route_missing && !self.without_id {
            return match self.choice {
                IdChoice::Generated(_) => {
                    *self = Self { without_id: true, ..Self::new(self.choice, self.body, self.secrets) };
                    Act::Post
                }
                IdChoice::Users(_) => done(CreateOutcome::Failed(error.retold(Cause::IdUnsupported))),
            };
        }
        // Nobody else can hold a generated ID, so a conflict is the trace of our own POST, repeated by
        // something in between.
        let is_own_trace = error.is_conflict() && matches!(self.choice, IdChoice::Generated(_));
        // A filter can forbid the answer to a create that went through.
        let is_page = error.was_sent() && error.cause().is_foreign_page();
        // A look is cheap, and settles it. Where none is possible, Kibana's word has to do.
        let is_in_doubt = if self.without_id { error.is_in_doubt() } else { error.may_have_landed() };
        self.may_have_landed |= is_in_doubt || is_own_trace || is_page;
        // Kibana would refuse an earlier POST for the same reason, unless that POST is the reason.
        let is_about_own = is_own_trace || self.body.connector_type_id == ".inference";
        let is_verdict = error.cause().is_verdict() && !is_about_own;
        self.may_be_at_work =
            !is_verdict && (self.may_be_at_work || (error.was_sent() && error.cause().left_at_work()));
        Act::Pause(error)
    }

    pub(super) fn paused(&mut self, error: Error, pause: Pause) -> Act {
        match (self.may_have_landed, pause) {
            (false, Pause::Over) => Act::Post,
            // The ID was free in this space a moment ago. If it still is, it is taken in another one. After a
            // stop the look is not sent, which says that nobody knows.
            (false, Pause::Final | Pause::Stopped) if error.is_conflict() => {
                Act::Look { error, may_repeat: false }
            }
            (false, Pause::Final | Pause::Stopped) => done(self.not_made(error)),
            // Without an ID there is nothing to look for, and another POST could make a twin.
            (true, _) if self.without_id => done(self.unknown(error)),
            (true, Pause::Over) => Act::Look { error, may_repeat: true },
            (true, Pause::Final) => Act::Look { error, may_repeat: false },
            (true, Pause::Stopped) => done(self.unknown(error)),
        }
    }

    pub(super) fn looked(&mut self, found: Result<Found, Error>, error: Error, may_repeat: bool) -> Act {
        match found {
            Ok(found) if !self.may_have_landed => done(CreateOutcome::Failed(in_use(&found))),
            Ok(found) => done(self.adopted(found)),
            Err(look) if !self.may_have_landed && !look.is_not_found() => {
                done(CreateOutcome::Taken { error: error.settled().after(self.attempts, false), look })
            }
            Err(_) if !self.may_have_landed => done(self.not_made(error)),
            // Either it answers whatever is asked, or a filter hides this very connector.
            Err(look)
                if self.attempts == 1
                    && look.cause().is_foreign_page()
                    && error.cause().is_foreign_page() =>
            {
                Act::LookElsewhere(error)
            }
            Err(look) if !look.is_not_found() => done(self.not_seen(error, look)),
            Err(_) if may_repeat => Act::Post,
            // Kibana goes on working on a request after the connection is gone, so that nothing is there now
            // does not mean that nothing will be.
            Err(_) if self.may_be_at_work => done(self.unknown(error)),
            Err(_) => done(self.not_made(error)),
        }
    }

    pub(super) fn looked_elsewhere(&self, found: Result<ConnectorAnswer, Error>, error: Error) -> Act {
        match found {
            // What answers whatever is asked stands before Kibana, and lets nothing through.
            Err(look) if look.cause().is_foreign_page() => done(self.not_made(error)),
            Ok(_) | Err(_) => done(self.unknown(error)),
        }
    }

    fn made(&self, connector: ConnectorAnswer) -> CreateOutcome {
        let asked = self.choice.id();
        if self.without_id || connector.id == asked {
            return CreateOutcome::Created(connector);
        }
        let cause = Cause::OtherId { asked: asked.to_owned(), got: presentable(&connector.id, self.secrets) };
        CreateOutcome::OtherId { connector, error: Error::of(cause) }
    }

    fn adopted(&self, found: Found) -> CreateOutcome {
        let doubtful = match self.choice {
            IdChoice::Generated(_) => None,
            // It was not there before, but that a stranger made one in between cannot be ruled out.
            IdChoice::Users(_) if !self.is_ours(&found.connector) => {
                return CreateOutcome::Failed(in_use(&found));
            }
            IdChoice::Users(_) => Some(found.shown_name),
        };
        CreateOutcome::Adopted { connector: found.connector, doubtful }
    }

    fn is_ours(&self, connector: &ConnectorAnswer) -> bool {
        connector.name == self.body.name && connector.connector_type_id == self.body.connector_type_id
    }

    fn not_made(&self, error: Error) -> CreateOutcome {
        CreateOutcome::Failed(error.settled().after(self.attempts, false))
    }

    fn unknown(&self, error: Error) -> CreateOutcome {
        self.left_unknown(error, None)
    }

    /// The look that would have settled it failed.
    fn not_seen(&self, error: Error, look: Error) -> CreateOutcome {
        self.left_unknown(error, Some(look))
    }

    fn left_unknown(&self, error: Error, look: Option<Error>) -> CreateOutcome {
        let kept = match self.choice {
            IdChoice::Generated(id) if !self.without_id => Some(id.clone()),
            IdChoice::Generated(_) | IdChoice::Users(_) => None,
        };
        CreateOutcome::Unknown { kept, error: error.after(self.attempts, true), look }
    }
}

fn in_use(found: &Found) -> Error {
    let cause = Cause::IdInUse {
        id: found.connector.id.clone(),
        name: found.shown_name.clone(),
        connector_type_id: found.shown_type.clone(),
        preconfigured: found.connector.is_preconfigured,
    };
    Error::during(cause, found.attempted.clone())
}

fn done(outcome: CreateOutcome) -> Act {
    Act::Done(Box::new(outcome))
}

#[cfg(test)]
mod tests;
