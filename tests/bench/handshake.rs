//! How fast a provider process is there, and how much memory it holds then.
//!
//! `cargo bench --bench handshake [-- RUNS]` starts the release binary as Terraform does, with a P-521 client
//! certificate, reads the handshake line and looks at the resident memory. The budgets are in
//! docs/contributing/design.md.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, PKCS_ECDSA_P521_SHA512};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runs = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(200_usize).max(1);
    let certificate = client_certificate()?;
    // The first start reads the binary from the disk.
    start(&certificate)?;
    let mut times = Vec::with_capacity(runs);
    let mut memory = Vec::with_capacity(runs);
    for _ in 0..runs {
        let (time, resident) = start(&certificate)?;
        times.push(time);
        memory.push(resident);
    }
    times.sort_unstable();
    memory.sort_unstable();
    let middle = runs / 2;
    let mut out = std::io::stdout();
    writeln!(out, "{runs} starts")?;
    writeln!(out, "launch to handshake line: min {:?}, median {:?}", times[0], times[middle])?;
    writeln!(out, "resident after it: min {} KiB, median {} KiB", memory[0], memory[middle])?;
    Ok(())
}

/// One start: time from launch to line, and VmRSS in KiB.
fn start(certificate: &str) -> Result<(Duration, u64), Box<dyn std::error::Error>> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terraform-provider-kibana"));
    command
        .env("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .env("PLUGIN_CLIENT_CERT", certificate)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let launch = Instant::now();
    let mut child = command.spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().ok_or("no standard output")?).read_line(&mut line)?;
    let time = launch.elapsed();
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()))?;
    // A termination lets the process remove its socket.
    Command::new("kill").arg(child.id().to_string()).status()?;
    child.wait()?;
    if !line.starts_with("1|6|unix|") {
        return Err(format!("not a handshake line: {line}").into());
    }
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok((time, resident.trim().trim_end_matches(" kB").parse()?))
}

fn client_certificate() -> Result<String, rcgen::Error> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512)?;
    let mut params = CertificateParams::new(["localhost".to_owned()])?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let text = STANDARD.encode(params.self_signed(&key)?.der());
    Ok(format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"))
}
