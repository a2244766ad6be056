//! An independent reader of YAML, to judge what the program prints.

use redrive_execution::value::Value;
use serde_yaml::Value as Judged;

/// Whether the judge reads the same from a text as was meant. What is printed has its keys in order.
pub fn agrees(text: &str, meant: &Value) -> Result<(), String> {
    let read: Judged = match serde_yaml::from_str::<Judged>(text).map_err(|error| error.to_string()) {
        Ok(read) => read,
        // It knows no numbers of more than 64 bits.
        Err(error) if error.contains(" as i128,") || error.contains(" as u128,") => return Ok(()),
        Err(error) => return Err(error),
    };
    if same(meant, &read) { Ok(()) } else { Err(format!("read as {read:?}")) }
}

fn same(meant: &Value, read: &Judged) -> bool {
    match meant {
        Value::Null => read.is_null(),
        Value::Bool(truth) => read.as_bool() == Some(*truth),
        Value::Integer(_) => {
            let number = meant.python_repr();
            let read_number = read.as_i64().map(|n| n.to_string()).or_else(|| read.as_u64().map(|n| n.to_string()));
            // Beyond 128 bits it reads a float, or a text.
            read_number.map_or(number.len() > 18, |read| read == number)
        }
        Value::Float(number) => {
            read.as_f64().is_some_and(|read| read.to_bits() == number.to_bits() || (read.is_nan() && number.is_nan()))
        }
        Value::String(text) => same_text(text, read),
        Value::List(items) => read.as_sequence().is_some_and(|read| {
            read.len() == items.len() && items.iter().zip(read).all(|(item, read)| same(item, read))
        }),
        Value::Map(members) => read.as_mapping().is_some_and(|read| {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            read.len() == members.len()
                && members
                    .into_iter()
                    .zip(read)
                    .all(|((name, member), (read_name, read))| same_text(name, read_name) && same(member, read))
        }),
        Value::Epoch | Value::Expression(_) => true,
    }
}

fn same_text(text: &str, read: &Judged) -> bool {
    read.as_str() == Some(text) || (read.is_f64() && is_ruamels_text(text))
}

/// Whether the judge sees a number in a text that ruamel.yaml, which the AWS CLI writes and reads with, leaves without quotes: it
/// wants a sign in the exponent where no digit stands before the point.
fn is_ruamels_text(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let parts = unsigned.strip_prefix('.').and_then(|rest| rest.split_once(['e', 'E']));
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.is_some_and(|(fraction, exponent)| is_digits(fraction) && is_digits(exponent))
}

#[test]
fn the_judge_makes_one_exception() {
    let texts = |text: &str| Value::list(vec![Value::string(text)]);
    for text in [".5e3", "-.5E3", "+.0e0"] {
        assert_eq!(agrees(&format!("- {text}\n"), &texts(text)), Ok(()));
    }
    for text in ["0.5e3", ".5e+3", ".5", "5"] {
        assert!(agrees(&format!("- {text}\n"), &texts(text)).is_err(), "{text}");
    }
}
