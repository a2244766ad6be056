//! Fields on the calendar: the day and time they name, with what they leave out taken from today's midnight.

use jiff::Span;
use jiff::civil::{Date, DateTime, Time};

use super::error::{DateTextError, Impossible};
use super::fields::Fields;
use super::whole::Whole;
use super::year_month_day::days_in_month;

/// The date and time that `fields` name.
pub fn local(fields: &Fields, today: Date) -> Result<DateTime, Impossible> {
    let today_as = |field: i8| Whole::from(i64::from(field));
    let year = fields.year.clone().unwrap_or_else(|| Whole::from(i64::from(today.year())));
    let month = fields.month.clone().unwrap_or_else(|| today_as(today.month()));
    let day = match &fields.day {
        Some(day) => day.clone(),
        // A month too short for today's day gives its last.
        None => Whole::from(i64::from(today.day()).min(month_length(&year, &month)?)),
    };
    let time = |field: &Option<Whole>| field.clone().unwrap_or_else(|| Whole::from(0));
    let (hour, minute, second) = (time(&fields.hour), time(&fields.minute), time(&fields.second));
    let field = |number: &Whole| {
        number.field().ok_or(Impossible::Other(DateTextError::Overflow("Python int too large to convert to C int")))
    };
    let (year, month, day) = (field(&year)?, field(&month)?, field(&day)?);
    let (hour, minute, second) = (field(&hour)?, field(&minute)?, field(&second)?);

    let date = date(year, month, day).map_err(Impossible::Field)?;
    let hour = within("hour", hour, 0, 23).map_err(Impossible::Field)?;
    let minute = within("minute", minute, 0, 59).map_err(Impossible::Field)?;
    let second = within("second", second, 0, 59).map_err(Impossible::Field)?;
    let nanosecond = fields.microsecond.unwrap_or_default() * 1000;
    let time = Time::new(hour, minute, second, nanosecond).unwrap_or_default();
    let date = match fields.weekday {
        Some(weekday) if fields.day.is_none() => next(weekday, date)?,
        _ => date,
    };
    Ok(DateTime::from_parts(date, time))
}

/// The days of a month that may not exist.
fn month_length(year: &Whole, month: &Whole) -> Result<i64, Impossible> {
    days_in_month(month.value(), year.is_leap_year()).ok_or_else(|| {
        if month.can_be_shown() {
            Impossible::Field(format!("bad month number {month}; must be 1-12"))
        } else {
            Impossible::Other(DateTextError::Value(
                "Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to \
                 increase the limit"
                    .to_owned(),
            ))
        }
    })
}

fn date(year: i32, month: i32, day: i32) -> Result<Date, String> {
    if !(1..=9999).contains(&year) {
        return Err(format!("year must be in 1..9999, not {year}"));
    }
    let month = within("month", month, 1, 12)?;
    let length = days_in_month(i64::from(month), Whole::from(i64::from(year)).is_leap_year()).unwrap_or_default();
    let date = match (i16::try_from(year), i8::try_from(day)) {
        (Ok(year), Ok(day)) => Date::new(year, month, day).ok(),
        _ => None,
    };
    date.ok_or_else(|| format!("day {day} must be in range 1..{length} for month {month} in year {year}"))
}

fn within(name: &str, value: i32, least: i8, most: i8) -> Result<i8, String> {
    i8::try_from(value)
        .ok()
        .filter(|value| (least..=most).contains(value))
        .ok_or_else(|| format!("{name} must be in {least}..{most}, not {value}"))
}

/// The first such day of the week from `date` on.
fn next(weekday: i64, date: Date) -> Result<Date, Impossible> {
    let days = (weekday - i64::from(date.weekday().to_monday_zero_offset())).rem_euclid(7);
    date.checked_add(Span::new().days(days))
        .ok()
        .filter(|date| date.year() <= 9999)
        .ok_or(Impossible::Other(DateTextError::Overflow("date value out of range")))
}
