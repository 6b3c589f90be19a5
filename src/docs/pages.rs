//! The pages: what stands around the schemas.

use std::fmt::Write as _;

use super::{example, markdown};
use crate::catalog::TYPES;
use crate::catalog::vocabulary::ConnectorType;
use crate::offer::Served as _;
use crate::provider;
use crate::resources::connector::Connector;

/// The provider's page.
pub(super) fn index(read: &dyn Fn(&str) -> String) -> String {
    let schema = markdown::block(&provider::schema().block, "");
    include_str!("templates/index.md")
        .replace("{{example}}", with_version(&read("examples/provider/provider.tf")).trim_end())
        .replace("{{schema}}", schema.trim_end())
}

/// The page of `kibana_connector`.
pub(super) fn connector(read: &dyn Fn(&str) -> String) -> String {
    let wide = Connector::wide();
    let block = &wide.schema().block;
    let mut own = block.clone();
    own.blocks.clear();
    let mut sections = String::new();
    for ty in TYPES {
        sections.push_str(&type_section(ty, block));
    }
    if let Some(custom) = block.block("custom") {
        let _ = write!(
            sections,
            "## Any type: `custom`\n\n{}\n\n```terraform\n{}\n```\n\n{}",
            custom.block.description,
            read("examples/custom/main.tf").trim_end(),
            markdown::nested_section(custom, "")
        );
    }
    include_str!("templates/connector.md")
        .replace("{{description}}", &block.description)
        .replace("{{example}}", read("examples/resources/kibana_connector/resource.tf").trim_end())
        .replace("{{types}}", &table_of_types())
        .replace("{{schema}}", markdown::block(&own, "").trim_end())
        .replace("{{sections}}", sections.trim_end())
        .replace(
            "{{import_block}}",
            read("examples/resources/kibana_connector/import-by-string-id.tf").trim_end(),
        )
        .replace("{{import}}", read("examples/resources/kibana_connector/import.sh").trim_end())
}

/// The README with its table of types, which stands between two marks, brought up to date.
pub(super) fn with_types(readme: &str) -> String {
    const MARKS: (&str, &str) = ("<!-- types: kept current by make docs -->\n", "<!-- /types -->");
    let parts =
        readme.split_once(MARKS.0).and_then(|(before, rest)| Some((before, rest.split_once(MARKS.1)?.1)));
    let Some((before, after)) = parts else { return readme.to_owned() };
    let mut table = "| Block | Connector | Kibana's type |\n| --- | --- | --- |\n".to_owned();
    for ty in TYPES {
        let _ = writeln!(table, "| `{}` | {} | `{}` |", ty.block, ty.title, ty.kibana_id);
    }
    table.push_str("| `custom` | any other, as Kibana's own JSON | any |\n");
    format!("{before}{}{table}{}{after}", MARKS.0, MARKS.1)
}

/// A text in which every configuration that names the provider's source asks for this version of it, in the
/// next line.
pub(super) fn with_version(text: &str) -> String {
    let mut changed = String::new();
    let mut is_source = false;
    for line in text.split_inclusive('\n') {
        match line.split_once("version = \"") {
            Some((indent, _)) if is_source => {
                let _ = writeln!(changed, "{indent}version = \"{}\"", constraint());
            }
            _ => changed.push_str(line),
        }
        is_source = line.contains("= \"kibana-rs/kibana\"");
    }
    changed
}

/// What a configuration should ask for: before 1.0 a minor version may break what was.
fn constraint() -> String {
    let (major, minor) = (env!("CARGO_PKG_VERSION_MAJOR"), env!("CARGO_PKG_VERSION_MINOR"));
    if major == "0" { format!("~> 0.{minor}.0") } else { format!("~> {major}.{minor}") }
}

/// One row for each type.
fn table_of_types() -> String {
    let mut table = "| Block | Connector | Kibana's type | License |\n| --- | --- | --- | --- |\n".to_owned();
    for ty in TYPES {
        let _ = writeln!(
            table,
            "| [`{}`](#{}) | {} | `{}` | {} |",
            ty.block,
            anchor(ty),
            ty.title,
            ty.kibana_id,
            ty.license.as_str()
        );
    }
    table.push_str("| [`custom`](#any-type-custom) | any | any | as the type |");
    table
}

/// The anchor that Markdown makes of a type's heading.
fn anchor(ty: &ConnectorType) -> String {
    heading(ty)
        .to_lowercase()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, ' ' | '_' | '-'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

fn heading(ty: &ConnectorType) -> String {
    format!("{}: `{}`", ty.title, ty.block)
}

fn type_section(ty: &ConnectorType, block: &crate::schema::Block) -> String {
    let mut facts =
        format!("Kibana's type is `{}`; it needs the {} license.", ty.kibana_id, ty.license.as_str());
    if !ty.since.is_empty() {
        let _ = write!(facts, " It needs Kibana {} or later.", ty.since);
    }
    if !ty.deprecated_since.is_empty() {
        let _ = write!(facts, " Kibana {} and later mark the type as deprecated.", ty.deprecated_since);
    }
    let nested = block.block(ty.block).map(|nested| markdown::nested_section(nested, "")).unwrap_or_default();
    format!(
        "## {}\n\n{}\n\n{facts}\n\n```terraform\n{}\n```\n\n{nested}",
        heading(ty),
        ty.doc,
        example::example(ty).trim_end()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_of_an_older_release_asks_for_this_one() {
        let text = |version: &str| {
            format!(
                "other = {{\n  source = \"a/b\"\n  version = \"1\"\n}}\nkibana = {{\n  \
                 source  = \"kibana-rs/kibana\"\n  version = \"{version}\"\n}}\n"
            )
        };
        assert_eq!(with_version(&text("~> 0.0.9")), text(&constraint()));
    }
}
