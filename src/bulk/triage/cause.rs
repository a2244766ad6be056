//! The normal form of a cause: what the failures of one kind have in common.
//!
//! What differs from one execution to the next (ids, numbers, dates, ARNs) becomes `*`, so a normal form is also a pattern of the
//! causes that it stands for. Of a JSON document only the error's name and message count: others of its members may be inputs.

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value};
use uuid::Uuid;

/// How much of a cause is looked at, in characters.
const LOOKED_AT: usize = 2_000;
/// The longest normal form, in characters.
const LONGEST: usize = 200;
/// How deep a document may lie in the message of another.
const DEEPEST: usize = 3;
/// What may stand between two places that become one: parts of a date, of an address, of a list.
const JOINERS: &str = "-:./_+, ";
const CALENDAR: [&str; 19] = [
    "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
    "Oct", "Nov", "Dec",
];

/// The normal form of a cause, on one line.
pub(crate) fn normal(cause: &str) -> String {
    let mut text = Text::default();
    let said = said(cause, 0);
    let mut word = String::new();
    for character in said.chars().take(LOOKED_AT) {
        if character.is_whitespace() || character.is_control() || "\"'`()[]{}<>,;=|".contains(character) {
            text.word(&std::mem::take(&mut word));
            text.separator(character);
        } else {
            word.push(character);
        }
    }
    text.word(&word);
    shortened(text.shown.trim())
}

/// A text that is too long ends with `*`.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST).and_then(|(end, _)| text.get(..end)) {
        Some(start) => format!("{}*", start.trim_end_matches(['*', ' '])),
        None => text.to_owned(),
    }
}

/// What a cause says in words: the name and the message of an error where it is a document.
fn said(cause: &str, depth: usize) -> String {
    if depth > DEEPEST || !cause.trim_start().starts_with('{') {
        return cause.to_owned();
    }
    let members = members(cause);
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| members.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)));
        found.and_then(|(_, value)| value.as_str()).filter(|text| !text.is_empty())
    };
    let kind = text(&["errorType", "error", "errorCode", "code"]);
    // Those of Lambda, a nested execution, ECS, Batch and Glue.
    let message =
        text(&["errorMessage", "cause", "stoppedReason", "statusReason", "message", "reason", "detail", "title"]);
    let message = message.map(|message| said(message, depth + 1));
    let exit = members.values().find_map(exit_code).map(|code| format!(" (exit code {code})")).unwrap_or_default();
    match (kind, message) {
        (Some(kind), Some(message)) if !message.starts_with(kind) => format!("{kind}: {message}{exit}"),
        (_, Some(message)) => format!("{message}{exit}"),
        (Some(kind), None) => format!("{kind}{exit}"),
        (None, None) => format!("{{{}}}{exit}", members.keys().map(String::as_str).collect::<Vec<_>>().join(", ")),
    }
}

/// The members of a document, as many as there are before its end was cut off.
fn members(document: &str) -> Map<String, Value> {
    struct Members<'m>(&'m mut Map<String, Value>);
    impl<'de> Visitor<'de> for Members<'_> {
        type Value = ();
        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("an object")
        }
        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
            while let Some((name, value)) = map.next_entry()? {
                self.0.insert(name, value);
            }
            Ok(())
        }
    }
    let mut members = Map::new();
    // The service cuts long causes.
    let _ = serde_json::Deserializer::from_str(document).deserialize_map(Members(&mut members));
    members
}

/// The exit code of the first container that failed.
fn exit_code(value: &Value) -> Option<i64> {
    match value {
        Value::Object(members) => {
            let own = members.get("ExitCode").and_then(Value::as_i64).filter(|code| *code != 0);
            own.or_else(|| members.values().find_map(exit_code))
        }
        Value::Array(items) => items.iter().find_map(exit_code),
        _ => None,
    }
}

#[derive(Default)]
struct Text {
    shown: String,
    /// The last word, in lower case: it may say what a number means.
    last: String,
}

impl Text {
    fn separator(&mut self, character: char) {
        match character {
            blank if blank.is_whitespace() || blank.is_control() => {
                if !self.shown.ends_with(' ') {
                    self.shown.push(' ');
                }
            }
            other => self.shown.push(other),
        }
    }

    /// A word between blanks, quotes and brackets.
    fn word(&mut self, word: &str) {
        let body = word.trim_end_matches(['.', ':', '!', '?']);
        let is_address = body.split_once('@').is_some_and(|(_, host)| host.contains('.'));
        if body.starts_with("arn:") || is_address || is_encoded(body) {
            self.star();
        } else {
            for piece in body.split_inclusive(|c: char| !c.is_alphanumeric() && c != '-') {
                let name = piece.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '-');
                if Uuid::try_parse(name).is_ok() {
                    self.star();
                } else {
                    name.split_inclusive('-').for_each(|part| self.part(part));
                }
                self.shown.push_str(piece.get(name.len()..).unwrap_or_default());
            }
        }
        self.shown.push_str(word.get(body.len()..).unwrap_or_default());
    }

    /// Letters and digits, and perhaps a hyphen after them.
    fn part(&mut self, part: &str) {
        let name = part.trim_end_matches('-');
        let is_code =
            name.len() <= 3 && (self.last.ends_with("code") || self.last.ends_with("status") || self.last == "http");
        if !name.contains(|c: char| c.is_ascii_digit()) {
            if !name.is_empty() {
                self.last = name.to_lowercase();
            }
            self.shown.push_str(name);
        } else if name.bytes().all(|byte| byte.is_ascii_digit()) && is_code {
            self.shown.push_str(name);
        } else if is_id(name) {
            self.star();
        } else {
            // Words with numbers in them.
            for piece in name.split_inclusive(|c: char| !c.is_ascii_digit()) {
                let letter = piece.trim_start_matches(|c: char| c.is_ascii_digit());
                if letter.len() < piece.len() {
                    self.star();
                }
                self.shown.push_str(letter);
            }
        }
        self.shown.push_str(part.get(name.len()..).unwrap_or_default());
    }

    /// Anything: together with what stands before it, where that is part of the same date, address or list.
    fn star(&mut self) {
        let mut before = self.shown.as_str();
        loop {
            let joined = before.trim_end_matches(|c| JOINERS.contains(c));
            let is_near = before.len() - joined.len() <= 2;
            if is_near && joined.ends_with('*') {
                before = joined;
                break;
            }
            let Some(name) = CALENDAR.into_iter().find(|name| joined.ends_with(name)).filter(|_| is_near) else {
                before = &self.shown;
                break;
            };
            before = joined.strip_suffix(name).unwrap_or_default();
            if !before.ends_with(|c: char| c.is_alphanumeric())
                && !before.trim_end_matches(|c| JOINERS.contains(c)).ends_with('*')
            {
                break;
            }
        }
        self.shown.truncate(before.len());
        if !self.shown.ends_with('*') {
            self.shown.push('*');
        }
    }
}

/// Base64 and the like: long, with capitals, small letters and digits.
fn is_encoded(word: &str) -> bool {
    let has = |kind: fn(&u8) -> bool, count| word.as_bytes().iter().filter(|byte| kind(byte)).count() >= count;
    word.len() >= 20
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/_-".contains(&byte))
        && has(u8::is_ascii_uppercase, 1)
        && has(u8::is_ascii_lowercase, 1)
        && has(u8::is_ascii_digit, 3)
}

/// Whether letters and digits are mixed as in an id, a number of base 16, or a time of day.
fn is_id(name: &str) -> bool {
    let letters = || name.chars().filter(|c| !c.is_ascii_digit());
    let kinds: Vec<bool> = name.chars().map(|c| c.is_ascii_digit()).collect();
    let runs = 1 + kinds.windows(2).filter(|pair| matches!(pair, [one, other] if one != other)).count();
    let is_one_case = !letters().any(char::is_lowercase) || !letters().any(char::is_uppercase);
    let is_hexadecimal = name.len() >= 8 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
    let starts_with_digit = kinds.first() == Some(&true);
    runs >= 4
        || runs == 3 && name.len() >= 6 && is_one_case
        || is_hexadecimal
        || name.starts_with("0x")
        || starts_with_digit && letters().count() <= 1
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::normal;
    use crate::bulk::glob::matches;

    #[test]
    fn what_differs_becomes_a_star() {
        for (cause, expected) in [
            ("no answer for order 17 after 3.00 seconds", "no answer for order * after * seconds"),
            ("Item order-4711 of batch 3/17 is late.", "Item order-* of batch * is late."),
            (
                "RequestId: 0f2ae5a5-4f3c-4b5c-9f0e-3a1f0a4c2b11 Error: Task timed out",
                "RequestId: * Error: Task timed out",
            ),
            ("at 2026-11-25T08:00:00.123Z: gone", "at *: gone"),
            ("at 2026-11-25 08:00:00,123: gone", "at *: gone"),
            ("on Wed, 25 Nov 2026 08:00:00 GMT: gone", "on * GMT: gone"),
            ("Nov 25 08:00:00 gone", "* gone"),
            ("The function arn:aws:lambda:us-east-1:123456789012:function:f:7 is gone", "The function * is gone"),
            ("(arn:aws:states:eu-west-1:1:execution:M:run-1)", "(*)"),
            ("object 0x7fabc at Foo@1a2b3c4d", "object * at Foo@*"),
            ("connect ECONNREFUSED 10.0.3.17:5432", "connect ECONNREFUSED *"),
            ("trace 1-581cf771-a006649127e371903a2de979 lost", "trace * lost"),
            ("Extended Request ID: s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3", "Extended Request ID: *"),
            ("ids [1, 22, 333] of ann.lee@example.com", "ids [*] of *"),
            ("batch AB12CD34 i-0abcd1234ef567890 x", "batch * i-* x"),
            ("a\n\tb\u{1b}[1A  c", "a b [* c"),
            (
                "Cannot read properties of undefined (reading 'id')",
                "Cannot read properties of undefined (reading 'id')",
            ),
            ("", ""),
        ] {
            assert_eq!(normal(cause), expected, "{cause}");
        }
    }

    #[test]
    fn codes_and_names_of_services_stay_apart() {
        for (cause, expected) in [
            (
                "Rate exceeded (Service: AmazonS3; Status Code: 429; Request ID: X1Y2Z3)",
                "Rate exceeded (Service: AmazonS*; Status Code: 429; Request ID: *)",
            ),
            ("HTTP 503 from https://x.example.com/v1/orders/17", "HTTP 503 from https://x.example.com/v*/orders/*"),
            ("exited with exit code 137 after 20 attempts", "exited with exit code 137 after * attempts"),
            ("code 123456", "code *"),
        ] {
            assert_eq!(normal(cause), expected, "{cause}");
        }
    }

    #[test]
    fn of_a_document_the_error_counts_and_no_input() {
        for (cause, expected) in [
            (
                r#"{"errorMessage": "'id'", "errorType": "KeyError", "requestId": "x", "stackTrace": ["a, line 3"]}"#,
                "KeyError: 'id'",
            ),
            (
                r#"{"errorType": "Error", "errorMessage": "Error: order 17", "trace": ["Error: order 17", "at f:1"]}"#,
                "Error: order *",
            ),
            (
                r#"{"Cause": "{\"errorMessage\": \"late\", \"errorType\": \"T\"}", "Error": "E", "Input": "{\"card\": 1}"}"#,
                "E: T: late",
            ),
            (
                r#"{"StoppedReason": "Essential container in task exited", "Containers": [{"ExitCode": 0}, {"ExitCode": 137}]}"#,
                "Essential container in task exited (exit code 137)",
            ),
            (r#"{"customer": "Ann", "card": "4111"}"#, "{customer, card}"),
            (r#"{"Error": "E", "ExecutionArn": "a", "Input": "{\"card\": \"Ann"#, "E"),
            ("{not a document", "{}"),
        ] {
            assert_eq!(normal(cause), expected, "{cause}");
        }
        let deep = "{\"cause\":".repeat(10_000);
        assert_eq!(normal(&deep), "{}");
    }

    #[test]
    fn a_normal_form_is_short_and_a_pattern_of_its_causes() {
        let long = format!("order 17 {}", "was late ".repeat(4_000));
        let shown = normal(&long);
        assert!(shown.chars().count() <= 201 && shown.ends_with('*'), "{shown}");
        for cause in [long.as_str(), "order 17, 18 and 19", "at 08:00 (é日) of 3", "Tue, 14 Nov 2023"] {
            let shown = normal(cause);
            assert!(matches(&shown, cause), "{shown}");
            assert_eq!(normal(&shown), shown);
        }
    }

    #[test]
    fn five_thousand_causes_become_ten() {
        let causes = (0..5_000_u64).map(|number| {
            let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, &number.to_be_bytes());
            match number % 10 {
                kind @ 0..4 => format!("{} {number}: no answer within {}.{} s", ["order", "item", "page", "lot"][kind as usize], number % 7, number % 13),
                4 => format!(r#"{{"errorMessage": "Task timed out after {number} s", "errorType": "Sandbox.Timedout", "requestId": "{id}"}}"#),
                5 => format!("Request {id} was throttled"),
                6 => format!("key {} is not there", id.simple()),
                7 => format!("arn:aws:sqs:us-east-1:123456789012:q{number} is full"),
                8 => format!("2026-11-25T08:{:02}:{:02}Z lost", number / 60 % 60, number % 60),
                _ => format!("stopped by user{number}@example.com"),
            }
        });
        let forms: BTreeSet<String> = causes.map(|cause| normal(&cause)).collect();
        assert_eq!(forms.len(), 10, "{forms:#?}");
    }
}
