//! Names: of platforms as Terraform spells them, and of a release's files as the registry wants them.

use std::fmt;
use std::str::FromStr;

use crate::VERSION;

/// An operating system and a processor, in Go's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Platform {
    /// macOS on Intel.
    DarwinAmd64,
    /// macOS on Apple's own processors.
    DarwinArm64,
    /// Linux on x86-64.
    LinuxAmd64,
    /// Linux on 64-bit Arm.
    LinuxArm64,
    /// Windows on x86-64.
    WindowsAmd64,
}

impl Platform {
    /// All that are released.
    pub const ALL: [Self; 5] =
        [Self::DarwinAmd64, Self::DarwinArm64, Self::LinuxAmd64, Self::LinuxArm64, Self::WindowsAmd64];

    /// The name in archives, such as `linux_amd64`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DarwinAmd64 => "darwin_amd64",
            Self::DarwinArm64 => "darwin_arm64",
            Self::LinuxAmd64 => "linux_amd64",
            Self::LinuxArm64 => "linux_arm64",
            Self::WindowsAmd64 => "windows_amd64",
        }
    }

    /// Rust's name of the target that is built for it.
    #[must_use]
    pub const fn target(self) -> &'static str {
        match self {
            Self::DarwinAmd64 => "x86_64-apple-darwin",
            Self::DarwinArm64 => "aarch64-apple-darwin",
            Self::LinuxAmd64 => "x86_64-unknown-linux-musl",
            Self::LinuxArm64 => "aarch64-unknown-linux-musl",
            Self::WindowsAmd64 => "x86_64-pc-windows-gnu",
        }
    }

    /// What an executable's name ends in.
    #[must_use]
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::WindowsAmd64 => ".exe",
            _ => "",
        }
    }

    /// The platform that this program runs on, if it is one that is released.
    #[must_use]
    pub fn host() -> Option<Self> {
        let os = match std::env::consts::OS {
            "macos" => "darwin",
            other => other,
        };
        let arch = match std::env::consts::ARCH {
            "x86_64" => "amd64",
            "aarch64" => "arm64",
            other => other,
        };
        format!("{os}_{arch}").parse().ok()
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Platform {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = Self::ALL.map(Self::name);
        let found = Self::ALL.into_iter().find(|platform| platform.name() == name);
        found.ok_or_else(|| format!("no such platform; there are {}", known.join(", ")))
    }
}

/// A program that is released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Product {
    /// The provider, for the registry.
    Provider,
    /// The emulated Kibana, for authors of modules.
    Emulator,
}

impl Product {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Provider, Self::Emulator];

    /// Its name: of the package, of the program that Cargo builds, and at the front of each of its files.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Provider => "terraform-provider-kibana",
            Self::Emulator => "kibana-emulator",
        }
    }

    /// The archive for a platform.
    #[must_use]
    pub fn archive(self, platform: Platform) -> String {
        format!("{}_{VERSION}_{platform}.zip", self.name())
    }

    /// The program inside the archive. Terraform looks for the provider under a name with its version.
    #[must_use]
    pub fn program(self, platform: Platform) -> String {
        let suffix = platform.suffix();
        match self {
            Self::Provider => format!("{}_v{VERSION}{suffix}", self.name()),
            Self::Emulator => format!("{}{suffix}", self.name()),
        }
    }

    /// The texts that go with the program: their names in the archive, and where they are below the project's
    /// root.
    #[must_use]
    pub fn texts(self, platform: Platform) -> Vec<(&'static str, &'static str)> {
        let mut texts = vec![("LICENSE", "LICENSE")];
        if self == Self::Emulator {
            texts.push(("README.md", "tests/emulator/README.md"));
            // An image holds a Linux program.
            if matches!(platform, Platform::LinuxAmd64 | Platform::LinuxArm64) {
                texts.push(("Containerfile", "tests/emulator/Containerfile"));
            }
        }
        texts
    }

    /// The bill of materials.
    #[must_use]
    pub fn bill(self) -> String {
        format!("{}_{VERSION}_sbom.cdx.json", self.name())
    }
}

/// The manifest that tells the registry which protocol the provider speaks. Without it the registry assumes
/// an old one.
#[must_use]
pub fn manifest() -> String {
    format!("{}_{VERSION}_manifest.json", Product::Provider.name())
}

/// The sums that the registry and Terraform check: the provider's archives and the manifest, nothing else.
#[must_use]
pub fn sums() -> String {
    format!("{}_{VERSION}_SHA256SUMS", Product::Provider.name())
}

/// The sums of everything else.
#[must_use]
pub fn other_sums() -> String {
    format!("other-files_{VERSION}.sha256")
}

/// The detached signature of a file.
#[must_use]
pub fn signature(file: &str) -> String {
    format!("{file}.sig")
}
