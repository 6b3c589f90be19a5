//! What the host tells us through environment variables.
//!
//! Read once, at the start, through a function, so that tests need not change the real environment. Nothing
//! here is trusted to be well-formed: a strange value is an error with the variable's name.

use std::ffi::OsString;
use std::path::PathBuf;

use super::{Error, Mode, PROTOCOL_VERSION};

/// Terraform's word to its plugins. It is no secret: it only tells a plugin who started it.
const COOKIE: (&str, &str) =
    ("TF_PLUGIN_MAGIC_COOKIE", "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2");

/// The host's wishes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// How to serve.
    pub mode: Mode,
    /// PEM of the one certificate a client may show. No TLS without it.
    pub client_certificate: Option<String>,
    /// Whether the handshake line should say that the broker does not multiplex.
    pub multiplex: bool,
    /// Where the host wants the socket, if not in a folder of our own.
    pub socket_folder: Option<PathBuf>,
    /// Where a folder of our own may be made.
    pub temporary_folder: PathBuf,
    /// Name or number of the group that may use the socket.
    pub socket_group: Option<String>,
    /// Lowest and highest TCP port, where TCP is used. Zero means any.
    pub ports: (u16, u16),
}

impl Environment {
    /// Reads the variables with `get`. In debug mode there is no host whose variables could be read.
    ///
    /// # Errors
    ///
    /// When the process was not started by Terraform, when the host does not speak our protocol version, or
    /// when a variable cannot be understood.
    pub fn read(mode: Mode, get: impl Fn(&str) -> Option<OsString>) -> Result<Self, Error> {
        let mut environment = Self {
            mode,
            client_certificate: None,
            multiplex: false,
            socket_folder: None,
            temporary_folder: temporary_folder(&get),
            socket_group: None,
            ports: (0, 0),
        };
        if mode == Mode::Debug {
            return Ok(environment);
        }
        // An empty variable counts as absent, as it does in go-plugin.
        let filled = |name: &str| get(name).filter(|value| !value.is_empty());
        let text = |variable: &'static str| {
            filled(variable)
                .map(|value| value.into_string().map_err(|_| Error::Variable { variable, expected: "text" }))
                .transpose()
        };
        if filled(COOKIE.0).is_none_or(|cookie| cookie != COOKIE.1) {
            return Err(Error::NotStartedByTerraform);
        }
        if let Some(offered) = text("PLUGIN_PROTOCOL_VERSIONS")? {
            // The order changes from launch to launch. A host that sends nothing at all takes what it gets.
            let ours = offered.split(',').any(|version| version.trim().parse() == Ok(PROTOCOL_VERSION));
            if !ours {
                return Err(Error::VersionNotOffered(offered));
            }
        }
        environment.client_certificate = text("PLUGIN_CLIENT_CERT")?;
        environment.multiplex = filled("PLUGIN_MULTIPLEX_GRPC").is_some();
        environment.socket_folder = filled("PLUGIN_UNIX_SOCKET_DIR").map(PathBuf::from);
        environment.socket_group = text("PLUGIN_UNIX_SOCKET_GROUP")?;
        let port = |variable: &'static str| {
            text(variable)?.map_or(Ok(0), |port| {
                port.parse().map_err(|_| Error::Variable { variable, expected: "a port" })
            })
        };
        environment.ports = (port("PLUGIN_MIN_PORT")?, port("PLUGIN_MAX_PORT")?);
        Ok(environment)
    }
}

/// The system's folder for temporary files. An empty variable counts as absent here too; the standard library
/// would take it for the current folder.
fn temporary_folder(get: impl Fn(&str) -> Option<OsString>) -> PathBuf {
    if cfg!(windows) {
        return std::env::temp_dir();
    }
    get("TMPDIR").filter(|folder| !folder.is_empty()).map_or_else(|| "/tmp".into(), PathBuf::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Environment, Error> {
        Environment::read(Mode::Plugin, |name| {
            let found = variables.iter().chain([&COOKIE]).find(|(key, _)| *key == name);
            found.map(|(_, value)| value.into())
        })
    }

    #[test]
    fn the_cookie_must_match() {
        let with = |cookie: &str| read(&[(COOKIE.0, cookie)]);
        assert!(with(COOKIE.1).is_ok());
        assert!(matches!(with(""), Err(Error::NotStartedByTerraform)));
        assert!(matches!(with("d602"), Err(Error::NotStartedByTerraform)));
    }

    #[test]
    fn version_six_is_found_in_any_order() {
        for offered in ["5,6", "6,5", "6", "", "7, 6 ,x"] {
            assert!(read(&[("PLUGIN_PROTOCOL_VERSIONS", offered)]).is_ok(), "{offered}");
        }
        for offered in ["5", "4,5", "66", "x"] {
            let error = read(&[("PLUGIN_PROTOCOL_VERSIONS", offered)]).unwrap_err();
            assert!(error.to_string().contains(&format!("offers only {offered}")), "{error}");
        }
    }

    #[test]
    fn ports_are_numbers() {
        let range = read(&[("PLUGIN_MIN_PORT", "10000"), ("PLUGIN_MAX_PORT", "25000")]).unwrap();
        assert_eq!(range.ports, (10_000, 25_000));
        let error = read(&[("PLUGIN_MAX_PORT", "many")]).unwrap_err();
        assert_eq!(error.to_string(), "the host set PLUGIN_MAX_PORT to something that is not a port");
    }

    #[test]
    fn debug_mode_has_no_host_to_read_from() {
        let environment = Environment::read(Mode::Debug, |name| match name {
            "TMPDIR" => None,
            name => panic!("{name} was read"),
        });
        assert_eq!(environment.unwrap().client_certificate, None);
    }

    #[cfg(unix)]
    #[test]
    fn an_empty_temporary_folder_is_not_the_current_one() {
        assert_eq!(read(&[("TMPDIR", "")]).unwrap().temporary_folder, PathBuf::from("/tmp"));
        assert_eq!(read(&[]).unwrap().temporary_folder, PathBuf::from("/tmp"));
        assert_eq!(read(&[("TMPDIR", "/var/tmp")]).unwrap().temporary_folder, PathBuf::from("/var/tmp"));
    }
}
