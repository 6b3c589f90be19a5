//! The program behind `make dist`: packs, checks, and tells a release's notes.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use release_packer::check::{self, Expected};
use release_packer::names::Platform;
use release_packer::pack::Pack;
use release_packer::{Error, VERSION, changelog};

/// Packs a release of the provider and the emulator, and checks one.
#[derive(Parser)]
#[command(version)]
enum Command {
    /// Writes archives, bills of materials, manifest and sums.
    Pack {
        /// The folder with one folder of programs for each platform.
        programs: PathBuf,
        /// The folder to write into.
        out: PathBuf,
        #[command(flatten)]
        platforms: Platforms,
    },
    /// Says what is wrong with a folder that is to be released.
    Check {
        /// The folder.
        folder: PathBuf,
        #[command(flatten)]
        platforms: Platforms,
        /// The sums must be signed.
        #[arg(long)]
        signed: bool,
    },
    #[command(flatten)]
    Tell(Tell),
}

#[derive(clap::Args)]
struct Platforms {
    /// A platform of the release, such as linux_amd64; may be repeated.
    #[arg(long = "platform", value_name = "OS_ARCH", required = true)]
    list: Vec<Platform>,
}

#[derive(Subcommand)]
enum Tell {
    /// Prints the version.
    Version,
    /// Prints Rust's name of a platform's target.
    Target {
        /// The platform, such as linux_amd64.
        platform: Platform,
    },
    /// Prints the changelog's section of this version. A TAG must be this version's.
    Notes {
        /// The tag that is released, such as v1.2.3.
        tag: Option<String>,
    },
}

fn main() -> ExitCode {
    match run(Command::parse()) {
        Ok(text) => {
            print(&text);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("release-packer: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<String, Error> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
    match command {
        Command::Pack { programs, out, platforms } => {
            Pack { root, programs, out: out.clone(), platforms: platforms.list }.run()?;
            Ok(format!("Packed version {VERSION} into {}.", out.display()))
        }
        Command::Check { folder, platforms, signed } => {
            let expected = Expected { platforms: platforms.list, signed, any_linux: false };
            let faults = check::check(&folder, &expected);
            if faults.is_empty() {
                return Ok(format!("{} is a release as it should be.", folder.display()));
            }
            Err(format!("{} cannot be released:\n  {}", folder.display(), faults.join("\n  ")).into())
        }
        Command::Tell(Tell::Version) => Ok(VERSION.to_owned()),
        Command::Tell(Tell::Target { platform }) => Ok(platform.target().to_owned()),
        Command::Tell(Tell::Notes { tag }) => {
            tag.map_or(Ok(()), |tag| changelog::check_tag(&tag))?;
            let text = std::fs::read_to_string(root.join("CHANGELOG.md"))?;
            Ok(changelog::section(&text, VERSION)?.to_owned())
        }
    }
}

#[allow(clippy::print_stdout, reason = "this program is no plugin; what it prints is its answer")]
fn print(text: &str) {
    println!("{text}");
}
