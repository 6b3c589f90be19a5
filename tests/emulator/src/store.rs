//! The data file: connectors, spaces and inference endpoints as JSON.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::options::Space;
use crate::state::{Connector, State};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Data {
    connectors: Vec<Connector>,
    #[serde(default)]
    spaces: Vec<Space>,
    #[serde(default)]
    inference_endpoints: BTreeSet<(String, String)>,
}

/// Reads the file into a state; a file that is not there is an empty one.
///
/// # Errors
///
/// When the file cannot be read, or does not hold what `write` writes.
pub(crate) fn read(path: &Path, state: &mut State) -> io::Result<()> {
    let text = match fs::read_to_string(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        other => other?,
    };
    let data: Data = serde_json::from_str(&text)?;
    for space in data.spaces {
        if !state.has_space(&space.id) {
            state.spaces.push(space);
        }
    }
    state.connectors.extend(data.connectors.into_iter().map(|connector| (connector.id.clone(), connector)));
    state.endpoints.extend(data.inference_endpoints);
    Ok(())
}

/// Replaces the file whole, so that a crash leaves the old one or the new one.
///
/// # Errors
///
/// When the file cannot be written.
pub(crate) fn write(path: &Path, state: &State) -> io::Result<()> {
    let data = Data {
        connectors: state.connectors.values().cloned().collect(),
        spaces: state.spaces.clone(),
        inference_endpoints: state.endpoints.clone(),
    };
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    fs::write(&beside, serde_json::to_vec_pretty(&data)?)?;
    fs::rename(&beside, path)
}
