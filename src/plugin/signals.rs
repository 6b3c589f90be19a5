//! Signals: which concern us and which are left to Terraform.
//!
//! Ctrl-C in a terminal reaches Terraform and all its plugins at once, and so does the termination of a
//! process group (systemd, CI runners) and the end of a terminal. Terraform may still want answers then, and
//! what was begun has to be finished, so a plugin that died of it would lose the state of what it was
//! creating. What follows from a signal is decided in `lifetime`.

use std::io;

use super::Mode;

#[cfg(unix)]
pub(super) struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hangup: Option<tokio::signal::unix::Signal>,
}

#[cfg(unix)]
impl Signals {
    /// From here on no interrupt ends the process by itself, and for a plugin no hangup: whether Terraform
    /// dies of it depends (`nohup`), and a plugin sees that by its connection.
    pub(super) fn listen(mode: Mode) -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let hangup = match mode {
            Mode::Plugin => Some(signal(SignalKind::hangup())?),
            Mode::Debug => None,
        };
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hangup,
        })
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
                () = next(&mut self.hangup) => tracing::debug!("a hangup is left to Terraform"),
            }
        }
    }
}

/// Waits for a signal; for ever where it is not listened to.
#[cfg(unix)]
async fn next(signal: &mut Option<tokio::signal::unix::Signal>) {
    match signal {
        Some(signal) => {
            signal.recv().await;
        }
        None => std::future::pending().await,
    }
}

#[cfg(windows)]
pub(super) struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
    interrupt_by_break: tokio::signal::windows::CtrlBreak,
    close: tokio::signal::windows::CtrlClose,
    shutdown: tokio::signal::windows::CtrlShutdown,
}

#[cfg(windows)]
impl Signals {
    /// From here on no Ctrl-C ends the process by itself. Windows ends it some seconds after the console was
    /// closed or the machine is shut down, which is the time for what was begun.
    pub(super) fn listen(_: Mode) -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};
        Ok(Self {
            interrupt: ctrl_c()?,
            interrupt_by_break: ctrl_break()?,
            close: ctrl_close()?,
            shutdown: ctrl_shutdown()?,
        })
    }

    /// Waits for what asks us to stop: the end of the console or of the machine, in debug mode also Ctrl-C
    /// and Ctrl-Break.
    pub(super) async fn stop(&mut self, mode: Mode) {
        loop {
            tokio::select! {
                Some(()) = self.close.recv() => return,
                Some(()) = self.shutdown.recv() => return,
                Some(()) = self.interrupt.recv() => {}
                Some(()) = self.interrupt_by_break.recv() => {}
                else => std::future::pending().await,
            }
            match mode {
                Mode::Debug => return,
                Mode::Plugin => tracing::debug!("an interrupt is left to Terraform"),
            }
        }
    }
}
