//! The list of a space's connectors: no pages, preconfigured ones included, ordered by name.

use std::cmp::Ordering;

use serde_json::Value;

use super::envelope::{self, Answering};
use super::reply::Reply;
use super::{Call, inference};
use crate::contract::Object;
use crate::options::{Preconfigured, Release, Rights};

pub(crate) fn list(call: &Call<'_>) -> Result<Reply, Reply> {
    if call.rights == Rights::Nothing {
        return Err(Reply::error(403, "Unauthorized to get actions"));
    }
    let stored = call.state.connectors.values().filter(|one| one.space == call.space);
    let mut items: Vec<Object> = stored
        .map(|one| envelope::stored(call, one, Answering::Read))
        .chain(preconfigured(call).map(|one| envelope::preconfigured(call, one)))
        .collect();
    for item in &mut items {
        let count = item.get("id").and_then(Value::as_str).and_then(|id| call.state.references.get(id));
        item.insert("referenced_by_count".to_owned(), count.copied().unwrap_or_default().into());
    }
    items.sort_by(|a, b| locale_compare(name(a), name(b)));
    Ok(Reply::ok(Value::Array(items.into_iter().map(Value::Object).collect())))
}

/// Those from the configuration file. From 9.4 an `.inference` one whose endpoint is missing is left out.
fn preconfigured<'a>(call: &'a Call<'_>) -> impl Iterator<Item = &'a Preconfigured> {
    call.options.preconfigured.iter().filter(|one| {
        let config = one.exposed_config.clone().unwrap_or_default();
        call.state.release == Release::Old
            || one.connector_type_id != ".inference"
            || call.state.endpoints.contains(&inference::endpoint(&config))
    })
}

fn name(item: &Object) -> &str {
    item.get("name").and_then(Value::as_str).unwrap_or_default()
}

/// Nearly JavaScript's `localeCompare`: blanks, then signs, digits and letters, in any case; small letters
/// first where nothing else differs.
pub(crate) fn locale_compare(a: &str, b: &str) -> Ordering {
    let weigh = |text: &str| -> Vec<(u8, String)> {
        text.chars()
            .map(|c| {
                let class = match c {
                    c if c.is_whitespace() => 0,
                    c if c.is_numeric() => 2,
                    c if c.is_alphabetic() => 3,
                    _ => 1,
                };
                (class, c.to_lowercase().collect())
            })
            .collect()
    };
    weigh(a).cmp(&weigh(b)).then_with(|| b.cmp(a))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_is_not_that_of_bytes() {
        let mut names =
            ["ServiceNow#xyz", "preconfigured_a", "Notification", "My Connector", "a b", "a-b", "a1"];
        names.sort_by(|a, b| locale_compare(a, b));
        assert_eq!(
            names,
            ["a b", "a-b", "a1", "My Connector", "Notification", "preconfigured_a", "ServiceNow#xyz"]
        );
        assert_eq!(locale_compare("a", "A"), Ordering::Less);
    }
}
