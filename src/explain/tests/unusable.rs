//! Answers of success that hold something else than was asked for, each brought about by a server.

use std::time::Duration;

use serde_json::{Map, Value as Json, json};

use super::words;
use crate::client::testing::{Reply, Server, address, connector_json, json_answer};
use crate::client::{Client, ConnectorBody, CreateOutcome, Error, IdChoice, Operation, Settings};
use crate::stop::Stop;

/// What is asked for.
#[derive(Clone, Copy)]
enum Asked {
    Connector,
    Create,
    Delete,
    List,
    Run,
    Space,
    Spaces,
    Status,
    Types,
}

fn typed(kind: &str, body: &str) -> Reply {
    Reply::Answer(200, format!("{kind}\r\n"), body.to_owned())
}

fn changed(key: &str, value: Json) -> Reply {
    let mut connector = connector_json("my-id");
    connector[key] = value;
    json_answer(200, &connector)
}

fn cases() -> Vec<(&'static str, Asked, Reply)> {
    let json = |json: Json| json_answer(200, &json);
    let text = |body: &str| typed("content-type: application/json", body);
    let listed = |count: usize| format!("[{}{{}}]", "{},".repeat(count - 1));
    let members = |count: usize| format!("[{}1]", "1,".repeat(count));
    vec![
        ("an answer that is not JSON", Asked::Connector, typed("content-type: text/plain", "Hello")),
        ("an answer of no type", Asked::Connector, typed("x-a: b", "Hello")),
        ("an answer that is compressed", Asked::Connector, typed("content-encoding: br", "Hello")),
        ("an answer that is cut", Asked::Connector, text("{\"id\": ")),
        ("an empty answer", Asked::Connector, text("")),
        ("an answer of too many parts", Asked::Connector, text(&members(100_001))),
        ("an answer that is too long", Asked::Connector, text(&format!("\"{}\"", "a".repeat(4 << 20)))),
        ("an answer that is no object", Asked::Connector, json(json!([]))),
        ("an answer without a connector", Asked::Connector, json(json!({"hello": "world"}))),
        ("a config of another kind", Asked::Connector, changed("config", json!([]))),
        ("a connector with an ID that is none", Asked::Connector, changed("id", json!(".."))),
        ("a connector of a type that is none", Asked::Connector, changed("connector_type_id", json!(""))),
        ("another connector", Asked::Connector, changed("id", json!("other"))),
        ("a new connector with an odd ID", Asked::Create, changed("id", json!("an odd ID"))),
        ("a deletion that gives something back", Asked::Delete, json(json!({}))),
        ("a list that is none", Asked::List, json(json!({"hello": "world"}))),
        ("a list that is cut", Asked::List, text("[")),
        ("a list that is malformed", Asked::List, text("[{]")),
        ("a list of something long", Asked::List, text(&format!("[{{\"a\":\"{}\"}}]", "a".repeat(4 << 20)))),
        ("a list of too many", Asked::List, text(&listed(50_001))),
        ("a list of something else", Asked::List, json(json!([1]))),
        ("a run without an end", Asked::Run, json(json!({"hello": "world"}))),
        ("a space that is none", Asked::Space, json(json!([]))),
        ("another space", Asked::Space, json(json!({"id": "dev", "name": "Dev"}))),
        ("spaces that are none", Asked::Spaces, json(json!({"hello": "world"}))),
        ("a status that is none", Asked::Status, json(json!({"hello": "world"}))),
        ("connector types that are none", Asked::Types, json(json!({"hello": "world"}))),
    ]
}

async fn failed(client: &Client, operation: &Operation, asked: Asked) -> Error {
    let address = address("my-id");
    match asked {
        Asked::Connector => client.get_connector(operation, &address).await.unwrap_err(),
        Asked::Create => {
            let body = ConnectorBody {
                name: "n".to_owned(),
                connector_type_id: ".index".to_owned(),
                config: Map::new(),
                secrets: Map::new(),
            };
            let choice = IdChoice::Generated("my-id".to_owned());
            match client.create_connector(operation, "default", &choice, &body).await {
                CreateOutcome::Failed(error) | CreateOutcome::Unknown { error, .. } => error,
                other => panic!("{other:?}"),
            }
        }
        Asked::Delete => client.delete_connector(operation, &address).await.unwrap_err(),
        Asked::List => client.list_connectors(operation, "default").await.unwrap_err(),
        Asked::Run => client.execute_connector(operation, &address, &Map::new()).await.unwrap_err(),
        Asked::Space => client.space(operation, "ops").await.unwrap_err(),
        Asked::Spaces => client.spaces(operation).await.unwrap_err(),
        Asked::Status => client.status(operation).await.unwrap_err(),
        Asked::Types => client.connector_types(operation, "default", None).await.unwrap_err(),
    }
}

/// Case, title and detail of each.
pub(super) async fn unusable() -> Vec<(&'static str, String, String)> {
    let mut told = Vec::new();
    for (case, asked, reply) in cases() {
        // Whoever looks after a create gets the same.
        let again = match &reply {
            Reply::Answer(status, headers, body) => (*status, headers.clone(), body.clone()),
            _ => unreachable!("each is an answer"),
        };
        let server = Server::start(move |_, _| {
            let (status, headers, body) = again.clone();
            Reply::Answer(status, headers, body)
        })
        .await;
        let settings = Settings { retry_timeout: Duration::ZERO, ..server.settings() };
        let client = Client::new(settings).unwrap();
        let (title, detail) = words(&failed(&client, &client.operation(&Stop::new()), asked).await);
        let here = format!("http://127.0.0.1:{}/", server.port);
        told.push((case, title, detail.replace(&here, "http://kibana.example:5601/")));
    }
    told
}
