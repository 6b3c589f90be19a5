//! Creating a connector so that a lost answer never leaves an orphan or makes a twin.
//!
//! We send the ID ourselves, so what a lost answer left behind can be looked up. `flow` decides what comes
//! next, without IO; this file asks Kibana and hands the answers back. Resources read the `CreateOutcome`.

mod flow;

use tracing::info;

use self::flow::{Act, Flow};
use super::answer::Answer;
use super::connectors::{self, ConnectorAnswer, ConnectorBody};
use super::error::Error;
use super::gate::{Connect, Pause, Tries};
use super::mask::presentable;
use super::request::{Purpose, Request};
use super::{Address, Client, Operation};

/// The ID of a new connector, and who chose it: what stands under a generated one is ours for sure, under
/// the user's it may be somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdChoice {
    /// A lower-case UUID v4, made for this create.
    Generated(String),
    /// Written by the user.
    Users(String),
}

impl IdChoice {
    /// The ID.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Generated(id) | Self::Users(id) => id,
        }
    }
}

/// How a create ended.
#[derive(Clone, Debug)]
pub enum CreateOutcome {
    /// Kibana made it.
    Created(ConnectorAnswer),
    /// The answer was lost, and a look showed that Kibana had made it.
    Adopted {
        /// The connector as it was found.
        connector: ConnectorAnswer,
        /// Its name as it may be shown, where the ID was the user's: then it may be somebody else's
        /// connector, and the user is to be told.
        doubtful: Option<String>,
    },
    /// Kibana made it under another id: state takes the connector as it is, beside the error.
    OtherId {
        /// The connector with the ID that it got.
        connector: ConnectorAnswer,
        /// What to tell the user.
        error: Error,
    },
    /// Nobody knows whether it was made.
    Unknown {
        /// The ID to keep in state beside the error: only a generated one, since a tainted connector gets
        /// deleted and the one under a user's ID might be somebody else's.
        kept: Option<String>,
        /// How the POST failed.
        error: Error,
        /// How the look at what it did failed, where that is why nobody knows.
        look: Option<Error>,
    },
    /// It was not made, since something has the user's ID, and nobody knows what, or in which space.
    Taken {
        /// Kibana's refusal.
        error: Error,
        /// How the look at what has the ID failed.
        look: Error,
    },
    /// It was not made. `Error::is_id_in_use` tells when an import may help.
    Failed(Error),
}

impl CreateOutcome {
    /// What went wrong, if anything did.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        match self {
            Self::Created(_) | Self::Adopted { .. } => None,
            Self::OtherId { error, .. }
            | Self::Unknown { error, .. }
            | Self::Taken { error, .. }
            | Self::Failed(error) => Some(error),
        }
    }
}

impl Client {
    /// Creates a connector under an ID, whatever happens to the answers on the way. A Kibana older than 8.8
    /// takes no id: there a generated one is dropped, and Kibana makes its own.
    pub async fn create_connector(
        &self,
        operation: &Operation,
        space: &str,
        choice: &IdChoice,
        body: &ConnectorBody,
    ) -> CreateOutcome {
        let address = Address::new(space, choice.id());
        let requests = connectors::create(&address, body)
            .and_then(|with_id| Ok((with_id, connectors::create_without_id(space, body)?)));
        let (with_id, without_id) = match requests {
            Ok(requests) => requests,
            Err(error) => return CreateOutcome::Failed(error),
        };
        let id = choice.id();
        let _writing = self.0.fleet.writing(space);
        info!(id, connector_type_id = %body.connector_type_id, "creating a connector");
        let (mut flow, mut step) = Flow::start(choice, body, &operation.secrets);
        let mut tries = Tries::new(&self.0.gate, operation, Purpose::Create);
        loop {
            let request = if flow.without_id { &without_id } else { &with_id };
            step = match step {
                Act::LookFirst => flow.looked_first(self.look(operation, &address).await),
                Act::Post => {
                    let post = |connect| self.post(operation, request, connect);
                    flow.posted(tries.next(|| self.attempted(request), post).await)
                }
                Act::Pause(error) => {
                    let pause = tries.pause(&error, error.is_retryable()).await;
                    flow.paused(error, pause)
                }
                Act::Look { error, may_repeat } => {
                    flow.looked(self.look(operation, &address).await, error, may_repeat)
                }
                Act::LookElsewhere(error) => {
                    let nobodys = Address::new(space, uuid::Uuid::new_v4().to_string());
                    flow.looked_elsewhere(self.get_connector(operation, &nobodys).await, error)
                }
                Act::Done(outcome) => return *outcome,
            };
        }
    }

    async fn post(
        &self,
        operation: &Operation,
        request: &Request,
        connect: Connect,
    ) -> Result<ConnectorAnswer, Error> {
        let answer: Answer = self.attempt(operation, request, connect).await?;
        ConnectorAnswer::read(&answer.json)
            .and_then(ConnectorAnswer::newly_made)
            .map_err(|why| Error::during(answer.unreadable(why), self.attempted(request)))
    }

    /// Looks at what is under the ID.
    async fn look(&self, operation: &Operation, address: &Address) -> Result<Found, Error> {
        let connector = self.get_connector(operation, address).await?;
        let shown_name = presentable(&connector.name, &operation.secrets);
        let shown_type = presentable(&connector.connector_type_id, &operation.secrets);
        Ok(Found {
            connector,
            shown_name,
            shown_type,
            attempted: self.attempted(&connectors::read(address)?),
        })
    }
}

/// What a look found, with what of it may stand in a message.
struct Found {
    connector: ConnectorAnswer,
    shown_name: String,
    shown_type: String,
    attempted: super::error::Attempted,
}

#[cfg(test)]
mod tests;
