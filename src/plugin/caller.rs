//! Who made a call, and whether they still wait for its answer.
//!
//! A host that is killed takes its connection with it, and the transport then drops what it was waiting for.
//! A write must not be cut off by that, and none that has not begun may begin: so `services` runs every call
//! in a task of its own, and `rpc` asks here whether anybody is left to take the answer.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::lifetime::Running;

tokio::task_local! {
    static CURRENT: Caller;
}

/// The caller of a call that came over a connection. As long as it is kept, the call counts as running.
#[derive(Clone, Debug)]
pub struct Caller {
    gone: CancellationToken,
    _running: Arc<Running>,
}

/// The caller's end: once it is dropped, the caller counts as gone.
#[derive(Debug)]
pub(super) struct Waiting {
    gone: CancellationToken,
    is_answered: bool,
}

impl Waiting {
    /// There is an answer: a caller that is gone from now on left nothing behind.
    pub(super) fn answered(&mut self) {
        self.is_answered = true;
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.gone.cancel();
        if !self.is_answered {
            tracing::info!("the host went away in the middle of a call, which goes on to its end");
        }
    }
}

impl Caller {
    pub(super) fn new(running: Running) -> (Self, Waiting) {
        let gone = CancellationToken::new();
        let waiting = Waiting { gone: gone.clone(), is_answered: false };
        (Self { gone, _running: Arc::new(running) }, waiting)
    }

    /// Runs a call of this caller.
    pub(super) async fn calling<F: Future>(self, call: F) -> F::Output {
        CURRENT.scope(self, call).await
    }

    /// The caller of the call that runs here; none where it was not made over a connection.
    #[must_use]
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Fires when nobody waits for the answer any more.
    #[must_use]
    pub fn gone(&self) -> &CancellationToken {
        &self.gone
    }
}
