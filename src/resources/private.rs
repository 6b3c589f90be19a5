//! Private data: what Terraform stores beside a state without showing it.
//!
//! Its form is that of HashiCorp's framework, a JSON object of base64 texts that each hold JSON, so that data
//! can move between providers. Nothing at all is stored as no bytes.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value as Json;

/// The JSON stored under `key`; none where there is none, or where the bytes are not of our form (an older
/// SDK's).
#[must_use]
pub fn get(bytes: &[u8], key: &str) -> Option<Json> {
    let entries: BTreeMap<String, String> = serde_json::from_slice(bytes).ok()?;
    serde_json::from_slice(&STANDARD.decode(entries.get(key)?).ok()?).ok()
}

/// Private data with one JSON value under `key`.
#[must_use]
pub fn of(key: &str, value: &Json) -> Vec<u8> {
    let entries = BTreeMap::from([(key, STANDARD.encode(value.to_string()))]);
    serde_json::to_vec(&entries).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{get, of};

    #[test]
    fn what_is_stored_comes_back() {
        let bytes = of("connector", &json!({"v": 1}));
        assert_eq!(get(&bytes, "connector"), Some(json!({"v": 1})));
        assert_eq!(get(&bytes, "other"), None);
        assert_eq!(String::from_utf8(bytes).as_deref(), Ok("{\"connector\":\"eyJ2IjoxfQ==\"}"));
    }

    #[test]
    fn foreign_private_data_is_set_aside() {
        for bytes in
            [&b""[..], b"null", b"{\"schema_version\":\"1\"}", b"{\"connector\":\"!\"}", b"[]", b"\xff"]
        {
            assert_eq!(get(bytes, "connector"), None);
        }
    }
}
