//! `.servicenow-sir`: creates security incidents in ServiceNow SecOps.

use super::servicenow::*;
use super::vocabulary::*;

pub(super) const SERVICENOW_SIR: ConnectorType = ConnectorType {
    block: "servicenow_sir",
    kibana_id: ".servicenow-sir",
    title: "ServiceNow SecOps",
    doc: "Creates and updates security incidents in ServiceNow SecOps, from rules and from cases. It \
          authenticates either by user name and password, or by OAuth with a signed token \
          (`is_oauth = true`).",
    license: License::Platinum,
    config: &[API_URL, IS_OAUTH, USER_IDENTIFIER_VALUE, CLIENT_ID, JWT_KEY_ID, USES_TABLE_API],
    secrets: SECRETS,
    rules: RULES,
    deprecation_depends_on_config: true,
    #[cfg(test)]
    cases: CASES,
    ..PLAIN
};
