//! Logs as Terraform's reader needs them.

use serde_json::{Map, Value};
use terraform_provider_kibana::proto::go_plugin::Empty;
use terraform_provider_kibana::proto::tfplugin6::get_metadata;
use tokio::io::AsyncReadExt;

use crate::support::{Launch, soon};

#[tokio::test]
async fn every_line_is_hclog_json_and_comes_from_us() {
    let mut process = Launch::terraform().env("TF_LOG", "TRACE").spawn();
    let line = process.line().await;
    let mut plugin = crate::support::Plugin::attach(process, line).await;
    plugin.controller.shutdown(Empty {}).await.unwrap();
    let mut process = plugin.disconnect();
    process.exit().await;
    let mut count = 0;
    while let Some(line) = process.stderr.next_line().await.unwrap() {
        let entry: Map<String, Value> = serde_json::from_str(&line).unwrap();
        let text = |key: &str| entry[key].as_str().unwrap_or_else(|| panic!("{key} in {line}"));
        assert!(["trace", "debug", "info", "warn", "error"].contains(&text("@level")), "{line}");
        assert_eq!(text("@module"), "provider");
        assert!(!text("@message").is_empty());
        let (seconds, fraction) = text("@timestamp").split_once('.').unwrap();
        assert_eq!(seconds.len(), "2026-08-22T10:00:00".len());
        assert!(fraction.len() == 7 && fraction.ends_with('Z'), "{line}");
        count += 1;
    }
    assert!(count >= 2, "it says that it serves and that it ends");
}

#[tokio::test]
async fn a_reader_that_stopped_reading_blocks_no_call() {
    let mut plugin = Launch::terraform().env("TF_LOG", "TRACE").start().await;
    // Each call writes a line of some 200 bytes, and a pipe holds 64 KiB.
    for _ in 0..1000 {
        let call = plugin.provider.get_metadata(get_metadata::Request::default());
        soon("an answer", call).await.unwrap();
    }
    plugin.shutdown().await;
}

#[tokio::test]
async fn nothing_is_written_when_logging_is_off() {
    for variables in [&[][..], &[("TF_LOG", "TRACE"), ("TF_LOG_PROVIDER", "OFF")]] {
        let launch =
            variables.iter().fold(Launch::terraform(), |launch, (name, value)| launch.env(name, value));
        let mut plugin = launch.start().await;
        plugin.controller.shutdown(Empty {}).await.unwrap();
        let mut process = plugin.disconnect();
        process.exit().await;
        let mut text = String::new();
        process.stderr.get_mut().read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "");
    }
}
