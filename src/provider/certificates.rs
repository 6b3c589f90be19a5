//! Certificates and keys: from files or from PEM text, checked before the first request.

use std::io::Read as _;

use super::settings::{Environment, Setting, Source, argument, variable};
use crate::client::{ClientCertificate, check_pem_certificates, check_pem_identity};
use crate::diag::Diagnostics;
use crate::value::{Path, Secret, Value};

/// More than any bundle of certificates.
const LONGEST_FILE: u64 = 4 << 20;

/// Pairs of arguments that say the same thing.
const EITHER: [(&str, &str); 3] = [
    ("ca_cert_file", "ca_cert_pem"),
    ("client_cert_file", "client_cert_pem"),
    ("client_key_file", "client_key_pem"),
];

/// Finds a file and a text for the same thing, and a certificate without its key.
pub(super) fn check(config: &Value, found: &mut Diagnostics) {
    let is_set = |name| config.get(name).is_surely_set();
    for (file, pem) in EITHER {
        if is_set(file) && is_set(pem) {
            found.error(
                Path::of(pem),
                format!("Conflicting {file} and {pem}"),
                format!("`{file}` and `{pem}` are two ways to give the same thing. Keep one of them."),
            );
        }
    }
    let is_null = |(file, pem): (&str, &str)| config.get(file).is_null() && config.get(pem).is_null();
    let [_, certificate, key] = EITHER;
    for (there, missing) in [(certificate, key), (key, certificate)] {
        if (is_set(there.0) || is_set(there.1)) && is_null(missing) {
            let at = if is_set(there.0) { there.0 } else { there.1 };
            found.error(
                Path::of(at),
                "Incomplete client certificate",
                format!("`{at}` needs `{}` or `{}` as well.", missing.0, missing.1),
            );
        }
    }
}

/// The certificates to trust in addition to the system's, as one PEM text.
pub(super) fn authorities(
    config: &Value,
    environment: Environment<'_>,
    found: &mut Diagnostics,
) -> Option<Vec<u8>> {
    let in_block = source(config, "ca_cert_file", "ca_cert_pem");
    let settings: Vec<Setting> = match in_block.or_else(|| variable(environment, "KIBANA_CA_CERTS")) {
        Some(Setting { text, source: source @ Source::Variable(_) }) => {
            let paths = text.split(',').map(str::trim).filter(|path| !path.is_empty());
            paths.map(|path| Setting { text: path.to_owned(), source }).collect()
        }
        setting => setting.into_iter().collect(),
    };
    let mut all = Vec::new();
    for setting in settings {
        let pem = read(&setting, found)?;
        if let Err(fault) = check_pem_certificates(&pem) {
            unusable(&setting, &fault.to_string(), fault.is_about_form(), found);
            return None;
        }
        all.extend_from_slice(&pem);
        all.push(b'\n');
    }
    (!all.is_empty()).then_some(all)
}

/// The client certificate with its key.
pub(super) fn identity(config: &Value, found: &mut Diagnostics) -> Option<ClientCertificate> {
    let certificate = source(config, "client_cert_file", "client_cert_pem")?;
    let key = source(config, "client_key_file", "client_key_pem")?;
    let certificate_pem = read(&certificate, found)?;
    let Ok(key_pem) = String::from_utf8(read(&key, found)?) else {
        unusable(&key, "it is not text", true, found);
        return None;
    };
    let identity = ClientCertificate { certificate: certificate_pem, key: Secret::new(key_pem) };
    if let Err(fault) = check_pem_identity(&identity) {
        let setting = if fault.is_about_key() { &key } else { &certificate };
        unusable(setting, &fault.to_string(), fault.is_about_form(), found);
        return None;
    }
    Some(identity)
}

fn source(config: &Value, file: &'static str, pem: &'static str) -> Option<Setting> {
    argument(config, file).or_else(|| argument(config, pem))
}

/// The bytes that a setting names or holds.
fn read(setting: &Setting, found: &mut Diagnostics) -> Option<Vec<u8>> {
    if let Source::Argument(name) = setting.source
        && name.ends_with("_pem")
    {
        return Some(setting.text.clone().into_bytes());
    }
    let problem = match read_bounded(&setting.text) {
        Ok(bytes) if bytes.len() as u64 <= LONGEST_FILE => return Some(bytes),
        Ok(_) => format!("is larger than {} MiB, so it cannot be a certificate or key", LONGEST_FILE >> 20),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            "does not exist. A relative path begins in the folder that Terraform runs in".to_owned()
        }
        Err(error) => format!("could not be read: {error}"),
    };
    let detail = format!("The file {:?}, named by {}, {problem}.", setting.text, setting.source.name());
    found.error(setting.source.path(), "Unreadable file", detail);
    None
}

/// The content of a file, and one byte more than may be at most. A pipe or a device is none: reading it may
/// take for ever.
fn read_bounded(path: &str) -> std::io::Result<Vec<u8>> {
    // Windows knows no such thing of a device, and says so.
    const INVALID_FUNCTION: i32 = 1;
    let is_readable = match std::fs::metadata(path) {
        Ok(kind) => kind.is_file() || kind.is_dir(),
        Err(error) if cfg!(windows) && error.raw_os_error() == Some(INVALID_FUNCTION) => false,
        Err(error) => return Err(error),
    };
    if !is_readable {
        return Err(std::io::Error::other("it is a pipe or a device and not a regular file"));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(LONGEST_FILE + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unusable(setting: &Setting, why: &str, is_about_form: bool, found: &mut Diagnostics) {
    let what = match setting.source {
        Source::Argument(name) if name.ends_with("_pem") => format!("The text in `{name}`"),
        source => format!("The file {:?}, named by {},", setting.text, source.name()),
    };
    let (summary, label) = match setting.source {
        Source::Argument(name) if name.starts_with("client_key") => ("Invalid client key", "PRIVATE KEY"),
        _ => ("Invalid certificate", "CERTIFICATE"),
    };
    let mut detail = format!("{what} cannot be used: {why}.");
    if is_about_form {
        detail.push_str(&format!(" It must be PEM text, which begins with `-----BEGIN {label}-----`."));
    }
    found.error(setting.source.path(), summary, detail);
}
