//! The checks that botocore makes on the parameters of a role before it asks for it: types, lengths and sizes.

use crate::error::{Error, Result};
use crate::value::Value;

/// A parameter with its name and its minimum.
#[derive(Clone, Debug)]
pub(crate) enum Parameter {
    /// A text of at least this many characters.
    Text(&'static str, Value, usize),
    /// A number of at least this.
    Number(&'static str, i128, i128),
}

/// The error has one line for each parameter that is refused, in this order.
pub(crate) fn check(parameters: &[Parameter]) -> Result<()> {
    let refused: Vec<String> = parameters.iter().filter_map(refusal).collect();
    if refused.is_empty() {
        return Ok(());
    }
    Err(Error::ParamValidation(format!("Parameter validation failed:\n{}", refused.join("\n"))))
}

fn refusal(parameter: &Parameter) -> Option<String> {
    match parameter {
        Parameter::Text(name, Value::String(text), least) => {
            let length = text.chars().count();
            (length < *least)
                .then(|| format!("Invalid length for parameter {name}, value: {length}, valid min length: {least}"))
        }
        Parameter::Text(name, other, _) => Some(format!(
            "Invalid type for parameter {name}, value: {}, type: <class '{}'>, valid types: <class 'str'>",
            other.python_str(),
            other.python_type_name()
        )),
        Parameter::Number(name, number, least) => (number < least)
            .then(|| format!("Invalid value for parameter {name}, value: {number}, valid min value: {least}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Parameter, check};
    use crate::value::Value;

    #[test]
    fn each_invalid_parameter_has_a_line() {
        let refused = check(&[
            Parameter::Text("RoleArn", Value::string("é"), 2),
            Parameter::Text("TokenCode", Value::Null, 6),
            Parameter::Number("DurationSeconds", 60, 900),
        ]);
        assert_eq!(
            refused.unwrap_err().to_string(),
            "Parameter validation failed:\nInvalid length for parameter RoleArn, value: 1, valid min length: 2\n\
             Invalid type for parameter TokenCode, value: None, type: <class 'NoneType'>, valid types: <class 'str'>\n\
             Invalid value for parameter DurationSeconds, value: 60, valid min value: 900"
        );
        assert!(check(&[Parameter::Number("DurationSeconds", 900, 900)]).is_ok());
    }
}
