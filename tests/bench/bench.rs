//! The benchmarks: `cargo bench --bench bench -- start|instances|fleet`, or all of them without a word.
//!
//! Each prints what it measured beside the budget it is held to. `docs/contributing/performance.md` explains
//! the figures and keeps those of the last release. Nothing fails because of a budget: a busy machine is no
//! bug.

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;

mod budget;
#[cfg(target_os = "linux")]
mod fleet;
mod instances;
mod start;

fn main() -> Result<(), Box<dyn Error>> {
    // Cargo adds a flag of its own.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {
            start::run()?;
            instances::run()?;
            fleet_run()
        }
        ["start"] => start::run(),
        ["instances"] => instances::run(),
        ["instances", "bare", rpc, count] => instances::bare(rpc, count.parse()?),
        ["fleet"] => fleet_run(),
        other => Err(format!("unknown arguments: {other:?}; say start, instances or fleet").into()),
    }
}

#[cfg(target_os = "linux")]
fn fleet_run() -> Result<(), Box<dyn Error>> {
    fleet::run()
}

#[cfg(not(target_os = "linux"))]
fn fleet_run() -> Result<(), Box<dyn Error>> {
    say("The fleet is measured on Linux only, where the system tells of other processes in files.")
}

/// The program that is measured: this build's, or the one that `PROVIDER` names, as the static one of `make
/// release`.
fn provider() -> PathBuf {
    let ours = env!("CARGO_BIN_EXE_terraform-provider-kibana");
    std::env::var_os("PROVIDER").map_or_else(|| ours.into(), PathBuf::from)
}

/// A line of the report.
fn say(line: impl AsRef<str>) -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout();
    writeln!(out, "{}", line.as_ref())?;
    Ok(out.flush()?)
}
