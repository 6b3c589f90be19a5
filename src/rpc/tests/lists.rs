//! How the stream of a list goes, and ends.

use tokio_stream::StreamExt as _;
use tonic::Request;

use super::{block, name_in, named, service};
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::provider_server::Provider as _;
use crate::value::Value;
use crate::wire;

async fn listed(name: &str, said: Value, limit: i64) -> Vec<pb::list_resource::Event> {
    let config = Value::object([("name", Value::text(name)), ("secret", said)]);
    let request = pb::list_resource::Request {
        type_name: "kibana_thing".to_owned(),
        config: Some(wire::encode(&config, &block())),
        include_resource_object: true,
        limit,
    };
    let events = service().list_resource(Request::new(request)).await.unwrap().into_inner();
    events.map(Result::unwrap).collect().await
}

#[tokio::test]
async fn a_list_ends_at_its_limit_and_every_object_has_an_identity() {
    let events = listed("a-b-cd", Value::Null, 3).await;
    let names: Vec<_> = events.iter().filter_map(|event| named(event.identity.as_ref())).collect();
    assert_eq!(names, ["a", "b"], "objects without an identity are left out");
    assert_eq!(events.len(), 2);
    assert_eq!(name_in(events[0].resource_object.as_ref()).as_deref(), Some("a"));
    assert!(listed("abc", Value::Null, 0).await.is_empty());
}

#[tokio::test]
async fn what_a_list_says_at_its_end_goes_with_the_last_object_or_is_an_error() {
    let events = listed("ab", Value::text("two were left out"), 100).await;
    let counts: Vec<_> = events.iter().map(|event| event.diagnostic.len()).collect();
    assert_eq!(counts, [0, 1]);
    let warning = &events[1].diagnostic[0];
    assert_eq!((warning.severity(), &warning.attribute), (pb::diagnostic::Severity::Warning, &None));

    let [alone] = &listed("", Value::text("all were left out"), 100).await[..] else { panic!("one event") };
    assert_eq!(alone.diagnostic[0].severity(), pb::diagnostic::Severity::Error);
}

#[tokio::test]
async fn a_panic_in_a_list_is_an_error_at_its_end() {
    let events = listed("ab!", Value::Null, 100).await;
    let last = events.last().unwrap();
    assert_eq!((last.diagnostic.len(), last.identity.is_none()), (1, true));
    assert_eq!(last.diagnostic[0].summary, "The provider failed");
}
