//! Data sources: what they find, and what they ask for it.

use serde_json::json;
use terraform_provider_kibana::offer::Offer;
use terraform_provider_kibana::proto::tfplugin6 as pb;
use terraform_provider_kibana::proto::tfplugin6::provider_server::Provider as _;
use terraform_provider_kibana::rpc::Service;
use terraform_provider_kibana::value::Value;
use terraform_provider_kibana::wire;
use tonic::Request;

use super::{message, put, service};

/// What a data source finds.
async fn found(service: &Service, type_name: &str, config: &[(&str, Value)]) -> Value {
    let offer = Offer::default();
    let block = &offer.data_source(type_name).unwrap().schema().block;
    let request = pb::read_data_source::Request {
        type_name: type_name.to_owned(),
        config: message(block, config),
        ..Default::default()
    };
    let answer = service.read_data_source(Request::new(request)).await.unwrap().into_inner();
    assert!(answer.diagnostics.is_empty(), "{:?}", answer.diagnostics);
    wire::decode(answer.state.as_ref(), block).unwrap()
}

/// What a data source says to a configuration, while validating or else while reading.
pub(crate) async fn looked(
    service: &Service,
    type_name: &str,
    config: &[(&str, Value)],
) -> Vec<pb::Diagnostic> {
    let offer = Offer::default();
    let block = &offer.data_source(type_name).unwrap().schema().block;
    let config = message(block, config);
    let type_name = type_name.to_owned();
    let request =
        pb::validate_data_resource_config::Request { type_name: type_name.clone(), config: config.clone() };
    let mut said =
        service.validate_data_resource_config(Request::new(request)).await.unwrap().into_inner().diagnostics;
    if said.is_empty() {
        let request = pb::read_data_source::Request { type_name, config, ..Default::default() };
        said = service.read_data_source(Request::new(request)).await.unwrap().into_inner().diagnostics;
    }
    said
}

#[tokio::test]
async fn many_data_sources_by_id_share_a_list() {
    let (service, kibana) = service().await;
    for number in 0..20 {
        put(&kibana, &format!("log-{number}"), ".server-log", &json!({}));
    }
    for number in 0..20 {
        let id = Value::text(format!("log-{number}"));
        let state = found(&service, "kibana_connector", &[("id", id.clone())]).await;
        assert_eq!((state.get("id"), state.get("config_json")), (&id, &Value::text("{}")));
    }
    assert_eq!(kibana.requests().len(), 3, "two by ID, and the list");
    // What the list lacks, or shows as another type than is asked for, is asked for by ID.
    put(&kibana, "new", ".server-log", &json!({}));
    found(&service, "kibana_connector", &[("id", Value::text("new"))]).await;
    let of_type = [("id", Value::text("log-1")), ("connector_type_id", Value::text(".index"))];
    let said = looked(&service, "kibana_connector", &of_type).await;
    assert_eq!(said[0].summary, "Connector of another type");
    let ids = kibana.requests().into_iter().skip(3).map(|request| request.path);
    assert_eq!(ids.collect::<Vec<_>>(), ["/api/actions/connector/new", "/api/actions/connector/log-1"]);
}

#[tokio::test]
async fn a_list_says_how_often_a_connector_is_referred_to() {
    let (service, kibana) = service().await;
    put(&kibana, "used", ".server-log", &json!({}));
    kibana.refer("used", 3);
    let state = found(&service, "kibana_connectors", &[("name_regex", Value::text("used"))]).await;
    let [used] = state.get("connectors").as_list().unwrap() else { panic!("{state:?}") };
    assert_eq!(used.get("referenced_by_count").as_number().and_then(|count| count.as_i64()), Some(3));
}

#[tokio::test]
async fn a_list_of_a_space_that_does_not_exist_is_told_from_an_empty_one() {
    let (service, kibana) = service().await;
    let spaces = [("space_id", Value::text("nowhere"))];
    let said = looked(&service, "kibana_connectors", &spaces).await;
    assert_eq!(
        (said.len(), said[0].summary.as_str()),
        (1, "The space \"nowhere\" does not exist"),
        "{said:?}"
    );
    // It may be created meanwhile.
    kibana.add_space(kibana_emulator::Space::new("nowhere"));
    assert!(looked(&service, "kibana_connectors", &spaces).await.is_empty());
    // Nothing is asked about the space that always exists.
    let before = kibana.requests().len();
    assert!(looked(&service, "kibana_connectors", &[]).await.is_empty());
    assert_eq!(kibana.requests().len(), before + 1);
}
