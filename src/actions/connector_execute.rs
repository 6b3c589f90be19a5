//! `kibana_connector_execute`: runs a connector once, as a rule would.
//!
//! A run sends a mail or opens a ticket, so the request goes out a single time unless it surely never left,
//! and an unclear end is told as one. What the run gives back is never shown.

use std::sync::OnceLock;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Map, Value as Json};
use tokio::time::Instant;

use super::{Action, Progress};
use crate::client::{Address, Client, Error, Execution, Retry};
use crate::diag::Diagnostics;
use crate::explain;
use crate::offer::{Context, Served};
use crate::provider::check_space_id;
use crate::schema::{Attribute, Block, Presence, Schema};
use crate::value::json::{to_json, without_nulls};
use crate::value::{Path, Secret, Type, Value};

/// How often a run that takes its time says that it still does.
const REPORT_EVERY: Duration = Duration::from_secs(10);

/// The action.
#[derive(Debug, Default)]
pub(crate) struct ConnectorExecute {
    schema: OnceLock<Schema>,
}

impl Served for ConnectorExecute {
    fn type_name(&self) -> &str {
        "kibana_connector_execute"
    }

    fn schema(&self) -> &Schema {
        self.schema.get_or_init(schema)
    }
}

#[async_trait]
impl Action for ConnectorExecute {
    fn validate(&self, config: &Value) -> Diagnostics {
        let mut found = Diagnostics::new();
        if config.get("id").as_str().is_some_and(|id| id.trim().is_empty()) {
            found.error(Path::of("id"), "Blank ID", "Set `id` to the ID of the connector to run.");
        }
        found.extend(check_space_id(config));
        let params = config.get("params");
        if !params.is_null() && !params.is_unknown() && params.as_map().is_none() {
            found.error(
                Path::of("params"),
                "Parameters are not an object",
                "`params` is an object with what the connector's type wants to know, such as `{ message = \"hello\" }`.",
            );
        }
        found
    }

    async fn plan(&self, _: Context<'_>, config: &Value) -> Diagnostics {
        self.validate(config)
    }

    async fn invoke(&self, context: Context<'_>, config: &Value, progress: Progress) -> Diagnostics {
        let Some(client) = context.provider.client() else {
            let mut found = Diagnostics::new();
            found.error(
                Path::root(),
                "Kibana is not known yet",
                "The provider's configuration is not known, so there is no Kibana that could run the connector. \
                 Apply first what the provider block depends on, then run this again.",
            );
            return found;
        };
        // What was unknown while planning is known now.
        let found = self.validate(config);
        if found.has_errors() {
            return found;
        }
        let id = config.get("id").as_str().unwrap_or_default();
        let space = config.get("space_id").as_str().unwrap_or(client.default_space());
        let address = Address::new(space, id);
        progress.say(format!("Running the connector \"{address}\"."));
        match run(client, context, &address, &params(config.get("params")), &progress).await {
            Ok(Execution::Done) => Diagnostics::new(),
            Ok(Execution::Failed { message, service_message, retry }) => {
                failed(&address, &message, service_message.as_deref(), retry.as_ref())
            }
            Err(error) => not_run(&address, &error),
        }
    }
}

/// Runs it, and says every now and then that it still runs.
async fn run(
    client: &Client,
    context: Context<'_>,
    address: &Address,
    params: &Map<String, Json>,
    progress: &Progress,
) -> Result<Execution, Error> {
    // Any of them may be a secret, and the other system may quote what it was sent.
    let operation = client.operation(context.stop).hiding(texts(params.values()));
    let run = client.execute_connector(&operation, address, params);
    tokio::pin!(run);
    let started = Instant::now();
    let mut reports = tokio::time::interval_at(started + REPORT_EVERY, REPORT_EVERY);
    loop {
        tokio::select! {
            ended = &mut run => return ended,
            _ = reports.tick() => progress.say(format!(
                "Still running the connector \"{address}\" after {} seconds.",
                started.elapsed().as_secs()
            )),
        }
    }
}

/// The parameters as JSON. A null in an object is the same as leaving its key out, as modules write it.
fn params(params: &Value) -> Map<String, Json> {
    let json = to_json(params).map(without_nulls);
    match json {
        Some(Json::Object(params)) => params,
        _ => Map::new(),
    }
}

/// The texts in the parameters, at any depth.
fn texts<'a>(values: impl IntoIterator<Item = &'a Json>) -> Vec<Secret> {
    let texts = values.into_iter().flat_map(|json| match json {
        Json::String(text) => vec![Secret::new(text.as_str())],
        Json::Array(items) => texts(items),
        Json::Object(entries) => texts(entries.values()),
        Json::Null | Json::Bool(_) | Json::Number(_) => Vec::new(),
    });
    texts.collect()
}

/// A run that failed. Everything stands in the detail, since not every Terraform shows more of an action's
/// error.
fn failed(
    address: &Address,
    message: &str,
    service_message: Option<&str>,
    retry: Option<&Retry>,
) -> Diagnostics {
    let message = if message.is_empty() { "Kibana does not say why" } else { message };
    let mut detail =
        format!("Kibana ran the connector \"{address}\", and it failed: {}", explain::sentence(message));
    if let Some(service_message) = service_message.filter(|text| !text.is_empty()) {
        detail.push_str(&format!("\n\nThe other system said: {}", explain::sentence(service_message)));
    }
    match retry {
        Some(Retry::Possible) => detail.push_str("\n\nKibana says that another try may succeed."),
        Some(Retry::After(time)) => {
            detail.push_str(&format!("\n\nKibana says that another try may succeed after {time}."));
        }
        Some(Retry::Useless) => {
            detail.push_str(
                "\n\nKibana says that another try would fail as well. Correct `params`, or the connector's own settings.",
            );
        }
        None => {}
    }
    let mut found = Diagnostics::new();
    found.error(Path::root(), "The connector's run failed", detail);
    found
}

/// A run of which nobody knows, or that did not happen.
fn not_run(address: &Address, error: &Error) -> Diagnostics {
    let (summary, explained) = explain::words(error);
    let detail = if error.is_in_doubt() {
        format!(
            "It is not known whether Kibana ran the connector \"{address}\", so the provider did not try again. \
             Check whether its message arrived before you run it again.\n\n{explained}"
        )
    } else {
        format!("Kibana did not run the connector \"{address}\".\n\n{explained}")
    };
    let mut found = Diagnostics::new();
    found.error(Path::root(), summary, detail);
    found
}

fn schema() -> Schema {
    let attributes = vec![
        Attribute::new("id", Type::Text, Presence::Required).doc("ID of the connector to run."),
        Attribute::new("space_id", Type::Text, Presence::Optional)
            .doc("Space that the connector is in. Defaults to the provider's space."),
        Attribute::new("params", Type::Dynamic, Presence::Required).doc(
            "What to run the connector with: an object as its type wants it, with Kibana's own names, such as `{ message = \
             \"hello\", level = \"info\" }` for a server log. A null in it is the same as leaving the key out.",
        ),
    ];
    let description = "Runs a connector once, as a rule would: it sends the mail, opens the ticket, calls the web service. The run \
                       is never repeated once it may have begun, and a run that fails is an error with what Kibana and the other \
                       system say of it. What it gives back is not shown.";
    let block = Block { description: description.to_owned(), attributes, ..Block::default() };
    Schema { version: 0, block }
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::{ConnectorExecute, failed, params};
    use crate::actions::Action as _;
    use crate::client::{Address, Retry};
    use crate::value::json::from_json;
    use crate::value::{Type, Unknown, Value};

    fn dynamic(json: &str) -> Value {
        let (ty, value) = from_json(&serde_json::from_str(json).unwrap());
        Value::dynamic(ty, value)
    }

    fn config(entries: &[(&str, Value)]) -> Value {
        let mut config =
            Value::object([("id", Value::text("1")), ("space_id", Value::Null), ("params", dynamic("{}"))]);
        entries.iter().for_each(|(name, entry)| config.set(name, entry.clone()));
        config
    }

    #[test]
    fn findings_point_at_the_argument() {
        let paths = |config: &Value| -> Vec<String> {
            ConnectorExecute::default().validate(config).iter().map(|d| d.path.to_string()).collect()
        };
        assert_eq!(paths(&config(&[])), [""; 0]);
        assert_eq!(paths(&config(&[("id", Value::text(" "))])), ["id"]);
        assert_eq!(paths(&config(&[("space_id", Value::text("No Space"))])), ["space_id"]);
        for wrong in [r#"["a"]"#, "\"text\"", "1"] {
            assert_eq!(paths(&config(&[("params", dynamic(wrong))])), ["params"], "{wrong}");
        }
        let map = Value::dynamic(Type::Map(Box::new(Type::Text)), Value::object([("a", Value::text("b"))]));
        assert_eq!(paths(&config(&[("params", map)])), [""; 0]);
        let unknown = Value::Unknown(Unknown::default());
        let all = [("id", unknown.clone()), ("space_id", unknown.clone()), ("params", unknown)];
        assert_eq!(paths(&config(&all)), [""; 0]);
    }

    #[test]
    fn a_null_parameter_is_left_out() {
        let sent = Json::Object(params(&dynamic(
            r#"{"a": null, "b": {"c": null, "d": [null, {"e": null}]}, "f": 0}"#,
        )));
        assert_eq!(sent.to_string(), r#"{"b":{"d":[null,{}]},"f":0}"#);
    }

    #[test]
    fn a_failed_run_says_what_kibana_and_the_service_say() {
        let address = Address::new("ops", "1");
        let detail = |service, retry| {
            failed(&address, "no luck", service, retry).iter().next().unwrap().detail.clone()
        };
        let after = Retry::After("2026-01-01T00:00:00.000Z".to_owned());
        let all = detail(Some("bad gateway"), Some(&after));
        for part in ["ops/1", "no luck.", "bad gateway.", "after 2026-01-01T00:00:00.000Z."] {
            assert!(all.contains(part), "{part}: {all}");
        }
        assert!(detail(None, Some(&Retry::Possible)).contains("another try may succeed"));
        assert!(detail(None, Some(&Retry::Useless)).contains("would fail as well"));
        assert!(!detail(None, None).contains("another try"));
    }
}
