//! Python's `int`: machine-sized where it fits, arbitrary otherwise, ordered exactly against floats. And numbers as `int(text)` and
//! `float(text)` read them: white space around, `_` between digits, any script's digits.

use std::cmp::Ordering;
use std::fmt;
use std::ops::{Add, Neg};
use std::rc::Rc;

use num_bigint::{BigInt, Sign};

use super::{repr, unicode};

/// The longest text Python turns into an `int`, in digits (`sys.get_int_max_str_digits`).
pub(crate) const MAXIMUM_DIGITS: usize = 4300;

/// 2^63 as a float: from here on a float is beyond `i64`.
const BEYOND_SMALL: f64 = 9_223_372_036_854_775_808.0;

/// An integer of any size. Always in the smallest form, so equality of the parts is equality of the numbers.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Integer {
    Small(i64),
    Big(Rc<BigInt>),
}

/// The integer that an optional minus sign and decimal digits stand for. `Err` holds the number of digits where Python
/// refuses that number; other text counts as 0 digits.
pub fn parse_integer(text: &str) -> Result<Integer, usize> {
    if let Ok(small) = text.parse() {
        return Ok(Integer::Small(small));
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits > MAXIMUM_DIGITS {
        return Err(digits);
    }
    text.parse::<BigInt>().map(Integer::from).map_err(|_| 0)
}

impl Integer {
    /// The nearest float; infinite where Python raises `int too large to convert to float`.
    #[expect(clippy::cast_precision_loss, reason = "the nearest float is the result")]
    pub(crate) fn to_float(&self) -> f64 {
        match self {
            Self::Small(number) => *number as f64,
            // Decimal text is read with correct rounding, which no cast of a BigInt promises.
            Self::Big(number) => number.to_string().parse().unwrap_or(f64::NAN),
        }
    }

    /// The integer part of a float; `None` for NaN and the infinities.
    #[expect(clippy::cast_possible_truncation, reason = "the size is looked at first")]
    pub(crate) fn from_float(number: f64) -> Option<Self> {
        if !number.is_finite() {
            return None;
        }
        let integral = number.trunc();
        if integral.abs() < BEYOND_SMALL {
            return Some(Self::Small(integral as i64));
        }
        format!("{integral:.0}").parse::<BigInt>().ok().map(Self::from)
    }

    pub(crate) fn is_negative(&self) -> bool {
        match self {
            Self::Small(number) => *number < 0,
            Self::Big(number) => number.sign() == Sign::Minus,
        }
    }

    /// The exact order of an integer and a float, without rounding either; `None` against NaN.
    pub(crate) fn compare_float(&self, float: f64) -> Option<Ordering> {
        match Self::from_float(float) {
            None if float.is_nan() => None,
            None => Some(if float > 0.0 { Ordering::Less } else { Ordering::Greater }),
            Some(integral) => {
                Some(self.cmp(&integral).then_with(|| 0.0_f64.partial_cmp(&float.fract()).unwrap_or(Ordering::Equal)))
            }
        }
    }

    /// The number, or the nearest to it.
    pub(crate) fn saturated(&self) -> i128 {
        match self {
            Self::Small(number) => (*number).into(),
            Self::Big(number) => {
                i128::try_from(&**number).unwrap_or(if self.is_negative() { i128::MIN } else { i128::MAX })
            }
        }
    }

    fn to_big(&self) -> BigInt {
        match self {
            Self::Small(number) => BigInt::from(*number),
            Self::Big(number) => (**number).clone(),
        }
    }
}

impl Ord for Integer {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Small(one), Self::Small(two)) => one.cmp(two),
            _ => self.to_big().cmp(&other.to_big()),
        }
    }
}

impl PartialOrd for Integer {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Add for &Integer {
    type Output = Integer;

    fn add(self, other: Self) -> Integer {
        if let (Integer::Small(one), Integer::Small(two)) = (self, other)
            && let Some(sum) = one.checked_add(*two)
        {
            return Integer::Small(sum);
        }
        Integer::from(self.to_big() + other.to_big())
    }
}

impl Neg for &Integer {
    type Output = Integer;

    fn neg(self) -> Integer {
        match self {
            Integer::Small(number) if *number != i64::MIN => Integer::Small(-number),
            other => Integer::from(-other.to_big()),
        }
    }
}

impl From<i64> for Integer {
    fn from(number: i64) -> Self {
        Self::Small(number)
    }
}

impl From<BigInt> for Integer {
    fn from(number: BigInt) -> Self {
        i64::try_from(&number).map_or_else(|_| Self::Big(Rc::new(number)), Self::Small)
    }
}

impl fmt::Display for Integer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Small(number) => number.fmt(formatter),
            Self::Big(number) => number.fmt(formatter),
        }
    }
}

/// The integer that a text is; `None` for other text, or where it has more digits than Python takes.
pub(crate) fn integer(text: &str) -> Option<Integer> {
    let text = normal(text)?;
    if text.trim_start_matches(['+', '-']).len() > MAXIMUM_DIGITS { None } else { parse_integer(&text).ok() }
}

/// Python's `int(text)`.
///
/// # Errors
/// Python's message: `invalid literal for int() with base 10: 'x'`.
pub(crate) fn int(text: &str) -> Result<Integer, String> {
    /// Python shows no more of it.
    const SHOWN: usize = 200;
    integer(text).ok_or_else(|| {
        let shown: String = repr::string(text).chars().take(SHOWN).collect();
        format!("invalid literal for int() with base 10: {shown}")
    })
}

/// The number that a text is; one that is too large is infinite.
pub(crate) fn float(text: &str) -> Option<f64> {
    normal(text)?.parse().ok()
}

/// The text in ASCII, without what may stand around it and between digits; `None` where no number can be in it.
pub(crate) fn normal(text: &str) -> Option<String> {
    let text = text.chars().map(plain).collect::<Option<String>>()?;
    without_underscores(text.trim_matches(|character: char| matches!(character, ' ' | '\t'..='\r')))
}

/// A character as Python reads numbers: spaces and digits of any script as those of ASCII; no other character beyond ASCII counts.
fn plain(character: char) -> Option<char> {
    if character.is_ascii() {
        return Some(character);
    }
    if character.is_whitespace() {
        return Some(' ');
    }
    char::from_digit(unicode::decimal_digit(character)?, 10)
}

/// The text without its underscores; `None` where one does not stand between two digits.
fn without_underscores(text: &str) -> Option<String> {
    let is_digit = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_digit);
    let parts = text.split('_').map(str::as_bytes).collect::<Vec<_>>();
    let sound = parts.array_windows().all(|[one, two]| is_digit(one.last()) && is_digit(two.first()));
    sound.then(|| text.replace('_', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Integer {
        parse_integer(text).unwrap()
    }

    #[test]
    fn a_big_number_that_shrinks_is_small_again() {
        let big = read("9223372036854775808");
        assert!(matches!(big, Integer::Big(_)));
        assert_eq!(&big + &Integer::Small(-1), Integer::Small(i64::MAX));
        assert_eq!(-&big, Integer::Small(i64::MIN));
        assert_eq!(-&Integer::Small(i64::MIN), big);
    }

    #[test]
    fn more_than_4300_digits_are_refused_with_their_count() {
        assert_eq!(parse_integer(&"9".repeat(4301)), Err(4301));
        assert_eq!(parse_integer(&format!("-{}", "9".repeat(4301))), Err(4301));
        assert!(parse_integer(&"9".repeat(4300)).is_ok());
    }

    #[test]
    fn integers_and_floats_are_ordered_without_rounding() {
        let cases = [
            ("9007199254740993", 9_007_199_254_740_992.0, Ordering::Greater),
            ("9223372036854775807", 9_223_372_036_854_775_808.0, Ordering::Less),
            ("9223372036854775808", 9_223_372_036_854_775_808.0, Ordering::Equal),
            ("1", 1.5, Ordering::Less),
            ("-1", -1.5, Ordering::Greater),
            ("0", -0.0, Ordering::Equal),
            ("-99999999999999999999", f64::NEG_INFINITY, Ordering::Greater),
        ];
        for (text, float, order) in cases {
            assert_eq!(read(text).compare_float(float), Some(order), "{text} against {float}");
        }
        assert_eq!(read("1").compare_float(f64::NAN), None);
    }

    #[test]
    fn floats_turn_into_exact_integers_and_back() {
        assert_eq!(Integer::from_float(1e22).unwrap().to_string(), "10000000000000000000000");
        assert_eq!(Integer::from_float(-2.9), Some(Integer::Small(-2)));
        assert_eq!(Integer::from_float(f64::INFINITY), None);
        assert!(read(&"9".repeat(400)).to_float().is_infinite());
        assert_eq!(read("10000000000000000000000").to_float().to_bits(), 1e22_f64.to_bits());
    }

    #[test]
    fn numbers_are_read_as_in_python() {
        for (text, number) in [("5", 5), (" +5 ", 5), ("-3", -3), ("1_0", 10), ("007", 7), ("٣", 3)] {
            assert_eq!(int(text).unwrap().saturated(), number, "{text}");
        }
        for text in ["", " ", "x", "1.5", "_1", "1_", "1__0", "+", "0x1", "- 1"] {
            assert!(int(text).is_err(), "{text}");
        }
    }
}
