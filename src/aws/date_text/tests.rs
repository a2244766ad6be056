//! Texts and what Python makes of them, on Thursday, 14 March 2024.

use jiff::civil::date;

use super::{Gmt, offset_of_a_date, parse};
use crate::aws::timestamp::LocalZone;
use crate::host::Host;

fn read(zone: &str, text: &str) -> String {
    let zone = LocalZone::from_host(&Host::fixed(&[("TZ", zone)]));
    match parse(text, date(2024, 3, 14), &zone, Gmt::IsUtc) {
        Err(error) => error.to_string(),
        Ok(found) => match found.offset.map(offset_of_a_date) {
            None => found.local.to_string(),
            Some(Ok(offset)) => format!("{} {offset}", found.local),
            Some(Err(error)) => error.to_string(),
        },
    }
}

#[test]
fn dates_are_told_apart_by_the_size_of_their_numbers() {
    for (text, expected) in [
        ("01/02/2099", "2099-01-02T00:00:00"),
        ("13/02/2099", "2099-02-13T00:00:00"),
        ("2099.2.1", "2099-02-01T00:00:00"),
        ("10-11-12", "2012-10-11T00:00:00"),
        ("99-01-02", "1999-01-02T00:00:00"),
        ("5 Feb 73", "2073-02-05T00:00:00"),
        ("5 Feb 74", "1974-02-05T00:00:00"),
        ("Jan of 01", "2001-01-14T00:00:00"),
        ("Feb 2023", "2023-02-14T00:00:00"),
        ("Tue", "2024-03-19T00:00:00"),
        ("240229", "2029-02-24T00:00:00"),
        ("20240229T235958.123456789", "2024-02-29T23:59:58.123456"),
        ("202402292359", "2024-02-29T23:59:00"),
        ("٢٠٢٣-٠١-٠٢", "2023-01-02T00:00:00"),
    ] {
        assert_eq!(read("UTC0", text), expected, "{text}");
    }
}

#[test]
fn times_have_labels_halves_and_fractions() {
    for (text, expected) in [
        ("10h30m5.25s", "2024-03-14T10:30:05.25"),
        ("10h36", "2024-03-14T10:36:00"),
        ("1.5 h", "2024-03-14T01:30:00"),
        ("10:30.5", "2024-03-14T10:30:30"),
        ("12 am", "2024-03-14T00:00:00"),
        ("11pm", "2024-03-14T23:00:00"),
        ("4:30:21,447", "2024-03-14T04:30:21.447"),
    ] {
        assert_eq!(read("UTC0", text), expected, "{text}");
    }
}

#[test]
fn zones_are_names_or_numbers() {
    for (text, expected) in [
        ("10:00 Z", "2024-03-14T10:00:00 0"),
        ("10:00 GMT+3", "2024-03-14T10:00:00 -10800"),
        ("10:00 BRST-0330", "2024-03-14T10:00:00 12600"),
        ("10:00 +05:30 (IST)", "2024-03-14T10:00:00 19800"),
        ("10:00 XYZ", "2024-03-14T10:00:00"),
        ("10:00 EST", "2024-03-14T10:00:00 -14400"),
        ("2024-11-03 01:30 EDT", "2024-11-03T01:30:00 -14400"),
        ("2024-11-03 01:30 EST", "2024-11-03T01:30:00 -18000"),
        ("2024-12-03 01:30 EDT", "2024-12-03T01:30:00 -18000"),
    ] {
        assert_eq!(read("EST5EDT,M3.2.0,M11.1.0", text), expected, "{text}");
    }
    assert_eq!(read("UTC-3", "10:00Z"), "2024-03-14T10:00:00 10800");
    assert_eq!(read("CEST", "10:00 CEST"), "2024-03-14T10:00:00 0");
}

#[test]
fn what_is_no_date_is_refused_in_pythons_words() {
    for (text, expected) in [
        ("nope", "Unknown string format: nope"),
        (" ", "String does not contain a date:  "),
        ("2023-02-30", "day 30 must be in range 1..28 for month 2 in year 2023: 2023-02-30"),
        ("2023-01-01 25:00", "hour must be in 0..23, not 25: 2023-01-01 25:00"),
        ("0000-01-01", "year must be in 1..9999, not 0: 0000-01-01"),
        ("99 13", "bad month number 13; must be 1-12: 99 13"),
        ("99999999999", "Python int too large to convert to C int"),
        ("10:00 +24000000000:00", "days=1000000000; must have magnitude <= 999999999"),
        ("99999999999999999999999999999999999 m", "[<class 'decimal.DivisionImpossible'>]"),
        (
            "10:00 -99:61",
            "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not \
             datetime.timedelta(days=-5, seconds=71940)",
        ),
    ] {
        assert_eq!(read("UTC0", text), expected, "{text}");
    }
}
