//! Debug mode: a process that a person started and Terraform only visits.

use std::io::Write;

use nix::sys::signal::Signal;
use serde_json::Value;
use terraform_provider_kibana::PROGRAM;
use terraform_provider_kibana::plugin::{self, Environment, Mode};
use terraform_provider_kibana::proto::health::HealthCheckRequest;
use terraform_provider_kibana::proto::health::health_client::HealthClient;
use terraform_provider_kibana::proto::tfplugin6::provider_client::ProviderClient;
use terraform_provider_kibana::proto::tfplugin6::provider_server::Provider;
use terraform_provider_kibana::proto::tfplugin6::{get_metadata, stop_provider};
use tokio::net::UnixStream;
use tokio::sync::Notify;
use tonic::transport::{Channel, Endpoint};
use tonic::{Request, Response, Status};

use crate::support::{Launch, Started, soon};

async fn visit(address: &str) -> Channel {
    let address = address.to_owned();
    let connector = tower::service_fn(move |_| {
        let stream = UnixStream::connect(address.clone());
        async { stream.await.map(hyper_util::rt::TokioIo::new) }
    });
    Endpoint::from_static("http://unused").connect_with_connector(connector).await.unwrap()
}

async fn address(process: &mut Started) -> String {
    let line = process.stdout_line("TF_REATTACH_PROVIDERS='").await;
    let json = line.strip_prefix("TF_REATTACH_PROVIDERS='").unwrap().strip_suffix('\'').unwrap();
    let reattach: Value = serde_json::from_str(json).unwrap();
    reattach["registry.terraform.io/kibana-rs/kibana"]["Addr"]["String"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn terraform_can_visit_again_and_again_until_an_interrupt() {
    let mut process = Launch::by_hand().arg("-debug").spawn();
    let line = process.stdout_line("TF_REATTACH_PROVIDERS='").await;
    let json = line.strip_prefix("TF_REATTACH_PROVIDERS='").unwrap().strip_suffix('\'').unwrap();
    let reattach: Value = serde_json::from_str(json).unwrap();
    let entry = &reattach["registry.terraform.io/kibana-rs/kibana"];
    assert_eq!(entry["Protocol"], "grpc");
    assert_eq!(entry["ProtocolVersion"], 6);
    assert_eq!(entry["Pid"], process.child.id().unwrap());
    assert_eq!(entry["Test"], true);
    assert_eq!(entry["Addr"]["Network"], "unix");
    process.stdout_line("TF_REATTACH_PROVIDERS='{\"registry.opentofu.org/").await;

    let address = entry["Addr"]["String"].as_str().unwrap().to_owned();
    for _visit in 0..2 {
        HealthClient::new(visit(&address).await).check(HealthCheckRequest::default()).await.unwrap();
    }

    process.signal(Signal::SIGINT);
    assert_eq!(process.exit().await.code(), Some(0));
    assert!(!std::path::Path::new(&address).exists());
}

/// A provider with a call that lasts until StopProvider.
#[derive(Default)]
struct Patient(Notify);

#[tonic::async_trait]
impl Provider for Patient {
    async fn get_metadata(
        &self,
        _: Request<get_metadata::Request>,
    ) -> Result<Response<get_metadata::Response>, Status> {
        let _ = writeln!(std::io::stderr(), "the call has begun");
        self.0.notified().await;
        Ok(Response::new(get_metadata::Response::default()))
    }

    async fn stop_provider(
        &self,
        _: Request<stop_provider::Request>,
    ) -> Result<Response<stop_provider::Response>, Status> {
        self.0.notify_one();
        Ok(Response::new(stop_provider::Response::default()))
    }
}

const CHILD: &str = "DEBUG_TEST_CHILD";

/// Does nothing but in the process started by the test below.
#[tokio::test]
async fn child() {
    if std::env::var_os(CHILD).is_some() {
        let environment = Environment::read(Mode::Debug, |name| std::env::var_os(name)).unwrap();
        plugin::serve(PROGRAM, Patient::default, &environment).await.unwrap();
    }
}

#[tokio::test]
async fn an_interrupt_stops_the_call_that_runs_and_waits_for_its_answer() {
    let mut process = Launch::test("debug::child").env(CHILD, "1").spawn();
    let channel = visit(&address(&mut process).await).await;
    let mut provider = ProviderClient::new(channel.clone());
    let call = tokio::spawn(async move { provider.get_metadata(get_metadata::Request::default()).await });
    process.stderr_line("the call has begun").await;
    process.signal(Signal::SIGINT);
    soon("the answer", call).await.unwrap().unwrap();
    // The visitor is still connected.
    assert_eq!(process.exit().await.code(), Some(0));
    drop(channel);
}
