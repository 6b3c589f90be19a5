//! The plugin's process: everything is in the library.

use std::process::ExitCode;
use terraform_provider_kibana::{plugin, rpc::Service};

fn main() -> ExitCode {
    plugin::run(Service::default)
}
