//! Large messages: the limits are a Go provider's, not tonic's.

use terraform_provider_kibana::proto::tfplugin6::{DynamicValue, validate_provider_config};
use tonic::Code;

use crate::support::Launch;

#[tokio::test]
async fn large_requests_are_read() {
    let mut plugin = Launch::terraform().start().await;
    for megabytes in [6, 20] {
        let config = DynamicValue { msgpack: vec![0xc0; megabytes << 20], json: Vec::new() };
        let request = validate_provider_config::Request { config: Some(config) };
        // What the provider makes of it is its own matter; it must have been read.
        if let Err(status) = plugin.provider.validate_provider_config(request).await {
            assert!(!matches!(status.code(), Code::ResourceExhausted | Code::OutOfRange), "{status}");
        }
    }
    plugin.shutdown().await;
}
