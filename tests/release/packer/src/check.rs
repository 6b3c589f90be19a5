//! The check of a folder that is to be released: names, permissions, programs, sums, nothing missing, nothing
//! extra.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value as Json, json};

use crate::names::{self, Platform, Product};
use crate::{VERSION, archive, binary, sums};

/// What is expected.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// The platforms that have archives.
    pub platforms: Vec<Platform>,
    /// Whether the sums are signed.
    pub signed: bool,
    /// Accepts Linux programs that need the system's libraries, as development builds do.
    pub any_linux: bool,
}

/// Everything that is wrong with a folder, in words; nothing for a good one.
#[must_use]
pub fn check(folder: &Path, expected: &Expected) -> Vec<String> {
    let mut faults = Vec::new();
    check_names(folder, expected, &mut faults);
    for product in Product::ALL {
        for platform in &expected.platforms {
            let name = product.archive(*platform);
            for fault in archive_faults(&folder.join(&name), product, *platform, expected.any_linux) {
                faults.push(format!("{name}: {fault}"));
            }
        }
        let bill = product.bill();
        if let Err(fault) = check_bill(&folder.join(&bill)) {
            faults.push(format!("{bill}: {fault}"));
        }
    }
    if let Err(fault) = check_manifest(&folder.join(names::manifest())) {
        faults.push(format!("{}: {fault}", names::manifest()));
    }
    for (name, files) in summed(&expected.platforms) {
        for fault in sums_faults(folder, &name, &files) {
            faults.push(format!("{name}: {fault}"));
        }
        if let Err(fault) = check_signature(&folder.join(names::signature(&name)), expected.signed) {
            faults.push(format!("{}: {fault}", names::signature(&name)));
        }
    }
    faults
}

/// The files of sums, each with the files that it lists.
fn summed(platforms: &[Platform]) -> [(String, BTreeSet<String>); 2] {
    let archives = |product: Product| platforms.iter().map(move |platform| product.archive(*platform));
    let listed = archives(Product::Provider).chain([names::manifest()]).collect();
    let others = archives(Product::Emulator).chain(Product::ALL.map(Product::bill)).collect();
    [(names::sums(), listed), (names::other_sums(), others)]
}

fn check_names(folder: &Path, expected: &Expected, faults: &mut Vec<String>) {
    let mut wanted = BTreeSet::new();
    for (sums, files) in summed(&expected.platforms) {
        if expected.signed {
            wanted.insert(names::signature(&sums));
        }
        wanted.insert(sums);
        wanted.extend(files);
    }
    let found: BTreeSet<String> = match std::fs::read_dir(folder) {
        Ok(entries) => {
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
        }
        Err(error) => return faults.push(format!("{}: {error}", folder.display())),
    };
    faults.extend(wanted.difference(&found).map(|name| format!("{name}: is missing")));
    faults.extend(found.difference(&wanted).map(|name| format!("{name}: does not belong to the release")));
}

fn archive_faults(path: &Path, product: Product, platform: Platform, any_linux: bool) -> Vec<String> {
    let entries = match archive::read(path) {
        Ok(entries) => entries,
        Err(error) => return vec![error.to_string()],
    };
    let program = product.program(platform);
    let mut faults = Vec::new();
    let found: Vec<_> = entries.iter().map(|entry| (entry.name.as_str(), entry.mode)).collect();
    let mut wanted = vec![(program.as_str(), 0o755), ("NOTICES.txt", 0o644)];
    wanted.extend(product.texts(platform).into_iter().map(|(name, _)| (name, 0o644)));
    for &(name, mode) in &wanted {
        match found.iter().find(|(found, _)| *found == name) {
            None => faults.push(format!("lacks {name}")),
            Some(&(_, found)) if found != mode => {
                faults.push(format!("{name} has the permissions {found:o} instead of {mode:o}"));
            }
            Some(_) => {}
        }
    }
    let extra = found.iter().filter(|(name, _)| !wanted.iter().any(|(wanted, _)| wanted == name));
    faults.extend(extra.map(|(name, _)| format!("holds {name}, which does not belong there")));
    if let Some(entry) = entries.iter().find(|entry| entry.name == program)
        && let Err(fault) = binary::check(&entry.bytes, platform, any_linux)
    {
        faults.push(format!("{program} {fault}"));
    }
    faults
}

fn check_bill(path: &Path) -> Result<(), String> {
    let bill = read_json(path)?;
    if bill["bomFormat"] != "CycloneDX" || bill["metadata"]["component"]["version"] != VERSION {
        return Err(format!("is not a bill of materials of version {VERSION}"));
    }
    Ok(())
}

fn check_manifest(path: &Path) -> Result<(), String> {
    let wanted = json!({ "version": 1, "metadata": { "protocol_versions": ["6.0"] } });
    if read_json(path)? == wanted { Ok(()) } else { Err(format!("is not {wanted}")) }
}

fn read_json(path: &Path) -> Result<Json, String> {
    let text = std::fs::read(path).map_err(|error| error.to_string())?;
    serde_json::from_slice(&text).map_err(|error| error.to_string())
}

fn sums_faults(folder: &Path, name: &str, files: &BTreeSet<String>) -> Vec<String> {
    let text = std::fs::read_to_string(folder.join(name)).map_err(|error| error.to_string());
    let listed = match text.and_then(|text| sums::parse(&text)) {
        Ok(listed) => listed,
        Err(fault) => return vec![fault],
    };
    let mut faults = Vec::new();
    for file in files {
        match (listed.get(file), std::fs::read(folder.join(file))) {
            (None, _) => faults.push(format!("does not list {file}")),
            (Some(sum), Ok(bytes)) if *sum != sums::sum(&bytes) => {
                faults.push(format!("the sum of {file} is another"));
            }
            // A file that cannot be read is told where it is missed.
            (Some(_), _) => {}
        }
    }
    let extra = listed.keys().filter(|file| !files.contains(*file));
    faults.extend(extra.map(|file| format!("lists {file}, which does not belong there")));
    faults
}

/// The registry wants a binary signature. Whether it is the right key's is for `gpg --verify`.
fn check_signature(path: &Path, signed: bool) -> Result<(), String> {
    if !signed {
        return Ok(());
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    // RFC 9580: the first octet of a packet has its highest bit set, which no character of an armored text
    // has.
    match bytes.first() {
        Some(first) if first & 0x80 != 0 => Ok(()),
        _ => Err("is not a binary signature".to_owned()),
    }
}

#[cfg(test)]
mod tests;
