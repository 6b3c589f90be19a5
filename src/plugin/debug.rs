//! Debug mode: tells a person how to point Terraform at this process.
//!
//! There is no handshake and no TLS. Terraform learns the socket from an environment variable, never ends
//! the process, and may connect many times.

use std::io::Write;

use serde_json::json;

use super::listener::Listener;
use super::{Error, PROTOCOL_VERSION, Program};

/// Prints the variable to set.
pub(super) fn announce(program: Program, listener: &Listener) -> Result<(), Error> {
    let text = text(program, listener.network(), &listener.address(), std::process::id());
    let mut stdout = std::io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).map_err(Error::Output)
}

fn text(program: Program, network: &str, address: &str, pid: u32) -> String {
    let variable = |source_address: &str| {
        let reattach = json!({
            source_address: {
                "Protocol": "grpc",
                // Terraform takes a missing version for 5.
                "ProtocolVersion": PROTOCOL_VERSION,
                "Pid": pid,
                // Tells Terraform to leave the process alone when it is done.
                "Test": true,
                "Addr": { "Network": network, "String": address },
            }
        });
        // A single quote in the path would end the shell's string.
        format!("TF_REATTACH_PROVIDERS='{}'", reattach.to_string().replace('\'', r"'\''"))
    };
    // Both are full addresses: a short one would get a different host from each of the two programs.
    let opentofu = program.source_address.replacen("registry.terraform.io", "registry.opentofu.org", 1);
    format!(
        "The provider is running. For Terraform, set this in another terminal:\n\n\
         {}\n\n\
         For OpenTofu, the same with its own registry as host:\n\n\
         {}\n\n\
         An interrupt (Ctrl-C) ends the provider once no call is running, a second one at once.\n",
        variable(program.source_address),
        variable(&opentofu),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_is_one_quoted_json_object() {
        let text = text(crate::plugin::program::EXAMPLE, "unix", "/tmp/it's", 42);
        let line = text.lines().find(|line| line.starts_with("TF_REATTACH_PROVIDERS='")).unwrap();
        assert_eq!(
            line,
            "TF_REATTACH_PROVIDERS='{\"registry.terraform.io/examples/example\":\
             {\"Addr\":{\"Network\":\"unix\",\"String\":\"/tmp/it'\\''s\"},\"Pid\":42,\
             \"Protocol\":\"grpc\",\"ProtocolVersion\":6,\"Test\":true}}'"
        );
    }
}
