//! The members of a request's body, read by the types and constraints of the service model.
//!
//! A body that is no JSON object and a member of another type are a `SerializationException` at once. Violated constraints are
//! gathered and reported together, as the service does. Members that the model does not know are ignored; `null` is as good as absent.

use std::fmt::Display;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// What a string member must be.
pub(crate) struct Text {
    maximum: usize,
    pattern: Option<Pattern>,
    values: &'static [&'static str],
}

/// A pattern that every character must fit: as the model writes it, and as a function.
type Pattern = (&'static str, fn(char) -> bool);

pub(crate) const ARN: Text = Text { maximum: 256, pattern: None, values: &[] };
pub(crate) const LONG_ARN: Text = Text { maximum: 2_000, pattern: None, values: &[] };
/// `ClientToken`: printable ASCII without the space.
pub(crate) const CLIENT_TOKEN: Text =
    Text { maximum: 64, pattern: Some(("[!-~]+", |c| matches!(c, '!'..='~'))), values: &[] };
pub(crate) const PAGE_TOKEN: Text = Text { maximum: 1_024, pattern: None, values: &[] };
pub(crate) const LIST_EXECUTIONS_PAGE_TOKEN: Text = Text { maximum: 3_096, pattern: None, values: &[] };
pub(crate) const EXECUTION_STATUS: Text = Text {
    maximum: usize::MAX,
    pattern: None,
    values: &["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"],
};
pub(crate) const EXECUTION_REDRIVE_FILTER: Text =
    Text { maximum: usize::MAX, pattern: None, values: &["REDRIVEN", "NOT_REDRIVEN"] };
pub(crate) const INCLUDED_DATA: Text =
    Text { maximum: usize::MAX, pattern: None, values: &["ALL_DATA", "METADATA_ONLY"] };

/// The largest `PageSize`, and what 0 or none stands for.
const PAGE_SIZE: (usize, usize) = (1_000, 100);

impl Text {
    /// The constraints that a text violates, in the words of the service. An enum has no length of its own.
    fn violations(&self, text: &str) -> Vec<String> {
        let length = text.chars().count();
        let mut violations = Vec::new();
        if length < 1 && self.values.is_empty() {
            violations.push("have length greater than or equal to 1".to_owned());
        }
        if length > self.maximum {
            violations.push(format!("have length less than or equal to {}", self.maximum));
        }
        if let Some((pattern, fits)) = self.pattern
            && (length < 1 || !text.chars().all(fits))
        {
            violations.push(format!("satisfy regular expression pattern: {pattern}"));
        }
        if !self.values.is_empty() && !self.values.contains(&text) {
            violations.push(format!("satisfy enum value set: [{}]", self.values.join(", ")));
        }
        violations
    }
}

/// The members of a body. Ask for each, then [`Members::finish`].
pub(crate) struct Members {
    members: Map<String, Value>,
    violations: Vec<String>,
    missing: bool,
}

impl Members {
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self { members, violations: Vec::new(), missing: false }),
            Ok(_) => Err(Refusal::serialization("Start of structure or map expected")),
            Err(error) => Err(Refusal::serialization(format!("The body is no JSON: {error}"))),
        }
    }

    /// A member that may be absent; a `SerializationException` where it is of another type.
    fn member<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, Refusal> {
        let value = self.members.get_mut(name).map(Value::take).unwrap_or_default();
        serde_json::from_value(value).map_err(|error| Refusal::serialization(format!("'{name}': {error}")))
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

    /// A string that must be there. It is empty where it is not, and [`Members::finish`] then refuses.
    pub(crate) fn required_text(&mut self, name: &str, constraint: &Text) -> Result<String, Refusal> {
        let text = self.text(name, constraint)?;
        if text.is_none() {
            self.missing = true;
            self.violated(&"", name, "not be null");
        }
        Ok(text.unwrap_or_default())
    }

    /// `maxResults`: how many results a page may have.
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

    /// Refuses with a `ValidationException` of all that was violated; its `reason` says when something was missing.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        match (self.violations.is_empty(), self.missing) {
            (true, _) => Ok(()),
            (false, false) => Err(Refusal::constraints(&self.violations)),
            (false, true) => Err(Refusal::constraints(&self.violations).because_missing()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ARN, CLIENT_TOKEN, EXECUTION_STATUS, Members};

    fn refused(body: &str) -> (&'static str, String) {
        let read = || {
            let mut members = Members::parse(body.as_bytes())?;
            members.required_text("executionArn", &ARN)?;
            members.text("clientToken", &CLIENT_TOKEN)?;
            members.text("statusFilter", &EXECUTION_STATUS)?;
            members.page_size()?;
            members.flag("reverseOrder", false)?;
            members.finish()
        };
        read().map_or_else(|refusal| (refusal.code, refusal.message().to_owned()), |()| ("", String::new()))
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
        let body = r#"{"clientToken": "a b", "statusFilter": "FAILED ", "maxResults": 1001}"#;
        let at = |value: &str, name: &str, rest: &str| {
            format!("Value{value} at '{name}' failed to satisfy constraint: Member must {rest}")
        };
        let expected = [
            at("", "executionArn", "not be null"),
            at(" 'a b'", "clientToken", "satisfy regular expression pattern: [!-~]+"),
            at(
                " 'FAILED '",
                "statusFilter",
                "satisfy enum value set: [RUNNING, SUCCEEDED, FAILED, TIMED_OUT, ABORTED, PENDING_REDRIVE]",
            ),
            at(" '1001'", "maxResults", "have value less than or equal to 1000"),
        ];
        let expected = format!("4 validation errors detected: {}", expected.join("; "));
        assert_eq!(refused(body), ("ValidationException", expected));
    }

    #[test]
    fn lengths_are_checked_at_both_ends() {
        for (token, rest) in [
            (String::new(), "Member must have length greater than or equal to 1"),
            ("x".repeat(65), "Member must have length less than or equal to 64"),
        ] {
            let (code, message) = refused(&format!(r#"{{"executionArn": "a", "clientToken": "{token}"}}"#));
            assert_eq!(code, "ValidationException");
            assert!(message.contains(rest), "{message}");
        }
    }
}
