//! A connector type's table as a Terraform schema: one nested block with its `secrets` block inside.

use super::auth::AuthType;
use super::codec::default_of;
use super::vocabulary::{ConnectorType, Content, Field, Kind, LeftOut, Since};
use crate::schema::{self, Attribute, Block, Nesting, Presence};
use crate::value::Type;

/// The block of a type.
#[must_use]
pub fn nested_block(ty: &ConnectorType) -> schema::NestedBlock {
    let mut block = fields_block(ty.config, false);
    block.description = ty.doc.to_owned();
    if !ty.secrets.is_empty() {
        let mut secrets = fields_block(ty.secrets, true);
        secrets.description =
            "What Kibana keeps encrypted and never returns. Terraform keeps it in its state, marked as \
                               sensitive."
                .to_owned();
        block.blocks.push(single("secrets", secrets));
    }
    single(ty.block, block)
}

/// The block of a way to authenticate.
#[must_use]
pub fn auth_block(auth: &AuthType) -> schema::NestedBlock {
    single(auth.name, Block { description: auth.doc.to_owned(), ..fields_block(auth.fields, true) })
}

fn fields_block(fields: &[Field], secret: bool) -> Block {
    let mut block = Block::default();
    for field in fields {
        match field.kind {
            Kind::Object(inner) => block.blocks.push(single(field.name, described(field, inner, secret))),
            Kind::Objects(inner, _) => block.blocks.push(schema::NestedBlock {
                name: field.name.to_owned(),
                nesting: Nesting::List { min: u32::from(field.required), max: 0 },
                block: described(field, inner, secret),
            }),
            Kind::Text(_) => block.attributes.push(attribute(field, Type::Text, secret)),
            Kind::Number(_) => block.attributes.push(attribute(field, Type::Number, secret)),
            Kind::Flag => block.attributes.push(attribute(field, Type::Bool, secret)),
            Kind::TextMap(_) => {
                block.attributes.push(attribute(field, Type::Map(Box::new(Type::Text)), secret));
            }
            Kind::AnyObject => block.attributes.push(attribute(field, Type::Dynamic, secret)),
        }
    }
    block
}

fn described(field: &Field, inner: &[Field], secret: bool) -> Block {
    Block { description: describe(field, secret), ..fields_block(inner, secret) }
}

fn single(name: &str, block: Block) -> schema::NestedBlock {
    schema::NestedBlock { name: name.to_owned(), nesting: Nesting::Single, block }
}

fn attribute(field: &Field, ty: Type, secret: bool) -> Attribute {
    // Whether a secret must be there depends on what is planned: an imported connector that nothing changes
    // needs none. So none is required by the schema.
    let presence = match field.left_out {
        _ if secret => Presence::Optional,
        _ if field.required => Presence::Required,
        LeftOut::Nothing => Presence::Optional,
        LeftOut::Text(_) | LeftOut::Flag(_) | LeftOut::EmptyObject | LeftOut::KibanaFills => {
            Presence::OptionalComputed
        }
    };
    let mut attribute = Attribute::new(field.name, ty, presence).doc(describe(field, secret));
    if let Some(default) = default_of(field) {
        attribute = attribute.unset(schema::Unset::Default(default));
    }
    if matches!(field.kind, Kind::Text(Content::Json | Content::JsonObject)) {
        attribute = attribute.json_text();
    }
    if matches!(field.kind, Kind::AnyObject) {
        attribute = attribute.free_form();
    }
    if secret { attribute.sensitive() } else { attribute }
}

/// The field's documentation, followed by what its table says.
fn describe(field: &Field, secret: bool) -> String {
    let mut text = field.doc.to_owned();
    if secret && field.required {
        text.push_str(" Kibana requires it for every create and update.");
    }
    if !field.listed().is_empty() {
        let listed = field.listed().iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", ");
        text.push_str(&format!(" One of {listed}."));
    }
    match field.kind {
        Kind::Number(Some((least, most))) => text.push_str(&format!(" From {least} to {most}.")),
        Kind::Objects(_, Some(most)) => text.push_str(&format!(" At most {most}.")),
        Kind::Text(_)
        | Kind::Number(None)
        | Kind::Flag
        | Kind::TextMap(_)
        | Kind::AnyObject
        | Kind::Object(_)
        | Kind::Objects(_, None) => {}
    }
    match field.left_out {
        LeftOut::Text(default) => text.push_str(&format!(" Defaults to `{default}`.")),
        LeftOut::Flag(default) => text.push_str(&format!(" Defaults to `{default}`.")),
        LeftOut::EmptyObject => text.push_str(" Defaults to `{}`."),
        // Where the words of the field say what Kibana chooses, that is enough.
        LeftOut::KibanaFills if text.contains("If left out") => {}
        LeftOut::KibanaFills => text.push_str(" If left out, Kibana chooses."),
        LeftOut::Nothing => {}
    }
    match field.since {
        Since { release: "", .. } => {}
        Since { release, is_certain: false, .. } => {
            text.push_str(&format!(" Needs Kibana {release} or later, approximately."));
        }
        Since { release, backported: "", .. } => text.push_str(&format!(" Needs Kibana {release} or later.")),
        Since { release, backported, .. } => {
            text.push_str(&format!(" Needs Kibana {backported}, {release} or later."));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::vocabulary::*;
    use super::*;

    const POINT: &[Field] = &[number("x").required(), number("y")];
    const SHAPE: &[Field] = &[object("centre", POINT).doc("The middle."), objects_up_to("corners", 4, POINT)];
    const TYPE: ConnectorType = ConnectorType {
        block: "shape",
        config: &[object("shape", SHAPE).required().doc("The shape.").since("9.1")],
        ..PLAIN
    };

    #[test]
    fn objects_are_blocks_at_any_depth() {
        let ty = nested_block(&TYPE);
        let shape = &ty.block.blocks[0];
        assert_eq!(shape.block.description, "The shape. Needs Kibana 9.1 or later.");
        let [centre, corners] = shape.block.blocks.as_slice() else { panic!("{shape:?}") };
        assert!(
            matches!(centre.nesting, Nesting::Single)
                && matches!(corners.nesting, Nesting::List { min: 0, .. })
        );
        assert!(corners.block.description.ends_with(" At most 4."));
        for point in [centre, corners] {
            let presence: Vec<_> =
                point.block.attributes.iter().map(|a| (a.name.as_str(), a.presence)).collect();
            assert_eq!(presence, [("x", Presence::Required), ("y", Presence::Optional)]);
        }
    }
}
