//! Where a setting comes from: the provider block, or else an environment variable.

use std::ffi::OsString;

use crate::diag::Diagnostics;
use crate::value::{Path, Value};

/// The environment, as a function so that tests bring their own.
pub(super) type Environment<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// A setting's text and where it stands.
#[derive(Clone)]
pub(super) struct Setting {
    pub(super) text: String,
    pub(super) source: Source,
}

impl Setting {
    /// The setting without white space around it: `file()` keeps the line break at the end of a file.
    pub(super) fn trimmed(self) -> Self {
        Self { text: self.text.trim().to_owned(), ..self }
    }
}

/// Where a setting stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// An argument of the provider block.
    Argument(&'static str),
    /// An environment variable.
    Variable(&'static str),
}

impl Source {
    /// As people call it, inside a sentence.
    pub(super) fn name(self) -> String {
        match self {
            Self::Argument(name) => format!("`{name}`"),
            Self::Variable(name) => format!("the environment variable {name}"),
        }
    }

    /// As people call it, at the beginning of a sentence.
    pub(super) fn subject(self) -> String {
        match self {
            Self::Argument(name) => format!("`{name}`"),
            Self::Variable(name) => format!("The environment variable {name}"),
        }
    }

    /// The path to point at; the provider block as a whole for a variable.
    pub(super) fn path(self) -> Path {
        match self {
            Self::Argument(name) => Path::of(name),
            Self::Variable(_) => Path::root(),
        }
    }
}

/// The text of an argument; none where it is null, unknown or not text.
pub(super) fn argument(config: &Value, name: &'static str) -> Option<Setting> {
    let text = config.get(name).as_str()?.to_owned();
    Some(Setting { text, source: Source::Argument(name) })
}

/// The text of an environment variable; none where it is unset, empty or not UTF-8.
pub(super) fn variable(environment: Environment<'_>, name: &'static str) -> Option<Setting> {
    let text = environment(name)?.into_string().ok().filter(|text| !text.is_empty())?;
    Some(Setting { text, source: Source::Variable(name) })
}

/// The argument, or else the variable.
pub(super) fn either(
    config: &Value,
    name: &'static str,
    environment: Environment<'_>,
    variable_name: &'static str,
) -> Option<Setting> {
    argument(config, name).or_else(|| variable(environment, variable_name))
}

/// Warns of variables that count as unset because nobody can read them.
pub(super) fn warn_of_unreadable(environment: Environment<'_>, names: &[&str], found: &mut Diagnostics) {
    let unreadable = |name: &&&str| environment(name).is_some_and(|value| value.to_str().is_none());
    for name in names.iter().filter(unreadable) {
        let detail = format!(
            "The environment variable {name} holds bytes that are not UTF-8 text, so it counts as unset. Set it to text, or \
             unset it."
        );
        found.warning(Path::root(), format!("{name} is ignored"), detail);
    }
}

/// A whole number within bounds; the default where it is left out, nothing where it is wrong.
pub(super) fn whole_number(
    config: &Value,
    name: &'static str,
    default: u64,
    (least, most): (u64, u64),
    found: &mut Diagnostics,
) -> Option<u64> {
    let Some(number) = config.get(name).as_number() else { return Some(default) };
    let within = number.as_u64().filter(|number| (least..=most).contains(number));
    if within.is_none() {
        let detail = format!("`{name}` must be a whole number from {least} to {most}, not {number}.");
        found.error(Path::of(name), format!("Invalid {name}"), detail);
    }
    within
}
