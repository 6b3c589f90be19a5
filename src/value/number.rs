//! Numbers of any size, kept as decimal digits so that nothing is lost on the way through.
//!
//! Terraform computes with 512-bit floats parsed from decimal text and sends what is neither a 64-bit integer
//! nor exactly a 64-bit float as text; squeezing that through `f64` would change it.

use std::fmt;

/// A decimal number of any size: `digits * 10^exponent`, without leading or trailing zeros in `digits`, so
/// two numbers are equal when their values are.
///
/// ```
/// use terraform_provider_kibana::value::Number;
/// assert_eq!(Number::parse("10.50"), Number::parse("105e-1"));
/// assert_eq!(Number::parse("0.1").unwrap().to_string(), "0.1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Number {
    negative: bool,
    digits: String,
    exponent: i64,
}

/// How many zeros are written out before scientific notation takes over.
const PLAIN_ZEROS: i64 = 40;

/// The same in the texts Terraform exchanges, which never use scientific notation.
const PLAIN_ZEROS_ON_THE_WIRE: i64 = 4000;

impl Number {
    /// Reads a decimal number as JSON or Terraform writes it; none when the text is anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let joined = format!("{whole}{fraction}");
        let exponent = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        let leading = joined.trim_start_matches('0');
        let digits = leading.trim_end_matches('0');
        if digits.is_empty() {
            return Some(Self { negative: false, digits: "0".to_owned(), exponent: 0 });
        }
        let dropped = i64::try_from(leading.len() - digits.len()).ok()?;
        Some(Self { negative, digits: digits.to_owned(), exponent: exponent.checked_add(dropped)? })
    }

    /// The exact decimal value of a float; none for infinities and NaN.
    #[must_use]
    pub fn from_f64(float: f64) -> Option<Self> {
        // No float has more than 1074 decimal places, and Rust prints them exactly.
        float.is_finite().then(|| Self::parse(&format!("{float:.1074}"))).flatten()
    }

    /// The number as a 64-bit integer, if it is one.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        (0..=PLAIN_ZEROS).contains(&self.exponent).then(|| self.to_string().parse().ok()).flatten()
    }

    /// The number as an unsigned 64-bit integer, if it is one.
    #[must_use]
    pub fn as_u64(&self) -> Option<u64> {
        (0..=PLAIN_ZEROS).contains(&self.exponent).then(|| self.to_string().parse().ok()).flatten()
    }

    /// The 64-bit float that is exactly this number, if there is one.
    #[must_use]
    pub fn as_exact_f64(&self) -> Option<f64> {
        // A binary fraction written out in decimal always ends in 5: most others need no further look.
        if !self.is_integer() && !self.digits.ends_with('5') {
            return None;
        }
        let float = self.to_f64();
        (Self::from_f64(float).as_ref() == Some(self)).then_some(float)
    }

    /// All digits without an exponent, however many zeros that takes; scientific notation only beyond
    /// thousands of them.
    #[must_use]
    pub fn to_plain(&self) -> String {
        let length = self.digits.len() as i64;
        let point = length.saturating_add(self.exponent);
        let sign = if self.negative { "-" } else { "" };
        if (0..=PLAIN_ZEROS_ON_THE_WIRE).contains(&self.exponent) {
            format!("{sign}{}{}", self.digits, "0".repeat(self.exponent as usize))
        } else if (-PLAIN_ZEROS_ON_THE_WIRE..=0).contains(&point) {
            format!("{sign}0.{}{}", "0".repeat(point.unsigned_abs() as usize), self.digits)
        } else {
            self.to_string()
        }
    }

    /// Whether both are the same 64-bit float, which is all that Kibana keeps of a number: `1 - 0.99`, which
    /// Terraform computes with 512 bits, is 0.01 there.
    #[must_use]
    pub fn means(&self, other: &Self) -> bool {
        let (a, b) = (self.to_f64(), other.to_f64());
        // Numbers that no float holds differ unless they are equal.
        self == other || (a.is_finite() && a == b)
    }

    /// The shortest number that is the same 64-bit float, where this one has more digits than a float can
    /// tell apart.
    #[must_use]
    pub fn shortened(&self) -> Self {
        const DIGITS_OF_A_FLOAT: usize = 17;
        let float = self.to_f64();
        let short = || float.is_finite().then(|| Self::parse(&float.to_string())).flatten();
        let is_short = self.digits.len() <= DIGITS_OF_A_FLOAT || self.is_integer();
        if is_short { self.clone() } else { short().unwrap_or_else(|| self.clone()) }
    }

    /// The nearest 64-bit float, which may be infinite: for comparing with bounds, not for sending.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// Whether there is nothing behind the decimal point.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        self.exponent >= 0
    }
}

impl From<i64> for Number {
    fn from(integer: i64) -> Self {
        Self::parse(&integer.to_string()).expect("an integer prints as a decimal number")
    }
}

impl From<u64> for Number {
    fn from(integer: u64) -> Self {
        Self::parse(&integer.to_string()).expect("an integer prints as a decimal number")
    }
}

impl fmt::Display for Number {
    /// Plain digits where the number has a readable length, else scientific notation; always valid JSON.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.negative {
            f.write_str("-")?;
        }
        let length = self.digits.len() as i64;
        let point = length.saturating_add(self.exponent);
        if (0..=PLAIN_ZEROS).contains(&self.exponent) {
            write!(f, "{}{}", self.digits, "0".repeat(self.exponent as usize))
        } else if self.exponent < 0 && point > 0 {
            let (whole, fraction) = self.digits.split_at(point as usize);
            write!(f, "{whole}.{fraction}")
        } else if self.exponent < 0 && point > -PLAIN_ZEROS {
            write!(f, "0.{}{}", "0".repeat(point.unsigned_abs() as usize), self.digits)
        } else {
            let (first, rest) = self.digits.split_at(1);
            let fraction = if rest.is_empty() { String::new() } else { format!(".{rest}") };
            write!(f, "{first}{fraction}e{}", point.saturating_sub(1))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Number;

    fn text(input: &str) -> Option<String> {
        Number::parse(input).map(|number| number.to_string())
    }

    #[test]
    fn numbers_keep_every_digit() {
        for same in
            ["0", "1", "-1", "0.1", "9223372036854775808", "1234567890123456789012345.678", "0.0000001"]
        {
            assert_eq!(text(same).as_deref(), Some(same));
        }
        assert_eq!(text("1e400").as_deref(), Some("1e400"));
        assert_eq!(text("-1.5e-300").as_deref(), Some("-1.5e-300"));
    }

    #[test]
    fn equal_values_are_equal_however_written() {
        for (a, b) in [("1", "1.0"), ("100", "1e2"), ("0.5", "5e-1"), ("-0", "0"), ("007", "7")] {
            assert_eq!(Number::parse(a), Number::parse(b), "{a} and {b}");
        }
        assert_ne!(Number::parse("1"), Number::parse("-1"));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for wrong in ["", "-", ".", "1.2.3", "1e", "abc", "1_000", " 1", "0x1f", "NaN", "Infinity"] {
            assert_eq!(text(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn floats_are_exact() {
        assert_eq!(Number::from_f64(0.5), Number::parse("0.5"));
        assert_ne!(Number::from_f64(0.1), Number::parse("0.1"));
        assert_eq!(Number::from_f64(f64::NAN), None);
    }

    #[test]
    fn only_what_a_float_holds_exactly_becomes_one() {
        let float = |text: &str| Number::parse(text).and_then(|number| number.as_exact_f64());
        assert_eq!(float("0.5"), Some(0.5));
        assert_eq!(float("-1.5"), Some(-1.5));
        assert_eq!(float("9007199254740993"), None);
        for inexact in ["0.1", "0.15", "1e400", "1e-400", "0.50000000000000000000000000000005"] {
            assert_eq!(float(inexact), None, "{inexact}");
        }
    }

    #[test]
    fn a_computed_number_means_the_float_that_kibana_keeps() {
        let number = |text: &str| Number::parse(text).expect("a number");
        // 1 - 0.99 with 512 bits.
        let computed = number(
            "0.0100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
             0000000000000000000000000000000000000000000000001",
        );
        assert!(computed.means(&number("0.01")) && !computed.means(&number("0.011")));
        assert_eq!(computed.shortened(), number("0.01"));
        assert!(number("1.0000000000000000000001").means(&number("1")));
        assert!(!number("1e400").means(&number("1e401")) && number("1e400").means(&number("1e400")));
        for kept in ["0.1", "1234567890123456789012345", "587", "0.12345678901234567"] {
            assert_eq!(number(kept).shortened(), number(kept), "{kept}");
        }
    }

    #[test]
    fn plain_digits_have_no_exponent() {
        let plain = |text: &str| Number::parse(text).map(|number| number.to_plain());
        assert_eq!(plain("1e50"), Some(format!("1{}", "0".repeat(50))));
        assert_eq!(plain("-1.5e-50"), Some(format!("-0.{}15", "0".repeat(49))));
        assert_eq!(plain("12.5").as_deref(), Some("12.5"));
        assert_eq!(plain("1e999999999").as_deref(), Some("1e999999999"));
    }

    #[test]
    fn integers_are_found() {
        assert_eq!(Number::parse("1e2").and_then(|n| n.as_i64()), Some(100));
        assert_eq!(Number::parse("0.5").and_then(|n| n.as_i64()), None);
        assert_eq!(Number::parse("9223372036854775808").and_then(|n| n.as_i64()), None);
        assert_eq!(Number::parse("9223372036854775808").and_then(|n| n.as_u64()), Some(1 << 63));
        assert_eq!(Number::parse("1e9999999999").and_then(|n| n.as_i64()), None);
    }
}
