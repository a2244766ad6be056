//! The moments that YAML's timestamps stand for.

use jiff::ToSpan;
use jiff::civil::Date;

use super::{LoadError, fail};
use crate::input::document::{Item, Moment, Zone};
use crate::value::yaml_types::{Timestamp, parse_timestamp};

/// The timestamp that a scalar stands for; `None` for any other text.
///
/// # Errors
/// For a month or an hour that does not exist, in Python's words.
pub(super) fn timestamp(text: &str) -> Option<Result<Item, LoadError>> {
    parse_timestamp(text.strip_suffix('\n').unwrap_or(text)).map(|written| item(&written))
}

fn item(written: &Timestamp<'_>) -> Result<Item, LoadError> {
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
