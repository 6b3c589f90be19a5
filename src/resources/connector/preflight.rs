//! What a plan finds out before anything is written: whether Kibana takes the type, the space and the
//! arguments, and whether somebody left such a connector behind.
//!
//! `provider::preflight` asks, each question once; here are the words. Where Kibana does not answer, nothing
//! is said: the write will meet the same fault, with more to tell.

use super::block::TypeBlock;
use super::secrets::SECRETS_WO;
use crate::catalog;
use crate::catalog::newer::Newer;
use crate::client::{Client, OfferedType};
use crate::diag::Diagnostics;
use crate::offer::{Capabilities, Context};
use crate::provider::{Preflight, Sought};
use crate::stop::Stop;
use crate::value::{Path, Value};

/// How many IDs a warning names.
const NAMED: usize = 5;

/// A create or an update as it is planned.
pub(super) struct Draft<'a> {
    pub(super) block: &'static dyn TypeBlock,
    pub(super) config: &'a Value,
    pub(super) planned: &'a Value,
    pub(super) is_create: bool,
}

/// What Kibana has to say on a planned write. Terraform plans once more while it applies, and then everything
/// was said already.
pub(super) async fn judge(
    context: Context<'_>,
    capabilities: Capabilities,
    draft: &Draft<'_>,
) -> Diagnostics {
    let mut found = Diagnostics::new();
    let Some((client, preflight)) = context.provider.preflight() else { return found };
    if !preflight.is_enabled() || capabilities.deferral {
        return found;
    }
    let stop = context.stop;
    if draft.is_create {
        let (of_type, of_space, of_twins) = tokio::join!(
            draft.judge_type(client, preflight, stop),
            draft.judge_space(client, preflight, stop),
            draft.judge_twins(client, preflight, stop),
        );
        found.extend(of_type);
        // Nothing that Kibana shows of a space that does not exist says anything.
        let space_exists = of_space.is_empty();
        found.extend(of_space);
        if space_exists {
            found.extend(of_twins);
        }
    }
    found.extend(draft.judge_release(client, preflight, stop).await);
    found
}

/// Why nothing must be created in this space; empty where it exists or nobody can tell.
pub(super) async fn missing_space(context: Context<'_>, space_id: &str) -> Diagnostics {
    let mut found = Diagnostics::new();
    let Some((client, preflight)) = context.provider.preflight() else { return found };
    if preflight.is_enabled() && preflight.has_space_now(client, context.stop, space_id).await == Some(false)
    {
        found.error(
            Path::of("space_id"),
            missing(space_id),
            format!(
                "Kibana has no space {space_id:?}. It would accept the connector and then show it nowhere, so nothing was sent. \
                 Create the space first, and apply again."
            ),
        );
    }
    found
}

fn missing(space_id: &str) -> String {
    format!("The space {space_id:?} does not exist")
}

impl<'a> Draft<'a> {
    fn text(&self, name: &str) -> Option<&str> {
        self.planned.get(name).as_str()
    }

    /// The block in the configuration.
    fn written(&self) -> &'a Value {
        self.config.get(self.block.name())
    }

    fn newer_than(&self, kibana: (u64, u64)) -> Vec<Newer> {
        self.block.newer_than(kibana, self.written(), (self.config.get(SECRETS_WO), &Path::of(SECRETS_WO)))
    }

    async fn judge_type(&self, client: &Client, preflight: &Preflight, stop: &Stop) -> Diagnostics {
        let mut found = Diagnostics::new();
        let Some(type_id) = self.text("connector_type_id") else { return found };
        let space_id = self.text("space_id").unwrap_or(client.default_space());
        let Some(types) = preflight.types(client, stop, space_id).await else { return found };
        let path = self.block.type_path();
        match types.iter().find(|offered| offered.id == type_id) {
            None => {
                let to_do = match catalog::with_dot(type_id) {
                    Some(meant) => format!("The ID of a connector type begins with a dot: write `{meant}`."),
                    None => "It may be older than the type, or the type may be switched off. Use another type, or upgrade \
                             Kibana."
                        .to_owned(),
                };
                let detail = format!("This Kibana has no connector type `{type_id}`. {to_do}");
                found.error(path, "Kibana does not offer this connector type", detail);
            }
            Some(OfferedType { enabled_in_config: false, .. }) => found.error(
                path,
                "The connector type is disabled in Kibana",
                format!(
                    "`xpack.actions.enabledActionTypes` in kibana.yml does not allow connectors of type `{type_id}`. Add it there, \
                     or use another type."
                ),
            ),
            Some(OfferedType { enabled_in_license: false, minimum_license_required: needed, .. }) => found.warning(
                path,
                format!("The connector type `{type_id}` needs another license"),
                format!(
                    "Connectors of type `{type_id}` need at least the license {needed:?}, and the license of this Kibana \
                     does not include them. Unless it changes first, Kibana will refuse the connector: upgrade the \
                     license, or use another type."
                ),
            ),
            Some(_) => {}
        }
        found
    }

    async fn judge_space(&self, client: &Client, preflight: &Preflight, stop: &Stop) -> Diagnostics {
        let mut found = Diagnostics::new();
        let Some(space_id) = self.text("space_id") else { return found };
        if preflight.has_space(client, stop, space_id).await == Some(false) {
            let path =
                if self.config.get("space_id").is_null() { Path::root() } else { Path::of("space_id") };
            found.warning(
                path,
                missing(space_id),
                format!(
                    "Kibana has no space {space_id:?} now. Unless it exists when the connector is about to be created, the apply \
                     will stop there, since Kibana would accept the connector and then show it nowhere. If this configuration \
                     creates the space, refer to it in `space_id`, or name it in `depends_on`, so that it comes first."
                ),
            );
        }
        found
    }

    async fn judge_twins(&self, client: &Client, preflight: &Preflight, stop: &Stop) -> Diagnostics {
        let mut found = Diagnostics::new();
        let texts = (self.text("space_id"), self.text("connector_type_id"), self.text("name"));
        let (Some(space_id), Some(connector_type_id), Some(name)) = texts else { return found };
        let (planned, written) = (self.planned.get(self.block.name()), self.written());
        let config = written.is_wholly_known().then(|| self.block.config(planned, written));
        let sought = Sought { space_id, connector_type_id, name, config: config.as_ref() };
        let twins = preflight.twins(client, stop, sought).await;
        if twins.is_empty() {
            return found;
        }
        let mut ids: Vec<String> = twins.iter().take(NAMED).map(|id| format!("{id:?}")).collect();
        if twins.len() > NAMED {
            ids.push(format!("{} more", twins.len() - NAMED));
        }
        let ids = ids.join(", ");
        let like = if config.is_some() { "type, name and configuration" } else { "type and name" };
        found.warning(
            Path::of("name"),
            format!("A connector like this one exists already: {ids}"),
            format!(
                "In the space {space_id:?}, Kibana already has a connector of the same {like}: {ids}. It may be \
                 left over from an interrupted apply, made by hand, or managed by this or another configuration: \
                 check with `terraform state list` first, since the provider may not have read the whole state \
                 yet. To manage it instead of creating a second one, import it; the guide on adopting connectors \
                 says how."
            ),
        );
        found
    }

    async fn judge_release(&self, client: &Client, preflight: &Preflight, stop: &Stop) -> Diagnostics {
        let mut found = Diagnostics::new();
        // Most configurations have nothing of which any Kibana could be too old, and need no answer.
        if self.newer_than((0, 0)).is_empty() {
            return found;
        }
        let Some(kibana) = preflight.release(client, stop).await else { return found };
        for Newer { path, field } in self.newer_than(kibana) {
            found.warning(
                path,
                format!("`{}` needs a newer Kibana", field.name),
                format!(
                    "`{}` exists since Kibana {}, and this Kibana is {}.{}. It will refuse the connector, or silently ignore the \
                     argument. Remove it, or upgrade Kibana.",
                    field.name, field.since, kibana.0, kibana.1
                ),
            );
        }
        found
    }
}
