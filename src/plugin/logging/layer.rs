//! From tracing's events to lines: gathers an event's fields and those of the spans around it.

use std::fmt::{self, Debug};
use std::time::SystemTime;

use serde_json::Value;
use tracing::field::{Field as Key, Visit};
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::LookupSpan;

use super::line::{Field, line};

/// Events are told apart by the module they come from; every module of ours is below the crate's own.
fn is_ours(module: &str) -> bool {
    fn crate_of(module: &str) -> &str {
        module.split_once("::").map_or(module, |(first, _)| first)
    }
    crate_of(module) == crate_of(module_path!())
}

/// Writes events of this crate, from a level on, as hclog's JSON lines.
pub struct HclogLayer {
    level: Level,
    write: fn(Level, &str),
}

impl HclogLayer {
    /// A layer that gives whole lines, with their levels and ends, to `write`.
    #[must_use]
    pub fn new(level: Level, write: fn(Level, &str)) -> Self {
        Self { level, write }
    }

    fn wants(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= self.level && is_ours(metadata.target())
    }
}

impl fmt::Debug for HclogLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HclogLayer({})", self.level)
    }
}

impl<S: Subscriber + for<'span> LookupSpan<'span>> Layer<S> for HclogLayer {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.wants(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.wants(metadata)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::from_level(self.level))
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        if let Some(span) = context.span(id) {
            let mut fields = Fields::default();
            attributes.record(&mut fields);
            span.extensions_mut().insert(fields);
        }
    }

    fn on_record(&self, id: &Id, record: &Record<'_>, context: Context<'_, S>) {
        if let Some(span) = context.span(id)
            && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
        {
            record.record(fields);
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut own = Fields::default();
        event.record(&mut own);
        let mut fields = Vec::new();
        for span in context.event_scope(event).into_iter().flat_map(|scope| scope.from_root()) {
            if let Some(outer) = span.extensions().get::<Fields>() {
                fields.extend_from_slice(&outer.fields);
            }
        }
        fields.append(&mut own.fields);
        let level = *event.metadata().level();
        (self.write)(level, &line(level, &own.message, &fields, SystemTime::now()));
    }
}

/// The fields of one event or span.
#[derive(Default)]
struct Fields {
    message: String,
    fields: Vec<Field>,
}

impl Fields {
    fn set(&mut self, key: &Key, value: Value) {
        self.fields.push((key.name(), value));
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, key: &Key, value: &dyn Debug) {
        if key.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            self.set(key, format!("{value:?}").into());
        }
    }

    fn record_str(&mut self, key: &Key, value: &str) {
        if key.name() == "message" {
            self.message = value.to_owned();
        } else {
            self.set(key, value.into());
        }
    }

    fn record_i64(&mut self, key: &Key, value: i64) {
        self.set(key, value.into());
    }

    fn record_u64(&mut self, key: &Key, value: u64) {
        self.set(key, value.into());
    }

    fn record_f64(&mut self, key: &Key, value: f64) {
        // What is no number in JSON (NaN, infinities) becomes null.
        self.set(key, value.into());
    }

    fn record_bool(&mut self, key: &Key, value: bool) {
        self.set(key, value.into());
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tracing_subscriber::Registry;
    use tracing_subscriber::layer::SubscriberExt;

    use super::*;

    static LINES: Mutex<Vec<Value>> = Mutex::new(Vec::new());

    fn keep(_: Level, line: &str) {
        LINES.lock().unwrap().push(serde_json::from_str(line).unwrap());
    }

    #[test]
    fn own_events_are_written_with_their_spans_fields_and_others_are_not() {
        let subscriber = Registry::default().with(HclogLayer::new(Level::DEBUG, keep));
        tracing::subscriber::with_default(subscriber, || {
            let outer =
                tracing::info_span!("rpc", tf_rpc = "ReadResource", tf_req_id = tracing::field::Empty);
            outer.record("tf_req_id", "42");
            let _outer = outer.enter();
            tracing::info!(count = 2, ratio = 0.5, ok = true, "read {}", "it");
            tracing::trace!("too fine");
            tracing::error!(target: "hyper::client", authorization = "ApiKey x", "sent");
            tracing::error!(target: concat!(env!("CARGO_CRATE_NAME"), "_other"), "not ours");
        });
        let lines = LINES.lock().unwrap();
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert_eq!(lines[0]["@message"], "read it");
        assert_eq!(lines[0]["tf_rpc"], "ReadResource");
        assert_eq!(lines[0]["tf_req_id"], "42");
        assert_eq!((&lines[0]["count"], &lines[0]["ok"]), (&2.into(), &true.into()));
    }
}
