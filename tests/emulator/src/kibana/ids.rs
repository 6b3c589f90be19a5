//! The rule for ids in a create's path, which changed with 9.4.

use super::reply::Reply;
use crate::options::Release;

const MAX_LENGTH: usize = 36;

/// The route's own check: none before 9.4.
///
/// # Errors
///
/// The 400 for an id that is too long, or no slug.
pub(crate) fn check_path(id: &str, release: Release) -> Result<(), Reply> {
    if release == Release::Old {
        return Ok(());
    }
    let length = id.encode_utf16().count();
    if length == 0 {
        let message = "[request params.id]: value has length [0] but it must have a minimum length of [1].";
        return Err(Reply::error(400, message));
    }
    if is_unsafe(id) {
        // The text is about length whatever is wrong: Kibana has one for all that it calls unsafe.
        let message = format!("[request params.id]: Connector ID must be {MAX_LENGTH} characters or less.");
        return Err(Reply::error(400, &message));
    }
    if length > MAX_LENGTH {
        let message = format!(
            "[request params.id]: value has length [{length}] but it must have a maximum length of [{MAX_LENGTH}]."
        );
        return Err(Reply::error(400, &message));
    }
    if !is_slug(id) {
        let message =
            "[request params.id]: Connector ID must contain only lowercase letters, numbers, and hyphens.";
        return Err(Reply::error(400, message));
    }
    Ok(())
}

fn is_slug(id: &str) -> bool {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    id.chars().all(legal) && !id.starts_with('-') && !id.ends_with('-')
}

/// Names that mean something to JavaScript, or to a path.
fn is_unsafe(id: &str) -> bool {
    matches!(id, "__proto__" | "constructor" | "prototype") || id.contains("..") || id.contains('/')
}

/// The saved objects' check: before 9.4 they take UUIDs of version 1 to 5, and nil.
///
/// # Errors
///
/// The 400 for another id.
pub(crate) fn check_saved_object(id: &str, release: Release) -> Result<(), Reply> {
    if release != Release::Old || is_uuid(id) {
        return Ok(());
    }
    let message = "Predefined IDs are not allowed for saved objects with encrypted attributes unless the ID is a \
                   UUID.: Bad Request";
    Err(Reply::error(400, message))
}

fn is_uuid(id: &str) -> bool {
    let bytes = id.as_bytes();
    let shaped = bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => *byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        });
    shaped
        && (bytes.iter().all(|byte| matches!(byte, b'0' | b'-'))
            || matches!(bytes[14], b'1'..=b'5')
                && matches!(bytes[19].to_ascii_lowercase(), b'8' | b'9' | b'a' | b'b'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uuids_before_9_4() {
        assert!(is_uuid("90a82c60-478f-11ee-a343-f98a117c727f"));
        assert!(is_uuid("90A82C60-478F-41EE-A343-F98A117C727F"));
        assert!(is_uuid("00000000-0000-0000-0000-000000000000"));
        assert!(!is_uuid("90a82c60-478f-71ee-a343-f98a117c727f"));
        assert!(!is_uuid("my-connector"));
    }

    #[test]
    fn slugs_from_9_4() {
        assert!(check_path("90a82c60-478f-41ee-a343-f98a117c727f", Release::Current).is_ok());
        assert!(check_path("my-connector", Release::Current).is_ok());
        for bad in ["My", "a_b", "-a", "a-", "constructor", "a/b", "0123456789012345678901234567890123456"] {
            assert!(check_path(bad, Release::Current).is_err(), "{bad}");
            assert!(check_path(bad, Release::Old).is_ok(), "{bad}");
        }
    }
}
