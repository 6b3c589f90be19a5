//! The socket we listen on: a Unix socket, or TCP on the loopback interface where there are none (Windows).
//!
//! The socket's file is removed with the listener. Who may connect is decided by the file's permissions and,
//! above that, by TLS.

use std::io;
use std::net::Ipv4Addr;
#[cfg(unix)]
use std::path::{Path, PathBuf};

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::UnixListener;

use super::{Environment, Error};

/// A byte stream, whatever it runs over.
pub trait Io: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Io for T {}

/// A bound socket.
#[derive(Debug)]
pub enum Listener {
    /// A Unix socket.
    #[cfg(unix)]
    Unix {
        /// The socket.
        listener: UnixListener,
        /// Its file.
        file: SocketFile,
    },
    /// TCP on 127.0.0.1.
    Tcp {
        /// The socket.
        listener: TcpListener,
        /// Its port.
        port: u16,
    },
}

impl Listener {
    /// Binds what this operating system's Terraform expects.
    ///
    /// # Errors
    ///
    /// When no socket can be made where the host wants it.
    pub fn bind(environment: &Environment) -> Result<Self, Error> {
        #[cfg(windows)]
        return Self::tcp(environment.ports);
        #[cfg(unix)]
        return Self::unix(environment.socket_folder.as_deref(), environment.socket_group.as_deref());
    }

    /// Binds a Unix socket with a fresh name in `folder`, or in the temporary folder.
    ///
    /// Only the user may connect, or the user and `group` (a name or a number).
    ///
    /// # Errors
    ///
    /// When the folder takes no sockets, the group is unknown, or its permissions cannot be set.
    #[cfg(unix)]
    pub fn unix(folder: Option<&Path>, group: Option<&str>) -> Result<Self, Error> {
        let (listener, path) = match folder {
            Some(folder) => bind_in(folder)?,
            // A path to a socket may have about a hundred bytes, and temporary folders with long names exist.
            None => bind_in(&std::env::temp_dir())
                .or_else(|error| bind_in(Path::new("/tmp")).map_err(|_| error))?,
        };
        let file = SocketFile(path);
        restrict(&file.0, group)?;
        Ok(Self::Unix { listener, file })
    }

    /// Binds the first free port from the first to the last; zero stands for any.
    ///
    /// # Errors
    ///
    /// When none of them is free.
    pub fn tcp((first, last): (u16, u16)) -> Result<Self, Error> {
        let mut failure = io::Error::new(io::ErrorKind::InvalidInput, "the range is empty");
        for port in first..=last {
            match bind_tcp(port) {
                Ok((listener, port)) => return Ok(Self::Tcp { listener, port }),
                Err(error) => failure = error,
            }
        }
        Err(Error::Ports { first, last, source: failure })
    }

    /// The handshake line's word for the kind of socket.
    #[must_use]
    pub fn network(&self) -> &'static str {
        match self {
            #[cfg(unix)]
            Self::Unix { .. } => "unix",
            Self::Tcp { .. } => "tcp",
        }
    }

    /// Where a client connects to.
    #[must_use]
    pub fn address(&self) -> String {
        match self {
            #[cfg(unix)]
            Self::Unix { file, .. } => file.0.to_string_lossy().into_owned(),
            Self::Tcp { port, .. } => format!("{}:{port}", Ipv4Addr::LOCALHOST),
        }
    }

    /// Waits for the next client.
    ///
    /// # Errors
    ///
    /// When the operating system has no room for another connection; the next try may succeed.
    pub async fn accept(&self) -> io::Result<Box<dyn Io>> {
        match self {
            #[cfg(unix)]
            Self::Unix { listener, .. } => {
                let (stream, _) = listener.accept().await?;
                Ok(Box::new(stream))
            }
            Self::Tcp { listener, .. } => {
                let (stream, _) = listener.accept().await?;
                // Answers are small and waited for.
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
        }
    }
}

fn bind_tcp(port: u16) -> io::Result<(TcpListener, u16)> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
    listener.set_nonblocking(true)?;
    let port = listener.local_addr()?.port();
    Ok((TcpListener::from_std(listener)?, port))
}

/// The file of a Unix socket, removed when dropped.
#[cfg(unix)]
#[derive(Debug)]
pub struct SocketFile(PathBuf);

#[cfg(unix)]
impl Drop for SocketFile {
    fn drop(&mut self) {
        // Somebody who cleaned the folder before us has done no harm.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(unix)]
fn bind_in(folder: &Path) -> Result<(UnixListener, PathBuf), Error> {
    use std::hash::{BuildHasher, RandomState};

    // Process ids repeat in containers that share a folder, and binding fails where a file exists already, so
    // nobody can put one in our way without guessing the number.
    let random = RandomState::new().hash_one(std::process::id());
    let path = folder.join(format!("plugin-kibana-{random:016x}"));
    let failed = |source| Error::Socket { folder: folder.to_owned(), source };
    if path.to_str().is_none_or(|path| path.contains(['|', '\n'])) {
        // The path would not survive the handshake line.
        return Err(failed(io::Error::new(
            io::ErrorKind::InvalidInput,
            "its name cannot be sent to the host",
        )));
    }
    let listener = UnixListener::bind(&path).map_err(failed)?;
    Ok((listener, path))
}

#[cfg(unix)]
fn restrict(path: &Path, group: Option<&str>) -> Result<(), Error> {
    use std::os::unix::fs::PermissionsExt;

    let failed = |source| Error::Permissions { path: path.to_owned(), source };
    let mode = match group {
        None => 0o600,
        Some(group) => {
            std::os::unix::fs::chown(path, None, Some(group_id(group)?)).map_err(failed)?;
            0o660
        }
    };
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).map_err(failed)
}

#[cfg(unix)]
fn group_id(group: &str) -> Result<u32, Error> {
    if let Ok(id) = group.parse() {
        return Ok(id);
    }
    match nix::unistd::Group::from_name(group) {
        Ok(Some(group)) => Ok(group.gid.as_raw()),
        Ok(None) | Err(_) => Err(Error::Group(group.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn tcp_takes_the_first_free_port_of_the_range() {
        let taken = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let first = taken.local_addr().unwrap().port();
        let listener = Listener::tcp((first, first.saturating_add(200))).unwrap();
        let address = listener.address();
        let (connected, accepted) = tokio::join!(tokio::net::TcpStream::connect(&address), listener.accept());
        assert_ne!(address, format!("127.0.0.1:{first}"));
        assert!(connected.is_ok() && accepted.is_ok());
        assert_eq!(listener.network(), "tcp");
    }

    #[tokio::test]
    async fn a_range_without_a_free_port_is_an_error() {
        let taken = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        let error = Listener::tcp((port, port)).unwrap_err();
        assert!(error.to_string().ends_with(&format!("any port from {port} to {port}")), "{error}");
        assert!(Listener::tcp((2, 1)).is_err());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_socket_is_private_and_goes_with_the_listener() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let listener = Listener::unix(Some(folder.path()), None).unwrap();
        let path = PathBuf::from(listener.address());
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        drop(listener);
        assert!(!path.exists());
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_group_is_given_by_name_or_number() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let folder = tempfile::tempdir().unwrap();
        let own = nix::unistd::Group::from_gid(nix::unistd::getgid()).unwrap().unwrap();
        for group in [own.name.clone(), own.gid.to_string()] {
            let listener = Listener::unix(Some(folder.path()), Some(&group)).unwrap();
            let metadata = PathBuf::from(listener.address()).metadata().unwrap();
            assert_eq!(metadata.permissions().mode() & 0o777, 0o660);
            assert_eq!(metadata.gid(), own.gid.as_raw());
        }
        let error = Listener::unix(Some(folder.path()), Some("no such group")).unwrap_err();
        assert!(matches!(error, Error::Group(_)));
        assert_eq!(folder.path().read_dir().unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_folder_that_is_not_there_is_named() {
        let error = Listener::unix(Some(Path::new("/not/there")), None).unwrap_err();
        assert_eq!(error.to_string(), "cannot listen on a socket in /not/there");
    }
}
