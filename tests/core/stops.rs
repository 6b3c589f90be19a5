//! A stop while a write waits for Kibana: the write has its own time limit, and what it may have done is
//! kept.

use std::time::Duration;

use kibana_emulator::{Fault, Hold, Matcher, Release};
use terraform_provider_kibana::proto::tfplugin6 as pb;
use terraform_provider_kibana::proto::tfplugin6::provider_server::Provider as _;
use terraform_provider_kibana::provider;
use terraform_provider_kibana::value::Value;
use tonic::Request;

use crate::core::{Core, Instance, Refusal, texts};

/// As long as it takes that a request of one second has certainly ended.
const PATIENCE: Duration = Duration::from_secs(30);

fn log(core: &Core, name: &str) -> Value {
    let mut config = core.block.empty_value();
    config.set("name", Value::text(name));
    config.set("server_log", core.block.block("server_log").unwrap().block.empty_value());
    config
}

/// Gives a request one second, and an operation much more.
async fn hurry(core: &Core) {
    let mut config = provider::schema().block.empty_value();
    config.set("endpoint", Value::text(core.kibana.url()));
    config.set("preflight", Value::Bool(false));
    config.set("request_timeout_seconds", Value::Number(1_i64.into()));
    config.set("retry_timeout_seconds", Value::Number(600_i64.into()));
    assert_eq!(texts(&core.configure(&config).await), Vec::<String>::new());
}

/// Stops the provider while Kibana holds the request with this method that the work sends.
async fn stopped<T>(
    core: &Core,
    method: &str,
    work: impl Future<Output = Result<T, Refusal>>,
) -> (Result<T, Refusal>, Hold) {
    hurry(core).await;
    core.kibana.clear_requests();
    let (fault, hold) = Fault::hold();
    core.kibana.fail(fault.on(method, "*"));
    let stop = async {
        core.kibana.next_request(Matcher::new(method, "*")).await;
        core.service().stop_provider(Request::new(pb::stop_provider::Request::default())).await.unwrap();
    };
    let both = async { tokio::join!(work, stop) };
    let (ended, ()) = tokio::time::timeout(PATIENCE, both).await.expect("it ends with its time limit");
    assert_eq!(core.kibana.requests().len(), 1, "something began after the stop");
    (ended, hold)
}

/// What was held goes on.
async fn let_go(core: &Core, hold: &Hold) {
    hold.release();
    core.kibana.idle().await;
}

#[tokio::test]
async fn a_write_that_is_not_answered_after_a_stop_ends_and_keeps_the_connector() {
    let core = Core::new(Release::Current).await;
    let mut instance = Instance::none();

    let config = log(&core, "created");
    let plan = core.plan_from(&config, &instance).await.unwrap();
    let (ended, hold) = stopped(&core, "POST", core.apply(&config, &plan, &mut instance)).await;
    assert!(ended.is_err() && instance.tainted, "{instance:?}");
    let_go(&core, &hold).await;
    assert!(core.kibana.get("default", instance.id()).is_some(), "the state names another connector");

    // It is there after all.
    instance.tainted = false;
    core.refresh(&mut instance).await.unwrap();
    let (config, prior) = (log(&core, "updated"), instance.clone());
    let plan = core.plan_from(&config, &instance).await.unwrap();
    let (ended, hold) = stopped(&core, "PUT", core.apply(&config, &plan, &mut instance)).await;
    assert!(ended.is_err() && instance.state == prior.state && !instance.tainted, "{instance:?}");
    let_go(&core, &hold).await;
    core.refresh(&mut instance).await.unwrap();
    assert_eq!(instance.state.get("name"), &Value::text("updated"));

    let prior = instance.clone();
    let (ended, hold) = stopped(&core, "DELETE", core.destroy(&mut instance)).await;
    assert!(ended.is_err() && instance.state == prior.state, "{instance:?}");
    let_go(&core, &hold).await;
    core.refresh(&mut instance).await.unwrap();
    assert!(instance.state.is_null() && core.kibana.connectors().is_empty());
}
