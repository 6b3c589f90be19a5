//! Types as they stand beside dynamic values.

#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::write_seeds("type_json"), |bytes: &[u8]| fuzz::type_json(bytes));
