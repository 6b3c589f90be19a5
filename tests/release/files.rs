//! The release that is tested, and mirrors that hold it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use release_packer::VERSION;
use release_packer::binary;
use release_packer::check::{Expected, check};
use release_packer::names::{self, Platform, Product};
use release_packer::pack::Pack;
use serde_json::json;

/// Where a mirror keeps the provider: Terraform and OpenTofu each look below their own registry's name.
const ADDRESSES: [&str; 2] =
    ["registry.terraform.io/kibana-rs/kibana", "registry.opentofu.org/kibana-rs/kibana"];

/// A folder with a release's files.
pub(crate) struct Files {
    pub(crate) folder: PathBuf,
    pub(crate) platforms: Vec<Platform>,
}

/// The release: the one that `RELEASE_FILES` names, or one packed from what was just built.
pub(crate) fn files() -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| match std::env::var_os("RELEASE_FILES") {
        Some(folder) => {
            let folder = PathBuf::from(folder);
            let is_there = |platform: &Platform| folder.join(Product::Provider.archive(*platform)).exists();
            let platforms = Platform::ALL.into_iter().filter(is_there).collect();
            Files { folder, platforms }
        }
        None => packed(),
    })
}

fn packed() -> Files {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("release");
    let _ = fs::remove_dir_all(&folder);
    let host = Platform::host().expect("a platform that is released");
    let programs = folder.join("programs").join(host.name());
    fs::create_dir_all(&programs).expect("a folder for the programs");
    let built = env!("CARGO_BIN_EXE_terraform-provider-kibana");
    fs::copy(built, programs.join(Product::Provider.name())).expect("the provider that was just built");
    // The emulator's archive is packed and checked like the provider's, but nothing here starts it.
    let sample = binary::sample_elf(host, false);
    fs::write(programs.join(Product::Emulator.name()), sample)
        .expect("something that passes for the emulator");
    let (programs, out) = (folder.join("programs"), folder.join("files"));
    Pack { root, programs, out: out.clone(), platforms: vec![host] }.run().expect("it can be packed");
    let expected = Expected { platforms: vec![host], any_linux: true, ..Expected::default() };
    assert_eq!(check(&out, &expected), Vec::<String>::new());
    Files { folder: out, platforms: vec![host] }
}

impl Files {
    pub(crate) fn archives(&self) -> impl Iterator<Item = (Platform, PathBuf)> {
        let archive =
            |platform: &Platform| (*platform, self.folder.join(Product::Provider.archive(*platform)));
        self.platforms.iter().map(archive)
    }

    /// Lays the archives out as a packed filesystem mirror.
    pub(crate) fn packed_mirror(&self, mirror: &Path) {
        for folder in ADDRESSES.map(|address| mirror.join(address)) {
            fs::create_dir_all(&folder).expect("a folder for the mirror");
            for (platform, archive) in self.archives() {
                fs::copy(archive, folder.join(Product::Provider.archive(platform))).expect("an archive");
            }
        }
    }

    /// The sums that the release lists, by file.
    pub(crate) fn sums(&self) -> BTreeMap<String, String> {
        let sums = fs::read_to_string(self.folder.join(names::sums())).expect("the sums");
        release_packer::sums::parse(&sums).expect("sums as sha256sum writes them")
    }

    /// Lays the archives out as a network mirror, with the sums that the release lists.
    pub(crate) fn network_mirror(&self, mirror: &Path) {
        self.packed_mirror(mirror);
        let sums = self.sums();
        let archives: serde_json::Map<_, _> = self
            .platforms
            .iter()
            .map(|platform| {
                let name = Product::Provider.archive(*platform);
                let hash = format!("zh:{}", sums[&name]);
                (platform.to_string(), json!({ "url": name, "hashes": [hash] }))
            })
            .collect();
        for folder in ADDRESSES.map(|address| mirror.join(address)) {
            let write = |name: &str, json: serde_json::Value| {
                fs::write(folder.join(name), json.to_string()).expect("a page of the mirror");
            };
            write("index.json", json!({ "versions": { VERSION: {} } }));
            write(&format!("{VERSION}.json"), json!({ "archives": archives }));
        }
    }
}

/// Changes one byte of the host's archive in a mirror, in the middle of the program.
pub(crate) fn spoil(mirror: &Path) {
    let host = Platform::host().expect("a platform that is released");
    for address in ADDRESSES {
        let path = mirror.join(address).join(Product::Provider.archive(host));
        let mut entries = release_packer::archive::read(&path).expect("an archive");
        let middle = entries[0].bytes.len() / 2;
        entries[0].bytes[middle] ^= 1;
        release_packer::archive::write(&path, &entries).expect("the archive can be written");
    }
}
