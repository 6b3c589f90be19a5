//! Whether a program is for the platform that its archive names, and runs there without anything installed.

use object::read::elf::{ElfFile64, ProgramHeader};
use object::{Architecture, BinaryFormat, Endianness, Object, elf};

use crate::names::Platform;

/// Says what is wrong with a program.
///
/// `any_linux` accepts a Linux program that needs the system's own libraries, as a development build does. A
/// released one must not: it would not start in Alpine or in an image without a C library.
///
/// # Errors
///
/// When the program is not one, is for another platform, or needs a loader that it must not need.
pub fn check(bytes: &[u8], platform: Platform, any_linux: bool) -> Result<(), String> {
    let file = object::File::parse(bytes).map_err(|error| format!("is not a program: {error}"))?;
    let (format, architecture) = match platform {
        Platform::DarwinAmd64 => (BinaryFormat::MachO, Architecture::X86_64),
        Platform::DarwinArm64 => (BinaryFormat::MachO, Architecture::Aarch64),
        Platform::LinuxAmd64 => (BinaryFormat::Elf, Architecture::X86_64),
        Platform::LinuxArm64 => (BinaryFormat::Elf, Architecture::Aarch64),
        Platform::WindowsAmd64 => (BinaryFormat::Pe, Architecture::X86_64),
    };
    if (file.format(), file.architecture()) != (format, architecture) {
        return Err(format!("is not for {platform}: {:?}, {:?}", file.format(), file.architecture()));
    }
    if format == BinaryFormat::Elf && !any_linux && needs_loader(bytes)? {
        return Err("is not static: it needs a loader of the system's".to_owned());
    }
    Ok(())
}

fn needs_loader(bytes: &[u8]) -> Result<bool, String> {
    let file = ElfFile64::<Endianness>::parse(bytes).map_err(|error| error.to_string())?;
    let endian = file.endian();
    Ok(file.elf_program_headers().iter().any(|header| header.p_type(endian) == elf::PT_INTERP))
}

/// The smallest file that passes for a static Linux program, with a loader if it should not pass. For tests.
#[must_use]
pub fn sample_elf(platform: Platform, loader: bool) -> Vec<u8> {
    let machine: u16 = if platform == Platform::LinuxArm64 { 183 } else { 62 };
    let mut file = vec![0; 120];
    file[..8].copy_from_slice(&[0x7f, b'E', b'L', b'F', 2, 1, 1, 0]);
    let mut put = |at: usize, value: &[u8]| file[at..at + value.len()].copy_from_slice(value);
    put(16, &2u16.to_le_bytes()); // e_type: executable
    put(18, &machine.to_le_bytes());
    put(20, &1u32.to_le_bytes()); // e_version
    put(32, &64u64.to_le_bytes()); // e_phoff
    put(52, &64u16.to_le_bytes()); // e_ehsize
    put(54, &56u16.to_le_bytes()); // e_phentsize
    put(56, &1u16.to_le_bytes()); // e_phnum
    put(64, &(if loader { 3u32 } else { 1 }).to_le_bytes()); // p_type: interpreter or load
    file
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_for_one_platform() {
        let program = sample_elf(Platform::LinuxArm64, false);
        assert_eq!(check(&program, Platform::LinuxArm64, false), Ok(()));
        for other in [Platform::LinuxAmd64, Platform::WindowsAmd64, Platform::DarwinArm64] {
            let said = check(&program, other, false).expect_err("another platform's");
            assert!(said.contains("is not for"), "{said}");
        }
        assert!(check(b"#!/bin/sh", Platform::LinuxAmd64, false).is_err());
    }

    #[test]
    fn a_linux_program_needs_no_loader() {
        let program = sample_elf(Platform::LinuxAmd64, true);
        assert!(check(&program, Platform::LinuxAmd64, false).is_err_and(|said| said.contains("not static")));
        assert_eq!(check(&program, Platform::LinuxAmd64, true), Ok(()));
    }
}
