//! Our own types into generated messages.
//!
//! Sub-messages are optional in the generated types but not for Terraform, which crashes over a schema
//! without its block and takes a diagnostic without a severity for none.

use pb::attribute_path::step::Selector;
use pb::schema::nested_block::NestingMode;

use super::msgpack;
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::proto::tfplugin6 as pb;
use crate::schema::{Attribute, Block, NestedBlock, Nesting, Presence, Schema};
use crate::value::{Path, Step, Value};

/// The message for a value of a block.
///
/// A part that does not fit the block, which is a bug of ours, is logged and sent as null: an answer that
/// came after something was created must not lose the rest of the state. Terraform complains about that part
/// itself.
#[must_use]
pub fn encode(value: &Value, block: &Block) -> pb::DynamicValue {
    let (msgpack, misfit) = msgpack::encode_what_fits(value, block);
    if let Some(misfit) = misfit {
        tracing::error!("a value does not fit its schema, which is a bug in the provider: {misfit}");
    }
    pb::DynamicValue { msgpack, json: Vec::new() }
}

/// The message for a schema.
#[must_use]
pub fn schema(schema: &Schema) -> pb::Schema {
    pb::Schema { version: schema.version, block: Some(block(&schema.block)) }
}

/// The message for the schema of an identity: what is required in it is required for an import.
#[must_use]
pub fn identity_schema(schema: &Schema) -> pb::ResourceIdentitySchema {
    let attribute = |attribute: &Attribute| pb::resource_identity_schema::IdentityAttribute {
        name: attribute.name.clone(),
        r#type: attribute.ty.to_json().to_string().into_bytes(),
        required_for_import: attribute.presence.is_required(),
        optional_for_import: !attribute.presence.is_required(),
        description: attribute.description.clone(),
    };
    pb::ResourceIdentitySchema {
        version: schema.version,
        identity_attributes: schema.block.attributes.iter().map(attribute).collect(),
    }
}

fn block(block: &Block) -> pb::schema::Block {
    pb::schema::Block {
        version: 0,
        attributes: block.attributes.iter().map(attribute).collect(),
        block_types: block.blocks.iter().map(nested_block).collect(),
        description: block.description.clone(),
        description_kind: pb::StringKind::Markdown.into(),
        deprecated: block.deprecated.is_some(),
        deprecation_message: block.deprecated.clone().unwrap_or_default(),
        computed: false,
    }
}

fn attribute(attribute: &Attribute) -> pb::schema::Attribute {
    pb::schema::Attribute {
        name: attribute.name.clone(),
        r#type: attribute.ty.to_json().to_string().into_bytes(),
        nested_type: None,
        description: attribute.description.clone(),
        required: attribute.presence == Presence::Required,
        optional: matches!(attribute.presence, Presence::Optional | Presence::OptionalComputed),
        computed: attribute.presence.is_computed(),
        sensitive: attribute.sensitive,
        description_kind: pb::StringKind::Markdown.into(),
        deprecated: attribute.deprecated.is_some(),
        write_only: attribute.write_only,
        deprecation_message: attribute.deprecated.clone().unwrap_or_default(),
    }
}

fn nested_block(nested: &NestedBlock) -> pb::schema::NestedBlock {
    let (nesting, min_items, max_items) = match nested.nesting {
        // Both bounds 1 would make it a required one.
        Nesting::Single => (NestingMode::Single, 0, 0),
        Nesting::List { min, max } => (NestingMode::List, i64::from(min), i64::from(max)),
    };
    pb::schema::NestedBlock {
        type_name: nested.name.clone(),
        block: Some(block(&nested.block)),
        nesting: nesting.into(),
        min_items,
        max_items,
    }
}

/// The messages for diagnostics.
#[must_use]
pub fn diagnostics(diagnostics: Diagnostics) -> Vec<pb::Diagnostic> {
    diagnostics.into_iter().map(diagnostic).collect()
}

fn diagnostic(diagnostic: Diagnostic) -> pb::Diagnostic {
    let severity = match diagnostic.severity {
        Severity::Error => pb::diagnostic::Severity::Error,
        Severity::Warning => pb::diagnostic::Severity::Warning,
    };
    pb::Diagnostic {
        severity: severity.into(),
        summary: diagnostic.summary,
        detail: diagnostic.detail,
        // One about the whole resource has no path rather than an empty one.
        attribute: (!diagnostic.path.is_root()).then(|| path(&diagnostic.path)),
    }
}

/// The message for a path.
#[must_use]
pub fn path(path: &Path) -> pb::AttributePath {
    let step = |step: &Step| {
        let selector = match step {
            Step::Attribute(name) => Selector::AttributeName(name.clone()),
            Step::Key(key) => Selector::ElementKeyString(key.clone()),
            Step::Index(index) => Selector::ElementKeyInt(*index),
        };
        pb::attribute_path::Step { selector: Some(selector) }
    };
    pb::AttributePath { steps: path.steps().iter().map(step).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Type;

    fn nested(name: &str, nesting: Nesting) -> NestedBlock {
        let block = Block {
            attributes: vec![Attribute::new("b", Type::Number, Presence::Computed)],
            ..Block::default()
        };
        NestedBlock { name: name.to_owned(), nesting, block }
    }

    #[test]
    fn every_part_of_a_schema_is_written() {
        let mut attribute = Attribute::new("a", Type::List(Box::new(Type::Text)), Presence::OptionalComputed)
            .doc("An `a`.")
            .sensitive()
            .write_only();
        attribute.deprecated = Some("Use `b`.".to_owned());
        let list = nested("list", Nesting::List { min: 1, max: 3 });
        let block = Block {
            description: "A thing.".to_owned(),
            attributes: vec![attribute],
            blocks: vec![nested("single", Nesting::Single), list],
            deprecated: Some("Use another.".to_owned()),
        };
        let schema = schema(&Schema { version: 2, block });
        assert_eq!(schema.version, 2);
        let block = schema.block.unwrap();
        assert_eq!(block.description, "A thing.");
        assert_eq!(block.description_kind(), pb::StringKind::Markdown);
        assert!(block.deprecated && block.deprecation_message == "Use another.");

        let a = &block.attributes[0];
        assert_eq!(a.r#type, br#"["list","string"]"#);
        assert_eq!((a.required, a.optional, a.computed), (false, true, true));
        assert!(a.sensitive && a.write_only && a.deprecated && a.nested_type.is_none());
        assert_eq!(
            (a.description.as_str(), a.deprecation_message.as_str(), a.description_kind()),
            ("An `a`.", "Use `b`.", pb::StringKind::Markdown)
        );

        let [single, list] = block.block_types.as_slice() else { panic!("two blocks") };
        assert_eq!((single.nesting(), single.min_items, single.max_items), (NestingMode::Single, 0, 0));
        assert_eq!((list.nesting(), list.min_items, list.max_items), (NestingMode::List, 1, 3));
        let inner = list.block.as_ref().unwrap();
        assert_eq!((inner.attributes[0].optional, inner.attributes[0].computed), (false, true));
        assert!(inner.deprecation_message.is_empty() && !inner.deprecated);
    }

    #[test]
    fn diagnostics_have_a_severity_and_a_path_unless_they_are_about_all() {
        let mut found = Diagnostics::new();
        found.error(Path::of("a").key("k").index(3), "Wrong", "It is wrong.");
        found.warning(Path::root(), "Odd", "It is odd.");
        let [error, warning] = diagnostics(found).try_into().unwrap();
        assert_eq!(error.severity(), pb::diagnostic::Severity::Error);
        let steps = error.attribute.unwrap().steps.into_iter().map(|step| step.selector.unwrap());
        assert_eq!(
            steps.collect::<Vec<_>>(),
            [
                Selector::AttributeName("a".into()),
                Selector::ElementKeyString("k".into()),
                Selector::ElementKeyInt(3)
            ]
        );
        assert_eq!((warning.severity(), warning.attribute), (pb::diagnostic::Severity::Warning, None));
        assert_eq!((warning.summary.as_str(), warning.detail.as_str()), ("Odd", "It is odd."));
    }

    #[test]
    fn a_part_that_does_not_fit_costs_only_itself() {
        let block = Block {
            attributes: vec![
                Attribute::new("a", Type::Bool, Presence::Computed),
                Attribute::new("b", Type::Bool, Presence::Computed),
            ],
            ..Block::default()
        };
        let value = Value::object([("a", Value::text("x")), ("b", Value::Bool(true))]);
        let misfit = msgpack::encode(&value, &block).unwrap_err();
        assert_eq!(misfit.to_string(), "a: a bool is required");
        let sent = super::super::decode(Some(&encode(&value, &block)), &block).unwrap();
        assert_eq!(sent, Value::object([("a", Value::Null), ("b", Value::Bool(true))]));
    }
}
