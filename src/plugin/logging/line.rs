//! One log line: flat JSON that Terraform's reader takes.
//!
//! The reader cuts lines of 64 KiB and more into pieces it cannot read, and Terraform itself crashes if a
//! value under a key with `@` is not a string. So long text is cut here, and only we write such keys.

use std::time::SystemTime;

use serde_json::{Map, Value};

use super::timestamp::timestamp;

/// Longest text of one field, before escapes, which can make it six times as long.
const FIELD_LIMIT_BYTES: usize = 4 << 10;

/// Room for all fields, escaped. The rest of the line, the message included, fits in what is left of 64 KiB.
const FIELDS_LIMIT_BYTES: usize = 32 << 10;

/// A field and its value: text, number or truth value.
pub(super) type Field = (&'static str, Value);

/// The line, with its end.
pub(super) fn line(level: tracing::Level, message: &str, fields: &[Field], now: SystemTime) -> String {
    let mut object = Map::new();
    let mut room = FIELDS_LIMIT_BYTES;
    let mut omitted = 0_usize;
    for (name, value) in fields {
        let value = shortened(value);
        let size = name.len() + value.to_string().len() + 4;
        if size <= room {
            room -= size;
            object.insert(name.trim_start_matches('@').to_owned(), value);
        } else {
            omitted += 1;
        }
    }
    if omitted > 0 {
        object.insert("omitted_fields".to_owned(), omitted.into());
    }
    object.insert("@level".to_owned(), level.as_str().to_ascii_lowercase().into());
    object.insert("@message".to_owned(), cut(message).into());
    object.insert("@module".to_owned(), "provider".into());
    object.insert("@timestamp".to_owned(), timestamp(now).into());
    format!("{}\n", Value::Object(object))
}

fn shortened(value: &Value) -> Value {
    match value {
        Value::String(text) => cut(text).into(),
        other => other.clone(),
    }
}

fn cut(text: &str) -> String {
    if text.len() <= FIELD_LIMIT_BYTES {
        return text.to_owned();
    }
    let end = (0..=FIELD_LIMIT_BYTES).rfind(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}… ({} bytes)", &text[..end], text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(message: &str, fields: &[Field]) -> (String, Value) {
        let line = line(tracing::Level::INFO, message, fields, SystemTime::UNIX_EPOCH);
        let parsed = serde_json::from_str(&line).unwrap();
        (line, parsed)
    }

    #[test]
    fn fields_lie_flat_beside_the_four_keys() {
        let (line, _) = of("hello", &[("count", 3.into()), ("name", "a\"b".into())]);
        assert_eq!(
            line,
            "{\"@level\":\"info\",\"@message\":\"hello\",\"@module\":\"provider\",\
             \"@timestamp\":\"1970-01-01T00:00:00.000000Z\",\"count\":3,\"name\":\"a\\\"b\"}\n"
        );
    }

    #[test]
    fn no_field_can_take_a_reserved_key() {
        let (_, parsed) = of("hello", &[("@timestamp", 3.into())]);
        assert!(parsed["@timestamp"].is_string());
        assert_eq!(parsed["timestamp"], 3);
    }

    #[test]
    fn lines_stay_below_the_readers_limit() {
        // A control character takes six bytes in JSON, and each of these fields alone would fit.
        let long = "\u{1}".repeat(100_000);
        let names = ["a", "b", "c", "d", "e", "f", "g"];
        let fields = names.map(|name| (name, Value::from(long.clone())));
        let (line, parsed) = of(&long, &fields);
        assert!(line.len() < 64 << 10, "{}", line.len());
        assert!(parsed["@message"].as_str().unwrap().ends_with("… (100000 bytes)"));
        assert_eq!(parsed["omitted_fields"], 6);
    }

    #[test]
    fn text_is_cut_between_characters() {
        let (_, parsed) = of(&"é".repeat(5000).replacen('é', "x", 1), &[]);
        assert!(parsed["@message"].as_str().unwrap().contains("é…"));
    }
}
