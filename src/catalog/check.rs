//! What is wrong with a block before Kibana is asked: field by field, then the type's rules.
//!
//! Called while validating, where nothing may be known yet, and while planning, where it is also known whether
//! something will be sent. Unknown values are passed over. A check says what is wrong; the path comes from here.

use super::codec::default_of;
use super::rules::{Level, Written};
use super::vocabulary::{ConnectorType, Field, Kind};
use crate::diag::Diagnostics;
use crate::value::{Path, Value};

/// What is known about the operation beside the configuration.
#[derive(Clone, Copy, Debug, Default)]
pub struct Occasion<'a> {
    /// A create or an update will be sent: useless settings are worth a warning.
    pub sends: bool,
    /// All secrets that will be sent are in view, so one that is missing is an error.
    pub demands_secrets: bool,
    /// The prior state's block. A value that equals both it and the default may be written or not, since
    /// `ignore_changes` puts the prior value into the configuration: a rule is broken only if it is either way.
    pub prior: Option<&'a Value>,
}

/// The secrets of a type, as if they stood in its own `secrets` block, and where they really stand.
#[derive(Clone, Debug)]
pub struct SecretsGiven {
    /// The secrets by name; null where there are none, unknown where nothing is known of them.
    pub value: Value,
    /// The path of what holds them.
    pub path: Path,
    /// Whether that is one attribute, in which a secret is a key, and no block.
    pub in_attribute: bool,
}

impl SecretsGiven {
    fn get(&self, name: &str) -> &Value {
        if self.value.is_unknown() { &self.value } else { self.value.get(name) }
    }

    fn path_of(&self, name: &str) -> Path {
        // Terraform finds the line of an attribute by a key in it, but takes a further name for a block.
        if self.in_attribute { self.path.key(name) } else { self.path.attribute(name) }
    }
}

/// Checks a type's block, which stands at `path`, with its secrets.
pub fn check(
    ty: &ConnectorType,
    block: &Value,
    path: &Path,
    secrets: &SecretsGiven,
    occasion: Occasion<'_>,
) -> Diagnostics {
    let mut found = Diagnostics::new();
    check_fields(ty.config, block, path, &mut found);
    for field in ty.secrets {
        let value = secrets.get(field.name);
        if field.required && value.is_null() {
            if occasion.demands_secrets {
                missing_secret(ty, field, secrets, path, &mut found);
            }
        } else {
            check_field(field, value, &secrets.path_of(field.name), &mut found);
        }
    }
    let written = WrittenBlock { ty, block, secrets, prior: None };
    let perhaps_ignored = WrittenBlock { prior: occasion.prior, ..written };
    for rule in ty.rules {
        let judged =
            (occasion.demands_secrets || !rule.demands_secret) && (occasion.sends || !rule.only_when_sending);
        if judged && rule.is_broken(&written) && rule.is_broken(&perhaps_ignored) {
            let at = path_of(rule.at, path, secrets);
            // What is wrong with a value comes first; what it does to others can wait.
            if found.iter().any(|diagnostic| diagnostic.path == at) {
                continue;
            }
            match rule.level {
                Level::Error => found.error(at, format!("Invalid {} connector", ty.block), rule.says),
                Level::Warning => found.warning(at, format!("Doubtful {} connector", ty.block), rule.says),
            }
        }
    }
    found
}

/// The path of a rule's attribute, `NAME` or `secrets.NAME`. Terraform follows a path as far as it leads, so that of a
/// missing secret points at what should hold it.
fn path_of(at: &str, path: &Path, secrets: &SecretsGiven) -> Path {
    match at.strip_prefix("secrets").map(|rest| rest.strip_prefix('.')) {
        None => path.attribute(at),
        Some(None) => secrets.path.clone(),
        Some(Some(name)) => secrets.path_of(name),
    }
}

fn missing_secret(
    ty: &ConnectorType,
    field: &Field,
    secrets: &SecretsGiven,
    path: &Path,
    found: &mut Diagnostics,
) {
    found.error(
        path_of(&format!("secrets.{}", field.name), path, secrets),
        format!("Missing secret of the {} connector", ty.block),
        format!(
            "Kibana refuses to create or update a connector of type {} without `{}`, and it never returns secrets, so \
             every write has to send them all. Add it to `{}.secrets` or to `secrets_wo`.",
            ty.kibana_id, field.name, ty.block
        ),
    );
}

fn check_fields(fields: &[Field], block: &Value, path: &Path, found: &mut Diagnostics) {
    if block.is_unknown() {
        return;
    }
    for field in fields {
        let value = block.get(field.name);
        let at = path.attribute(field.name);
        // A required attribute that is null is found by the schema's own check; a nested block is found here.
        let is_missing_block = match field.kind {
            Kind::Object(_) => value.is_null(),
            Kind::Objects(_) => value.as_list().is_some_and(<[Value]>::is_empty),
            _ => false,
        };
        if field.required && is_missing_block {
            found.error(
                path.clone(),
                format!("Missing {} block", field.name),
                format!("A `{}` block is required here.", field.name),
            );
        } else {
            check_field(field, value, &at, found);
        }
    }
}

fn check_field(field: &Field, value: &Value, path: &Path, found: &mut Diagnostics) {
    match (field.kind, value) {
        (Kind::Text, value) if value.as_str().is_some() => {
            let text = value.as_str().unwrap_or_default();
            if is_blank(text) {
                blank(path, found);
            } else if !field.one_of.is_empty() && !field.one_of.contains(&text) {
                not_listed(field, text, path, found);
            }
        }
        (Kind::Number, Value::Number(number)) if field.bounds.0 < field.bounds.1 => {
            let (least, most) = field.bounds;
            let float = number.to_f64();
            if float < least as f64 || float > most as f64 {
                found.error(
                    path.clone(),
                    format!("Invalid {}", field.name),
                    format!("`{}` must be between {least} and {most}, not {number}.", field.name),
                );
            }
        }
        (Kind::TextMap, Value::Map(entries)) => {
            for (key, entry) in entries {
                let at = path.key(key);
                match entry {
                    Value::Null => found.error(
                        at,
                        "Missing value in a map",
                        format!("The value under {key:?} is null, and Kibana takes only text there. Leave the key out instead."),
                    ),
                    entry if entry.as_str().is_some_and(is_blank) => blank(&at, found),
                    _ => {}
                }
            }
        }
        (Kind::AnyObject, value) => check_any(value, path, true, found),
        (Kind::Object(inner), Value::Map(_)) => check_fields(inner, value, path, found),
        (Kind::Objects(inner), Value::List(items)) => {
            for (position, item) in items.iter().enumerate() {
                check_fields(inner, item, &path.index(position as i64), found);
            }
            let most = field.bounds.1;
            if most > 0 && items.len() as i64 > most {
                found.warning(
                    path.clone(),
                    format!("Too many {} blocks", field.name),
                    format!(
                        "Kibana takes at most {most} of them (older releases fewer); there are {}.",
                        items.len()
                    ),
                );
            }
        }
        _ => {}
    }
}

/// A free-form value: Kibana wants an object, and refuses blank text at any depth.
fn check_any(value: &Value, path: &Path, outermost: bool, found: &mut Diagnostics) {
    match value {
        Value::Dynamic(typed) => check_any(&typed.1, path, outermost, found),
        Value::Map(entries) => {
            entries.iter().for_each(|(key, entry)| check_any(entry, &path.key(key), false, found));
        }
        Value::Null | Value::Unknown(_) => {}
        _ if outermost => found.error(
            path.clone(),
            "Not an object",
            "Kibana wants an object here: write `{ name = value, … }`, not a list, text, number or flag.",
        ),
        Value::List(items) => {
            for (position, item) in items.iter().enumerate() {
                check_any(item, &path.index(position as i64), false, found);
            }
        }
        value if value.as_str().is_some_and(is_blank) => blank(path, found),
        _ => {}
    }
}

fn blank(path: &Path, found: &mut Diagnostics) {
    found.error(
        path.clone(),
        "Blank text",
        "Kibana refuses a text that is empty or only white space, anywhere in a connector. Leave the attribute \
         out (or set it to null) if it should have no value.",
    );
}

fn not_listed(field: &Field, text: &str, path: &Path, found: &mut Diagnostics) {
    let listed = field.one_of.iter().map(|one| format!("\"{one}\"")).collect::<Vec<_>>().join(", ");
    let summary = format!("Unknown {}", field.name);
    if field.list_grows {
        let detail = format!(
            "\"{text}\" is not among the values known so far: {listed}. Your Kibana may know more; it decides when \
             the connector is saved."
        );
        found.warning(path.clone(), summary, detail);
    } else {
        let detail = format!(
            "`{}` must be one of {listed}, not \"{text}\". If a newer Kibana takes this value, write the connector \
             with the `custom` block, which sends what it is given.",
            field.name
        );
        found.error(path.clone(), summary, detail);
    }
}

/// Whether nothing is left of the text after JavaScript's `trim`, which is how Kibana finds blank text.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|c| (c.is_whitespace() && c != '\u{85}') || c == '\u{feff}')
}

/// What counts as written for the rules: everything in the block, or, with a prior one, everything but what equals both
/// the prior value and the default.
#[derive(Clone, Copy)]
struct WrittenBlock<'a> {
    ty: &'a ConnectorType,
    block: &'a Value,
    secrets: &'a SecretsGiven,
    prior: Option<&'a Value>,
}

impl Written for WrittenBlock<'_> {
    fn get(&self, field: &str) -> &Value {
        static NULL: Value = Value::Null;
        if let Some(secret) = field.strip_prefix("secrets.") {
            return self.secrets.get(secret);
        }
        let value = self.block.get(field);
        let is_prior = self.prior.is_some_and(|prior| prior.get(field).means(value));
        let default = || self.ty.config.iter().find(|f| f.name == field).and_then(default_of);
        if is_prior && default().is_some_and(|default| default.means(value)) { &NULL } else { value }
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_block;
    use super::super::vocabulary::{PLAIN, object, objects, text};
    use super::*;
    use crate::diag::Severity;

    const POINT: &[Field] = &[text("x").one_of(&["1", "2"])];
    const SHAPE: &[Field] = &[object("centre", POINT).required(), objects("corners", POINT).at_most(2)];
    const TYPE: ConnectorType =
        ConnectorType { config: &[object("shape", SHAPE), objects("shapes", SHAPE)], ..PLAIN };

    fn found(entries: &[(&'static str, Value)]) -> Vec<(Severity, String)> {
        let block = Value::object(entries.iter().cloned());
        let secrets = SecretsGiven { value: Value::Null, path: Path::root(), in_attribute: false };
        let found = check(&TYPE, &block, &Path::root(), &secrets, Occasion::default());
        found.into_iter().map(|d| (d.severity, d.path.to_string())).collect()
    }

    fn point(x: &str) -> Value {
        Value::object([("x", Value::text(x))])
    }

    fn shape(centre: Value, corners: Vec<Value>) -> Value {
        Value::object([("centre", centre), ("corners", Value::List(corners))])
    }

    #[test]
    fn nested_blocks_are_checked_at_any_depth() {
        assert_eq!(found(&[("shape", shape(point("1"), vec![point("2")]))]), []);
        let wrong = || shape(point("3"), vec![point("1"), point("")]);
        assert_eq!(
            found(&[("shape", wrong()), ("shapes", Value::List(vec![wrong()]))]),
            ["shape.centre.x", "shape.corners[1].x", "shapes[0].centre.x", "shapes[0].corners[1].x"]
                .map(|path| (Severity::Error, path.to_owned()))
        );
    }

    #[test]
    fn a_required_block_is_missed_only_inside_a_block_that_is_there_and_known() {
        let lacks = || shape(Value::Null, Vec::new());
        assert_eq!(found(&[("shape", lacks())]), [(Severity::Error, "shape".to_owned())]);
        assert_eq!(
            found(&[("shapes", Value::List(vec![lacks()]))]),
            [(Severity::Error, "shapes[0]".to_owned())]
        );
        assert_eq!(found(&[]), []);
        assert_eq!(
            found(&[("shape", Value::unknown()), ("shapes", Value::List(vec![Value::unknown()]))]),
            []
        );
        assert_eq!(found(&[("shape", shape(Value::unknown(), vec![Value::unknown()]))]), []);
    }

    #[test]
    fn more_items_than_kibana_takes_are_worth_a_warning() {
        let corners = |count| vec![point("1"); count];
        assert_eq!(found(&[("shape", shape(point("1"), corners(2)))]), []);
        assert_eq!(
            found(&[("shape", shape(point("1"), corners(3)))]),
            [(Severity::Warning, "shape.corners".to_owned())]
        );
    }

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
    fn a_default_that_was_written_is_not_taken_for_one_that_was_ignored() {
        let ty = by_block("xmatters").expect("there is such a type");
        let secrets = Value::object([("user", Value::text("u")), ("password", Value::text("p"))]);
        let block = Value::object([
            ("uses_basic", Value::Bool(true)),
            ("config_url", Value::text("https://a.example")),
            ("secrets", secrets.clone()),
        ]);
        let given = SecretsGiven { value: secrets, path: Path::of("secrets"), in_attribute: false };
        let occasion = Occasion { sends: true, demands_secrets: true, prior: Some(&block) };
        assert!(check(ty, &block, &Path::root(), &given, occasion).is_empty());
    }
}
