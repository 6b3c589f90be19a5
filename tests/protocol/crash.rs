//! What Terraform sees of a panic that nobody caught.
//!
//! A panic hook belongs to a whole process, so this program starts itself once more for it.

use std::process::Command;

use terraform_provider_kibana::PROGRAM;
use terraform_provider_kibana::plugin::{self, Environment, Error, Mode};
use terraform_provider_kibana::proto::tfplugin6::provider_server::Provider;

struct Unserved;

impl Provider for Unserved {}

const CHILD: &str = "CRASH_TEST_MESSAGE";

/// Does nothing but in the process started by the tests below.
#[tokio::test(flavor = "multi_thread")]
async fn child() {
    let Ok(message) = std::env::var(CHILD) else { return };
    plugin::panic::install_hook();
    let task = tokio::spawn(async move {
        if message.is_empty() {
            panic!("the list is never empty");
        }
        panic!("bad value: {message}");
    });
    let environment = Environment::read(Mode::Debug, |_| None).unwrap();
    let result = plugin::serve(PROGRAM, || Unserved, &environment).await;
    assert!(matches!(result, Err(Error::Panicked)) && task.await.is_err());
}

fn crash(message: &str) -> String {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child", "--nocapture"])
        .env(CHILD, message)
        .env_remove("RUST_BACKTRACE")
        .output()
        .unwrap();
    assert!(child.status.success(), "the panic ends the serving: {child:?}");
    String::from_utf8(child.stderr).unwrap()
}

#[test]
fn the_first_line_starts_with_the_word_terraform_looks_for() {
    let text = crash("");
    assert!(text.starts_with("panic: the list is never empty\nat tests/protocol/crash.rs:"), "{text}");
}

#[test]
fn text_made_at_run_time_is_left_out() {
    let text = crash("hunter2");
    assert!(text.starts_with("panic: ") && !text.contains("hunter2"), "{text}");
}
