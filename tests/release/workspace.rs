//! A folder with a configuration, a terraform that knows one mirror, and an emulated Kibana to plan against.

use std::path::PathBuf;
use std::process::Command;

use kibana_emulator::{Emulator, Options};
use release_packer::VERSION;

/// The folder.
pub(crate) struct Workspace {
    folder: tempfile::TempDir,
    variables: Vec<(&'static str, String)>,
    kibana: Emulator,
}

impl Workspace {
    /// A folder whose terraform has these settings.
    pub(crate) async fn new(settings: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let kibana = Emulator::start(Options::default()).await.expect("the emulator starts");
        let workspace = Self { folder, variables: Vec::new(), kibana };
        std::fs::write(workspace.path("cli.tfrc"), settings).expect("the settings can be written");
        let configuration = format!(
            "terraform {{\n  required_providers {{\n    kibana = {{\n      source  = \"kibana-rs/kibana\"\n      version = \
             \"{VERSION}\"\n    }}\n  }}\n}}\n\nresource \"kibana_connector\" \"log\" {{\n  name = \"log\"\n  server_log {{}}\n}}\n"
        );
        std::fs::write(workspace.path("main.tf"), configuration).expect("the configuration can be written");
        workspace
    }

    /// Trusts this authority and no other.
    pub(crate) fn trust(&mut self, authority: &str) {
        std::fs::write(self.path("authority.pem"), authority).expect("the certificate can be written");
        self.variables.push(("SSL_CERT_FILE", self.path("authority.pem").display().to_string()));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The dependency lock file.
    pub(crate) fn lock(&self) -> String {
        std::fs::read_to_string(self.path(".terraform.lock.hcl")).expect("a lock file")
    }

    /// Forgets what was installed, but not the lock file.
    pub(crate) fn uninstall(&self) {
        std::fs::remove_dir_all(self.path(".terraform")).expect("something was installed");
    }

    /// Forgets what was installed and the lock file.
    pub(crate) fn forget(&self) {
        self.uninstall();
        std::fs::remove_file(self.path(".terraform.lock.hcl")).expect("there was a lock file");
    }

    /// Runs terraform: whether it went well, and what it said on one line.
    pub(crate) fn terraform(&self, arguments: &[&str]) -> (bool, String) {
        let binary = std::env::var("TERRAFORM").unwrap_or_else(|_| "terraform".to_owned());
        let mut command = Command::new(binary);
        for (name, _) in std::env::vars() {
            if name.starts_with("TF_")
                || name.starts_with("KIBANA_")
                || name.to_lowercase().ends_with("_proxy")
            {
                command.env_remove(name);
            }
        }
        let output = command
            .args(arguments)
            .arg("-no-color")
            .current_dir(self.folder.path())
            .env("TF_CLI_CONFIG_FILE", self.path("cli.tfrc"))
            .env("CHECKPOINT_DISABLE", "1")
            .env("KIBANA_ENDPOINT", self.kibana.url())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .output()
            .expect("terraform can be run");
        let text =
            format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        let words = text.replace(['│', '╷', '╵'], " ");
        (output.status.success(), words.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// Runs terraform, which must succeed.
    #[track_caller]
    pub(crate) fn succeeds(&self, arguments: &[&str]) -> String {
        let (success, said) = self.terraform(arguments);
        assert!(success, "{arguments:?} failed: {said}");
        said
    }

    /// Runs terraform, which must fail.
    #[track_caller]
    pub(crate) fn fails(&self, arguments: &[&str]) -> String {
        let (success, said) = self.terraform(arguments);
        assert!(!success, "{arguments:?} succeeded: {said}");
        said
    }
}
