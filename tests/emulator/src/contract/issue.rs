//! What is wrong with a value, and how each generation of Kibana words it.
//!
//! `schema` collects issues; `Texts` turns them into the message's tail. Up to 9.1 (kbn-config-schema) only
//! the first one is told, `[a.b]: text`; from 9.4 (zod v4) all are, shallow ones first, one per line.

use crate::options::Release;

/// One step towards a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Key(String),
    Index(usize),
}

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub(crate) struct Issue {
    pub(crate) path: Vec<Step>,
    pub(crate) fault: Fault,
}

/// What is wrong, in no generation's words yet.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// Another JSON type than expected. Both are JavaScript's names; a missing value is `undefined`.
    Type {
        expected: &'static str,
        received: &'static str,
    },
    /// Not one of the allowed texts.
    Options(Vec<String>),
    /// Not the only text, or the null, that is allowed.
    NotEqual(String),
    /// None of several alternatives fits; the first issue with each.
    Alternatives(Vec<Issue>),
    /// Nothing where a choice must be made.
    NoChoice,
    /// Text that should hold JSON of this type.
    Unparsable(&'static str),
    /// No object; what was found instead.
    NoObject(&'static str),
    ShorterThan(usize),
    LongerThan(usize, usize),
    LessThan(u32),
    GreaterThan(u32),
    MoreItemsThan(usize, usize),
    UnknownKeys(Vec<String>),
    NoUrl,
    /// No shape of a choice fits.
    NoShape,
    Own(String),
}

/// The two generations of texts that are played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Texts {
    /// kbn-config-schema, up to about 9.1.
    ConfigSchema,
    /// zod v4, from 9.4.
    Zod,
}

impl Texts {
    pub(crate) fn of(release: Release) -> Self {
        if release == Release::Old { Self::ConfigSchema } else { Self::Zod }
    }

    /// What messages call a connector.
    pub(crate) fn noun(self) -> &'static str {
        if self == Self::ConfigSchema { "action" } else { "connector" }
    }

    /// The message's tail for the issues of one object, which are at least one.
    pub(crate) fn message(self, mut issues: Vec<Issue>) -> String {
        match self {
            Self::ConfigSchema => issues.first().map(old_line).unwrap_or_default(),
            Self::Zod => {
                issues.sort_by_key(|issue| issue.path.len());
                issues.iter().map(new_line).collect::<Vec<_>>().join("\n")
            }
        }
    }

    /// A rule that Kibana judges inside its schema.
    pub(crate) fn schema_rule(self, message: &str) -> String {
        if self == Self::Zod { format!("✖ {message}") } else { message.to_owned() }
    }
}

fn old_line(issue: &Issue) -> String {
    let mut path = issue.path.clone();
    let text = match &issue.fault {
        Fault::Type { expected, received } if *received == "NaN" => {
            format!("expected value of type [{expected}] but got [string]")
        }
        Fault::Type { expected, received } => {
            format!("expected value of type [{expected}] but got [{received}]")
        }
        // The lines of an alternative that is itself a choice are set in by one blank.
        Fault::Alternatives(issues) => {
            let lines: Vec<String> = issues
                .iter()
                .map(|issue| format!("- {}", old_line(issue).replace("\n- ", "\n - ")))
                .collect();
            format!("types that failed validation:\n{}", lines.join("\n"))
        }
        // `schema` tells a choice as alternatives here.
        Fault::Options(allowed) => format!("expected value to equal [{}]", allowed.join("|")),
        Fault::NotEqual(value) => format!("expected value to equal [{value}]"),
        Fault::Unparsable(kind) => format!("could not parse {kind} value from json input"),
        Fault::NoObject(found) => format!("expected a plain object value, but found [{found}] instead."),
        Fault::ShorterThan(length) => {
            format!("value has length [0] but it must have a minimum length of [{length}].")
        }
        Fault::LongerThan(length, actual) => {
            format!("value has length [{actual}] but it must have a maximum length of [{length}].")
        }
        Fault::LessThan(limit) => format!("Value must be equal to or greater than [{limit}]."),
        Fault::GreaterThan(limit) => format!("Value must be equal to or lower than [{limit}]."),
        Fault::MoreItemsThan(limit, actual) => {
            format!("array size is [{actual}], but cannot be greater than [{limit}]")
        }
        Fault::UnknownKeys(keys) => {
            path.extend(keys.first().cloned().map(Step::Key));
            "definition for this key is missing".to_owned()
        }
        Fault::NoUrl => "expected URI with scheme [http|https].".to_owned(),
        Fault::NoChoice | Fault::NoShape => {
            "expected at least one defined value but got [undefined]".to_owned()
        }
        Fault::Own(text) => text.clone(),
    };
    if path.is_empty() { text } else { format!("[{}]: {text}", dotted(&path)) }
}

fn new_line(issue: &Issue) -> String {
    let quoted = |values: &[String], between: &str| {
        values.iter().map(|value| format!("\"{value}\"")).collect::<Vec<_>>().join(between)
    };
    let text = match &issue.fault {
        Fault::Type { expected, received } => {
            format!("Invalid input: expected {expected}, received {received}")
        }
        Fault::Options(allowed) if allowed.len() == 1 => {
            format!("Invalid input: expected {}", quoted(allowed, ""))
        }
        Fault::Options(allowed) => format!("Invalid option: expected one of {}", quoted(allowed, "|")),
        Fault::ShorterThan(length) => format!("Too small: expected string to have >={length} characters"),
        Fault::LongerThan(length, _) => format!("Too big: expected string to have <={length} characters"),
        Fault::LessThan(limit) => format!("Too small: expected number to be >={limit}"),
        Fault::GreaterThan(limit) => format!("Too big: expected number to be <={limit}"),
        Fault::MoreItemsThan(limit, _) => format!("Too big: expected array to have <={limit} items"),
        Fault::UnknownKeys(keys) if keys.len() == 1 => format!("Unrecognized key: {}", quoted(keys, "")),
        Fault::UnknownKeys(keys) => format!("Unrecognized keys: {}", quoted(keys, ", ")),
        Fault::NoUrl => "Invalid URL".to_owned(),
        // The others are the older generation's own.
        Fault::NoShape
        | Fault::NotEqual(_)
        | Fault::Alternatives(_)
        | Fault::NoChoice
        | Fault::Unparsable(_)
        | Fault::NoObject(_) => "Invalid input".to_owned(),
        Fault::Own(text) => text.clone(),
    };
    if issue.path.is_empty() {
        format!("✖ {text}")
    } else {
        format!("✖ {text}\n  → at {}", script(&issue.path))
    }
}

/// `mappings.alertIdConfig.id`, list items by number.
fn dotted(path: &[Step]) -> String {
    path.iter()
        .map(|step| match step {
            Step::Key(key) => key.clone(),
            Step::Index(at) => at.to_string(),
        })
        .collect::<Vec<_>>()
        .join(".")
}

/// A path as JavaScript would be written: `allowedChannels[0].name`, `headers["X-Key"]`.
fn script(path: &[Step]) -> String {
    let mut out = String::new();
    for step in path {
        match step {
            Step::Index(at) => out.push_str(&format!("[{at}]")),
            Step::Key(key) if key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$') => {
                if !out.is_empty() {
                    out.push('.');
                }
                out.push_str(key);
            }
            Step::Key(key) => out.push_str(&format!("[{}]", serde_json::Value::from(key.as_str()))),
        }
    }
    out
}
