//! The changelog: the section of a version, which becomes the text of its release.

use crate::VERSION;

/// The text under the heading of a version, `## VERSION` with or without a date behind it.
///
/// # Errors
///
/// When there is no such section, or nothing in it.
pub fn section<'text>(changelog: &'text str, version: &str) -> Result<&'text str, String> {
    let is_heading =
        |line: &str| line.strip_prefix("## ").and_then(|rest| rest.split(' ').next()) == Some(version);
    let missing = || format!("CHANGELOG.md has no section \"## {version}\": rename \"## Unreleased\" first");
    let start = changelog.lines().find(|line| is_heading(line)).ok_or_else(missing)?;
    let (_, rest) = changelog.split_once(&format!("{start}\n")).ok_or_else(missing)?;
    let text = rest.split("\n## ").next().unwrap_or(rest).trim();
    if text.is_empty() { Err(format!("the section {version} of CHANGELOG.md is empty")) } else { Ok(text) }
}

/// Whether a tag is this release's.
///
/// # Errors
///
/// When the tag names another version.
pub fn check_tag(tag: &str) -> Result<(), String> {
    if tag.strip_prefix('v') == Some(VERSION) {
        return Ok(());
    }
    Err(format!("the tag {tag} is not the version in Cargo.toml: expected v{VERSION}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANGELOG: &str =
        "# Changelog\n\n## Unreleased\n\n## 1.1.0 (2027-01-02)\n\n### Added\n\n- A.\n\n## 1.0.0\n\n- B.\n";

    #[test]
    fn a_versions_section_is_its_own() {
        assert_eq!(section(CHANGELOG, "1.1.0"), Ok("### Added\n\n- A."));
        assert_eq!(section(CHANGELOG, "1.0.0"), Ok("- B."));
    }

    #[test]
    fn a_missing_or_empty_section_stops_the_release() {
        assert!(section(CHANGELOG, "1.1").is_err());
        assert!(section(CHANGELOG, "Unreleased").is_err_and(|said| said.contains("is empty")));
    }

    #[test]
    fn the_tag_is_the_version() {
        assert_eq!(check_tag(&format!("v{VERSION}")), Ok(()));
        for wrong in [VERSION, "v99.0.0", "v"] {
            assert!(check_tag(wrong).is_err(), "{wrong}");
        }
    }
}
