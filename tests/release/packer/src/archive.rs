//! Zip files that say nothing of when and where they were made.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipArchive, ZipWriter};

use crate::Error;

/// A file inside an archive.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name, without folders.
    pub name: String,
    /// Its permissions: `0o755` for a program.
    pub mode: u32,
    /// What it holds.
    pub bytes: Vec<u8>,
}

impl Entry {
    /// A program.
    pub fn program(name: impl Into<String>, bytes: Vec<u8>) -> Self {
        Self { name: name.into(), mode: 0o755, bytes }
    }

    /// A text.
    pub fn text(name: impl Into<String>, text: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), mode: 0o644, bytes: text.into() }
    }
}

/// Writes an archive of these entries, in this order.
///
/// # Errors
///
/// When the file cannot be written.
pub fn write(path: &Path, entries: &[Entry]) -> Result<(), Error> {
    let mut zip = ZipWriter::new(File::create(path)?);
    for entry in entries {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(9))
            .last_modified_time(DateTime::default())
            .unix_permissions(entry.mode);
        zip.start_file(entry.name.as_str(), options)?;
        zip.write_all(&entry.bytes)?;
    }
    zip.finish()?.sync_all()?;
    Ok(())
}

/// Reads all entries of an archive.
///
/// # Errors
///
/// When the file is no archive, an entry does not match its own sum, or an entry has no permissions.
pub fn read(path: &Path) -> Result<Vec<Entry>, Error> {
    let mut zip = ZipArchive::new(File::open(path)?)?;
    let mut entries = Vec::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index)?;
        let mode = file.unix_mode().ok_or("an entry has no permissions")? & 0o7777;
        let name = file.name()?.into_owned();
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        entries.push(Entry { name, mode, bytes });
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_entries_make_the_same_bytes() -> Result<(), Error> {
        let folder = tempfile::tempdir()?;
        let entries = [Entry::program("p", vec![7; 5000]), Entry::text("LICENSE", "free")];
        let (first, second) = (folder.path().join("1.zip"), folder.path().join("2.zip"));
        write(&first, &entries)?;
        write(&second, &entries)?;
        assert_eq!(std::fs::read(first)?, std::fs::read(second)?);
        Ok(())
    }

    #[test]
    fn what_is_written_is_read() -> Result<(), Error> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a.zip");
        write(&path, &[Entry::program("p", b"program".to_vec()), Entry::text("t", "text")])?;
        let read: Vec<_> = read(&path)?.into_iter().map(|e| (e.name, e.mode, e.bytes)).collect();
        assert_eq!(
            read,
            [("p".to_owned(), 0o755, b"program".to_vec()), ("t".to_owned(), 0o644, b"text".to_vec())]
        );
        Ok(())
    }
}
