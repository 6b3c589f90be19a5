//! What the types that ask a language model share: `.bedrock`, `.gemini`, `.gen-ai` and `.inference`.

use super::vocabulary::*;

pub(super) const CONTEXT_WINDOW_LENGTH: Field = number("context_window_length")
    .doc("Size of the model's context window in tokens, for models that Kibana does not know.")
    .since("9.2");

pub(super) const TEMPERATURE: Field = number("temperature")
    .doc("How much the model's answers may vary: the lower, the more predictable.")
    .since("9.3");

/// A model that Kibana chooses where none is named.
pub(super) const DEFAULT_MODEL: Field = text("default_model")
    .kibana_fills()
    .doc("Model to ask when a request names none. The default depends on the release of Kibana.");

/// Headers that are sent to the model's service.
pub(super) const HEADERS: Field = headers("headers")
    .doc("HTTP headers to send with every request, by name. They are stored and shown as they are.");
