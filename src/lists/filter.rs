//! Which connectors are meant: the filters that the lists, a data source and the `export` command have in
//! common.
//!
//! They are judged here and not by Kibana, whose list of a space knows none. Expressions are those of the
//! `regex` crate, which take linear time whatever they say.

use regex::Regex;

use crate::catalog;
use crate::client::Listed;
use crate::diag::Diagnostics;
use crate::provider::check_space_id;
use crate::schema::{Attribute, Presence};
use crate::value::{Path, Type, Value};

/// The connectors that a configuration asks for.
#[derive(Debug, Default)]
pub(crate) struct Filter {
    /// Only these types; all if none are named.
    pub(crate) connector_type_ids: Option<Vec<String>>,
    /// Only those whose name this finds.
    pub(crate) name: Option<Regex>,
    /// Only those that lack their secrets, or only those that do not.
    pub(crate) is_missing_secrets: Option<bool>,
    /// Only those that are defined in Kibana's configuration file, or only those that are not.
    pub(crate) is_preconfigured: Option<bool>,
}

impl Filter {
    /// The filter that a configuration describes, in which everything is known.
    ///
    /// # Errors
    ///
    /// When an expression cannot be read.
    pub(crate) fn read(config: &Value) -> Result<Self, Diagnostics> {
        let found = check(config);
        if found.has_errors() {
            return Err(found);
        }
        let types = config.get("connector_type_ids").as_list();
        Ok(Self {
            connector_type_ids: types
                .map(|types| types.iter().filter_map(|id| id.as_str().map(str::to_owned)).collect()),
            name: config.get("name_regex").as_str().and_then(|text| Regex::new(text).ok()),
            is_missing_secrets: config.get("is_missing_secrets").as_bool(),
            is_preconfigured: config.get("is_preconfigured").as_bool(),
        })
    }

    /// Whether a connector is among those that are asked for.
    pub(crate) fn accepts(&self, connector: &Listed) -> bool {
        let is = |wanted: Option<bool>, flag: bool| wanted.is_none_or(|wanted| wanted == flag);
        let types = self.connector_type_ids.as_ref();
        types.is_none_or(|types| types.contains(&connector.connector_type_id))
            && self.name.as_ref().is_none_or(|name| name.is_match(&connector.name))
            && is(self.is_missing_secrets, connector.is_missing_secrets.unwrap_or_default())
            && is(self.is_preconfigured, connector.is_preconfigured)
    }
}

/// The space, as an argument that has the provider's as its default.
pub(crate) fn space_id() -> Attribute {
    Attribute::new("space_id", Type::Text, Presence::Optional)
        .doc("Space to look in. Defaults to the provider's space.")
}

/// The types, as an argument.
pub(crate) fn connector_type_ids() -> Attribute {
    Attribute::new("connector_type_ids", Type::List(Box::new(Type::Text)), Presence::Optional)
        .doc("Only connectors of these types, named by Kibana's IDs, such as `.email`. Left out, those of every type.")
}

/// The other filters that a list and a data source share, as arguments.
pub(crate) fn name_and_secrets() -> Vec<Attribute> {
    vec![
        Attribute::new("name_regex", Type::Text, Presence::Optional).doc(
            "Only connectors whose name this regular expression finds, anywhere in the name unless it says `^` and `$`. The \
             syntax is that of [Rust's `regex`](https://docs.rs/regex/latest/regex/#syntax).",
        ),
        Attribute::new("is_missing_secrets", Type::Bool, Presence::Optional).doc(
            "`true` for connectors that lack their secrets, as they do after an import of saved objects; `false` for those that \
             do not.",
        ),
    ]
}

/// Checks what is known of the filters.
pub(crate) fn check(config: &Value) -> Diagnostics {
    let mut found = check_space_id(config);
    if let Some(Err(error)) = config.get("name_regex").as_str().map(Regex::new) {
        found.error(
            Path::of("name_regex"),
            "Invalid regular expression",
            format!("`name_regex` cannot be read as a regular expression of Rust's `regex`:\n\n{error}"),
        );
    }
    for (index, id) in config.get("connector_type_ids").as_list().unwrap_or_default().iter().enumerate() {
        let Some((summary, detail)) = id.as_str().and_then(unknown_type) else { continue };
        let index = i64::try_from(index).unwrap_or_default();
        found.warning(Path::of("connector_type_ids").index(index), summary, detail);
    }
    found
}

/// Title and text of a warning about a type that is not known; none about one that is.
pub(crate) fn unknown_type(id: &str) -> Option<(&'static str, String)> {
    let detail = || {
        format!(
            "This version of the provider does not know the connector type {id:?}. Kibana's own IDs begin with a dot, as \
             `.email` does. If your Kibana has this type, ignore this warning."
        )
    };
    (!catalog::is_known_type(id)).then(|| ("Unknown connector type", detail()))
}

#[cfg(test)]
mod tests {
    use super::{Filter, check};
    use crate::client::Listed;
    use crate::value::{Unknown, Value};

    fn connector(json: &str) -> Listed {
        serde_json::from_str(json).expect("a connector of a list")
    }

    fn filter(entries: &[(&str, Value)]) -> Filter {
        Filter::read(&Value::object(entries.iter().cloned())).expect("a filter")
    }

    const MAIL: &str =
        r#"{"id": "1", "name": "prod mail", "connector_type_id": ".email", "is_missing_secrets": true}"#;
    const FIXED: &str =
        r#"{"id": "2", "name": "fixed", "connector_type_id": ".index", "is_preconfigured": true}"#;

    #[test]
    fn each_filter_leaves_out_what_it_does_not_mean() {
        let (mail, fixed) = (connector(MAIL), connector(FIXED));
        let ids = |ids: &[&str]| Value::List(ids.iter().map(|id| Value::text(*id)).collect());
        for (name, value, accepts) in [
            ("connector_type_ids", ids(&[".email", ".jira"]), (true, false)),
            ("connector_type_ids", ids(&[]), (false, false)),
            ("name_regex", Value::text("^prod"), (true, false)),
            ("name_regex", Value::text("i"), (true, true)),
            ("is_missing_secrets", Value::Bool(true), (true, false)),
            ("is_missing_secrets", Value::Bool(false), (false, true)),
            ("is_preconfigured", Value::Bool(true), (false, true)),
            ("is_preconfigured", Value::Null, (true, true)),
        ] {
            let filter = filter(&[(name, value.clone())]);
            assert_eq!((filter.accepts(&mail), filter.accepts(&fixed)), accepts, "{name} = {value:?}");
        }
    }

    #[test]
    fn findings_point_at_the_argument() {
        let config = Value::object([
            ("name_regex", Value::text("(")),
            ("space_id", Value::text("No Space")),
            ("connector_type_ids", Value::List([".email", "email", ".github"].map(Value::text).to_vec())),
        ]);
        let found: Vec<String> = check(&config).iter().map(|d| d.path.to_string()).collect();
        assert_eq!(found, ["space_id", "name_regex", "connector_type_ids[1]"]);
        assert!(Filter::read(&config).is_err());
        let unknown = Value::Unknown(Unknown::default());
        let names = ["name_regex", "space_id", "connector_type_ids"];
        assert!(check(&Value::object(names.map(|name| (name, unknown.clone())))).is_empty());
    }
}
