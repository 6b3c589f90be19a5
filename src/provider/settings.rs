//! Where a setting comes from: the provider block, or else an environment variable.

use crate::diag::Diagnostics;
use crate::value::{Path, Value};

/// The environment, as a function so that tests bring their own.
pub(super) type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// A setting's text and where it stands.
#[derive(Clone)]
pub(super) struct Setting {
    pub(super) text: String,
    pub(super) source: Source,
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
    /// As people call it.
    pub(super) fn name(self) -> String {
        match self {
            Self::Argument(name) => format!("`{name}`"),
            Self::Variable(name) => format!("the environment variable {name}"),
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

/// The text of an argument; none where it is null, unknown or no text.
pub(super) fn argument(config: &Value, name: &'static str) -> Option<Setting> {
    let text = config.get(name).as_str()?.to_owned();
    Some(Setting { text, source: Source::Argument(name) })
}

/// The text of an environment variable; none where it is unset or empty.
pub(super) fn variable(environment: Environment<'_>, name: &'static str) -> Option<Setting> {
    let text = environment(name).filter(|text| !text.is_empty())?;
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
