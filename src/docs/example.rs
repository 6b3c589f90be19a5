//! A type's example in HCL: the fields that have an example value in the catalog, secrets as variables.

use std::fmt::Write as _;

use crate::catalog::vocabulary::{ConnectorType, Field, Kind};

/// Where a type's example stands.
pub(super) fn path(ty: &ConnectorType) -> String {
    format!("examples/connectors/{}/main.tf", ty.block)
}

/// The example as formatted HCL.
pub(super) fn example(ty: &ConnectorType) -> String {
    let mut hcl = format!("resource \"kibana_connector\" \"{}\" {{\n  name = \"{}\"\n", ty.block, name(ty));
    let config: Vec<_> = ty.config.iter().filter(|field| is_shown(field)).collect();
    let secrets: Vec<_> = ty.secrets.iter().filter(|field| is_shown(field)).collect();
    if config.is_empty() && secrets.is_empty() {
        let _ = write!(hcl, "\n  {} {{}}\n}}\n", ty.block);
        return hcl;
    }
    let _ = write!(hcl, "\n  {} {{\n", ty.block);
    fields(&config, 2, &mut hcl, &|field| value(field));
    if !secrets.is_empty() {
        if !config.is_empty() {
            hcl.push('\n');
        }
        hcl.push_str("    secrets {\n");
        fields(&secrets, 3, &mut hcl, &|field| format!("var.{}", variable(ty, field)));
        hcl.push_str("    }\n");
    }
    hcl.push_str("  }\n}\n");
    for field in secrets {
        let kind = match field.kind {
            Kind::TextMap(_) | Kind::AnyObject => "map(string)",
            _ => "string",
        };
        let _ = write!(
            hcl,
            "\nvariable \"{}\" {{\n  type      = {kind}\n  sensitive = true\n}}\n",
            variable(ty, field)
        );
    }
    hcl
}

/// The variables of an example with values that work.
pub(super) fn variables(ty: &ConnectorType) -> Vec<(String, String)> {
    let secrets = ty.secrets.iter().filter(|field| is_shown(field));
    secrets.map(|field| (variable(ty, field), field.example.to_owned())).collect()
}

fn name(ty: &ConnectorType) -> String {
    format!("ops {}", ty.title)
}

fn variable(ty: &ConnectorType, field: &Field) -> String {
    format!("{}_{}", ty.block, field.name)
}

fn is_shown(field: &Field) -> bool {
    match field.kind {
        Kind::Object(inner) | Kind::Objects(inner, _) => inner.iter().any(is_shown),
        _ => !field.example.is_empty(),
    }
}

/// Attributes with their equal signs in line, then nested blocks, as `terraform fmt` wants them.
fn fields(list: &[&Field], depth: usize, hcl: &mut String, value: &dyn Fn(&Field) -> String) {
    let indent = "  ".repeat(depth);
    let is_block = |field: &Field| field.inner().is_some();
    let attributes: Vec<_> = list.iter().filter(|field| !is_block(field)).collect();
    // Alignment holds for neighbours that take one line each.
    let width = attributes.iter().map(|field| field.name.len()).max().unwrap_or_default();
    for field in &attributes {
        let _ = writeln!(hcl, "{indent}{:width$} = {}", field.name, value(field));
    }
    for field in list.iter().filter(|field| is_block(field)) {
        let Some(inner) = field.inner() else { continue };
        if !attributes.is_empty() {
            hcl.push('\n');
        }
        let inner: Vec<_> = inner.iter().filter(|field| is_shown(field)).collect();
        let _ = writeln!(hcl, "{indent}{} {{", field.name);
        fields(&inner, depth + 1, hcl, value);
        let _ = writeln!(hcl, "{indent}}}");
    }
}

fn value(field: &Field) -> String {
    match field.kind {
        Kind::Text(_) if field.example.starts_with("jsonencode(") => field.example.to_owned(),
        Kind::Text(_) => format!("\"{}\"", escape(field.example)),
        _ => field.example.to_owned(),
    }
}

/// Text inside an HCL string.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
        .replace("${", "$${")
        .replace("%{", "%%{")
}
