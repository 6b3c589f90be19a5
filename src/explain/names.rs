//! Names and keys that Kibana gave, as they may stand in a message: few, short, and without anything that
//! would disturb a terminal.

use crate::client::presentable;

/// How many are named.
const NAMED: usize = 20;

/// How many characters of one are shown.
const SHOWN: usize = 80;

/// One of them.
pub(crate) fn name(text: &str) -> String {
    let shown = presentable(text, &[]);
    match shown.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", &shown[..cut]),
        None => shown,
    }
}

/// Several, as in "`a`, `b` and 3 more".
pub(crate) fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let named: Vec<_> = names.by_ref().take(NAMED).map(|text| format!("`{}`", name(text))).collect();
    match names.count() {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_few_short_and_plain() {
        assert_eq!(names(["a", "b"]), "`a`, `b`");
        assert_eq!(names(["\u{1b}[31m\u{202e}a\nb"]), "`[31ma b`");
        let long = "x".repeat(100);
        assert_eq!(name(&long), format!("{}…", "x".repeat(SHOWN)));
        assert!(names([long.as_str(); 25]).ends_with("…` and 5 more"));
    }
}
