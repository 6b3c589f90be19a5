//! Data sources, lists and actions as RPCs, with what Terraform refuses or misreads in their answers.

pub(crate) mod actions;
pub(crate) mod data_sources;
pub(crate) mod lists;

use kibana_emulator::{Emulator, Options};
use serde_json::Value as Json;
use terraform_provider_kibana::proto::tfplugin6 as pb;
use terraform_provider_kibana::proto::tfplugin6::provider_server::Provider as _;
use terraform_provider_kibana::provider;
use terraform_provider_kibana::rpc::Service;
use terraform_provider_kibana::schema::Block;
use terraform_provider_kibana::value::Value;
use tonic::Request;

const ID: &str = "0d2a3f4e-5b6c-4d7e-8f90-a1b2c3d4e5f6";

/// A configured service and its Kibana, which has one connector.
async fn service() -> (Service, Emulator) {
    service_with(Options::default()).await
}

/// The same with a Kibana of these options.
async fn service_with(options: Options) -> (Service, Emulator) {
    let kibana = Emulator::start(options).await.unwrap();
    kibana.put_raw(
        "default",
        kibana_emulator::Connector {
            id: ID.to_owned(),
            space: "default".to_owned(),
            name: "log".to_owned(),
            connector_type_id: ".server-log".to_owned(),
            config: serde_json::Map::new(),
            secrets: serde_json::Map::new(),
            is_missing_secrets: false,
            auth_mode: None,
        },
    );
    let service = Service::default();
    let schema = &provider::schema().block;
    let request = pb::configure_provider::Request {
        config: message(schema, &[("endpoint", Value::text(kibana.url()))]),
        ..Default::default()
    };
    service.configure_provider(Request::new(request)).await.unwrap();
    (service, kibana)
}

/// Puts a connector into Kibana.
fn put(kibana: &Emulator, id: &str, connector_type_id: &str, config: &Json) {
    kibana.put_raw(
        "default",
        kibana_emulator::Connector {
            id: id.to_owned(),
            space: "default".to_owned(),
            name: format!("name of {id}"),
            connector_type_id: connector_type_id.to_owned(),
            config: config.as_object().cloned().unwrap_or_default(),
            secrets: serde_json::Map::new(),
            is_missing_secrets: false,
            auth_mode: None,
        },
    );
}

/// The message of a configuration with these entries.
fn message(block: &Block, entries: &[(&str, Value)]) -> Option<pb::DynamicValue> {
    let mut config = block.empty_value();
    entries.iter().for_each(|(name, value)| config.set(name, value.clone()));
    Some(crate::core::message(&config, block))
}
