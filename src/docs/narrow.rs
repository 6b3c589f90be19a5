//! The pages of the narrow resources, all from one template, with an example of their own.

use super::{example, markdown, spec};
use crate::catalog;
use crate::offer::Served as _;
use crate::resources::connector::Connector;

/// Path and text of each page.
pub(super) fn pages(read: &dyn Fn(&str) -> String) -> Vec<(String, String)> {
    let page = |connector: &Connector| {
        let name = connector.type_name().to_owned();
        let short = name.trim_start_matches("kibana_").to_owned();
        let text = if name == spec::TYPE_NAME { spec::page(connector, read) } else { page(connector, read) };
        (format!("docs/resources/{short}.md"), text)
    };
    Connector::narrow().iter().map(page).collect()
}

fn page(connector: &Connector, read: &dyn Fn(&str) -> String) -> String {
    let block = &connector.schema().block;
    let nested = block.blocks.first().map(|nested| nested.name.as_str()).unwrap_or_default();
    let (title, example) = match catalog::by_block(nested) {
        Some(ty) => (ty.title.to_owned(), example::example(ty)),
        None => ("any type".to_owned(), read("examples/custom/main.tf")),
    };
    let text = include_str!("templates/narrow.md")
        .replace("{{title}}", &title)
        .replace("{{name}}", connector.type_name())
        .replace("{{block}}", nested)
        .replace("{{description}}", &block.description)
        .replace("{{example}}", example_of(connector, &example).trim_end())
        .replace("{{schema}}", markdown::block(block, "").trim_end());
    format!("{}\n", text.trim_end())
}

/// An example of the wide resource as one of this.
fn example_of(connector: &Connector, example: &str) -> String {
    example.replace("resource \"kibana_connector\" ", &format!("resource \"{}\" ", connector.type_name()))
}
