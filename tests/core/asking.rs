//! Lists and actions as RPCs, with what Terraform refuses or misreads in their answers.

use kibana_emulator::{Answer, Emulator, Fault, Matcher, Options, Release};
use serde_json::{Value as Json, json};
use terraform_provider_kibana::offer::Offer;
use terraform_provider_kibana::proto::tfplugin6 as pb;
use terraform_provider_kibana::proto::tfplugin6::invoke_action::event::Type;
use terraform_provider_kibana::proto::tfplugin6::provider_server::Provider as _;
use terraform_provider_kibana::rpc::Service;
use terraform_provider_kibana::value::Value;
use terraform_provider_kibana::value::json::from_json;
use terraform_provider_kibana::{provider, wire};
use tokio_stream::StreamExt as _;
use tonic::Request;

const ACTION: &str = "kibana_connector_execute";

const ID: &str = "0d2a3f4e-5b6c-4d7e-8f90-a1b2c3d4e5f6";

/// A configured service and its Kibana, which has one connector.
async fn service() -> (Service, Emulator) {
    let kibana = Emulator::start(Options::default()).await.unwrap();
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
    let mut config = schema.empty_value();
    config.set("endpoint", Value::text(kibana.url()));
    let request = pb::configure_provider::Request {
        config: Some(wire::to_proto::try_encode(&config, schema).unwrap()),
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
    let mut asked = block.empty_value();
    config.iter().for_each(|(name, value)| asked.set(name, value.clone()));
    let request = pb::list_resource::Request {
        type_name: type_name.to_owned(),
        config: Some(wire::to_proto::try_encode(&asked, block).unwrap()),
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

/// What a data source finds.
async fn found(service: &Service, type_name: &str, config: &[(&str, Value)]) -> Value {
    let offer = Offer::default();
    let block = &offer.data_source(type_name).unwrap().schema().block;
    let mut asked = block.empty_value();
    config.iter().for_each(|(name, value)| asked.set(name, value.clone()));
    let request = pb::read_data_source::Request {
        type_name: type_name.to_owned(),
        config: Some(wire::to_proto::try_encode(&asked, block).unwrap()),
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
    let mut asked = block.empty_value();
    config.iter().for_each(|(name, value)| asked.set(name, value.clone()));
    let config = Some(wire::to_proto::try_encode(&asked, block).unwrap());
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

/// What the action says to a configuration, while planning or else at its end.
pub(crate) async fn ran(service: &Service, config: &[(&str, Value)]) -> Vec<pb::Diagnostic> {
    let offer = Offer::default();
    let block = &offer.action(ACTION).unwrap().schema().block;
    let mut asked = block.empty_value();
    config.iter().for_each(|(name, value)| asked.set(name, value.clone()));
    let config = Some(wire::to_proto::try_encode(&asked, block).unwrap());
    let request = pb::plan_action::Request {
        action_type: ACTION.to_owned(),
        config: config.clone(),
        ..Default::default()
    };
    let mut said = service.plan_action(Request::new(request)).await.unwrap().into_inner().diagnostics;
    if said.is_empty() {
        let request =
            pb::invoke_action::Request { action_type: ACTION.to_owned(), config, ..Default::default() };
        let mut events = service.invoke_action(Request::new(request)).await.unwrap().into_inner();
        while let Some(event) = events.next().await {
            if let Some(Type::Completed(ended)) = event.unwrap().r#type {
                said = ended.diagnostics;
            }
        }
    }
    said
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

/// What a run said while it went on, and how it ended.
struct Ran {
    progress: Vec<String>,
    errors: Vec<String>,
}

/// The configuration of a run.
fn run_of(id: &str, params: &Json) -> Option<pb::DynamicValue> {
    let offer = Offer::default();
    let block = &offer.action(ACTION).unwrap().schema().block;
    let (ty, params) = from_json(params);
    let mut config = block.empty_value();
    config.set("id", Value::text(id));
    config.set("params", Value::dynamic(ty, params));
    Some(wire::to_proto::try_encode(&config, block).unwrap())
}

/// Begins to run the connector with a message; the answer is the stream of events.
async fn begin(
    service: &Service,
    id: &str,
) -> impl tokio_stream::Stream<Item = pb::invoke_action::Event> + use<> {
    begin_with(service, id, &json!({ "message": "hello" })).await
}

async fn begin_with(
    service: &Service,
    id: &str,
    params: &Json,
) -> impl tokio_stream::Stream<Item = pb::invoke_action::Event> + use<> {
    let request = pb::invoke_action::Request {
        action_type: ACTION.to_owned(),
        config: run_of(id, params),
        ..Default::default()
    };
    let events = service.invoke_action(Request::new(request)).await.unwrap().into_inner();
    events.map(|event| event.unwrap())
}

/// Takes the events to the end, which must be the one `Completed`.
async fn end(events: impl tokio_stream::Stream<Item = pb::invoke_action::Event>) -> Ran {
    let mut ran = Ran { progress: Vec::new(), errors: Vec::new() };
    let (mut events, mut completed) = (Box::pin(events), 0);
    while let Some(event) = events.next().await {
        assert_eq!(completed, 0, "an event after the end");
        match event.r#type.unwrap() {
            Type::Progress(progress) => ran.progress.push(progress.message),
            Type::Completed(ended) => {
                completed += 1;
                ran.errors =
                    ended.diagnostics.iter().map(|one| format!("{}: {}", one.summary, one.detail)).collect();
            }
        }
    }
    assert_eq!(completed, 1, "a stream without an end is a success to Terraform");
    ran
}

fn runs(kibana: &Emulator) -> usize {
    kibana.requests().iter().filter(|request| request.path.ends_with("/_execute")).count()
}

#[tokio::test]
async fn a_run_sends_its_parameters_once() {
    let (service, kibana) = service().await;
    let ran = end(begin(&service, ID).await).await;
    assert_eq!(ran.errors, [""; 0]);
    assert!(ran.progress[0].contains(ID), "{:?}", ran.progress);
    let requests = kibana.requests();
    let [request] = &requests[..] else { panic!("{requests:?}") };
    assert_eq!(request.path, format!("/api/actions/connector/{ID}/_execute"));
    assert_eq!(request.body, Some(json!({ "params": { "message": "hello" } })));
}

#[tokio::test]
async fn a_run_that_fails_is_an_error_without_what_it_gave_back() {
    let (service, kibana) = service().await;
    let answer = json!({
        "connector_id": ID, "status": "error", "message": "the mail server says no", "service_message": "550 denied",
        "retry": true, "data": "hunter2", "errorSource": "user",
    });
    kibana.fail(Fault::answer(Answer::json(200, &answer)).on("POST", "*"));
    let ran = end(begin(&service, ID).await).await;
    let [error] = &ran.errors[..] else { panic!("{:?}", ran.errors) };
    for part in
        ["The connector's run failed", ID, "the mail server says no", "550 denied", "another try may succeed"]
    {
        assert!(error.contains(part), "{part}: {error}");
    }
    assert!(!error.contains("hunter2"), "{error}");
    assert_eq!(runs(&kibana), 1);
}

#[tokio::test]
async fn what_a_run_was_given_is_not_shown() {
    let params = json!({ "message": "ab", "nested": { "list": ["s3cret-token", 4711, "hunter2"] } });
    let echo = json!({
        "connector_id": ID, "status": "error", "message": "hunter2 is no good",
        "service_message": "denied: ab, Bearer s3cret-token", "retry": false,
    });
    for fault in [
        Fault::answer(Answer::json(200, &echo)),
        Fault::status(400, "[s3cret-token]: hunter2 is no good"),
        Fault::answer(Answer::html(500, "<p>hunter2</p> s3cret-token")),
    ] {
        let (service, kibana) = service().await;
        kibana.fail(fault.on("POST", "*"));
        let ran = end(begin_with(&service, ID, &params).await).await;
        let [error] = &ran.errors[..] else { panic!("{:?}", ran.errors) };
        assert!(!error.contains("hunter2") && !error.contains("s3cret-token"), "{error}");
        assert!(error.contains("***"), "{error}");
        // Texts this short give nothing away.
        assert!(!error.contains("denied") || error.contains("denied: ab"), "{error}");
    }
}

#[tokio::test]
async fn a_planned_run_asks_nothing() {
    let (service, kibana) = service().await;
    for id in [ID, "not-there"] {
        let request = pb::plan_action::Request {
            action_type: ACTION.to_owned(),
            config: run_of(id, &json!({ "message": "hello" })),
            ..Default::default()
        };
        let planned = service.plan_action(Request::new(request)).await.unwrap().into_inner();
        assert!(planned.diagnostics.is_empty(), "{:?}", planned.diagnostics);
    }
    assert_eq!(kibana.requests().len(), 0);
}

#[tokio::test]
async fn a_run_that_may_have_begun_is_not_repeated() {
    for fault in [Fault::cut_after_write(), Fault::status(503, "down"), Fault::login_page()] {
        let (service, kibana) = service().await;
        kibana.fail(fault.on("POST", "*"));
        let ran = end(begin(&service, ID).await).await;
        let [error] = &ran.errors[..] else { panic!("{:?}", ran.errors) };
        assert!(error.contains("It is not known whether Kibana ran"), "{error}");
        assert_eq!(runs(&kibana), 1);
    }
}

#[tokio::test]
async fn a_run_that_kibana_refused_says_so() {
    let (service, kibana) = service().await;
    let ran = end(begin(&service, "not-there").await).await;
    let [error] = &ran.errors[..] else { panic!("{:?}", ran.errors) };
    assert!(error.contains("Connector not found") && error.contains("did not run"), "{error}");
    assert_eq!(runs(&kibana), 1);
    // The rate limiter stands before the run, and is not asked again, since others talk like it.
    kibana.fail(Fault::overloaded(Some(1)).on("POST", "*"));
    let ran = end(begin(&service, ID).await).await;
    let [error] = &ran.errors[..] else { panic!("{:?}", ran.errors) };
    assert!(error.contains("overloaded") && error.contains("did not run"), "{error}");
    assert_eq!(runs(&kibana), 2);
}

#[tokio::test]
async fn a_stop_waits_for_the_run_and_then_says_nothing_but_the_end() {
    let (service, kibana) = service().await;
    let (fault, hold) = Fault::hold();
    kibana.fail(fault.on("POST", "*"));
    let events = begin(&service, ID).await;
    kibana.next_request(Matcher::new("POST", "*")).await;
    service.stop_provider(Request::new(pb::stop_provider::Request::default())).await.unwrap();
    hold.release();
    let ran = end(events).await;
    assert_eq!((ran.progress.len(), ran.errors.len()), (0, 0), "{:?} {:?}", ran.progress, ran.errors);
    assert_eq!(runs(&kibana), 1);
}

#[tokio::test]
async fn a_long_run_reports_until_its_time_is_up() {
    let (service, kibana) = service().await;
    let (fault, _hold) = Fault::hold();
    kibana.fail(fault.on("POST", "*"));
    let events = begin(&service, ID).await;
    kibana.next_request(Matcher::new("POST", "*")).await;
    // From here on nothing happens but the passing of time.
    tokio::time::pause();
    let ran = end(events).await;
    let still: Vec<_> = ran.progress.iter().filter(|said| said.contains("Still running")).collect();
    // Every ten seconds of the minute that a request may take.
    assert_eq!(still.len(), 6, "{:?}", ran.progress);
    assert!(ran.errors[0].contains("It is not known whether Kibana ran"), "{:?}", ran.errors);
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
            config: Some(wire::to_proto::try_encode(&config, block).unwrap()),
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
        config: Some(wire::to_proto::try_encode(&block.empty_value(), block).unwrap()),
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
            let state = wire::to_proto::try_encode(one.object.as_ref().unwrap(), block).unwrap();
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
        state: Some(wire::to_proto::try_encode(&Value::Null, block).unwrap()),
    };
    let answer = service.generate_resource_config(Request::new(request)).await.unwrap().into_inner();
    let config = wire::decode(answer.config.as_ref(), block).unwrap();
    assert_eq!(config, block.empty_value(), "Terraform crashes over a null");
}
