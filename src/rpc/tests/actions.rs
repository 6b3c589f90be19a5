//! How the stream of an action ends.

use tokio_stream::StreamExt as _;
use tonic::Request;

use super::{Service, message, service};
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::provider_server::Provider as _;

async fn invoked(service: &Service, action: &str, name: &str) -> Vec<pb::invoke_action::Event> {
    let request = pb::invoke_action::Request {
        action_type: action.to_owned(),
        config: message(name),
        ..Default::default()
    };
    let events = service.invoke_action(Request::new(request)).await.unwrap().into_inner();
    events.map(Result::unwrap).collect().await
}

#[tokio::test]
async fn an_action_ends_with_exactly_one_completed_whatever_happens() {
    use pb::invoke_action::event::Type;
    for (action, name, errors) in [
        ("kibana_thing", "well", 0),
        ("kibana_thing", "fail", 1),
        ("kibana_thing", "panic", 1),
        ("other", "", 1),
    ] {
        let events = invoked(&service(), action, name).await;
        let ends: Vec<_> = events.iter().filter(|e| matches!(e.r#type, Some(Type::Completed(_)))).collect();
        let Some(Type::Completed(end)) = events.last().and_then(|event| event.r#type.as_ref()) else {
            panic!("{name}: the last event is no completion")
        };
        assert_eq!((ends.len(), end.diagnostics.len()), (1, errors), "{name}");
    }
}

#[tokio::test]
async fn after_a_stop_an_action_says_nothing_but_that_it_ended() {
    use pb::invoke_action::event::Type;
    let service = service();
    let request = pb::invoke_action::Request {
        action_type: "kibana_thing".to_owned(),
        config: message("wait"),
        ..Default::default()
    };
    let mut events = service.invoke_action(Request::new(request)).await.unwrap().into_inner();
    let begun = events.next().await.unwrap().unwrap();
    assert!(matches!(begun.r#type, Some(Type::Progress(_))));
    service.stop_provider(Request::new(pb::stop_provider::Request::default())).await.unwrap();
    let rest: Vec<_> = events.collect().await;
    assert_eq!(rest.len(), 1);
    assert!(matches!(&rest[0], Ok(event) if matches!(event.r#type, Some(Type::Completed(_)))));
}
