//! What a program is made of: a bill of materials (CycloneDX), and the license texts that have to go with it.
//!
//! Both come from `cargo metadata`, so from `Cargo.lock`. The bill holds no time and no serial number, which
//! CycloneDX leaves optional, so the same sources make the same bill.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId, Target};
use serde_json::{Value as Json, json};

use crate::names::{Platform, Product};
use crate::{Error, VERSION};

/// The packages that a product is linked from, on any of the platforms.
#[derive(Debug)]
pub struct Materials {
    product: Product,
    packages: Vec<Package>,
    needs: BTreeMap<String, BTreeSet<String>>,
}

/// Asks Cargo what the workspace consists of on these platforms.
///
/// # Errors
///
/// When Cargo fails.
pub fn metadata(root: &Path, platforms: &[Platform]) -> Result<Metadata, Error> {
    let filters = platforms.iter().flat_map(|one| ["--filter-platform".to_owned(), one.target().to_owned()]);
    let options: Vec<_> = ["--locked".to_owned()].into_iter().chain(filters).collect();
    let mut command = MetadataCommand::new();
    Ok(command.manifest_path(root.join("Cargo.toml")).other_options(options).exec()?)
}

impl Materials {
    /// Finds what a product is linked from.
    ///
    /// # Errors
    ///
    /// When Cargo does not know the product.
    pub fn of(metadata: &Metadata, product: Product) -> Result<Self, Error> {
        let resolve = metadata.resolve.as_ref().ok_or("cargo metadata resolved nothing")?;
        let first = metadata.packages.iter().find(|package| package.name.as_str() == product.name());
        let mut open: Vec<&PackageId> = vec![&first.ok_or("no such package")?.id];
        let mut needs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let mut packages = Vec::new();
        while let Some(id) = open.pop() {
            let package = &metadata[id];
            if needs.contains_key(&reference(package)) {
                continue;
            }
            let node = resolve.nodes.iter().find(|node| node.id == *id).ok_or("a package has no node")?;
            // A procedural macro runs in the compiler, as a build script does; neither is in the program.
            let linked = node.deps.iter().filter(|dependency| {
                dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal)
                    && !metadata[&dependency.pkg].targets.iter().any(Target::is_proc_macro)
            });
            let linked: Vec<&PackageId> = linked.map(|dependency| &dependency.pkg).collect();
            needs.insert(reference(package), linked.iter().map(|id| reference(&metadata[id])).collect());
            open.extend(linked);
            packages.push(package.clone());
        }
        packages.sort_by_key(reference);
        Ok(Self { product, packages, needs })
    }

    /// The bill of materials as CycloneDX.
    #[must_use]
    pub fn bill(&self) -> String {
        let (own, others): (Vec<_>, Vec<_>) =
            self.packages.iter().partition(|package| package.name.as_str() == self.product.name());
        let bill = json!({
            "bomFormat": "CycloneDX",
            "specVersion": "1.5",
            "version": 1,
            "metadata": { "component": own.first().map(|package| component(package, "application")) },
            "components": others.iter().map(|package| component(package, "library")).collect::<Vec<_>>(),
            "dependencies": self.needs.iter()
                .map(|(one, needs)| json!({ "ref": one, "dependsOn": needs }))
                .collect::<Vec<_>>(),
        });
        format!("{bill:#}\n")
    }

    /// The licenses and notices of all packages, each text once.
    ///
    /// # Errors
    ///
    /// When a package's folder cannot be read.
    pub fn notices(&self) -> Result<String, Error> {
        let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for package in self.packages.iter().filter(|package| package.source.is_some()) {
            let folder = package.manifest_path.parent().ok_or("a package has no folder")?;
            for file in std::fs::read_dir(folder)? {
                let file = file?;
                let name = file.file_name().to_string_lossy().to_uppercase();
                let says = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];
                if file.file_type()?.is_file() && says.iter().any(|start| name.starts_with(start)) {
                    let text = String::from_utf8_lossy(&std::fs::read(file.path())?).replace("\r\n", "\n");
                    let users = texts.entry(text.trim().to_owned()).or_default();
                    users.insert(format!("{} {}", package.name, package.version));
                }
            }
        }
        let mut notices = format!(
            "{} {VERSION} is linked from the packages below, under their own licenses.\n",
            self.product.name()
        );
        for package in self.packages.iter().filter(|package| package.source.is_some()) {
            let license = package.license.as_deref().unwrap_or("see its text");
            let _ = writeln!(notices, "- {} {}: {license}", package.name, package.version);
        }
        for (text, users) in texts {
            let users = users.into_iter().collect::<Vec<_>>().join(", ");
            let _ = write!(notices, "\n{}\n{users}\n\n{text}\n", "-".repeat(80));
        }
        Ok(notices)
    }
}

/// The package's address as package-url.org defines it.
fn reference(package: &Package) -> String {
    format!("pkg:cargo/{}@{}", package.name, package.version)
}

fn component(package: &Package, kind: &str) -> Json {
    let mut component = json!({
        "type": kind,
        "bom-ref": reference(package),
        "name": package.name.as_str(),
        "version": package.version.to_string(),
        "purl": reference(package),
    });
    if let Some(license) = &package.license {
        // Some old packages write a slash where SPDX has OR.
        let expression = license.replace(" / ", " OR ").replace('/', " OR ");
        component["licenses"] = json!([{ "expression": expression }]);
    }
    component
}

#[cfg(test)]
mod tests {
    use super::*;

    fn emulator() -> Result<Materials, Error> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..");
        let host = Platform::host().ok_or("not a platform of ours")?;
        Materials::of(&metadata(&root, &[host])?, Product::Emulator)
    }

    #[test]
    fn the_bill_names_what_is_linked_and_no_tool_of_the_build() -> Result<(), Error> {
        let bill: Json = serde_json::from_str(&emulator()?.bill())?;
        assert_eq!(bill["metadata"]["component"]["version"], VERSION);
        let names: Vec<_> =
            bill["components"].as_array().into_iter().flatten().map(|one| &one["name"]).collect();
        assert!(names.iter().any(|name| *name == "axum"), "{names:?}");
        for tool in ["rcgen", "serde_derive", "syn"] {
            assert!(!names.iter().any(|name| *name == tool), "{tool} is in no program: {names:?}");
        }
        let references = bill["dependencies"].as_array().map_or(0, Vec::len);
        assert_eq!(references, names.len() + 1);
        Ok(())
    }

    #[test]
    fn the_notices_hold_every_linked_packages_license() -> Result<(), Error> {
        let notices = emulator()?.notices()?;
        assert!(notices.contains("- axum 0.8") && notices.contains("Permission is hereby granted"));
        assert!(!notices.contains("- kibana-emulator"), "our own license stands beside it");
        Ok(())
    }
}
