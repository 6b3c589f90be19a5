//! Packing: from built programs to the files of a release.

use std::path::PathBuf;

use crate::archive::{self, Entry};
use crate::bill::{self, Materials};
use crate::names::{self, Platform, Product};
use crate::{Error, sums};

/// Where the programs are and where the release goes.
#[derive(Clone, Debug)]
pub struct Pack {
    /// The project's root.
    pub root: PathBuf,
    /// A folder for each platform, with the programs as Cargo names them.
    pub programs: PathBuf,
    /// The folder that the release's files are written into. It must be new or empty.
    pub out: PathBuf,
    /// The platforms to pack.
    pub platforms: Vec<Platform>,
}

impl Pack {
    /// Writes archives, bills of materials, the manifest and the sums.
    ///
    /// # Errors
    ///
    /// When a program is missing, the folder holds something already, or something cannot be read or written.
    pub fn run(&self) -> Result<(), Error> {
        std::fs::create_dir_all(&self.out)?;
        if std::fs::read_dir(&self.out)?.next().is_some() {
            return Err(format!("{} is not empty", self.out.display()).into());
        }
        let metadata = bill::metadata(&self.root, &self.platforms)?;
        let (mut listed, mut others) = (Vec::new(), Vec::new());
        for product in Product::ALL {
            let materials = Materials::of(&metadata, product)?;
            let notices = materials.notices()?;
            for platform in &self.platforms {
                let program = self.program(product, *platform)?;
                let mut entries = vec![Entry::program(product.program(*platform), program)];
                for (name, source) in product.texts(*platform) {
                    entries.push(Entry::text(name, std::fs::read(self.root.join(source))?));
                }
                entries.push(Entry::text("NOTICES.txt", notices.clone()));
                let name = product.archive(*platform);
                archive::write(&self.out.join(&name), &entries)?;
                if product == Product::Provider { listed.push(name) } else { others.push(name) }
            }
            std::fs::write(self.out.join(product.bill()), materials.bill())?;
            others.push(product.bill());
        }
        let manifest = names::manifest();
        std::fs::copy(self.root.join("terraform-registry-manifest.json"), self.out.join(&manifest))?;
        listed.push(manifest);
        sums::write(&self.out, &names::sums(), &listed)?;
        sums::write(&self.out, &names::other_sums(), &others)
    }

    fn program(&self, product: Product, platform: Platform) -> Result<Vec<u8>, Error> {
        let name = format!("{}{}", product.name(), platform.suffix());
        let path = self.programs.join(platform.name()).join(name);
        std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()).into())
    }
}
