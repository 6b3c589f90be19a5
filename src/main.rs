//! The plugin's process: everything is in the library.

use std::process::ExitCode;
use terraform_provider_kibana::{PROGRAM, plugin, rpc::Service};

fn main() -> ExitCode {
    plugin::run(PROGRAM, Service::default)
}
