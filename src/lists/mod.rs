//! Lists of existing objects for `terraform query`: what each must be able to do. One file each; the list of
//! them stands in `offer`.
//!
//! A list has the type name of the managed resource that it lists, and that resource's identity. It hands
//! over one object after the other through a [`Listing`], which ends it at the limit, at a stop, and where
//! nobody listens any more.

mod connector;
pub(crate) mod filter;

use async_trait::async_trait;
pub(crate) use connector::{CATALOGUE, ConnectorList, catalogue};
use tokio::sync::mpsc;

use crate::diag::Diagnostics;
use crate::offer::{Context, Served};
use crate::value::Value;

/// What is to be listed.
#[derive(Debug)]
pub struct ListRequest<'a> {
    /// The content of the `config` block, wholly known; an absent block is an object of nulls.
    pub config: &'a Value,
    /// Whether the state of each object is wanted.
    pub include_object: bool,
    /// The most objects that are wanted.
    pub limit: u64,
}

/// One object of a list.
#[derive(Debug)]
pub struct Listed {
    /// Its identity, wholly known and never null.
    pub identity: Value,
    /// What people call it.
    pub display_name: String,
    /// Its state, as the read after an import would give it, where that was asked for.
    pub object: Option<Value>,
    /// Warnings that go with it. Their paths are not sent: not every Terraform understands them here.
    pub warnings: Diagnostics,
}

/// Whether Kibana says that a space does not exist, of which it lists no connectors all the same.
pub(crate) async fn lacks_space(context: Context<'_>, space: &str) -> bool {
    let Some((client, preflight)) = context.provider.preflight() else { return false };
    preflight.is_enabled() && preflight.has_space_now(client, context.stop, space).await == Some(false)
}

/// The receiving end of a list, as the list sees it.
#[derive(Debug)]
pub struct Listing {
    sender: mpsc::Sender<Listed>,
    wanted: u64,
}

impl Listing {
    /// A listing that accepts `limit` objects, and where they come out.
    #[must_use]
    pub fn new(limit: u64) -> (Self, mpsc::Receiver<Listed>) {
        // Few wait at a time: whoever listens sets the pace.
        let (sender, receiver) = mpsc::channel(16);
        (Self { sender, wanted: limit }, receiver)
    }

    /// Whether another object is wanted.
    #[must_use]
    pub fn wants_more(&self, context: Context<'_>) -> bool {
        self.wanted > 0 && !context.stop.is_stopped() && !self.sender.is_closed()
    }

    /// Hands over one object; gives back whether another one is wanted.
    pub async fn push(&mut self, context: Context<'_>, listed: Listed) -> bool {
        if !self.wants_more(context) {
            return false;
        }
        let sent = tokio::select! {
            sent = self.sender.send(listed) => sent.is_ok(),
            () = context.stop.stopped() => false,
        };
        self.wanted -= u64::from(sent);
        sent && self.wants_more(context)
    }
}

/// A list of managed resources of one type.
#[async_trait]
pub trait List: Served {
    /// Checks a `config` block of which anything may be unknown. The schema's own checks are done already.
    fn validate(&self, config: &Value) -> Diagnostics {
        let _ = config;
        Diagnostics::new()
    }

    /// Lists. What is said at the end goes with the last object; without one it is an error.
    async fn list(&self, context: Context<'_>, request: ListRequest<'_>, listing: Listing) -> Diagnostics;
}

#[cfg(test)]
mod tests {
    use super::{Listed, Listing};
    use crate::diag::Diagnostics;
    use crate::offer::Context;
    use crate::provider::Provider;
    use crate::stop::Stop;
    use crate::value::Value;

    fn object() -> Listed {
        let identity = Value::object([("id", Value::text("a"))]);
        Listed { identity, display_name: String::new(), object: None, warnings: Diagnostics::new() }
    }

    #[tokio::test]
    async fn a_listing_ends_at_its_limit() {
        let (provider, stop) = (Provider::NotConfigured, Stop::new());
        let context = Context { provider: &provider, stop: &stop };
        let (mut listing, mut listed) = Listing::new(2);
        assert!(listing.push(context, object()).await);
        assert!(!listing.push(context, object()).await);
        assert!(!listing.push(context, object()).await);
        drop(listing);
        assert!(listed.recv().await.is_some() && listed.recv().await.is_some());
        assert!(listed.recv().await.is_none());
    }

    #[tokio::test]
    async fn a_stop_ends_a_listing_that_nobody_empties() {
        let (provider, stop) = (Provider::NotConfigured, Stop::new());
        let context = Context { provider: &provider, stop: &stop };
        let (mut listing, _listed) = Listing::new(1000);
        let fill = async {
            while listing.push(context, object()).await {}
            listing.wants_more(context)
        };
        let (wants_more, ()) = tokio::join!(fill, async { stop.stop() });
        assert!(!wants_more);
    }

    #[tokio::test]
    async fn a_listing_ends_when_nobody_listens() {
        let (provider, stop) = (Provider::NotConfigured, Stop::new());
        let context = Context { provider: &provider, stop: &stop };
        let (mut listing, listed) = Listing::new(1000);
        drop(listed);
        assert!(!listing.wants_more(context) && !listing.push(context, object()).await);
    }
}
