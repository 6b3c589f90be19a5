//! Checks of an ID that the user chose, when a connector is about to be created.
//!
//! The rule changed between releases, so what none of them takes is refused, and what this one does not take
//! where it is known to be older than 9.4. What the newest would refuse is warned about. An import and an
//! update take any ID.

use crate::client::Address;
use crate::diag::Diagnostics;
use crate::offer::Context;
use crate::value::{Path, Value};

/// The longest ID that any release takes by its newest rule, in characters.
const LONGEST: usize = 36;

/// Checks a create's ID; asks Kibana for its version only for an ID that releases before 9.4 refuse.
pub(super) async fn check(context: Context<'_>, id: &Value, found: &mut Diagnostics) {
    let Some(id) = id.as_str() else { return };
    let path = Path::of("id");
    if let Some(reason) = impossible(id) {
        found.error(path, "Invalid connector ID", format!("No Kibana accepts this ID: {reason}. {RULE}"));
        return;
    }
    if !is_uuid(id)
        && let Some((client, preflight)) = context.provider.preflight()
        && let Some((major, minor)) = preflight.release(client, context.stop).await
        && (major, minor) < (9, 4)
    {
        // Any text will do, but not any can be quoted as it is.
        let named = if is_readable_id(id) { id } else { "my-connector" };
        found.error(
            path,
            "Connector ID must be a UUID",
            format!(
                "This is Kibana {major}.{minor}, and before 9.4 the ID of a connector must be a UUID (of version 1 to 5). Use one, \
                 such as the result of `uuidv5(\"dns\", \"{named}.example.com\")`, or leave `id` out to get a new one."
            ),
        );
    } else if !is_readable_id(id) {
        // A UUID in capitals is one to releases before 9.4.
        let who = if is_uuid(id) {
            "Newer releases of Kibana refuse this ID."
        } else {
            "No known release of Kibana accepts this ID."
        };
        found.warning(path, "Connector ID may be rejected", format!("{who} {RULE}"));
    }
}

/// How to adopt a connector whose ID is in use.
pub(super) fn import_hint(type_name: &str, address: &Address, default_space: &str) -> Diagnostics {
    let address = address.to_import(default_space);
    let mut found = Diagnostics::new();
    found.warning(
        Path::of("id"),
        "An existing connector can be imported",
        format!(
            "To manage the connector that has this ID, import it, with the resource's own name in place of NAME:\n\n  import {{\n    \
             to = {type_name}.NAME\n    id = {address:?}\n  }}\n\nBefore Terraform 1.5: terraform import {type_name}.NAME \
             {address}"
        ),
    );
    found
}

const RULE: &str = "Kibana 9.4 and later accept 1 to 36 lower-case letters, digits and inner hyphens, 8.8 to 9.3 \
accept only a UUID, and older ones choose the ID themselves.";

fn impossible(id: &str) -> Option<&'static str> {
    if id.is_empty() {
        Some("it is empty")
    } else if id == "." || id == ".." {
        Some("it has a meaning of its own in a URL's path")
    } else if id.contains('/') {
        Some("it holds a slash")
    } else if id.chars().any(char::is_control) {
        Some("it holds a control character")
    } else if id.chars().count() > LONGEST {
        Some("it is longer than 36 characters")
    } else {
        None
    }
}

fn is_readable_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let reserved = ["__proto__", "constructor", "prototype"].contains(&id);
    let bytes = id.as_bytes();
    !reserved
        && bytes.iter().all(|byte| plain(*byte) || *byte == b'-')
        && bytes.first().copied().is_some_and(plain)
        && bytes.last().copied().is_some_and(plain)
}

/// Whether it is a UUID of version 1 to 5, or the nil UUID: what releases before 9.4 take.
fn is_uuid(id: &str) -> bool {
    let Ok(uuid) = uuid::Uuid::try_parse(id) else { return false };
    let is_hyphenated = id.len() == uuid::fmt::Hyphenated::LENGTH;
    let is_known = (1..=5).contains(&uuid.get_version_num()) && uuid.get_variant() == uuid::Variant::RFC4122;
    is_hyphenated && (uuid.is_nil() || is_known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_no_release_takes_is_impossible() {
        for id in ["", ".", "..", "a/b", "a\nb", &"x".repeat(37)] {
            assert!(impossible(id).is_some(), "{id:?}");
        }
        for id in ["a", "my-connector", "UPPER", "with_underscore", "ü", &"x".repeat(36)] {
            assert!(impossible(id).is_none(), "{id:?}");
        }
    }

    #[test]
    fn the_newest_rule_takes_lower_case_letters_digits_and_inner_hyphens() {
        for id in ["a", "my-connector-1", "90a82c60-478f-11ee-a343-f98a117c727f"] {
            assert!(is_readable_id(id), "{id}");
        }
        for id in ["-a", "a-", "A", "a_b", "a.b", "constructor", "90A82C60-478F-11EE-A343-F98A117C727F"] {
            assert!(!is_readable_id(id), "{id}");
        }
    }

    #[test]
    fn older_releases_take_uuids_of_version_1_to_5() {
        for id in ["90a82c60-478f-11ee-a343-f98a117c727f", "00000000-0000-0000-0000-000000000000"] {
            assert!(is_uuid(id), "{id}");
        }
        let seven = "0190a82c-6047-7f11-a343-f98a117c727f";
        for id in [
            seven,
            "my-connector",
            "90a82c60478f11eea343f98a117c727f",
            "90a82c60-478f-11ee-2343-f98a117c727f",
        ] {
            assert!(!is_uuid(id), "{id}");
        }
    }
}
