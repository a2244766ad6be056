//! The members of a request's body, read by the types and constraints of the service model; `nextToken` as a cursor.
//!
//! Anything but a JSON object and a member of another type are a `SerializationException` at once. Violated constraints are collected
//! and reported together, as the service does. Members that the model does not know are ignored; `null` counts as absent.

use std::fmt::Display;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::clock::Timestamp;
use super::refusal::{MISSING, Refusal};

/// What a string member must be.
pub(crate) enum Text {
    /// It has 1 to this many characters.
    Length(usize),
    /// It has 1 to 64 printable ASCII characters, without the space.
    ClientToken,
    OneOf(&'static [&'static str]),
}

pub(crate) const ARN: Text = Text::Length(256);
pub(crate) const LONG_ARN: Text = Text::Length(2_000);
pub(crate) const PAGE_TOKEN: Text = Text::Length(1_024);

/// The largest `PageSize`, and what 0 or none stands for.
const PAGE_SIZE: (usize, usize) = (1_000, 100);

impl Text {
    /// The constraints that a text violates, in the words of the service.
    fn violations(&self, text: &str) -> Vec<String> {
        let maximum = match self {
            Self::OneOf(values) if values.contains(&text) => return Vec::new(),
            Self::OneOf(values) => return vec![format!("satisfy enum value set: [{}]", values.join(", "))],
            Self::Length(maximum) => *maximum,
            Self::ClientToken => 64,
        };
        let mut violations = Vec::new();
        if text.is_empty() {
            violations.push("have length greater than or equal to 1".to_owned());
        }
        if text.chars().count() > maximum {
            violations.push(format!("have length less than or equal to {maximum}"));
        }
        if matches!(self, Self::ClientToken) && (text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic())) {
            violations.push("satisfy regular expression pattern: [!-~]+".to_owned());
        }
        violations
    }
}

/// The members of a body: read each, then call [`Members::finish`].
pub(crate) struct Members {
    members: Map<String, Value>,
    violations: Vec<String>,
    missing: bool,
}

impl Members {
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let refused = match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => return Ok(Self { members, violations: Vec::new(), missing: false }),
            Ok(_) => "Start of structure or map expected".to_owned(),
            Err(error) => format!("The body is not JSON: {error}"),
        };
        Err(Refusal::SerializationException(refused))
    }

    /// A member that may be absent; a `SerializationException` where it is of another type.
    fn member<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, Refusal> {
        let value = self.members.get_mut(name).map(Value::take).unwrap_or_default();
        serde_json::from_value(value).map_err(|error| Refusal::SerializationException(format!("'{name}': {error}")))
    }

    fn violated(&mut self, value: &dyn Display, name: &str, constraint: &str) {
        let violation = format!("Value{value} at '{name}' failed to satisfy constraint: Member must {constraint}");
        self.violations.push(violation);
    }

    pub(crate) fn text(&mut self, name: &str, constraint: &Text) -> Result<Option<String>, Refusal> {
        let text: Option<String> = self.member(name)?;
        if let Some(text) = &text {
            for violation in constraint.violations(text) {
                self.violated(&format_args!(" '{text}'"), name, &violation);
            }
        }
        Ok(text)
    }

    /// A required string: empty where it is absent, which [`Members::finish`] then refuses.
    pub(crate) fn required_text(&mut self, name: &str, constraint: &Text) -> Result<String, Refusal> {
        let text = self.text(name, constraint)?;
        if text.is_none() {
            self.missing = true;
            self.violated(&"", name, "not be null");
        }
        Ok(text.unwrap_or_default())
    }

    pub(crate) fn page_size(&mut self) -> Result<usize, Refusal> {
        const NAME: &str = "maxResults";
        let (maximum, default) = PAGE_SIZE;
        let number: i64 = self.member(NAME)?.unwrap_or(0);
        let bound = match usize::try_from(number) {
            Ok(0) => return Ok(default),
            Ok(number) if number <= maximum => return Ok(number),
            Ok(_) => format!("have value less than or equal to {maximum}"),
            Err(_) => "have value greater than or equal to 0".to_owned(),
        };
        self.violated(&format_args!(" '{number}'"), NAME, &bound);
        Ok(default)
    }

    pub(crate) fn flag(&mut self, name: &str, default: bool) -> Result<bool, Refusal> {
        Ok(self.member(name)?.unwrap_or(default))
    }

    /// Refuses all violations together, with a `reason` where something was missing.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        if self.violations.is_empty() {
            return Ok(());
        }
        let refusal = Refusal::Constraints(self.violations);
        Err(if self.missing { Refusal::ValidationException(refusal.to_string(), MISSING) } else { refusal })
    }
}

/// How long a page token is valid, in milliseconds.
const TOKEN_LIFETIME: i64 = 24 * 3_600 * 1_000;

/// The item that the next page begins after (lists of executions) or at (all others).
///
/// Its token is valid for the arguments it was issued for and for 24 hours, as documented. It is neither secret nor signed: a forged
/// one gets a page, not a privilege.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// The sort key, where the list has one.
    pub(crate) time: Timestamp,
    /// The position in the list, or the id that orders equal sort keys.
    pub(crate) position: u32,
}

impl Cursor {
    /// Of a list that only ever grows at its end.
    pub(crate) fn position(position: u32) -> Self {
        Self { time: Timestamp::from_milliseconds(0), position }
    }

    pub(crate) fn token(self, arguments: &[&str], now: Timestamp) -> String {
        let (now, time) = (now.milliseconds(), self.time.milliseconds());
        format!("{}.{now}.{time}.{}", fingerprint(arguments), self.position)
    }

    /// The cursor of a token that was issued for these arguments in the last 24 hours.
    pub(crate) fn read(token: &str, arguments: &[&str], now: Timestamp) -> Result<Self, Refusal> {
        let parse = || {
            let rest = token.strip_prefix(&fingerprint(arguments))?.strip_prefix('.')?;
            let numbers: Vec<i64> = rest.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
            let [issued, time, position] = *numbers else { return None };
            let age = now.since(Timestamp::from_milliseconds(issued));
            let position = position.try_into().ok().filter(|_| (0..=TOKEN_LIFETIME).contains(&age))?;
            Some(Self { time: Timestamp::from_milliseconds(time), position })
        };
        parse().ok_or(Refusal::InvalidToken)
    }
}

/// The same for as long as this process runs.
fn fingerprint(arguments: &[&str]) -> String {
    let mut hasher = DefaultHasher::new();
    arguments.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::{ARN, Cursor, Members, TOKEN_LIFETIME, Text};
    use crate::local::clock::Timestamp;

    fn refused(body: &str) -> (&'static str, String) {
        let read = || {
            let mut members = Members::parse(body.as_bytes())?;
            members.required_text("executionArn", &ARN)?;
            members.text("clientToken", &Text::ClientToken)?;
            members.text("statusFilter", &Text::OneOf(&["FAILED", "TIMED_OUT"]))?;
            members.page_size()?;
            members.flag("reverseOrder", false)?;
            members.finish()
        };
        read().map_or_else(|refusal| (refusal.code(), refusal.to_string()), |()| ("", String::new()))
    }

    #[test]
    fn what_fits_passes_whatever_else_is_there() {
        let longest = format!(r#"{{"executionArn": "{}", "clientToken": "{}"}}"#, "é".repeat(256), "~".repeat(64));
        for body in [
            r#"{"executionArn": "a", "clientToken": null, "unknown": [1]}"#,
            r#"{"executionArn": "a", "maxResults": 0, "statusFilter": "TIMED_OUT", "reverseOrder": true}"#,
            &longest,
        ] {
            assert_eq!(refused(body), ("", String::new()), "{body}");
        }
    }

    #[test]
    fn each_wrong_type_is_a_serialization_exception() {
        for body in [
            "",
            "[]",
            "{",
            "null",
            "\u{feff}{}",
            r#"{"executionArn": 1}"#,
            r#"{"executionArn": ["a"]}"#,
            r#"{"executionArn": "a", "maxResults": "1"}"#,
            r#"{"executionArn": "a", "maxResults": 1.5}"#,
            r#"{"executionArn": "a", "reverseOrder": "true"}"#,
        ] {
            assert_eq!(refused(body).0, "SerializationException", "{body}");
        }
    }

    #[test]
    fn violations_are_reported_together() {
        let body = r#"{"clientToken": "", "statusFilter": "FAILED ", "maxResults": 1001}"#;
        let at = |value: &str, name: &str, rest: &str| {
            format!("Value{value} at '{name}' failed to satisfy constraint: Member must {rest}")
        };
        let expected = [
            at("", "executionArn", "not be null"),
            at(" ''", "clientToken", "have length greater than or equal to 1"),
            at(" ''", "clientToken", "satisfy regular expression pattern: [!-~]+"),
            at(" 'FAILED '", "statusFilter", "satisfy enum value set: [FAILED, TIMED_OUT]"),
            at(" '1001'", "maxResults", "have value less than or equal to 1000"),
        ];
        let expected = format!("5 validation errors detected: {}", expected.join("; "));
        assert_eq!(refused(body), ("ValidationException", expected));
    }

    #[test]
    fn a_page_token_is_valid_for_its_arguments_and_a_day() {
        let now = Timestamp::from_milliseconds(1_700_000_000_000);
        let cursor = Cursor { time: now.plus(-5), position: 77 };
        let token = cursor.token(&["ListExecutions", "arn", ""], now);
        let read = |token: &str, arguments, later| Cursor::read(token, arguments, now.plus(later)).ok();
        assert_eq!(read(&token, &["ListExecutions", "arn", ""], TOKEN_LIFETIME), Some(cursor));
        assert_eq!(read(&token, &["ListExecutions", "arn", ""], TOKEN_LIFETIME + 1), None);
        assert_eq!(read(&token, &["ListExecutions", "ar", "n"], 0), None);
        for forged in ["", "x", "....", &format!("{token}.0"), token.trim_end_matches("77")] {
            assert_eq!(read(forged, &["ListExecutions", "arn", ""], 0), None, "{forged}");
        }
    }
}
