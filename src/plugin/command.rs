//! The command line. Terraform gives no arguments; the rest is for people.

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use super::{Mode, Program, logging};

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Serve, in one of the two ways.
    Serve(Mode),
    /// Print this on standard output and exit.
    Print(String),
    /// Print this on standard error and exit with 2.
    Refuse(String),
}

const INTRODUCTION: &str = "A Terraform provider. Without an option or a command, it expects to be started by Terraform or OpenTofu.";

const OPTIONS: &str = "  \
  -debug      serve until interrupted and print how to point Terraform at this process
  -version    print the version
  -help       print this text";

/// Reads the arguments. One dash or two make no difference, as in Go's programs.
pub(super) fn parse(program: Program, arguments: impl IntoIterator<Item = OsString>) -> Command {
    let mut command = Command::Serve(Mode::Plugin);
    for argument in arguments {
        let argument = argument.to_string_lossy();
        let name = argument.strip_prefix('-').map(|rest| rest.strip_prefix('-').unwrap_or(rest));
        match name {
            Some("debug" | "debug=true") => command = Command::Serve(Mode::Debug),
            Some("debug=false") => command = Command::Serve(Mode::Plugin),
            Some("version") => return Command::Print(format!("{} {}", program.name, program.version)),
            Some("help" | "h") => return Command::Print(help(program)),
            _ => return Command::Refuse(format!("Unknown argument: {argument}\n\n{}", help(program))),
        }
    }
    command
}

fn help(program: Program) -> String {
    let commands = program.commands;
    format!("Usage: {} [option]\n\n{INTRODUCTION}\n\n{commands}{OPTIONS}", program.name)
}

pub(super) fn print(text: &str) -> ExitCode {
    // Unlike println, this does not panic when nobody reads.
    match writeln!(std::io::stdout(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Whoever closed the pipe has read enough.
            if error.kind() != std::io::ErrorKind::BrokenPipe {
                logging::say(&format!("Error: the standard output cannot be written: {error}\n"));
            }
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(arguments: &[&str]) -> Command {
        parse(crate::plugin::program::EXAMPLE, arguments.iter().map(OsString::from))
    }

    #[test]
    fn terraform_gives_no_arguments() {
        assert_eq!(of(&[]), Command::Serve(Mode::Plugin));
    }

    #[test]
    fn one_dash_or_two() {
        for debug in ["-debug", "--debug", "-debug=true"] {
            assert_eq!(of(&[debug]), Command::Serve(Mode::Debug));
        }
        assert_eq!(of(&["-version"]), of(&["--version"]));
        assert!(
            matches!(of(&["--help"]), Command::Print(text) if text.starts_with("Usage: terraform-provider-example "))
        );
    }

    #[test]
    fn unknown_arguments_are_named() {
        for unknown in ["-verbose", "debug", "", "---debug"] {
            assert!(matches!(of(&[unknown]), Command::Refuse(text) if text.contains(unknown)));
        }
    }
}
