//! Actions: what each must be able to do. One file each; the list of them stands in `offer`.
//!
//! An action does something once and leaves no state. While it runs it may report through [`Progress`]; how
//! it ended is what it returns, and `rpc` says so to Terraform exactly once, whatever happens.

mod connector_execute;

use async_trait::async_trait;
pub(crate) use connector_execute::ConnectorExecute;
use tokio::sync::mpsc;

use crate::diag::Diagnostics;
use crate::offer::{Context, Served};
use crate::value::Value;

/// Where an action says how it gets on.
#[derive(Clone, Debug)]
pub struct Progress(mpsc::UnboundedSender<String>);

impl Progress {
    /// A way to report, and where the reports come out.
    #[must_use]
    pub fn new() -> (Self, mpsc::UnboundedReceiver<String>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(sender), receiver)
    }

    /// Reports one sentence. It is lost where nobody listens any more.
    pub fn say(&self, message: impl Into<String>) {
        let _ = self.0.send(message.into());
    }
}

/// An action.
#[async_trait]
pub trait Action: Served {
    /// Checks a configuration of which anything may be unknown. The schema's own checks are done already.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Checks what is known of the configuration while planning.
    async fn plan(&self, context: Context<'_>, config: &Value) -> Diagnostics {
        let _ = (context, config);
        Diagnostics::new()
    }

    /// Does it. The configuration is wholly known. An error says that it failed.
    async fn invoke(&self, context: Context<'_>, config: &Value, progress: Progress) -> Diagnostics;
}
