//! The words in which a connector type is written down: fields, their kinds, what a field that is left out
//! means.
//!
//! Everything is `const`, so a type is one table that the compiler checks where it stands. The schema, the JSON
//! codec, the checks, the documentation and the tests are loops over these tables. Facts come from Kibana's own
//! schemas; a field's Terraform name is its JSON key in snake case.

#[cfg(test)]
pub use super::cases::Case;
pub use super::rules::*;

/// A type of connector: what Kibana calls it, what it is configured with, and what goes together.
#[derive(Debug)]
pub struct ConnectorType {
    /// Name of its block in HCL.
    pub block: &'static str,
    /// Kibana's `connector_type_id`.
    pub kibana_id: &'static str,
    /// The name that Kibana shows to people.
    pub title: &'static str,
    /// What it does, in Markdown.
    pub doc: &'static str,
    /// The lowest licence with which Kibana lets it be created.
    pub min_license: &'static str,
    /// The first Kibana that has it; empty where that is older than 8.0 or unknown.
    pub since: &'static str,
    /// The Kibana from which on it is marked deprecated; empty where it is not.
    pub deprecated_since: &'static str,
    /// Config keys that the block itself decides, with their text (`apiProvider`). Two types may share a
    /// `kibana_id` only when these tell them apart.
    pub fixed: &'static [(&'static str, &'static str)],
    /// Fields of `config`.
    pub config: &'static [Field],
    /// Fields of `secrets`. Kibana never returns these.
    pub secrets: &'static [Field],
    /// What Kibana checks between fields.
    pub rules: &'static [Rule],
    /// Whether the answer's `is_deprecated` follows from the configuration (ServiceNow).
    pub deprecation_depends_on_config: bool,
    /// Configurations that it must accept, refuse or warn about.
    #[cfg(test)]
    pub cases: &'static [super::cases::Case],
}

/// A connector type without fields, to be filled in with struct update syntax.
pub const PLAIN: ConnectorType = ConnectorType {
    block: "",
    kibana_id: "",
    title: "",
    doc: "",
    min_license: "basic",
    since: "",
    deprecated_since: "",
    fixed: &[],
    config: &[],
    secrets: &[],
    rules: &[],
    deprecation_depends_on_config: false,
    #[cfg(test)]
    cases: &[],
};

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text.
    Text,
    /// A number.
    Number,
    /// True or false.
    Flag,
    /// A JSON object with free keys and text values.
    TextMap,
    /// A JSON object whose values may be anything.
    AnyObject,
    /// A JSON object with known keys: a nested block.
    Object(&'static [Field]),
    /// A JSON array of such objects: a repeated nested block.
    Objects(&'static [Field]),
}

/// What a field means that the configuration leaves out.
#[derive(Clone, Copy, Debug)]
pub enum Unset {
    /// Nothing: absent and null are the same.
    Nothing,
    /// This text.
    Text(&'static str),
    /// This flag.
    Flag(bool),
    /// An empty object.
    EmptyObject,
    /// Whatever Kibana fills in; it depends on the release or on other fields.
    KibanaFills,
}

/// One field of `config` or `secrets`.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in HCL.
    pub name: &'static str,
    /// Its JSON key where it does not follow from the name; else empty.
    pub irregular_key: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether Kibana refuses a connector without it.
    pub required: bool,
    /// What leaving it out means.
    pub unset: Unset,
    /// The values that Kibana takes; empty for any.
    pub one_of: &'static [&'static str],
    /// Whether a value outside `one_of` is only warned about, because the list grows with Kibana's releases.
    pub list_grows: bool,
    /// The bounds of a number, or the most items of a list; equal bounds mean none.
    pub bounds: (i64, i64),
    /// What it does, in Markdown whole sentences.
    pub doc: &'static str,
    /// A usable value for examples: text as it is, a number or flag in its digits or word, a map or object in HCL.
    pub example: &'static str,
    /// The first Kibana that knows it; empty where the type never was without it.
    pub since: &'static str,
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        irregular_key: "",
        kind,
        required: false,
        unset: Unset::Nothing,
        one_of: &[],
        list_grows: false,
        bounds: (0, 0),
        doc: "",
        example: "",
        since: "",
    }
}

/// A text.
pub const fn text(name: &'static str) -> Field {
    field(name, Kind::Text)
}

/// A number.
pub const fn number(name: &'static str) -> Field {
    field(name, Kind::Number)
}

/// True or false.
pub const fn flag(name: &'static str) -> Field {
    field(name, Kind::Flag)
}

/// A map of text.
pub const fn text_map(name: &'static str) -> Field {
    field(name, Kind::TextMap)
}

/// An object whose values may be anything.
pub const fn any_object(name: &'static str) -> Field {
    field(name, Kind::AnyObject)
}

/// A nested block.
pub const fn object(name: &'static str, fields: &'static [Field]) -> Field {
    field(name, Kind::Object(fields))
}

/// A repeated nested block.
pub const fn objects(name: &'static str, fields: &'static [Field]) -> Field {
    field(name, Kind::Objects(fields))
}

impl Field {
    /// Kibana refuses a connector without it.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Left out, it means this text.
    pub const fn default_text(mut self, default: &'static str) -> Self {
        assert!(matches!(self.kind, Kind::Text), "a text default belongs to a text");
        self.unset = Unset::Text(default);
        self
    }

    /// Left out, it means this flag.
    pub const fn default_flag(mut self, default: bool) -> Self {
        assert!(matches!(self.kind, Kind::Flag), "a flag default belongs to a flag");
        self.unset = Unset::Flag(default);
        self
    }

    /// Left out, it means an empty object.
    pub const fn default_empty_object(mut self) -> Self {
        assert!(matches!(self.kind, Kind::AnyObject), "an empty object belongs to an object of any values");
        self.unset = Unset::EmptyObject;
        self
    }

    /// Left out, Kibana fills it in.
    pub const fn kibana_fills(mut self) -> Self {
        self.unset = Unset::KibanaFills;
        self
    }

    /// Only these texts are taken.
    pub const fn one_of(mut self, texts: &'static [&'static str]) -> Self {
        assert!(matches!(self.kind, Kind::Text), "only a text is one of a list");
        self.one_of = texts;
        self
    }

    /// Only these texts are known, but newer releases know more.
    pub const fn one_of_so_far(self, texts: &'static [&'static str]) -> Self {
        let mut field = self.one_of(texts);
        field.list_grows = true;
        field
    }

    /// A number within these bounds, both included.
    pub const fn between(mut self, least: i64, most: i64) -> Self {
        assert!(matches!(self.kind, Kind::Number) && least < most, "bounds belong to a number");
        self.bounds = (least, most);
        self
    }

    /// At most so many items.
    pub const fn at_most(mut self, items: i64) -> Self {
        assert!(matches!(self.kind, Kind::Objects(_)), "a count belongs to a list");
        self.bounds = (0, items);
        self
    }

    /// Its JSON key, where that is not its name in camel case.
    pub const fn key(mut self, key: &'static str) -> Self {
        self.irregular_key = key;
        self
    }

    /// What it does.
    pub const fn doc(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// A usable value.
    pub const fn example(mut self, example: &'static str) -> Self {
        self.example = example;
        self
    }

    /// The first Kibana that knows it.
    pub const fn since(mut self, release: &'static str) -> Self {
        self.since = release;
        self
    }

    /// Its key in Kibana's JSON.
    #[must_use]
    pub fn json_key(&self) -> String {
        if !self.irregular_key.is_empty() {
            return self.irregular_key.to_owned();
        }
        let mut key = String::with_capacity(self.name.len());
        let mut upper = false;
        for character in self.name.chars() {
            if character == '_' {
                upper = true;
            } else if upper {
                key.push(character.to_ascii_uppercase());
                upper = false;
            } else {
                key.push(character);
            }
        }
        key
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keys_are_camel_case_unless_irregular() {
        assert_eq!(text("api_url").json_key(), "apiUrl");
        assert_eq!(text("url").json_key(), "url");
        assert_eq!(text("gcp_project_id").key("gcpProjectID").json_key(), "gcpProjectID");
    }
}
