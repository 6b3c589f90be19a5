//! What leaves with a state, and which states come in.

use tonic::Request;

use super::{Thing, block, message, name_in, named, service};
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::provider_server::Provider as _;
use crate::value::Value;
use crate::wire;

#[tokio::test]
async fn every_state_leaves_without_write_only_values_and_with_its_identity() {
    let service = service();
    let type_name = || "kibana_thing".to_owned();

    let request = pb::apply_resource_change::Request {
        type_name: type_name(),
        planned_state: message("a"),
        config: message("a"),
        ..Default::default()
    };
    let applied = service.apply_resource_change(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(name_in(applied.new_state.as_ref()).as_deref(), Some("a"));
    assert_eq!(named(applied.new_identity.as_ref()).as_deref(), Some("a"), "beside an error too");
    assert_eq!((applied.private.as_slice(), applied.diagnostics.len()), (&b"private"[..], 1));

    let request = pb::read_resource::Request {
        type_name: type_name(),
        current_state: message("b"),
        private: b"kept".to_vec(),
        ..Default::default()
    };
    let read = service.read_resource(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(name_in(read.new_state.as_ref()).as_deref(), Some("b"));
    assert_eq!(
        (named(read.new_identity.as_ref()).as_deref(), read.private.as_slice()),
        (Some("b"), &b"kept"[..])
    );

    let request = pb::plan_resource_change::Request {
        type_name: type_name(),
        proposed_new_state: message("c"),
        config: message("c"),
        ..Default::default()
    };
    let planned = service.plan_resource_change(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(name_in(planned.planned_state.as_ref()).as_deref(), Some("c"));
    assert_eq!(named(planned.planned_identity.as_ref()).as_deref(), Some("c"));

    let identity = wire::encode(&Value::object([("name", Value::text("d"))]), &Thing::new().identity.block);
    for (id, identity, expected) in [("x", None, "ID x"), ("", Some(identity), "d")] {
        let request = pb::import_resource_state::Request {
            type_name: type_name(),
            id: id.to_owned(),
            identity: identity.map(|data| pb::ResourceIdentityData { identity_data: Some(data) }),
            ..Default::default()
        };
        let imported = service.import_resource_state(Request::new(request)).await.unwrap().into_inner();
        let [imported] = imported.imported_resources.as_slice() else { panic!("one is imported") };
        assert_eq!(name_in(imported.state.as_ref()).as_deref(), Some(expected));
        assert_eq!(named(imported.identity.as_ref()).as_deref(), Some(expected));
    }

    let request = pb::upgrade_resource_state::Request {
        type_name: type_name(),
        version: 3,
        raw_state: Some(pb::RawState { json: b"{}".to_vec(), ..Default::default() }),
    };
    let upgraded = service.upgrade_resource_state(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(name_in(upgraded.upgraded_state.as_ref()).as_deref(), Some("version 3"));
}

#[tokio::test]
async fn an_unknown_in_a_planned_identity_makes_it_none() {
    let service = service();
    let value = Some(wire::encode(&Thing::state(Value::unknown()), &block()));
    let request = pb::plan_resource_change::Request {
        type_name: "kibana_thing".to_owned(),
        proposed_new_state: value.clone(),
        config: value,
        ..Default::default()
    };
    let planned = service.plan_resource_change(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(planned.planned_identity, None);
}

#[tokio::test]
async fn a_panic_in_an_update_keeps_state_and_private_data() {
    let service = service();
    let request = pb::apply_resource_change::Request {
        type_name: "kibana_thing".to_owned(),
        prior_state: message("old"),
        planned_state: message("new"),
        config: message("new"),
        planned_private: b"kept".to_vec(),
        ..Default::default()
    };
    let applied = service.apply_resource_change(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(name_in(applied.new_state.as_ref()).as_deref(), Some("old"));
    assert_eq!((applied.private.as_slice(), applied.diagnostics.len()), (&b"kept"[..], 1));
    assert_eq!(named(applied.new_identity.as_ref()).as_deref(), Some("old"));
}

#[tokio::test]
async fn a_move_reads_our_own_types_by_their_schema_and_leaves_others_as_json() {
    let service = service();
    for (provider, source, json, expected) in [
        ("registry.terraform.io/kibana-rs/kibana", "kibana_thing", "{\"name\":\"a\"}", "version 2"),
        ("registry.opentofu.org/kibana-rs/kibana", "kibana_thing", "{\"name\":\"a\"}", "version 2"),
        ("registry.terraform.io/elastic/elasticstack", "kibana_thing", "{\"title\":\"b\"}", "b"),
        ("registry.terraform.io/elastic/elasticstack", "other", "{\"title\":\"b\"}", "b"),
        ("registry.opentofu.org/elastic/elasticstack", "kibana_thing", "{\"title\":\"b\"}", "b"),
    ] {
        let request = pb::move_resource_state::Request {
            source_provider_address: provider.to_owned(),
            source_type_name: source.to_owned(),
            source_schema_version: 2,
            source_state: Some(pb::RawState { json: json.as_bytes().to_vec(), ..Default::default() }),
            target_type_name: "kibana_thing".to_owned(),
            source_private: b"along".to_vec(),
            ..Default::default()
        };
        let moved = service.move_resource_state(Request::new(request)).await.unwrap().into_inner();
        assert_eq!(name_in(moved.target_state.as_ref()).as_deref(), Some(expected));
        assert_eq!(named(moved.target_identity.as_ref()).as_deref(), Some(expected));
        assert_eq!(moved.target_private, b"along");
    }
}

#[tokio::test]
async fn a_damaged_foreign_state_is_told_without_its_text() {
    let service = service();
    let request = pb::move_resource_state::Request {
        source_provider_address: "registry.terraform.io/elastic/elasticstack".to_owned(),
        source_state: Some(pb::RawState { json: b"{\"secret\":hunter2}".to_vec(), ..Default::default() }),
        target_type_name: "kibana_thing".to_owned(),
        ..Default::default()
    };
    let moved = service.move_resource_state(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(moved.target_state, None);
    let [error] = moved.diagnostics.as_slice() else { panic!("one error") };
    assert!(error.summary == "Unreadable state" && !error.detail.contains("hunter2"), "{}", error.detail);
}

#[tokio::test]
async fn an_identity_from_before_there_was_one_stays_none() {
    let service = service();
    for (json, expected) in [(&b""[..], None), (b"{\"name\":\"a\"}", Some("a"))] {
        let request = pb::upgrade_resource_identity::Request {
            type_name: "kibana_thing".to_owned(),
            version: 0,
            raw_identity: Some(pb::RawState { json: json.to_vec(), ..Default::default() }),
        };
        let upgraded = service.upgrade_resource_identity(Request::new(request)).await.unwrap().into_inner();
        assert_eq!(named(upgraded.upgraded_identity.as_ref()).as_deref(), expected);
    }
}

#[tokio::test]
async fn the_configuration_for_no_state_is_an_object_of_nulls() {
    let service = service();
    let request = pb::generate_resource_config::Request { type_name: "kibana_thing".to_owned(), state: None };
    let answer = service.generate_resource_config(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(wire::decode(answer.config.as_ref(), &block()), Ok(block().empty_value()));
}
