//! Where a connector is: its space and its ID.
//!
//! Resources make addresses from states and import IDs, and every method of the client that is about a
//! connector that exists takes one. (A create has a space, and a choice of IDs.) Whether an ID is a good one
//! is not judged here.

use std::fmt;

use super::DEFAULT_SPACE;

/// The address of a connector. An ID is unique across all spaces, yet a connector is seen only in its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    /// The space that it is in.
    pub space_id: String,
    /// Its ID in Kibana.
    pub id: String,
}

impl Address {
    /// The address of this ID in this space.
    #[must_use]
    pub fn new(space_id: impl Into<String>, id: impl Into<String>) -> Self {
        Self { space_id: space_id.into(), id: id.into() }
    }

    /// Reads what people import by, `ID` or `SPACE/ID`; the first is in the space given. None where either
    /// part is missing or there are more than two.
    #[must_use]
    pub fn from_import(text: &str, default_space: &str) -> Option<Self> {
        // Copied from a page, it often ends in a blank.
        let text = text.trim();
        let (space, id) = text.split_once('/').unwrap_or((default_space, text));
        let whole = !space.is_empty() && !id.is_empty() && !id.contains('/');
        whole.then(|| Self::new(space, id))
    }

    /// What to import it by where this is the space of connectors that name none.
    #[must_use]
    pub fn to_import(&self, default_space: &str) -> String {
        if self.space_id == default_space {
            self.id.clone()
        } else {
            format!("{}/{}", self.space_id, self.id)
        }
    }
}

impl fmt::Display for Address {
    /// `ID` in the space `default`, `SPACE/ID` in any other.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_import(DEFAULT_SPACE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_address_is_imported_by_leads_back_to_it() {
        for default_space in ["default", "ops"] {
            for space in ["default", "ops", "dev"] {
                let address = Address::new(space, "my id");
                let import = address.to_import(default_space);
                assert_eq!(Address::from_import(&import, default_space), Some(address), "{import}");
            }
        }
    }

    #[test]
    fn an_address_is_shown_with_its_space_unless_that_is_the_default_one() {
        assert_eq!(Address::new("ops", "my-id").to_string(), "ops/my-id");
        assert_eq!(Address::new("default", "my-id").to_string(), "my-id");
    }

    #[test]
    fn blanks_around_an_import_id_do_not_count() {
        assert_eq!(Address::from_import(" ops/id \n", "default"), Some(Address::new("ops", "id")));
    }

    #[test]
    fn half_an_address_is_none() {
        for text in ["", " ", "/", "ops/", "/id", "a/b/c"] {
            assert_eq!(Address::from_import(text, "default"), None, "{text:?}");
        }
    }
}
