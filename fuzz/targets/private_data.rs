//! What lies beside a state.

#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::write_seeds("private_data"), |bytes: &[u8]| fuzz::private_data(bytes));
