//! Logs: hclog's JSON lines on standard error, which Terraform reads, filters and prints.
//!
//! Terraform gives its plugins the variables that set its own level, so work it would throw away is not done:
//! with logging off no subscriber exists and nothing is formatted. Only events of this crate are written.
//! Those of the HTTP and TLS libraries could show headers and bodies.

use std::io::Write;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt;

mod layer;
mod level;
mod line;
mod sink;
mod timestamp;

pub use layer::HclogLayer;
pub use level::Level;
use sink::Sink;

/// What the last lines may take to reach their reader before the process ends without them. Terraform kills
/// two seconds after Shutdown.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// The way to standard error, where logging is on.
static SINK: OnceLock<Arc<Sink>> = OnceLock::new();

/// Starts logging for the rest of the process.
pub(super) fn start(level: Level) {
    let Some(level) = level.tracing() else { return };
    // Without a thread for it there are no logs; the provider works all the same.
    let Ok(sink) = Sink::start(std::io::stderr()) else { return };
    let _ = SINK.set(sink);
    let subscriber = Registry::default().with(HclogLayer::new(level, write));
    // Fails only if there is a subscriber already, and then that one is used.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// Writes an event's line. What is worth a line at INFO is there before the process goes on: a provider that
/// is killed has named what it was about to create.
fn write(level: tracing::Level, line: &str) {
    match SINK.get() {
        Some(sink) if level <= tracing::Level::INFO => sink.write(line),
        _ => say(line),
    }
}

/// Writes whole lines to standard error, after those that are on their way already.
pub(super) fn say(lines: &str) {
    match SINK.get() {
        Some(sink) => sink.push(lines),
        // Unlike eprint, this does not panic when nobody reads.
        None => drop(std::io::stderr().lock().write_all(lines.as_bytes())),
    }
}

/// Gives the last lines the time to reach their reader.
pub(super) fn finish() {
    if let Some(sink) = SINK.get() {
        sink.flush(LAST_WORDS);
    }
}
