//! Debug mode: a process that a person started and Terraform only visits.

use nix::sys::signal::Signal;
use serde_json::Value;
use terraform_provider_kibana::proto::health::HealthCheckRequest;
use terraform_provider_kibana::proto::health::health_client::HealthClient;
use tokio::net::UnixStream;
use tonic::transport::Endpoint;

use crate::support::Launch;

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
        let address = address.clone();
        let connector = tower::service_fn(move |_| {
            let stream = UnixStream::connect(address.clone());
            async { stream.await.map(hyper_util::rt::TokioIo::new) }
        });
        let channel = Endpoint::from_static("http://unused").connect_with_connector(connector).await.unwrap();
        HealthClient::new(channel).check(HealthCheckRequest::default()).await.unwrap();
    }

    process.signal(Signal::SIGINT);
    assert_eq!(process.exit().await.code(), Some(0));
    assert!(!std::path::Path::new(&address).exists());
}
