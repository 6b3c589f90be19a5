//! Schemas: what a block may hold and how each attribute behaves in a plan.
//!
//! `provider`, `resources`, `data_sources`, `lists` and `actions` declare them, `wire` writes them for
//! Terraform, `plan` (the passes) and `check` walk them. Must not know Kibana.

pub mod check;
pub mod lint;
pub mod plan;

use crate::value::{Type, Value};

/// A resource's or the provider's schema.
#[derive(Clone, Debug)]
pub struct Schema {
    /// Version of the stored state's shape.
    pub version: i64,
    /// The root block.
    pub block: Block,
}

/// Attributes and nested blocks side by side.
#[derive(Clone, Debug, Default)]
pub struct Block {
    /// What it is for, in Markdown.
    pub description: String,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
    /// Its nested blocks.
    pub blocks: Vec<NestedBlock>,
    /// Why it should no longer be used, if so.
    pub deprecated: Option<String>,
}

/// Who gives an attribute its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// The configuration must.
    Required,
    /// The configuration may; else it is null.
    Optional,
    /// Only the provider does.
    Computed,
    /// The configuration may; else the provider does.
    OptionalComputed,
}

/// How the plan fills a computed attribute that the configuration leaves out.
#[derive(Clone, Debug, PartialEq)]
pub enum Unset {
    /// With this value.
    Default(Value),
    /// With the prior value, whatever else changes; unknown only where there is none.
    Keep,
    /// With the prior value where the plan changes nothing, else unknown.
    Refill,
}

/// When two values of an attribute are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Equality {
    /// When they mean the same as values.
    Value,
    /// When they are texts of equal JSON.
    Json,
    /// When they are equal JSON as objects of free form, in which an entry that is null is the same as none.
    FreeForm,
}

/// One attribute.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Who gives it a value.
    pub presence: Presence,
    /// What a computed one holds when the configuration leaves it out; unused for the others.
    pub unset: Unset,
    /// When two values of it are the same.
    pub equality: Equality,
    /// Never shown.
    pub sensitive: bool,
    /// Handed to the provider only: null in every plan and state.
    pub write_only: bool,
    /// A change of it replaces the resource.
    pub replaces: bool,
    /// What it does, in Markdown.
    pub description: String,
    /// Why it should no longer be used, if so.
    pub deprecated: Option<String>,
}

/// A block inside a block.
#[derive(Clone, Debug)]
pub struct NestedBlock {
    /// Its name.
    pub name: String,
    /// How often it may be there and what its value looks like.
    pub nesting: Nesting,
    /// What it holds.
    pub block: Block,
}

/// How often a nested block may be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Nesting {
    /// At most once: its value is an object, or null.
    Single,
    /// Any number of times, in order: its value is a list of objects, never null. The bounds are counts; a
    /// `max` of 0 means no bound.
    List {
        /// Fewest.
        min: u32,
        /// Most, 0 for any number.
        max: u32,
    },
}

impl Presence {
    /// Whether the provider may fill it.
    #[must_use]
    pub fn is_computed(self) -> bool {
        matches!(self, Self::Computed | Self::OptionalComputed)
    }

    /// Whether the configuration may set it.
    #[must_use]
    pub fn is_configurable(self) -> bool {
        self != Self::Computed
    }
}

impl Attribute {
    /// An attribute with the given name, type and presence; the rest is plain and can be changed by the
    /// methods below.
    pub fn new(name: impl Into<String>, ty: Type, presence: Presence) -> Self {
        Self {
            name: name.into(),
            ty,
            presence,
            unset: Unset::Refill,
            equality: Equality::Value,
            sensitive: false,
            write_only: false,
            replaces: false,
            description: String::new(),
            deprecated: None,
        }
    }

    /// With this description, in Markdown.
    #[must_use]
    pub fn doc(mut self, description: impl Into<String>) -> Self {
        self.description = description.into();
        self
    }

    /// Never shown.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }

    /// Handed to the provider only.
    #[must_use]
    pub fn write_only(mut self) -> Self {
        self.write_only = true;
        self
    }

    /// A change of it replaces the resource.
    #[must_use]
    pub fn replaces(mut self) -> Self {
        self.replaces = true;
        self
    }

    /// A text of JSON: equal JSON is an equal value.
    #[must_use]
    pub fn json_text(mut self) -> Self {
        self.equality = Equality::Json;
        self
    }

    /// An object of free form: an entry that is null is the same as none.
    #[must_use]
    pub fn free_form(mut self) -> Self {
        self.equality = Equality::FreeForm;
        self
    }

    /// What a computed one holds when the configuration leaves it out.
    #[must_use]
    pub fn unset(mut self, unset: Unset) -> Self {
        self.unset = unset;
        self
    }
}

impl Block {
    /// The attribute of this name.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// The nested block of this name.
    #[must_use]
    pub fn block(&self, name: &str) -> Option<&NestedBlock> {
        self.blocks.iter().find(|block| block.name == name)
    }

    /// The type of this block's values, as Terraform derives it from the schema.
    #[must_use]
    pub fn implied_type(&self) -> Type {
        let attributes =
            self.attributes.iter().map(|attribute| (attribute.name.clone(), attribute.ty.clone()));
        let blocks = self.blocks.iter().map(|nested| (nested.name.clone(), nested.implied_type()));
        Type::Object(attributes.chain(blocks).collect())
    }

    /// Whether a dynamic attribute stands anywhere in it.
    #[must_use]
    pub fn has_dynamic(&self) -> bool {
        self.attributes.iter().any(|attribute| attribute.ty.has_dynamic())
            || self.blocks.iter().any(|nested| nested.block.has_dynamic())
    }

    /// A value of this block in which everything is absent: null attributes, null or empty blocks.
    #[must_use]
    pub fn empty_value(&self) -> Value {
        let attributes = self.attributes.iter().map(|attribute| (attribute.name.clone(), Value::Null));
        let blocks = self.blocks.iter().map(|nested| (nested.name.clone(), nested.absent_value()));
        Value::Map(attributes.chain(blocks).collect())
    }
}

impl NestedBlock {
    /// What stands for it in a value when it is not there.
    #[must_use]
    pub fn absent_value(&self) -> Value {
        match self.nesting {
            Nesting::Single => Value::Null,
            Nesting::List { .. } => Value::List(Vec::new()),
        }
    }

    /// The type of its values. A list of blocks that hold something dynamic is dynamic itself, because its
    /// elements can differ in type.
    #[must_use]
    pub fn implied_type(&self) -> Type {
        match self.nesting {
            Nesting::Single => self.block.implied_type(),
            Nesting::List { .. } if self.block.has_dynamic() => Type::Dynamic,
            Nesting::List { .. } => Type::List(Box::new(self.block.implied_type())),
        }
    }
}
