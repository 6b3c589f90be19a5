//! Installing: what a mirror with the release's archives does for `terraform init`, and what a spoilt one does.

use std::path::Path;

use release_packer::VERSION;

use crate::files::{files, spoil};
use crate::https::Https;
use crate::workspace::Workspace;

const INIT: &[&str] = &["init", "-input=false"];
const PLAN: &[&str] = &["plan", "-input=false"];

fn filesystem(mirror: &Path) -> String {
    format!("filesystem_mirror {{ path = \"{}\" }}", mirror.display())
}

fn network(server: &Https) -> String {
    format!("network_mirror {{ url = \"{}/\" }}", server.address)
}

/// Locks all platforms of the release; then each has a hash, and the host's package still fits the lock file.
#[track_caller]
fn locks_every_platform(workspace: &Workspace, source: &str) {
    let platforms = files().platforms.iter().map(|platform| format!("-platform={platform}"));
    let arguments: Vec<_> =
        ["providers", "lock", source].map(str::to_owned).into_iter().chain(platforms).collect();
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
    locks_every_platform(&workspace, &format!("-fs-mirror={}", mirror.path().display()));
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
    locks_every_platform(&workspace, &format!("-net-mirror={}/", server.address));
    assert!(workspace.succeeds(PLAN).contains("1 to add"));
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
