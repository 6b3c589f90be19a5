//! `.swimlane`: creates records in Swimlane.
//!
//! What Kibana writes into a record is told by up to seven mappings, each of which names one field of the
//! Swimlane application.

use super::vocabulary::*;

pub(super) const SWIMLANE: ConnectorType = ConnectorType {
    block: "swimlane",
    kibana_id: ".swimlane",
    title: "Swimlane",
    doc: "Creates and updates records of a Swimlane application, from rules and from cases.",
    license: License::Gold,
    config: &[
        text("api_url")
            .required()
            .doc("URL of the Swimlane instance.")
            .example("https://swimlane.example.com"),
        text("app_id").required().doc("ID of the application in Swimlane.").example("aBcDeFgHiJkLmNoPq"),
        text("connector_type")
            .required()
            .one_of(&["all", "alerts", "cases"])
            .doc(
                "What the connector is for: alerts of rules, cases, or both. Alerts need the mappings for \
                 the rule's name and the alert's ID; cases need those for the case's ID and name, for \
                 comments and for the description. Kibana looks for them only when the connector runs.",
            )
            .example("alerts"),
        object("mappings", MAPPINGS)
            .required()
            .doc("The fields of the Swimlane application that Kibana writes to. It may be empty."),
    ],
    secrets: &[text("api_token").required().doc("API token of a Swimlane user.").example("an-api-token")],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

const MAPPINGS: &[Field] = &[
    object("rule_name_config", RULE_NAME).doc("The field that receives the name of the rule."),
    object("alert_id_config", ALERT_ID).doc("The field that receives the ID of the alert."),
    object("case_id_config", MAPPING).doc("The field that receives the ID of the case."),
    object("case_name_config", MAPPING).doc("The field that receives the title of the case."),
    object("comments_config", MAPPING).doc("The field that receives comments."),
    object("severity_config", MAPPING).doc("The field that receives the severity."),
    object("description_config", MAPPING).doc("The field that receives the description of the case."),
];

const RULE_NAME: &[Field] = &mapping(["a1b2c", "rule-name", "Rule name", "text"]);
const ALERT_ID: &[Field] = &mapping(["d3e4f", "alert-id", "Alert ID", "text"]);
/// A mapping that the example does without.
const MAPPING: &[Field] = &mapping([""; 4]);

const fn mapping([id, key, name, field_type]: [&'static str; 4]) -> [Field; 4] {
    [
        text("id").required().doc("ID of the field in Swimlane.").example(id),
        text("key").required().doc("Key of the field in Swimlane.").example(key),
        text("name").required().doc("Name of the field in Swimlane.").example(name),
        text("field_type")
            .required()
            .doc("Type of the field in Swimlane, such as `text`.")
            .example(field_type),
    ]
}

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(
        r#"{"api_url": "https://a.example", "app_id": "a", "connector_type": "all", "mappings": {},
            "secrets": {"api_token": "t"}}"#,
        r#"{"apiUrl": "https://a.example", "appId": "a", "connectorType": "all", "mappings": {}}"#,
        r#"{"apiToken": "t"}"#,
    ),
    Case::sends(
        r#"{"api_url": "https://a.example", "app_id": "a", "connector_type": "alerts", "mappings": {
            "rule_name_config": {"id": "1", "key": "k1", "name": "n1", "field_type": "text"},
            "alert_id_config": {"id": "2", "key": "k2", "name": "n2", "field_type": "text"},
            "case_id_config": {"id": "3", "key": "k3", "name": "n3", "field_type": "text"},
            "case_name_config": {"id": "4", "key": "k4", "name": "n4", "field_type": "text"},
            "comments_config": {"id": "5", "key": "k5", "name": "n5", "field_type": "comments"},
            "severity_config": {"id": "6", "key": "k6", "name": "n6", "field_type": "text"},
            "description_config": {"id": "7", "key": "k7", "name": "n7", "field_type": "text"}},
            "secrets": {"api_token": "t"}}"#,
        r#"{"apiUrl": "https://a.example", "appId": "a", "connectorType": "alerts", "mappings": {
            "ruleNameConfig": {"id": "1", "key": "k1", "name": "n1", "fieldType": "text"},
            "alertIdConfig": {"id": "2", "key": "k2", "name": "n2", "fieldType": "text"},
            "caseIdConfig": {"id": "3", "key": "k3", "name": "n3", "fieldType": "text"},
            "caseNameConfig": {"id": "4", "key": "k4", "name": "n4", "fieldType": "text"},
            "commentsConfig": {"id": "5", "key": "k5", "name": "n5", "fieldType": "comments"},
            "severityConfig": {"id": "6", "key": "k6", "name": "n6", "fieldType": "text"},
            "descriptionConfig": {"id": "7", "key": "k7", "name": "n7", "fieldType": "text"}}}"#,
        r#"{"apiToken": "t"}"#,
    ),
    // The block itself is missing, so there is nothing more exact to point at. Kibana 8 takes it for empty
    // mappings.
    Case::stricter(
        "",
        r#"{"api_url": "a", "app_id": "a", "connector_type": "cases", "secrets": {"api_token": "t"}}"#,
    ),
    Case::refused(
        "connector_type",
        r#"{"api_url": "a", "app_id": "a", "connector_type": "both", "mappings": {},
            "secrets": {"api_token": "t"}}"#,
    ),
    Case::refused(
        "mappings.comments_config.key",
        r#"{"api_url": "a", "app_id": "a", "connector_type": "cases", "mappings": {
            "comments_config": {"id": "5", "key": " ", "name": "n5", "field_type": "comments"}},
            "secrets": {"api_token": "t"}}"#,
    ),
    Case::silent(
        r#"{"api_url": "?", "app_id": "?", "connector_type": "?", "mappings": "?",
            "secrets": {"api_token": "?"}}"#,
    ),
    Case::silent(
        r#"{"api_url": "a", "app_id": "a", "connector_type": "all", "mappings": {
            "alert_id_config": {"id": "?", "key": "?", "name": "?", "field_type": "?"},
            "case_id_config": "?"},
            "secrets": {"api_token": "t"}}"#,
    ),
];
