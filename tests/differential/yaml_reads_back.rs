//! What the YAML renderer prints is YAML: a maintained reader gets the same value back from it.

use proptest::prelude::*;
use redrive_execution::render::{Format, Style, render};
use redrive_execution::value::{Map, Value};

use crate::support::yaml_judge;

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

proptest! {
    #[test]
    fn yaml_reads_back_as_the_same_value(value in values()) {
        let document = Value::list(vec![value]);
        let mut output = String::new();
        render(Format::Yaml, "RedriveExecution", &document, Style::new(false, None), &mut output).unwrap();
        yaml_judge::agrees(&output, &document).map_err(|error| TestCaseError::fail(format!("{error}\n{output}")))?;
    }
}
