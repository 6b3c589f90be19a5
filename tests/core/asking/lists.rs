//! Lists, and the configuration that is generated from what they show.

use kibana_emulator::{Answer, Fault, Matcher, Options, Preconfigured, Release};
use serde_json::json;
use terraform_provider_kibana::offer::Offer;
use terraform_provider_kibana::proto::tfplugin6 as pb;
use terraform_provider_kibana::proto::tfplugin6::provider_server::Provider as _;
use terraform_provider_kibana::rpc::Service;
use terraform_provider_kibana::value::Value;
use terraform_provider_kibana::wire;
use tokio_stream::StreamExt as _;
use tonic::Request;

use super::{message, put, service, service_with};
use crate::core::message as encoded;

/// Lists; the answer are the events with what they say.
pub(crate) async fn list(
    service: &Service,
    type_name: &str,
    config: &[(&str, Value)],
    limit: i64,
) -> Vec<Listed> {
    let offer = Offer::default();
    let block = &offer.list(type_name).unwrap().schema().block;
    let resource = offer.resource(type_name).unwrap();
    let request = pb::list_resource::Request {
        type_name: type_name.to_owned(),
        config: message(block, config),
        include_resource_object: true,
        limit,
    };
    let mut events = service.list_resource(Request::new(request)).await.unwrap().into_inner();
    let mut all = Vec::new();
    while let Some(event) = events.next().await {
        let event = event.unwrap();
        let identity = event.identity.and_then(|identity| identity.identity_data);
        let schema = &resource.identity_schema().unwrap().block;
        all.push(Listed {
            identity: identity.map(|data| wire::decode(Some(&data), schema).unwrap()),
            object: event
                .resource_object
                .map(|object| wire::decode(Some(&object), &resource.schema().block).unwrap()),
            display_name: event.display_name,
            said: event.diagnostic,
        });
    }
    all
}

/// An event of a list.
pub(crate) struct Listed {
    identity: Option<Value>,
    object: Option<Value>,
    display_name: String,
    pub(crate) said: Vec<pb::Diagnostic>,
}

impl Listed {
    fn text(&self) -> String {
        self.said.iter().map(|one| format!("{}: {}", one.summary, one.detail)).collect()
    }
}

#[tokio::test]
async fn a_list_asks_once_and_shows_what_an_import_would() {
    let (service, kibana) = service().await;
    put(&kibana, "index-1", ".index", &json!({ "index": "i", "refresh": false, "executionTimeField": null }));
    let all = list(&service, "kibana_connector", &[], 100).await;
    assert_eq!(kibana.requests().len(), 1);
    let names: Vec<_> = all.iter().map(|one| one.display_name.as_str()).collect();
    assert_eq!(names, ["log (.server-log)", "name of index-1 (.index)"]);
    let index = &all[1];
    let identity = index.identity.as_ref().unwrap();
    assert_eq!(
        (identity.get("id"), identity.get("space_id")),
        (&Value::text("index-1"), &Value::text("default"))
    );
    let object = index.object.as_ref().unwrap();
    assert_eq!(object.get("index").get("index"), &Value::text("i"));
    assert!(all.iter().all(|one| one.said.is_empty()));
    let narrow = list(&service, "kibana_connector_index", &[("name_regex", Value::text("index"))], 100).await;
    assert_eq!(narrow.len(), 1);
    assert!(list(&service, "kibana_connector", &[], 0).await.is_empty());
}

#[tokio::test]
async fn findings_in_a_list_point_below_its_config_block() {
    let (service, kibana) = service().await;
    let offer = Offer::default();
    for type_name in ["kibana_connector", "kibana_connector_index", "kibana_connector_spec"] {
        let block = &offer.list(type_name).unwrap().schema().block;
        let mut config = block.empty_value();
        config.set("name_regex", Value::text("("));
        config.set("space_id", Value::text("No Space"));
        if block.attribute("connector_type_ids").is_some() {
            config.set("connector_type_ids", Value::List(vec![Value::text("email")]));
        }
        let request = pb::validate_list_resource_config::Request {
            type_name: type_name.to_owned(),
            config: Some(encoded(&config, block)),
            ..Default::default()
        };
        let answer = service.validate_list_resource_config(Request::new(request)).await.unwrap();
        let paths: Vec<Vec<String>> = answer.into_inner().diagnostics.iter().map(steps).collect();
        let mut expected = vec![vec!["config", "space_id"], vec!["config", "name_regex"]];
        if type_name == "kibana_connector" {
            expected.push(vec!["config", "connector_type_ids", "0"]);
        }
        assert_eq!(paths, expected, "{type_name}");
    }
    assert_eq!(kibana.requests().len(), 0, "validating asks nothing");
}

/// The steps of the path that a diagnostic points at.
fn steps(said: &pb::Diagnostic) -> Vec<String> {
    use pb::attribute_path::step::Selector;
    let steps = said.attribute.iter().flat_map(|path| &path.steps);
    let selectors = steps.filter_map(|step| step.selector.as_ref());
    let text = |selector: &Selector| match selector {
        Selector::AttributeName(name) => name.clone(),
        Selector::ElementKeyString(key) => key.clone(),
        Selector::ElementKeyInt(index) => index.to_string(),
    };
    selectors.map(text).collect()
}

#[tokio::test]
async fn a_stop_ends_a_list_that_waits_for_kibana() {
    for type_name in ["kibana_connector", "kibana_connector_spec"] {
        let (service, kibana) = service().await;
        let (fault, _hold) = Fault::hold();
        kibana.fail(fault.on("GET", "*"));
        let stop = async {
            kibana.next_request(Matcher::new("GET", "*")).await;
            service.stop_provider(Request::new(pb::stop_provider::Request::default())).await.unwrap();
        };
        let (all, ()) = tokio::join!(list(&service, type_name, &[], 100), stop);
        let [alone] = &all[..] else { panic!("{type_name}: {} events", all.len()) };
        assert!(alone.identity.is_none() && alone.text().starts_with("Stopped"), "{}", alone.text());
        assert_eq!(kibana.requests().len(), 1, "{type_name}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_in_a_list_is_left_out_where_it_belongs() {
    let answer = json!([
        { "id": "bad", "name": "odd", "connector_type_id": ".index", "config": ["no object"] },
        { "id": "good", "name": "log", "connector_type_id": ".server-log", "config": {} },
    ]);
    for (type_name, found, said) in [
        ("kibana_connector", 1, "\"odd\" (bad) is left out"),
        // Alone it is an error: nothing else could carry the word.
        ("kibana_connector_index", 0, "\"odd\" (bad) is left out"),
        ("kibana_connector_server_log", 1, ""),
        ("kibana_connector_email", 0, ""),
    ] {
        let (service, kibana) = service().await;
        kibana.fail(Fault::answer(Answer::json(200, &answer)).on("GET", "*/connectors"));
        let all = list(&service, type_name, &[], 100).await;
        assert_eq!(all.iter().filter(|one| one.identity.is_some()).count(), found, "{type_name}");
        let text: String = all.iter().map(Listed::text).collect();
        assert!(text.contains(said) && text.is_empty() == said.is_empty(), "{type_name}: {text}");
    }
}

#[tokio::test]
async fn a_space_that_does_not_exist_is_told_from_an_empty_one() {
    let (service, kibana) = service().await;
    for type_name in ["kibana_connector", "kibana_connector_email"] {
        let all = list(&service, type_name, &[("space_id", Value::text("nowhere"))], 100).await;
        let [alone] = &all[..] else { panic!("{type_name}: {} events", all.len()) };
        assert!(alone.text().contains("The space \"nowhere\" does not exist"), "{}", alone.text());
        assert_eq!(alone.said[0].severity(), pb::diagnostic::Severity::Error);
    }
    kibana.add_space(kibana_emulator::Space::new("empty"));
    assert!(list(&service, "kibana_connector", &[("space_id", Value::text("empty"))], 100).await.is_empty());
}

#[tokio::test]
async fn a_connector_of_the_configuration_file_is_left_out() {
    let one = Preconfigured {
        id: "in-yml".to_owned(),
        name: "in yml".to_owned(),
        connector_type_id: ".server-log".to_owned(),
        exposed_config: None,
    };
    let options = Options { preconfigured: vec![one], ..Options::default() };
    let (service, _kibana) = service_with(options).await;
    for type_name in ["kibana_connector", "kibana_connector_server_log"] {
        let all = list(&service, type_name, &[], 100).await;
        let names: Vec<_> = all.iter().map(|one| one.display_name.as_str()).collect();
        assert_eq!(names, ["log (.server-log)"], "{type_name}");
        // Nobody could import it, so nothing is said of it.
        assert!(all[0].said.is_empty(), "{type_name}: {}", all[0].text());
    }
}

#[tokio::test]
async fn a_default_limit_that_cuts_says_how_many_there_are() {
    let (service, kibana) = service().await;
    for number in 0..120 {
        put(&kibana, &format!("log-{number}"), ".server-log", &json!({}));
    }
    let cut = list(&service, "kibana_connector", &[], 100).await;
    assert_eq!(cut.len(), 100);
    assert!(cut[0].text().contains("There are 121"), "{}", cut[0].text());
    let chosen = list(&service, "kibana_connector", &[], 99).await;
    assert!(chosen.len() == 99 && chosen.iter().all(|one| one.said.is_empty()));
}

#[tokio::test]
async fn a_narrow_list_leaves_out_what_its_block_refuses_and_says_so() {
    let (service, kibana) = service().await;
    let email = |port: u32| json!({ "from": "a@example.com", "host": "h", "port": port, "service": "other", "hasAuth": false });
    put(&kibana, "bad", ".email", &email(70000));
    let alone = list(&service, "kibana_connector_email", &[], 100).await;
    assert!(alone.len() == 1 && alone[0].identity.is_none(), "nothing else could carry the word");
    assert_eq!(alone[0].said[0].severity(), pb::diagnostic::Severity::Error);
    // A list is fresh for a few seconds, so somebody else asks for the next.
    let (service, kibana) = self::service().await;
    put(&kibana, "bad", ".email", &email(70000));
    put(&kibana, "good", ".email", &email(587));
    let beside = list(&service, "kibana_connector_email", &[], 100).await;
    assert_eq!(beside.len(), 1);
    assert!(beside[0].text().contains("\"name of bad\" (bad) is left out"), "{}", beside[0].text());
    assert_eq!(beside[0].said[0].severity(), pb::diagnostic::Severity::Warning);
    let fallen_back = list(&service, "kibana_connector_custom", &[], 100).await;
    let config = fallen_back[0].object.as_ref().unwrap().get("custom").get("config_json").clone();
    assert!(config.as_str().unwrap().contains("70000"), "every key is there");
    let wide = list(&service, "kibana_connector", &[], 100).await;
    assert_eq!(wide.iter().filter(|one| !one.object.as_ref().unwrap().get("custom").is_null()).count(), 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_named_and_left_out() {
    let (service, kibana) = service().await;
    let answer = json!([
        { "id": "a", "name": "good", "connector_type_id": ".server-log", "config": {}, "is_deprecated": null },
        { "id": 7, "name": "odd", "connector_type_id": ".server-log", "config": {} },
    ]);
    kibana.fail(Fault::answer(Answer::json(200, &answer)).on("GET", "*").always());
    let listed = list(&service, "kibana_connector", &[], 100).await;
    let [one] = &listed[..] else { panic!("{} are listed", listed.len()) };
    assert_eq!(one.display_name, "good (.server-log)");
    assert!(one.text().contains("\"odd\"") && one.text().contains("`id`"), "{}", one.text());

    let offer = Offer::default();
    let block = &offer.data_source("kibana_connectors").unwrap().schema().block;
    let request = pb::read_data_source::Request {
        type_name: "kibana_connectors".to_owned(),
        config: message(block, &[]),
        ..Default::default()
    };
    let read = service.read_data_source(Request::new(request)).await.unwrap().into_inner();
    let state = wire::decode(read.state.as_ref(), block).unwrap();
    assert_eq!(state.get("connectors").as_list().unwrap().len(), 1);
    let [warning] = &read.diagnostics[..] else { panic!("{:?}", read.diagnostics) };
    assert!(warning.detail.contains("`odd`") && warning.detail.contains("`id`"), "{}", warning.detail);
}

#[tokio::test]
async fn the_catalogues_list_holds_what_kibana_calls_part_of_it() {
    for (release, names) in [
        (Release::Current, &["name of hub"][..]),
        // An old Kibana does not tell: then it is whatever has no block of its own.
        (Release::Old, &["name of hub", "name of other"]),
    ] {
        let (service, kibana) = service().await;
        kibana.set_release(release);
        put(&kibana, "hub", ".github", &json!({ "serverUrl": "https://a.example" }));
        put(&kibana, "other", ".never-heard-of", &json!({}));
        let listed = list(&service, "kibana_connector_spec", &[], 100).await;
        let found: Vec<_> = listed.iter().map(|one| one.display_name.split(" (").next().unwrap()).collect();
        assert_eq!(found, names, "{release:?}");
        assert_eq!(kibana.requests().len(), 2, "one for the types, one for the connectors");
    }
}

#[tokio::test]
async fn what_is_generated_from_a_list_is_valid_in_every_form() {
    let (service, kibana) = service().await;
    put(&kibana, "index", ".index", &json!({ "index": "i", "refresh": false, "executionTimeField": null }));
    put(&kibana, "hub", ".github", &json!({ "serverUrl": "https://a.example", "authType": "bearer" }));
    put(&kibana, "other", ".never-heard-of", &json!({ "a": { "b": [1] } }));
    let offer = Offer::default();
    for (type_name, count) in [
        ("kibana_connector", 4),
        ("kibana_connector_index", 1),
        ("kibana_connector_server_log", 1),
        ("kibana_connector_spec", 1),
        ("kibana_connector_custom", 2),
    ] {
        let block = &offer.resource(type_name).unwrap().schema().block;
        let all = list(&service, type_name, &[], 100).await;
        assert_eq!(all.len(), count, "{type_name}");
        for one in all {
            let state = encoded(one.object.as_ref().unwrap(), block);
            let request =
                pb::generate_resource_config::Request { type_name: type_name.to_owned(), state: Some(state) };
            let generated =
                service.generate_resource_config(Request::new(request)).await.unwrap().into_inner();
            assert!(generated.diagnostics.is_empty(), "{type_name}: {:?}", generated.diagnostics);
            let config = wire::decode(generated.config.as_ref(), block).unwrap();
            assert!(config.get("id").is_null() && config.get("connector_type_id").is_null(), "{type_name}");
            let request = pb::validate_resource_config::Request {
                type_name: type_name.to_owned(),
                config: generated.config,
                ..Default::default()
            };
            let said = service.validate_resource_config(Request::new(request)).await.unwrap().into_inner();
            assert!(said.diagnostics.is_empty(), "{type_name}: {:?}", said.diagnostics);
        }
    }
}

#[tokio::test]
async fn the_configuration_of_no_state_is_an_object_of_nulls() {
    let (service, _kibana) = service().await;
    let offer = Offer::default();
    let block = &offer.resource("kibana_connector").unwrap().schema().block;
    let request = pb::generate_resource_config::Request {
        type_name: "kibana_connector".to_owned(),
        state: Some(encoded(&Value::Null, block)),
    };
    let answer = service.generate_resource_config(Request::new(request)).await.unwrap().into_inner();
    let config = wire::decode(answer.config.as_ref(), block).unwrap();
    assert_eq!(config, block.empty_value(), "Terraform crashes over a null");
}
