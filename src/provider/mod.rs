//! The provider's own configuration: its schema, its checks, and the client that it makes.
//!
//! HCL wins over the environment, setting by setting. An unknown in HCL stays unknown whatever the environment
//! says: then there is no client yet, and plans are made without asking Kibana.

mod authentication;
mod certificates;
mod configure;
mod endpoint;
mod headers;
mod schema;
mod settings;
#[cfg(test)]
mod tests;

use crate::client::Client;

pub use configure::{configure, validate};
pub(crate) use endpoint::is_space_id;
pub use schema::schema;

/// What is known of the provider's configuration.
#[derive(Debug, Default)]
pub enum Provider {
    /// It was not configured, as while validating.
    #[default]
    NotConfigured,
    /// It depends on values that are not known yet, such as the address of a Kibana made in the same apply. The
    /// text names the first such argument.
    Unknown(String),
    /// Kibana can be asked.
    Ready(Box<Client>),
}

impl Provider {
    /// The client; none where Kibana cannot be asked yet.
    #[must_use]
    pub fn client(&self) -> Option<&Client> {
        match self {
            Self::Ready(client) => Some(client),
            _ => None,
        }
    }

    /// The space of connectors that name none; none while it is not known.
    #[must_use]
    pub fn space(&self) -> Option<&str> {
        self.client().map(Client::default_space)
    }
}
