//! What is wrong with a block before Kibana is asked: field by field, then the type's rules.
//!
//! Called while validating, where nothing may be known yet, and while planning, where it is also known
//! whether something will be sent. Unknown values are passed over. A check says what is wrong; the path comes
//! from here.

pub use super::check_field::wrong_type;
use super::check_field::{check_field, check_fields};
use super::codec::default_of;
use super::vocabulary::{ConnectorType, Field, Finding, Level, Rule, Written};
use crate::diag::Diagnostics;
use crate::value::{Path, Value};

/// What is known about the operation in addition to the configuration.
#[derive(Clone, Copy, Debug, Default)]
pub struct Occasion<'a> {
    /// A create or an update will be sent: useless settings are worth a warning.
    pub sends: bool,
    /// All secrets that will be sent are in view, so one that is missing is an error.
    pub demands_secrets: bool,
    /// The prior state's block. A value that equals both it and the default may be written or not, since
    /// `ignore_changes` puts the prior value into the configuration: a rule is broken only if it is either
    /// way.
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
#[must_use]
pub fn check(
    ty: &ConnectorType,
    block: &Value,
    path: &Path,
    secrets: &SecretsGiven,
    occasion: Occasion<'_>,
) -> Diagnostics {
    let mut found = Diagnostics::new();
    check_fields(ty.config, block, path, occasion, &mut found);
    for field in ty.secrets {
        let value = secrets.get(field.name);
        if field.required && value.is_null() {
            if occasion.demands_secrets {
                missing_secret(ty, field, secrets, path, &mut found);
            }
        } else {
            check_field(field, value, &secrets.path_of(field.name), occasion, &mut found);
        }
    }
    let written = WrittenBlock { ty, block, secrets, prior: None };
    let perhaps_ignored = WrittenBlock { prior: occasion.prior, ..written };
    for rule in ty.rules.iter().filter(|rule| occasion.sends || !rule.only_when_sending) {
        let either_way = rule.findings(&perhaps_ignored);
        for finding in rule.findings(&written) {
            let at = path_of(finding.at, path, secrets);
            let is_sure = either_way.iter().any(|other| other.at == finding.at);
            let is_judged = occasion.demands_secrets || !finding.demands_secret;
            // What is wrong with a value comes first; what it does to others can wait.
            let is_told = found.iter().any(|diagnostic| diagnostic.path == at);
            if is_sure && is_judged && !is_told {
                report(ty, rule, finding, at, &mut found);
            }
        }
    }
    found
}

fn report(ty: &ConnectorType, rule: &Rule, finding: Finding, at: Path, found: &mut Diagnostics) {
    let summary = match (finding.title, rule.level) {
        ("", Level::Error) => format!("Invalid {} connector", ty.block),
        ("", Level::Warning) if rule.only_when_sending => format!("The {} connector will not work", ty.block),
        ("", Level::Warning) => format!("Kibana may refuse the {} connector", ty.block),
        (title, _) => title.to_owned(),
    };
    match rule.level {
        Level::Error => found.error(at, summary, finding.text),
        Level::Warning => found.warning(at, summary, finding.text),
    }
}

/// The path of a rule's attribute, `NAME` or `secrets.NAME`. Terraform follows a path as far as it leads, so
/// that of a missing secret points at what should hold it.
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
        "Missing secret",
        format!(
            "Kibana refuses to create or update a {} connector without `{}`, and it never returns secrets, so every write \
             has to send them all. Add it to the `secrets` block or to `secrets_wo`.",
            ty.kibana_id, field.name
        ),
    );
}

/// What counts as written for the rules: everything in the block, or, with a prior one, everything but what
/// equals both the prior value and the default.
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
    use super::super::vocabulary::{PLAIN, object, objects, objects_up_to, text};
    use super::*;
    use crate::diag::Severity;

    const POINT: &[Field] = &[text("x").one_of(&["1", "2"])];
    const SHAPE: &[Field] = &[object("centre", POINT).required(), objects_up_to("corners", 2, POINT)];
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
    fn more_items_than_kibana_accepts_are_worth_a_warning() {
        let corners = |count| vec![point("1"); count];
        assert_eq!(found(&[("shape", shape(point("1"), corners(2)))]), []);
        assert_eq!(
            found(&[("shape", shape(point("1"), corners(3)))]),
            [(Severity::Warning, "shape.corners".to_owned())]
        );
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
