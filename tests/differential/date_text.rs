//! Texts that may be dates, as the AWS CLI reads them.

use std::time::{Duration, SystemTime};

use redrive_execution::aws::date_text::{DateTextError, Gmt, offset_of_a_date, parse};
use redrive_execution::aws::timestamp::LocalZone;
use redrive_execution::host::{Clock, Host};
use redrive_execution::value::{Integer, Value};

use super::cases::{compare_all, member, text};

#[test]
#[ignore = "needs DIFFERENTIAL_PYTHON"]
fn texts_of_dates_agree_with_python() {
    compare_all("date_text.py", |case| {
        let Value::Integer(Integer::Small(now)) = member(case, "now") else { panic!("no time: {case:?}") };
        let clock = Clock::Fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(now.unsigned_abs()));
        let zone = LocalZone::from_host(&Host { clock, ..Host::fixed(&[("TZ", text(case, "zone"))]) });
        let gmt = if matches!(member(case, "gmt"), Value::Bool(true)) { Gmt::IsUtc } else { Gmt::IsAName };
        let today = text(case, "today").parse().unwrap();
        let actual = match shown(text(case, "text"), today, &zone, gmt) {
            Ok(shown) => format!("shown {shown}"),
            Err(error @ DateTextError::Value(_)) => format!("error ValueError: {error}"),
            Err(error @ DateTextError::Arithmetic) => format!("error InvalidOperation: {error}"),
            Err(error) => format!("error OverflowError: {error}"),
        };
        let Value::Map(members) = case else { panic!("not a map: {case:?}") };
        let key = if members.contains_key("shown") { "shown" } else { "error" };
        let expected = format!("{key} {}", text(case, key));
        if actual == expected { Ok(()) } else { Err(format!("{case:?}\nexpected {expected}\nactual   {actual}")) }
    });
}

/// A date as Python's `isoformat()` shows it.
fn shown(text: &str, today: jiff::civil::Date, zone: &LocalZone, gmt: Gmt) -> Result<String, DateTextError> {
    let date = parse(text, today, zone, gmt)?;
    let (local, micros) = (date.local, date.local.subsec_nanosecond() / 1000);
    let fraction = if micros == 0 { String::new() } else { format!(".{micros:06}") };
    let offset = match date.offset.map(offset_of_a_date).transpose()? {
        None => String::new(),
        Some(seconds) => {
            let (sign, size) = (if seconds < 0 { '-' } else { '+' }, seconds.abs());
            let odd = if size % 60 == 0 { String::new() } else { format!(":{:02}", size % 60) };
            format!("{sign}{:02}:{:02}{odd}", size / 3600, size / 60 % 60)
        }
    };
    Ok(format!("{}{fraction}{offset}", local.strftime("%Y-%m-%dT%H:%M:%S")))
}
