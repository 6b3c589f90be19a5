//! The program: Terraform's plugin, or the command that a person gives. Everything is in the library.

use std::process::ExitCode;

use terraform_provider_kibana::{PROGRAM, export, plugin, rpc::Service};

/// musl's own allocator is made for small size: two threads that allocate at once wait for each other.
#[cfg(target_env = "musl")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    match arguments.next() {
        Some(command) if command == "export" => export::run(arguments),
        _ => plugin::run(PROGRAM, Service::default),
    }
}
