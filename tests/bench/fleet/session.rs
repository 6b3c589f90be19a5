//! One fleet's folder, and terraform's commands in it.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use kibana_emulator::Emulator;
use tokio::runtime::Runtime;

use super::backend::{Backend, Door};
use super::configuration::Form;
use super::processes::Watch;
use super::{Failure, Size};

pub(super) struct Session {
    folder: tempfile::TempDir,
    endpoint: String,
    backend: Backend,
    door: Door,
    count: usize,
    local: bool,
}

/// What one command took.
pub(super) struct Phase {
    pub(super) wall: Duration,
    pub(super) requests: usize,
    pub(super) connections: usize,
    pub(super) memory_mib: f64,
    pub(super) processor_seconds: f64,
    state_bytes_each: usize,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:>7.2} s, provider {:>5.2} s CPU and {:>5.1} MiB, {:>5} requests, {:>3} connections, state {} B each",
            self.wall.as_secs_f64(),
            self.processor_seconds,
            self.memory_mib,
            self.requests,
            self.connections,
            self.state_bytes_each
        )
    }
}

impl Session {
    pub(super) fn new(
        runtime: &Runtime,
        kibana: &Emulator,
        form: &Form,
        size: Size,
        local: bool,
    ) -> Result<Self, Failure> {
        let Size { count, spaces } = size;
        let (backend, state) = runtime.block_on(Backend::start())?;
        let (door, address) = runtime.block_on(Door::open(kibana.address()))?;
        let endpoint = format!("http://{address}");
        let folder = tempfile::tempdir()?;
        let remote = format!("  backend \"http\" {{\n    address = \"http://{state}/state\"\n  }}\n");
        let configuration = form.configuration(count, spaces, if local { "" } else { &remote }, &endpoint);
        std::fs::write(folder.path().join("main.tf"), configuration)?;
        install(folder.path(), form)?;
        let session = Self { folder, endpoint, backend, door, count, local };
        session.command(&["init", "-no-color"]).output().map_err(Failure::from).and_then(|output| {
            let text = String::from_utf8_lossy(&output.stderr).into_owned();
            if output.status.success() { Ok(session) } else { Err(format!("terraform init: {text}").into()) }
        })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let binary = std::env::var("TERRAFORM").unwrap_or_else(|_| "terraform".to_owned());
        let mut command = Command::new(binary);
        for (name, _) in std::env::vars() {
            let lower = name.to_lowercase();
            if name.starts_with("TF_") || name.starts_with("KIBANA_") || lower.ends_with("_proxy") {
                command.env_remove(name);
            }
        }
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("TF_CLI_CONFIG_FILE", self.folder.path().join("cli.tfrc"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("KIBANA_ENDPOINT", &self.endpoint)
            .env("KIBANA_API_KEY", "a2V5")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs a command, which must succeed; a plan must find nothing to do.
    pub(super) fn run(&self, kibana: &Emulator, arguments: &[&str]) -> Result<Phase, Failure> {
        kibana.clear_requests();
        self.door.take();
        let mut command = self.command(arguments);
        if let Ok(parallelism) = std::env::var("PARALLELISM") {
            command.arg(format!("-parallelism={parallelism}"));
        }
        let start = Instant::now();
        let terraform = command.spawn()?;
        let watch = Watch::start(terraform.id());
        let output = terraform.wait_with_output()?;
        let wall = start.elapsed();
        let usage = watch.stop();
        if !output.status.success() {
            let said = format!("{}{}", tail(&output.stdout), tail(&output.stderr));
            return Err(format!("terraform {}: {said}", arguments.join(" ")).into());
        }
        let bytes = if self.local {
            std::fs::metadata(self.folder.path().join("terraform.tfstate"))
                .map_or(0, |file| file.len() as usize)
        } else {
            self.backend.len()
        };
        Ok(Phase {
            wall,
            requests: kibana.requests().len(),
            connections: self.door.take(),
            memory_mib: usage.memory_mib,
            processor_seconds: usage.processor_seconds,
            state_bytes_each: bytes / self.count,
        })
    }
}

fn tail(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(20)..].join("\n")
}

/// Puts the provider into a mirror, as an installed one would be: Terraform then hashes it at every start.
fn install(folder: &Path, form: &Form) -> Result<(), Failure> {
    let (source, program): (&str, PathBuf) = match form {
        Form::Peer(folder) => ("elastic/elasticstack", folder.join("terraform-provider-elasticstack")),
        _ => ("kibana-rs/kibana", crate::provider()),
    };
    let arch = if cfg!(target_arch = "aarch64") { "linux_arm64" } else { "linux_amd64" };
    let name = source.rsplit('/').next().unwrap_or_default();
    for host in ["registry.terraform.io", "registry.opentofu.org"] {
        let place = folder.join("mirror").join(host).join(source).join("0.0.1").join(arch);
        std::fs::create_dir_all(&place)?;
        std::fs::copy(&program, place.join(format!("terraform-provider-{name}_v0.0.1")))?;
    }
    let mirror = folder.join("mirror").display().to_string();
    let settings =
        format!("provider_installation {{\n  filesystem_mirror {{\n    path = \"{mirror}\"\n  }}\n}}\n");
    Ok(std::fs::write(folder.join("cli.tfrc"), settings)?)
}
