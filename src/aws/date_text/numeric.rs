//! A number among the tokens: a part of the date or of the time, by its length and by what stands around it.

use super::characters::{are_digits, length, slice};
use super::decimal::Decimal;
use super::error::Stop;
use super::tokens::Reader;
use super::whole::Whole;
use super::words::{Unit, half, is_jump, month, unit};

/// Reads the number at `index` and the tokens that belong to it; returns the place of the last of them.
pub fn read(reader: &mut Reader, index: usize, token: &str, value: &Decimal) -> Result<usize, Stop> {
    let (digits, next) = (length(token), reader.get(index + 1).map(str::to_owned));
    let part = |from, to| slice(token, from, to);

    // 19990101T23[59]
    let is_time = next.as_deref().is_none_or(|next| next != ":" && unit(next).is_none());
    if reader.date.len() == 3 && matches!(digits, 2 | 4) && reader.fields.hour.is_none() && is_time {
        reader.fields.hour = Some(Whole::read(&part(0, 2))?);
        if digits == 4 {
            reader.fields.minute = Some(Whole::read(&part(2, 4))?);
        }
        return Ok(index);
    }

    // YYMMDD, or HHMMSS[.ss]
    if digits == 6 || digits > 6 && token.chars().position(|character| character == '.') == Some(6) {
        if reader.date.len() == 0 && !token.contains('.') {
            for from in [0, 2, 4] {
                reader.date.add_text(&part(from, from + 2))?;
            }
        } else {
            reader.fields.hour = Some(Whole::read(&part(0, 2))?);
            reader.fields.minute = Some(Whole::read(&part(2, 4))?);
            reader.fields.set_second(&part(4, digits))?;
        }
        return Ok(index);
    }

    // YYYYMMDD[hhmm[ss]]
    if matches!(digits, 8 | 12 | 14) {
        reader.date.add_year(&part(0, 4))?;
        reader.date.add_text(&part(4, 6))?;
        reader.date.add_text(&part(6, 8))?;
        if digits > 8 {
            reader.fields.hour = Some(Whole::read(&part(8, 10))?);
            reader.fields.minute = Some(Whole::read(&part(10, 12))?);
        }
        if digits > 12 {
            reader.fields.second = Some(Whole::read(&part(12, 14))?);
        }
        return Ok(index);
    }

    // HH[ ]h, MM[ ]m or SS[.ss][ ]s
    if let Some((last, unit)) = label(reader, index) {
        reader.fields.set_labelled(token, unit)?;
        return Ok(last);
    }
    match next.as_deref() {
        Some(":") if reader.get(index + 2).is_some() => clock(reader, index, value),
        Some(separator @ ("-" | "/" | ".")) => separated(reader, index, token, separator),
        next if next.is_none_or(is_jump) => {
            match reader.get(index + 2).and_then(half) {
                Some(half) => {
                    reader.fields.set_hour(value.whole.clone(), half);
                    return Ok(index + 2);
                }
                None => reader.date.add_number(value)?,
            }
            Ok(index + 1)
        }
        Some(next) => {
            if let Some(half) = half(next).filter(|_| value.whole.value() < 24) {
                reader.fields.set_hour(value.whole.clone(), half);
                return Ok(index + 1);
            }
            if !reader.date.could_be_day(value)? {
                return Err(Stop::NoDate);
            }
            reader.date.add_number(value)?;
            Ok(index)
        }
        None => Err(Stop::NoDate),
    }
}

/// The unit of the number at `index` and the place of the last token that belongs to both; none where no label is near. A label
/// before the number is that of the number before it, so this one has the unit below.
fn label(reader: &Reader, index: usize) -> Option<(usize, Option<Unit>)> {
    let unit_at = |index: Option<usize>| index.and_then(|index| reader.get(index)).and_then(unit);
    if let Some(unit) = unit_at(Some(index + 1)) {
        return Some((index + 1, Some(unit)));
    }
    if reader.get(index + 1) == Some(" ")
        && let Some(unit) = unit_at(Some(index + 2))
    {
        return Some((index + 2, Some(unit)));
    }
    let before = unit_at(index.checked_sub(1)).or_else(|| {
        let is_last = index + 1 == reader.tokens.len();
        let blank = index.checked_sub(1).and_then(|index| reader.get(index)) == Some(" ");
        if is_last && blank { unit_at(index.checked_sub(2)) } else { None }
    });
    before.map(|unit| (index, unit.below()))
}

/// HH:MM[:SS[.ss]]
fn clock(reader: &mut Reader, index: usize, hour: &Decimal) -> Result<usize, Stop> {
    reader.fields.hour = Some(hour.whole.clone());
    let minute = Decimal::read(reader.at(index + 2)?)?;
    reader.fields.set_minute(&minute)?;
    match (reader.get(index + 3), reader.get(index + 4).map(str::to_owned)) {
        (Some(":"), Some(second)) => {
            reader.fields.set_second(&second)?;
            Ok(index + 4)
        }
        _ => Ok(index + 2),
    }
}

/// 01-01[-01], 01-Jan[-01]; the same with slashes or points.
fn separated(reader: &mut Reader, index: usize, token: &str, separator: &str) -> Result<usize, Stop> {
    reader.date.add_text(token)?;
    let Some(second) = reader.get(index + 2).filter(|second| !is_jump(second)).map(str::to_owned) else {
        return Ok(index + 1);
    };
    if are_digits(&second) {
        reader.date.add_text(&second)?;
    } else {
        reader.date.add_month(month(&second).ok_or(Stop::NoDate)?)?;
    }
    if reader.get(index + 3) != Some(separator) {
        return Ok(index + 2);
    }
    let third = reader.at(index + 4)?.to_owned();
    match month(&third) {
        Some(month) => reader.date.add_month(month)?,
        None => reader.date.add_text(&third)?,
    }
    Ok(index + 4)
}
