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

pub(crate) fn normal(cause: &str) -> String {
    let mut text = Text::default();
    let message = message(cause, 0);
    let mut word = String::new();
    for character in message.chars().take(LOOKED_AT) {
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

/// A cause in words: the name and the message of an error where it is a document.
fn message(cause: &str, depth: usize) -> String {
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
    let inner =
        text(&["errorMessage", "cause", "stoppedReason", "statusReason", "message", "reason", "detail", "title"]);
    let message = inner.map(|text| message(text, depth + 1));
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
        if !character.is_whitespace() && !character.is_control() {
            self.shown.push(character);
        } else if !self.shown.ends_with(' ') {
            self.shown.push(' ');
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
        if CALENDAR.contains(&name) || name.contains(|c: char| c.is_ascii_digit()) && is_id(name) && !is_code {
            self.star();
        } else if is_code {
            self.shown.push_str(name);
        } else {
            for character in name.chars() {
                if character.is_ascii_digit() { self.star() } else { self.shown.push(character) }
            }
        }
        if !name.is_empty() && !name.contains(|c: char| c.is_ascii_digit()) {
            self.last = name.to_lowercase();
        }
        self.shown.push_str(part.get(name.len()..).unwrap_or_default());
    }

    /// Anything: one with what stands before it, where that is part of the same date, address or list.
    fn star(&mut self) {
        let joined = self.shown.trim_end_matches(|c| JOINERS.contains(c));
        if joined.ends_with('*') && self.shown.len() - joined.len() <= 2 {
            self.shown.truncate(joined.len());
        } else {
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
    fn a_normal_form_is_short_and_a_pattern_of_its_causes() {
        let long = format!("order 17 {}", "was late ".repeat(4_000));
        assert!(normal(&long).chars().count() <= 201 && normal(&long).ends_with('*'));
        for cause in [long.as_str(), "order 17, 18 and 19", "at 08:00 (é日) of 3", "Tue, 14 Nov 2023"] {
            let shown = normal(cause);
            assert!(matches(&shown, cause), "{shown}");
            assert_eq!(normal(&shown), shown);
        }
        assert_eq!(normal(&"{\"cause\":".repeat(10_000)), "{}", "however deep");
    }

    #[test]
    fn five_thousand_causes_become_ten() {
        let causes = (0..5_000_u64).map(|n| {
            let id = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, &n.to_be_bytes());
            match n % 10 {
                kind @ 0..4 => {
                    format!("{} {n}: no answer within {}.{} s", ["a", "b", "c", "d"][kind as usize], n % 7, n % 13)
                }
                4 => format!(r#"{{"errorMessage": "after {n} s", "errorType": "Timedout", "requestId": "{id}"}}"#),
                5 => format!("Request {id} was throttled"),
                6 => format!("key {} is not there", id.simple()),
                7 => format!("arn:aws:sqs:us-east-1:123456789012:q{n} is full"),
                8 => format!("2026-11-25T08:{:02}:{:02}Z lost", n / 60 % 60, n % 60),
                _ => format!("stopped by user{n}@example.com"),
            }
        });
        let forms: BTreeSet<String> = causes.map(|cause| normal(&cause)).collect();
        assert_eq!(forms.len(), 10, "{forms:#?}");
    }
}
