//! The stop signal: Terraform's wish that what runs comes to an end.
//!
//! `rpc` makes one `Stop` for the calls that run and fires it when Terraform asks to stop; whatever waits or
//! reads listens to it. Knows nothing of what is being stopped.

use tokio_util::sync::CancellationToken;

/// A signal that ends waits and reads at once and lets nothing new start. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    asked: CancellationToken,
    /// What else ends it.
    also: Option<CancellationToken>,
}

impl Stop {
    /// A signal that has not fired.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same signal, which fires with this token, too.
    #[must_use]
    pub fn or_with(self, also: &CancellationToken) -> Self {
        Self { also: Some(also.clone()), ..self }
    }

    /// Fires it, for good.
    pub fn stop(&self) {
        self.asked.cancel();
    }

    /// Whether it has fired.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.asked.is_cancelled() || self.also.as_ref().is_some_and(CancellationToken::is_cancelled)
    }

    /// Ends when it fires.
    pub async fn stopped(&self) {
        match &self.also {
            None => self.asked.cancelled().await,
            Some(also) => tokio::select! {
                () = self.asked.cancelled() => {}
                () = also.cancelled() => {}
            },
        }
    }
}
