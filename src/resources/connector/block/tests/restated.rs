//! The same connector in another kind of block.

use serde_json::json;

use super::super::custom;
use super::{block_of, named};
use crate::value::{Secret, Value};

#[test]
fn a_connector_keeps_its_meaning_from_one_kind_of_block_to_another() {
    let index = named("index").unwrap();
    let written = json!({"connector_type_id": ".index", "config_json": "{\"index\": \"a\"}"});
    let custom_block = block_of(custom(), written);
    let there = index.restated(".index", &custom().meaning(&custom_block), None).unwrap();
    assert_eq!(there.get("index"), &Value::text("a"));
    assert_eq!(there.get("refresh"), &Value::Bool(false), "defaults are filled in");

    let back = custom().restated(".index", &index.meaning(&there), Some(&custom_block)).unwrap();
    assert_eq!(back.get("config_json"), custom_block.get("config_json"), "as it is written");
    let alone = custom().restated(".index", &index.meaning(&there), None).unwrap();
    assert_eq!(alone.get("config_json"), &Value::text("{\"index\":\"a\"}"));

    for config in ["{\"index\": \"a\", \"newer\": 1}", "{\"index\": 1}"] {
        let odd = block_of(custom(), json!({"connector_type_id": ".index", "config_json": config}));
        assert!(index.restated(".index", &custom().meaning(&odd), None).is_none(), "{config}");
    }
    for config in ["{\"index\": \"b\"}", "{}", "{\"index\": \"a\", \"refresh\": true}"] {
        let other = block_of(custom(), json!({"connector_type_id": ".index", "config_json": config}));
        assert!(custom().restated(".index", &index.meaning(&there), Some(&other)).is_none(), "{config}");
    }
}

#[test]
fn secrets_go_along_between_kinds_of_block_and_stay_secret() {
    let pagerduty = named("pagerduty").unwrap();
    let mut block = block_of(custom(), json!({"connector_type_id": ".pagerduty", "config_json": "{}"}));
    block.set("secrets_json", Value::Secret(Secret::new("{\"routingKey\":\"hunter2\"}")));
    let typed = pagerduty.restated(".pagerduty", &custom().meaning(&block), None).unwrap();
    assert_eq!(typed.get("secrets").get("routing_key").as_str(), Some("hunter2"));
    let back = custom().restated(".pagerduty", &pagerduty.meaning(&typed), None).unwrap();
    assert_eq!(back.get("secrets_json").as_str(), Some("{\"routingKey\":\"hunter2\"}"));
    assert!(!format!("{typed:?}{back:?}").contains("hunter2"));
}
