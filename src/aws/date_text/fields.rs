//! What a text has said so far of a date and a time.

use super::characters::slice;
use super::decimal::Decimal;
use super::error::Stop;
use super::whole::Whole;
use super::words::{Half, Unit, is_utc};

/// The fields of a date; none where the text does not tell. No day need have them.
#[derive(Clone, Debug, Default)]
pub struct Fields {
    /// The year.
    pub year: Option<Whole>,
    /// The month.
    pub month: Option<Whole>,
    /// The day of the month.
    pub day: Option<Whole>,
    /// The day of the week; Monday is 0.
    pub weekday: Option<i64>,
    /// The hour.
    pub hour: Option<Whole>,
    /// The minute.
    pub minute: Option<Whole>,
    /// The second.
    pub second: Option<Whole>,
    /// The digits after the second.
    pub microsecond: Option<i32>,
    /// The zone by name.
    pub zone_name: Option<String>,
    /// The zone in seconds east of Greenwich.
    pub zone_offset: Option<i128>,
}

impl Fields {
    /// Whether nothing was told.
    pub fn is_empty(&self) -> bool {
        let numbers = [&self.year, &self.month, &self.day, &self.hour, &self.minute, &self.second];
        numbers.iter().all(|number| number.is_none())
            && self.weekday.is_none()
            && self.microsecond.is_none()
            && self.zone_name.is_none()
            && self.zone_offset.is_none()
    }

    /// Sets the hour of half a day.
    pub fn set_hour(&mut self, hour: Whole, half: Half) {
        self.hour = Some(match (hour.value(), half) {
            (value, Half::Afternoon) if value < 12 => Whole::from(value + 12),
            (12, Half::Morning) => Whole::from(0),
            _ => hour,
        });
    }

    /// Sets minute and second of a minute with a fraction; without one, there is no second.
    pub fn set_minute(&mut self, minute: &Decimal) -> Result<(), Stop> {
        self.minute = Some(minute.whole.clone());
        self.second = minute.sixtieths()?.map(Whole::from);
        Ok(())
    }

    /// Sets second and microsecond of a second with a fraction, which is cut off after six digits.
    pub fn set_second(&mut self, second: &str) -> Result<(), Stop> {
        let (second, fraction) = second.split_once('.').unwrap_or((second, "0"));
        if fraction.contains('.') {
            return Err(Stop::NoDate);
        }
        self.second = Some(Whole::read(second)?);
        self.microsecond = Whole::read(&slice(&format!("{fraction:0<6}"), 0, 6))?.field();
        Ok(())
    }

    /// Sets what a number with a label is; one below the second is nothing.
    pub fn set_labelled(&mut self, number: &str, unit: Option<Unit>) -> Result<(), Stop> {
        match unit {
            Some(Unit::Hour) => {
                let number = Decimal::read(number)?;
                self.hour = Some(number.whole.clone());
                if let Some(minute) = number.sixtieths()? {
                    self.minute = Some(Whole::from(minute));
                }
                Ok(())
            }
            Some(Unit::Minute) => self.set_minute(&Decimal::read(number)?),
            Some(Unit::Second) => self.set_second(number),
            None => Ok(()),
        }
    }

    /// Gives UTC one name and one offset.
    pub fn settle_zone(&mut self) {
        let name = self.zone_name.as_deref().unwrap_or_default();
        if self.zone_offset == Some(0) && name.is_empty() || name.eq_ignore_ascii_case("z") {
            self.zone_name = Some("UTC".to_owned());
            self.zone_offset = Some(0);
        } else if is_utc(name) {
            self.zone_offset = Some(0);
        }
    }
}
