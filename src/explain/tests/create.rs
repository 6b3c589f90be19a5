//! What a create can come to.

use super::super::created;
use super::check;
use crate::client::testing::{Reply, Server, connector, missing, refusal};
use crate::client::{ConnectorBody, CreateOutcome, IdChoice};
use crate::stop::Stop;

pub(super) fn body(connector_type_id: &str) -> ConnectorBody {
    let empty = serde_json::Map::new;
    ConnectorBody {
        name: "1".into(),
        connector_type_id: connector_type_id.to_owned(),
        config: empty(),
        secrets: empty(),
    }
}

pub(super) fn told_of(outcome: &CreateOutcome) -> String {
    let told = created(outcome);
    told.iter().map(|found| format!("{}: {}\n\n{}", found.path, found.summary, found.detail)).collect()
}

#[tokio::test]
async fn a_refused_id_says_what_would_do() {
    let cases = [
        (
            "Predefined IDs are not allowed for saved objects with encrypted attributes unless the ID is a UUID.: Bad Request",
            "9.4",
        ),
        (
            "[request params.id]: Connector ID must contain only lowercase letters, numbers, and hyphens.",
            "at most 36",
        ),
        ("This my-id already exists in a preconfigured action.", "kibana.yml"),
    ];
    for (message, part) in cases {
        let server = Server::start(move |_, _| refusal(400, message)).await;
        let client = server.client();
        let choice = IdChoice::Generated("my-id".to_owned());
        let operation = client.operation(&Stop::new());
        let outcome = client.create_connector(&operation, "default", &choice, &body(".index")).await;
        check(&told_of(&outcome), &[part, message]);
    }
}

/// A create against a server that answers so, and cuts the connection when it has nothing more to say.
async fn created_by(choice: IdChoice, replies: Vec<Reply>) -> String {
    let mut replies = replies.into_iter();
    let server = Server::start(move |_, _| replies.next().unwrap_or(Reply::Cut)).await;
    let client = server.client();
    told_of(
        &client.create_connector(&client.operation(&Stop::new()), "default", &choice, &body(".index")).await,
    )
}

#[tokio::test]
async fn an_unknown_outcome_says_what_is_in_state() {
    let told = created_by(IdChoice::Generated("1".into()), Vec::new()).await;
    check(&told, &["keeps the connector under its ID 1", "untaint"]);
    let told = created_by(IdChoice::Users("1".into()), vec![missing("1")]).await;
    check(&told, &["The state keeps nothing", "imported"]);
    let told = created_by(IdChoice::Generated("1".into()), vec![refusal(404, "Not Found")]).await;
    check(&told, &["cannot be looked up", "keeps nothing"]);
}

#[tokio::test]
async fn a_look_that_fails_says_what_stands_in_the_way() {
    let replies = vec![Reply::Cut, refusal(403, "Unauthorized to get actions")];
    let told = created_by(IdChoice::Generated("1".into()), replies).await;
    check(
        &told,
        &[
            "Not allowed in Kibana",
            "POST /api/actions/connector/1",
            "all the same",
            "whether the connector exists. GET /api/actions/connector/1",
            "Unauthorized to get actions",
            "\"Read\" is enough",
            "keeps the connector",
        ],
    );
    // What to do about the lost answer would be beside the point.
    assert!(!told.contains("Try again"), "{told}");
}

#[tokio::test]
async fn an_id_in_use_names_who_has_it() {
    let users = || IdChoice::Users("1".into());
    check(&created_by(users(), vec![connector("1")]).await, &["in use", "\"n\" of type .index"]);
    let conflict = vec![missing("1"), refusal(409, "Saved object [action/1] conflict"), missing("1")];
    check(
        &created_by(users(), conflict).await,
        &["already in use", "cannot be seen", "create_before_destroy"],
    );
    // Two creates with one ID in one apply: both looks find nothing, and one POST comes second.
    let raced = refusal(
        409,
        "[action:1]: version conflict, document already exists (current version [1]): version_conflict_engine_exception Root \
         causes: version_conflict_engine_exception: [action:1]: version conflict, document already exists (current version [1])",
    );
    let told = created_by(users(), vec![missing("1"), raced, connector("1")]).await;
    check(&told, &["in use", "\"n\" of type .index", "Import it"]);
    assert!(!told.contains("another space"), "{told}");
    // What has the ID, and where, only a look can tell.
    let conflict = || vec![missing("1"), refusal(409, "Saved object [action/1] conflict")];
    let forbidden = refusal(403, "Unauthorized to get actions");
    for (look, parts) in [
        (vec![forbidden], ["Kibana answered 403: Unauthorized to get actions.", "\"Read\" is enough"]),
        (Vec::new(), ["the connection ended", "Try again."]),
    ] {
        let told = created_by(users(), conflict().into_iter().chain(look).collect()).await;
        check(&told, &["Connector ID is already in use", "POST /api/actions/connector/1", "conflict."]);
        check(&told, &["could not find out what has it, nor in which space. GET /api/actions/connector/1"]);
        check(&told, &parts);
        check(&told, &["create_before_destroy"]);
        assert!(!told.contains("cannot be seen") && !told.contains("all the same"), "{told}");
    }
    let text = "This 1 already exists in a preconfigured action.";
    check(&created_by(users(), vec![missing("1"), refusal(400, text)]).await, &["in use", "kibana.yml"]);
    let old = vec![missing("1"), refusal(404, "Not Found")];
    check(&created_by(users(), old).await, &["chooses IDs itself", "8.8"]);
}

#[tokio::test]
async fn a_connector_that_is_taken_for_ours_or_has_another_id_is_told() {
    let mut ours = crate::client::testing::connector_json("1");
    ours["name"] = "1".into();
    let ours = crate::client::testing::json_answer(200, &ours);
    let told = created_by(IdChoice::Users("1".into()), vec![missing("1"), Reply::Cut, ours]).await;
    check(&told, &["id: Connector was found after a lost answer", "named \"1\""]);
    let told = created_by(IdChoice::Generated("1".into()), vec![connector("other")]).await;
    check(&told, &["under another ID", "has the ID other"]);
}

#[tokio::test]
async fn a_create_counts_its_tries_and_a_start_is_kibanas_own() {
    let not_ready = || Reply::Answer(503, String::new(), "Kibana server is not ready yet".into());
    let server = Server::start(
        move |_, seen: &crate::client::testing::Seen| {
            if seen.line.starts_with("POST") { not_ready() } else { missing("1") }
        },
    )
    .await;
    let client = server.client();
    let choice = IdChoice::Generated("1".into());
    let outcome =
        client.create_connector(&client.operation(&Stop::new()), "default", &choice, &body(".index")).await;
    let posts = server.lines().iter().filter(|line| line.starts_with("POST")).count();
    let told = told_of(&outcome);
    check(&told, &[&format!("(tried {posts} times): Kibana answered 503: Kibana server is not ready yet.")]);
    assert!(!told.contains("not one of Kibana's"), "{told}");
}
