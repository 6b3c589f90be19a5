//! The self-check of a schema: what Terraform would refuse when it loads the provider, and what it would let
//! pass although users trip over it.
//!
//! Tests run it over everything the provider serves; nothing calls it while the provider runs. One schema
//! that Terraform refuses makes every resource of the provider unusable.

use std::collections::BTreeSet;
use std::fmt;

use super::{Attribute, Block, Nesting, Presence, Schema, Unset};
use crate::value::{Path, Type};

/// What a schema is for, which decides the names its root block must leave alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The provider's own configuration.
    Provider,
    /// A resource, data source, ephemeral resource, list or action.
    Resource,
}

/// One thing that is wrong with a schema.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The attribute or block; empty for the schema itself.
    pub path: Path,
    /// What is wrong with it, as a clause.
    pub problem: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.is_root() {
            true => write!(f, "the schema {}", self.problem),
            false => write!(f, "{} {}", self.path, self.problem),
        }
    }
}

/// Everything that is wrong with a schema, in its own order.
#[must_use]
pub fn lint(schema: &Schema, role: Role) -> Vec<Finding> {
    let mut lint = Lint { findings: Vec::new() };
    let root = Path::root();
    if schema.version < 0 {
        lint.find(&root, "has a negative version");
    }
    let reserved: &[&str] = match role {
        Role::Provider => &["alias", "version"],
        Role::Resource => {
            &["connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioner"]
        }
    };
    let attributes = schema.block.attributes.iter().map(|attribute| &attribute.name);
    for name in attributes.chain(schema.block.blocks.iter().map(|nested| &nested.name)) {
        if reserved.contains(&name.as_str()) {
            lint.find(&Path::of(name), "has a name that Terraform keeps for itself");
        }
    }
    lint.block(&schema.block, &root, false);
    lint.findings
}

struct Lint {
    findings: Vec<Finding>,
}

impl Lint {
    fn find(&mut self, path: &Path, problem: impl Into<String>) {
        self.findings.push(Finding { path: path.clone(), problem: problem.into() });
    }

    fn block(&mut self, block: &Block, path: &Path, in_list: bool) {
        self.description(&block.description, path);
        self.deprecation(block.deprecated.as_deref(), path);
        let mut names = BTreeSet::new();
        for attribute in &block.attributes {
            let at = path.attribute(&attribute.name);
            self.name(&attribute.name, &at, &mut names);
            self.attribute(attribute, &at, in_list);
        }
        for nested in &block.blocks {
            let at = path.attribute(&nested.name);
            self.name(&nested.name, &at, &mut names);
            if let Nesting::List { min, max } = nested.nesting
                && max != 0
                && min > max
            {
                self.find(&at, "must be there more often than it may");
            }
            self.block(&nested.block, &at, in_list || nested.nesting != Nesting::Single);
        }
    }

    fn name<'a>(&mut self, name: &'a str, at: &Path, names: &mut BTreeSet<&'a str>) {
        if !is_name(name) {
            self.find(at, "has a name that is no lower-case identifier");
        }
        if !names.insert(name) {
            self.find(at, "has a name that stands twice in its block");
        }
    }

    fn attribute(&mut self, attribute: &Attribute, at: &Path, in_list: bool) {
        self.description(&attribute.description, at);
        self.deprecation(attribute.deprecated.as_deref(), at);
        if attribute.ty == Type::Dynamic {
            // Terraform sends such a list as one dynamic value, whose elements may differ in type.
            if in_list {
                self.find(at, "is dynamic inside a list of blocks");
            }
        } else if attribute.ty.has_dynamic() {
            self.find(at, "has a type with a dynamic part");
        }
        self.type_names(&attribute.ty, at);
        if attribute.write_only {
            if attribute.presence.is_computed() {
                self.find(at, "is write-only and computed");
            }
            // A client that knows no write-only attributes must be able to leave it out.
            if attribute.presence == Presence::Required {
                self.find(at, "is write-only and required");
            }
        }
        self.unset(attribute, at);
    }

    fn unset(&mut self, attribute: &Attribute, at: &Path) {
        let computed = attribute.presence.is_computed();
        match &attribute.unset {
            Unset::Default(_) if !computed => self.find(at, "has a default and is not computed"),
            Unset::Default(_) if attribute.presence == Presence::Computed => {
                self.find(at, "has a default and cannot be configured");
            }
            Unset::Default(default) if !default.is_wholly_known() => {
                self.find(at, "has a default that is not known");
            }
            Unset::Default(default) if !default.conforms(&attribute.ty) => {
                self.find(at, "has a default of another type");
            }
            Unset::Keep if !computed => self.find(at, "keeps its prior value and is not computed"),
            Unset::Default(_) | Unset::Keep | Unset::Refill => {}
        }
    }

    fn type_names(&mut self, ty: &Type, at: &Path) {
        match ty {
            Type::Text | Type::Number | Type::Bool | Type::Dynamic => {}
            Type::List(element) | Type::Set(element) | Type::Map(element) => self.type_names(element, at),
            Type::Tuple(items) => items.iter().for_each(|item| self.type_names(item, at)),
            Type::Object(attributes) => {
                for (name, ty) in attributes {
                    if !is_name(name) {
                        self.find(at, format!("has an object attribute {name:?} that is no identifier"));
                    }
                    self.type_names(ty, at);
                }
            }
        }
    }

    fn description(&mut self, description: &str, at: &Path) {
        if description.is_empty() {
            self.find(at, "has no description");
        } else if !description.ends_with('.') {
            self.find(at, "has a description that does not end with a period");
        }
    }

    fn deprecation(&mut self, deprecated: Option<&str>, at: &Path) {
        if deprecated == Some("") {
            self.find(at, "is deprecated without a reason");
        }
    }
}

/// Whether a configuration can use it as a name: `^[a-z_][a-z0-9_]*$`.
fn is_name(name: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    name.bytes().next().is_some_and(word) && name.bytes().all(|byte| word(byte) || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::NestedBlock;
    use crate::value::Value;

    fn text(name: &str, presence: Presence) -> Attribute {
        Attribute::new(name, Type::Text, presence).doc("Something.")
    }

    fn schema(attributes: Vec<Attribute>, blocks: Vec<NestedBlock>) -> Schema {
        Schema { version: 0, block: block(attributes, blocks) }
    }

    fn block(attributes: Vec<Attribute>, blocks: Vec<NestedBlock>) -> Block {
        Block { description: "Something.".to_owned(), attributes, blocks, deprecated: None }
    }

    fn nested(name: &str, nesting: Nesting, attributes: Vec<Attribute>) -> NestedBlock {
        NestedBlock { name: name.to_owned(), nesting, block: block(attributes, vec![]) }
    }

    fn found(schema: &Schema) -> Vec<String> {
        lint(schema, Role::Resource).iter().map(ToString::to_string).collect()
    }

    #[track_caller]
    fn check(attribute: Attribute, finding: &str) {
        assert_eq!(found(&schema(vec![attribute], vec![])), [finding]);
    }

    #[test]
    fn a_good_schema_has_no_findings() {
        let dynamic = Attribute::new("any", Type::Dynamic, Presence::Optional).doc("Anything.");
        let defaulted =
            text("b", Presence::OptionalComputed).unset(Unset::Default(Value::text("x"))).sensitive();
        let schema = schema(
            vec![text("a", Presence::Required), defaulted, text("c", Presence::Optional).write_only()],
            vec![
                nested("single", Nesting::Single, vec![dynamic]),
                nested("list", Nesting::List { min: 2, max: 0 }, vec![text("a", Presence::Optional)]),
            ],
        );
        assert_eq!(found(&schema), [] as [&str; 0]);
    }

    #[test]
    fn names_are_identifiers_and_unique_and_not_reserved() {
        for name in ["", "Name", "1st", "a-b", "ä"] {
            let found = found(&schema(vec![text(name, Presence::Optional)], vec![]));
            assert_eq!(found.len(), 1, "{name}: {found:?}");
        }
        check(text("count", Presence::Optional), "count has a name that Terraform keeps for itself");
        let provider = schema(vec![text("count", Presence::Optional)], vec![]);
        assert_eq!(lint(&provider, Role::Provider), []);
        let provider = schema(vec![text("alias", Presence::Optional)], vec![]);
        assert_eq!(lint(&provider, Role::Provider).len(), 1);
        let twice = schema(vec![text("a", Presence::Optional)], vec![nested("a", Nesting::Single, vec![])]);
        assert_eq!(found(&twice), ["a has a name that stands twice in its block"]);
    }

    #[test]
    fn a_reserved_name_is_free_inside_a_block() {
        let inner = nested("b", Nesting::Single, vec![text("provider", Presence::Optional)]);
        assert_eq!(found(&schema(vec![], vec![inner])), [] as [&str; 0]);
    }

    #[test]
    fn defaults_need_a_computed_attribute_and_fit_it() {
        let default = |presence, value| text("a", presence).unset(Unset::Default(value));
        check(default(Presence::Optional, Value::text("x")), "a has a default and is not computed");
        check(default(Presence::Computed, Value::text("x")), "a has a default and cannot be configured");
        check(default(Presence::OptionalComputed, Value::Bool(true)), "a has a default of another type");
        check(default(Presence::OptionalComputed, Value::unknown()), "a has a default that is not known");
        check(
            text("a", Presence::Optional).unset(Unset::Keep),
            "a keeps its prior value and is not computed",
        );
    }

    #[test]
    fn write_only_attributes_are_optional_and_nothing_else() {
        check(text("a", Presence::OptionalComputed).write_only(), "a is write-only and computed");
        check(text("a", Presence::Required).write_only(), "a is write-only and required");
    }

    #[test]
    fn dynamic_stands_alone_and_outside_of_lists() {
        let dynamic = || Attribute::new("any", Type::Dynamic, Presence::Optional).doc("Anything.");
        let mut outer = nested("outer", Nesting::List { min: 0, max: 1 }, vec![]);
        outer.block.blocks.push(nested("inner", Nesting::Single, vec![dynamic()]));
        assert_eq!(
            found(&schema(vec![], vec![outer])),
            ["outer.inner.any is dynamic inside a list of blocks"]
        );
        let list = Type::List(Box::new(Type::Dynamic));
        check(
            Attribute::new("a", list, Presence::Optional).doc("A list."),
            "a has a type with a dynamic part",
        );
    }

    #[test]
    fn everything_is_described_in_sentences() {
        check(text("a", Presence::Optional).doc(""), "a has no description");
        check(
            text("a", Presence::Optional).doc("The a"),
            "a has a description that does not end with a period",
        );
        let mut deprecated = text("a", Presence::Optional);
        deprecated.deprecated = Some(String::new());
        check(deprecated, "a is deprecated without a reason");
        let mut bare = schema(vec![], vec![nested("b", Nesting::Single, vec![])]);
        bare.block.blocks[0].block.description.clear();
        assert_eq!(found(&bare), ["b has no description"]);
    }

    #[test]
    fn versions_and_bounds_are_in_order() {
        let mut schema = schema(vec![], vec![nested("b", Nesting::List { min: 2, max: 1 }, vec![])]);
        schema.version = -1;
        assert_eq!(
            found(&schema),
            ["the schema has a negative version", "b must be there more often than it may"]
        );
    }
}
