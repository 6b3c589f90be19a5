//! A registry as a folder of files: the pages that `terraform init` asks, for a release whose sums are
//! signed.

use std::fs;
use std::path::Path;
use std::process::Command;

use release_packer::VERSION;
use release_packer::names::{self, Product};
use serde_json::json;

use crate::files::Files;

/// Where the provider's pages are, below the address of the registry's service.
const PROVIDER: &str = "v1/providers/kibana-rs/kibana";

/// Lays a release out, for a registry that vouches for `public_key`, a key in PGP's ASCII armor.
pub(crate) fn lay_out(release: &Files, registry: &Path, public_key: &str) {
    let folder = registry.join(PROVIDER);
    let files = folder.join("files");
    fs::create_dir_all(&files).expect("a folder for the files");
    let signature = names::signature(&names::sums());
    let archives = release.archives().map(|(platform, _)| Product::Provider.archive(platform));
    for name in archives.chain([names::sums(), signature.clone()]) {
        fs::copy(release.folder.join(&name), files.join(&name)).expect("a file of the release");
    }
    let address = |name: &str| format!("/{PROVIDER}/files/{name}");
    let sums = release.sums();
    let mut platforms = Vec::new();
    for (platform, _) in release.archives() {
        let (os, arch) = platform.name().split_once('_').expect("a system and a processor");
        let archive = Product::Provider.archive(platform);
        let page = json!({
            "protocols": ["6.0"],
            "os": os,
            "arch": arch,
            "filename": archive,
            "download_url": address(&archive),
            "shasum": sums[&archive],
            "shasums_url": address(&names::sums()),
            "shasums_signature_url": address(&signature),
            "signing_keys": { "gpg_public_keys": [{ "ascii_armor": public_key }] },
        });
        let pages = folder.join(VERSION).join("download").join(os);
        fs::create_dir_all(&pages).expect("a folder for the page");
        fs::write(pages.join(arch), page.to_string()).expect("a page of the registry");
        platforms.push(json!({ "os": os, "arch": arch }));
    }
    let versions =
        json!({ "versions": [{ "version": VERSION, "protocols": ["6.0"], "platforms": platforms }] });
    fs::write(folder.join("versions"), versions.to_string()).expect("a page of the registry");
}

/// The public half of the key that `GPG_KEY` names; none where no signed release is tested.
pub(crate) fn public_key() -> Option<String> {
    std::env::var_os("RELEASE_FILES")?;
    let key = std::env::var("GPG_KEY").ok().filter(|key| !key.is_empty())?;
    let output = Command::new("gpg").args(["--batch", "--armor", "--export", &key]).output();
    let exported = String::from_utf8(output.expect("gpg can be run").stdout).expect("an armored key");
    assert!(exported.contains("BEGIN PGP PUBLIC KEY"), "gpg has no key {key}");
    Some(exported)
}

/// Adds a line to the sums that their signature does not cover.
pub(crate) fn spoil_sums(registry: &Path) {
    let path = registry.join(PROVIDER).join("files").join(names::sums());
    let sums = fs::read_to_string(&path).expect("the sums");
    fs::write(&path, format!("{sums}{}  another.zip\n", release_packer::sums::sum(b"another")))
        .expect("the sums can be written");
}
