//! The schema of a connector resource: the connector's own attributes, and its blocks.

use super::block::TypeBlock;
use super::secrets::{SECRETS_WO, SECRETS_WO_VERSION};
use crate::schema::{Attribute, Block, NestedBlock, Presence, Schema, Unset};
use crate::value::Type;

/// The schema with these blocks.
pub(super) fn build(blocks: &[&dyn TypeBlock]) -> Schema {
    let blocks: Vec<NestedBlock> = blocks.iter().map(|block| block.schema()).collect();
    // What is planned for these stands in the plan, not in the schema.
    let computed = |name: &str, ty: Type, doc: &str| {
        Attribute::new(name, ty, Presence::Computed).unset(Unset::Keep).doc(doc)
    };
    let computed_flag = |name: &str, doc: &str| computed(name, Type::Bool, doc);
    let attributes = vec![
        Attribute::new("id", Type::Text, Presence::OptionalComputed)
            .unset(Unset::Keep)
            .replaces()
            .doc(
                "ID of the connector, which rules refer to it by. If left out, it is a new UUID. Kibana 9.4 and \
                 later accept up to 36 lower-case letters, digits and inner hyphens, 8.8 to 9.3 only a UUID, and \
                 older ones no ID of your own. Changing it replaces the connector.",
            ),
        Attribute::new("name", Type::Text, Presence::Required).doc("Name of the connector, as people see it in Kibana."),
        Attribute::new("space_id", Type::Text, Presence::OptionalComputed)
            .unset(Unset::Keep)
            .replaces()
            .doc(
                "Space that the connector is in. If left out, a new connector is created in the provider's \
                 space, and an existing one stays where it is. Changing it replaces the connector.",
            ),
        Attribute::new(SECRETS_WO, Type::Dynamic, Presence::Optional).write_only().sensitive().doc(
            "The connector's secrets as an object with the names of the block's `secrets`, never stored: not in a plan and not \
             in state. For `custom`, with Kibana's own key names. Needs Terraform or OpenTofu 1.11; not together with \
             `secrets`.",
        ),
        Attribute::new(SECRETS_WO_VERSION, Type::Number, Presence::OptionalComputed).unset(Unset::Keep).doc(
            "Version of `secrets_wo`. If set, the secrets are sent when this number changes, and only then. If \
             left out, the provider detects changed secrets by a salted hash and counts the versions itself.",
        ),
        computed(
            "connector_type_id",
            Type::Text,
            "Kibana's ID of the connector type, such as `.email`. It follows from the block.",
        )
        .replaces(),
        computed_flag("is_deprecated", "Whether Kibana considers this connector's configuration outdated."),
        computed_flag(
            "is_missing_secrets",
            "Whether the connector lacks its secrets, as it does after an import of saved objects.",
        ),
        computed_flag("is_preconfigured", "Whether the connector is defined in Kibana's own configuration file."),
        computed_flag("is_system_action", "Whether the connector belongs to Kibana itself."),
    ];
    let description = match blocks.as_slice() {
        [only] => only.block.description.clone(),
        _ => "A Kibana connector: how Kibana reaches another system when a rule fires or a case changes. Exactly one of the \
              blocks below says what it connects to."
            .to_owned(),
    };
    let block = Block { description, attributes, blocks, deprecated: None };
    Schema { version: 0, block }
}
