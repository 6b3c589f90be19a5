//! Creating a connector so that a lost answer never leaves an orphan or makes a twin.
//!
//! We send the id ourselves, so what a lost answer left behind can be looked up. `flow` decides what comes
//! next, without IO; this file asks Kibana and hands the answers back. Resources read the `CreateOutcome`.

mod flow;

use tracing::info;

use self::flow::{Flow, Step};
use super::connectors::{self, Connector, ConnectorBody};
use super::error::Error;
use super::mask::presentable;
use super::request::Request;
use super::send::Pause;
use super::{Client, Operation};

/// The id of a new connector, and who chose it: what stands under a generated one is ours for sure, under
/// the user's it may be somebody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdChoice {
    /// A lower-case UUID v4, made for this create.
    Generated(String),
    /// Written by the user.
    Users(String),
}

impl IdChoice {
    /// The id.
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
    Created(Connector),
    /// The answer was lost, and a look showed that Kibana had made it.
    Adopted {
        /// The connector as it was found.
        connector: Connector,
        /// A warning (title and detail) for the user, where the id was theirs.
        warning: Option<(String, String)>,
    },
    /// Kibana made it under another id: state takes the connector as it is, beside the error.
    OtherId {
        /// The connector with the id that it got.
        connector: Connector,
        /// What to tell the user.
        error: Error,
    },
    /// Nobody knows whether it was made.
    Unknown {
        /// The id to keep in state beside the error: only a generated one, since a tainted connector gets
        /// deleted and the one under a user's id might be somebody else's.
        kept: Option<String>,
        /// What to tell the user.
        error: Error,
    },
    /// It was not made. `Error::is_id_in_use` tells when an import may help.
    Failed(Error),
}

impl CreateOutcome {
    /// What a person reads of the error, as `Error::explain`, with a word on what is in state now.
    #[must_use]
    pub fn explain(&self) -> Option<(String, String)> {
        match self {
            Self::Created(_) | Self::Adopted { .. } => None,
            Self::OtherId { error, .. } | Self::Failed(error) => Some(error.explain()),
            Self::Unknown { kept, error } => {
                let (summary, detail) = error.explain();
                let more = match kept {
                    Some(id) => format!(
                        "The connector is kept in state under its ID {id}, and the next refresh finds out. \
                         Terraform marks it as tainted and would replace it; `terraform untaint` keeps it."
                    ),
                    None if error.attempted().is_some_and(|attempted| attempted.id.is_none()) => {
                        "This Kibana takes no ID for a new connector, so it can't be looked up, and nothing is \
                         kept in state. Look in Kibana for a connector of this name before applying again, \
                         and import or delete it."
                            .to_owned()
                    }
                    None => "Nothing is kept in state, since what may be there need not be yours. If the \
                             next apply says that the ID is in use, the connector was made after all and can \
                             be imported."
                        .to_owned(),
                };
                Some((summary, format!("{detail}\n\n{more}")))
            }
        }
    }
}

impl Client {
    /// Creates a connector under an id, whatever happens to the answers on the way. A Kibana older than 8.8
    /// takes no id: there a generated one is dropped, and Kibana makes its own.
    pub async fn create_connector(
        &self,
        operation: &Operation,
        space: Option<&str>,
        choice: &IdChoice,
        body: &ConnectorBody,
    ) -> CreateOutcome {
        let id = choice.id();
        let requests = connectors::create(space, Some(id), body)
            .and_then(|with_id| Ok((with_id, connectors::create(space, None, body)?)));
        let (with_id, without_id) = match requests {
            Ok(requests) => requests,
            Err(error) => return CreateOutcome::Failed(error),
        };
        info!(id, connector_type_id = %body.connector_type_id, "creating a connector");
        let (mut flow, mut step) = Flow::start(choice, body);
        loop {
            let request = if flow.without_id { &without_id } else { &with_id };
            step = match step {
                Step::LookFirst => flow.looked_first(self.look(operation, space, id).await),
                Step::Post => flow.posted(self.post(operation, request).await),
                Step::Pause(error) => {
                    let pause = self.pause(operation, request, &error, flow.attempts).await;
                    flow.paused(error, pause)
                }
                Step::Look { error, may_repeat } => {
                    flow.looked(self.look(operation, space, id).await, error, may_repeat)
                }
                Step::Done(outcome) => return *outcome,
            };
        }
    }

    async fn post(&self, operation: &Operation, request: &Request) -> Result<Connector, Error> {
        let answer = self.attempt(operation, request).await?;
        Connector::read(&answer.json)
            .map_err(|why| Error::during(answer.unreadable(why), self.attempted(request)))
    }

    /// Looks at what is under the id.
    async fn look(&self, operation: &Operation, space: Option<&str>, id: &str) -> Result<Found, Error> {
        let connector = self.get_connector(operation, space, id).await?;
        let shown_name = presentable(&connector.name, &operation.secrets);
        let shown_type = presentable(&connector.connector_type_id, &operation.secrets);
        Ok(Found {
            connector,
            shown_name,
            shown_type,
            attempted: self.attempted(&connectors::get(space, id)?),
        })
    }
}

/// What a look found, with what of it may stand in a message.
struct Found {
    connector: Connector,
    shown_name: String,
    shown_type: String,
    attempted: super::error::Attempted,
}

#[cfg(test)]
mod tests;
