//! A whole number of any size, as Python has them: read, compared with small ones, shown.

use std::fmt;

use super::characters::decimal_value;
use super::error::Stop;

/// How many digits Python turns into a number, or a number into digits.
const MOST_DIGITS: usize = 4300;

/// A number from zero up, by its digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole(String);

impl Whole {
    /// Python's `int(text)`; it refuses what are not all digits, and more of them than it turns into a number.
    pub fn read(text: &str) -> Result<Self, Stop> {
        let digits = ascii_digits(text).ok_or(Stop::NoDate)?;
        if digits.is_empty() || digits.len() > MOST_DIGITS {
            return Err(Stop::NoDate);
        }
        Ok(Self::from_digits(&digits))
    }

    /// The number of digits that may be none, or too many for [`Self::read`].
    pub fn from_digits(digits: &str) -> Self {
        Self(digits.trim_start_matches('0').to_owned())
    }

    /// The value, or the largest number there is for what is beyond it.
    pub fn value(&self) -> i64 {
        if self.0.is_empty() { 0 } else { self.0.parse().unwrap_or(i64::MAX) }
    }

    /// The value where a date's field holds it.
    pub fn field(&self) -> Option<i32> {
        i32::try_from(self.value()).ok()
    }

    /// How many digits the number has; zero has none.
    pub fn digit_count(&self) -> usize {
        self.0.len()
    }

    /// Whether Python shows the number.
    pub fn can_be_shown(&self) -> bool {
        self.0.len() <= MOST_DIGITS
    }

    /// Whether a year of this number has a 29th of February.
    pub fn is_leap_year(&self) -> bool {
        let rest = self.0.bytes().fold(0_u32, |rest, digit| (rest * 10 + u32::from(digit.wrapping_sub(b'0'))) % 400);
        rest.is_multiple_of(4) && (!rest.is_multiple_of(100) || rest == 0)
    }
}

impl From<i64> for Whole {
    fn from(value: i64) -> Self {
        Self::from_digits(&value.max(0).to_string())
    }
}

impl fmt::Display for Whole {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(if self.0.is_empty() { "0" } else { &self.0 })
    }
}

/// Digits of any script as ASCII has them; none where something else is among them.
pub fn ascii_digits(text: &str) -> Option<String> {
    text.chars().map(|digit| decimal_value(digit).map(|value| char::from(b'0' + value))).collect()
}
