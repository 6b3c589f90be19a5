//! Files of SHA-256 sums, as `sha256sum` writes them: the sum, two blanks, the name.

use std::collections::BTreeMap;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::Error;

/// The sum of these bytes, in hexadecimal.
#[must_use]
pub fn sum(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Writes the sums of these files of `folder` into the file `name` there, in the order of their names.
///
/// # Errors
///
/// When a file cannot be read or the sums cannot be written.
pub fn write(folder: &Path, name: &str, files: &[String]) -> Result<(), Error> {
    let mut lines = BTreeMap::new();
    for file in files {
        lines.insert(file, sum(&std::fs::read(folder.join(file))?));
    }
    let text: String = lines.iter().map(|(file, sum)| format!("{sum}  {file}\n")).collect();
    std::fs::write(folder.join(name), text)?;
    Ok(())
}

/// The sums in a text by their files' names.
///
/// # Errors
///
/// When a line is not a sum and a name, or names a file a second time.
pub fn parse(text: &str) -> Result<BTreeMap<String, String>, String> {
    let mut sums = BTreeMap::new();
    for line in text.lines() {
        let (sum, name) = line.split_once("  ").ok_or_else(|| format!("is not a sum and a name: {line}"))?;
        if sum.len() != 64 || !sum.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(format!("is not a SHA-256 sum: {line}"));
        }
        if sums.insert(name.to_owned(), sum.to_owned()).is_some() {
            return Err(format!("names {name} twice"));
        }
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_is_what_sha256sum_prints() {
        assert_eq!(sum(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn only_sums_and_names_are_read() {
        let good = format!("{}  a.zip\n", sum(b"a"));
        assert_eq!(parse(&good).map(|sums| sums["a.zip"].clone()), Ok(sum(b"a")));
        for bad in ["x  a.zip", &good.replace("  ", " "), &good.to_uppercase(), &good.repeat(2)] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
