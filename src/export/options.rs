//! The command line of `export`.

use std::ffi::OsString;
use std::path::PathBuf;

use lexopt::prelude::*;
use regex::Regex;

/// What `--help` prints.
pub(super) const HELP: &str = "\
Usage: terraform-provider-kibana export [options]

Writes a `resource` and an `import` block for each connector of a Kibana, for Terraform 1.5 and OpenTofu 1.6 and
later. Put the file beside your provider block, run `terraform plan`: it imports them all and changes nothing.

Which Kibana, and with which credentials, is read from the environment, as by the provider block:
KIBANA_ENDPOINT, KIBANA_API_KEY, KIBANA_BEARER_TOKEN, KIBANA_USERNAME, KIBANA_PASSWORD, KIBANA_SPACE_ID,
KIBANA_CA_CERTS and KIBANA_INSECURE.

Options:
  --space ID          connectors of this space; may be repeated
                      (left out: KIBANA_SPACE_ID, or else `default`)
  --all-spaces        connectors of every space that the credentials can see
  --type ID           connectors of this type, such as .email; may be repeated
  --name REGEX        connectors whose name this regular expression finds
  --missing-secrets   connectors that have lost their secrets;
                      with --missing-secrets=false those that have not
  --narrow            kibana_connector_email and the like instead of kibana_connector
  --out FOLDER        one file for each type in this folder, instead of everything on standard output
  --help              this text

Connectors from Kibana's configuration file and Kibana's own are left out: nobody can manage them. Kibana never
returns secrets: where a type has any, they are written as a comment to fill in.

A space that cannot be read is named on standard error. Where there are others, it is left out. The exit code is then 1.

Example:
  KIBANA_ENDPOINT=https://kibana.example.com:5601 KIBANA_API_KEY=... \\
    terraform-provider-kibana export --space ops --name '^prod-' > connectors.tf";

/// What is to be exported, and where to.
#[derive(Debug, Default)]
pub(super) struct Options {
    /// The spaces; the provider's if there is none.
    pub(super) spaces: Vec<String>,
    /// Every space that there is.
    pub(super) all_spaces: bool,
    /// The types; all if there is none.
    pub(super) types: Vec<String>,
    /// What the name must have in it.
    pub(super) name: Option<Regex>,
    /// Only connectors that lack their secrets, or only those that do not.
    pub(super) missing_secrets: Option<bool>,
    /// A resource for each type.
    pub(super) narrow: bool,
    /// The folder to write to; standard output if there is none.
    pub(super) out: Option<PathBuf>,
    /// Only the help is wanted.
    pub(super) help: bool,
}

impl Options {
    /// Reads the arguments that follow `export`.
    ///
    /// # Errors
    ///
    /// What is wrong with them.
    pub(super) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut options = Self::default();
        let mut parser = lexopt::Parser::from_args(arguments);
        while let Some(argument) = parser.next().map_err(|error| error.to_string())? {
            match argument {
                Long("space") => add(text(&mut parser)?, &mut options.spaces),
                Long("all-spaces") => options.all_spaces = true,
                Long("type") => add(text(&mut parser)?, &mut options.types),
                Long("name") => {
                    let regex = Regex::new(&text(&mut parser)?);
                    options.name =
                        Some(regex.map_err(|error| format!("invalid value for '--name': {error}"))?);
                }
                Long("missing-secrets") => {
                    options.missing_secrets = Some(flag(&mut parser, "missing-secrets")?)
                }
                Long("narrow") => options.narrow = true,
                Long("out") => options.out = Some(value(&mut parser)?.into()),
                Long("help") | Short('h') => options.help = true,
                other => return Err(other.unexpected().to_string()),
            }
        }
        if options.all_spaces && !options.spaces.is_empty() {
            return Err("'--space' and '--all-spaces' contradict each other".to_owned());
        }
        Ok(options)
    }
}

/// Adds what is not there yet: a space or a type that is named twice is meant once.
fn add(text: String, texts: &mut Vec<String>) {
    if !texts.contains(&text) {
        texts.push(text);
    }
}

/// Whether the option that was read last is true, as it is without `=false`.
fn flag(parser: &mut lexopt::Parser, name: &str) -> Result<bool, String> {
    match parser.optional_value().as_deref().map(|value| value.to_str()) {
        None | Some(Some("true")) => Ok(true),
        Some(Some("false")) => Ok(false),
        Some(_) => Err(format!("invalid value for '--{name}': it is true or false")),
    }
}

/// The value of the option that was read last.
fn value(parser: &mut lexopt::Parser) -> Result<OsString, String> {
    parser.value().map_err(|error| error.to_string())
}

fn text(parser: &mut lexopt::Parser) -> Result<String, String> {
    value(parser)?.string().map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::Options;

    fn parse(arguments: &[&str]) -> Result<Options, String> {
        Options::parse(arguments.iter().map(OsString::from))
    }

    #[test]
    fn options_are_read() {
        let all = [
            "--space=a",
            "--space",
            "b",
            "--type",
            ".email",
            "--name",
            "^prod",
            "--missing-secrets",
            "--narrow",
        ];
        let options = parse(&[&all[..], &["--out", "folder"]].concat()).expect("good options");
        assert_eq!(
            (options.spaces, options.types),
            (vec!["a".into(), "b".into()], vec![".email".to_owned()])
        );
        assert!(options.name.is_some_and(|name| name.is_match("prod mail")));
        assert_eq!(options.missing_secrets, Some(true));
        assert!(options.narrow && !options.all_spaces && !options.help);
        assert_eq!(options.out.as_deref(), Some(std::path::Path::new("folder")));
        assert!(parse(&["--help"]).is_ok_and(|options| options.help));
    }

    #[test]
    fn a_flag_can_be_false() {
        let read = |arguments: &[&str]| parse(arguments).expect("good options").missing_secrets;
        assert_eq!(read(&[]), None);
        assert_eq!(read(&["--missing-secrets", "--narrow"]), Some(true));
        assert_eq!(read(&["--missing-secrets=true"]), Some(true));
        assert_eq!(read(&["--missing-secrets=false"]), Some(false));
    }

    #[test]
    fn what_is_named_twice_is_meant_once() {
        let twice = ["--space", "b", "--space", "a", "--space", "b", "--type=.email", "--type=.email"];
        let options = parse(&twice).expect("good options");
        assert_eq!(
            (options.spaces, options.types),
            (vec!["b".into(), "a".into()], vec![".email".to_owned()])
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (arguments, part) in [
            (&["--spaces"][..], "--spaces"),
            (&["--space"], "--space"),
            (&["more"], "more"),
            (&["--name", "("], "--name"),
            (&["--missing-secrets=no"], "--missing-secrets"),
            (&["--space", "a", "--all-spaces"], "contradict"),
        ] {
            let error = parse(arguments).expect_err("wrong options");
            assert!(error.contains(part), "{error}");
        }
    }
}
