//! Runs a generator of the differential tests and counts what differs.
//!
//! `DIFFERENTIAL_PYTHON` names the Python to run it with. `DIFFERENTIAL_CASES` (20,000
//! unless set) and `DIFFERENTIAL_SEED` (a new one unless set) go to the generator.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test: it shows its counts, and fails where something is missing"
)]

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use redrive_execution::value::{Integer, Value};

/// How many differences are shown.
const SHOWN: u32 = 20;

#[expect(clippy::disallowed_methods, reason = "a test's own switch, not a setting of the program")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|text| !text.is_empty())
}

/// Hands each case to `check`, which returns what differs, if anything does; fails where any did.
pub fn compare_all(script: &str, check: impl Fn(&Value) -> Result<(), String>) {
    let python = variable("DIFFERENTIAL_PYTHON").expect("DIFFERENTIAL_PYTHON is the Python to compare with");
    let count = variable("DIFFERENTIAL_CASES").unwrap_or_else(|| "20000".to_owned());
    let seed = variable("DIFFERENTIAL_SEED").unwrap_or_else(|| "-".to_owned());
    let path = format!("{}/tests/differential/{script}", env!("CARGO_MANIFEST_DIR"));
    let mut generator = Command::new(&python)
        .args([&path, &seed, &count])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{python}: {error}"));
    let mut lines = BufReader::new(generator.stdout.take().unwrap()).lines();
    println!("{script}: {}", lines.next().unwrap().unwrap());

    let (mut total, mut different) = (0_u32, 0_u32);
    for line in lines {
        total += 1;
        if let Err(difference) = check(&Value::from_json(&line.unwrap()).unwrap()) {
            different += 1;
            if different <= SHOWN {
                println!("{difference}\n");
            }
        }
    }
    assert!(generator.wait().unwrap().success(), "the generator failed");
    println!("{script}: {total} cases, {different} differences");
    assert!(total > 0, "no case was tried");
    assert_eq!(different, 0, "this program and Python differ");
}

pub fn member<'a>(value: &'a Value, name: &str) -> &'a Value {
    let Value::Map(map) = value else { panic!("not a map: {value:?}") };
    &map[name]
}

pub fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    let Value::String(text) = member(value, name) else { panic!("not a string: {value:?}") };
    text
}

pub fn numbers(value: &Value, name: &str) -> Vec<usize> {
    let Value::List(items) = member(value, name) else { panic!("not a list: {value:?}") };
    let number = |item: &Value| match item {
        Value::Integer(Integer::Small(number)) => usize::try_from(*number).unwrap(),
        other => panic!("not a number: {other:?}"),
    };
    items.iter().map(number).collect()
}
