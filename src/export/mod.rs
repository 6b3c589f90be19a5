//! `terraform-provider-kibana export`: the connectors of a Kibana as `resource` and `import` blocks, for
//! every version of Terraform that imports and for OpenTofu, which have no `terraform query`.
//!
//! It finds connectors as the lists do, turns them into state and configuration as an import does, and writes
//! that as HCL. The blocks go to standard output or into files; whatever is said to a person goes to standard
//! error.

mod hcl;
mod names;
mod options;
mod spaces;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, IsTerminal as _, Write};
use std::path::Path;
use std::process::ExitCode;

use hcl_edit::structure::Structure;
use names::Names;
use options::{HELP, Options};

use crate::client::{Address, Client, Listed};
use crate::diag::{Diagnostic, Diagnostics, Severity};
use crate::explain;
use crate::lists::{self, filter::Filter};
use crate::offer::Served;
use crate::provider::{self, Provider};
use crate::resources::Resource;
use crate::resources::connector::Connector;

/// What is said where nothing was found.
const NOTHING: &str = "There are no such connectors.";

/// Runs the command with the arguments that follow its name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let options = match Options::parse(arguments) {
        Ok(options) if options.help => return print(HELP).err().unwrap_or(ExitCode::SUCCESS),
        Ok(options) => options,
        Err(why) => {
            say(&format!("Error: {why}\n\n{HELP}"));
            return ExitCode::from(2);
        }
    };
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("Error: the program cannot start: {error}")),
    };
    let exported = match runtime.block_on(collect(&options)) {
        Ok(exported) => exported,
        Err(found) => return fail(&told(&found)),
    };
    for text in exported.warnings.iter().chain(&exported.faults) {
        say(text);
    }
    if exported.blocks.is_empty() {
        if exported.left_out.is_empty() {
            say(NOTHING);
        }
    } else {
        let written = match &options.out {
            Some(folder) => write_files(folder, &exported).map_err(|why| fail(&format!("Error: {why}"))),
            None => print(Exported::file(exported.blocks.values().flatten()).trim_end()),
        };
        if let Err(code) = written {
            return code;
        }
    }
    match exported.incomplete() {
        Some(what) => fail(&what),
        None => ExitCode::SUCCESS,
    }
}

/// What was found.
#[derive(Default)]
struct Exported {
    /// The resources to write; the first one that takes a connector does.
    resources: Vec<Connector>,
    /// The types that Kibana's own catalogue declares.
    catalogue: Vec<String>,
    names: Names,
    /// The blocks of each type, by the name of the type's block.
    blocks: BTreeMap<String, Vec<Structure>>,
    warnings: Vec<String>,
    /// How many spaces were asked for.
    spaces: usize,
    /// Those of them that could not be exported.
    left_out: Vec<String>,
    /// Why not.
    faults: Vec<String>,
}

impl Exported {
    /// Blocks as a file, with a word on where they come from.
    fn file<'a>(blocks: impl Iterator<Item = &'a Structure>) -> String {
        format!(
            "# Written by terraform-provider-kibana {}.\n\n{}",
            env!("CARGO_PKG_VERSION"),
            hcl::file(blocks.cloned())
        )
    }
}

impl Exported {
    /// Adds a connector; false where it had to be left out.
    fn add(&mut self, space: &str, listed: &Listed) -> bool {
        let address = Address::new(space, &listed.id);
        let connector = match listed.connector() {
            Ok(connector) => connector,
            Err(why) => {
                self.warnings.push(format!(
                    "Warning: The connector {:?} ({}) is left out\n\nKibana lists it, but {why}.",
                    explain::name(&listed.name),
                    explain::name(&address.to_string())
                ));
                return false;
            }
        };
        // One whose block has rules that the connector breaks does not take it. What Kibana's catalogue
        // declares has a resource of its own, although `custom` takes it, too.
        let is_catalogue = self.catalogue.contains(&listed.connector_type_id);
        let found = self.resources.iter().filter(|resource| {
            resource.finds(&connector) && (is_catalogue || resource.type_name() != lists::CATALOGUE)
        });
        let (first, others): (Vec<_>, Vec<_>) =
            found.partition(|resource| is_catalogue && resource.type_name() == lists::CATALOGUE);
        let found = first.into_iter().chain(others);
        let mut refused = None;
        let adopted = found.into_iter().find_map(|resource| match resource.adopted(space, &connector) {
            Ok(outcome) => Some((resource, outcome)),
            Err(why) => {
                refused = Some(why);
                None
            }
        });
        let Some((resource, outcome)) = adopted else {
            let left_out =
                refused.map(|why| Diagnostic { detail: format!("It is left out. {}", why.detail), ..why });
            self.warnings.extend(left_out.map(|why| remark(&address, &listed.name, &why)));
            return false;
        };
        let remarks = outcome.diagnostics.iter();
        self.warnings.extend(remarks.map(|said| remark(&address, &listed.name, said)));
        let Some(state) = outcome.state else { return false };
        let config = resource.generate_config(&state);
        let block = resource.block_of(&state).unwrap_or_default();
        let name = self.names.name(&listed.name, block);
        let resource_address = format!("{}.{name}", resource.type_name());
        self.blocks.entry(block.to_owned()).or_default().extend([
            hcl::import(&resource_address, &format!("{space}/{}", listed.id)),
            hcl::resource(
                (resource.type_name(), &name),
                &resource.schema().block,
                &config,
                state.get(block).get("auth_type").as_str(),
            ),
        ]);
        true
    }
}

impl Exported {
    /// Goes on without a space.
    fn leave_out(&mut self, space: &str, why: &Diagnostic) {
        self.faults.push(format!(
            "Error: {} (space {:?})\n\nThe space is left out. {}",
            why.summary,
            explain::name(space),
            why.detail
        ));
        self.left_out.push(space.to_owned());
    }

    /// What is said at the end where spaces were left out.
    fn incomplete(&self) -> Option<String> {
        let (left_out, all) = (self.left_out.len(), self.spaces);
        if left_out == 0 {
            return None;
        }
        let names = explain::names(self.left_out.iter().map(String::as_str));
        let counted = match left_out {
            1 => format!("One of {all} spaces is left out:"),
            _ if left_out == all => format!("All of the {all} spaces are left out:"),
            _ => format!("Of {all} spaces, {left_out} are left out:"),
        };
        let others = match self.blocks.is_empty() {
            true if left_out == all => "Nothing is written.",
            true => "There are no such connectors in the others, so nothing is written.",
            false => "The connectors of the others are written.",
        };
        Some(format!(
            "Error: The export is incomplete\n\n{counted} {names}. The reason stands above. {others}"
        ))
    }
}

/// Looks at every space that is asked for.
async fn collect(options: &Options) -> Result<Exported, Diagnostics> {
    let client = client()?;
    let filter = Filter {
        connector_type_ids: (!options.types.is_empty()).then(|| options.types.clone()),
        name: options.name.clone(),
        is_missing_secrets: options.missing_secrets,
        is_preconfigured: Some(false),
    };
    let mut exported = Exported { resources: vec![Connector::wide()], ..Exported::default() };
    exported.warnings.extend(
        options
            .types
            .iter()
            .filter_map(|id| lists::filter::unknown_type(id))
            .map(|(summary, detail)| format!("Warning: {summary}\n\n{detail}")),
    );
    let spaces = spaces::chosen(&client, options).await?;
    exported.spaces = spaces.len();
    if options.narrow {
        exported.resources = Connector::narrow();
        exported.catalogue = spaces::catalogue(&client, &spaces).await.map_err(|fault| fault.said)?;
    }
    for space in &spaces {
        let list = match spaces::connectors(&client, space, options).await {
            Ok(list) => list,
            Err(fault) if fault.is_of_space && spaces.len() > 1 => {
                exported.leave_out(space, &fault.said);
                continue;
            }
            Err(fault) => return Err(fault.said.into()),
        };
        let wanted = list.iter().filter(|one| !one.is_system_action && filter.accepts(one));
        let count = wanted.filter(|one| exported.add(space, one)).count();
        progress(&format!("Space {space}: {count} of {} connectors.", list.len()));
    }
    Ok(exported)
}

/// The client of the environment.
fn client() -> Result<Client, Diagnostics> {
    let block = provider::schema().block.empty_value();
    let (provider, found) = provider::configure(&block, &|name| std::env::var_os(name));
    match provider {
        Provider::Ready(ready) if !found.has_errors() => {
            if !found.is_empty() {
                say(&told(&found));
            }
            Ok(ready.client().clone())
        }
        _ => Err(found),
    }
}

fn remark(address: &Address, name: &str, said: &Diagnostic) -> String {
    let kind = match said.severity {
        Severity::Error => "Error",
        Severity::Warning => "Warning",
    };
    let (name, address) = (explain::name(name), explain::name(&address.to_string()));
    format!("{kind}: {} (connector {name:?}, {address})\n\n{}", said.summary, said.detail)
}

/// Diagnostics as text.
fn told(found: &Diagnostics) -> String {
    let told = found.iter().map(|one| {
        let kind = match one.severity {
            Severity::Error => "Error",
            Severity::Warning => "Warning",
        };
        format!("{kind}: {}\n\n{}", one.summary, one.detail)
    });
    told.collect::<Vec<_>>().join("\n\n")
}

/// Writes a file for each type. None is overwritten: somebody may have filled in secrets.
fn write_files(folder: &Path, exported: &Exported) -> Result<(), String> {
    let failed = |path: &Path, error: &io::Error| format!("{} cannot be written: {error}", path.display());
    std::fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    let files: Vec<_> =
        exported.blocks.iter().map(|(block, blocks)| (folder.join(format!("{block}.tf")), blocks)).collect();
    if let Some((path, _)) = files.iter().find(|(path, _)| path.exists()) {
        return Err(format!("{} is there already. Move it away, or name another folder.", path.display()));
    }
    for (path, blocks) in files {
        let text = Exported::file(blocks.iter());
        let file = OpenOptions::new().write(true).create_new(true).open(&path);
        file.and_then(|mut file| file.write_all(text.as_bytes())).map_err(|error| failed(&path, &error))?;
        progress(&format!("Wrote {}.", path.display()));
    }
    Ok(())
}

/// Says how it goes, to a person who looks on.
fn progress(text: &str) {
    if io::stderr().is_terminal() {
        say(text);
    }
}

fn fail(text: &str) -> ExitCode {
    say(text);
    ExitCode::FAILURE
}

fn say(text: &str) {
    // Unlike eprintln, this does not panic when nobody reads.
    let _ = writeln!(io::stderr(), "{text}");
}

fn print(text: &str) -> Result<(), ExitCode> {
    writeln!(io::stdout(), "{text}").map_err(|error| match error.kind() {
        // Whoever closed the pipe has read enough.
        io::ErrorKind::BrokenPipe => ExitCode::FAILURE,
        _ => fail(&format!("Error: the standard output cannot be written: {error}")),
    })
}
