//! `.server-log`: writes to Kibana's own log.

use super::vocabulary::*;

pub(super) const SERVER_LOG: ConnectorType = ConnectorType {
    block: "server_log",
    kibana_id: ".server-log",
    title: "Server log",
    doc: "Writes an entry into the log of the Kibana server when a rule fires. It has nothing to configure.",
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};

#[cfg(test)]
const CASES: &[Case] = &[Case::sends(r#"{}"#, r#"{}"#, r#"{}"#)];
