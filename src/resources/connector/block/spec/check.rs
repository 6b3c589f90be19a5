//! What is wrong with a `spec` block before Kibana is asked, its authentication aside: the ID's form,
//! reserved keys and blank text. Which keys and actions a type has is Kibana's to say.

use super::{NOT_OF_THE_SPEC, SELECTED_ACTIONS};
use crate::catalog::auth::AUTH_TYPE;
use crate::catalog::blank::{find_blank, refuse_blank};
use crate::diag::Diagnostics;
use crate::value::{Path, Value};

pub(super) fn type_id(value: &Value, path: &Path, found: &mut Diagnostics) {
    const LONGEST: usize = 64;
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let is_id = |text: &str| text.starts_with('.') && text.len() <= LONGEST && text.chars().all(is_allowed);
    if let Some(text) = value.as_str().filter(|text| !is_id(text)) {
        found.error(
            path.clone(),
            "Invalid connector type",
            format!(
                "{text:?} cannot be the ID of a connector type, which starts with a dot and has up to {LONGEST} letters, digits, \
                 dots, underscores and hyphens, as in `.jira-cloud`."
            ),
        );
    }
}

pub(super) fn config(value: &Value, path: &Path, found: &mut Diagnostics) {
    if value.is_null() || value.is_unknown() {
        return;
    }
    let Some(entries) = value.as_map() else {
        found.error(
            path.clone(),
            "Not an object",
            "`config` must be an object with Kibana's own keys, as in `{ subdomain = \"acme\" }`.",
        );
        return;
    };
    for key in NOT_OF_THE_SPEC.iter().filter(|key| entries.contains_key(**key)) {
        let instead = match *key {
            AUTH_TYPE => "It follows from the secrets: remove it.",
            SELECTED_ACTIONS => "Write `selected_actions` in the `spec` block instead.",
            _ => "Kibana sets it itself: remove it.",
        };
        found.error(path.key(*key), "Reserved key", format!("`{key}` cannot be set in `config`. {instead}"));
    }
    find_blank(value, path).iter().for_each(|place| refuse_blank(place.clone(), place, found));
}

pub(super) fn actions(value: &Value, path: &Path, found: &mut Diagnostics) {
    if value.as_list().is_some_and(<[Value]>::is_empty) {
        found.error(
            path.clone(),
            "No actions selected",
            "`selected_actions` is empty, which Kibana refuses. Name at least one action, or leave it out.",
        );
    }
    find_blank(value, path).iter().for_each(|place| refuse_blank(place.clone(), place, found));
}
