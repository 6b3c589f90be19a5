//! The provider's own configuration: its schema, its checks, and the client that it makes.
//!
//! HCL wins over the environment, setting by setting. An unknown in HCL stays unknown whatever the
//! environment says: then there is no client yet, and plans are made without asking Kibana.

mod authentication;
mod certificates;
mod configure;
mod endpoint;
mod headers;
mod preflight;
mod schema;
mod settings;
#[cfg(test)]
mod tests;

pub use configure::{configure, validate};
pub(crate) use endpoint::{check_space_id, is_space_id, space_id_fault};
pub(crate) use preflight::{Preflight, Sought};
pub use schema::schema;

use crate::client::Client;

/// What is known of the provider's configuration.
#[derive(Debug, Default)]
pub enum Provider {
    /// It was not configured, as while validating.
    #[default]
    NotConfigured,
    /// It depends on values that are not known yet, such as the address of a Kibana made in the same apply.
    /// The text names the first such argument.
    Unknown(String),
    /// Kibana can be asked.
    Ready(Box<Ready>),
}

/// A provider that can ask Kibana.
#[derive(Debug)]
pub struct Ready {
    client: Client,
    preflight: Preflight,
}

impl Ready {
    fn new(client: Client, has_preflight: bool) -> Self {
        Self { client, preflight: Preflight::new(has_preflight) }
    }

    /// The way to Kibana.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }
}

impl Provider {
    /// The client; none where Kibana cannot be asked yet.
    #[must_use]
    pub fn client(&self) -> Option<&Client> {
        match self {
            Self::Ready(ready) => Some(&ready.client),
            Self::NotConfigured | Self::Unknown(_) => None,
        }
    }

    /// Remembers a connector that this process has read or found in a state.
    pub(crate) fn meet(&self, id: &str) {
        if let Self::Ready(ready) = self {
            ready.preflight.meet(id);
        }
    }

    /// Remembers that this process has begun a write.
    pub(crate) fn writes(&self) {
        if let Self::Ready(ready) = self {
            ready.preflight.writes();
        }
    }

    /// The client with what it was asked so far and what it has met; none where Kibana cannot be asked yet.
    pub(crate) fn preflight(&self) -> Option<(&Client, &Preflight)> {
        match self {
            Self::Ready(ready) => Some((&ready.client, &ready.preflight)),
            Self::NotConfigured | Self::Unknown(_) => None,
        }
    }

    /// The space of connectors that name none; none while it is not known.
    #[must_use]
    pub fn space(&self) -> Option<&str> {
        self.client().map(Client::default_space)
    }
}
