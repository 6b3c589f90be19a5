//! What is remembered of a connector beside its state: the private data of `kibana_connector`.
//!
//! It holds only what the state cannot say, and is empty for a connector that Kibana answers as it was
//! written. Keys are Kibana's own.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json, json};

use crate::resources::private;

const KEY: &str = "connector";
const FORMAT: u64 = 1;

/// How far an import has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Import {
    /// There was none, or we have written the connector since.
    #[default]
    None,
    /// The read that belongs to it comes next.
    Pending,
    /// It is done, and we have not written the connector since.
    Done,
}

/// What apply does with a planned change of a connector. It stands in the plan's private data alone: read as
/// a state's, the same bytes do not say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Task {
    /// Writes it.
    #[default]
    Write,
    /// Looks at it and sends nothing, since it changes its block and stays the same.
    Look,
    /// Stores the plan and asks nothing, since nothing changes but the type of the null that `secrets_wo` is.
    Store,
}

impl Task {
    /// Reads a plan's private data.
    pub(super) fn decode(planned: &[u8]) -> Self {
        let stored = private::get(planned, KEY).unwrap_or(Json::Null);
        let tasks = [Self::Look, Self::Store];
        tasks.into_iter().find(|task| stored["task"].as_str() == task.name()).unwrap_or_default()
    }

    const fn name(self) -> Option<&'static str> {
        match self {
            Self::Write => None,
            Self::Look => Some("look"),
            Self::Store => Some("store"),
        }
    }
}

/// The private data of one connector.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Memory {
    /// What Kibana answered to our last write for the keys where that is not what the state says. Read again
    /// it is no change; anything else is drift.
    pub(super) echo: Map<String, Json>,
    /// The name that Kibana answered to our last write, where that is not the one that was written.
    pub(super) name: Option<String>,
    /// Keys that Kibana fills where they are left out and that our last write sent. Once they are no longer
    /// written, Kibana has to choose again.
    pub(super) sent: BTreeSet<String>,
    /// Keys of a config that a move has left out of the state, with their values, or null where it did not
    /// know any: whether they are written or not is no change until our next write.
    pub(super) optional: Map<String, Json>,
    /// What Kibana chose at our last write, for the keys that somebody has changed since.
    pub(super) chosen: Map<String, Json>,
    /// Keys that our tables do not know: sent back unchanged with the next update.
    pub(super) unknown: Map<String, Json>,
    /// Entries of maps that an old release stored with blank text: the keys that lead to each. They read as
    /// absent, and the next update drops them.
    pub(super) blank: Vec<Vec<String>>,
    /// Whether the connector was imported and not written by us since.
    pub(super) import: Import,
    /// Whether our create went unanswered, so that the first read is the answer to it.
    pub(super) unanswered: bool,
    /// Hash of the write-only secrets that our last write sent, where the user wrote no version.
    pub(super) hash: Option<String>,
}

impl Memory {
    /// Reads private data; bytes of any other form are an empty memory.
    pub(super) fn decode(bytes: &[u8]) -> Self {
        let stored = private::get(bytes, KEY).unwrap_or(Json::Null);
        if stored["v"].as_u64() != Some(FORMAT) {
            return Self::default();
        }
        let object = |name: &str| stored[name].as_object().cloned().unwrap_or_default();
        let flag = |name: &str| stored[name].as_bool().unwrap_or_default();
        let list = |json: &Json| json.as_array().cloned().unwrap_or_default();
        let texts =
            |json: &Json| list(json).iter().filter_map(|key| key.as_str().map(str::to_owned)).collect();
        Self {
            echo: object("echo"),
            sent: BTreeSet::from_iter::<Vec<_>>(texts(&stored["sent"])),
            blank: list(&stored["blank"]).iter().map(texts).collect(),
            optional: object("optional"),
            chosen: object("chosen"),
            unknown: object("unknown"),
            import: match (flag("importing"), flag("imported")) {
                (true, _) => Import::Pending,
                (false, true) => Import::Done,
                (false, false) => Import::None,
            },
            unanswered: flag("unanswered"),
            name: stored["name"].as_str().map(str::to_owned),
            hash: stored["hash"].as_str().map(str::to_owned),
        }
    }

    /// Writes a state's private data; an empty memory is no bytes.
    pub(super) fn encode(&self) -> Vec<u8> {
        self.encode_plan(Task::Write)
    }

    /// Writes a plan's private data.
    pub(super) fn encode_plan(&self, task: Task) -> Vec<u8> {
        if *self == Self::default() && task == Task::Write {
            return Vec::new();
        }
        let mut stored = json!({ "v": FORMAT });
        let objects = [
            ("echo", &self.echo),
            ("optional", &self.optional),
            ("chosen", &self.chosen),
            ("unknown", &self.unknown),
        ];
        for (name, object) in objects {
            if !object.is_empty() {
                stored[name] = Json::Object(object.clone());
            }
        }
        if !self.sent.is_empty() {
            stored["sent"] = self.sent.iter().cloned().collect();
        }
        if !self.blank.is_empty() {
            stored["blank"] = self.blank.iter().cloned().collect();
        }
        let flags = [
            ("importing", self.import == Import::Pending),
            ("imported", self.import == Import::Done),
            ("unanswered", self.unanswered),
        ];
        for (name, _) in flags.into_iter().filter(|(_, flag)| *flag) {
            stored[name] = Json::Bool(true);
        }
        let texts = [("name", self.name.as_deref()), ("hash", self.hash.as_deref()), ("task", task.name())];
        for (name, text) in texts {
            if let Some(text) = text {
                stored[name] = text.into();
            }
        }
        private::of(KEY, &stored)
    }

    /// Whether the connector was imported and not written by us since.
    pub(super) fn is_imported(&self) -> bool {
        self.import != Import::None
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Import, Memory, Task};

    #[test]
    fn a_task_is_read_from_a_plan_and_not_remembered() {
        let memory = Memory { unanswered: true, ..Memory::default() };
        for task in [Task::Write, Task::Look, Task::Store] {
            for memory in [memory.clone(), Memory::default()] {
                let planned = memory.encode_plan(task);
                assert_eq!(Task::decode(&planned), task);
                assert_eq!(Memory::decode(&planned), memory);
            }
        }
    }

    #[test]
    fn a_memory_survives_and_an_empty_one_takes_no_bytes() {
        assert!(Memory::default().encode().is_empty());
        let object = |json: serde_json::Value| json.as_object().cloned().unwrap_or_default();
        let memory = Memory {
            echo: object(json!({"method": null})),
            sent: ["authType".to_owned()].into(),
            optional: object(json!({"authType": "basic"})),
            chosen: object(json!({"defaultModel": "a"})),
            unknown: object(json!({"new": {"deep": 1.50}})),
            blank: vec![vec!["headers".to_owned(), "X-Old".to_owned()]],
            import: Import::Done,
            unanswered: true,
            name: Some("another".to_owned()),
            hash: Some("salt$hash".to_owned()),
        };
        assert_eq!(Memory::decode(&memory.encode()), memory);
        for import in [Import::None, Import::Pending, Import::Done] {
            let memory = Memory { import, ..memory.clone() };
            assert_eq!(Memory::decode(&memory.encode()), memory);
        }
        assert_eq!(Memory::decode(b"{\"connector\":\"eyJ2IjoyfQ==\"}"), Memory::default());
    }
}
