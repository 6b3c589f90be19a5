//! Process and transport: how Terraform starts us, finds us, trusts us and ends us.
//!
//! [`run`] is the whole life of the process: it reads the command line, starts logging and serves a provider
//! until the host is done with it. The provider is known here by a [`Program`] (name, version, address) and
//! by the protocol's service alone; what it manages is not known.

use std::process::ExitCode;
use std::sync::Arc;

use tokio::runtime::Builder;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use crate::proto::tfplugin6::provider_server::Provider;
use crate::proto::tfplugin6::stop_provider;

mod caller;
mod command;
mod connections;
mod debug;
mod environment;
mod error;
mod handshake;
mod lifetime;
pub mod listener;
pub mod logging;
pub mod panic;
mod program;
pub mod services;
mod signals;
pub mod tls;

pub use caller::Caller;
pub use command::Command;
pub use connections::Open;
pub use environment::Environment;
pub use error::Error;
pub use lifetime::{Calls, Connections, Shutdown};
use listener::Listener;
pub use program::Program;

/// The major version of the plugin protocol we speak.
pub const PROTOCOL_VERSION: u32 = 6;

/// Workers beyond this do not make a provider faster: it waits for the network, ten calls at a time.
const MOST_WORKERS: usize = 4;

/// How a process serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Started by Terraform, which reads the handshake line and ends the process.
    Plugin,
    /// Started by a person with `-debug`, perhaps under a debugger; Terraform is told where to find it.
    Debug,
}

/// The program: reads the command line, serves what `provider` makes and says how the process should exit.
///
/// The provider is made only if there is something to serve, so `-version` costs nothing.
pub fn run<P: Provider>(program: Program, provider: impl FnOnce() -> P) -> ExitCode {
    let mode = match command::parse(program, std::env::args_os().skip(1)) {
        Command::Serve(mode) => mode,
        Command::Print(text) => return command::print(&text),
        Command::Refuse(text) => {
            logging::say(&format!("{text}\n"));
            return ExitCode::from(2);
        }
    };
    // Before anything else, so that a person who starts the binary by hand is told what it is.
    let environment = match Environment::read(mode, |name| std::env::var_os(name)) {
        Ok(environment) => environment,
        Err(error) => return fail(&error),
    };
    panic::install_hook();
    logging::start(logging::Level::from_environment(program, |name| std::env::var(name).ok()));
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_WORKERS);
    let runtime = match Builder::new_multi_thread().worker_threads(workers).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&Error::Runtime(error)),
    };
    let result = runtime.block_on(serve(program, provider, &environment));
    // Streams are still open and calls may still run: nobody is left to hear their answers.
    runtime.shutdown_background();
    let code = match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    };
    logging::finish();
    code
}

fn fail(error: &Error) -> ExitCode {
    logging::say(&format!("{}\n", error::chain(error)));
    ExitCode::FAILURE
}

/// Serves what `provider` makes until the host asks to end, goes away, or a signal ends the process.
///
/// # Errors
///
/// When the socket cannot be made, the client's certificate cannot be read, the handshake line cannot be
/// written, or a task of ours panicked.
pub async fn serve<P: Provider>(
    program: Program,
    provider: impl FnOnce() -> P,
    environment: &Environment,
) -> Result<(), Error> {
    // Signals first: an interrupt that arrives right after the handshake line must not end us.
    let mut signals = signals::Signals::listen(environment.mode).map_err(Error::Signals)?;
    let identity =
        environment.client_certificate.as_deref().map(tls::ServerIdentity::for_client).transpose()?;
    // Owned here and not by a task, so that the socket is removed before the process ends.
    let listener = Listener::bind(environment)?;
    match environment.mode {
        Mode::Plugin => handshake::announce(&listener, identity.as_ref(), environment.multiplex)?,
        Mode::Debug => debug::announce(program, &listener)?,
    }
    tracing::debug!(network = listener.network(), address = listener.address(), "serving");

    // Made while the host connects.
    let provider = Arc::new(provider());
    let (connections, calls, shutdown) = (Connections::default(), Calls::default(), Shutdown::default());
    let stop = async || drop(provider.stop_provider(tonic::Request::new(stop_provider::Request {})).await);
    let acceptor = identity.map(|identity| identity.acceptor);
    let (sender, incoming) = mpsc::channel(1);
    let server = services::router(Arc::clone(&provider), calls.clone(), shutdown.clone())
        .serve_with_incoming(ReceiverStream::new(incoming));
    let mode = environment.mode;
    let signal = async || signals.stop(mode).await;
    let reason = tokio::select! {
        result = server => return result.map_err(Error::Transport),
        never = connections::accept(&listener, acceptor, connections.clone(), sender) => match never {},
        () = shutdown.answered(&connections) => "shutdown was called",
        () = connections.abandoned(&calls), if mode == Mode::Plugin => "the host has gone",
        () = lifetime::ended_by_signal(mode, &connections, &calls, signal, stop) => "a signal arrived",
        () = panic::uncaught() => return Err(Error::Panicked),
    };
    tracing::debug!(reason, "ending");
    Ok(())
}
