//! What scalars stand for: numbers as Python's `int(text, base)` and `float(text)` read them, and moments, errors included.

use jiff::ToSpan;
use jiff::civil::Date;
use num_bigint::BigInt;

use super::{LoadError, fail, refuse};
use crate::input::document::{Item, Moment, Zone};
use crate::python::{numeral, repr};
use crate::value::yaml_types::{Tag, Timestamp, parse_timestamp};
use crate::value::{Integer, MAXIMUM_DIGITS, Value};

pub(super) fn scalar(tag: Tag, text: &str) -> Result<Item, LoadError> {
    Ok(Item::Plain(match tag {
        Tag::Null | Tag::Merge => Value::Null,
        Tag::Bool => Value::Bool(boolean(text)?),
        Tag::Int => Value::Integer(integer(text)?),
        Tag::Float => Value::Float(float(text)?),
        Tag::Str | Tag::Value => Value::string(text),
        Tag::Timestamp => return timestamp(text).ok_or_else(|| refuse("failed to construct timestamp"))?,
        Tag::Seq | Tag::Map => return Err(refuse("a tag that does not suit its node")),
        Tag::Unknown => return Err(refuse("could not determine a constructor for the tag")),
    }))
}

/// A text without its underscores and without one sign, and whether that is a minus.
fn unsigned(text: &str) -> Result<(bool, &str), LoadError> {
    if text.is_empty() {
        return Err(fail("string index out of range"));
    }
    Ok(match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    })
}

/// The value of a scalar that is tagged as an integer: `0o17`, `0x1f`, `0b1`, `1_000`.
fn integer(text: &str) -> Result<Integer, LoadError> {
    let text = text.replace('_', "");
    let (negative, digits) = unsigned(&text)?;
    let (digits, base) = match digits.split_at_checked(2) {
        Some(("0b", binary)) => (binary, 2),
        Some(("0o", octal)) => (octal, 8),
        Some(("0x", hexadecimal)) => (hexadecimal, 16),
        _ => (digits, 10),
    };
    let size = python_int(digits, base)?;
    Ok(Integer::from(if negative { -size } else { size }))
}

/// Python's `int(digits, base)`.
fn python_int(text: &str, base: u32) -> Result<BigInt, LoadError> {
    let wrong = || fail(format!("invalid literal for int() with base {base}: {}", repr::string(text)));
    let digits = numeral::normal(text).filter(|digits| digits.chars().all(|digit| digit.is_digit(base)));
    let digits = digits.ok_or_else(wrong)?;
    if digits.len() > MAXIMUM_DIGITS {
        let count = digits.len();
        return Err(fail(format!(
            "Exceeds the limit ({MAXIMUM_DIGITS} digits) for integer string conversion: value has {count} digits; \
             use sys.set_int_max_str_digits() to increase the limit"
        )));
    }
    BigInt::parse_bytes(digits.as_bytes(), base).ok_or_else(wrong)
}

fn float(text: &str) -> Result<f64, LoadError> {
    let text = text.replace('_', "").to_lowercase();
    let (negative, digits) = unsigned(&text)?;
    let size = match digits {
        ".inf" => f64::INFINITY,
        ".nan" => return Ok(f64::NAN),
        // Python's `float(text)`.
        _ => numeral::float(digits)
            .ok_or_else(|| fail(format!("could not convert string to float: {}", repr::string(digits))))?,
    };
    Ok(if negative { -size } else { size })
}

fn boolean(text: &str) -> Result<bool, LoadError> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" | "on" => Ok(true),
        "no" | "n" | "false" | "off" => Ok(false),
        // The message of a `KeyError` is the key.
        other => Err(fail(repr::string(other))),
    }
}

/// The timestamp that a scalar stands for; `None` for any other text.
///
/// # Errors
/// For a month or an hour that does not exist, in Python's words.
fn timestamp(text: &str) -> Option<Result<Item, LoadError>> {
    parse_timestamp(text.strip_suffix('\n').unwrap_or(text)).map(|written| moment(&written))
}

fn moment(written: &Timestamp<'_>) -> Result<Item, LoadError> {
    let zone = written.time.as_ref().map(|time| zone(time.zone)).transpose()?.flatten();
    let [year, month, day] = written.date;
    check("year", year, 1, 9999)?;
    let month = small("month", month, 1, 12)?;
    let date = i8::try_from(day).ok().and_then(|day| Date::new(year, month, day).ok()).ok_or_else(|| {
        let days = Date::new(year, month, 1).map_or(31, Date::days_in_month);
        fail(format!("day {day} must be in range 1..{days} for month {month} in year {year}"))
    })?;
    let Some(time) = &written.time else { return Ok(Item::Date(date)) };
    let [hour, minute, second] = time.clock;
    let (hour, minute) = (small("hour", hour, 0, 23)?, small("minute", minute, 0, 59)?);
    let clock = date.at(hour, minute, small("second", second, 0, 59)?, 0);
    // Rounding may carry into the next year.
    let local = clock.checked_add(microseconds(time.fraction).microseconds());
    Ok(Item::Moment(Moment { local: local.map_err(|_| fail("date value out of range"))?, zone }))
}

fn check(name: &str, number: i16, least: i16, most: i16) -> Result<(), LoadError> {
    if (least..=most).contains(&number) {
        return Ok(());
    }
    Err(fail(format!("{name} must be in {least}..{most}, not {number}")))
}

fn small(name: &str, number: i16, least: i16, most: i8) -> Result<i8, LoadError> {
    check(name, number, least, most.into()).map(|()| i8::try_from(number).unwrap_or(most))
}

/// A zone's distance from UTC, under the name it was written with.
fn zone(written: &str) -> Result<Option<Zone>, LoadError> {
    let Some(rest) = written.strip_prefix(['-', '+']) else {
        return Ok((written == "Z").then(|| Zone { seconds: 0, name: written.into() }));
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    let number = |digits: &str| digits.parse().unwrap_or(0_i64);
    let size = number(hours) * 3600 + number(minutes) * 60;
    let seconds = if written.starts_with('-') { -size } else { size };
    let zone = Zone { seconds, name: written.into() };
    if size >= 24 * 3600 {
        return Err(fail(format!(
            "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {}",
            zone.timedelta_repr()
        )));
    }
    Ok(Some(zone))
}

/// The first six digits of a fraction, rounded by the seventh.
fn microseconds(fraction: &str) -> i64 {
    let digits: String = fraction.chars().chain("000000".chars()).take(6).collect();
    digits.parse().unwrap_or(0) + i64::from(fraction.as_bytes().get(6).is_some_and(|digit| *digit > b'4'))
}
