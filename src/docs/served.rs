//! The pages of data sources, lists and actions: one template, the schema, an example, and what else is to be
//! said.

use super::{File, markdown, spec};
use crate::offer::{Offer, Served};

/// A kind of thing that is served, as the registry lays it out.
struct PageKind {
    /// What a page's title says.
    title: &'static str,
    /// Folder of the pages, and of the examples.
    folder: &'static str,
    /// File name of an example.
    example: &'static str,
    /// What stands above the schema.
    schema_note: &'static str,
}

const DATA_SOURCE: PageKind =
    PageKind { title: "Data Source", folder: "data-sources", example: "data-source.tf", schema_note: "" };
const LIST: PageKind = PageKind {
    title: "List Resource",
    folder: "list-resources",
    example: "list-resource.tfquery.hcl",
    schema_note: "The arguments of the `config` block:\n\n",
};
const ACTION: PageKind = PageKind {
    title: "Action",
    folder: "actions",
    example: "action.tf",
    schema_note: "The arguments of the `config` block:\n\n",
};

/// All of these pages.
pub(super) fn pages(read: &dyn Fn(&str) -> String) -> Vec<File> {
    let offer = Offer::default();
    let data_sources = offer.data_sources.iter().map(|one| page(&DATA_SOURCE, &**one, read));
    let lists = offer.lists.iter().map(|one| page(&LIST, &**one, read));
    let actions = offer.actions.iter().map(|one| page(&ACTION, &**one, read));
    data_sources.chain(lists).chain(actions).collect()
}

fn page<T: Served + ?Sized>(kind: &PageKind, served: &T, read: &dyn Fn(&str) -> String) -> File {
    let (name, block) = (served.type_name(), &served.schema().block);
    let short = name.trim_start_matches("kibana_");
    // One example stands for the lists of all narrow resources.
    let example = match name.strip_prefix("kibana_connector_") {
        Some(block) if kind.folder == LIST.folder => {
            format!(
                "list \"{name}\" \"{block}\" {{\n  provider         = kibana\n  include_resource = true\n}}\n"
            )
        }
        _ => read(&format!("examples/{}/{name}/{}", kind.folder, kind.example)),
    };
    // The first sentence stands in search results.
    let summary = block.description.split_inclusive(". ").next().unwrap_or_default().trim_end();
    let schema = markdown::block(block, "");
    let schema = format!("{}{}", kind.schema_note, schema.trim_end());
    let is_narrow = kind.folder == LIST.folder && name != "kibana_connector";
    let subcategory = if is_narrow { "Connectors of one type" } else { "" };
    let text = include_str!("templates/served.md")
        .replace("{{name}}", name)
        .replace("{{kind}}", kind.title)
        .replace("{{subcategory}}", subcategory)
        .replace("{{summary}}", summary)
        .replace("{{description}}", &block.description)
        .replace("{{example}}", example.trim_end())
        .replace("{{notes}}", notes(kind, name))
        .replace("{{requests}}", requests(name))
        .replace("{{schema}}", &schema);
    File { path: format!("docs/{}/{short}.md", kind.folder), text }
}

/// How often a list asks Kibana.
fn requests(name: &str) -> &'static str {
    if name == spec::TYPE_NAME {
        "For each list the provider asks Kibana twice: which types its catalog has, and which connectors there are."
    } else {
        "The provider asks Kibana once for each list."
    }
}

/// What a page says in addition to its schema.
fn notes(kind: &PageKind, name: &str) -> &'static str {
    match (kind.folder, name) {
        ("actions", "kibana_connector_execute") => include_str!("templates/connector_execute.md"),
        ("data-sources", "kibana_connector") => include_str!("templates/data_connector.md"),
        ("list-resources", _) => include_str!("templates/list.md"),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::pages;

    #[test]
    fn a_list_says_how_often_it_asks() {
        let pages = pages(&|_| String::new());
        for (page, said) in [
            ("list-resources/connector_spec", "asks Kibana twice"),
            ("list-resources/connector_email", "asks Kibana once"),
            ("list-resources/connector", "asks Kibana once"),
        ] {
            let path = format!("docs/{page}.md");
            let found = pages.iter().find(|file| file.path == path).expect("such a page");
            assert!(found.text.contains(said), "{path}");
        }
        assert!(pages.iter().all(|file| !file.text.contains("{{")), "every gap is filled");
    }
}
