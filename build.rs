//! Compiles the protocol definitions in `proto/`.
//!
//! protox reads them, so no `protoc` has to be installed. RPCs that a service of ours leaves out answer
//! UNIMPLEMENTED, which Terraform takes for "not supported". The client half is for our own protocol tests.

use std::error::Error;
use std::path::PathBuf;

use prost::Message;

const FILES: [&str; 5] = [
    "tfplugin6.proto",
    "plugin/broker.proto",
    "plugin/controller.proto",
    "plugin/stdio.proto",
    "grpc/health/v1/health.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=proto");
    let definitions = protox::compile(FILES, ["proto"])?;
    // `tests/protocol` compares this with its own table of the wire.
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    std::fs::write(out.join("descriptors.bin"), definitions.encode_to_vec())?;
    tonic_prost_build::configure()
        .build_transport(false)
        .generate_default_stubs(true)
        // Schemas are maps in a message; a sorted map makes the answer the same bytes every time.
        .btree_map(".")
        // These hold configuration and state, with secrets in them: src/proto.rs has a Debug without
        // contents.
        .skip_debug(["tfplugin6.DynamicValue", "tfplugin6.RawState"])
        .compile_fds(definitions)?;
    Ok(())
}
