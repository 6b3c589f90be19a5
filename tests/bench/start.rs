//! How fast a provider process is there, how much memory it holds then, and how large its file is.
//!
//! Starts the release binary as Terraform does, with a P-521 client certificate, reads the handshake line and
//! looks at the resident memory, and does the same with the static one where `make release` has built it.
//! `GO_PROVIDER` names a provider built on HashiCorp's framework to compare with.

use std::error::Error;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, PKCS_ECDSA_P521_SHA512};

use crate::budget::{median, within};
use crate::{provider, say};

const STARTS: usize = 40;

/// Where `make release` puts the static program, below the target folder.
const SHIPPED: &str = "x86_64-unknown-linux-musl/dist/terraform-provider-kibana";

pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let certificate = client_certificate()?;
    let go = std::env::var("GO_PROVIDER").ok();
    let ours = provider();
    measure("this build", &ours, &certificate, go.as_deref())?;
    let shipped = ours.ancestors().nth(2).map(|target| target.join(SHIPPED)).filter(|path| path.exists());
    match shipped {
        Some(path) => measure("static binary", &path, &certificate, go.as_deref()),
        None => say("The static binary is not measured: make release builds it."),
    }
}

/// Starts one program again and again, beside the other provider.
fn measure(what: &str, program: &Path, certificate: &str, go: Option<&str>) -> Result<(), Box<dyn Error>> {
    // Whatever else the machine does can only slow a start down, so the fastest says what the program itself
    // takes.
    say(format!("\nStart, {what}: the fastest of {STARTS}, and the median of their memory"))?;
    // The first start reads the file from the disk.
    start(program, certificate)?;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    // In turn, so that a busy moment hits both.
    for _ in 0..STARTS {
        ours.push(start(program, certificate)?);
        if let Some(go) = go {
            theirs.push(start(Path::new(go), certificate)?);
        }
    }
    let of = |starts: &[(Duration, f64)]| {
        let milliseconds = starts.iter().map(|(time, _)| time.as_secs_f64() * 1000.0);
        (
            milliseconds.fold(f64::INFINITY, f64::min),
            median(starts.iter().map(|(_, memory)| *memory).collect()),
        )
    };
    let (time, memory) = of(&ours);
    within("launch to handshake line", time, 5.0, "ms")?;
    within("resident after it", memory, 11.0, "MiB")?;
    if !theirs.is_empty() {
        let (go_time, go_memory) = of(&theirs);
        within("launch to handshake line, of the Go provider's", time / go_time, 0.12, "x")?;
        within("resident after it, of the Go provider's", memory / go_memory, 0.6, "x")?;
    }
    within("size of the file", program.metadata()?.len() as f64 / 1e6, 15.0, "MB")
}

/// One start: time from launch to line, and resident MiB.
fn start(program: &Path, certificate: &str) -> Result<(Duration, f64), Box<dyn Error>> {
    // A killed process leaves its socket behind.
    let temporary = tempfile::tempdir()?;
    let mut command = Command::new(program);
    command
        .env("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .env("PLUGIN_CLIENT_CERT", certificate)
        .env("TMPDIR", temporary.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let launch = Instant::now();
    let mut child = command.spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().ok_or("no standard output")?).read_line(&mut line)?;
    let time = launch.elapsed();
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id()))?;
    child.kill()?;
    child.wait()?;
    if !line.starts_with("1|6|unix|") {
        return Err(format!("not a handshake line: {line}").into());
    }
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
    Ok((time, resident.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0))
}

fn client_certificate() -> Result<String, rcgen::Error> {
    let key = KeyPair::generate_for(&PKCS_ECDSA_P521_SHA512)?;
    let mut params = CertificateParams::new(["localhost".to_owned()])?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let text = STANDARD.encode(params.self_signed(&key)?.der());
    Ok(format!("-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----\n"))
}
