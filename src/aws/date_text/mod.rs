//! Dates in any spelling, guessed as the AWS CLI guesses them: Python's `dateutil.parser.parse` with its default options, by the
//! words of English alone.
//!
//! What a text leaves out comes from today. Refuses what Python refuses, in the same words. Pure: neither clock nor environment.

mod calendar;
mod characters;
mod decimal;
mod error;
mod fields;
mod lexer;
mod numeric;
mod offset;
mod tokens;
mod whole;
mod words;
mod year_month_day;

use jiff::civil::{Date, DateTime};

use super::timestamp::LocalZone;
pub use error::DateTextError;
use error::Stop;

/// What the name `GMT` means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gmt {
    /// Always UTC, as in the dates of answers.
    IsUtc,
    /// As any name: the local zone where that bears it. So read the ends of credentials.
    IsAName,
}

/// A date and time as a text tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DateText {
    /// On the clock there, to the microsecond.
    pub local: DateTime,
    /// Seconds east of Greenwich; none where the text names no zone, or one that nobody knows. May be more than a day.
    pub offset: Option<i64>,
}

/// Reads a text; `today` gives what it leaves out, `zone` the names of the local zone.
///
/// # Errors
/// What Python raises.
pub fn parse(text: &str, today: Date, zone: &LocalZone, gmt: Gmt) -> Result<DateText, DateTextError> {
    let fields = match tokens::read(lexer::split(text), i64::from(today.year())) {
        Ok(fields) => fields,
        Err(Stop::NoDate) => return Err(DateTextError::Value(format!("Unknown string format: {text}"))),
        Err(Stop::TooPrecise) => return Err(DateTextError::Arithmetic),
    };
    if fields.is_empty() {
        return Err(DateTextError::Value(format!("String does not contain a date: {text}")));
    }
    let local = calendar::local(&fields, today).map_err(|error| error.about(text))?;
    let offset = offset::of(&fields, local, zone, gmt)?;
    Ok(DateText { local, offset })
}

/// The offset of a date, which is less than a day; Python looks at it when the date is shown or compared.
///
/// # Errors
/// A day or more.
pub fn offset_of_a_date(seconds: i64) -> Result<i32, DateTextError> {
    i32::try_from(seconds).ok().filter(|seconds| seconds.abs() < 86_400).ok_or_else(|| {
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let rest = if rest == 0 { String::new() } else { format!(", seconds={rest}") };
        DateTextError::Value(format!(
            "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not \
             datetime.timedelta(days={days}{rest})"
        ))
    })
}

#[cfg(test)]
mod tests;
