//! What is said: warnings once, and panics and unknown names as errors.

use tonic::Request;

use super::{Thing, message, service, service_with};
use crate::proto::tfplugin6 as pb;
use crate::proto::tfplugin6::provider_server::Provider as _;
use crate::wire;

#[tokio::test]
async fn the_plan_that_an_apply_makes_once_more_repeats_no_warning() {
    let warnings = async |version: &str, deferral_allowed: bool| {
        let service = service();
        let empty =
            wire::encode(&crate::provider::schema().block.empty_value(), &crate::provider::schema().block);
        let request = pb::configure_provider::Request {
            terraform_version: version.to_owned(),
            config: Some(empty),
            ..Default::default()
        };
        service.configure_provider(Request::new(request)).await.unwrap();
        let capabilities = pb::ClientCapabilities { deferral_allowed, ..Default::default() };
        let request = pb::plan_resource_change::Request {
            type_name: "kibana_thing".to_owned(),
            proposed_new_state: message("a"),
            config: message("a"),
            client_capabilities: Some(capabilities),
            ..Default::default()
        };
        let planned = service.plan_resource_change(Request::new(request)).await.unwrap().into_inner();
        planned.diagnostics.len()
    };
    for version in ["", "1.10.5", "1.11.4", "1.12.0", "1.16.0-rc1"] {
        assert_eq!((warnings(version, false).await, warnings(version, true).await), (1, 0), "{version}");
    }
    // These allow deferrals in every plan: OpenTofu by mistake, Terraform by `-allow-deferral`.
    for version in ["1.11.0", "1.11.3", "1.11.0-rc1", "1.17.0-dev", "1.15.0-alpha20250903"] {
        assert_eq!((warnings(version, false).await, warnings(version, true).await), (1, 1), "{version}");
    }
}

/// A panic is one error that names the call; without one nothing is said.
#[track_caller]
fn is_told(call: &str, said: &[pb::Diagnostic], panics: bool) {
    assert_eq!(said.len(), usize::from(panics), "{call}: {said:?}");
    let is_told = |one: &pb::Diagnostic| {
        one.summary == "The provider failed"
            && one.severity() == pb::diagnostic::Severity::Error
            && one.detail.starts_with(&format!("{call} panicked"))
    };
    assert!(said.iter().all(is_told), "{call}: {said:?}");
}

#[tokio::test]
async fn a_panic_in_any_other_call_is_told() {
    let service = service();
    let type_name = || "kibana_thing".to_owned();
    for (name, panics) in [("well", false), ("panic", true)] {
        let request = pb::read_data_source::Request {
            type_name: type_name(),
            config: message(name),
            ..Default::default()
        };
        let read = service.read_data_source(Request::new(request)).await.unwrap().into_inner();
        let request = pb::generate_resource_config::Request { type_name: type_name(), state: message(name) };
        let generated = service.generate_resource_config(Request::new(request)).await.unwrap().into_inner();
        let request = pb::move_resource_state::Request {
            source_provider_address: "registry.terraform.io/elastic/elasticstack".to_owned(),
            source_state: Some(pb::RawState {
                json: format!("{{\"title\":\"{name}\"}}").into_bytes(),
                ..Default::default()
            }),
            target_type_name: type_name(),
            ..Default::default()
        };
        let moved = service.move_resource_state(Request::new(request)).await.unwrap().into_inner();
        let request = pb::plan_action::Request {
            action_type: type_name(),
            config: message(name),
            ..Default::default()
        };
        let planned = service.plan_action(Request::new(request)).await.unwrap().into_inner();
        for (call, said) in [
            ("ReadDataSource", read.diagnostics),
            ("GenerateResourceConfig", generated.diagnostics),
            ("MoveResourceState", moved.diagnostics),
            ("PlanAction", planned.diagnostics),
        ] {
            is_told(call, &said, panics);
        }
        assert_eq!((read.state.is_none(), moved.target_state.is_none()), (panics, panics));
    }
}

#[tokio::test]
async fn a_panic_while_a_configuration_is_checked_is_told() {
    let service = service();
    for (name, panics) in [("well", false), ("panic", true)] {
        let (type_name, config) = ("kibana_thing".to_owned(), message(name));
        let request = pb::validate_resource_config::Request {
            type_name: type_name.clone(),
            config: config.clone(),
            ..Default::default()
        };
        let said = service.validate_resource_config(Request::new(request)).await.unwrap().into_inner();
        is_told("ValidateResourceConfig", &said.diagnostics, panics);
        let request = pb::validate_data_resource_config::Request {
            type_name: type_name.clone(),
            config: config.clone(),
        };
        let said = service.validate_data_resource_config(Request::new(request)).await.unwrap().into_inner();
        is_told("ValidateDataResourceConfig", &said.diagnostics, panics);
        let request = pb::validate_list_resource_config::Request {
            type_name: type_name.clone(),
            config: config.clone(),
            ..Default::default()
        };
        let said = service.validate_list_resource_config(Request::new(request)).await.unwrap().into_inner();
        is_told("ValidateListResourceConfig", &said.diagnostics, panics);
        let request = pb::validate_action_config::Request { type_name, config };
        let said = service.validate_action_config(Request::new(request)).await.unwrap().into_inner();
        is_told("ValidateActionConfig", &said.diagnostics, panics);
    }
}

#[tokio::test]
async fn a_panic_about_identities_is_told() {
    for panics in [false, true] {
        let service = service_with(Thing { is_broken: panics, ..Thing::new() });
        let request = pb::get_resource_identity_schemas::Request::default();
        let schemas =
            service.get_resource_identity_schemas(Request::new(request)).await.unwrap().into_inner();
        is_told("GetResourceIdentitySchemas", &schemas.diagnostics, panics);
        let request = pb::upgrade_resource_identity::Request {
            type_name: "kibana_thing".to_owned(),
            raw_identity: Some(pb::RawState { json: b"{\"name\":\"a\"}".to_vec(), ..Default::default() }),
            ..Default::default()
        };
        let upgraded = service.upgrade_resource_identity(Request::new(request)).await.unwrap().into_inner();
        is_told("UpgradeResourceIdentity", &upgraded.diagnostics, panics);
        assert_eq!(
            (schemas.identity_schemas.is_empty(), upgraded.upgraded_identity.is_none()),
            (panics, panics)
        );
    }
}

#[tokio::test]
async fn what_is_not_served_is_an_error_and_no_panic() {
    let service = service();
    let request =
        pb::read_data_source::Request { type_name: "kibana_nothing".to_owned(), ..Default::default() };
    let answer = service.read_data_source(Request::new(request)).await.unwrap().into_inner();
    assert_eq!(answer.diagnostics.len(), 1);
}
