//! The checks that botocore makes on the parameters of a role before it asks for it: that none is too short or too small.

use crate::error::{Error, Result};

/// A parameter and the least it may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Parameter<'p> {
    /// A text of at least so many characters.
    Text(&'static str, &'p str, usize),
    /// A number of at least this.
    Number(&'static str, i128, i128),
}

/// Checks parameters, in the order in which they are told.
///
/// # Errors
/// [`Error::ParamValidation`] with a line for each that is refused.
pub fn check(parameters: &[Parameter<'_>]) -> Result<()> {
    let refused: Vec<String> = parameters.iter().filter_map(refusal).collect();
    if refused.is_empty() {
        return Ok(());
    }
    Err(Error::ParamValidation(format!("Parameter validation failed:\n{}", refused.join("\n"))))
}

fn refusal(parameter: &Parameter<'_>) -> Option<String> {
    match parameter {
        Parameter::Text(name, text, least) => {
            let length = text.chars().count();
            (length < *least)
                .then(|| format!("Invalid length for parameter {name}, value: {length}, valid min length: {least}"))
        }
        Parameter::Number(name, number, least) => (number < least)
            .then(|| format!("Invalid value for parameter {name}, value: {number}, valid min value: {least}")),
    }
}

#[cfg(test)]
mod tests {
    use super::{Parameter, check};

    #[test]
    fn all_that_is_too_little_is_told() {
        let refused = check(&[
            Parameter::Text("RoleArn", "é", 2),
            Parameter::Text("TokenCode", "123456", 6),
            Parameter::Number("DurationSeconds", 60, 900),
        ]);
        assert_eq!(
            refused.unwrap_err().to_string(),
            "Parameter validation failed:\nInvalid length for parameter RoleArn, value: 1, valid min length: 2\n\
             Invalid value for parameter DurationSeconds, value: 60, valid min value: 900"
        );
        assert!(check(&[Parameter::Number("DurationSeconds", 900, 900)]).is_ok());
    }
}
