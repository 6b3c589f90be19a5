//! `POST /api/actions/connector/{id}/_execute`: running a connector once.
//!
//! A run sends a mail or opens a ticket, so it is never repeated unless the request surely never left. What
//! the run gave back is not kept.

use serde_json::{Map, Value as Json};

use super::answer::Answer;
use super::error::Error;
use super::mask::presentable;
use super::request::{Purpose, Request};
use super::{Address, Client, Operation};

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Execution {
    /// The connector did what it is for.
    Done,
    /// It did not. The texts are masked and shortened.
    Failed {
        /// What Kibana says.
        message: String,
        /// What the other system says.
        service_message: Option<String>,
        /// Whether a later try may help.
        retry: Option<Retry>,
    },
}

/// What Kibana says of another try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Retry {
    /// It will fail in the same way.
    Useless,
    /// It may help.
    Possible,
    /// It may help after this time, as Kibana writes it.
    After(String),
}

impl Client {
    /// Runs a connector with these parameters, which its type defines.
    ///
    /// # Errors
    ///
    /// When it was not run; `outcome_unknown` when it may have been. A run that failed is an answer, not an
    /// error.
    pub async fn execute_connector(
        &self,
        operation: &Operation,
        address: &Address,
        params: &Map<String, Json>,
    ) -> Result<Execution, Error> {
        let segments = ["api", "actions", "connector", address.id.as_str(), "_execute"];
        let request = Request::new(Purpose::Execute, Some(&address.space_id), &segments)?
            .about(&address.id)
            .with_body(&serde_json::json!({ "params": params }));
        let answer: Answer = self.send(operation, &request).await?;
        let show = |text: &str| presentable(text, &operation.secrets);
        read(&answer, &show).map_err(|why| Error::during(answer.unreadable(why), self.attempted(&request)))
    }
}

fn read(answer: &Answer, show: &dyn Fn(&str) -> String) -> Result<Execution, String> {
    let text = |key: &str| answer.json.get(key).and_then(Json::as_str);
    match text("status") {
        Some("ok") => Ok(Execution::Done),
        Some("error") => Ok(Execution::Failed {
            message: text("message").map(show).unwrap_or_default(),
            service_message: text("service_message").map(show),
            retry: match answer.json.get("retry") {
                Some(Json::Bool(true)) => Some(Retry::Possible),
                Some(Json::Bool(false)) => Some(Retry::Useless),
                Some(Json::String(time)) => Some(Retry::After(show(time))),
                _ => None,
            },
        }),
        // A run that gives nothing back at all.
        None if answer.status == 204 => Ok(Execution::Done),
        _ => Err("it does not say how the run ended".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::testing::{Reply, Server, address, json_answer, refusal};
    use crate::stop::Stop;
    use crate::value::Secret;

    async fn run(replies: Vec<Reply>) -> (Result<Execution, Error>, usize) {
        let mut replies = replies.into_iter();
        let server = Server::start(move |_, _| replies.next().unwrap_or(Reply::Cut)).await;
        let client = server.client();
        let operation = client.operation(&Stop::new()).hiding([Secret::new("hunter2")]);
        let params = serde_json::json!({"message": "hello"});
        let ran = client.execute_connector(&operation, &address("1"), params.as_object().unwrap()).await;
        let seen = server.seen();
        assert_eq!(seen[0].line, "POST /api/actions/connector/1/_execute");
        assert_eq!(seen[0].body, r#"{"params":{"message":"hello"}}"#);
        (ran, seen.len())
    }

    async fn answered(json: Json) -> Result<Execution, Error> {
        run(vec![json_answer(200, &json)]).await.0
    }

    #[tokio::test]
    async fn a_failed_run_is_an_answer() {
        let ok = serde_json::json!({"connector_id": "1", "status": "ok", "data": {"a": 1}});
        assert_eq!(answered(ok).await.unwrap(), Execution::Done);
        let failed = serde_json::json!({
            "connector_id": "1", "status": "error", "message": "no", "service_message": "bad key hunter2",
            "retry": "2026-01-01T00:00:00.000Z", "errorSource": "user",
        });
        let wanted = Execution::Failed {
            message: "no".into(),
            service_message: Some("bad key ***".into()),
            retry: Some(Retry::After("2026-01-01T00:00:00.000Z".into())),
        };
        assert_eq!(answered(failed).await.unwrap(), wanted);
        assert!(answered(serde_json::json!({"hello": "world"})).await.is_err());
    }

    #[tokio::test]
    async fn a_run_is_never_repeated_once_it_may_have_begun() {
        for reply in [Reply::Cut, refusal(503, "down"), refusal(429, "busy")] {
            let (ran, requests) = run(vec![reply]).await;
            assert!(ran.unwrap_err().outcome_unknown());
            assert_eq!(requests, 1);
        }
    }
}
