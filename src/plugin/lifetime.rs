//! How long the process lives: the Shutdown call, a signal, and the host that goes away without a word.
//!
//! Two streams (broker and stdio) are open for the whole life of a connection, so Shutdown waits for no
//! stream. A host that crashed closes its connections and says nothing; without a look at them the process
//! would stay behind for ever.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, watch};
use tokio::time::timeout;

use super::{Mode, Open};

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
    pub(super) async fn abandoned(&self, calls: &Calls) {
        let mut counts = self.0.subscribe();
        if timeout(FIRST_CONNECTION_TIME, counts.wait_for(|counts| counts.ever > 0)).await.is_ok() {
            self.unused(calls).await;
        }
    }

    /// Waits until nobody is connected, nobody came within the time that a host gets for coming back, and the
    /// calls that were left behind are over. These know that nobody waits for them, and begin nothing more.
    pub(super) async fn unused(&self, calls: &Calls) {
        let mut counts = self.0.subscribe();
        loop {
            let Ok(ever) = counts.wait_for(|counts| counts.open == 0).await.map(|counts| counts.ever) else {
                return;
            };
            if timeout(RETURN_TIME, counts.wait_for(|counts| counts.ever > ever)).await.is_ok() {
                continue;
            }
            tokio::select! {
                biased;
                _ = counts.wait_for(|counts| counts.ever > ever) => {}
                () = calls.over() => return,
            }
        }
    }
}

/// The provider's calls that run.
#[derive(Clone, Debug, Default)]
pub struct Calls(watch::Sender<usize>);

/// A call that runs until this is dropped.
#[derive(Debug)]
pub(super) struct Running(Calls);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.0.send_modify(|running| *running -= 1);
    }
}

impl Calls {
    pub(super) fn begin(&self) -> Running {
        self.0.send_modify(|running| *running += 1);
        Running(self.clone())
    }

    /// Waits until no call runs.
    async fn over(&self) {
        // The sender is our own, so the channel cannot close.
        let _ = self.0.subscribe().wait_for(|running| *running == 0).await;
    }

    /// Waits until no call runs and the answer to the last one has had the time to leave.
    async fn answered(&self, connections: &Connections) {
        if *self.0.borrow() == 0 {
            return;
        }
        self.over().await;
        let _ = timeout(ANSWER_TIME, connections.none_left()).await;
    }
}

/// Waits until a signal has ended the process. `signal` waits for the next one, `stop` is StopProvider: what
/// runs ends as soon as its outcome is known, which the calls themselves see to.
///
/// A plugin lives on after that: Terraform, which mostly got the same signal, may still call, and would take
/// a process that is gone for a crash. So it ends when nobody is connected. Under `-debug` nobody else would
/// end it, so it ends when no call runs, or with a second signal.
pub(super) async fn ended_by_signal(
    mode: Mode,
    connections: &Connections,
    calls: &Calls,
    mut signal: impl AsyncFnMut(),
    stop: impl AsyncFn(),
) {
    signal().await;
    loop {
        tracing::info!(running_calls = *calls.0.borrow(), "stopping because of a signal");
        stop().await;
        let ended = async {
            match mode {
                Mode::Plugin => connections.unused(calls).await,
                Mode::Debug => calls.answered(connections).await,
            }
        };
        tokio::select! {
            () = ended => return,
            () = signal() => if mode == Mode::Debug { return },
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_host_that_never_connects_is_waited_for_two_minutes() {
        let start = Instant::now();
        Connections::default().abandoned(&Calls::default()).await;
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
        let calls = Calls::default();
        tokio::join!(connections.abandoned(&calls), client);
        assert_eq!(start.elapsed(), RETURN_TIME / 2 + RETURN_TIME * 11);
    }

    #[tokio::test(start_paused = true)]
    async fn what_a_host_left_running_is_waited_for() {
        let (connections, calls) = (Connections::default(), Calls::default());
        let start = Instant::now();
        let client = async {
            let (open, running) = (connections.opened(), calls.begin());
            drop(open);
            tokio::time::sleep(RETURN_TIME * 10).await;
            drop(running);
        };
        tokio::join!(connections.abandoned(&calls), client);
        assert_eq!(start.elapsed(), RETURN_TIME * 10);
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_may_come_back_while_its_calls_still_run() {
        let (connections, calls) = (Connections::default(), Calls::default());
        let start = Instant::now();
        let client = async {
            let (open, running) = (connections.opened(), calls.begin());
            drop(open);
            tokio::time::sleep(RETURN_TIME * 5).await;
            let _open = connections.opened();
            drop(running);
            tokio::time::sleep(RETURN_TIME * 5).await;
        };
        tokio::join!(connections.abandoned(&calls), client);
        assert_eq!(start.elapsed(), RETURN_TIME * 11);
    }

    /// How long a process lives on after a signal; `during` says what happens around it.
    async fn lives(mode: Mode, during: impl AsyncFnOnce(&Connections, &Calls)) -> Duration {
        let (connections, calls, stops) = (Connections::default(), Calls::default(), Notify::new());
        let start = Instant::now();
        let mut first = true;
        let signal = async || {
            if !std::mem::take(&mut first) {
                std::future::pending().await
            }
        };
        let ended = async {
            ended_by_signal(mode, &connections, &calls, signal, async || stops.notify_one()).await;
            start.elapsed()
        };
        let ((), lived) = tokio::join!(during(&connections, &calls), ended);
        stops.notified().await;
        lived
    }

    #[tokio::test(start_paused = true)]
    async fn a_signal_ends_a_plugin_that_nobody_is_connected_to() {
        assert_eq!(lives(Mode::Plugin, async |_, _| ()).await, RETURN_TIME);
    }

    #[tokio::test(start_paused = true)]
    async fn a_plugin_lives_on_after_a_signal_while_terraform_is_connected() {
        let lived = lives(Mode::Plugin, async |connections, _| {
            let _open = connections.opened();
            tokio::time::sleep(Duration::from_secs(100)).await;
        });
        assert_eq!(lived.await, Duration::from_secs(100) + RETURN_TIME);
    }

    #[tokio::test(start_paused = true)]
    async fn a_debugged_provider_ends_with_its_last_call() {
        let visited = async |connections: &Connections, calls: &Calls| {
            let (_open, running) = (connections.opened(), calls.begin());
            tokio::time::sleep(Duration::from_secs(3)).await;
            drop(running);
            tokio::time::sleep(Duration::from_secs(100)).await;
        };
        assert_eq!(lives(Mode::Debug, visited).await, Duration::from_secs(3) + ANSWER_TIME);
        let idle = async |connections: &Connections, _: &Calls| {
            let _open = connections.opened();
            tokio::time::sleep(Duration::from_secs(100)).await;
        };
        assert_eq!(lives(Mode::Debug, idle).await, Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_signal_ends_a_debugged_provider_at_once() {
        let (connections, calls) = (Connections::default(), Calls::default());
        let _running = calls.begin();
        let start = Instant::now();
        let second = async || tokio::time::sleep(Duration::from_secs(1)).await;
        ended_by_signal(Mode::Debug, &connections, &calls, second, async || ()).await;
        assert_eq!(start.elapsed(), Duration::from_secs(2));
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
