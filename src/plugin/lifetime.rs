//! How long the process lives: the Shutdown call, and the host that goes away without one.
//!
//! Two streams (broker and stdio) are open for the whole life of a connection, so nothing here waits for
//! calls to end. A host that crashed closes its connections and says nothing; without a look at them the
//! process would stay behind for ever.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use super::Open;

/// How long the answer to Shutdown may take to reach a host that keeps its connection open. Terraform closes
/// its own at once, and kills us after two seconds.
const ANSWER_TIME: Duration = Duration::from_millis(500);

/// How long after the last connection closed a host may come back.
const RETURN_TIME: Duration = Duration::from_secs(1);

/// How long we wait for a first connection. Terraform gives up on a plugin after one minute.
const FIRST_CONNECTION_TIME: Duration = Duration::from_secs(120);

/// The host's request to end, from the call that takes it to the loop that waits for it.
#[derive(Clone, Debug, Default)]
pub struct Shutdown(Arc<Notify>);

impl Shutdown {
    /// The host asked to end.
    pub fn request(&self) {
        self.0.notify_one();
    }

    /// Waits until the host has asked and its answer has had the time to leave.
    pub async fn answered(&self, connections: &Connections) {
        self.0.notified().await;
        let _ = timeout(ANSWER_TIME, connections.none_left()).await;
    }
}

/// The connections of trusted clients. One that failed the TLS handshake was never here, so a stranger who
/// knocks and leaves cannot end the process.
#[derive(Clone, Debug)]
pub struct Connections(watch::Sender<Counts>);

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    open: usize,
    ever: usize,
}

impl Default for Connections {
    fn default() -> Self {
        Self(watch::Sender::new(Counts::default()))
    }
}

impl Connections {
    /// Counts a connection until the returned value is dropped.
    #[must_use]
    pub fn opened(&self) -> Open {
        self.0.send_modify(|counts| {
            counts.open += 1;
            counts.ever += 1;
        });
        Open(self.clone())
    }

    pub(super) fn closed(&self) {
        self.0.send_modify(|counts| counts.open -= 1);
    }

    async fn none_left(&self) {
        // The sender is our own, so the channel cannot close.
        let _ = self.0.subscribe().wait_for(|counts| counts.open == 0).await;
    }

    /// Waits until all clients have gone and none came back, or until it is clear that none will come.
    pub async fn abandoned(&self) {
        let mut counts = self.0.subscribe();
        if timeout(FIRST_CONNECTION_TIME, counts.wait_for(|counts| counts.ever > 0)).await.is_err() {
            return;
        }
        loop {
            let Ok(ever) = counts.wait_for(|counts| counts.open == 0).await.map(|counts| counts.ever) else {
                return;
            };
            if timeout(RETURN_TIME, counts.wait_for(|counts| counts.ever > ever)).await.is_err() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::Instant;

    #[tokio::test(start_paused = true)]
    async fn a_host_that_never_connects_is_waited_for_two_minutes() {
        let start = Instant::now();
        Connections::default().abandoned().await;
        assert_eq!(start.elapsed(), FIRST_CONNECTION_TIME);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_may_come_back_within_a_second() {
        let connections = Connections::default();
        drop(connections.opened());
        let start = Instant::now();
        let client = async {
            tokio::time::sleep(RETURN_TIME / 2).await;
            let _open = connections.opened();
            tokio::time::sleep(RETURN_TIME * 10).await;
        };
        tokio::join!(connections.abandoned(), client);
        assert_eq!(start.elapsed(), RETURN_TIME / 2 + RETURN_TIME * 11);
    }

    #[tokio::test(start_paused = true)]
    async fn shutdown_does_not_wait_for_an_open_connection() {
        let (shutdown, connections) = (Shutdown::default(), Connections::default());
        let _open = connections.opened();
        let start = Instant::now();
        shutdown.request();
        shutdown.answered(&connections).await;
        assert_eq!(start.elapsed(), ANSWER_TIME);
    }

    #[tokio::test(start_paused = true)]
    async fn shutdown_ends_with_the_last_connection() {
        let (shutdown, connections) = (Shutdown::default(), Connections::default());
        drop(connections.opened());
        let start = Instant::now();
        shutdown.request();
        shutdown.answered(&connections).await;
        assert_eq!(start.elapsed(), Duration::ZERO);
    }
}
