//! What is told of mistakes in the provider itself, and of states that are damaged, as a section of the book
//! of diagnostics. UPDATE=1 rewrites it.

use tonic::Request;

use super::service;
use crate::book::Section;
use crate::plugin::panic::CaughtPanic;
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::provider_server::Provider as _;
use crate::rpc::call::{not_served, panicked};

#[tokio::test]
async fn the_book_tells_mistakes_of_our_own() {
    let mut section = Section::new("What is wrong in the provider itself");
    let place = || Some("src/example.rs:1:1".to_owned());
    for (case, panic) in [
        ("a panic", CaughtPanic { place: place(), message: None }),
        ("a panic with a reason", CaughtPanic { place: place(), message: Some("a reason") }),
    ] {
        for one in panicked("ReadResource", &panic) {
            section.tell(case, &format!("Error: {}", one.summary), &one.detail);
        }
    }
    for one in not_served("resource", "kibana_thing") {
        section.tell("a resource that is not served", &format!("Error: {}", one.summary), &one.detail);
    }
    let request = pb::move_resource_state::Request {
        source_provider_address: "registry.terraform.io/elastic/elasticstack".to_owned(),
        source_type_name: "elasticstack_kibana_action_connector".to_owned(),
        source_state: Some(pb::RawState { json: b"{\"secret\":hunter2}".to_vec(), ..Default::default() }),
        target_type_name: "kibana_thing".to_owned(),
        ..Default::default()
    };
    let moved = service().move_resource_state(Request::new(request)).await.unwrap().into_inner();
    for one in moved.diagnostics {
        section.tell("a damaged state of another provider", &format!("Error: {}", one.summary), &one.detail);
    }
    section.stands_in_the_book();
}
