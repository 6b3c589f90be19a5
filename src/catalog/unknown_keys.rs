//! Keys of Kibana's `config` that a type's table does not know: a newer Kibana has them.
//!
//! They are kept beside the state and sent back unchanged with the next update. That goes for keys inside
//! objects and list items that the table knows, too: what belongs to an item is sent with the item whose
//! known fields are the same as before. Kept is an object in the shape of `config`: an unknown key with its
//! value, a known object with what is unknown in it, a known list as items of `{"known": …, "unknown": …}`.

use serde_json::{Map, Value as Json, json};

use super::codec::{decode, equal};
use super::vocabulary::{ConnectorType, Field, Kind};
use crate::value::Value;

impl ConnectorType {
    /// What the block does not know of an answer's `config`.
    #[must_use]
    pub fn unknown_part(&self, config: &Map<String, Json>) -> Map<String, Json> {
        let mut unknown = unknown(self.config, config);
        self.fixed.iter().for_each(|(key, _)| drop(unknown.remove(*key)));
        unknown
    }

    /// What the block knows of an answer's `config`.
    #[must_use]
    pub fn known_part(&self, config: &Map<String, Json>) -> Map<String, Json> {
        let mut known = known(self.config, config);
        let fixed = self.fixed.iter().filter_map(|(key, _)| config.get_key_value(*key));
        known.extend(fixed.map(|(key, json)| (key.clone(), json.clone())));
        known
    }

    /// Puts what was kept of an answer back into the `config` that is going to be sent.
    pub fn restore(&self, config: &mut Map<String, Json>, kept: &Map<String, Json>) {
        restore(self.config, config, kept);
    }
}

fn unknown(fields: &'static [Field], config: &Map<String, Json>) -> Map<String, Json> {
    let mut found = Map::new();
    for (key, json) in config {
        let Some(field) = fields.iter().find(|field| field.json_key() == *key) else {
            found.insert(key.clone(), json.clone());
            continue;
        };
        let inside = match field.kind {
            Kind::Object(inner) => {
                let inside = json.as_object().map(|object| unknown(inner, object));
                inside.filter(|inside| !inside.is_empty()).map(Json::Object)
            }
            Kind::Objects(inner, _) => {
                let items = json.as_array().into_iter().flatten().filter_map(Json::as_object);
                let found: Vec<_> = items.filter_map(|item| unknown_of_item(inner, item)).collect();
                (!found.is_empty()).then_some(Json::Array(found))
            }
            Kind::Text(_) | Kind::Number(_) | Kind::Flag | Kind::TextMap(_) | Kind::AnyObject => None,
        };
        found.extend(inside.map(|inside| (key.clone(), inside)));
    }
    found
}

fn unknown_of_item(fields: &'static [Field], item: &Map<String, Json>) -> Option<Json> {
    let unknown = unknown(fields, item);
    (!unknown.is_empty()).then(|| json!({ "known": known(fields, item), "unknown": unknown }))
}

fn known(fields: &'static [Field], config: &Map<String, Json>) -> Map<String, Json> {
    let of_field = |field: &Field| {
        let key = field.json_key();
        let json = config.get(&key)?;
        let in_object = |fields, json: &Json| {
            json.as_object().map_or(json.clone(), |object| known(fields, object).into())
        };
        let json = match field.kind {
            Kind::Object(inner) => in_object(inner, json),
            Kind::Objects(inner, _) => json
                .as_array()
                .map_or(json.clone(), |items| items.iter().map(|item| in_object(inner, item)).collect()),
            Kind::Text(_) | Kind::Number(_) | Kind::Flag | Kind::TextMap(_) | Kind::AnyObject => json.clone(),
        };
        Some((key, json))
    };
    fields.iter().filter_map(of_field).collect()
}

fn restore(fields: &'static [Field], config: &mut Map<String, Json>, kept: &Map<String, Json>) {
    for (key, json) in kept {
        let Some(field) = fields.iter().find(|field| field.json_key() == *key) else {
            config.insert(key.clone(), json.clone());
            continue;
        };
        match field.kind {
            Kind::Object(inner) => {
                if let (Some(Json::Object(object)), Json::Object(kept)) = (config.get_mut(key), json) {
                    restore(inner, object, kept);
                }
            }
            Kind::Objects(inner, _) => {
                if let (Some(Json::Array(items)), Json::Array(kept)) = (config.get_mut(key), json) {
                    restore_items(inner, items, kept);
                }
            }
            Kind::Text(_) | Kind::Number(_) | Kind::Flag | Kind::TextMap(_) | Kind::AnyObject => {}
        }
    }
}

fn restore_items(fields: &'static [Field], items: &mut [Json], kept: &[Json]) {
    let means = |item: &Map<String, Json>| decode(fields, item).0;
    let mut free: Vec<(Value, &mut Map<String, Json>)> =
        items.iter_mut().filter_map(Json::as_object_mut).map(|item| (means(item), item)).collect();
    for one in kept {
        let (Some(known), Some(unknown)) = (one["known"].as_object(), one["unknown"].as_object()) else {
            continue;
        };
        let known = means(known);
        let is_same = |item: &Value| fields.iter().all(|f| equal(f, item.get(f.name), known.get(f.name)));
        if let Some(at) = free.iter().position(|(item, _)| is_same(item)) {
            // Of two equal items each gets its own.
            restore(fields, free.remove(at).1, unknown);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::by_block;
    use super::*;

    fn object(json: Json) -> Map<String, Json> {
        json.as_object().cloned().expect("an object")
    }

    #[track_caller]
    fn check(block: &str, answer: Json, sent: Json, with_unknown: Json) {
        let ty = by_block(block).expect("there is such a type");
        let kept = ty.unknown_part(&object(answer));
        let mut config = object(sent);
        ty.restore(&mut config, &kept);
        assert_eq!(Json::Object(config), with_unknown);
    }

    #[test]
    fn an_unknown_key_is_sent_back() {
        check(
            "index",
            json!({"index": "a", "refresh": false, "newKey": {"a": 1}}),
            json!({"index": "b"}),
            json!({"index": "b", "newKey": {"a": 1}}),
        );
        check(
            "genai_openai",
            json!({"apiProvider": "OpenAI", "apiUrl": "u"}),
            json!({"apiUrl": "u"}),
            json!({"apiUrl": "u"}),
        );
    }

    #[test]
    fn an_answer_is_what_is_known_and_what_is_not() {
        let ty = by_block("slack_api").expect("there is such a type");
        let answer = object(json!({"new": 1, "allowedChannels": [{"name": "#a", "new": 2}, {"name": "#b"}]}));
        let known = ty.known_part(&answer);
        assert_eq!(Json::Object(known.clone()), json!({"allowedChannels": [{"name": "#a"}, {"name": "#b"}]}));
        assert!(ty.unknown_part(&known).is_empty());
        let mut whole = known;
        ty.restore(&mut whole, &ty.unknown_part(&answer));
        assert_eq!(whole, answer);
    }

    #[test]
    fn an_unknown_key_of_a_list_item_goes_with_the_item_that_stayed_the_same() {
        let answer = json!({"allowedChannels": [
            {"name": "#a", "id": "1", "muted": true}, {"name": "#b"}, {"name": "#c", "muted": false},
        ]});
        check(
            "slack_api",
            answer.clone(),
            json!({"allowedChannels": [{"name": "#c"}, {"name": "#a", "id": "1"}, {"name": "#new"}]}),
            json!({"allowedChannels": [
                {"name": "#c", "muted": false}, {"name": "#a", "id": "1", "muted": true}, {"name": "#new"},
            ]}),
        );
        check(
            "slack_api",
            answer.clone(),
            json!({"allowedChannels": [{"name": "#a", "id": "2"}]}),
            json!({"allowedChannels": [{"name": "#a", "id": "2"}]}),
        );
        check("slack_api", answer, json!({}), json!({}));
    }

    #[test]
    fn equal_items_get_back_what_is_their_own() {
        check(
            "slack_api",
            json!({"allowedChannels": [{"name": "#a", "n": 1}, {"name": "#a", "n": 2}]}),
            json!({"allowedChannels": [{"name": "#a"}, {"name": "#a"}]}),
            json!({"allowedChannels": [{"name": "#a", "n": 1}, {"name": "#a", "n": 2}]}),
        );
    }

    #[test]
    fn an_unknown_key_inside_an_object_is_sent_back_while_the_object_is() {
        let answer = json!({"mappings": {"alertIdConfig": {"id": "1", "new": 1}, "newConfig": {"id": "2"}}});
        check(
            "swimlane",
            answer.clone(),
            json!({"mappings": {"alertIdConfig": {"id": "3"}}}),
            json!({"mappings": {"alertIdConfig": {"id": "3", "new": 1}, "newConfig": {"id": "2"}}}),
        );
        check("swimlane", answer, json!({}), json!({}));
    }
}
