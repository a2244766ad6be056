//! The offset of a date from UTC, by its zone's name or as it is written.

use jiff::Span;
use jiff::civil::DateTime;

use super::Gmt;
use super::error::DateTextError;
use super::fields::Fields;
use super::words::is_utc_as_written;
use crate::aws::timestamp::LocalZone;

/// The offset in seconds; none where no zone is named, or one that is not known.
pub fn of(fields: &Fields, local: DateTime, zone: &LocalZone, gmt: Gmt) -> Result<Option<i64>, DateTextError> {
    match fields.zone_name.as_deref().filter(|name| !name.is_empty()) {
        Some("GMT") if gmt == Gmt::IsUtc => Ok(Some(0)),
        Some(name) if zone.names().contains(&name) => of_local_zone(local, name, zone).map(Some),
        _ => fields.zone_offset.map(checked).transpose(),
    }
}

/// An offset that Python's `timedelta` holds, which is far more than a date may have.
fn checked(seconds: i128) -> Result<i64, DateTextError> {
    let days = seconds.div_euclid(86_400);
    match (i32::try_from(days), i64::try_from(seconds)) {
        (Ok(-999_999_999..=999_999_999), Ok(seconds)) => Ok(seconds),
        (Ok(days), _) => Err(DateTextError::OverflowOfDays(i64::from(days))),
        (Err(_), _) => Err(DateTextError::Overflow("Python int too large to convert to C int")),
    }
}

/// The offset of a local time, as `tz.tzlocal` finds it. An hour that comes twice is the one that bears `name`, if either does.
fn of_local_zone(local: DateTime, name: &str, zone: &LocalZone) -> Result<i64, DateTextError> {
    let [standard, daylight] = zone.offsets();
    let saved = i64::from(daylight) - i64::from(standard);
    let (mut is_dst, mut is_ambiguous) = (false, false);
    if saved != 0 {
        is_dst = saves_daylight(local, zone);
        if !is_dst {
            let earlier = local
                .checked_sub(Span::new().seconds(saved))
                .ok()
                .filter(|earlier| (1..=9999).contains(&earlier.year()))
                .ok_or(DateTextError::Overflow("date value out of range"))?;
            is_ambiguous = saves_daylight(earlier, zone);
        }
    }
    let [standard_name, daylight_name] = zone.names();
    let name_of = |is_dst: bool| if is_dst { daylight_name } else { standard_name };
    // Of two hours, the first is meant unless only the second bears the name.
    let is_dst = is_dst || is_ambiguous && (name_of(true) == name || name_of(false) != name);
    if name_of(is_dst) != name && is_utc_as_written(name) {
        return Ok(0);
    }
    Ok(i64::from(if is_dst { daylight } else { standard }))
}

/// Whether daylight saving is on at a local time that is taken for standard time.
fn saves_daylight(local: DateTime, zone: &LocalZone) -> bool {
    let [standard, _] = zone.offsets();
    let since_1970 = local.duration_since(jiff::civil::datetime(1970, 1, 1, 0, 0, 0, 0));
    zone.saves_daylight(since_1970.as_millis().div_euclid(1000) as i64 - i64::from(standard))
}
