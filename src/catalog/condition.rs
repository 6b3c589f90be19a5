//! Conditions over what the user wrote, and how they are judged while values may be unknown.
//!
//! They see what was written and never planned defaults, because that is what Kibana's own cross checks see.
//! One that needs an unknown value is undecided. Fields are named as in HCL; a secret is `secrets.NAME`.

use crate::value::Value;

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
    /// All of them hold.
    All(&'static [Condition]),
    /// At least one of them holds.
    Any(&'static [Condition]),
    /// It does not hold.
    Not(&'static Condition),
}

/// The field was written with this text.
pub const fn is(field: &'static str, text: &'static str) -> Condition {
    Condition::Is(field, Lit::Text(text))
}

/// The field was written with this text, or left out and means it.
pub const fn is_or_unset(field: &'static str, text: &'static str) -> Condition {
    Condition::IsOrUnset(field, Lit::Text(text))
}

/// The flag was written as true.
pub const fn on(field: &'static str) -> Condition {
    Condition::Is(field, Lit::Flag(true))
}

/// The flag was written as false.
pub const fn off(field: &'static str) -> Condition {
    Condition::Is(field, Lit::Flag(false))
}

/// The flag was written as false, or left out and means it.
pub const fn off_or_unset(field: &'static str) -> Condition {
    Condition::IsOrUnset(field, Lit::Flag(false))
}

/// The field was written.
pub const fn set(field: &'static str) -> Condition {
    Condition::Set(field)
}

/// All of them hold.
pub const fn all(conditions: &'static [Condition]) -> Condition {
    Condition::All(conditions)
}

/// At least one of them holds.
pub const fn any(conditions: &'static [Condition]) -> Condition {
    Condition::Any(conditions)
}

/// It does not hold.
pub const fn not(condition: &'static Condition) -> Condition {
    Condition::Not(condition)
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

/// What the user wrote, by field name.
pub trait Written {
    /// The value of a field, `NAME` or `secrets.NAME`; null where it was left out.
    fn get(&self, field: &str) -> &Value;

    /// Whether the field was written.
    fn has(&self, field: &str) -> Truth {
        match self.get(field) {
            value if value.is_null() => Truth::No,
            value if value.is_surely_set() => Truth::Yes,
            _ => Truth::Undecided,
        }
    }
}

impl Condition {
    /// Whether it holds for what was written.
    pub fn judge(&self, written: &dyn Written) -> Truth {
        let is = |field: &str, lit: Lit, if_unset| match written.get(field) {
            value if value.is_null() => if_unset,
            value if value.is_unknown() => Truth::Undecided,
            value => lit.equals(value).into(),
        };
        match self {
            Self::Always => Truth::Yes,
            Self::Is(field, lit) => is(field, *lit, Truth::No),
            Self::IsOrUnset(field, lit) => is(field, *lit, Truth::Yes),
            Self::Set(field) => written.has(field),
            Self::All(conditions) => Truth::all(conditions.iter().map(|one| one.judge(written))),
            Self::Any(conditions) => Truth::any(conditions.iter().map(|one| one.judge(written))),
            Self::Not(condition) => condition.judge(written).not(),
        }
    }

    /// The fields that it names.
    pub fn fields(&self) -> Vec<&'static str> {
        match self {
            Self::Always => Vec::new(),
            Self::Is(field, _) | Self::IsOrUnset(field, _) | Self::Set(field) => vec![field],
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().flat_map(Condition::fields).collect()
            }
            Self::Not(condition) => condition.fields(),
        }
    }

    /// It as the end of a sentence about what it demands: ` while `service` is "exchange_server"`.
    pub(super) fn phrase(&self) -> String {
        let mut phrase = String::new();
        for clause in self.clauses(false) {
            let glue = match clause.starts_with("unless") {
                _ if phrase.is_empty() => " ",
                true => ", ",
                false => " and ",
            };
            phrase.push_str(glue);
            phrase.push_str(&clause);
        }
        phrase
    }

    fn clauses(&self, negated: bool) -> Vec<String> {
        let word = if negated { "unless" } else { "while" };
        match self {
            Self::Always => Vec::new(),
            Self::Is(field, lit) => vec![format!("{word} `{}` is {lit}", plain_name(field))],
            Self::IsOrUnset(field, lit) => {
                vec![format!("{word} `{}` is {lit}, as it is when left out", plain_name(field))]
            }
            Self::Set(field) => vec![format!("{word} `{}` is set", plain_name(field))],
            Self::All(conditions) => conditions.iter().flat_map(|one| one.clauses(negated)).collect(),
            Self::Any(conditions) => {
                vec![conditions.iter().flat_map(|one| one.clauses(negated)).collect::<Vec<_>>().join(" or ")]
            }
            Self::Not(condition) => condition.clauses(!negated),
        }
    }
}

/// The name of a field as its own block has it.
pub(super) fn plain_name(field: &str) -> &str {
    field.strip_prefix("secrets.").unwrap_or(field)
}

impl Lit {
    fn equals(self, value: &Value) -> bool {
        match self {
            Self::Text(text) => value.as_str() == Some(text),
            Self::Flag(flag) => value.as_bool() == Some(flag),
        }
    }
}

impl std::fmt::Display for Lit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(f, "\"{text}\""),
            Self::Flag(flag) => write!(f, "{flag}"),
        }
    }
}

impl Truth {
    pub(super) fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Undecided => Self::Undecided,
        }
    }

    pub(super) fn all(truths: impl Iterator<Item = Self>) -> Self {
        let mut result = Self::Yes;
        for truth in truths {
            match truth {
                Self::No => return Self::No,
                Self::Undecided => result = Self::Undecided,
                Self::Yes => {}
            }
        }
        result
    }

    pub(super) fn any(truths: impl Iterator<Item = Self>) -> Self {
        Self::all(truths.map(Self::not)).not()
    }
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
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

    fn judge(condition: Condition, fields: &[(&str, Value)]) -> Truth {
        condition.judge(&Fields(Value::object(fields.iter().cloned())))
    }

    const EITHER: Condition = any(&[set("a"), set("b")]);
    const UNLESS_KEY: Condition = not(&set("secrets.key"));

    #[test]
    fn an_unknown_value_leaves_a_condition_undecided_only_where_it_matters() {
        assert_eq!(judge(EITHER, &[("a", Value::text("x")), ("b", Value::unknown())]), Truth::Yes);
        assert_eq!(judge(EITHER, &[("b", Value::unknown())]), Truth::Undecided);
        let promised = Value::Unknown(crate::value::Unknown::not_null());
        assert_eq!(judge(EITHER, &[("b", promised)]), Truth::Yes);
        assert_eq!(judge(not(&EITHER), &[]), Truth::Yes);
    }

    #[test]
    fn a_default_that_was_not_written_counts_only_where_asked() {
        assert_eq!(judge(off("auth"), &[]), Truth::No);
        assert_eq!(judge(off_or_unset("auth"), &[]), Truth::Yes);
        assert_eq!(judge(off_or_unset("auth"), &[("auth", Value::Bool(true))]), Truth::No);
    }

    #[test]
    fn a_condition_reads_as_the_end_of_a_sentence() {
        const BOTH: Condition = all(&[on("auth"), not(&is("service", "x"))]);
        for (condition, phrase) in [
            (Condition::Always, ""),
            (is("service", "x"), " while `service` is \"x\""),
            (off_or_unset("auth"), " while `auth` is false, as it is when left out"),
            (UNLESS_KEY, " unless `key` is set"),
            (BOTH, " while `auth` is true, unless `service` is \"x\""),
        ] {
            assert_eq!(condition.phrase(), phrase);
        }
    }
}
