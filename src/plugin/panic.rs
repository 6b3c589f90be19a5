//! Panics: those that end the process, and those that become a diagnostic.
//!
//! Terraform shows the text of a plugin's crash only if a line starts with `panic: `, which Rust's own text
//! does not. [`caught`] is for calls: their panics are answered, so the hook must not print that word for
//! them. A message made at run time may hold a secret (think of `expect` on a value), so only messages that
//! are part of the program are ever shown; the place in the source always is.

use std::any::Any;
use std::backtrace::{Backtrace, BacktraceStatus};
use std::cell::{Cell, RefCell};
use std::fmt;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::pin::Pin;

use tokio::sync::Notify;

thread_local! {
    /// Whether a panic on this thread is going to be caught by [`caught`].
    static CATCHING: Cell<bool> = const { Cell::new(false) };
    /// Where the last one happened, from the hook to the catcher.
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// A panic in one of the runtime's threads unwinds its task only; this tells the main loop to end.
static UNCAUGHT: Notify = Notify::const_new();

/// A panic that was caught.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("panicked{}{}", At(place), Because(message))]
pub struct CaughtPanic {
    /// File, line and column, if the hook is installed.
    pub place: Option<String>,
    /// The message, if it is part of the program.
    pub message: Option<&'static str>,
}

struct At<'a>(&'a Option<String>);
struct Because<'a>(&'a Option<&'static str>);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |place| write!(f, " at {place}"))
    }
}

impl fmt::Display for Because<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.map_or(Ok(()), |message| write!(f, ": {message}"))
    }
}

/// Runs `future`, turning a panic into an error.
///
/// What the future touched may be half-done, so nothing shared may be left locked or broken by it. A task
/// that it spawns is not part of it: the panic of such a task ends the process, unless it is caught there.
///
/// # Errors
///
/// When the future panicked.
pub async fn caught<F: Future>(future: F) -> Result<F::Output, CaughtPanic> {
    let mut future = Box::pin(future);
    std::future::poll_fn(move |context| {
        let outer = CATCHING.replace(true);
        let result = catch_unwind(AssertUnwindSafe(|| Pin::as_mut(&mut future).poll(context)));
        CATCHING.set(outer);
        match result {
            Ok(poll) => poll.map(Ok),
            Err(payload) => {
                let place = PLACE.take();
                std::task::Poll::Ready(Err(CaughtPanic { place, message: fixed_message(&*payload) }))
            }
        }
    })
    .await
}

/// Waits for a panic outside of [`caught`].
pub(super) async fn uncaught() {
    UNCAUGHT.notified().await;
}

/// Replaces Rust's panic text by one that Terraform recognises.
pub fn install_hook() {
    std::panic::set_hook(Box::new(|info| {
        let place = info.location().map(ToString::to_string);
        if CATCHING.get() {
            let message = fixed_message(info.payload());
            tracing::error!(place = place.as_deref(), reason = message, "a call panicked");
            PLACE.set(place);
        } else {
            super::logging::say(&crash_text(info));
            UNCAUGHT.notify_one();
        }
    }));
}

fn crash_text(info: &PanicHookInfo<'_>) -> String {
    let message = fixed_message(info.payload()).unwrap_or("(a message made at run time, left out)");
    let place = info.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or("without a name");
    let version = env!("CARGO_PKG_VERSION");
    let backtrace = Backtrace::capture();
    let backtrace = match backtrace.status() {
        BacktraceStatus::Captured => format!("\n{backtrace}"),
        _ => " set RUST_BACKTRACE=1 for one".to_owned(),
    };
    format!(
        "panic: {message}\nat {place}, thread {thread}, provider version {version}\nbacktrace:{backtrace}\n"
    )
}

fn fixed_message(payload: &(dyn Any + Send)) -> Option<&'static str> {
    payload.downcast_ref::<&'static str>().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_becomes_an_error_without_run_time_text() {
        let fixed = caught(async { panic!("the list is never empty") }).await;
        assert_eq!(fixed.unwrap_err().message, Some("the list is never empty"));
        let secret = String::from("hunter2");
        let built = caught(async { panic!("bad value: {secret}") }).await.unwrap_err();
        assert_eq!(built.message, None);
        assert!(!built.to_string().contains("hunter2"));
    }

    #[tokio::test]
    async fn the_mark_is_gone_after_a_caught_panic() {
        let _ = caught(async { panic!("x") }).await;
        assert!(!CATCHING.get());
        assert_eq!(caught(async { CATCHING.get() }).await, Ok(true));
    }
}
