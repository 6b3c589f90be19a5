//! Which events are worth writing, from Terraform's environment variables.

use tracing::level_filters::LevelFilter;

use crate::plugin::Program;

/// The least severe level that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level(LevelFilter);

impl Level {
    /// Reads the level through `get`.
    ///
    /// `TF_LOG_PROVIDER` goes before `TF_LOG`; `TF_LOG_PROVIDER_` with the provider's type can only ask for
    /// less, since Terraform throws away what is below its own level.
    pub fn from_environment(program: Program, get: impl Fn(&str) -> Option<String>) -> Self {
        let filled = |name: &str| get(name).filter(|value| !value.is_empty());
        let Some(host) = filled("TF_LOG_PROVIDER").or_else(|| filled("TF_LOG")) else {
            return Self(LevelFilter::OFF);
        };
        // Terraform takes a word it does not know for TRACE, and JSON means everything, as JSON.
        let host = parse(&host).unwrap_or(LevelFilter::TRACE);
        let own = format!("TF_LOG_PROVIDER_{}", program.type_name().to_ascii_uppercase());
        let own = filled(&own).and_then(|own| parse(&own));
        Self(own.map_or(host, |own| own.min(host)))
    }

    /// `None` when nothing is to be written.
    pub(super) fn tracing(self) -> Option<tracing::Level> {
        self.0.into_level()
    }
}

fn parse(word: &str) -> Option<LevelFilter> {
    Some(match word.to_ascii_uppercase().as_str() {
        "JSON" | "TRACE" => LevelFilter::TRACE,
        "DEBUG" => LevelFilter::DEBUG,
        "INFO" => LevelFilter::INFO,
        "WARN" => LevelFilter::WARN,
        "ERROR" => LevelFilter::ERROR,
        "OFF" => LevelFilter::OFF,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plugin::program::EXAMPLE;

    fn check(tf_log: &str, provider: &str, own: &str, expected: LevelFilter) {
        let level = Level::from_environment(EXAMPLE, |name| match name {
            "TF_LOG" => Some(tf_log.to_owned()),
            "TF_LOG_PROVIDER" => Some(provider.to_owned()),
            "TF_LOG_PROVIDER_EXAMPLE" => Some(own.to_owned()),
            _ => None,
        });
        assert_eq!(level, Level(expected), "{tf_log} {provider} {own}");
    }

    #[test]
    fn the_nearer_variable_wins_and_the_own_one_narrows() {
        check("", "", "", LevelFilter::OFF);
        check("debug", "", "", LevelFilter::DEBUG);
        check("TRACE", "WARN", "", LevelFilter::WARN);
        check("TRACE", "OFF", "", LevelFilter::OFF);
        check("JSON", "", "", LevelFilter::TRACE);
        check("loud", "", "", LevelFilter::TRACE);
        check("TRACE", "", "ERROR", LevelFilter::ERROR);
        check("WARN", "", "TRACE", LevelFilter::WARN);
        check("", "", "TRACE", LevelFilter::OFF);
        check("INFO", "", "loud", LevelFilter::INFO);
    }
}
