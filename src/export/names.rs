//! Names of resources, made from the names of connectors.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Hands out each name once.
#[derive(Debug, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
    /// The number that was last added to a name, by that name.
    numbers: BTreeMap<String, usize>,
}

impl Names {
    /// A name that HCL takes, as close to the connector's as can be; `block` where nothing of that is left.
    pub(super) fn name(&mut self, connector: &str, block: &str) -> String {
        let base = match slug(connector) {
            slug if slug.is_empty() => block.to_owned(),
            // A name begins with a letter.
            slug if slug.starts_with(|c: char| c.is_ascii_digit()) => format!("{block}_{slug}"),
            slug => slug,
        };
        let mut name = base.clone();
        // No name becomes free again, so counting goes on where it ended.
        let number = self.numbers.entry(base.clone()).or_insert(1);
        while !self.taken.insert(name.clone()) {
            *number += 1;
            name = format!("{base}_{number}");
        }
        name
    }
}

/// ASCII letters and digits in lower case, accents aside, with one underscore for whatever stands between
/// them.
fn slug(text: &str) -> String {
    let text: String = text.nfd().filter(|c| !is_combining_mark(*c)).collect();
    let words = text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("_")
}

#[cfg(test)]
mod tests {
    use super::Names;

    #[test]
    fn names_are_words_and_stand_once() {
        let mut names = Names::default();
        for (connector, expected) in [
            ("Ops mail", "ops_mail"),
            ("ops--MAIL!", "ops_mail_2"),
            ("ops mail 2", "ops_mail_2_2"),
            ("24/7 mail", "email_24_7_mail"),
            ("日本", "email"),
            ("…", "email_2"),
            ("Zürich", "zurich"),
            ("ops mail", "ops_mail_3"),
        ] {
            assert_eq!(names.name(connector, "email"), expected, "{connector}");
        }
    }

    #[test]
    fn many_equal_names_are_counted_on() {
        let mut names = Names::default();
        let given: Vec<String> = (0..10_000).map(|_| names.name("mail", "email")).collect();
        assert_eq!((given[0].as_str(), given[9_999].as_str()), ("mail", "mail_10000"));
        // Counting from the start each time would look fifty million names up.
        assert_eq!(names.numbers["mail"], 10_000);
    }
}
