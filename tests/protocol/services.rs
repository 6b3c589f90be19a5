//! The services around the provider's own, and RPCs that nobody serves.

use terraform_provider_kibana::proto::health::health_check_response::ServingStatus;
use terraform_provider_kibana::proto::health::health_client::HealthClient;
use terraform_provider_kibana::proto::health::{HealthCheckRequest, HealthCheckResponse};
use terraform_provider_kibana::proto::tfplugin6::provider_client::ProviderClient;
use terraform_provider_kibana::proto::tfplugin6::provider_server::Provider;
use terraform_provider_kibana::proto::tfplugin6::{get_states, invoke_action};
use tonic::Code;

use crate::support::in_process;

struct Unserved;

impl Provider for Unserved {}

#[tokio::test]
async fn health_is_known_for_the_plugin_and_the_whole() {
    let mut health = HealthClient::new(in_process(Unserved).await);
    let serving = HealthCheckResponse { status: ServingStatus::Serving.into() };
    for service in ["plugin", ""] {
        let request = HealthCheckRequest { service: service.to_owned() };
        assert_eq!(health.check(request.clone()).await.unwrap().into_inner(), serving);
        let mut watch = health.watch(request).await.unwrap().into_inner();
        assert_eq!(watch.message().await.unwrap(), Some(serving));
    }
    let other = HealthCheckRequest { service: "other".to_owned() };
    assert_eq!(health.check(other.clone()).await.unwrap_err().code(), Code::NotFound);
    let first = health.watch(other).await.unwrap().into_inner().message().await.unwrap().unwrap();
    assert_eq!(first.status(), ServingStatus::ServiceUnknown);
}

#[tokio::test]
async fn what_is_not_served_is_unimplemented() {
    let mut provider = ProviderClient::new(in_process(Unserved).await);
    let unary = provider.get_states(get_states::Request::default()).await.map(|_| ());
    let streaming = provider.invoke_action(invoke_action::Request::default()).await.map(|_| ());
    for result in [unary, streaming] {
        assert_eq!(result.unwrap_err().code(), Code::Unimplemented);
    }
}
