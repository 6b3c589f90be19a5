//! `.index`: writes a document to an Elasticsearch index.

use super::vocabulary::*;

pub(super) const INDEX: ConnectorType = ConnectorType {
    block: "index",
    kibana_id: ".index",
    title: "Index",
    doc: "Writes a document into an Elasticsearch index when a rule fires.",
    config: &[
        text("index")
            .required()
            .doc("Name of the index, alias or data stream that documents are written to.")
            .example("alert-history"),
        flag("refresh")
            .default_flag(false)
            .doc("Whether a document is made searchable at once, at the cost of a refresh for each write."),
        text("execution_time_field")
            .doc("Name of a date field that receives the time at which the rule ran. If left out, none is written.")
            .example("fired_at"),
    ],
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[
    Case::sends(r#"{"index": "a"}"#, r#"{"index": "a"}"#, r#"{}"#),
    Case::sends(
        r#"{"index": "a", "refresh": true, "execution_time_field": "t"}"#,
        r#"{"index": "a", "refresh": true, "executionTimeField": "t"}"#,
        r#"{}"#,
    ),
    Case::refused("index", r#"{"index": " "}"#),
    Case::silent(r#"{"index": "?"}"#),
];
