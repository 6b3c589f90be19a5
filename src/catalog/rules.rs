//! Rules between the fields of a connector type, and how they are judged while values may be unknown.
//!
//! A rule says: when this holds, that must hold. Both sides are conditions over what the user wrote, never over
//! planned defaults, because that is what Kibana's own cross checks see. A condition that needs an unknown value
//! is undecided, and an undecided rule stays silent. Fields are named as in HCL; a secret is `secrets.NAME`.

use crate::value::Value;

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// When it applies.
    pub when: Condition,
    /// What must hold then.
    pub must: Condition,
    /// The attribute that the message points at.
    pub at: &'static str,
    /// What is wrong and what would be right: whole sentences.
    pub says: &'static str,
    /// Whether breaking it is an error or a warning.
    pub level: Level,
    /// Whether it asks for a secret that is not there: judged only in plans that create or update, since an
    /// imported connector has no secrets in its configuration yet.
    pub demands_secret: bool,
    /// Whether Kibana accepts what breaks it although it cannot work: worth a word only when something is sent.
    pub only_when_sending: bool,
}

/// How bad it is to break a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Every Kibana that knows the fields refuses it.
    Error,
    /// Some Kibana may take it.
    Warning,
}

/// A value that a condition compares with.
#[derive(Clone, Copy, Debug)]
pub enum Lit {
    /// A text.
    Text(&'static str),
    /// A flag.
    Flag(bool),
}

/// Something that holds, does not hold, or is undecided while values are unknown.
#[derive(Clone, Copy, Debug)]
pub enum Condition {
    /// Always holds.
    Always,
    /// The field was written with this value.
    Is(&'static str, Lit),
    /// The field was written with this value or left out.
    IsOrUnset(&'static str, Lit),
    /// The field was written.
    Set(&'static str),
    /// The text, if written, passes this test.
    Passes(&'static str, fn(&str) -> bool),
    /// All of them hold.
    All(&'static [Condition]),
    /// At least one of them holds.
    Any(&'static [Condition]),
    /// It does not hold.
    Not(&'static Condition),
    /// All of these fields were written, or none.
    Together(&'static [&'static str]),
    /// The set of fields written among all those named here is exactly one of these combinations; each is a
    /// list of needed fields and a list of fields that may be added.
    Combination(&'static [(&'static [&'static str], &'static [&'static str])]),
}

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It depends on values that are not known yet.
    Undecided,
}

/// Starts a rule that always applies.
pub const fn always() -> When {
    When(Condition::Always)
}

/// Starts a rule that applies when the condition holds.
pub const fn when(condition: Condition) -> When {
    When(condition)
}

/// The first half of a rule.
#[derive(Debug)]
pub struct When(Condition);

impl When {
    /// Names what must hold, the attribute to point at, and the message.
    pub const fn must(self, must: Condition, at: &'static str, says: &'static str) -> Rule {
        Rule {
            when: self.0,
            must,
            at,
            says,
            level: Level::Error,
            demands_secret: false,
            only_when_sending: false,
        }
    }
}

impl Rule {
    /// Breaking it is only worth a warning.
    pub const fn warning(mut self) -> Self {
        self.level = Level::Warning;
        self
    }

    /// It asks for a secret that is not there.
    pub const fn demands_secret(mut self) -> Self {
        self.demands_secret = true;
        self
    }

    /// Kibana accepts what breaks it although it cannot work.
    pub const fn accepted_but_useless(mut self) -> Self {
        self.level = Level::Warning;
        self.only_when_sending = true;
        self
    }
}

/// What the user wrote, by field name.
pub trait Written {
    /// The value of a field, `NAME` or `secrets.NAME`; null where it was left out.
    fn get(&self, field: &str) -> &Value;
}

impl Rule {
    /// Whether it is broken for certain.
    pub fn is_broken(&self, written: &dyn Written) -> bool {
        self.when.judge(written) == Truth::Yes && self.must.judge(written) == Truth::No
    }
}

impl Condition {
    /// Whether it holds for what was written.
    pub fn judge(&self, written: &dyn Written) -> Truth {
        match self {
            Self::Always => Truth::Yes,
            Self::Is(field, lit) => match written.get(field) {
                value if value.is_null() => Truth::No,
                value if value.is_unknown() => Truth::Undecided,
                value => lit.equals(value).into(),
            },
            Self::IsOrUnset(field, lit) => match written.get(field) {
                value if value.is_null() => Truth::Yes,
                value if value.is_unknown() => Truth::Undecided,
                value => lit.equals(value).into(),
            },
            Self::Set(field) => is_set(written.get(field)),
            Self::Passes(field, test) => match written.get(field) {
                value if value.is_unknown() => Truth::Undecided,
                value => value.as_str().is_none_or(test).into(),
            },
            Self::All(conditions) => all(conditions.iter().map(|condition| condition.judge(written))),
            Self::Any(conditions) => any(conditions.iter().map(|condition| condition.judge(written))),
            Self::Not(condition) => condition.judge(written).not(),
            Self::Together(fields) => {
                let set = || fields.iter().map(|field| is_set(written.get(field)));
                any([all(set()), all(set().map(Truth::not))].into_iter())
            }
            Self::Combination(combinations) => {
                let fields = || combinations.iter().flat_map(|(needed, more)| needed.iter().chain(*more));
                any(combinations.iter().map(|(needed, more)| {
                    all(fields().map(|field| {
                        let set = is_set(written.get(field));
                        if needed.contains(field) {
                            set
                        } else if more.contains(field) {
                            Truth::Yes
                        } else {
                            set.not()
                        }
                    }))
                }))
            }
        }
    }

    /// The fields that it names.
    pub fn fields(&self) -> Vec<&'static str> {
        match self {
            Self::Always => Vec::new(),
            Self::Is(field, _) | Self::IsOrUnset(field, _) | Self::Set(field) | Self::Passes(field, _) => {
                vec![field]
            }
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().flat_map(Condition::fields).collect()
            }
            Self::Not(condition) => condition.fields(),
            Self::Together(fields) => fields.to_vec(),
            Self::Combination(combinations) => {
                combinations.iter().flat_map(|(needed, more)| needed.iter().chain(*more).copied()).collect()
            }
        }
    }
}

impl Lit {
    fn equals(self, value: &Value) -> bool {
        match self {
            Self::Text(text) => value.as_str() == Some(text),
            Self::Flag(flag) => value.as_bool() == Some(flag),
        }
    }
}

impl Truth {
    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Undecided => Self::Undecided,
        }
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

fn is_set(value: &Value) -> Truth {
    match value {
        value if value.is_null() => Truth::No,
        value if value.is_surely_set() => Truth::Yes,
        _ => Truth::Undecided,
    }
}

fn all(truths: impl Iterator<Item = Truth>) -> Truth {
    let mut result = Truth::Yes;
    for truth in truths {
        match truth {
            Truth::No => return Truth::No,
            Truth::Undecided => result = Truth::Undecided,
            Truth::Yes => {}
        }
    }
    result
}

fn any(truths: impl Iterator<Item = Truth>) -> Truth {
    all(truths.map(Truth::not)).not()
}

/// Whether Kibana can parse the text as a URL (the WHATWG rules, as JavaScript's `URL` has them).
pub fn is_url(text: &str) -> bool {
    url::Url::parse(text).is_ok()
}

/// Whether Kibana can parse the text as a URL of the web, which is what its checks for language models ask for.
pub fn is_http_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// Whether the text is JSON for an object with at least one key.
pub fn is_filled_json_object(text: &str) -> bool {
    matches!(serde_json::from_str(text), Ok(serde_json::Value::Object(object)) if !object.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fields(Value);

    impl Written for Fields {
        fn get(&self, field: &str) -> &Value {
            self.0.get(field)
        }
    }

    const PAIR: Condition = Condition::Together(&["user", "password"]);
    const COMBINATION: Condition =
        Condition::Combination(&[(&[], &[]), (&["user", "password"], &[]), (&["crt", "key"], &["password"])]);

    fn judge(condition: Condition, fields: &[(&str, Value)]) -> Truth {
        condition.judge(&Fields(Value::object(fields.iter().cloned())))
    }

    #[test]
    fn an_unknown_value_leaves_a_condition_undecided_only_where_it_matters() {
        let set = || Value::text("x");
        assert_eq!(judge(PAIR, &[]), Truth::Yes);
        assert_eq!(judge(PAIR, &[("user", set())]), Truth::No);
        assert_eq!(judge(PAIR, &[("user", set()), ("password", Value::unknown())]), Truth::Undecided);
        let surely = Value::Unknown(crate::value::Unknown::not_null());
        assert_eq!(judge(PAIR, &[("user", set()), ("password", surely)]), Truth::Yes);
        assert_eq!(
            judge(
                Condition::Any(&[Condition::Set("a"), Condition::Set("b")]),
                &[("a", set()), ("b", Value::unknown())]
            ),
            Truth::Yes
        );
    }

    #[test]
    fn a_combination_is_exact_but_for_what_may_be_added() {
        let set = || Value::text("x");
        assert_eq!(judge(COMBINATION, &[]), Truth::Yes);
        assert_eq!(judge(COMBINATION, &[("crt", set()), ("key", set())]), Truth::Yes);
        assert_eq!(judge(COMBINATION, &[("crt", set()), ("key", set()), ("password", set())]), Truth::Yes);
        assert_eq!(judge(COMBINATION, &[("password", set())]), Truth::No);
        assert_eq!(judge(COMBINATION, &[("user", set()), ("crt", Value::unknown())]), Truth::No);
        assert_eq!(judge(COMBINATION, &[("user", set()), ("password", Value::unknown())]), Truth::Undecided);
    }

    #[test]
    fn a_url_of_the_web_has_one_of_its_schemes() {
        for good in ["https://a.example", "http://localhost:8080/v1", "HTTPS://a.example/{{id}}"] {
            assert!(is_http_url(good) && is_url(good), "{good}");
        }
        for bad in ["a.example", "https://", "ftp://a.example", "localhost:8080"] {
            assert!(!is_http_url(bad), "{bad}");
        }
        assert!(is_url("ftp://a.example"));
    }

    #[test]
    fn a_default_that_was_not_written_counts_only_where_asked() {
        let is = Condition::Is("on", Lit::Flag(true));
        let is_or_unset = Condition::IsOrUnset("on", Lit::Flag(true));
        assert_eq!(judge(is, &[]), Truth::No);
        assert_eq!(judge(is_or_unset, &[]), Truth::Yes);
        assert_eq!(judge(is_or_unset, &[("on", Value::Bool(false))]), Truth::No);
    }
}
