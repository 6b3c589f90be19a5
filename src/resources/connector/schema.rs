//! The schema of `kibana_connector`: the connector's own attributes, a block for each type, and `custom`.

use super::form::CUSTOM;
use super::secrets::{SECRETS_WO, VERSION};
use crate::catalog::lower;
use crate::catalog::vocabulary::ConnectorType;
use crate::schema::{Attribute, Block, NestedBlock, Nesting, Presence, Schema, Unset};
use crate::value::{Type, Value};

/// The schema with a block for each of these types, and with `custom` if asked for.
pub(super) fn build(types: &'static [ConnectorType], custom: bool) -> Schema {
    let mut blocks: Vec<_> = types.iter().map(lower::nested_block).collect();
    if custom {
        blocks.push(custom_block());
    }
    let computed_flag = |name: &str, doc: &str| Attribute::new(name, Type::Bool, Presence::Computed).doc(doc);
    let attributes = vec![
        Attribute::new("id", Type::Text, Presence::OptionalComputed)
            .unset(Unset::Keep)
            .replaces()
            .doc(
                "ID of the connector, which rules refer to it by. Left out, it is a new UUID. Before Kibana 9.4 it must \
                 be a UUID; since then up to 36 lower-case letters, digits and hyphens. Changing it replaces the \
                 connector.",
            ),
        Attribute::new("name", Type::Text, Presence::Required).doc("Name of the connector, as people see it in Kibana."),
        Attribute::new("space_id", Type::Text, Presence::OptionalComputed)
            .unset(Unset::Keep)
            .replaces()
            .doc(
                "Space that the connector is in. Left out, it is the provider's space when the connector is created, and \
                 the space it is in from then on. Changing it replaces the connector.",
            ),
        Attribute::new(SECRETS_WO, Type::Dynamic, Presence::Optional).write_only().sensitive().doc(
            "The connector's secrets as an object with the names of the block's `secrets`, never stored: not in a plan and not \
             in state. For `custom`, with Kibana's own key names. Needs Terraform or OpenTofu 1.11; not together with \
             `secrets`.",
        ),
        Attribute::new(VERSION, Type::Number, Presence::OptionalComputed).unset(Unset::Keep).doc(
            "Version of `secrets_wo`. Written, the secrets are sent when it changes. Left out, the provider notices a changed \
             secret by a salted hash and counts the versions itself.",
        ),
        Attribute::new("connector_type_id", Type::Text, Presence::Computed)
            .replaces()
            .doc("Kibana's ID of the connector type, such as `.email`. It follows from the block."),
        computed_flag("is_deprecated", "Whether Kibana considers this connector's configuration outdated."),
        computed_flag(
            "is_missing_secrets",
            "Whether the connector lacks its secrets, as it does after an import of saved objects.",
        ),
        computed_flag("is_preconfigured", "Whether the connector is defined in Kibana's own configuration file."),
        computed_flag("is_system_action", "Whether the connector belongs to Kibana itself."),
    ];
    let block = Block {
        description: "A Kibana connector: how Kibana reaches another system when a rule fires or a case changes. Exactly \
                      one of the blocks below says what it connects to."
            .to_owned(),
        attributes,
        blocks,
        deprecated: None,
    };
    Schema { version: 0, block }
}

fn custom_block() -> NestedBlock {
    let attributes = vec![
        Attribute::new("connector_type_id", Type::Text, Presence::Required)
            .doc("Kibana's ID of the connector type, such as `.email`."),
        Attribute::new("config_json", Type::Text, Presence::OptionalComputed)
            .unset(Unset::Default(Value::text("{}")))
            .json_text()
            .doc(
                "The connector's `config` as JSON text, best written with `jsonencode`. It is sent as it is. The keys \
                 written here are compared with Kibana's, as JSON values; the others are Kibana's own. Defaults to `{}`.",
            ),
        Attribute::new("secrets_json", Type::Text, Presence::Optional)
            .json_text()
            .sensitive()
            .doc("The connector's `secrets` as JSON text, with Kibana's own key names. Kibana never returns them."),
    ];
    let description = "A connector of any type, written as Kibana's own JSON: for a type that has no block of its own here, or \
                       for a field that a newer Kibana knows and the type's block does not. Where a block exists, prefer it: \
                       it checks what is written before Kibana does.";
    NestedBlock {
        name: CUSTOM.to_owned(),
        nesting: Nesting::Single,
        block: Block { description: description.to_owned(), attributes, ..Block::default() },
    }
}
