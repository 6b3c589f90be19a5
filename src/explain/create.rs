//! What is told of the outcome of a create.

use super::answer::KEPT_ID;
use super::{paragraphs, told, words};
use crate::client::{CreateOutcome, Error};
use crate::diag::Diagnostics;
use crate::value::Path;

/// The error or warning that goes with an outcome, with a word on what is in state now; nothing where all
/// went well.
pub(crate) fn created(outcome: &CreateOutcome) -> Diagnostics {
    let mut found = Diagnostics::new();
    match outcome {
        CreateOutcome::Created(_) | CreateOutcome::Adopted { doubtful: None, .. } => {}
        CreateOutcome::Adopted { connector, doubtful: Some(name) } => found.warning(
            Path::of("id"),
            "Connector was found after a lost answer",
            format!(
                "Kibana's answer to the request that creates the connector was lost. Before that request there was no connector \
                 with the ID {}; now there is one of the same type, named \"{name}\", which is taken to be the new one and \
                 is in the state. If someone else created it at that moment, remove it from the state and choose another ID.",
                connector.id
            ),
        ),
        CreateOutcome::OtherId { error, .. } | CreateOutcome::Failed(error) => {
            found.push(super::diagnostic(error));
        }
        CreateOutcome::Taken { error, look } => {
            let (summary, _, _) = told(error);
            found.error(Path::root(), summary, taken(error, look));
        }
        CreateOutcome::Unknown { kept, error, look } => {
            let (summary, detail) = match look {
                None => words(error),
                Some(look) => in_vain(error, look),
            };
            let more = match kept {
                Some(id) => format!(
                    "The state keeps the connector under its ID {id}, and the next refresh shows whether it exists. Terraform \
                     marks it as tainted and would replace it; `terraform untaint` keeps it."
                ),
                None if error.attempted().is_some_and(|attempted| attempted.id.is_none()) => {
                    "This Kibana chooses IDs itself, so the connector cannot be looked up, and the state keeps nothing. Before \
                     applying again, look in Kibana for a connector of this name, and import or delete it."
                        .to_owned()
                }
                None => "The state keeps nothing, since a connector with this ID might not be yours. If the next apply reports \
                         that the ID is already in use, the connector was created after all and can be imported."
                    .to_owned(),
            };
            found.error(Path::root(), summary, format!("{detail}\n\n{more}"));
        }
    }
    found
}

/// What is told where the look at what a create did failed, too: that is what stands in the way.
fn in_vain(error: &Error, look: &Error) -> (String, String) {
    let (_, posted, _) = told(error);
    let (summary, looked, to_do) = told(look);
    let looked = format!("Nor could the provider find out whether the connector exists. {looked}");
    (summary.to_owned(), paragraphs([posted, looked, to_do]))
}

/// What is told where an ID is in use, and the look at what has it failed.
fn taken(error: &Error, look: &Error) -> String {
    let (_, refused, _) = told(error);
    let (_, looked, to_do) = told(look);
    let looked = format!(
        "The ID is in use, but the provider could not find out what has it, nor in which space. {looked}"
    );
    let choose = format!(
        "IDs are unique across all spaces. Choose another ID, or look for the connector in this space and in others: one of this \
         space can be imported. {KEPT_ID}"
    );
    paragraphs([refused, looked, to_do, choose])
}
