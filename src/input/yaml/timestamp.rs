//! Timestamps: `2001-12-14`, `2001-12-14t21:59:43.10-05:00` and what lies between them.

use super::error::{LoadError, fail};
use crate::input::document::{Date, DateTime, Zone};

/// A timestamp as written.
struct Written<'a> {
    year: &'a str,
    month: &'a str,
    day: &'a str,
    time: Option<WrittenTime<'a>>,
}

struct WrittenTime<'a> {
    hour: &'a str,
    minute: &'a str,
    second: &'a str,
    fraction: &'a str,
    zone: &'a str,
}

/// A date, or a date and a time.
pub(super) enum Timestamp {
    Date(Date),
    DateTime(DateTime),
}

/// Reads a text from its beginning.
struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    /// As many digits as there are, up to `most`; `None` where there are fewer than `least`.
    fn digits(&mut self, least: usize, most: usize) -> Option<&'a str> {
        let count = self.rest.bytes().take_while(u8::is_ascii_digit).count().min(most);
        (count >= least).then(|| self.take(count))
    }

    fn literal(&mut self, literal: char) -> Option<()> {
        self.rest = self.rest.strip_prefix(literal)?;
        Some(())
    }

    fn spaces(&mut self) -> usize {
        let trimmed = self.rest.trim_start_matches([' ', '\t']);
        let count = self.rest.len() - trimmed.len();
        self.rest = trimmed;
        count
    }
}

fn parse(text: &str) -> Option<Written<'_>> {
    let mut reader = Reader { rest: text };
    let year = reader.digits(4, 4)?;
    reader.literal('-')?;
    let month = reader.digits(1, 2)?;
    reader.literal('-')?;
    let day = reader.digits(1, 2)?;
    if reader.rest.is_empty() {
        return Some(Written { year, month, day, time: None });
    }
    if reader.rest.starts_with(['T', 't']) {
        reader.take(1);
    } else if reader.spaces() == 0 {
        return None;
    }
    let hour = reader.digits(1, 2)?;
    reader.literal(':')?;
    let minute = reader.digits(2, 2)?;
    reader.literal(':')?;
    let second = reader.digits(2, 2)?;
    let fraction = if reader.literal('.').is_some() { reader.digits(0, usize::MAX)? } else { "" };
    let spaces = reader.spaces();
    let zone = reader.rest;
    match zone.as_bytes() {
        [] if spaces > 0 => return None,
        [] | [b'Z'] => {}
        [b'-' | b'+', ..] => {
            reader.take(1);
            reader.digits(1, 2)?;
            if reader.literal(':').is_some() {
                reader.digits(2, 2)?;
            }
            if !reader.rest.is_empty() {
                return None;
            }
        }
        _ => return None,
    }
    Some(Written { year, month, day, time: Some(WrittenTime { hour, minute, second, fraction, zone }) })
}

/// Whether a plain scalar is a timestamp. A date without a time needs two digits for its month and its day.
pub(super) fn is_timestamp(text: &str) -> bool {
    parse(text).is_some_and(|written| written.time.is_some() || text.len() == "2001-12-14".len())
}

/// The timestamp that a scalar stands for; `None` where it is none.
///
/// # Errors
/// For a month or an hour that does not exist, in Python's words.
pub(super) fn timestamp(text: &str) -> Option<Result<Timestamp, LoadError>> {
    parse(text.strip_suffix('\n').unwrap_or(text)).map(|written| make(&written))
}

fn number(digits: &str) -> u32 {
    digits.parse().unwrap_or(u32::MAX)
}

fn check(name: &str, number: u32, least: u32, most: u32) -> Result<u32, LoadError> {
    if (least..=most).contains(&number) {
        Ok(number)
    } else {
        Err(fail(format!("{name} must be in {least}..{most}, not {number}")))
    }
}

fn make(written: &Written<'_>) -> Result<Timestamp, LoadError> {
    let zone = written.time.as_ref().map(|time| zone(time.zone)).transpose()?.flatten();
    let year = check("year", number(written.year), 1, 9999)?;
    let month = check("month", number(written.month), 1, 12)?;
    let day = number(written.day);
    let days = days_in_month(year, month);
    if !(1..=days).contains(&day) {
        return Err(fail(format!("day {day} must be in range 1..{days} for month {month} in year {year}")));
    }
    let date = Date { year, month, day };
    let Some(time) = &written.time else { return Ok(Timestamp::Date(date)) };
    let hour = check("hour", number(time.hour), 0, 23)?;
    let minute = check("minute", number(time.minute), 0, 59)?;
    let second = check("second", number(time.second), 0, 59)?;
    let (microsecond, carry) = microseconds(time.fraction);
    let moment = DateTime { date, hour, minute, second, microsecond, zone };
    let moment = if carry { next_second(moment).ok_or_else(|| fail("date value out of range"))? } else { moment };
    Ok(Timestamp::DateTime(moment))
}

/// A zone's distance from UTC, under the name it was written with.
fn zone(written: &str) -> Result<Option<Zone>, LoadError> {
    let Some(rest) = written.strip_prefix(['-', '+']) else {
        return Ok((written == "Z").then(|| Zone { seconds: 0, name: written.into() }));
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    let size = i64::from(number(hours)) * 3600 + i64::from(number(minutes)) * 60;
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

/// The first six digits of a fraction, rounded by the seventh; and whether that makes a whole second.
fn microseconds(fraction: &str) -> (u32, bool) {
    let digits: String = fraction.chars().chain("000000".chars()).take(6).collect();
    let rounded = number(&digits) + u32::from(fraction.as_bytes().get(6).is_some_and(|digit| *digit > b'4'));
    if rounded > 999_999 { (0, true) } else { (rounded, false) }
}

/// One second later; `None` after the last moment of the year 9999.
fn next_second(mut moment: DateTime) -> Option<DateTime> {
    let date = &mut moment.date;
    moment.second += 1;
    moment.minute += moment.second / 60;
    moment.second %= 60;
    moment.hour += moment.minute / 60;
    moment.minute %= 60;
    date.day += moment.hour / 24;
    moment.hour %= 24;
    if date.day > days_in_month(date.year, date.month) {
        date.day = 1;
        date.month += 1;
    }
    if date.month > 12 {
        date.month = 1;
        date.year += 1;
    }
    (date.year <= 9999).then_some(moment)
}

fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
