//! The socket we listen on: a Unix socket, or TCP on the loopback interface where there are none (Windows).
//!
//! The socket's file lies in a new folder that only its owner may enter, unless the host names the folder,
//! and is removed with the listener. Who may connect is decided by these permissions and, above that, by TLS.

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
        return Self::unix(environment);
    }

    /// Binds a Unix socket in the folder that the host names, or in a new one in the temporary folder.
    ///
    /// Only the user may connect, or the user and the environment's group (a name or a number).
    ///
    /// # Errors
    ///
    /// When the folder takes no sockets, the group is unknown, or its permissions cannot be set.
    #[cfg(unix)]
    pub fn unix(environment: &Environment) -> Result<Self, Error> {
        let group = environment.socket_group.as_deref().map(group_id).transpose()?;
        if let Some(folder) = &environment.socket_folder {
            return Self::bound(SocketFile::in_folder(folder), group);
        }
        let fresh = |parent| Self::bound(SocketFile::in_new_folder(parent, group)?, group);
        // A path to a socket may have about a hundred bytes, and temporary folders with long names exist.
        fresh(&environment.temporary_folder).or_else(|error| fresh(Path::new("/tmp")).map_err(|_| error))
    }

    #[cfg(unix)]
    fn bound(file: SocketFile, group: Option<u32>) -> Result<Self, Error> {
        let failed = |source| Error::Socket { folder: file.parent().to_owned(), source };
        if file.path.to_str().is_none_or(|path| path.contains(['|', '\n'])) {
            // The path would not survive the handshake line.
            let why = "its name cannot be sent to the host";
            return Err(failed(io::Error::new(io::ErrorKind::InvalidInput, why)));
        }
        let listener = UnixListener::bind(&file.path).map_err(failed)?;
        restrict(&file.path, if group.is_some() { 0o660 } else { 0o600 }, group)?;
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
            Self::Unix { file, .. } => file.path.to_string_lossy().into_owned(),
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

/// The file of a Unix socket, removed when dropped, together with a folder that was made for it.
#[cfg(unix)]
#[derive(Debug)]
pub struct SocketFile {
    path: PathBuf,
    own_folder: Option<PathBuf>,
}

#[cfg(unix)]
impl SocketFile {
    fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join(fresh_name()), own_folder: None }
    }

    /// Makes the folder. It is closed to others before there is a socket in it, whatever the process's umask.
    fn in_new_folder(parent: &Path, group: Option<u32>) -> Result<Self, Error> {
        use std::os::unix::fs::DirBuilderExt;

        let failed = |source| Error::Socket { folder: parent.to_owned(), source };
        // The host may have another working directory than the person who sets its variables.
        let folder = std::path::absolute(parent).map_err(failed)?.join(fresh_name());
        std::fs::DirBuilder::new().mode(0o700).create(&folder).map_err(failed)?;
        let file = Self { path: folder.join("socket"), own_folder: Some(folder.clone()) };
        if group.is_some() {
            restrict(&folder, 0o710, group)?;
        }
        Ok(file)
    }

    /// The folder that was there before us.
    fn parent(&self) -> &Path {
        self.own_folder.as_deref().unwrap_or(&self.path).parent().unwrap_or(Path::new("/"))
    }
}

#[cfg(unix)]
impl Drop for SocketFile {
    fn drop(&mut self) {
        // Somebody who cleaned the folder before us has done no harm.
        let _ = std::fs::remove_file(&self.path);
        if let Some(folder) = &self.own_folder {
            let _ = std::fs::remove_dir(folder);
        }
    }
}

/// Process IDs repeat in containers that share a folder. Making a folder or a socket fails where there is
/// something already, so nobody can put anything in our way without guessing the number.
#[cfg(unix)]
fn fresh_name() -> String {
    use std::hash::{BuildHasher, RandomState};

    format!("plugin-{:016x}", RandomState::new().hash_one(std::process::id()))
}

#[cfg(unix)]
fn restrict(path: &Path, mode: u32, group: Option<u32>) -> Result<(), Error> {
    use std::os::unix::fs::{PermissionsExt, chown};

    let failed = |source| Error::Permissions { path: path.to_owned(), source };
    if group.is_some() {
        chown(path, None, group).map_err(failed)?;
    }
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
    fn environment(temporary: &Path) -> Environment {
        let mode = crate::plugin::Mode::Debug;
        let read = Environment::read(mode, |name| (name == "TMPDIR").then(|| temporary.into()));
        read.unwrap()
    }

    #[cfg(unix)]
    fn mode(path: &Path) -> u32 {
        use std::os::unix::fs::PermissionsExt;
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn the_socket_and_its_folder_are_private_and_go_with_the_listener() {
        let temporary = tempfile::tempdir().unwrap();
        let listener = Listener::unix(&environment(temporary.path())).unwrap();
        let path = PathBuf::from(listener.address());
        let folder = path.parent().unwrap();
        assert_eq!(folder.parent(), Some(temporary.path()));
        assert_eq!((mode(folder), mode(&path)), (0o700, 0o600));
        drop(listener);
        assert_eq!(temporary.path().read_dir().unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_group_is_given_by_name_or_number() {
        use std::os::unix::fs::MetadataExt;
        let temporary = tempfile::tempdir().unwrap();
        let own = nix::unistd::Group::from_gid(nix::unistd::getgid()).unwrap().unwrap();
        for socket_folder in [None, Some(temporary.path().to_owned())] {
            let environment =
                Environment { socket_folder: socket_folder.clone(), ..environment(temporary.path()) };
            for group in [own.name.clone(), own.gid.to_string()] {
                let environment = Environment { socket_group: Some(group), ..environment.clone() };
                let listener = Listener::unix(&environment).unwrap();
                let path = PathBuf::from(listener.address());
                assert_eq!((mode(&path), path.metadata().unwrap().gid()), (0o660, own.gid.as_raw()));
                if socket_folder.is_none() {
                    // The group may pass through, and not look around.
                    assert_eq!(mode(path.parent().unwrap()), 0o710);
                }
            }
            let unknown = Environment { socket_group: Some("no such group".to_owned()), ..environment };
            assert!(matches!(Listener::unix(&unknown), Err(Error::Group(_))));
        }
        assert_eq!(temporary.path().read_dir().unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_folder_that_is_not_there_is_named() {
        let temporary = tempfile::tempdir().unwrap();
        let socket_folder = Some("/not/there".into());
        let environment = Environment { socket_folder, ..environment(temporary.path()) };
        let error = Listener::unix(&environment).unwrap_err();
        assert_eq!(error.to_string(), "cannot listen on a socket in /not/there");
    }
}
