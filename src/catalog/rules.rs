//! Rules between the fields of a connector type, and the sentences that say how one is broken.
//!
//! A rule says: when this holds, that is demanded. Both are judged over what the user wrote (see
//! `condition`), and a rule that needs an unknown value stays silent. The words read as a sentence:
//! `when(is("service", "exchange_server")).requires(&["client_id"])`. A finding says what is wrong; `check`
//! adds the path.

use super::condition::{Condition, Truth, Written, plain_name};

/// One rule.
#[derive(Debug)]
pub struct Rule {
    /// When it applies.
    pub when: Condition,
    /// What is demanded then.
    pub demand: Demand,
    /// What to say in whole sentences: everything for `Passes`, `RequiresAny` and `Must`; advice after the
    /// generated sentence for the others, and empty for none.
    pub says: &'static str,
    /// Whether breaking it is an error or a warning.
    pub level: Level,
    /// Whether Kibana accepts what breaks it although it cannot work: worth a word only when something is
    /// sent.
    pub only_when_sending: bool,
}

/// How bad it is to break a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Every Kibana that knows the fields refuses it.
    Error,
    /// Some Kibana may accept it.
    Warning,
}

/// What a rule demands.
#[derive(Clone, Copy, Debug)]
pub enum Demand {
    /// Each of these fields is written.
    Requires(&'static [&'static str]),
    /// At least one of these secrets is written.
    RequiresAny(&'static [&'static str]),
    /// None of these fields is written.
    Forbids(&'static [&'static str]),
    /// All of these fields are written, or none.
    Together(&'static [&'static str]),
    /// The secrets written among all those named here are exactly one of these combinations.
    OneOf(&'static [Combination]),
    /// The text, if written, is a URL that Kibana can parse.
    Url(&'static str),
    /// The text, if written, passes this test.
    Passes(&'static str, fn(&str) -> bool),
    /// This holds; the message points at this attribute.
    Must(Condition, &'static str),
}

/// Fields that belong together: those that are needed, and those that may be added.
pub type Combination = (&'static [&'static str], &'static [&'static str]);

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
    const fn demands(self, demand: Demand, says: &'static str) -> Rule {
        Rule { when: self.0, demand, says, level: Level::Error, only_when_sending: false }
    }

    /// Each of these fields must be written. Those that are secrets are missed only in plans that create or
    /// update, since an imported connector has no secrets in its configuration yet.
    pub const fn requires(self, fields: &'static [&'static str]) -> Rule {
        self.demands(Demand::Requires(fields), "")
    }

    /// One of these secrets must be written at least; missed only in plans that create or update.
    pub const fn requires_any(self, secrets: &'static [&'static str], says: &'static str) -> Rule {
        self.demands(Demand::RequiresAny(secrets), says)
    }

    /// None of these fields may be written.
    pub const fn forbids(self, fields: &'static [&'static str]) -> Rule {
        self.demands(Demand::Forbids(fields), "")
    }

    /// These fields are written all together or not at all.
    pub const fn together(self, fields: &'static [&'static str]) -> Rule {
        self.demands(Demand::Together(fields), "")
    }

    /// The secrets that are written must be one of these combinations.
    pub const fn one_of(self, combinations: &'static [Combination]) -> Rule {
        self.demands(Demand::OneOf(combinations), "")
    }

    /// The text must be a URL. Where that always holds, the field itself says it: `url("api_url")`.
    pub const fn parses(self, field: &'static str) -> Rule {
        self.demands(Demand::Url(field), "")
    }

    /// The text must pass this test.
    pub const fn passes(self, field: &'static str, test: fn(&str) -> bool, says: &'static str) -> Rule {
        self.demands(Demand::Passes(field, test), says)
    }

    /// This must hold; the message points at this attribute.
    pub const fn must(self, holds: Condition, at: &'static str, says: &'static str) -> Rule {
        self.demands(Demand::Must(holds, at), says)
    }
}

impl Rule {
    /// Breaking it is only worth a warning.
    pub const fn warning(mut self) -> Self {
        self.level = Level::Warning;
        self
    }

    /// Kibana accepts what breaks it although it cannot work.
    pub const fn accepted_but_useless(mut self) -> Self {
        self.level = Level::Warning;
        self.only_when_sending = true;
        self
    }

    /// What to add to the generated sentence.
    pub const fn advice(mut self, says: &'static str) -> Self {
        self.says = says;
        self
    }
}

/// How a rule is broken for certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The attribute that it points at.
    pub at: &'static str,
    /// What kind of fault it is; empty where the rule's own message says it.
    pub title: &'static str,
    /// What is wrong and what would be right: whole sentences.
    pub text: String,
    /// Whether it is about a secret that is not there.
    pub demands_secret: bool,
}

impl Rule {
    /// How it is broken for certain; empty while it is kept, or undecided.
    #[must_use]
    pub fn findings(&self, written: &dyn Written) -> Vec<Finding> {
        if self.when.judge(written) != Truth::Yes {
            return Vec::new();
        }
        let lacks = |field: &&'static str| written.has(field) == Truth::No;
        let has = |field: &&'static str| written.has(field) == Truth::Yes;
        match self.demand {
            Demand::Requires(fields) => {
                fields.iter().copied().filter(lacks).map(|field| self.missing(field)).collect()
            }
            Demand::RequiresAny(secrets) => {
                let none = secrets.iter().all(lacks);
                none.then(|| self.finding("secrets", "Missing secrets", String::new(), true))
                    .into_iter()
                    .collect()
            }
            Demand::Forbids(fields) => fields
                .iter()
                .copied()
                .filter(has)
                .map(|field| {
                    let text = format!("`{}` must be left out{}.", plain_name(field), self.when.phrase());
                    self.finding(field, "Conflicting arguments", text, false)
                })
                .collect(),
            Demand::Together(fields) => {
                let there: Vec<_> = fields.iter().copied().filter(has).collect();
                let missing = fields.iter().copied().filter(lacks).filter(|_| !there.is_empty());
                missing.map(|field| self.missing_beside(field, &there)).collect()
            }
            Demand::OneOf(combinations) => self.misfit(combinations, written),
            Demand::Url(field) => match written.get(field).as_str() {
                Some(text) if !is_url(text) => {
                    vec![self.finding(field, "Invalid URL", not_a_url(field, ""), false)]
                }
                _ => Vec::new(),
            },
            Demand::Passes(field, test) => match written.get(field).as_str() {
                Some(text) if !test(text) => vec![self.finding(field, "", String::new(), false)],
                _ => Vec::new(),
            },
            Demand::Must(holds, at) => match holds.judge(written) {
                Truth::No => vec![self.finding(at, "", String::new(), false)],
                Truth::Yes | Truth::Undecided => Vec::new(),
            },
        }
    }

    /// The fields that it names.
    pub fn fields(&self) -> Vec<&'static str> {
        let demanded = match self.demand {
            Demand::Requires(fields)
            | Demand::RequiresAny(fields)
            | Demand::Forbids(fields)
            | Demand::Together(fields) => fields.to_vec(),
            Demand::OneOf(combinations) => members(combinations),
            Demand::Url(field) | Demand::Passes(field, _) => vec![field],
            Demand::Must(holds, at) => [holds.fields(), vec![at]].concat(),
        };
        [self.when.fields(), demanded].concat()
    }

    fn finding(&self, at: &'static str, title: &'static str, text: String, demands_secret: bool) -> Finding {
        let text = [text.as_str(), self.says].into_iter().filter(|part| !part.is_empty());
        Finding { at, title, text: text.collect::<Vec<_>>().join(" "), demands_secret }
    }

    fn missing(&self, field: &'static str) -> Finding {
        let is_secret = field.starts_with("secrets.");
        let mut text = format!("`{}` is required{}.", plain_name(field), self.when.phrase());
        if is_secret {
            text.push_str(" Add it to the `secrets` block or to `secrets_wo`.");
        }
        self.finding(field, if is_secret { "Missing secret" } else { "Missing argument" }, text, is_secret)
    }

    fn missing_beside(&self, field: &'static str, there: &[&str]) -> Finding {
        let title = if field.starts_with("secrets.") { "Missing secret" } else { "Missing argument" };
        let (verb, pronoun) = if there.len() == 1 { ("is", "it") } else { ("are", "them") };
        let text = format!(
            "{} {verb} set without `{}`, which belongs with {pronoun}. Set them together, or not at all.",
            list(there, "and"),
            plain_name(field)
        );
        self.finding(field, title, text, false)
    }

    /// Secrets that are none of the combinations: one that is missing, or some that cannot be used together.
    fn misfit(&self, combinations: &'static [Combination], written: &dyn Written) -> Vec<Finding> {
        let fields = members(combinations);
        let fits = |&(needed, more): &Combination| {
            Truth::all(fields.iter().map(|field| match written.has(field) {
                set if needed.contains(field) => set,
                _ if more.contains(field) => Truth::Yes,
                set => set.not(),
            }))
        };
        if Truth::any(combinations.iter().map(fits)) != Truth::No {
            return Vec::new();
        }
        let there: Vec<_> = fields.iter().copied().filter(|field| written.has(field) == Truth::Yes).collect();
        let begun: Vec<_> = combinations
            .iter()
            .filter(|(needed, more)| there.iter().all(|field| needed.contains(field) || more.contains(field)))
            .collect();
        let lacks = |needed: &'static [&'static str]| {
            needed.iter().copied().filter(|field| written.has(field) == Truth::No)
        };
        match begun[..] {
            [(needed, _)] => lacks(needed).map(|field| self.missing_beside(field, &there)).collect(),
            [] => {
                let choices: Vec<_> = combinations
                    .iter()
                    .filter(|(needed, _)| !needed.is_empty())
                    .map(|(needed, more)| match more {
                        [] => list(needed, "and"),
                        more => format!("{} (and optionally {})", list(needed, "and"), list(more, "and")),
                    })
                    .collect();
                let text = format!(
                    "{} cannot be used together. Set one of these, or none: {}.",
                    list(&there, "and"),
                    choices.join("; ")
                );
                vec![self.finding("secrets", "Conflicting secrets", text, false)]
            }
            _ => {
                let missing: Vec<_> =
                    begun.iter().map(|(needed, _)| list(&lacks(needed).collect::<Vec<_>>(), "and")).collect();
                let text = format!(
                    "{} is set without what belongs with it: {}.",
                    list(&there, "and"),
                    missing.join(", or ")
                );
                vec![self.finding("secrets", "Missing secret", text, false)]
            }
        }
    }
}

/// All fields of some combinations, each once.
fn members(combinations: &'static [Combination]) -> Vec<&'static str> {
    let mut members = Vec::new();
    for field in combinations.iter().flat_map(|(needed, more)| needed.iter().chain(*more).copied()) {
        if !members.contains(&field) {
            members.push(field);
        }
    }
    members
}

/// Fields in a sentence: `` `a`, `b` and `c` ``.
fn list(fields: &[&str], last: &str) -> String {
    let quoted: Vec<_> = fields.iter().map(|field| format!("`{}`", plain_name(field))).collect();
    match quoted.split_last() {
        Some((only, [])) => only.clone(),
        Some((end, others)) => format!("{} {last} {end}", others.join(", ")),
        None => String::new(),
    }
}

/// What is wrong with a text that is not a URL.
pub(super) fn not_a_url(field: &str, example: &str) -> String {
    let example = if example.is_empty() { "https://example.com/path" } else { example };
    format!(
        "Kibana cannot parse `{}` as a URL. Write it with its scheme, as in `{example}`.",
        plain_name(field)
    )
}

/// Whether Kibana can parse the text as a URL (the WHATWG rules, as JavaScript's `URL` has them).
pub(super) fn is_url(text: &str) -> bool {
    url::Url::parse(text).is_ok()
}

/// Whether Kibana can parse the text as a URL of the web, which is what its checks for language models ask
/// for.
pub(super) fn is_http_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

/// Whether the text is JSON for an object with at least one key.
pub(super) fn is_filled_json_object(text: &str) -> bool {
    matches!(serde_json::from_str(text), Ok(serde_json::Value::Object(object)) if !object.is_empty())
}

#[cfg(test)]
mod tests;
