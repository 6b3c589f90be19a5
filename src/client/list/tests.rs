//! Lists in pieces of every size, and what is no list.

use super::*;
use crate::client::testing::{Reply, Server, connector_json, json_answer, refusal};
use crate::stop::Stop;

fn read_in(text: &str, size: usize) -> Result<Vec<Listed>, String> {
    let mut reader = Reader::default();
    text.as_bytes().chunks(size).try_for_each(|chunk| reader.push(chunk))?;
    reader.end()
}

fn ids(text: &str, size: usize) -> Vec<String> {
    read_in(text, size).unwrap().into_iter().map(|listed| listed.id).collect()
}

#[test]
fn a_list_is_read_in_pieces_of_any_size() {
    let tricky = serde_json::json!([
        {"id": "a", "name": "][}{,\"\\", "connector_type_id": ".x", "config": {"a": [[1, 2], {"b": "]"}]}},
        {"id": "b", "name": "\\\"", "connector_type_id": ".x", "is_preconfigured": true},
    ]);
    for text in [tricky.to_string(), serde_json::to_string_pretty(&tricky).unwrap()] {
        for size in [1, 2, 7, text.len()] {
            assert_eq!(ids(&text, size), ["a", "b"], "{size}");
        }
    }
    assert!(ids(" [ ] \n", 1).is_empty());
}

#[test]
fn what_is_not_a_whole_list_of_connectors_is_refused() {
    let one = connector_json("1").to_string();
    for text in [
        "",
        "[",
        "{}",
        "null",
        "]",
        "[]]",
        "[][]",
        "[1]",
        "[{}]",
        "[}",
        "x[]",
        "[]x",
        "[\"a\"",
        "[[]]",
        &format!("[{one}"),
        &format!("[{one},"),
        &format!("[{one},1]"),
        &format!("[{one},{{\"id\":x}}]"),
        &format!("{{\"a\":[{one}]}}"),
    ] {
        assert!(read_in(text, 3).is_err(), "{text}");
    }
}

#[test]
fn a_listed_connector_is_the_one_that_a_request_for_it_shows() {
    for json in [
        connector_json("1"),
        serde_json::json!({"id": "p", "name": "n", "connector_type_id": ".index", "is_preconfigured": true}),
        serde_json::json!({"id": "1", "name": "n", "connector_type_id": ".x", "config": {"n": 1.10}, "is_deprecated": true}),
        serde_json::json!({"id": "1", "name": "n", "connector_type_id": ".x", "config": null}),
    ] {
        let listed = read_in(&format!("[{json}]"), 5).unwrap();
        assert_eq!(listed[0].connector().unwrap(), ConnectorAnswer::read(&json).unwrap());
    }
    let text = r#"[{"id": "1", "name": "n", "connector_type_id": ".x", "config": "text"}]"#;
    assert!(read_in(text, 5).unwrap()[0].connector().is_err());
}

#[test]
fn what_cannot_be_read_does_not_hide_the_others() {
    let one = connector_json("1");
    let odd = serde_json::json!([
        one,
        {"id": "null", "name": "n", "connector_type_id": ".x", "is_deprecated": null, "is_preconfigured": "yes"},
        {"id": 1, "name": "odd", "connector_type_id": ".x"},
        {"id": "no name", "connector_type_id": ".x"},
        {"id": "a\u{1b}b", "name": "n", "connector_type_id": ".x"},
        {"id": "many", "name": "n", "connector_type_id": ".x", "config": {"a": vec![0; MOST_MEMBERS]}},
    ]);
    let list = read_in(&odd.to_string(), 1000).unwrap();
    // As a request for one alone: a flag that is none is false.
    for (read, json) in list.iter().zip(odd.as_array().unwrap()).take(2) {
        assert_eq!(read.connector().unwrap(), ConnectorAnswer::read(json).unwrap());
    }
    let faults: Vec<_> = list.iter().map(|listed| listed.fault().unwrap_or_default()).collect();
    let wanted = ["", "", "its `id`", "its `name`", "its `id` cannot be", "more members"];
    for (fault, wanted) in faults.iter().zip(wanted) {
        assert!(fault.contains(wanted) && fault.is_empty() == wanted.is_empty(), "{fault}: {wanted}");
    }
    assert!(list[2].connector().is_err() && list[2].name == "odd");
}

#[test]
fn a_list_is_bounded() {
    let mut reader = Reader::default();
    let small = br#"{"id":"1","name":"n","connector_type_id":".x"},"#;
    reader.push(b"[").unwrap();
    let error = (0..=MOST_ITEMS).find_map(|_| reader.push(small).err()).unwrap();
    assert!(error.contains("50000"), "{error}");
    let mut reader = Reader::default();
    let white = vec![b' '; 1024 * 1024];
    let error = (0..100).find_map(|_| reader.push(&white).err()).unwrap();
    assert!(error.contains("64 MiB"), "{error}");
    let mut reader = Reader::default();
    reader.push(b"[{\"id\": \"").unwrap();
    let error = (0..10).find_map(|_| reader.push(&white).err()).unwrap();
    assert!(error.contains("4 MiB"), "{error}");
}

#[tokio::test]
async fn a_space_is_listed_with_one_request() {
    let mut one = connector_json("1");
    one["referenced_by_count"] = 3.into();
    let server =
        Server::start(move |_, _| json_answer(200, &serde_json::json!([one, connector_json("2")]))).await;
    let client = server.client();
    let list = client.list_connectors(&client.operation(&Stop::new()), "ops").await.unwrap();
    assert_eq!((list[0].referenced_by_count, list[1].id.as_str()), (Some(3), "2"));
    assert_eq!(server.lines(), ["GET /s/ops/api/actions/connectors"]);
}

#[tokio::test]
async fn a_byte_order_mark_is_no_part_of_a_list() {
    let list = format!("\u{feff}[{}]", connector_json("1"));
    let server = Server::start(move |_, _| Reply::Answer(200, String::new(), list.clone())).await;
    let client = server.client();
    assert_eq!(client.fetch_list(&client.operation(&Stop::new()), "default").await.unwrap().len(), 1);
}

#[tokio::test]
async fn what_answers_instead_of_a_list_is_told_as_what_it_is() {
    let told = async |headers: &str, body: &str| {
        let reply = (headers.to_owned(), body.to_owned());
        let server = Server::start(move |_, _| Reply::Answer(200, reply.0.clone(), reply.1.clone())).await;
        let client = server.client();
        client.list_connectors(&client.operation(&Stop::new()), "default").await.unwrap_err().to_string()
    };
    let page = format!("\n<html><title>Sign in</title>{}</html>", "x".repeat(2 * READ));
    assert!(told("content-type: text/html\r\n", &page).await.contains("Sign in"));
    assert!(told("content-encoding: gzip\r\n", "\u{1f}x").await.contains("Content-Encoding: gzip"));
    assert!(told("content-type: text/plain\r\n", "ok").await.contains("Content-Type: text/plain"));
    assert!(told("", "").await.contains("it is empty"));
    assert!(told("", "{}").await.contains("not a list of connectors"));
    assert!(told("", "null").await.contains("not a list of connectors"));
    assert!(told("", "[{").await.contains("broken off"));
}

#[tokio::test]
async fn a_refused_list_is_kibanas_word() {
    let server = Server::start(|_, _| refusal(403, "Unauthorized to get actions")).await;
    let client = server.client();
    let error = client.list_connectors(&client.operation(&Stop::new()), "default").await.unwrap_err();
    assert_eq!(error.kibana_message(), Some("Unauthorized to get actions"));
}
