//! Data sources: what each must be able to do. One file each; the list of them stands in `offer`.
//!
//! They look and change nothing. They know the catalog and the client, never the wire.

use crate::diag::Diagnostics;
use crate::offer::{Context, Served};
use crate::value::Value;
use async_trait::async_trait;

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
