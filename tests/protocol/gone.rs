//! A host that goes away in the middle of a call: the call is told and ends in its own time.

use std::sync::Arc;

use terraform_provider_kibana::plugin::Caller;
use terraform_provider_kibana::proto::tfplugin6::provider_client::ProviderClient;
use terraform_provider_kibana::proto::tfplugin6::provider_server::Provider;
use terraform_provider_kibana::proto::tfplugin6::{get_metadata, stop_provider};
use tokio::sync::{Notify, mpsc};
use tonic::{Request, Response, Status};

use crate::support::{in_process, soon};

/// A provider with a call that says what it lives through.
struct Telling {
    events: mpsc::UnboundedSender<&'static str>,
    go_on: Arc<Notify>,
}

#[tonic::async_trait]
impl Provider for Telling {
    async fn get_metadata(
        &self,
        _: Request<get_metadata::Request>,
    ) -> Result<Response<get_metadata::Response>, Status> {
        self.events.send("it has begun").unwrap();
        Caller::current().unwrap().gone().cancelled().await;
        self.events.send("it was told").unwrap();
        self.go_on.notified().await;
        self.events.send("it has ended").unwrap();
        Ok(Response::new(get_metadata::Response::default()))
    }

    async fn stop_provider(
        &self,
        _: Request<stop_provider::Request>,
    ) -> Result<Response<stop_provider::Response>, Status> {
        assert!(!Caller::current().unwrap().gone().is_cancelled());
        Ok(Response::new(stop_provider::Response::default()))
    }
}

#[tokio::test]
async fn a_call_whose_host_is_gone_is_told_and_ends_in_its_own_time() {
    for connection_stays in [true, false] {
        let (events, mut happened) = mpsc::unbounded_channel();
        let go_on = Arc::new(Notify::new());
        let channel = in_process(Telling { events, go_on: Arc::clone(&go_on) }).await;
        let mut provider = ProviderClient::new(channel.clone());
        let call = tokio::spawn(async move { provider.get_metadata(get_metadata::Request::default()).await });
        let kept = connection_stays.then_some(channel);
        assert_eq!(soon("the beginning", happened.recv()).await, Some("it has begun"));
        call.abort();
        assert_eq!(soon("the news", happened.recv()).await, Some("it was told"));
        go_on.notify_one();
        assert_eq!(soon("the end", happened.recv()).await, Some("it has ended"));
        if let Some(channel) = kept {
            let mut provider = ProviderClient::new(channel);
            provider.stop_provider(stop_provider::Request::default()).await.unwrap();
        }
    }
}
