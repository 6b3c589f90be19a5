//! `GET /api/status`: which Kibana this is.

use serde_json::Value as Json;

use super::answer::Answer;
use super::error::Error;
use super::request::{Purpose, Request};
use super::{Client, Operation};

/// What Kibana says about itself. Without credentials it tells neither.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// The version, such as `9.4.0`.
    pub version: Option<String>,
    /// `traditional` or `serverless`.
    pub flavour: Option<String>,
    /// Whether it was built between two releases.
    pub is_snapshot: bool,
}

impl Client {
    /// Asks Kibana which version it is. A Kibana that is up but not well answers too.
    ///
    /// # Errors
    ///
    /// When there is no answer, or it is not a Kibana's.
    pub async fn status(&self, operation: &Operation) -> Result<Status, Error> {
        let request = request()?;
        let answer: Answer = self.send(operation, &request).await?;
        read(&answer).ok_or_else(|| {
            Error::during(answer.unreadable("it is not the status of a Kibana"), self.attempted(&request))
        })
    }
}

fn request() -> Result<Request, Error> {
    Request::new(Purpose::Status, None, &["api", "status"])
}

fn read(answer: &Answer) -> Option<Status> {
    let json = answer.json.as_object()?;
    json.get("status")?;
    let text = |json: Option<&Json>| json.and_then(Json::as_str).map(str::to_owned);
    let version = json.get("version");
    Some(Status {
        version: text(version.and_then(|version| version.get("number"))),
        flavour: text(version.and_then(|version| version.get("build_flavor"))),
        is_snapshot: version.is_some_and(|version| version["build_snapshot"] == true),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: Json, wanted: Option<Status>) {
        assert_eq!(read(&Answer { status: 200, json }), wanted);
    }

    #[test]
    fn version_and_flavour_are_told_only_to_those_who_are_known() {
        let version = serde_json::json!({"number": "9.4.0", "build_flavor": "serverless"});
        check(
            serde_json::json!({"version": version, "status": {"overall": {"level": "available"}}}),
            Some(Status {
                version: Some("9.4.0".into()),
                flavour: Some("serverless".into()),
                is_snapshot: false,
            }),
        );
        let redacted = serde_json::json!({"status": {"overall": {"level": "available"}}});
        check(redacted, Some(Status::default()));
        check(serde_json::json!({"hello": "world"}), None);
        check(serde_json::json!([]), None);
    }

    #[test]
    fn the_status_has_no_space() {
        assert_eq!(request().unwrap().path, "/api/status");
    }
}
