//! `GET /api/actions/connectors`: all connectors of a space in one answer.
//!
//! Kibana knows no pages here, and a list of ten thousand connectors has several megabytes. It is read as it
//! comes, one connector at a time, and each config stays the JSON text that it is until somebody asks for it.
//! `fleet` keeps it.

use reqwest::Response;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::answer::Answer;
use super::connectors::{ConnectorAnswer, check_ids};
use super::error::{Cause, Error};
use super::request::{Purpose, Request};
use super::send::{Context, FromResponse};
use super::{Client, Operation, transport};

/// More than any list of Kibana's: ten thousand connectors, which is all that it shows, are about 6 MiB.
const LONGEST_LIST: usize = 64 * 1024 * 1024;

/// More than any connector: Kibana takes requests of 1 MiB.
const LONGEST_ITEM: usize = 4 * 1024 * 1024;

/// A connector in a list.
#[derive(Clone, Debug, Deserialize)]
pub struct Listed {
    /// Its ID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its type, such as `.webhook`.
    pub connector_type_id: String,
    /// Whether Kibana calls it deprecated.
    #[serde(default)]
    pub is_deprecated: bool,
    /// Whether it is defined in `kibana.yml`.
    #[serde(default)]
    pub is_preconfigured: bool,
    /// Whether it is one of Kibana's own.
    #[serde(default)]
    pub is_system_action: bool,
    /// Whether its secrets were lost by an export and import; absent for preconfigured ones.
    #[serde(default)]
    pub is_missing_secrets: Option<bool>,
    /// How many of Kibana's objects refer to it, in all spaces.
    #[serde(default)]
    pub referenced_by_count: Option<u64>,
    /// Whether users share its credentials (`shared`) or each signs in (`per-user`); absent before Kibana
    /// 9.4.
    #[serde(default)]
    pub auth_mode: Option<String>,
    #[serde(default)]
    config: Option<Box<RawValue>>,
}

impl Listed {
    /// The connector as a request for it alone would show it.
    ///
    /// # Errors
    ///
    /// When its config cannot be read.
    pub fn connector(&self) -> Result<ConnectorAnswer, String> {
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
        let request = Request::new(Purpose::List, Some(space_id), &["api", "actions", "connectors"])?;
        let list: Listing = self.send(operation, &request).await?;
        Ok(list.connectors)
    }
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
            return Err(answer.unreadable("it is not a list of connectors"));
        }
        let mut reader = Reader::default();
        let unreadable = |why: String| Cause::Unreadable { status, why };
        while let Some(chunk) =
            response.chunk().await.map_err(|error| transport::classify(&error, context.secrets))?
        {
            reader.push(&chunk).map_err(unreadable)?;
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
        let item = serde_json::from_slice::<Listed>(&self.item);
        self.item.clear();
        let item = item.map_err(|_| "it holds something that is not a connector".to_owned())?;
        check_ids(&item.id, &item.connector_type_id)?;
        self.connectors.push(item);
        Ok(())
    }

    fn end(self) -> Result<Vec<Listed>, String> {
        if self.ended { Ok(self.connectors) } else { Err("it is broken off".to_owned()) }
    }
}

const NO_LIST: &str = "it is not a list of connectors";

#[cfg(test)]
mod tests;
