//! The emulator on its own: `cargo run -p kibana-emulator -- --port 5601`.
//!
//! Prints its address as one line on stdout and serves until Ctrl-C, or SIGTERM where there is one.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use kibana_emulator::{Auth, Credential, Emulator, Options, Preconfigured, Release, Rights, Space};

fn command() -> Command {
    Command::new("kibana-emulator")
        .about("Answers Kibana's connectors API")
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(
            "It prints its address and serves until Ctrl-C or SIGTERM. Faults, outages, recorded requests, the \
             journal of writes and what is stored are under /_emulator; its README lists them.",
        )
        .arg(
            Arg::new("address")
                .long("address")
                .value_name("IP")
                .value_parser(value_parser!(IpAddr))
                .default_value("127.0.0.1")
                .help("Address to listen on; 0.0.0.0 inside a container"),
        )
        .arg(
            Arg::new("port")
                .long("port")
                .value_name("PORT")
                .value_parser(value_parser!(u16))
                .default_value("0")
                .help("Port; 0 takes any free one"),
        )
        .arg(
            Arg::new("release")
                .long("release")
                .value_name("NAME")
                .value_parser(PossibleValuesParser::new(["old", "current", "newest", "future"]))
                .default_value("current")
                .help("Kibana to play: old is 8.19, current 9.4, newest 9.6, future an invented 10.0"),
        )
        .arg(Arg::new("data").long("data").value_name("FILE").help("JSON file that keeps what is stored"))
        .arg(
            Arg::new("api-key")
                .long("api-key")
                .value_name("KEY")
                .action(ArgAction::Append)
                .help("Accept only requests with this API key; may be repeated"),
        )
        .arg(
            Arg::new("base-path")
                .long("base-path")
                .value_name("PATH")
                .help("server.basePath, such as /kibana"),
        )
        .arg(
            Arg::new("space")
                .long("space")
                .value_name("ID")
                .action(ArgAction::Append)
                .help("Space beside default; may be repeated"),
        )
        .arg(
            Arg::new("preconfigured")
                .long("preconfigured")
                .value_name("ID=TYPE")
                .value_parser(preconfigured)
                .action(ArgAction::Append)
                .help("Connector from Kibana's configuration file, such as mail=.email; may be repeated"),
        )
}

fn preconfigured(text: &str) -> Result<Preconfigured, String> {
    match text.split_once('=') {
        Some((id, kind)) if !id.is_empty() && kind.starts_with('.') => Ok(Preconfigured {
            id: id.to_owned(),
            name: id.to_owned(),
            connector_type_id: kind.to_owned(),
            exposed_config: None,
        }),
        _ => Err("must be ID=TYPE, such as mail=.email".to_owned()),
    }
}

fn options(matches: &ArgMatches) -> Options {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let many = |name: &str| matches.get_many::<String>(name).into_iter().flatten().cloned();
    let credentials: Vec<Credential> =
        many("api-key").map(|key| Credential::new(format!("ApiKey {key}"), Rights::All)).collect();
    Options {
        address: matches.get_one("address").copied().unwrap_or(Ipv4Addr::LOCALHOST.into()),
        port: matches.get_one("port").copied().unwrap_or_default(),
        release: text("release").and_then(|name| Release::from_name(&name)).unwrap_or_default(),
        data_file: text("data").map(Into::into),
        auth: if credentials.is_empty() { Auth::Open } else { Auth::Accept(credentials) },
        base_path: text("base-path").unwrap_or_default(),
        spaces: many("space").map(Space::new).collect(),
        preconfigured: matches.get_many("preconfigured").into_iter().flatten().cloned().collect(),
        ..Options::default()
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(options(&command().get_matches())).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
            eprintln!("kibana-emulator: {error}{cause}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), Box<dyn std::error::Error>> {
    // Before the address is printed, so that whoever reads it may stop us at once.
    let end = end()?;
    let emulator = Emulator::start(options).await?;
    announce(&emulator.url());
    end.await;
    emulator.shutdown().await;
    Ok(())
}

/// Listens from now on; what is returned waits for the end that somebody asks for.
#[cfg(unix)]
fn end() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Listens from now on; what is returned waits for the end that somebody asks for.
#[cfg(windows)]
fn end() -> io::Result<impl Future<Output = ()>> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        let _ = interrupt.recv().await;
    })
}

#[allow(clippy::print_stdout, reason = "the address on stdout is this program's interface")]
fn announce(url: &str) {
    println!("{url}");
}
