//! What `export` says of its own, as a section of the book of diagnostics. UPDATE=1 rewrites it.

use serde_json::{Value as Json, json};

use super::options::Options;
use super::{Exported, NOTHING, spaces, write_files};
use crate::book::Section;
use crate::client::Listed;
use crate::resources::connector::Connector;

/// Tells a text as it is said: the title, then the rest.
fn tell(section: &mut Section, case: &str, text: &str) {
    let (title, rest) = text.split_once("\n\n").unwrap_or((text, ""));
    section.tell(case, title, rest);
}

fn listed(json: Json) -> Listed {
    serde_json::from_value(json).unwrap()
}

/// An export of so many spaces that left these out.
fn incomplete(spaces: usize, left_out: &[&str]) -> Exported {
    let left_out = left_out.iter().map(|space| (*space).to_owned()).collect();
    Exported { spaces, left_out, ..Exported::default() }
}

#[test]
fn the_book_tells_what_an_export_says() {
    let mut section = Section::new("terraform-provider-kibana export");
    for (case, arguments) in [
        ("an option that is none", &["--spaces"][..]),
        ("one space and all of them", &["--space", "ops", "--all-spaces"]),
        ("neither yes nor no", &["--missing-secrets=perhaps"]),
        ("an expression that is none", &["--name", "("]),
    ] {
        let why = Options::parse(arguments.iter().map(Into::into)).unwrap_err();
        let why = format!("Error: {why}");
        let (line, rest) = why.split_once('\n').unwrap_or((&why, ""));
        section.tell(case, line, rest);
    }
    tell(&mut section, "nothing to write", NOTHING);

    let mut exported = Exported { resources: vec![Connector::wide()], ..Exported::default() };
    let unreadable =
        listed(json!({"id": "log-1", "name": "n", "connector_type_id": ".server-log", "config": 1}));
    assert!(!exported.add("ops", &unreadable));
    exported.resources = Connector::narrow();
    let email =
        json!({"from": "a@example.com", "host": "h", "port": 70000, "service": "other", "hasAuth": false});
    let outdated = listed(json!({"id": "bad", "name": "n", "connector_type_id": ".email", "config": email}));
    // The block `custom` has no rules to break.
    exported.resources.retain(|resource| resource.finds(&outdated.connector().unwrap()));
    exported.resources.truncate(1);
    assert!(!exported.add("ops", &outdated));
    let cases = ["a connector that cannot be read", "a connector that the block of its type refuses"];
    for (case, said) in cases.iter().zip(&exported.warnings) {
        tell(&mut section, case, said);
    }
    let others = ["default".to_owned(), "ops".to_owned()];
    exported.leave_out("Ops Team", &spaces::missing("Ops Team", &others));
    tell(&mut section, "a space that does not exist", &exported.faults[0]);

    let mut some = incomplete(3, &["ops"]);
    some.blocks.insert("index".to_owned(), Vec::new());
    for (case, exported) in [
        ("a space of three", &some),
        ("two spaces of three", &incomplete(3, &["dev", "ops"])),
        ("a space of two, and nothing in the other", &incomplete(2, &["ops"])),
        ("all spaces", &incomplete(2, &["dev", "ops"])),
    ] {
        tell(&mut section, case, &exported.incomplete().unwrap());
    }
    assert_eq!(incomplete(2, &[]).incomplete(), None);

    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("index.tf"), "").unwrap();
    let why = write_files(folder.path(), &some).unwrap_err();
    let why = why.replace(&folder.path().join("index.tf").display().to_string(), "connectors/index.tf");
    tell(&mut section, "a file that is there", &format!("Error: {why}"));
    section.stands_in_the_book();
}
