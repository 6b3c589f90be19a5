//! The start: who may start us, and the line that tells where we are.

use std::os::unix::fs::FileTypeExt;
use std::path::Path;

use crate::support::Launch;

#[tokio::test]
async fn the_line_has_six_parts_and_names_a_socket() {
    let mut process = Launch::terraform().spawn();
    let line = process.line().await;
    assert_eq!(line.parts.len(), 6);
    assert_eq!(line.network, "unix");
    assert!(Path::new(&line.address).metadata().unwrap().file_type().is_socket());
    // Hosts ignore a certificate of fifty characters or fewer.
    assert!(line.parts[5].len() > 50 && !line.parts[5].contains('='));
}

#[tokio::test]
async fn versions_come_in_any_order() {
    for versions in ["5,6", "6,5", "6"] {
        Launch::terraform().env("PLUGIN_PROTOCOL_VERSIONS", versions).spawn().line().await;
    }
}

#[tokio::test]
async fn a_host_without_version_six_is_told_so() {
    let (code, stdout, stderr) = Launch::terraform().env("PLUGIN_PROTOCOL_VERSIONS", "4,5").run().await;
    assert_eq!((code, &*stdout), (Some(1), ""));
    assert!(stderr.contains("version 6") && stderr.contains("offers only 4,5"), "{stderr}");
}

#[tokio::test]
async fn a_start_by_hand_explains_itself() {
    for launch in [Launch::by_hand(), Launch::terraform().env("TF_PLUGIN_MAGIC_COOKIE", "x")] {
        let (code, stdout, stderr) = launch.run().await;
        assert_eq!((code, &*stdout), (Some(1), ""));
        assert!(stderr.starts_with("This program is a plugin for Terraform"), "{stderr}");
    }
}

#[tokio::test]
async fn a_seventh_part_only_for_hosts_that_ask() {
    let mut process = Launch::terraform().env("PLUGIN_MULTIPLEX_GRPC", "true").spawn();
    let line = process.line().await;
    assert_eq!(line.parts.get(6).map(String::as_str), Some("false"));
}

#[tokio::test]
async fn without_a_client_certificate_there_is_no_tls() {
    let plugin = Launch::without_tls().start().await;
    assert_eq!(plugin.line.parts[5], "");
    plugin.shutdown().await;
}

#[tokio::test]
async fn a_broken_client_certificate_is_an_error() {
    let (code, stdout, stderr) = Launch::terraform().env("PLUGIN_CLIENT_CERT", "x").run().await;
    assert_eq!((code, &*stdout), (Some(1), ""));
    assert!(stderr.contains("PLUGIN_CLIENT_CERT"), "{stderr}");
}

#[tokio::test]
async fn the_host_chooses_the_sockets_folder_and_group() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let group = nix::unistd::getgid().to_string();
    let plugin = Launch::terraform()
        .env("PLUGIN_UNIX_SOCKET_DIR", folder.path())
        .env("PLUGIN_UNIX_SOCKET_GROUP", group)
        .start()
        .await;
    let socket = Path::new(&plugin.line.address);
    assert_eq!(socket.parent(), Some(folder.path()));
    assert_eq!(socket.metadata().unwrap().permissions().mode() & 0o777, 0o660);
    plugin.shutdown().await;
    assert_eq!(folder.path().read_dir().unwrap().count(), 0);
}

#[tokio::test]
async fn a_folder_too_deep_for_a_socket_is_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let deep = folder.path().join("x".repeat(120));
    std::fs::create_dir(&deep).unwrap();
    Launch::terraform().env("TMPDIR", deep).start().await.shutdown().await;
}

#[tokio::test]
async fn an_empty_temporary_folder_is_not_the_current_one() {
    let current = tempfile::tempdir().unwrap();
    let plugin = Launch::terraform().env("TMPDIR", "").current_dir(current.path()).start().await;
    assert_eq!(Path::new(&plugin.line.address).ancestors().nth(2), Some(Path::new("/tmp")));
    assert_eq!(current.path().read_dir().unwrap().count(), 0);
    plugin.shutdown().await;
}

#[tokio::test]
async fn version_and_help_need_no_host() {
    let (code, stdout, _) = Launch::by_hand().arg("-version").run().await;
    assert_eq!(
        (code, stdout.trim()),
        (Some(0), concat!("terraform-provider-kibana ", env!("CARGO_PKG_VERSION")))
    );
    let (code, stdout, _) = Launch::by_hand().arg("--help").run().await;
    assert_eq!(code, Some(0));
    assert!(stdout.contains("-debug"));
    let (code, _, stderr) = Launch::by_hand().arg("apply").run().await;
    assert_eq!(code, Some(2));
    assert!(stderr.starts_with("Unknown argument: apply"));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn what_cannot_be_printed_is_told() {
    let full = || std::fs::File::options().write(true).open("/dev/full").unwrap();
    for launch in [Launch::by_hand().arg("-version"), Launch::by_hand().arg("export").arg("--help")] {
        let (code, stderr) = launch.run_into(full()).await;
        assert_eq!(code, Some(1));
        assert!(stderr.contains("standard output") && stderr.contains("No space left"), "{stderr}");
    }
    // Whoever closed the pipe has read enough.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let (code, stderr) = Launch::by_hand()
        .arg("-version")
        .run_into(std::fs::File::from(std::os::fd::OwnedFd::from(writer)))
        .await;
    assert_eq!((code, stderr.as_str()), (Some(1), ""));
}
