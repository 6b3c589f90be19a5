//! `GET /api/actions/connectors`: all connectors of a space in one answer.
//!
//! Kibana knows no pages here, and a list of ten thousand connectors has several megabytes. It is read as it
//! comes, one connector at a time, and each config stays the JSON text that it is until somebody asks for it.
//! An item that cannot be read keeps its place, with what is wrong with it: it does not hide the others.
//! `fleet` keeps the list.

use reqwest::Response;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::answer::{self, Answer, MOST_MEMBERS, members};
use super::connectors::{ConnectorAnswer, check_ids};
use super::error::{Cause, Error};
use super::mask::READ;
use super::request::{Purpose, Request};
use super::send::{Context, FromResponse};
use super::{Client, Operation, transport};

/// More than any list of Kibana's: ten thousand connectors, which is all that it shows, are about 6 MiB.
const LONGEST_LIST: usize = 64 * 1024 * 1024;

/// More than any connector: Kibana takes requests of 1 MiB.
const LONGEST_ITEM: usize = 4 * 1024 * 1024;

/// More than any list of Kibana's: it shows ten thousand connectors, and those of its configuration file.
const MOST_ITEMS: usize = 50_000;

/// A connector in a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(from = "Item")]
pub struct Listed {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its type, such as `.webhook`.
    pub connector_type_id: String,
    /// Whether Kibana calls it deprecated.
    pub is_deprecated: bool,
    /// Whether it is defined in `kibana.yml`.
    pub is_preconfigured: bool,
    /// Whether it is one of Kibana's own.
    pub is_system_action: bool,
    /// Whether its secrets were lost by an export and import; absent for preconfigured ones.
    pub is_missing_secrets: Option<bool>,
    /// How many of Kibana's objects refer to it, in all spaces.
    pub referenced_by_count: Option<u64>,
    /// Whether users share its credentials (`shared`) or each signs in (`per-user`); absent before Kibana
    /// 9.4.
    pub auth_mode: Option<String>,
    config: Option<Box<RawValue>>,
    /// Why it cannot be read; its ID, name and type are then empty where they are not text.
    fault: Option<String>,
}

/// A connector as it stands in the list. What is not of its kind counts as absent.
#[derive(Deserialize)]
struct Item {
    #[serde(default, deserialize_with = "if_fitting")]
    id: Option<String>,
    #[serde(default, deserialize_with = "if_fitting")]
    name: Option<String>,
    #[serde(default, deserialize_with = "if_fitting")]
    connector_type_id: Option<String>,
    #[serde(default, deserialize_with = "if_fitting")]
    is_deprecated: Option<bool>,
    #[serde(default, deserialize_with = "if_fitting")]
    is_preconfigured: Option<bool>,
    #[serde(default, deserialize_with = "if_fitting")]
    is_system_action: Option<bool>,
    #[serde(default, deserialize_with = "if_fitting")]
    is_missing_secrets: Option<bool>,
    #[serde(default, deserialize_with = "if_fitting")]
    referenced_by_count: Option<u64>,
    #[serde(default, deserialize_with = "if_fitting")]
    auth_mode: Option<String>,
    #[serde(default)]
    config: Option<Box<RawValue>>,
}

/// The value, if it is of the right kind.
fn if_fitting<'de, D: Deserializer<'de>, T: DeserializeOwned>(from: D) -> Result<Option<T>, D::Error> {
    let json = Box::<RawValue>::deserialize(from)?;
    Ok(serde_json::from_str(json.get()).ok())
}

impl From<Item> for Listed {
    fn from(item: Item) -> Self {
        let texts = [("id", &item.id), ("name", &item.name), ("connector_type_id", &item.connector_type_id)];
        let missing = texts.iter().find(|(_, text)| text.is_none());
        let mut fault = missing.map(|(key, _)| format!("its `{key}` is missing or not text"));
        let (id, connector_type_id) =
            (item.id.unwrap_or_default(), item.connector_type_id.unwrap_or_default());
        fault = fault.or_else(|| check_ids(&id, &connector_type_id).err());
        Self {
            id,
            name: item.name.unwrap_or_default(),
            connector_type_id,
            is_deprecated: item.is_deprecated.unwrap_or_default(),
            is_preconfigured: item.is_preconfigured.unwrap_or_default(),
            is_system_action: item.is_system_action.unwrap_or_default(),
            is_missing_secrets: item.is_missing_secrets,
            referenced_by_count: item.referenced_by_count,
            auth_mode: item.auth_mode,
            config: item.config,
            fault,
        }
    }
}

impl Listed {
    /// Why it cannot be read, if it cannot: what else is known of it is good for telling which one it is.
    #[must_use]
    pub fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// The connector as a request for it alone would show it.
    ///
    /// # Errors
    ///
    /// When it or its config cannot be read.
    pub fn connector(&self) -> Result<ConnectorAnswer, String> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        let config = match self.config.as_deref().map(RawValue::get) {
            None | Some("null") => None,
            Some(text) => {
                Some(serde_json::from_str(text).map_err(|_| "its `config` is not an object".to_owned())?)
            }
        };
        Ok(ConnectorAnswer {
            id: self.id.clone(),
            name: self.name.clone(),
            connector_type_id: self.connector_type_id.clone(),
            config,
            is_deprecated: self.is_deprecated,
            is_preconfigured: self.is_preconfigured,
            is_system_action: self.is_system_action,
            is_missing_secrets: self.is_missing_secrets,
            auth_mode: self.auth_mode.clone(),
        })
    }
}

impl Client {
    /// Fetches the list of a space, whatever was fetched before.
    pub(super) async fn fetch_list(
        &self,
        operation: &Operation,
        space_id: &str,
    ) -> Result<Vec<Listed>, Error> {
        let list: Listing = self.send(operation, &request(space_id)?).await?;
        Ok(list.connectors)
    }

    /// The same with a single try.
    pub(super) async fn try_list(&self, operation: &Operation, space_id: &str) -> Result<Vec<Listed>, Error> {
        let list: Listing = self.send_once(operation, &request(space_id)?).await?;
        Ok(list.connectors)
    }
}

fn request(space_id: &str) -> Result<Request, Error> {
    Request::new(Purpose::List, Some(space_id), &["api", "actions", "connectors"])
}

/// The answer to a list request.
struct Listing {
    status: u16,
    connectors: Vec<Listed>,
}

impl FromResponse for Listing {
    fn status(&self) -> u16 {
        self.status
    }

    async fn read(mut response: Response, context: Context<'_>) -> Result<Self, Cause> {
        let status = response.status().as_u16();
        if status != 200 {
            let answer = Answer::read(response, context).await?;
            return Err(answer.unreadable(NO_LIST));
        }
        let headers = std::mem::take(response.headers_mut());
        let mut reader = Reader::default();
        // The beginning of what is no JSON at all.
        let mut other = Vec::new();
        let unreadable = |why: String| Cause::Unreadable { status, why };
        while let Some(chunk) =
            response.chunk().await.map_err(|error| transport::classify(&error, context.secrets))?
        {
            let is_first = reader.read == 0 && other.is_empty();
            let chunk = if is_first { answer::without_mark(&chunk) } else { &chunk[..] };
            let first = chunk.trim_ascii_start().first();
            if !other.is_empty() || (!reader.has_begun() && first.is_some_and(|first| !b"[{".contains(first)))
            {
                other.extend_from_slice(&chunk[..chunk.len().min(READ - other.len())]);
                if other.len() == READ {
                    break;
                }
                continue;
            }
            reader.push(chunk).map_err(unreadable)?;
        }
        if !other.is_empty() || reader.read == 0 {
            let Context { request, endpoint, secrets } = context;
            let answer = answer::read(request, endpoint, status, &headers, &other, secrets)?;
            return Err(answer.unreadable(NO_LIST));
        }
        Ok(Self { status, connectors: reader.end().map_err(unreadable)? })
    }
}

/// Takes a JSON array of connectors apart while it arrives.
#[derive(Default)]
struct Reader {
    connectors: Vec<Listed>,
    /// The item that has begun.
    item: Vec<u8>,
    read: usize,
    /// How many brackets are open.
    depth: usize,
    in_text: bool,
    escaped: bool,
    ended: bool,
}

impl Reader {
    /// Whether the list has begun.
    fn has_begun(&self) -> bool {
        self.depth > 0 || self.ended
    }

    fn push(&mut self, chunk: &[u8]) -> Result<(), String> {
        self.read += chunk.len();
        if self.read > LONGEST_LIST {
            return Err(format!("the list is longer than {} MiB", LONGEST_LIST / 1024 / 1024));
        }
        for &byte in chunk {
            let outside = !self.in_text;
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.in_text => self.escaped = true,
                b'"' => self.in_text = !self.in_text,
                b'[' | b'{' if outside => {
                    self.depth += 1;
                    if self.depth == 1 {
                        if byte == b'{' || self.ended {
                            return Err(NO_LIST.to_owned());
                        }
                        continue;
                    }
                }
                b']' | b'}' if outside => {
                    self.depth = self.depth.checked_sub(1).ok_or(NO_LIST)?;
                    if self.depth == 0 {
                        if byte == b'}' {
                            return Err(NO_LIST.to_owned());
                        }
                        self.ended = true;
                        continue;
                    }
                }
                _ => {}
            }
            if self.depth == 0 {
                if !byte.is_ascii_whitespace() {
                    return Err(NO_LIST.to_owned());
                }
                continue;
            }
            let between = self.depth == 1 && outside && (byte == b',' || byte.is_ascii_whitespace());
            if between && self.item.is_empty() {
                continue;
            }
            if self.item.len() == LONGEST_ITEM {
                return Err("a connector in it is longer than 4 MiB".to_owned());
            }
            self.item.push(byte);
            if self.depth == 1 {
                self.finish()?;
            }
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), String> {
        if self.connectors.len() == MOST_ITEMS {
            return Err(format!("it holds more than {MOST_ITEMS} connectors"));
        }
        let mut item = match serde_json::from_slice::<Listed>(&self.item) {
            Ok(item) => item,
            // No object, or one that is JSON: that has been read, whatever is in it.
            Err(_)
                if self.item.first() != Some(&b'{')
                    || serde_json::from_slice::<IgnoredAny>(&self.item).is_ok() =>
            {
                return Err(NO_CONNECTOR.to_owned());
            }
            Err(_) => return Err("its JSON is malformed".to_owned()),
        };
        if members(&self.item) > MOST_MEMBERS {
            item.fault = Some("it has more members than any connector of Kibana's".to_owned());
            item.config = None;
        }
        self.item.clear();
        self.connectors.push(item);
        Ok(())
    }

    fn end(self) -> Result<Vec<Listed>, String> {
        if !self.ended {
            return Err("it is broken off".to_owned());
        }
        // A list of something else.
        if !self.connectors.is_empty() && self.connectors.iter().all(|item| item.id.is_empty()) {
            return Err(NO_CONNECTOR.to_owned());
        }
        Ok(self.connectors)
    }
}

const NO_LIST: &str = "it is not a list of connectors";

const NO_CONNECTOR: &str = "it holds something that is not a connector";

#[cfg(test)]
mod tests;
