//! What Kibana, or something in front of it, answers.

#![no_main]

libfuzzer_sys::fuzz_target!(init: fuzz::write_seeds("answer"), |bytes: &[u8]| fuzz::answer(bytes));
