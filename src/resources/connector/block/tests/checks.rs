//! What is wrong with a block before Kibana is asked.

use serde_json::{Value as Json, json};

use super::super::custom;
use super::{TypeBlock, block_of, spec};
use crate::catalog::check::Occasion;
use crate::value::Value;

fn wrong(block: &dyn TypeBlock, entries: Json) -> Vec<String> {
    let occasion = Occasion { sends: true, ..Occasion::default() };
    let found = block.check(&block_of(block, entries), &Value::Null, occasion);
    found.into_iter().map(|one| format!("{} {} {:?}", one.path, one.summary, one.severity)).collect()
}

#[test]
fn a_connector_type_without_its_dot_is_pointed_out() {
    for id in ["email", "jira-cloud"] {
        let found = wrong(custom(), json!({"connector_type_id": id}));
        assert_eq!(found, ["custom.connector_type_id Unknown connector type Warning"], "{id}");
    }
    for id in [".email", ".jira-cloud", ".future", "own-type"] {
        assert_eq!(wrong(custom(), json!({"connector_type_id": id})), [""; 0], "{id}");
    }
}

#[test]
fn a_spec_is_checked_as_far_as_every_release_agrees() {
    let long = format!(".{}", "x".repeat(64));
    for id in ["jira-cloud", "", ".jira cloud", ".j/c", ".\u{e9}", &long] {
        let found = wrong(spec(), json!({"connector_type_id": id}));
        assert_eq!(found, ["spec.connector_type_id Invalid connector type Error"], "{id}");
    }
    for id in [".jira-cloud", ".1password", ".a_b.C-9", &long[..64]] {
        assert_eq!(wrong(spec(), json!({"connector_type_id": id})), [""; 0], "{id}");
    }
    for key in ["authType", "selectedActions", "ingestTokenHash"] {
        let found = wrong(spec(), json!({"connector_type_id": ".x", "config": {key: "x", "other": "y"}}));
        assert_eq!(found, [format!("spec.config[\"{key}\"] Reserved key Error")]);
    }
    let found = wrong(spec(), json!({"connector_type_id": ".x", "config": ["a"]}));
    assert_eq!(found, ["spec.config Not an object Error"]);
    let blank = json!({"connector_type_id": ".x", "config": {"url": "", "more": {"list": ["a", " "]}}});
    let expected =
        ["spec.config[\"more\"][\"list\"][1] Blank text Error", "spec.config[\"url\"] Blank text Error"];
    assert_eq!(wrong(spec(), blank), expected);
    let found = wrong(spec(), json!({"connector_type_id": ".x", "selected_actions": []}));
    assert_eq!(found, ["spec.selected_actions No actions selected Error"]);
}
