//! Installing: what a mirror with the release's archives does for `terraform init`, and what a spoilt one
//! does.

use std::io::Write as _;
use std::path::Path;

use release_packer::VERSION;

use crate::files::{files, spoil};
use crate::https::Https;
use crate::registry;
use crate::workspace::Workspace;

const INIT: &[&str] = &["init", "-input=false"];
const PLAN: &[&str] = &["plan", "-input=false"];

fn filesystem(mirror: &Path) -> String {
    format!("provider_installation {{\n  filesystem_mirror {{ path = \"{}\" }}\n}}\n", mirror.display())
}

fn network(server: &Https) -> String {
    format!("provider_installation {{\n  network_mirror {{ url = \"{}/\" }}\n}}\n", server.address)
}

/// Has the server stand in for the registries of Terraform and of OpenTofu.
fn registry_settings(server: &Https) -> String {
    let host = |name: &str| {
        let services = format!("services = {{ \"providers.v1\" = \"{}/v1/providers/\" }}", server.address);
        format!("host \"{name}\" {{\n  {services}\n}}\n")
    };
    let hosts = ["registry.terraform.io", "registry.opentofu.org"].map(host).concat();
    format!("provider_installation {{\n  direct {{}}\n}}\n{hosts}")
}

/// Locks all platforms of the release; then each has a hash, and the host's package still fits the lock file.
/// The source is the option that names a mirror; without it the registry is asked.
#[track_caller]
fn locks_every_platform(workspace: &Workspace, source: Option<String>) {
    let platforms = files().platforms.iter().map(|platform| format!("-platform={platform}"));
    let command = ["providers", "lock"].map(str::to_owned).into_iter();
    let arguments: Vec<_> = command.chain(source).chain(platforms).collect();
    workspace.succeeds(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(workspace.lock().matches("\"h1:").count(), files().platforms.len(), "{}", workspace.lock());
    workspace.uninstall();
    workspace.succeeds(INIT);
}

#[tokio::test(flavor = "multi_thread")]
async fn terraform_installs_from_a_packed_mirror() {
    let mirror = tempfile::tempdir().expect("a folder");
    files().packed_mirror(mirror.path());
    let workspace = Workspace::new(&filesystem(mirror.path())).await;
    workspace.succeeds(INIT);
    assert!(workspace.lock().contains(&format!("version     = \"{VERSION}\"")), "{}", workspace.lock());
    locks_every_platform(&workspace, Some(format!("-fs-mirror={}", mirror.path().display())));
    assert!(workspace.succeeds(PLAN).contains("1 to add"));
}

#[tokio::test(flavor = "multi_thread")]
async fn terraform_installs_from_a_network_mirror() {
    let mirror = tempfile::tempdir().expect("a folder");
    files().network_mirror(mirror.path());
    let server = Https::serve(mirror.path()).await;
    let mut workspace = Workspace::new(&network(&server)).await;
    workspace.trust(&server.authority);
    workspace.succeeds(INIT);
    locks_every_platform(&workspace, Some(format!("-net-mirror={}/", server.address)));
    assert!(workspace.succeeds(PLAN).contains("1 to add"));
}

#[tokio::test(flavor = "multi_thread")]
async fn terraform_installs_from_a_registry_and_knows_the_signature() {
    let Some(key) = registry::public_key() else {
        // Past the runner, which keeps what a test that passes prints.
        let line = "left out: install::terraform_installs_from_a_registry_and_knows_the_signature: no release that GPG_KEY signed\n";
        return drop(std::io::stderr().write_all(line.as_bytes()));
    };
    let folder = tempfile::tempdir().expect("a folder");
    registry::lay_out(files(), folder.path(), &key);
    let server = Https::serve(folder.path()).await;
    let mut workspace = Workspace::new(&registry_settings(&server)).await;
    workspace.trust(&server.authority);
    let said = workspace.succeeds(INIT);
    assert!(said.contains("signed, key ID"), "{said}");
    // Signed sums vouch for every platform at once.
    for (file, sum) in files().sums().iter().filter(|(file, _)| file.ends_with(".zip")) {
        assert!(workspace.lock().contains(&format!("\"zh:{sum}\"")), "{file}: {}", workspace.lock());
    }
    locks_every_platform(&workspace, None);
    assert!(workspace.succeeds(PLAN).contains("1 to add"));
    // What README and the guide on pipelines tell those to do who have no registry at hand.
    let mirror = tempfile::tempdir().expect("a folder");
    workspace.succeeds(&["providers", "mirror", &mirror.path().display().to_string()]);
    let closed = Workspace::new(&filesystem(mirror.path())).await;
    closed.succeeds(INIT);
    assert!(closed.succeeds(PLAN).contains("1 to add"));

    registry::spoil_sums(folder.path());
    workspace.forget();
    let said = workspace.fails(INIT);
    assert!(said.contains("signature"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spoilt_archive_is_refused_by_the_lock_file() {
    let mirror = tempfile::tempdir().expect("a folder");
    files().packed_mirror(mirror.path());
    let workspace = Workspace::new(&filesystem(mirror.path())).await;
    workspace.succeeds(INIT);
    workspace.uninstall();
    spoil(mirror.path());
    let said = workspace.fails(INIT);
    assert!(said.contains("checksums"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spoilt_archive_is_refused_by_the_sums() {
    let mirror = tempfile::tempdir().expect("a folder");
    files().network_mirror(mirror.path());
    spoil(mirror.path());
    let server = Https::serve(mirror.path()).await;
    let mut workspace = Workspace::new(&network(&server)).await;
    workspace.trust(&server.authority);
    let said = workspace.fails(INIT);
    assert!(said.contains("checksum"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mirror_of_an_unknown_authority_is_refused() {
    let mirror = tempfile::tempdir().expect("a folder");
    files().network_mirror(mirror.path());
    let server = Https::serve(mirror.path()).await;
    let said = Workspace::new(&network(&server)).await.fails(INIT);
    assert!(said.contains("certificate"), "{said}");
}
