//! JSON: lines, documents and lists, read as a stream.

use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Failure;
use super::listed::{Field, Listed, shortened};
use crate::bulk::report::LEFT_OUT;

/// All JSON values of a source, one after the other.
pub(super) fn read(source: impl Read, each: &mut dyn FnMut(Listed)) -> serde_json::Result<()> {
    let mut deserializer = serde_json::Deserializer::from_reader(source);
    Executions(each).deserialize(&mut deserializer)?;
    while deserializer.end().is_err() {
        Executions(each).deserialize(&mut deserializer)?;
    }
    Ok(())
}

/// A failure of JSON that begins in this line.
pub(super) fn failure(error: serde_json::Error, number: usize) -> Failure {
    if error.is_io() {
        return Failure::System(error.into());
    }
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let what = shortened(text.strip_suffix(&place).unwrap_or(&text));
    let what = if error.is_data() { what } else { format!("it is not JSON: {what}") };
    Failure::Line(number + error.line().saturating_sub(1), what)
}

/// An execution, its ARN, or a list of them, however deep.
struct Executions<'e>(&'e mut dyn FnMut(Listed));

impl<'de> DeserializeSeed<'de> for Executions<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Executions<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an execution, its ARN, or a list of executions")
    }

    fn visit_str<E: serde::de::Error>(self, arn: &str) -> std::result::Result<(), E> {
        (self.0)(Listed::from(arn).checked().map_err(E::custom)?);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<(), A::Error> {
        while list.next_element_seed(Executions(self.0))?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        use serde::de::Error as _;
        let (mut listed, mut is_list, mut is_left_out) = (Listed::default(), false, false);
        while let Some(name) = map.next_key::<String>()? {
            if name == "executions" {
                map.next_value_seed(Executions(self.0))?;
                is_list = true;
            } else if name == "outcome" {
                is_left_out = map.next_value::<serde_json::Value>()? == LEFT_OUT;
            } else if let Some(field) = Field::named(&name) {
                let text = match map.next_value()? {
                    serde_json::Value::Null => continue,
                    serde_json::Value::String(text) => text,
                    other => other.to_string(),
                };
                listed.set(field, &text).map_err(A::Error::custom)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        if !is_left_out && (!is_list || !listed.execution.arn.is_empty()) {
            (self.0)(listed.checked().map_err(A::Error::custom)?);
        }
        Ok(())
    }
}
