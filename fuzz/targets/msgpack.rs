//! Values as Terraform sends them: configurations, plans, states.

#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::write_seeds("msgpack"), |bytes: &[u8]| fuzz::msgpack(bytes));
