//! Logs: hclog's JSON lines on standard error, which Terraform reads, filters and prints.
//!
//! Terraform gives its plugins the variables that set its own level, so work it would throw away is not done:
//! with logging off no subscriber exists and nothing is formatted. Only events of this crate are written.
//! Those of the HTTP and TLS libraries could show headers and bodies.

use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt;

mod layer;
mod level;
mod line;
mod timestamp;

pub use layer::HclogLayer;
pub use level::Level;

/// Starts logging for the rest of the process.
pub(super) fn start(level: Level) {
    if let Some(level) = level.tracing() {
        let subscriber = Registry::default().with(HclogLayer::new(level, write_line));
        // Fails only if there is a subscriber already, and then that one is used.
        let _ = tracing::subscriber::set_global_default(subscriber);
    }
}

fn write_line(line: &str) {
    use std::io::Write;
    // One call for the whole line, so that lines of two threads do not mix. If nobody reads, nobody reads.
    let _ = std::io::stderr().lock().write_all(line.as_bytes());
}
