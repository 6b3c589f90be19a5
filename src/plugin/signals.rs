//! Signals: which concern us and which are left to Terraform.
//!
//! Ctrl-C in a terminal reaches Terraform and all its plugins at once, and so does the termination of a
//! process group (systemd, CI runners). Terraform still wants answers then, so a plugin that died of it would
//! lose the state of what it was creating. What follows from a signal is decided in `lifetime`.

use std::io;

use super::Mode;

#[cfg(unix)]
pub(super) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    /// From here on no interrupt ends the process by itself.
    pub(super) fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Waits for a signal that asks us to stop: a termination, in debug mode also an interrupt.
    pub(super) async fn stop(&mut self, mode: Mode) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return,
                _ = self.interrupt.recv() => match mode {
                    Mode::Debug => return,
                    Mode::Plugin => tracing::debug!("an interrupt is left to Terraform"),
                },
            }
        }
    }
}

#[cfg(windows)]
pub(super) struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
}

#[cfg(windows)]
impl Signals {
    /// From here on no Ctrl-C ends the process by itself.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    /// Waits for Ctrl-C in debug mode, for ever in plugin mode.
    pub(super) async fn stop(&mut self, mode: Mode) {
        loop {
            match (self.interrupt.recv().await, mode) {
                (Some(()), Mode::Debug) => return,
                (Some(()), Mode::Plugin) => tracing::debug!("an interrupt is left to Terraform"),
                (None, _) => std::future::pending().await,
            }
        }
    }
}
