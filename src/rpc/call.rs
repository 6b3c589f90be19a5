//! One call: what it may use, and how its answer leaves. An error and a panic become a diagnostic here.

use std::sync::Arc;

use tonic::{Response, Status};
use tracing::debug;

use super::Service;
use crate::diag::Diagnostics;
use crate::offer::{Capabilities, Context};
use crate::plugin::Caller;
use crate::plugin::panic::{CaughtPanic, caught};
use crate::proto::tfplugin6 as pb;
use crate::provider::Provider;
use crate::stop::Stop;
use crate::value::Path;

/// What an operation needs, held for the length of one call.
#[derive(Clone)]
pub(super) struct Call {
    provider: Arc<Provider>,
    stop: Stop,
    caller: Option<Caller>,
}

impl Call {
    /// Nothing new starts once Terraform asked to stop, or is gone: nobody could take the outcome into state.
    pub(super) fn begin(service: &Service) -> Self {
        let (stop, caller) = (service.stop_signal(), Caller::current());
        let stop = match &caller {
            Some(caller) => stop.or_with(caller.gone()),
            None => stop,
        };
        Self { provider: service.provider(), stop, caller }
    }

    pub(super) fn context(&self) -> Context<'_> {
        Context { provider: &self.provider, stop: &self.stop }
    }

    /// Whether nobody waits for the answer any more.
    pub(super) fn is_unheard(&self) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.gone().is_cancelled())
    }

    /// Whether Terraform wants the calls that run to end.
    pub(super) fn is_stopped(&self) -> bool {
        self.stop.is_stopped()
    }
}

/// What the caller can do.
pub(super) fn capabilities(client: Option<pb::ClientCapabilities>) -> Capabilities {
    client.map_or_else(Capabilities::default, |can| Capabilities {
        write_only_attributes: can.write_only_attributes_allowed,
        deferral: can.deferral_allowed,
    })
}

/// Whether this release allows deferrals while it plans: OpenTofu 1.11.0 to 1.11.3 always does, the builds of
/// Terraform that know `-allow-deferral` may. Elsewhere that is a sign of an apply. Terraform has releases of
/// the same numbers, whose applies then repeat the warnings of the plan: better than plans of
/// OpenTofu's without any.
pub(super) fn allows_deferral_in_plans(version: &str) -> bool {
    let (number, stage) = version.split_once('-').unwrap_or((version, ""));
    matches!(number, "1.11.0" | "1.11.1" | "1.11.2" | "1.11.3")
        || stage.starts_with("alpha")
        || stage.starts_with("dev")
}

/// A response that can say that something went wrong.
pub(super) trait Reply: Default {
    /// Adds diagnostics to it.
    fn tell(&mut self, diagnostics: Diagnostics);

    /// A response with diagnostics and nothing else.
    fn of(diagnostics: Diagnostics) -> Self {
        let mut reply = Self::default();
        reply.tell(diagnostics);
        reply
    }
}

macro_rules! replies {
    ($($module:ident),* $(,)?) => {
        $(impl Reply for pb::$module::Response {
            fn tell(&mut self, diagnostics: Diagnostics) {
                self.diagnostics.extend(crate::wire::diagnostics(diagnostics));
            }
        })*
    };
}

replies!(
    apply_resource_change,
    configure_provider,
    generate_resource_config,
    get_functions,
    get_metadata,
    get_provider_schema,
    get_resource_identity_schemas,
    import_resource_state,
    move_resource_state,
    plan_action,
    plan_resource_change,
    read_data_source,
    read_resource,
    upgrade_resource_identity,
    upgrade_resource_state,
    validate_action_config,
    validate_data_resource_config,
    validate_list_resource_config,
    validate_provider_config,
    validate_resource_config,
);

/// Runs one call: with a log line at its end, and with a panic told as a diagnostic.
pub(super) async fn answer<R: Reply>(
    rpc: &'static str,
    type_name: String,
    work: impl Future<Output = Result<R, Diagnostics>> + Send,
) -> Result<Response<R>, Status> {
    let started = std::time::Instant::now();
    let response = match caught(work).await {
        Ok(Ok(response)) => response,
        Ok(Err(diagnostics)) => R::of(diagnostics),
        Err(panic) => R::of(panicked(rpc, &panic)),
    };
    log(rpc, &type_name, started);
    Ok(Response::new(response))
}

/// The log line at the end of a call.
pub(super) fn log(rpc: &'static str, type_name: &str, started: std::time::Instant) {
    debug!(
        tf_rpc = rpc,
        tf_req_id = %uuid::Uuid::new_v4(),
        tf_resource_type = type_name,
        tf_req_duration_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        "answered"
    );
}

pub(super) fn panicked(rpc: &str, panic: &CaughtPanic) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.error(
        Path::root(),
        "The provider failed",
        format!(
            "{rpc} {panic}. This is a bug in the provider. Please report it with the output of the same \
             command under TF_LOG_PROVIDER=DEBUG."
        ),
    );
    diagnostics
}

/// What to say where Terraform asks for something that is not served. It checks names itself, so nobody
/// should see it.
pub(super) fn not_served(kind: &str, type_name: &str) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let detail = format!("This version of the provider has no {kind} named {type_name:?}.");
    diagnostics.error(Path::root(), format!("Unknown {kind}"), detail);
    diagnostics
}
