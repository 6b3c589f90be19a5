//! What is told of the outcome of a create.

use super::words;
use crate::client::CreateOutcome;
use crate::diag::Diagnostics;
use crate::value::Path;

/// The error or warning that goes with an outcome, with a word on what is in state now; nothing where all went well.
pub(crate) fn created(outcome: &CreateOutcome) -> Diagnostics {
    let mut found = Diagnostics::new();
    match outcome {
        CreateOutcome::Created(_) | CreateOutcome::Adopted { doubtful: None, .. } => {}
        CreateOutcome::Adopted { connector, doubtful: Some(name) } => found.warning(
            Path::of("id"),
            "Connector was found after a lost answer",
            format!(
                "Kibana's answer to the request that creates the connector was lost. Before it there was none under the \
                 ID {}, now there is one of the same type, named \"{name}\": it is taken for the new one and is in state. \
                 If somebody else made it at that moment, remove it from state and choose another ID.",
                connector.id
            ),
        ),
        CreateOutcome::OtherId { error, .. } | CreateOutcome::Failed(error) => {
            found.push(super::diagnostic(error));
        }
        CreateOutcome::Unknown { kept, error } => {
            let (summary, detail) = words(error);
            let more = match kept {
                Some(id) => format!(
                    "The connector is kept in state under its ID {id}, and the next refresh finds out. Terraform marks it \
                     as tainted and would replace it; `terraform untaint` keeps it."
                ),
                None if error.attempted().is_some_and(|attempted| attempted.id.is_none()) => {
                    "This Kibana takes no ID for a new connector, so it can't be looked up, and nothing is kept in \
                     state. Look in Kibana for a connector of this name before applying again, and import or delete it."
                        .to_owned()
                }
                None => "Nothing is kept in state, since what may be there need not be yours. If the next apply says \
                         that the ID is in use, the connector was made after all and can be imported."
                    .to_owned(),
            };
            found.error(Path::root(), summary, format!("{detail}\n\n{more}"));
        }
    }
    found
}
