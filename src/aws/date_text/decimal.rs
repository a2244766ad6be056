//! A number with a fraction, as Python's `decimal` has it with 28 digits of precision.

use super::error::Stop;
use super::whole::{Whole, ascii_digits};

/// The digits that the result of a division or a product keeps.
const PRECISION: usize = 28;
const LIMIT: u128 = 10_u128.pow(28);

/// A number from zero up.
#[derive(Clone, Debug)]
pub struct Decimal {
    /// The whole part: Python's `int(value)`.
    pub whole: Whole,
    /// The digits after the point.
    fraction: String,
}

/// What a token is as a number.
#[derive(Clone, Debug)]
pub enum Number {
    /// None.
    No,
    /// `nan`, `inf` or `infinity`, which Python takes for a number until it looks closer.
    NotFinite,
    /// This one.
    Finite(Decimal),
}

impl Number {
    /// What `token` is.
    pub fn of(token: &str) -> Self {
        if ["nan", "inf", "infinity"].iter().any(|word| token.eq_ignore_ascii_case(word)) {
            return Self::NotFinite;
        }
        let (whole, fraction) = token.split_once('.').unwrap_or((token, ""));
        match (ascii_digits(whole), ascii_digits(fraction)) {
            (Some(whole), Some(fraction)) if !(whole.is_empty() && fraction.is_empty()) => {
                Self::Finite(Decimal { whole: Whole::from_digits(&whole), fraction })
            }
            _ => Self::No,
        }
    }
}

impl Decimal {
    /// The number that `token` is, where it is one.
    pub fn read(token: &str) -> Result<Self, Stop> {
        match Number::of(token) {
            Number::Finite(number) => Ok(number),
            Number::No | Number::NotFinite => Err(Stop::NoDate),
        }
    }

    /// Whether the number is greater than a small one.
    pub fn exceeds(&self, limit: i64) -> bool {
        let whole = self.whole.value();
        whole > limit || whole == limit && self.fraction.bytes().any(|digit| digit != b'0')
    }

    /// Python's `int(60 * (value % 1))` where the fraction is not zero.
    pub fn sixtieths(&self) -> Result<Option<i64>, Stop> {
        if self.whole.digit_count() > PRECISION {
            return Err(Stop::TooPrecise);
        }
        let digits = self.fraction.trim_start_matches('0');
        if digits.is_empty() {
            return Ok(None);
        }
        let (coefficient, dropped) = rounded(digits);
        let mut product = coefficient * 60;
        let mut places = self.fraction.len() - dropped;
        let mut divisor = 1;
        while product / divisor >= LIMIT {
            divisor *= 10;
            places = places.saturating_sub(1);
        }
        product = half_even(product, divisor);
        let scale = u32::try_from(places).ok().and_then(|places| 10_u128.checked_pow(places));
        Ok(Some(scale.map_or(0, |scale| i64::try_from(product / scale).unwrap_or(i64::MAX))))
    }
}

/// The first digits of a coefficient as its precision keeps them, and how many it drops.
fn rounded(digits: &str) -> (u128, usize) {
    let Some((kept, rest)) = digits.split_at_checked(PRECISION) else {
        return (digits.parse().unwrap_or_default(), 0);
    };
    let kept: u128 = kept.parse().unwrap_or_default();
    let is_above_half = rest.starts_with(['6', '7', '8', '9'])
        || rest.strip_prefix('5').is_some_and(|rest| rest.bytes().any(|digit| digit != b'0'));
    let is_half = rest.starts_with('5') && !is_above_half;
    (kept + u128::from(is_above_half || is_half && kept % 2 == 1), rest.len())
}

fn half_even(number: u128, divisor: u128) -> u128 {
    let (quotient, rest) = (number / divisor, number % divisor);
    let up = rest * 2 > divisor || rest * 2 == divisor && quotient % 2 == 1;
    quotient + u128::from(up)
}
