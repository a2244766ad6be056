//! ARNs, spans and dates as people and programs write them.

use std::time::Duration;

use redrive_execution::bulk::arn::ExecutionArn;
use redrive_execution::bulk::times::{date, span};

#[test]
fn anything_but_an_execution_is_refused() {
    for text in [
        "",
        "run-1",
        "arn:aws:states:r:123456789012:stateMachine:M",
        "arn:aws:states:r:123456789012:execution:M",
        "arn:aws:states:r:123456789012:execution:M:",
        "arn:aws:states:r:123456789012:express:M:a:b",
        "arn:aws:states:r:123456789012:execution:M:a:b",
        "arn:aws:states:r:123456789012:execution:M/:a",
        "arn:aws:states:r:12345678901:execution:M:a",
        "arn:aws:states:r r:123456789012:execution:M:a",
        "arn:AWS:states:r:123456789012:execution:M:a",
        "arn:aws:sqs:r:123456789012:execution:M:a",
        "arn:aws:states:r:123456789012:execution:M:a,FAILED",
        "arn:aws:states:r:123456789012:execution:M:a\u{1b}[1A",
        "arn:aws:states:r:123456789012\u{1b}[1A:execution:prod\r\n:a",
        "arn:aws:states:r:123456789012:execution:M:a\u{202e}b",
    ] {
        assert_eq!(ExecutionArn::parse(text), None, "{text}");
    }
}

#[test]
fn spans_have_numbers_and_units() {
    for (text, seconds) in [
        ("90", 90.0),
        ("1.5s", 1.5),
        ("2m", 120.0),
        ("1h30m", 5_400.0),
        ("1h 30m", 5_400.0),
        ("3d", 259_200.0),
        ("1w", 604_800.0),
        ("50ms", 0.05),
    ] {
        assert_eq!(span(text), Ok(Duration::from_secs_f64(seconds)), "{text}");
    }
    for text in ["", "h", "-2h", "-2", "2 months", "1y", "1..2s", "1e400d", "inf", "nan"] {
        assert!(span(text).is_err(), "{text}");
    }
}

#[test]
fn printed_dates_are_texts_or_seconds() {
    assert_eq!(date("2026-09-21T14:13:20.123000+00:00"), Some(1_790_000_000_123));
    assert_eq!(date("1790000000.123"), Some(1_790_000_000_123));
    assert_eq!(date("soon"), None);
}
