//! The local zone, as Python's `dateutil.tz.tzlocal` knows it: only this year's two offsets, without and with daylight saving.
//!
//! A zone that has changed its offset therefore shows old dates with the new one, here as there.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::env_vars;
use crate::host::{Host, read_at_most};
use crate::platform::WINDOWS;

/// The zone in which dates are shown.
#[derive(Clone, Debug)]
pub struct LocalZone {
    zone: TimeZone,
    /// Seconds east of Greenwich, without and with daylight saving; the same where the zone has none this year.
    standard: i32,
    daylight: i32,
}

impl LocalZone {
    /// The zone by its rules, the past's and the future's.
    pub(crate) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The zone that `TZ` names, else the machine's, else UTC; the offsets are those of the year the clock shows.
    pub fn from_host(host: &Host) -> Self {
        let zone = match host.environment.get(env_vars::TZ) {
            Some(name) => named(&name, host),
            None if WINDOWS => TimeZone::try_system().ok(),
            None => file("/etc/localtime"),
        };
        let zone = zone.unwrap_or(TimeZone::UTC);
        let now = Timestamp::try_from(host.clock.now()).unwrap_or(Timestamp::UNIX_EPOCH).as_second();
        // CPython looks at two days half a year apart, counting years of 365.25 days from 1970.
        const YEAR: i64 = (365 * 24 + 6) * 3600;
        let january = now.div_euclid(YEAR) * YEAR;
        let offset = |second| {
            let instant = Timestamp::from_second(second).unwrap_or(Timestamp::UNIX_EPOCH);
            zone.to_offset(instant).seconds()
        };
        let (winter, summer) = (offset(january), offset(january + YEAR / 2));
        // Standard time is the one further west.
        Self { standard: winter.min(summer), daylight: winter.max(summer), zone }
    }

    /// Seconds east of Greenwich at `second`, which counts from 1970.
    pub(crate) fn offset_at(&self, second: i64) -> i32 {
        let end = if second < 0 { Timestamp::MIN } else { Timestamp::MAX };
        let instant = Timestamp::from_second(second).unwrap_or(end);
        let saves = self.standard != self.daylight && self.zone.to_offset_info(instant).dst().is_dst();
        if saves { self.daylight } else { self.standard }
    }
}

/// A zone by name (a file of the system's zones), by path, or by POSIX rule, as the C library takes `TZ`.
fn named(name: &str, host: &Host) -> Option<TimeZone> {
    let name = name.strip_prefix(':').unwrap_or(name);
    if name.is_empty() {
        return None;
    }
    let folder = host.environment.get(env_vars::TZDIR).unwrap_or_else(|| "/usr/share/zoneinfo".to_owned());
    let path = if name.starts_with('/') { name.to_owned() } else { format!("{folder}/{name}") };
    file(&path).or_else(|| posix(name))
}

/// A POSIX rule. Without dates of its own, daylight saving begins and ends as in the United States, as in the C library.
fn posix(rule: &str) -> Option<TimeZone> {
    let rule = rule.trim_end().trim_end_matches(',');
    ["", ",M11.1.0", ",M3.2.0,M11.1.0"].iter().find_map(|rest| TimeZone::posix(&format!("{rule}{rest}")).ok())
}

fn file(path: &str) -> Option<TimeZone> {
    /// In bytes; the largest there is has under four kilobytes.
    const LARGEST_ZONE: u64 = 1024 * 1024;
    TimeZone::tzif(path, &read_at_most(path, LARGEST_ZONE).ok()?).ok()
}
