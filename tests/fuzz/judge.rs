//! An independent reader of YAML, to judge what the program prints.

use redrive_execution::value::Value;
use serde_yaml::Value as Judged;

/// Whether the judge reads the same from a text as was meant.
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
        Value::String(text) => read.as_str() == Some(text),
        Value::List(items) => read.as_sequence().is_some_and(|read| {
            read.len() == items.len() && items.iter().zip(read).all(|(item, read)| same(item, read))
        }),
        Value::Map(members) => read.as_mapping().is_some_and(|read| {
            read.len() == members.len()
                && members.iter().all(|(name, member)| read.get(name.as_ref()).is_some_and(|read| same(member, read)))
        }),
        Value::Epoch | Value::Expression(_) => true,
    }
}
