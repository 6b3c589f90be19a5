//! A release, as those see it who install it: real `terraform init` and `plan` from mirrors that hold its
//! archives.
//!
//! By default the archive is packed from the provider that was just built. `RELEASE_FILES` names a folder
//! with a real release instead; `make dist` does that, and where `GPG_KEY` names the key that signed it,
//! terraform installs it from a registry, too. Linux only: elsewhere Go's programs do not read
//! `SSL_CERT_FILE`.

#![cfg(target_os = "linux")]

mod files;
mod https;
mod install;
mod registry;
mod workspace;
