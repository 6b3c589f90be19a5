//! Blank text, which Kibana refuses anywhere in a connector: what it is, where it stands in a value, and how
//! it is told.
//!
//! One walker for typed fields, free-form objects, write-only secrets and the JSON of `custom`. Terraform
//! shows only the attribute that a path leads into, so the text names the whole path.

use crate::diag::Diagnostics;
use crate::value::{Path, Value};

/// Whether nothing is left of the text after JavaScript's `trim`, which is how Kibana finds blank text.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}')
}

/// The paths of all blank texts in a value that stands at `path`.
#[must_use]
pub fn find_blank(value: &Value, path: &Path) -> Vec<Path> {
    let mut paths = Vec::new();
    walk(value, path, &mut paths);
    paths
}

fn walk(value: &Value, path: &Path, paths: &mut Vec<Path>) {
    if let Some(entries) = value.as_map() {
        entries.iter().for_each(|(key, entry)| walk(entry, &path.key(key), paths));
    } else if let Some(items) = value.as_list() {
        items.iter().enumerate().for_each(|(at, item)| walk(item, &path.index(at as i64), paths));
    } else if value.as_str().is_some_and(is_blank) {
        paths.push(path.clone());
    }
}

/// Refuses the blank text at `place`, which may stand inside of the attribute at `path`.
pub fn refuse_blank(path: Path, place: &Path, found: &mut Diagnostics) {
    found.error(
        path,
        "Blank text",
        format!(
            "`{place}` is empty or only white space, which Kibana refuses in every field. To set no value, leave \
             it out or set it to null."
        ),
    );
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Type;

    #[test]
    fn blank_is_what_javascript_trims_away() {
        for blank in ["", " ", "\t\r\n\u{b}\u{c}", "\u{a0}\u{feff}\u{3000}\u{2028}"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for text in ["a", " a ", "\u{85}", "\u{200b}"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn blank_text_is_found_at_any_depth() {
        let deep = Value::object([("b", Value::List(vec![Value::text("x"), Value::text(" ")]))]);
        let value = Value::object([
            ("a", Value::text("")),
            ("d", Value::dynamic(Type::Text, Value::text("\t"))),
            ("deep", Value::dynamic(deep.natural_type(), deep)),
            ("unknown", Value::unknown()),
        ]);
        let paths: Vec<_> = find_blank(&value, &Path::of("x")).iter().map(ToString::to_string).collect();
        assert_eq!(paths, ["x[\"a\"]", "x[\"d\"]", "x[\"deep\"][\"b\"][1]"]);
    }
}
