//! The end: on request, on a signal, and when the host has gone.

use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use terraform_provider_kibana::proto::go_plugin::Empty;
use terraform_provider_kibana::proto::tfplugin6::get_metadata;

use crate::support::{Launch, soon};

#[tokio::test]
async fn shutdown_ends_the_process_and_removes_the_socket() {
    let plugin = Launch::terraform().start().await;
    let socket = plugin.line.address.clone();
    plugin.shutdown().await;
    assert!(!Path::new(&socket).exists());
}

#[tokio::test]
async fn shutdown_waits_for_no_stream() {
    let mut plugin = Launch::terraform().start().await;
    let start = Instant::now();
    plugin.controller.shutdown(Empty {}).await.unwrap();
    // The connection stays open, with both of its streams, until the process lets go of it.
    assert_eq!(plugin.process.exit().await.code(), Some(0));
    assert!(start.elapsed() < Duration::from_secs(2), "Terraform kills after two seconds");
    assert!(soon("the broker's end", plugin.broker.message()).await.is_err());
    assert!(soon("the output's end", plugin.stdio.message()).await.is_err());
}

#[tokio::test]
async fn the_process_ends_when_the_host_has_gone() {
    let plugin = Launch::terraform().start().await;
    let socket = plugin.line.address.clone();
    let mut process = plugin.disconnect();
    assert_eq!(process.exit().await.code(), Some(0));
    assert!(!Path::new(&socket).exists());
}

#[tokio::test]
async fn an_interrupt_is_left_to_terraform() {
    let mut plugin = Launch::terraform().env("TF_LOG", "DEBUG").start().await;
    plugin.process.signal(Signal::SIGINT);
    plugin.process.stderr_line("an interrupt is left to Terraform").await;
    plugin.shutdown().await;
}

#[tokio::test]
async fn the_end_of_the_terminal_is_left_to_terraform() {
    let mut plugin = Launch::terraform().env("TF_LOG", "DEBUG").start().await;
    plugin.process.signal(Signal::SIGHUP);
    plugin.process.stderr_line("a hangup is left to Terraform").await;
    plugin.provider.get_metadata(get_metadata::Request::default()).await.unwrap();
    plugin.shutdown().await;
}

#[tokio::test]
async fn a_termination_is_left_to_terraform_while_it_is_connected() {
    let mut plugin = Launch::terraform().env("TF_LOG", "INFO").start().await;
    plugin.process.signal(Signal::SIGTERM);
    plugin.process.stderr_line("stopping because of a signal").await;
    // Terraform may still call.
    plugin.provider.get_metadata(get_metadata::Request::default()).await.unwrap();
    let socket = plugin.line.address.clone();
    let mut process = plugin.disconnect();
    assert_eq!(process.exit().await.code(), Some(0));
    assert!(!Path::new(&socket).exists());
}

#[tokio::test]
async fn a_termination_ends_a_process_that_nobody_is_connected_to() {
    let mut process = Launch::terraform().spawn();
    let line = process.line().await;
    process.signal(Signal::SIGTERM);
    assert_eq!(process.exit().await.code(), Some(0));
    assert!(!Path::new(&line.address).exists());
}
