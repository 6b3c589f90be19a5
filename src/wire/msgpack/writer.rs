//! Msgpack's own elements, written in the shortest form, as Terraform does.

use rmp::encode::{self, ByteBuf};

use crate::value::Number;

/// The bytes so far.
///
/// The lengths it is given were checked by the codec; what the wire cannot count is cut to what it can, so
/// that no text or payload contradicts its own length.
#[derive(Default)]
pub(super) struct Writer {
    bytes: ByteBuf,
}

/// Writing to memory cannot fail, and the buffer's error type says so.
macro_rules! put {
    ($call:expr) => {{
        let Ok(_) = $call;
    }};
}

impl Writer {
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes.into_vec()
    }

    pub(super) fn nil(&mut self) {
        put!(encode::write_nil(&mut self.bytes));
    }

    pub(super) fn bool(&mut self, flag: bool) {
        put!(encode::write_bool(&mut self.bytes, flag));
    }

    pub(super) fn uint(&mut self, integer: u64) {
        put!(encode::write_uint(&mut self.bytes, integer));
    }

    pub(super) fn text(&mut self, text: &str) {
        put!(encode::write_str(&mut self.bytes, text));
    }

    pub(super) fn binary(&mut self, bytes: &[u8]) {
        put!(encode::write_bin(&mut self.bytes, bytes));
    }

    pub(super) fn array(&mut self, length: usize) {
        put!(encode::write_array_len(&mut self.bytes, count(length)));
    }

    pub(super) fn map(&mut self, length: usize) {
        put!(encode::write_map_len(&mut self.bytes, count(length)));
    }

    /// An integer where it is one of 64 bits, a float where that is exact, else decimal text.
    pub(super) fn number(&mut self, number: &Number) {
        if let Some(integer) = number.as_i64() {
            put!(encode::write_sint(&mut self.bytes, integer));
        } else if let Some(float) = number.as_exact_f64().filter(|_| !number.is_integer()) {
            put!(encode::write_f64(&mut self.bytes, float));
        } else {
            self.text(&number.to_plain());
        }
    }

    /// An extension. Its payload is short: a promise about an unknown value.
    pub(super) fn extension(&mut self, code: u8, payload: &[u8]) {
        let code = i8::try_from(code).unwrap_or_default();
        put!(encode::write_ext_meta(&mut self.bytes, count(payload.len()), code));
        self.bytes.as_mut_vec().extend_from_slice(payload);
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
