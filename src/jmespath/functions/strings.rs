//! The functions on strings alone.

use super::{Call, Called};
use crate::jmespath::messages::RunProblem;
use crate::value::{MAXIMUM_TEXT, Value};

pub(crate) fn starts_with(call: &Call<'_>) -> Called {
    Ok(Value::Bool(call.text(0).starts_with(call.text(1))))
}

pub(crate) fn ends_with(call: &Call<'_>) -> Called {
    Ok(Value::Bool(call.text(0).ends_with(call.text(1))))
}

pub(crate) fn join(call: &Call<'_>) -> Called {
    let texts = || call.list(1).iter().map(|item| if let Value::String(text) = item { text.len() } else { 0 });
    if texts().map(|length| length + call.text(0).len()).sum::<usize>() > MAXIMUM_TEXT {
        return Err(RunProblem::TooLarge.into());
    }
    let mut joined = String::new();
    for (index, item) in call.list(1).iter().enumerate() {
        if index > 0 {
            joined.push_str(call.text(0));
        }
        if let Value::String(text) = item {
            joined.push_str(text);
        }
    }
    Ok(Value::string(joined))
}
