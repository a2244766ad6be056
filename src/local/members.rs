//! The members of a request's body, read by the types and constraints of the service model.
//!
//! A body that is no JSON object and a member of another type are a `SerializationException` at once. Violated constraints are
//! gathered and reported together, as the service does. Members that the model does not know are ignored; `null` is as good as absent.

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
    /// The constraints that a text violates, in the words of the service.
    fn violations<'a>(&'a self, text: &'a str) -> impl Iterator<Item = String> + 'a {
        let length = text.chars().count();
        let too_short = (length < 1).then(|| "Member must have length greater than or equal to 1".to_owned());
        let too_long =
            (length > self.maximum).then(|| format!("Member must have length less than or equal to {}", self.maximum));
        let pattern = self.pattern.filter(|(_, fits)| length < 1 || !text.chars().all(fits));
        let mismatched =
            pattern.map(|(pattern, _)| format!("Member must satisfy regular expression pattern: {pattern}"));
        let unlisted = (!self.values.is_empty() && !self.values.contains(&text))
            .then(|| format!("Member must satisfy enum value set: [{}]", self.values.join(", ")));
        // An enum has no length of its own.
        let too_short = too_short.filter(|_| self.values.is_empty());
        [too_short, too_long, mismatched, unlisted].into_iter().flatten()
    }
}

/// The members of a body. Ask for each, then [`Members::finish`].
pub(crate) struct Members {
    members: Map<String, Value>,
    violations: Vec<String>,
    missing: bool,
}

impl Members {
    /// The members of a body.
    ///
    /// # Errors
    /// `SerializationException` unless it is a JSON object.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        match serde_json::from_slice(body) {
            Ok(Value::Object(members)) => Ok(Self { members, violations: Vec::new(), missing: false }),
            Ok(_) => Err(Refusal::serialization("Start of structure or map expected")),
            Err(error) => Err(Refusal::serialization(format!("The body is no JSON: {error}"))),
        }
    }

    /// A string that may be absent.
    ///
    /// # Errors
    /// `SerializationException` when it is something else.
    pub(crate) fn text(&mut self, name: &str, constraint: &Text) -> Result<Option<String>, Refusal> {
        let text = match self.members.get_mut(name).map(Value::take) {
            None | Some(Value::Null) => return Ok(None),
            Some(Value::String(text)) => text,
            Some(other) => return Err(wrong_type(name, &other, "a String")),
        };
        for violation in constraint.violations(&text) {
            self.violations.push(format!("Value '{text}' at '{name}' failed to satisfy constraint: {violation}"));
        }
        Ok(Some(text))
    }

    /// A string that must be there. What it answers is empty where it is not, and [`Members::finish`] then refuses.
    ///
    /// # Errors
    /// `SerializationException` when it is something else.
    pub(crate) fn required_text(&mut self, name: &str, constraint: &Text) -> Result<String, Refusal> {
        let text = self.text(name, constraint)?;
        if text.is_none() {
            self.missing = true;
            self.violations.push(format!("Value at '{name}' failed to satisfy constraint: Member must not be null"));
        }
        Ok(text.unwrap_or_default())
    }

    /// `maxResults`: how many results a page may have.
    ///
    /// # Errors
    /// `SerializationException` when it is no whole number.
    pub(crate) fn page_size(&mut self) -> Result<usize, Refusal> {
        const NAME: &str = "maxResults";
        let (maximum, default) = PAGE_SIZE;
        let number = match self.members.get(NAME) {
            None | Some(Value::Null) => return Ok(default),
            Some(value) => value.as_i64().ok_or_else(|| wrong_type(NAME, value, "an Integer"))?,
        };
        let violation = match number {
            0 => return Ok(default),
            ..0 => "greater than or equal to 0".to_owned(),
            _ => match usize::try_from(number) {
                Ok(number) if number <= maximum => return Ok(number),
                _ => format!("less than or equal to {maximum}"),
            },
        };
        self.violations.push(format!(
            "Value '{number}' at '{NAME}' failed to satisfy constraint: Member must have value {violation}"
        ));
        Ok(default)
    }

    /// A flag, or what it is by default.
    ///
    /// # Errors
    /// `SerializationException` when it is no boolean.
    pub(crate) fn flag(&mut self, name: &str, default: bool) -> Result<bool, Refusal> {
        match self.members.get(name) {
            None | Some(Value::Null) => Ok(default),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(other) => Err(wrong_type(name, other, "a Boolean")),
        }
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// `ValidationException` with all that was violated; its `reason` says when something was missing.
    pub(crate) fn finish(self) -> Result<(), Refusal> {
        match (self.violations.is_empty(), self.missing) {
            (true, _) => Ok(()),
            (false, false) => Err(Refusal::constraints(&self.violations)),
            (false, true) => Err(Refusal::constraints(&self.violations).because_missing()),
        }
    }
}

fn wrong_type(name: &str, value: &Value, wanted: &str) -> Refusal {
    let found = match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    };
    Refusal::serialization(format!("{found} can not be converted to {wanted} at '{name}'"))
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
    fn violations_are_told_together() {
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
