//! Msgpack's own elements, read from bytes that are not trusted.
//!
//! Nothing here allocates or recurses: texts and payloads are slices of the input, and a length is believed
//! only as far as there are bytes.

use rmp::Marker;

use crate::value::Number;
use crate::wire::Problem;

/// The rest of the bytes.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Makes sure that nothing is left.
    pub(super) fn finish(&self) -> Result<(), Problem> {
        if self.rest.is_empty() { Ok(()) } else { Err(Problem::Trailing) }
    }

    /// How many elements may follow at most: each takes a byte or more.
    pub(super) fn most(&self) -> usize {
        self.rest.len()
    }

    /// What comes next, without reading it.
    pub(super) fn peek(&self) -> Result<Marker, Problem> {
        self.rest.first().map(|byte| Marker::from_u8(*byte)).ok_or(Problem::Truncated)
    }

    /// What comes after an array's head of one byte, without reading either.
    pub(super) fn peek_first_element(&self) -> Option<Marker> {
        self.rest.get(1).map(|byte| Marker::from_u8(*byte))
    }

    fn marker(&mut self) -> Result<Marker, Problem> {
        self.fixed::<1>().map(|[byte]| Marker::from_u8(byte))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Problem> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(Problem::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn fixed<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(Problem::Truncated)?;
        self.rest = rest;
        Ok(*taken)
    }

    fn length_u8(&mut self) -> Result<usize, Problem> {
        self.fixed::<1>().map(|[byte]| usize::from(byte))
    }

    fn length_u16(&mut self) -> Result<usize, Problem> {
        self.fixed().map(|bytes| usize::from(u16::from_be_bytes(bytes)))
    }

    fn length_u32(&mut self) -> Result<usize, Problem> {
        usize::try_from(u32::from_be_bytes(self.fixed()?)).map_err(|_| Problem::TooLong)
    }

    /// A nil, if one is next.
    pub(super) fn nil(&mut self) -> Result<bool, Problem> {
        let is_nil = self.peek()? == Marker::Null;
        if is_nil {
            self.marker()?;
        }
        Ok(is_nil)
    }

    /// An extension's code and payload, if one is next.
    pub(super) fn extension(&mut self) -> Result<Option<(u8, &'a [u8])>, Problem> {
        let before = self.rest;
        let length = match self.marker()? {
            Marker::FixExt1 => 1,
            Marker::FixExt2 => 2,
            Marker::FixExt4 => 4,
            Marker::FixExt8 => 8,
            Marker::FixExt16 => 16,
            Marker::Ext8 => self.length_u8()?,
            Marker::Ext16 => self.length_u16()?,
            Marker::Ext32 => self.length_u32()?,
            _ => {
                self.rest = before;
                return Ok(None);
            }
        };
        let [code] = self.fixed::<1>()?;
        Ok(Some((code, self.take(length)?)))
    }

    pub(super) fn bool(&mut self) -> Result<bool, Problem> {
        match self.marker()? {
            Marker::True => Ok(true),
            Marker::False => Ok(false),
            _ => Err(Problem::Required("a bool")),
        }
    }

    pub(super) fn text(&mut self) -> Result<&'a str, Problem> {
        let length = match self.marker()? {
            Marker::FixStr(length) => usize::from(length),
            Marker::Str8 => self.length_u8()?,
            Marker::Str16 => self.length_u16()?,
            Marker::Str32 => self.length_u32()?,
            _ => return Err(Problem::Required("a string")),
        };
        std::str::from_utf8(self.take(length)?).map_err(|_| Problem::NotUtf8)
    }

    /// Bytes that are marked as such, or a text.
    pub(super) fn bytes(&mut self) -> Result<&'a [u8], Problem> {
        let length = match self.peek()? {
            Marker::Bin8 => self.marker().and_then(|_| self.length_u8())?,
            Marker::Bin16 => self.marker().and_then(|_| self.length_u16())?,
            Marker::Bin32 => self.marker().and_then(|_| self.length_u32())?,
            _ => return self.text().map(str::as_bytes),
        };
        self.take(length)
    }

    pub(super) fn array(&mut self) -> Result<usize, Problem> {
        match self.marker()? {
            Marker::FixArray(length) => Ok(usize::from(length)),
            Marker::Array16 => self.length_u16(),
            Marker::Array32 => self.length_u32(),
            _ => Err(Problem::Required("a list")),
        }
    }

    pub(super) fn map(&mut self) -> Result<usize, Problem> {
        match self.marker()? {
            Marker::FixMap(length) => Ok(usize::from(length)),
            Marker::Map16 => self.length_u16(),
            Marker::Map32 => self.length_u32(),
            _ => Err(Problem::Required("an object or map")),
        }
    }

    /// An integer, a float or decimal text: Terraform writes a number as whichever holds it exactly.
    pub(super) fn number(&mut self) -> Result<Number, Problem> {
        const NUMBER: Problem = Problem::Required("a finite number");
        if let Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 = self.peek()? {
            return Number::parse(self.text()?).ok_or(NUMBER);
        }
        let integer = match self.marker()? {
            Marker::F32 => {
                return Number::from_f64(f64::from(f32::from_be_bytes(self.fixed()?))).ok_or(NUMBER);
            }
            Marker::F64 => return Number::from_f64(f64::from_be_bytes(self.fixed()?)).ok_or(NUMBER),
            Marker::U64 => return Ok(Number::from(u64::from_be_bytes(self.fixed()?))),
            Marker::FixPos(small) => i64::from(small),
            Marker::FixNeg(small) => i64::from(small),
            Marker::U8 => i64::from(u8::from_be_bytes(self.fixed()?)),
            Marker::U16 => i64::from(u16::from_be_bytes(self.fixed()?)),
            Marker::U32 => i64::from(u32::from_be_bytes(self.fixed()?)),
            Marker::I8 => i64::from(i8::from_be_bytes(self.fixed()?)),
            Marker::I16 => i64::from(i16::from_be_bytes(self.fixed()?)),
            Marker::I32 => i64::from(i32::from_be_bytes(self.fixed()?)),
            Marker::I64 => i64::from_be_bytes(self.fixed()?),
            _ => return Err(NUMBER),
        };
        Ok(Number::from(integer))
    }

    /// Passes over one element of any kind, with everything in it.
    pub(super) fn skip(&mut self) -> Result<(), Problem> {
        // Elements that are still to come. Each takes a byte, so the bytes end before this overflows.
        let mut pending: u64 = 1;
        while pending > 0 {
            pending -= 1;
            match self.peek()? {
                Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => pending += 2 * self.map()? as u64,
                Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => pending += self.array()? as u64,
                Marker::Null | Marker::True | Marker::False => {
                    self.marker()?;
                }
                Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => {
                    self.text()?;
                }
                Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => {
                    self.bytes()?;
                }
                Marker::F32 | Marker::F64 => self.skip_float()?,
                Marker::Reserved => return Err(Problem::Refinements),
                _ => {
                    if self.extension()?.is_none() {
                        self.number()?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Passes over a float, which need not be finite.
    fn skip_float(&mut self) -> Result<(), Problem> {
        let length = if self.marker()? == Marker::F32 { 4 } else { 8 };
        self.take(length).map(|_| ())
    }
}
