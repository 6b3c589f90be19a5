//! Import IDs and identities.

#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::write_seeds("import"), |bytes: &[u8]| fuzz::import(bytes));
