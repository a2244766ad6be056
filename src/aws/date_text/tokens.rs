//! The tokens of a text, one after the other: what each says of the date.

use super::characters::{are_digits, length, slice};
use super::decimal::Number;
use super::error::Stop;
use super::fields::Fields;
use super::numeric;
use super::whole::Whole;
use super::words::{half, is_jump, is_pertaining, is_utc, is_utc_as_written, month, weekday};
use super::year_month_day::YearMonthDay;

/// The tokens, and what they have said.
pub struct Reader {
    /// The tokens.
    pub tokens: Vec<String>,
    /// The numbers of the date.
    pub date: YearMonthDay,
    /// All else.
    pub fields: Fields,
}

/// What the tokens say; years of two digits are near `this_year`.
pub fn read(tokens: Vec<String>, this_year: i64) -> Result<Fields, Stop> {
    let mut reader = Reader { tokens, date: YearMonthDay::default(), fields: Fields::default() };
    let mut index = 0;
    while index < reader.tokens.len() {
        index = reader.token(index, this_year)? + 1;
    }
    let Reader { date, mut fields, .. } = reader;
    let has_century = date.has_century();
    let (year, month, day) = date.resolved()?;
    fields.year = year.map(|year| if has_century { year } else { with_century(year, this_year) });
    (fields.month, fields.day) = (month, day);
    fields.settle_zone();
    Ok(fields)
}

impl Reader {
    /// The token at a place that must be there.
    pub fn at(&self, index: usize) -> Result<&str, Stop> {
        self.get(index).ok_or(Stop::NoDate)
    }

    /// The token at a place, if there is one.
    pub fn get(&self, index: usize) -> Option<&str> {
        self.tokens.get(index).map(String::as_str)
    }

    /// Reads the token at `index` and those that belong to it; returns the place of the last of them.
    fn token(&mut self, index: usize, this_year: i64) -> Result<usize, Stop> {
        let token = self.at(index)?.to_owned();
        match Number::of(&token) {
            Number::Finite(number) => return numeric::read(self, index, &token, &number),
            Number::NotFinite => return Err(Stop::NoDate),
            Number::No => {}
        }
        if let Some(weekday) = weekday(&token) {
            self.fields.weekday = Some(weekday);
            return Ok(index);
        }
        if let Some(month) = month(&token) {
            self.date.add_month(month)?;
            return self.after_month(index, this_year);
        }
        if let Some(half) = half(&token) {
            let hour = self.fields.hour.take().filter(|hour| hour.value() <= 12).ok_or(Stop::NoDate)?;
            self.fields.set_hour(hour, half);
            return Ok(index);
        }
        if self.could_be_zone(&token, self.fields.zone_offset) {
            self.zone_name(index, token);
            return Ok(index);
        }
        if self.fields.hour.is_some() && ["+", "-"].contains(&token.as_str()) {
            return self.zone_offset(index, if token == "+" { 1 } else { -1 });
        }
        if is_jump(&token) { Ok(index) } else { Err(Stop::NoDate) }
    }

    /// What follows a month's name: `Jan-01-99`, or `Jan of 01`, which is a year.
    fn after_month(&mut self, index: usize, this_year: i64) -> Result<usize, Stop> {
        match (self.get(index + 1), self.get(index + 2), self.get(index + 3), self.get(index + 4)) {
            (Some(separator @ ("-" | "/")), ..) => {
                let separator = separator.to_owned();
                let next = self.at(index + 2)?.to_owned();
                self.date.add_text(&next)?;
                if self.get(index + 3) != Some(&separator) {
                    return Ok(index + 2);
                }
                let last = self.at(index + 4)?.to_owned();
                self.date.add_text(&last)?;
                Ok(index + 4)
            }
            (Some(" "), Some(tie), Some(" "), Some(year)) if is_pertaining(tie) => {
                if are_digits(year) {
                    let year = with_century(Whole::read(year)?, this_year);
                    self.date.add_year(&year.to_string())?;
                }
                Ok(index + 4)
            }
            _ => Ok(index),
        }
    }

    fn could_be_zone(&self, token: &str, offset: Option<i128>) -> bool {
        self.fields.hour.is_some()
            && self.fields.zone_name.is_none()
            && offset.is_none()
            && length(token) <= 5
            && (token.bytes().all(|byte| byte.is_ascii_uppercase()) || is_utc_as_written(token))
    }

    /// `BRST+3` says that the time there and three hours more is UTC, so the sign turns; `GMT+3` is not GMT.
    fn zone_name(&mut self, index: usize, name: String) {
        self.fields.zone_offset = (name == "z").then_some(0);
        let is_utc = is_utc(&name);
        self.fields.zone_name = Some(name);
        let Some(sign) = self.tokens.get_mut(index + 1) else { return };
        let turned = match sign.as_str() {
            "+" => "-",
            "-" => "+",
            _ => return,
        };
        turned.clone_into(sign);
        self.fields.zone_offset = None;
        if is_utc {
            self.fields.zone_name = None;
        }
    }

    /// `-0300`, `-03:00` or `-3`, and perhaps a name after it: `-0300 (BRST)`.
    fn zone_offset(&mut self, index: usize, sign: i128) -> Result<usize, Stop> {
        let mut index = index;
        let first = self.at(index + 1)?;
        let digits = length(first);
        let (hours, minutes) = if digits == 4 {
            (Whole::read(&slice(first, 0, 2))?, Whole::read(&slice(first, 2, 4))?)
        } else if self.get(index + 2) == Some(":") {
            let read = (Whole::read(first)?, Whole::read(self.at(index + 3)?)?);
            index += 2;
            read
        } else if digits <= 2 {
            (Whole::read(first)?, Whole::from(0))
        } else {
            return Err(Stop::NoDate);
        };
        // Whatever is beyond this range overflows in Python too.
        let seconds = i128::from(hours.value()) * 3600 + i128::from(minutes.value()) * 60;
        self.fields.zone_offset = Some(sign * seconds);
        if let (Some(blank), Some("("), Some(name), Some(")")) =
            (self.get(index + 2), self.get(index + 3), self.get(index + 4), self.get(index + 5))
            && is_jump(blank)
            && length(name) >= 3
            && self.could_be_zone(name, None)
        {
            self.fields.zone_name = Some(name.to_owned());
            index += 4;
        }
        Ok(index + 1)
    }
}

/// A year of two digits as the one that is less than fifty years from `this_year`.
fn with_century(year: Whole, this_year: i64) -> Whole {
    let value = year.value();
    if value >= 100 {
        return year;
    }
    let near = value + this_year.div_euclid(100) * 100;
    Whole::from(match near {
        _ if near >= this_year + 50 => near - 100,
        _ if near < this_year - 50 => near + 100,
        _ => near,
    })
}
