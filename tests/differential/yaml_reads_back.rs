//! What the YAML renderer prints is YAML: a maintained reader gets the same value back from it.
//!
//! The reader is no judge of which words look like numbers: ruamel.yaml leaves `.5e3` unquoted, where the reader sees one. Such
//! a string may come back as a number, nothing else may change.

use proptest::prelude::*;
use redrive_execution::render::{Format, Style, render};
use redrive_execution::value::{Integer, Map, Value};
use serde_yaml::Value as Read;

/// Strings that make YAML difficult: indicators, breaks, blanks at either end, long lines, what has to be escaped.
fn strings() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just(" ".to_owned()),
        "[ -~]{1,3}",
        "[a-z]{1,12} ",
        "[-?:,\\[\\]{}#&*!|>'\"%@`=<.~]",
        "[\n\r\t\u{85}\u{a0}\u{2028}\u{2029}\u{feff}]",
        "[é世😀\u{7f}\u{fffe}\u{10ffff}\u{0}]",
        "[-+.0-9_eExo:TZ]{1,6}",
    ];
    prop_oneof![prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat()), any::<String>()]
}

fn values() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        6 => strings().prop_map(Value::string),
        1 => any::<i64>().prop_map(Value::integer),
        1 => any::<f64>().prop_map(Value::Float),
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::Null),
    ];
    scalar.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::list),
            prop::collection::vec((strings(), inner.clone()), 0..5).prop_map(|members| Value::map(
                members.into_iter().map(|(key, value)| (key.into(), value)).collect::<Map>()
            )),
            // One node twice: an anchor and an alias.
            inner.prop_map(|twice| Value::list(vec![twice.clone(), Value::list(vec![twice])])),
        ]
    })
}

fn same(value: &Value, read: &Read) -> bool {
    match (value, read) {
        (Value::Null, Read::Null) => true,
        (Value::Bool(value), Read::Bool(read)) => value == read,
        (Value::Integer(Integer::Small(value)), Read::Number(read)) => read.as_i64() == Some(*value),
        (Value::Float(value), Read::Number(read)) if value.is_nan() => read.is_nan(),
        (Value::Float(value), Read::Number(read)) => {
            read.is_f64() && read.as_f64().map(f64::to_bits) == Some(value.to_bits())
        }
        (Value::String(value), read) => same_string(value, read),
        (Value::List(values), Read::Sequence(reads)) => {
            values.len() == reads.len() && values.iter().zip(reads).all(|(value, read)| same(value, read))
        }
        (Value::Map(members), Read::Mapping(reads)) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(key, _)| *key);
            let pairs = members.iter().zip(reads);
            members.len() == reads.len()
                && pairs
                    .into_iter()
                    .all(|((key, value), (read_key, read))| same_string(key, read_key) && same(value, read))
        }
        _ => false,
    }
}

fn same_string(value: &str, read: &Read) -> bool {
    match read {
        Read::String(read) => value == read,
        Read::Number(_) => value.parse::<f64>().is_ok(),
        _ => false,
    }
}

proptest! {
    #[test]
    fn yaml_reads_back_as_the_same_value(value in values()) {
        let document = Value::list(vec![value]);
        let mut output = Vec::new();
        render(Format::Yaml, "RedriveExecution", &document, Style::new(false, None), &mut output).unwrap();
        let output = String::from_utf8(output).unwrap();
        let read: Read = serde_yaml::from_str(&output).map_err(|error| TestCaseError::fail(format!("{error}\n{output}")))?;
        prop_assert!(same(&document, &read), "{output}\n{read:?}");
    }
}
