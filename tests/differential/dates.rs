//! Dates in every zone as the AWS CLI shows them.

use std::time::{Duration, SystemTime};

use redrive_execution::aws::timestamp::iso8601;
use redrive_execution::aws::zone::LocalZone;
use redrive_execution::host::{Clock, Host};
use redrive_execution::value::{Integer, Value};

use super::cases::{compare_all, member, text};

#[test]
#[ignore = "needs DIFFERENTIAL_PYTHON"]
fn dates_agree_with_python() {
    compare_all("dates.py", |case| {
        let Value::Integer(Integer::Small(now)) = member(case, "now") else { panic!("no time: {case:?}") };
        let zone = text(case, "zone");
        let clock = Clock::Fixed(SystemTime::UNIX_EPOCH + Duration::from_secs(now.unsigned_abs()));
        let host = Host { clock, ..Host::fixed(&[("TZ", zone)]) };
        let date = member(case, "date");
        let actual = iso8601(date, &LocalZone::from_host(&host));
        let expected = match member(case, "shown") {
            Value::String(shown) => Some(shown.to_string()),
            _ => None,
        };
        match (actual, expected) {
            (Ok(actual), Some(expected)) if actual == expected => Ok(()),
            (Err(_), None) => Ok(()),
            (actual, expected) => {
                Err(format!("{zone} {}\nexpected {expected:?}\nactual   {actual:?}", date.python_repr()))
            }
        }
    });
}
