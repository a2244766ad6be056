//! JSON as Python's `json.dump(indent=4, ensure_ascii=False)` prints it. The notation is the value's own; here is when a
//! response is printed at all, and what a failure leaves behind.

use crate::value::Value;

use super::RenderError;

/// Writes a response: nothing for an empty map.
pub(crate) fn write_response(value: &Value, output: &mut String) -> Result<(), RenderError> {
    match value {
        Value::Map(map) if map.is_empty() => Ok(()),
        _ => write(value, output),
    }
}

/// Writes a value and a line feed.
///
/// # Errors
/// [`RenderError::NoJson`] for an expression; what comes before is written.
pub(crate) fn write(value: &Value, output: &mut String) -> Result<(), RenderError> {
    value.push_json_indented(output)?;
    output.push('\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::rc::Rc;

    use super::*;
    use crate::value::ExpressionReference;

    #[test]
    fn only_an_empty_response_is_nothing() {
        let printed = |json: &str| {
            let mut output = String::new();
            write_response(&Value::from_json(json).unwrap(), &mut output).unwrap();
            output
        };
        assert_eq!(printed("{}"), "");
        assert_eq!(printed("[]"), "[]\n");
        assert_eq!(printed("null"), "null\n");
        assert_eq!(printed("{\"a\": {}}"), "{\n    \"a\": {}\n}\n");
    }

    #[test]
    fn what_comes_before_a_failure_is_written() {
        let expression = Value::Expression(Rc::new(ExpressionReference));
        let mut output = String::new();
        let error = write(&Value::list(vec![Value::Null, expression]), &mut output).unwrap_err();
        assert!(matches!(error, RenderError::NoJson(_)));
        assert_eq!(output, "[\n    null,\n    ");
    }
}
