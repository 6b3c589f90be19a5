//! The stop signal: Terraform's wish that what runs comes to an end.
//!
//! `rpc` makes one `Stop` for the calls that run and fires it when Terraform asks to stop; whatever waits or reads
//! listens to it. Knows nothing of what is being stopped.

use tokio_util::sync::CancellationToken;

/// A signal that ends waits and reads at once and lets nothing new start. Clones share it.
///
/// ```
/// use terraform_provider_kibana::stop::Stop;
/// let stop = Stop::new();
/// let seen_by_a_request = stop.clone();
/// stop.stop();
/// assert!(seen_by_a_request.is_stopped());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Stop(CancellationToken);

impl Stop {
    /// A signal that has not fired.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Fires it, for good.
    pub fn stop(&self) {
        self.0.cancel();
    }

    /// Whether it has fired.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Ends when it fires.
    pub async fn stopped(&self) {
        self.0.cancelled().await;
    }
}
