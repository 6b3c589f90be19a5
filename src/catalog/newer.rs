//! Arguments that are written and that a Kibana is too old to know.
//!
//! A pure walk over a type's tables and a block; the release comes from whoever asked Kibana.

use super::vocabulary::{ConnectorType, Field, Kind};
use crate::value::{Path, Value};

/// An argument that a Kibana does not know.
#[derive(Debug)]
pub struct Newer {
    /// Where it is written.
    pub path: Path,
    /// The field.
    pub field: &'static Field,
}

/// What is surely written in a type's block, or in its write-only secrets at `write_only.1`, and what this
/// release of Kibana, major and minor, surely does not know.
#[must_use]
pub fn newer_than(
    kibana: (u64, u64),
    ty: &ConnectorType,
    block: &Value,
    write_only: (&Value, &Path),
) -> Vec<Newer> {
    let path = Path::of(ty.block);
    let mut found = Vec::new();
    walk(kibana, ty.config, block, &|name| path.attribute(name), &mut found);
    let secrets = path.attribute("secrets");
    walk(kibana, ty.secrets, block.get("secrets"), &|name| secrets.attribute(name), &mut found);
    walk(kibana, ty.secrets, write_only.0, &|name| write_only.1.key(name), &mut found);
    found
}

fn walk(
    kibana: (u64, u64),
    fields: &'static [Field],
    written: &Value,
    place: &dyn Fn(&str) -> Path,
    found: &mut Vec<Newer>,
) {
    for field in fields {
        let (value, path) = (written.get(field.name), place(field.name));
        if !value.is_surely_set() {
            continue;
        }
        if field.since.is_after(kibana) {
            found.push(Newer { path, field });
            continue;
        }
        match field.kind {
            Kind::Object(fields) => walk(kibana, fields, value, &|name| path.attribute(name), found),
            Kind::Objects(fields, _) => {
                for (at, item) in (0..).zip(value.as_list().unwrap_or_default()) {
                    let path = path.index(at);
                    walk(kibana, fields, item, &|name| path.attribute(name), found);
                }
            }
            Kind::Text(_) | Kind::Number(_) | Kind::Flag | Kind::TextMap(_) | Kind::AnyObject => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::vocabulary::{PLAIN, object, objects, text};

    const SOME: ConnectorType = ConnectorType {
        block: "some",
        config: &[
            text("old"),
            text("new").since("9.2"),
            text("guessed").since_about("9.2"),
            object("one", &[text("new").since("9.4")]),
            objects("many", &[text("new").since("9.4")]),
        ],
        secrets: &[text("key").since("9.1").backported("8.19")],
        ..PLAIN
    };

    #[test]
    fn what_is_written_and_newer_is_found_at_its_path() {
        let new = || Value::object([("new", Value::text("x"))]);
        let key = || Value::object([("key", Value::text("x"))]);
        let written = Value::object([
            ("old", Value::text("x")),
            ("new", Value::text("x")),
            ("guessed", Value::text("x")),
            ("one", new()),
            ("many", Value::List(vec![Value::object([]), new()])),
            ("secrets", key()),
        ]);
        let paths = |kibana| -> Vec<String> {
            let found = newer_than(kibana, &SOME, &written, (&key(), &Path::of("secrets_wo")));
            found.iter().map(|newer| newer.path.to_string()).collect()
        };
        let nested = ["some.one.new", "some.many[1].new"];
        assert_eq!(paths((9, 3)), nested);
        assert_eq!(paths((8, 19)), [&["some.new"], &nested[..]].concat());
        let secrets = ["some.secrets.key", "secrets_wo[\"key\"]"];
        assert_eq!(paths((9, 0)), [&["some.new"], &nested[..], &secrets].concat());
        assert!(paths((9, 4)).is_empty());
    }

    #[test]
    fn what_may_turn_out_to_be_null_is_not_written_yet() {
        let written = Value::object([("new", Value::unknown())]);
        assert!(newer_than((8, 0), &SOME, &written, (&Value::Null, &Path::root())).is_empty());
    }
}
