//! Starting the binary: environment, handshake line, what it says on standard error.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{ExitStatus, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls::pki_types::CertificateDer;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};

use super::{ClientIdentity, Plugin, soon};

/// How the process is to be started.
pub(crate) struct Launch {
    command: Command,
    client: Option<ClientIdentity>,
    temporary: TempDir,
}

impl Launch {
    /// As a person does it: no variables, no arguments.
    pub(crate) fn by_hand() -> Self {
        // PROVIDER names another program: a build for another machine, behind a script that starts it here.
        let built = || env!("CARGO_BIN_EXE_terraform-provider-kibana").into();
        Self::of(Command::new(std::env::var_os("PROVIDER").unwrap_or_else(built)))
    }

    /// This test program once more, with one test: for what belongs to a whole process.
    pub(crate) fn test(name: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", name, "--nocapture"]);
        Self::of(command)
    }

    fn of(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        for (name, _) in std::env::vars_os() {
            let text = name.to_string_lossy();
            if ["TF_", "PLUGIN_", "RUST_"].iter().any(|prefix| text.starts_with(prefix)) {
                command.env_remove(&name);
            }
        }
        let temporary = tempfile::tempdir().unwrap();
        command.env("TMPDIR", temporary.path());
        Self { command, client: None, temporary }
    }

    /// As Terraform does it, but with TF_DISABLE_PLUGIN_TLS set.
    pub(crate) fn without_tls() -> Self {
        Self::by_hand()
            .env("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2")
            .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
            .env("PLUGIN_MIN_PORT", "10000")
            .env("PLUGIN_MAX_PORT", "25000")
    }

    /// As Terraform does it.
    pub(crate) fn terraform() -> Self {
        let client = ClientIdentity::new();
        let mut launch = Self::without_tls().env("PLUGIN_CLIENT_CERT", client.pem());
        launch.client = Some(client);
        launch
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn arg(mut self, argument: &str) -> Self {
        self.command.arg(argument);
        self
    }

    pub(crate) fn current_dir(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// Starts the process and waits for nothing.
    pub(crate) fn spawn(mut self) -> Started {
        let mut child = self.command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        let stderr = BufReader::new(child.stderr.take().unwrap()).lines();
        Started { child, stdout, stderr, client: self.client, _temporary: self.temporary }
    }

    /// Starts the process, reads its line, connects and opens the streams that Terraform opens.
    pub(crate) async fn start(self) -> Plugin {
        let mut started = self.spawn();
        let line = started.line().await;
        Plugin::attach(started, line).await
    }

    /// Runs the process to its end: exit code, standard output, standard error.
    pub(crate) async fn run(mut self) -> (Option<i32>, String, String) {
        let output = soon("the process to end", self.command.output()).await.unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    /// Runs it with a file as its standard output.
    pub(crate) async fn run_into(mut self, stdout: std::fs::File) -> (Option<i32>, String) {
        let child = self.command.stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
        let output = soon("the process to end", child.wait_with_output()).await.unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    }
}

/// A process whose line has not been read yet.
pub(crate) struct Started {
    pub(crate) child: Child,
    pub(crate) stdout: Lines<BufReader<ChildStdout>>,
    pub(crate) stderr: Lines<BufReader<ChildStderr>>,
    pub(crate) client: Option<ClientIdentity>,
    /// Takes the socket with it when a test kills the process by dropping it.
    _temporary: TempDir,
}

impl Started {
    /// The handshake line.
    pub(crate) async fn line(&mut self) -> Line {
        match soon("the handshake line", self.stdout.next_line()).await.unwrap() {
            Some(line) => Line::parse(&line),
            None => {
                let mut text = String::new();
                self.stderr.get_mut().read_to_string(&mut text).await.unwrap();
                panic!("the process ended without a handshake line and said: {text}")
            }
        }
    }

    /// The first line on standard output that starts like this.
    pub(crate) async fn stdout_line(&mut self, start: &str) -> String {
        loop {
            let line = soon(start, self.stdout.next_line()).await.unwrap();
            let line = line.unwrap_or_else(|| panic!("standard output ended before a line with {start}"));
            if line.starts_with(start) {
                return line;
            }
        }
    }

    /// The first line on standard error with this in it.
    pub(crate) async fn stderr_line(&mut self, part: &str) -> String {
        loop {
            let line = soon(part, self.stderr.next_line()).await.unwrap();
            let line = line.unwrap_or_else(|| panic!("standard error ended before a line with {part}"));
            if line.contains(part) {
                return line;
            }
        }
    }

    /// Sends a signal.
    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: nix::sys::signal::Signal) {
        let pid = i32::try_from(self.child.id().unwrap()).unwrap();
        nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), signal).unwrap();
    }

    /// Waits for the process to end by itself.
    pub(crate) async fn exit(&mut self) -> ExitStatus {
        soon("the process to end", self.child.wait()).await.unwrap()
    }
}

/// The handshake line, taken apart.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) parts: Vec<String>,
    pub(crate) network: String,
    pub(crate) address: String,
    pub(crate) certificate: Option<CertificateDer<'static>>,
}

impl Line {
    fn parse(line: &str) -> Self {
        let parts: Vec<_> = line.split('|').map(str::to_owned).collect();
        assert!(matches!(parts.len(), 6 | 7), "{line}");
        assert_eq!((&*parts[0], &*parts[1], &*parts[4]), ("1", "6", "grpc"), "{line}");
        let der = STANDARD_NO_PAD.decode(&parts[5]).unwrap();
        Self {
            network: parts[2].clone(),
            address: parts[3].clone(),
            certificate: (!der.is_empty()).then(|| der.into()),
            parts,
        }
    }
}
