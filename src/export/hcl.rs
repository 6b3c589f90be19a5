//! Values as HCL: the blocks of a generated configuration, as `terraform fmt` would leave them.
//!
//! Written through the library's syntax tree, so that quoting and escaping are its affair; what is added here
//! is the layout: indentation, equal signs in line, and what is sensitive as a comment to fill in, since no
//! value of it can be known. Reads schemas and values only; knows no connector and does no IO.

use std::collections::BTreeSet;

use hcl_edit::expr::{
    Array, Expression, FuncArgs, FuncCall, Object, ObjectKey, ObjectValue, ObjectValueTerminator,
};
use hcl_edit::structure::{self, Body, Structure};
use hcl_edit::template::{Element, StringTemplate};
use hcl_edit::{Decorate, Decorated, Ident};
use serde_json::Value as Json;

use crate::schema::{Attribute, Block, Equality, NestedBlock};
use crate::value::json::from_json;
use crate::value::{Number, Value};

/// Name of the blocks that hold nothing but secrets.
const SECRETS: &str = "secrets";

/// Name of the block of secrets for what has none of its own.
const OTHER: &str = "other";

/// What stands above a commented skeleton of secrets.
const SECRETS_NOTE: &str =
    "Kibana never returns secrets. Fill in those that this connector has before you change it:";

/// What is known of a connector's secrets.
#[derive(Clone, Copy)]
struct Secrets<'a> {
    /// With what the names of variables for them begin.
    prefix: &'a str,
    /// Which of several blocks they are, if Kibana says so.
    choice: Option<&'a str>,
}

/// A `resource` block with what is not null in a configuration. Attributes that are sensitive and have no
/// value stand as a comment.
pub(super) fn resource(
    (type_name, name): (&str, &str),
    schema: &Block,
    config: &Value,
    choice: Option<&str>,
) -> Structure {
    let body = body(schema, config, 1, Secrets { prefix: name, choice });
    labelled("resource", &[type_name, name], body)
}

/// An `import` block of text arguments; the first is an address and not text.
pub(super) fn import(address: &str, id: &str) -> Structure {
    let to = address.parse().unwrap_or_else(|_| Expression::from(address));
    let lines = vec![Line::new("to", to), Line::new("id", Expression::from(id))];
    labelled("import", &[], attributes(lines, 1))
}

/// A file of blocks with an empty line between them.
pub(super) fn file(blocks: impl IntoIterator<Item = Structure>) -> String {
    let mut body = Body::new();
    for (index, mut block) in blocks.into_iter().enumerate() {
        if index > 0 {
            block.decor_mut().set_prefix("\n");
        }
        body.push(block);
    }
    body.to_string()
}

/// What is not null in a block, attributes first.
fn body(schema: &Block, value: &Value, depth: usize, secrets: Secrets<'_>) -> Body {
    let lines = schema.attributes.iter().filter_map(|attribute| {
        let value = value.get(&attribute.name);
        let is_written = !value.is_null() && !attribute.sensitive && !attribute.write_only;
        is_written.then(|| Line::new(&attribute.name, attribute_value(attribute, value, depth)))
    });
    let mut body = attributes(lines.collect(), depth);
    for nested in &schema.blocks {
        for value in nested_values(value.get(&nested.name)) {
            let mut inner = self::body(&nested.block, value, depth + 1, secrets);
            comment_secrets(&nested.block, value, depth + 1, secrets, &mut inner);
            push_block(&nested.name, inner, depth, &mut body);
        }
    }
    body
}

/// The values of a single block or of a list of blocks; none where it is absent.
fn nested_values(value: &Value) -> &[Value] {
    match value.as_list() {
        Some(items) => items,
        None if value.is_null() => &[],
        None => std::slice::from_ref(value),
    }
}

/// Adds what is sensitive in a block, and not there, as a comment at its end.
fn comment_secrets(schema: &Block, value: &Value, depth: usize, secrets: Secrets<'_>, body: &mut Body) {
    let variable = |attribute: &Attribute| {
        let text = format!("var.{}_{}", secrets.prefix, attribute.name);
        Line::new(&attribute.name, text.parse().unwrap_or_else(|_| Expression::from(text)))
    };
    let own = schema.attributes.iter();
    let own = own.filter(|attribute| attribute.sensitive && value.get(&attribute.name).is_null());
    let mut skeleton = attributes(own.map(variable).collect(), 0);
    let is_absent = |nested: &&NestedBlock| nested.name == SECRETS && value.get(SECRETS).is_null();
    for nested in schema.blocks.iter().filter(is_absent) {
        let mut inner = attributes(nested.block.attributes.iter().map(variable).collect(), 1);
        // Which of several blocks it is, Kibana may say; else only the connector's owner knows.
        let choices: Vec<&str> = nested.block.blocks.iter().map(|choice| choice.name.as_str()).collect();
        let called = |name: &str| nested.block.blocks.iter().find(|choice| choice.name == name);
        if let Some(choice) = secrets.choice.and_then(|said| called(said).or_else(|| called(OTHER))) {
            let fields = attributes(choice.block.attributes.iter().map(variable).collect(), 2);
            push_block(&choice.name, fields, 1, &mut inner);
        } else if !choices.is_empty() {
            inner.decor_mut().set_suffix(format!("  # one of: {}\n", choices.join(", ")));
        }
        push_block(&nested.name, inner, 0, &mut skeleton);
    }
    if skeleton.is_empty() {
        return;
    }
    let indent = indent(depth);
    let mut text = if body.is_empty() { String::new() } else { "\n".to_owned() };
    for line in std::iter::once(SECRETS_NOTE).chain(skeleton.to_string().lines()) {
        text.push_str(format!("{indent}# {line}").trim_end());
        text.push('\n');
    }
    body.decor_mut().set_suffix(text + &self::indent(depth - 1));
}

fn labelled(ident: &str, labels: &[&str], mut body: Body) -> Structure {
    // The closing brace of a block at the root needs no indentation.
    if body.decor().suffix().is_none() {
        body.decor_mut().set_suffix("");
    }
    let mut block =
        structure::Block::builder(Ident::new_sanitized(ident)).labels(labels.iter().copied()).build();
    block.body = body;
    block.into()
}

/// Adds a nested block, with an empty line before it if anything precedes it.
fn push_block(ident: &str, mut inner: Body, depth: usize, body: &mut Body) {
    if inner.is_empty() && inner.decor().suffix().is_none() {
        inner.set_prefer_oneline(true);
    } else if inner.decor().suffix().is_none() {
        inner.decor_mut().set_suffix(indent(depth));
    }
    let mut block = structure::Block::new(Ident::new_sanitized(ident));
    block.body = inner;
    let gap = if body.is_empty() { "" } else { "\n" };
    block.decor_mut().set_prefix(format!("{gap}{}", indent(depth)));
    body.push(block);
}

/// A name and its value, before its equal sign is brought in line.
struct Line {
    name: String,
    value: Expression,
    /// Whether the value takes one line: only such neighbours have their equal signs in line.
    is_short: bool,
}

impl Line {
    fn new(name: &str, value: Expression) -> Self {
        let is_short = !value.to_string().trim().contains('\n');
        Self { name: name.to_owned(), value, is_short }
    }
}

/// Attributes with their equal signs in line.
fn attributes(lines: Vec<Line>, depth: usize) -> Body {
    let widths = widths(&lines, |name| name.len());
    let mut body = Body::new();
    for (line, width) in lines.into_iter().zip(widths) {
        let mut key = Decorated::new(Ident::new_sanitized(&line.name));
        key.decor_mut().set_suffix(" ".repeat(width - line.name.len() + 1));
        let mut attribute = structure::Attribute::new(key, line.value);
        attribute.decor_mut().set_prefix(indent(depth));
        body.push(attribute);
    }
    body
}

/// For each line the width of the names that it stands in line with.
fn widths(lines: &[Line], width_of: impl Fn(&str) -> usize) -> Vec<usize> {
    let mut widths = vec![0; lines.len()];
    let mut start = 0;
    while start < lines.len() {
        let run = lines[start..].iter().take_while(|line| line.is_short).count().max(1);
        let run = start..start + run;
        let widest = lines[run.clone()].iter().map(|line| width_of(&line.name)).max().unwrap_or_default();
        widths[run.clone()].fill(widest);
        start = run.end;
    }
    widths
}

fn attribute_value(attribute: &Attribute, value: &Value, depth: usize) -> Expression {
    if let (Equality::Json, Some(text)) = (attribute.equality, value.as_str())
        && let Ok(json @ (Json::Object(_) | Json::Array(_))) = serde_json::from_str::<Json>(text)
    {
        return encoded(&json, depth);
    }
    expression(value, depth)
}

/// JSON text as `jsonencode(…)`, which people can read and change.
fn encoded(json: &Json, depth: usize) -> Expression {
    let mut arguments = FuncArgs::new();
    arguments.push(expression(&from_json(json).1, depth));
    FuncCall::new(Ident::new_sanitized("jsonencode"), arguments).into()
}

/// A value that stands `depth` levels deep.
fn expression(value: &Value, depth: usize) -> Expression {
    match value {
        Value::Null | Value::Unknown(_) | Value::Secret(_) => Expression::null(),
        Value::Bool(flag) => Expression::from(*flag),
        Value::Number(number) => self::number(number),
        Value::Text(text) => self::text(text),
        Value::List(items) => list(items, depth),
        Value::Map(entries) if entries.is_empty() => Object::new().into(),
        Value::Map(entries) => {
            let lines = entries.iter().map(|(name, value)| Line::new(name, expression(value, depth + 1)));
            object(lines.collect(), depth)
        }
        Value::Dynamic(typed) => expression(&typed.1, depth),
    }
}

/// Text that means itself. The library doubles the marks of a template, but overlooks one that follows a
/// mark's own first letter (`$${`), so each gets a piece of its own.
fn text(text: &str) -> Expression {
    let starts: Vec<usize> =
        ["${", "%{"].iter().flat_map(|mark| text.match_indices(mark)).map(|(at, _)| at).collect();
    if starts.is_empty() {
        return Expression::from(text);
    }
    let mut template = StringTemplate::new();
    let mut start = 0;
    for end in starts.into_iter().collect::<BTreeSet<_>>().into_iter().chain([text.len()]) {
        template.push(Element::Literal(text[start..end].to_owned().into()));
        start = end;
    }
    template.into()
}

/// A number with all its digits, which the library keeps only of what it has read.
fn number(number: &Number) -> Expression {
    let digits = number.to_string();
    digits.parse().unwrap_or_else(|_| Expression::from(digits))
}

/// An object with one entry a line.
fn object(lines: Vec<Line>, depth: usize) -> Expression {
    let widths = widths(&lines, |name| key(name).to_string().chars().count());
    let mut object = Object::new();
    for (index, (line, width)) in lines.into_iter().zip(widths).enumerate() {
        let mut key = key(&line.name);
        let padding = width - key.to_string().chars().count() + 1;
        let start = if index == 0 { "\n" } else { "" };
        key.decor_mut().set_prefix(format!("{start}{}", indent(depth + 1)));
        key.decor_mut().set_suffix(" ".repeat(padding));
        let mut value = ObjectValue::new(line.value);
        value.set_terminator(ObjectValueTerminator::Newline);
        object.insert(ObjectKey::Expression(key), value);
    }
    object.set_trailing(indent(depth));
    object.into()
}

/// A key of an object: quoted unless it is a plain word that means nothing else.
fn key(name: &str) -> Expression {
    let is_word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !matches!(name, "for" | "null" | "true" | "false");
    match Ident::try_new(name) {
        Ok(ident) if is_word => Expression::from(ident),
        _ => Expression::from(name),
    }
}

/// A list on one line, or with one item a line where an item takes several.
fn list(items: &[Value], depth: usize) -> Expression {
    // Each item is made once: twice would double the work with every level of a list in a list. What takes
    // one line is the same at any depth.
    let items: Vec<Expression> = items.iter().map(|item| expression(item, depth + 1)).collect();
    let is_short = items.iter().all(|item| !item.to_string().contains('\n'));
    let mut array = Array::new();
    for mut item in items {
        if !is_short {
            item.decor_mut().set_prefix(format!("\n{}", indent(depth + 1)));
        }
        array.push(item);
    }
    if !is_short {
        array.set_trailing_comma(true);
        array.set_trailing(format!("\n{}", indent(depth)));
    }
    array.into()
}

fn indent(depth: usize) -> String {
    "  ".repeat(depth)
}

#[cfg(test)]
mod tests;
