//! State as a state file holds it.

#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::write_seeds("state_json"), |bytes: &[u8]| fuzz::state_json(bytes));
