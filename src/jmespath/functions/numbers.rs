//! The functions on numbers: Python's `abs`, `math.ceil`, `math.floor`, `sum` and the average made of it.

use super::{Call, Called};
use crate::jmespath::messages::{RunError, RunProblem};
use crate::value::{Integer, Value};

pub(crate) fn abs(call: &Call<'_>) -> Called {
    Ok(match call.argument(0) {
        Value::Integer(number) if number.is_negative() => Value::Integer(-number),
        Value::Float(number) => Value::Float(number.abs()),
        other => other.clone(),
    })
}

pub(crate) fn ceil(call: &Call<'_>) -> Called {
    rounded(call.argument(0), f64::ceil)
}

pub(crate) fn floor(call: &Call<'_>) -> Called {
    rounded(call.argument(0), f64::floor)
}

fn rounded(number: &Value, round: fn(f64) -> f64) -> Called {
    let Value::Float(number) = number else { return Ok(number.clone()) };
    Integer::from_float(round(*number)).map(Value::Integer).ok_or_else(|| {
        let problem = if number.is_nan() { RunProblem::NanToInteger } else { RunProblem::InfinityToInteger };
        problem.into()
    })
}

pub(crate) fn sum(call: &Call<'_>) -> Called {
    total(call.list(0)).map(Sum::into_value)
}

#[expect(clippy::cast_precision_loss, reason = "no list is so long")]
pub(crate) fn avg(call: &Call<'_>) -> Called {
    let items = call.list(0);
    if items.is_empty() {
        return Ok(Value::Null);
    }
    let sum = match total(items)?.into_value() {
        Value::Integer(sum) => to_float(&sum)?,
        Value::Float(sum) => sum,
        _ => 0.0,
    };
    Ok(Value::Float(sum / items.len() as f64))
}

/// A sum on its way, in the three states of Python's `sum`.
enum Sum {
    /// As long as there are only integers that fit a machine word together.
    Small(i64),
    /// From the first float on: the sum and what rounding has lost so far.
    Compensated { high: f64, low: f64 },
    /// Once integers have outgrown a word: plain addition, of floats too.
    Plain(Value),
}

fn total(items: &[Value]) -> Result<Sum, RunError> {
    items.iter().try_fold(Sum::Small(0), Sum::plus)
}

impl Sum {
    fn plus(self, item: &Value) -> Result<Self, RunError> {
        Ok(match (self, item) {
            (Self::Small(sum), Value::Integer(Integer::Small(number))) if sum.checked_add(*number).is_some() => {
                Self::Small(sum + number)
            }
            (Self::Small(sum), item) => match plain(&Value::integer(sum), item)? {
                Value::Float(high) => Self::Compensated { high, low: 0.0 },
                sum => Self::Plain(sum),
            },
            (Self::Compensated { high, low }, Value::Float(number)) => compensated(high, low, *number),
            (Self::Compensated { high, low }, Value::Integer(number)) => compensated(high, low, to_float(number)?),
            (Self::Plain(sum), item) => Self::Plain(plain(&sum, item)?),
            (sum, _) => sum,
        })
    }

    fn into_value(self) -> Value {
        match self {
            Self::Small(sum) => Value::integer(sum),
            Self::Compensated { high, low } if low.is_finite() => Value::Float(high + low),
            Self::Compensated { high, .. } => Value::Float(high),
            Self::Plain(sum) => sum,
        }
    }
}

/// Neumaier's summation, one step.
fn compensated(high: f64, low: f64, number: f64) -> Sum {
    let sum = high + number;
    let lost = if high.abs() >= number.abs() { (high - sum) + number } else { (number - sum) + high };
    Sum::Compensated { high: sum, low: low + lost }
}

/// Python's `+` of two numbers.
fn plain(left: &Value, right: &Value) -> Called {
    Ok(match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => Value::Integer(left + right),
        (Value::Integer(left), Value::Float(right)) => Value::Float(to_float(left)? + right),
        (Value::Float(left), Value::Integer(right)) => Value::Float(left + to_float(right)?),
        (Value::Float(left), Value::Float(right)) => Value::Float(left + right),
        _ => left.clone(),
    })
}

fn to_float(number: &Integer) -> Result<f64, RunError> {
    let float = number.to_float();
    if float.is_finite() { Ok(float) } else { Err(RunProblem::IntegerTooLargeForFloat.into()) }
}
