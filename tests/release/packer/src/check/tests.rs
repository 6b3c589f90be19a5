use std::fs;
use std::path::PathBuf;
use std::sync::OnceLock;

use super::*;
use crate::Error;
use crate::archive::Entry;
use crate::pack::Pack;

const PLATFORMS: [Platform; 2] = [Platform::LinuxAmd64, Platform::LinuxArm64];

/// Packs a release whose programs are the smallest that pass for some.
fn pack() -> Result<tempfile::TempDir, Error> {
    let folder = tempfile::tempdir()?;
    for platform in PLATFORMS {
        let programs = folder.path().join("programs").join(platform.name());
        fs::create_dir_all(&programs)?;
        for product in Product::ALL {
            fs::write(programs.join(product.name()), binary::sample_elf(platform, false))?;
        }
    }
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../..");
    let (programs, out) = (folder.path().join("programs"), folder.path().join("out"));
    Pack { root, programs, out, platforms: PLATFORMS.to_vec() }.run()?;
    Ok(folder)
}

/// A copy of that release, to break.
struct Release {
    folder: tempfile::TempDir,
    expected: Expected,
}

impl Release {
    fn new() -> Result<Self, Error> {
        static PACKED: OnceLock<Result<tempfile::TempDir, String>> = OnceLock::new();
        let packed = PACKED.get_or_init(|| pack().map_err(|error| error.to_string()));
        let packed = packed.as_ref().map_err(String::clone)?;
        let folder = tempfile::tempdir()?;
        fs::create_dir(folder.path().join("out"))?;
        for file in fs::read_dir(packed.path().join("out"))? {
            let file = file?;
            fs::copy(file.path(), folder.path().join("out").join(file.file_name()))?;
        }
        Ok(Self { folder, expected: Expected { platforms: PLATFORMS.to_vec(), ..Expected::default() } })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("out").join(name)
    }

    fn faults(&self) -> Vec<String> {
        check(&self.folder.path().join("out"), &self.expected)
    }

    /// There is a fault, and it says this.
    #[track_caller]
    fn fails(&self, part: &str) {
        let faults = self.faults();
        assert!(faults.iter().any(|fault| fault.contains(part)), "not said: {part}; but {faults:?}");
    }

    /// Packs the provider's archive anew with other entries, and sums that fit.
    fn repack(&self, change: impl Fn(&mut Vec<Entry>)) -> Result<(), Error> {
        let name = Product::Provider.archive(Platform::LinuxAmd64);
        let mut entries = archive::read(&self.path(&name))?;
        change(&mut entries);
        archive::write(&self.path(&name), &entries)?;
        let files: Vec<_> = summed(&self.expected.platforms)[0].1.iter().cloned().collect();
        sums::write(&self.folder.path().join("out"), &names::sums(), &files)
    }
}

#[test]
fn what_is_packed_passes() -> Result<(), Error> {
    let release = Release::new()?;
    assert_eq!(release.faults(), Vec::<String>::new());
    Ok(())
}

#[test]
fn packing_twice_makes_the_same_files() -> Result<(), Error> {
    let (first, second) = (Release::new()?, pack()?);
    for name in [names::sums(), names::other_sums()] {
        assert_eq!(
            fs::read_to_string(first.path(&name))?,
            fs::read_to_string(second.path().join("out").join(&name))?
        );
    }
    Ok(())
}

#[test]
fn a_wrong_name_is_found() -> Result<(), Error> {
    let release = Release::new()?;
    let name = Product::Provider.archive(Platform::LinuxArm64);
    fs::rename(release.path(&name), release.path(&name.replace("arm64", "aarch64")))?;
    release.fails("linux_arm64.zip: is missing");
    release.fails("linux_aarch64.zip: does not belong to the release");
    Ok(())
}

#[test]
fn a_wrong_byte_is_found() -> Result<(), Error> {
    for name in [Product::Provider.archive(Platform::LinuxAmd64), Product::Emulator.bill(), names::manifest()]
    {
        let release = Release::new()?;
        let mut bytes = fs::read(release.path(&name))?;
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(release.path(&name), bytes)?;
        release.fails(&format!("the sum of {name} is another"));
    }
    Ok(())
}

#[test]
fn a_wrong_sum_is_found() -> Result<(), Error> {
    let release = Release::new()?;
    let text = fs::read_to_string(release.path(&names::sums()))?;
    let first = text.chars().next().ok_or("no sums")?;
    let other = if first == '0' { "1" } else { "0" };
    fs::write(release.path(&names::sums()), format!("{other}{}", &text[1..]))?;
    release.fails("is another");
    fs::write(release.path(&names::sums()), text.lines().skip(1).collect::<Vec<_>>().join("\n"))?;
    release.fails("does not list");
    Ok(())
}

#[test]
fn a_missing_permission_is_found() -> Result<(), Error> {
    let release = Release::new()?;
    release.repack(|entries| entries[0].mode = 0o644)?;
    release.fails("has the permissions 644 instead of 755");
    Ok(())
}

#[test]
fn a_wrong_program_is_found() -> Result<(), Error> {
    let release = Release::new()?;
    release.repack(|entries| entries[0].name = "terraform-provider-kibana".to_owned())?;
    release.fails(&format!("lacks terraform-provider-kibana_v{VERSION}"));
    release.fails("holds terraform-provider-kibana, which does not belong there");
    let release = Release::new()?;
    release.repack(|entries| entries[0].bytes = binary::sample_elf(Platform::LinuxArm64, false))?;
    release.fails("is not for linux_amd64");
    let release = Release::new()?;
    release.repack(|entries| entries[0].bytes = binary::sample_elf(Platform::LinuxAmd64, true))?;
    release.fails("is not static");
    Ok(())
}

#[test]
fn a_missing_or_armored_signature_is_found() -> Result<(), Error> {
    let mut release = Release::new()?;
    release.expected.signed = true;
    let signature = names::signature(&names::sums());
    release.fails(&format!("{signature}: is missing"));
    fs::write(release.path(&signature), "-----BEGIN PGP SIGNATURE-----")?;
    release.fails("is not a binary signature");
    Ok(())
}

#[test]
fn an_old_manifest_is_found() -> Result<(), Error> {
    let release = Release::new()?;
    fs::write(release.path(&names::manifest()), r#"{"version":1,"metadata":{"protocol_versions":["5.0"]}}"#)?;
    release.fails("manifest.json: is not");
    Ok(())
}
