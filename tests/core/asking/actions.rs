//! Actions: how a connector is run once, and what is said of it.

use kibana_emulator::{Answer, Emulator, Fault, Matcher};
use serde_json::{Value as Json, json};
use terraform_provider_kibana::offer::Offer;
use terraform_provider_kibana::proto::tfplugin6 as pb;
use terraform_provider_kibana::proto::tfplugin6::invoke_action::event::Type;
use terraform_provider_kibana::proto::tfplugin6::provider_server::Provider as _;
use terraform_provider_kibana::rpc::Service;
use terraform_provider_kibana::value::Value;
use terraform_provider_kibana::value::json::from_json;
use tokio_stream::StreamExt as _;
use tonic::Request;

use super::{ID, message, service};

const ACTION: &str = "kibana_connector_execute";

/// What the action says to a configuration, while planning or else at its end.
pub(crate) async fn ran(service: &Service, config: &[(&str, Value)]) -> Vec<pb::Diagnostic> {
    let offer = Offer::default();
    let block = &offer.action(ACTION).unwrap().schema().block;
    let config = message(block, config);
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
    message(block, &[("id", Value::text(id)), ("params", Value::dynamic(ty, params))])
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
        assert!(!error.contains("retry_timeout_seconds"), "{error}");
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
    assert!(error.contains("never repeated: try again later"), "{error}");
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
