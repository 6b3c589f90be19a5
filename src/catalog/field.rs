//! One field of a connector's `config` or `secrets`, and the words that describe it.
//!
//! A word starts a field of some kind (`text("from")`, `url("api_url")`); methods add what else is true of
//! it. A combination that makes no sense fails to compile where it is written.

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
    pub left_out: LeftOut,
    /// Where Kibana fills it: the fields that decide what it fills in, so that while they stay it stays.
    /// Empty where nobody knows.
    pub decided_by: &'static [&'static str],
    /// What it does, in Markdown whole sentences.
    pub doc: &'static str,
    /// A usable value for examples: text as it is, a number or flag in its digits or word, a map or object in
    /// HCL. Required fields need one. The example is applied by the acceptance tests, and the random
    /// configurations of the core tests use it now and then.
    pub example: &'static str,
    /// The first Kibana that knows it.
    pub since: Since,
}

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// Text.
    Text(Content),
    /// A number; a whole one within these bounds, both included, where there are some.
    Number(Option<(i64, i64)>),
    /// True or false.
    Flag,
    /// A JSON object with free keys and text values.
    TextMap(Keys),
    /// A JSON object whose values may be anything.
    AnyObject,
    /// A JSON object with known keys: a nested block.
    Object(&'static [Field]),
    /// A JSON array of such objects, a repeated nested block, and the most items that Kibana accepts.
    Objects(&'static [Field], Option<usize>),
}

/// What a text may say.
#[derive(Clone, Copy, Debug)]
pub enum Content {
    /// Anything.
    Any,
    /// One of these; other texts are errors.
    OneOf(&'static [&'static str]),
    /// One of these, but newer releases know more; other texts are worth a warning.
    OneOfSoFar(&'static [&'static str]),
    /// A URL that Kibana can parse.
    Url,
    /// A URL with the scheme `http` or `https`.
    HttpUrl,
    /// JSON, or a template of it: text that is the same JSON is the same value.
    Json,
    /// The JSON of an object with at least one key.
    JsonObject,
    /// The base64 text of a PEM file.
    Base64Pem,
}

/// What the keys of a map may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Anything.
    Any,
    /// Names of HTTP headers.
    HeaderNames,
}

/// What a field means that the configuration leaves out.
#[derive(Clone, Copy, Debug)]
pub enum LeftOut {
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

/// The first Kibana that knows a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Since {
    /// The release, as `9.2`; empty where the type never was without the field, or nobody knows.
    pub release: &'static str,
    /// The release of an older line that got it too; empty for none.
    pub backported: &'static str,
    /// Whether the releases are certain, so that an older Kibana surely lacks the field.
    pub is_certain: bool,
}

/// As people read it: `9.2`, or `8.19 and 9.1`.
impl std::fmt::Display for Since {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.backported.is_empty() {
            write!(f, "{} and ", self.backported)?;
        }
        f.write_str(self.release)
    }
}

impl Since {
    const ALWAYS: Self = Self { release: "", backported: "", is_certain: false };

    /// Whether this release of Kibana, major and minor, surely does not know the field.
    #[must_use]
    pub fn is_after(&self, kibana: (u64, u64)) -> bool {
        let number = |release: &str| {
            let (major, minor) = release.split_once('.')?;
            Some((major.parse::<u64>().ok()?, minor.parse::<u64>().ok()?))
        };
        let knows = |release: (u64, u64)| kibana >= release;
        // A backport counts for its own line alone: 9.0 can lack what 8.19 has.
        let knows_backport = |release: (u64, u64)| kibana.0 == release.0 && knows(release);
        match (number(self.release), number(self.backported)) {
            (Some(release), backported) => {
                self.is_certain && !knows(release) && !backported.is_some_and(knows_backport)
            }
            (None, _) => false,
        }
    }
}

const fn field(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        irregular_key: "",
        kind,
        required: false,
        left_out: LeftOut::Nothing,
        decided_by: &[],
        doc: "",
        example: "",
        since: Since::ALWAYS,
    }
}

/// A text.
pub const fn text(name: &'static str) -> Field {
    field(name, Kind::Text(Content::Any))
}

/// A URL that Kibana can parse.
pub const fn url(name: &'static str) -> Field {
    field(name, Kind::Text(Content::Url))
}

/// A URL with the scheme `http` or `https`.
pub const fn http_url(name: &'static str) -> Field {
    field(name, Kind::Text(Content::HttpUrl))
}

/// JSON kept as text, which may be a template with placeholders.
pub const fn json(name: &'static str) -> Field {
    field(name, Kind::Text(Content::Json))
}

/// JSON kept as text, of an object with at least one key.
pub const fn json_object(name: &'static str) -> Field {
    field(name, Kind::Text(Content::JsonObject))
}

/// The base64 text of a PEM file.
pub const fn base64_pem(name: &'static str) -> Field {
    field(name, Kind::Text(Content::Base64Pem))
}

/// A number.
pub const fn number(name: &'static str) -> Field {
    field(name, Kind::Number(None))
}

/// A whole number within these bounds, both included.
pub const fn number_between(name: &'static str, least: i64, most: i64) -> Field {
    assert!(least < most, "the bounds leave no number");
    field(name, Kind::Number(Some((least, most))))
}

/// True or false.
pub const fn flag(name: &'static str) -> Field {
    field(name, Kind::Flag)
}

/// A map of text.
pub const fn text_map(name: &'static str) -> Field {
    field(name, Kind::TextMap(Keys::Any))
}

/// HTTP headers by name.
pub const fn headers(name: &'static str) -> Field {
    field(name, Kind::TextMap(Keys::HeaderNames))
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
    field(name, Kind::Objects(fields, None))
}

/// A repeated nested block, at most so many times.
pub const fn objects_up_to(name: &'static str, most: usize, fields: &'static [Field]) -> Field {
    field(name, Kind::Objects(fields, Some(most)))
}

impl Field {
    /// Kibana refuses a connector without it.
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Left out, it means this text.
    pub const fn default_text(mut self, default: &'static str) -> Self {
        assert!(matches!(self.kind, Kind::Text(_)), "a text default belongs to a text");
        self.left_out = LeftOut::Text(default);
        self
    }

    /// Left out, it means this flag.
    pub const fn default_flag(mut self, default: bool) -> Self {
        assert!(matches!(self.kind, Kind::Flag), "a flag default belongs to a flag");
        self.left_out = LeftOut::Flag(default);
        self
    }

    /// Left out, it means an empty object.
    pub const fn default_empty_object(mut self) -> Self {
        assert!(matches!(self.kind, Kind::AnyObject), "an empty object belongs to an object of any values");
        self.left_out = LeftOut::EmptyObject;
        self
    }

    /// Left out, Kibana fills it in.
    pub const fn kibana_fills(mut self) -> Self {
        self.left_out = LeftOut::KibanaFills;
        self
    }

    /// Left out, Kibana fills it in, by these fields alone.
    pub const fn kibana_fills_by(mut self, fields: &'static [&'static str]) -> Self {
        self.decided_by = fields;
        self.kibana_fills()
    }

    /// Only these texts are accepted.
    pub const fn one_of(mut self, texts: &'static [&'static str]) -> Self {
        assert!(matches!(self.kind, Kind::Text(Content::Any)), "only a text is one of a list");
        self.kind = Kind::Text(Content::OneOf(texts));
        self
    }

    /// Only these texts are known, but newer releases know more.
    pub const fn one_of_so_far(mut self, texts: &'static [&'static str]) -> Self {
        assert!(matches!(self.kind, Kind::Text(Content::Any)), "only a text is one of a list");
        self.kind = Kind::Text(Content::OneOfSoFar(texts));
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

    /// The first Kibana that knows it, for certain.
    pub const fn since(mut self, release: &'static str) -> Self {
        self.since = Since { release, is_certain: true, ..self.since };
        self
    }

    /// The first Kibana that is known to know it; an older one may know it too.
    pub const fn since_about(mut self, release: &'static str) -> Self {
        self.since = Since { release, is_certain: false, ..self.since };
        self
    }

    /// An older line got it too, with this release.
    pub const fn backported(mut self, release: &'static str) -> Self {
        self.since.backported = release;
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

    /// Whether Kibana fills it in where it is left out.
    #[must_use]
    pub fn is_filled_by_kibana(&self) -> bool {
        matches!(self.left_out, LeftOut::KibanaFills)
    }

    /// The texts that it is one of; empty for any.
    #[must_use]
    pub fn listed(&self) -> &'static [&'static str] {
        match self.kind {
            Kind::Text(Content::OneOf(texts) | Content::OneOfSoFar(texts)) => texts,
            Kind::Text(
                Content::Any
                | Content::Json
                | Content::JsonObject
                | Content::Url
                | Content::HttpUrl
                | Content::Base64Pem,
            )
            | Kind::Number(_)
            | Kind::Flag
            | Kind::TextMap(_)
            | Kind::AnyObject
            | Kind::Object(_)
            | Kind::Objects(..) => &[],
        }
    }

    /// The fields of a nested block.
    #[must_use]
    pub fn inner(&self) -> Option<&'static [Field]> {
        match self.kind {
            Kind::Object(inner) | Kind::Objects(inner, _) => Some(inner),
            Kind::Text(_) | Kind::Number(_) | Kind::Flag | Kind::TextMap(_) | Kind::AnyObject => None,
        }
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

    #[test]
    fn a_backport_counts_for_its_own_line_alone() {
        let since = text("x").since("9.1").backported("8.19").since;
        for older in [(8, 18), (8, 0), (9, 0)] {
            assert!(since.is_after(older), "{older:?}");
        }
        for knowing in [(8, 19), (9, 1), (9, 10), (10, 0)] {
            assert!(!since.is_after(knowing), "{knowing:?}");
        }
    }

    #[test]
    fn an_uncertain_release_rules_nothing_out() {
        assert!(!text("x").since_about("9.5").since.is_after((8, 0)));
        assert!(!text("x").since.is_after((8, 0)));
    }
}
