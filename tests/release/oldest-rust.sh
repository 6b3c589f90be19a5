#!/bin/sh
# Compiles everything with the oldest Rust that Cargo.toml claims, in a folder of its own: another compiler would throw
# away what the usual one has built.
set -eu
cd "$(dirname "$0")/../.."
rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
rustup toolchain install "$rust" --profile minimal
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/oldest-rust
export CARGO_TARGET_DIR
cargo "+$rust" check --workspace --all-targets --locked
