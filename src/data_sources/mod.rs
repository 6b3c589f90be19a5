//! Data sources: what each must be able to do. One file each; the list of them stands in `offer`.
//!
//! They look and change nothing. They know the client, and neither the catalog nor the wire.

mod connector;
mod connector_types;
mod connectors;

use async_trait::async_trait;
pub(crate) use connector::ConnectorByName;
pub(crate) use connector_types::ConnectorTypes;
pub(crate) use connectors::Connectors;

use crate::client::Client;
use crate::diag::Diagnostics;
use crate::offer::{Context, Served};
use crate::provider::Provider;
use crate::schema::{Attribute, Presence};
use crate::value::{Path, Type, Value};

/// What a data source found.
#[derive(Debug)]
pub struct Found {
    /// The whole result, wholly known; none only beside an error.
    pub state: Option<Value>,
    /// What to tell the user.
    pub diagnostics: Diagnostics,
}

impl Found {
    /// A result without a word beside it.
    #[must_use]
    pub fn state(state: Value) -> Self {
        Self { state: Some(state), diagnostics: Diagnostics::new() }
    }

    /// Nothing, and why.
    #[must_use]
    pub fn nothing(diagnostics: Diagnostics) -> Self {
        Self { state: None, diagnostics }
    }
}

/// A data source.
#[async_trait]
pub trait DataSource: Served {
    /// Checks a configuration of which anything may be unknown. The schema's own checks are done already.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Looks. The configuration is wholly known.
    async fn read(&self, context: Context<'_>, config: &Value) -> Found;
}

/// The client, or why Kibana cannot be asked.
fn client_of(context: Context<'_>) -> Result<&Client, Diagnostics> {
    let mut found = Diagnostics::new();
    match context.provider {
        Provider::Ready(ready) => return Ok(ready.client()),
        Provider::Unknown(argument) => found.error(
            Path::root(),
            "Kibana is not known yet",
            format!(
                "The provider's argument `{argument}` is known only after an apply, so Kibana cannot be asked while this plan \
                 is made. Add a `depends_on` with the resource that it comes from, and the data source is read during the apply."
            ),
        ),
        Provider::NotConfigured => {
            let detail = "The provider's configuration is not known, so there is no Kibana to ask.";
            found.error(Path::root(), "Provider not configured", detail);
        }
    }
    Err(found)
}

/// What every data source says of a connector, and what it says of itself.
fn flags() -> Vec<Attribute> {
    let flag = |name: &str, doc: &str| Attribute::new(name, Type::Bool, Presence::Computed).doc(doc);
    vec![
        flag("is_deprecated", "Whether Kibana considers this connector's configuration outdated."),
        flag(
            "is_missing_secrets",
            "Whether the connector lacks its secrets, as it does after an import of saved objects.",
        ),
        flag("is_preconfigured", "Whether the connector is defined in Kibana's own configuration file."),
    ]
}
