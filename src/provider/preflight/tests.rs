//! Which questions are asked, and how often.

use std::time::Duration;

use serde_json::json;

use super::*;
use crate::client::Settings;
use crate::client::testing::{Reply, Seen, Server, json_answer, refusal};

/// A Kibana with the space `ops` in its list, `dev` beside it, and one connector.
fn kibana(seen: &Seen) -> Reply {
    match seen.line.as_str() {
        "GET /api/actions/connector_types" => json_answer(200, &json!([{"id": ".index", "name": "Index"}])),
        "GET /api/status" => json_answer(200, &json!({"status": {}, "version": {"number": "9.4.0"}})),
        "GET /api/spaces/space" => json_answer(200, &json!([{"id": "ops", "name": "Ops"}])),
        "GET /api/spaces/space/dev" => json_answer(200, &json!({"id": "dev", "name": "Dev"})),
        "GET /api/spaces/space/foreign" => refusal(403, "Unauthorized to get foreign space"),
        "GET /s/ops/api/actions/connectors" => json_answer(
            200,
            &json!([
                {"id": "1", "name": "n", "connector_type_id": ".index", "config": {"index": "i", "refresh": false}},
                {"id": "2", "name": "n", "connector_type_id": ".email", "config": {}},
                {"id": "3", "name": "n", "connector_type_id": ".index", "is_preconfigured": true},
            ]),
        ),
        _ => refusal(404, "Not Found"),
    }
}

async fn server() -> Server {
    Server::start(|_, seen| kibana(seen)).await
}

const SOUGHT: Sought<'_> = Sought { space_id: "ops", connector_type_id: ".index", name: "n", config: None };

#[tokio::test]
async fn each_question_is_asked_once_however_many_ask() {
    let server = server().await;
    let (client, stop, preflight) = (server.client(), Stop::new(), Preflight::new(true));
    let ask = async || {
        assert_eq!(preflight.types(&client, &stop, "default").await.map(<[_]>::len), Some(1));
        assert_eq!(preflight.release(&client, &stop).await, Some((9, 4)));
        assert_eq!(preflight.has_space(&client, &stop, "ops").await, Some(true));
        assert_eq!(preflight.has_space(&client, &stop, "gone").await, Some(false));
        assert_eq!(preflight.twins(&client, &stop, SOUGHT).await, ["1"]);
    };
    tokio::join!(ask(), ask(), ask());
    let mut lines = server.lines();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            "GET /api/actions/connector_types",
            "GET /api/spaces/space",
            "GET /api/spaces/space/gone",
            "GET /api/status",
            "GET /s/ops/api/actions/connectors",
        ]
    );
}

#[tokio::test]
async fn a_question_without_an_answer_is_not_asked_again() {
    let server = Server::start(|_, _| refusal(503, "down")).await;
    let (client, stop, preflight) = (server.client(), Stop::new(), Preflight::new(true));
    for _ in 0..2 {
        assert!(preflight.types(&client, &stop, "default").await.is_none());
        assert!(preflight.has_space(&client, &stop, "ops").await.is_none());
        assert!(preflight.twins(&client, &stop, SOUGHT).await.is_empty());
    }
    assert_eq!(server.lines().len(), 3, "{:?}", server.lines());
}

#[tokio::test]
async fn neither_serverless_nor_a_snapshot_has_a_release() {
    let versions = [
        json!({"number": "9.5.0", "build_flavor": "serverless"}),
        json!({"number": "9.5.0", "build_flavor": "traditional", "build_snapshot": true}),
        json!({"build_flavor": "traditional"}),
        json!(null),
    ];
    for version in versions {
        let server =
            Server::start(move |_, _| json_answer(200, &json!({"status": {}, "version": version}))).await;
        assert_eq!(Preflight::new(true).release(&server.client(), &Stop::new()).await, None);
    }
}

#[tokio::test]
async fn a_space_outside_the_list_is_asked_for_by_its_id() {
    let server = server().await;
    let (client, stop, preflight) = (server.client(), Stop::new(), Preflight::new(true));
    assert_eq!(preflight.has_space(&client, &stop, "dev").await, Some(true));
    assert_eq!(preflight.has_space(&client, &stop, "foreign").await, None);
    assert_eq!(preflight.has_space(&client, &stop, "default").await, Some(true));
}

#[tokio::test]
async fn where_everything_is_missing_no_space_is_called_missing() {
    let server = Server::start(|_, _| refusal(404, "Not Found")).await;
    let (client, stop, preflight) = (server.client(), Stop::new(), Preflight::new(true));
    assert_eq!(preflight.has_space(&client, &stop, "ops").await, None);
    assert_eq!(preflight.has_space_now(&client, &stop, "ops").await, None);
}

#[tokio::test]
async fn a_space_that_was_missing_is_looked_for_again_before_a_write() {
    let mut asked = 0;
    let server = Server::start(move |_, seen| {
        if seen.line.ends_with("/new") {
            asked += 1;
            return if asked < 3 {
                refusal(404, "Not Found")
            } else {
                json_answer(200, &json!({"id": "new", "name": "N"}))
            };
        }
        kibana(seen)
    })
    .await;
    let (client, stop, preflight) = (server.client(), Stop::new(), Preflight::new(true));
    assert_eq!(preflight.has_space(&client, &stop, "new").await, Some(false));
    assert_eq!(preflight.has_space_now(&client, &stop, "new").await, Some(false));
    assert_eq!(preflight.has_space_now(&client, &stop, "new").await, Some(true));
}

#[tokio::test]
async fn the_look_for_a_space_before_a_write_is_repeated_and_its_failure_not_kept() {
    // The plan's question fails, then each question of an apply fails once.
    let mut failed = HashSet::new();
    let server = Server::start(move |number, seen| {
        let fails = number == 0 || failed.insert(seen.line.clone());
        if fails { refusal(503, "down") } else { kibana(seen) }
    })
    .await;
    let (client, stop, preflight) = (server.client(), Stop::new(), Preflight::new(true));
    assert_eq!(preflight.has_space(&client, &stop, "gone").await, None);
    assert_eq!(preflight.has_space_now(&client, &stop, "gone").await, Some(false));
    // Where it fails altogether, that says nothing of the next one.
    let hasty = Client::new(Settings { retry_timeout: Duration::ZERO, ..server.settings() }).unwrap();
    assert_eq!(preflight.has_space_now(&hasty, &stop, "dev").await, None);
    assert_eq!(preflight.has_space_now(&hasty, &stop, "dev").await, Some(true));
}

#[tokio::test]
async fn a_space_of_which_nothing_is_told_is_asked_for_once() {
    let server = server().await;
    let (client, stop, preflight) = (server.client(), Stop::new(), Preflight::new(true));
    for _ in 0..3 {
        assert_eq!(preflight.has_space_now(&client, &stop, "foreign").await, None);
        assert_eq!(preflight.has_space_now(&client, &stop, "dev").await, Some(true));
    }
    let asked = ["GET /api/spaces/space", "GET /api/spaces/space/foreign", "GET /api/spaces/space/dev"];
    assert_eq!(server.lines(), asked);
}

#[tokio::test]
async fn rights_in_one_space_are_enough_to_hear_of_the_types() {
    let server = Server::start(|_, seen| match seen.line.as_str() {
        "GET /s/ops/api/actions/connector_types" => json_answer(200, &json!([{"id": ".a", "name": "A"}])),
        _ => refusal(403, "Unauthorized to get actions"),
    })
    .await;
    let (client, stop, preflight) = (server.client(), Stop::new(), Preflight::new(true));
    for (space, count) in [("dev", None), ("dev", None), ("ops", Some(1)), ("dev", Some(1))] {
        assert_eq!(preflight.types(&client, &stop, space).await.map(<[_]>::len), count, "{space}");
    }
    assert_eq!(server.lines().len(), 2, "{:?}", server.lines());
}

#[tokio::test]
async fn a_twin_is_of_the_same_type_name_and_config_and_was_not_met() {
    let server = server().await;
    let (client, stop, preflight) = (server.client(), Stop::new(), Preflight::new(true));
    let config = |json: Json| json.as_object().cloned().unwrap();
    let twins = async |config: Option<&Map<String, Json>>, name: &str| {
        preflight.twins(&client, &stop, Sought { config, name, ..SOUGHT }).await
    };
    assert_eq!(twins(Some(&config(json!({"index": "i"}))), "n").await, ["1"]);
    assert!(twins(Some(&config(json!({"index": "j"}))), "n").await.is_empty());
    assert!(twins(Some(&config(json!({"index": "i", "new": 1}))), "n").await.is_empty());
    assert!(twins(None, "other").await.is_empty());
    preflight.meet("1");
    assert!(twins(None, "n").await.is_empty());
}

#[tokio::test]
async fn nothing_is_a_twin_once_something_was_written() {
    let server = server().await;
    let (client, stop, preflight) = (server.client(), Stop::new(), Preflight::new(true));
    preflight.writes();
    assert!(preflight.twins(&client, &stop, SOUGHT).await.is_empty());
    assert!(server.lines().is_empty());
}
