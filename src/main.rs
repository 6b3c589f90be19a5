//! The program: Terraform's plugin, or the command that a person gives. Everything is in the library.

use std::process::ExitCode;
use terraform_provider_kibana::{PROGRAM, export, plugin, rpc::Service};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    match arguments.next() {
        Some(command) if command == "export" => export::run(arguments),
        _ => plugin::run(PROGRAM, Service::default),
    }
}
