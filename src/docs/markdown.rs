//! A schema as Markdown, in the form that users know from other providers' pages.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::schema::{Attribute, Block, NestedBlock, Nesting, Presence};
use crate::value::Type;

/// The attributes and blocks of a block, sorted into required, optional and read-only, followed by its nested
/// blocks. `anchor` is the way to this block, such as `email--secrets`; empty for the root.
pub(super) fn block(block: &Block, anchor: &str) -> String {
    let mut text = String::new();
    for (title, presences) in [
        ("Required", &[Presence::Required][..]),
        ("Optional", &[Presence::Optional, Presence::OptionalComputed]),
        ("Read-Only", &[Presence::Computed]),
    ] {
        let mut lines: Vec<String> = block
            .attributes
            .iter()
            .filter(|attribute| presences.contains(&attribute.presence))
            .map(|one| attribute(one, anchor))
            .collect();
        for nested in &block.blocks {
            if is_required(nested) == (title == "Required") && title != "Read-Only" {
                lines.push(nested_line(nested, anchor));
            }
        }
        if !lines.is_empty() {
            let title = if anchor.is_empty() { format!("### {title}") } else { format!("{title}:") };
            let _ = write!(text, "{title}\n\n{}\n\n", lines.join("\n"));
        }
    }
    for attribute in &block.attributes {
        text.push_str(&entries_section(attribute, anchor));
    }
    for nested in &block.blocks {
        text.push_str(&nested_section(nested, anchor));
    }
    text
}

/// One nested block with its anchor.
pub(super) fn nested_section(nested: &NestedBlock, anchor: &str) -> String {
    let path = join(anchor, &nested.name);
    let title = path.replace("--", ".");
    let inner = block(&nested.block, &path);
    let body = if inner.is_empty() { "This block has no arguments.\n\n".to_owned() } else { inner };
    format!("<a id=\"nestedblock--{path}\"></a>\n### Nested Schema for `{title}`\n\n{body}")
}

fn is_required(nested: &NestedBlock) -> bool {
    matches!(nested.nesting, Nesting::List { min, .. } if min > 0)
}

fn nested_line(nested: &NestedBlock, anchor: &str) -> String {
    let kind = match nested.nesting {
        Nesting::Single => "Block",
        Nesting::List { .. } => "Block List",
    };
    let (name, link) = (&nested.name, join(anchor, &nested.name));
    format!(
        "- `{name}` ({kind}) {} (see [below for nested schema](#nestedblock--{link}))",
        nested.block.description
    )
}

fn join(anchor: &str, name: &str) -> String {
    if anchor.is_empty() { name.to_owned() } else { format!("{anchor}--{name}") }
}

/// The entries of a list or map of objects, with its anchor; nothing for any other attribute.
fn entries_section(attribute: &Attribute, anchor: &str) -> String {
    let Some(entries) = entries(&attribute.ty) else { return String::new() };
    let path = join(anchor, &attribute.name);
    let lines: Vec<String> =
        entries.iter().map(|(name, ty)| format!("- `{name}` ({})", type_name(ty))).collect();
    let title = path.replace("--", ".");
    format!(
        "<a id=\"nestedatt--{path}\"></a>\n### Nested Schema for `{title}`\n\nRead-Only:\n\n{}\n\n",
        lines.join("\n")
    )
}

/// The attributes of the objects in a list or map.
fn entries(ty: &Type) -> Option<&BTreeMap<String, Type>> {
    match ty {
        Type::List(inner) | Type::Map(inner) => match &**inner {
            Type::Object(entries) => Some(entries),
            _ => None,
        },
        _ => None,
    }
}

fn attribute(attribute: &Attribute, anchor: &str) -> String {
    let mut notes = vec![type_name(&attribute.ty)];
    if attribute.sensitive {
        notes.push("Sensitive".to_owned());
    }
    if attribute.write_only {
        notes.push("Write-only".to_owned());
    }
    if attribute.deprecated.is_some() {
        notes.push("Deprecated".to_owned());
    }
    let see = match entries(&attribute.ty) {
        Some(_) => format!(" (see [below for nested schema](#nestedatt--{}))", join(anchor, &attribute.name)),
        None => String::new(),
    };
    format!("- `{}` ({}) {}{see}", attribute.name, notes.join(", "), attribute.description)
}

fn type_name(ty: &Type) -> String {
    match ty {
        Type::Text => "String".to_owned(),
        Type::Number => "Number".to_owned(),
        Type::Bool => "Boolean".to_owned(),
        Type::Dynamic => "Dynamic".to_owned(),
        Type::List(inner) => format!("List of {}", type_name(inner)),
        Type::Set(inner) => format!("Set of {}", type_name(inner)),
        Type::Map(inner) => format!("Map of {}", type_name(inner)),
        Type::Object(_) => "Object".to_owned(),
        Type::Tuple(_) => "Tuple".to_owned(),
    }
}
