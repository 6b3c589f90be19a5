//! `GET /api/spaces/space`: the spaces that there are, as far as the credentials may see them.

use serde::Deserialize;
use serde_json::Value as Json;

use super::answer::Answer;
use super::error::{Cause, Error};
use super::request::{Purpose, Request};
use super::{Client, Operation};

/// A space.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Space {
    /// Its ID, as it stands in addresses.
    pub id: String,
    /// Its name for people.
    pub name: String,
}

impl Client {
    /// Asks for the spaces that these credentials may enter. One that is not in the list may be there all the
    /// same.
    ///
    /// # Errors
    ///
    /// When there is no answer, or it is not a list of spaces.
    pub async fn spaces(&self, operation: &Operation) -> Result<Vec<Space>, Error> {
        let request = Request::new(Purpose::Spaces, None, &["api", "spaces", "space"])?;
        let answer: Answer = self.send(operation, &request).await?;
        Vec::deserialize(&answer.json).map_err(|_| {
            Error::during(answer.unreadable("it is not a list of spaces"), self.attempted(&request))
        })
    }

    /// Asks for one space; none where Kibana itself says that it does not exist.
    ///
    /// # Errors
    ///
    /// Whatever went wrong. A 403 says nothing: with rights in some spaces only, that is the answer for the
    /// others and for those that do not exist.
    pub async fn space(&self, operation: &Operation, space_id: &str) -> Result<Option<Space>, Error> {
        let request = Request::new(Purpose::Spaces, None, &["api", "spaces", "space", space_id])?;
        match self.send::<Answer>(operation, &request).await {
            Ok(answer) => read(&answer.json, space_id)
                .map(Some)
                .map_err(|why| Error::during(answer.unreadable(why), self.attempted(&request))),
            // For a missing space Kibana says no more than for a missing route. Where a proxy or a wrong base
            // path is at fault, the connector's own request would say so, too.
            Err(error) if matches!(error.cause(), Cause::Refused { status: 404, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn read(json: &Json, space_id: &str) -> Result<Space, String> {
    match Space::deserialize(json) {
        Ok(space) if space.id == space_id => Ok(space),
        Ok(_) => Err("it shows another space".to_owned()),
        Err(_) => Err("it is not a space".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::testing::{Reply, Server, json_answer, refusal};
    use crate::stop::Stop;

    async fn asked(reply: fn() -> Reply) -> Result<Option<Space>, Error> {
        let server = Server::start(move |_, _| reply()).await;
        let client = server.client();
        let space = client.space(&client.operation(&Stop::new()), "ops").await;
        assert_eq!(server.lines(), ["GET /api/spaces/space/ops"]);
        space
    }

    #[tokio::test]
    async fn only_kibanas_own_404_makes_a_space_missing() {
        let there =
            asked(|| json_answer(200, &serde_json::json!({"id": "ops", "name": "Ops", "color": "#fff"})));
        assert_eq!(there.await.unwrap(), Some(Space { id: "ops".into(), name: "Ops".into() }));
        assert_eq!(asked(|| refusal(404, "Not Found")).await.unwrap(), None);
        asked(|| refusal(403, "Unauthorized to get ops space")).await.unwrap_err();
        asked(|| Reply::Answer(404, String::new(), "<title>404</title>".into())).await.unwrap_err();
        asked(|| json_answer(200, &serde_json::json!({"id": "dev", "name": "Dev"}))).await.unwrap_err();
    }
}
