//! The official JMESPath compliance suite; `JMESPATH_COMPLIANCE` names a folder with its `*.json` files.

use std::fs;

use redrive_execution::jmespath::Expression;
use redrive_execution::value::{Map, Value};

#[test]
#[ignore = "needs JMESPATH_COMPLIANCE"]
fn the_official_suite_passes() {
    #[expect(clippy::disallowed_methods, reason = "a test's own switch, not a setting of the program")]
    let directory = std::env::var("JMESPATH_COMPLIANCE").expect("JMESPATH_COMPLIANCE is the official suite's folder");
    let mut paths: Vec<_> = fs::read_dir(&directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let (mut total, mut failed) = (0, Vec::new());
    for path in &paths {
        let groups = Value::from_json(&fs::read_to_string(path).unwrap()).unwrap();
        for group in list(&groups) {
            for case in list(&map(group)["cases"]) {
                total += 1;
                if let Err(why) = check(&map(group)["given"], map(case)) {
                    failed.push(format!("{}: {why}", path.display()));
                }
            }
        }
    }
    println!("{total} cases in {} files, {} failed", paths.len(), failed.len());
    assert!(total > 0, "no case in {directory}");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// A case wants a result, an error of some kind (at compile time or later), or just to run.
fn check(given: &Value, case: &Map) -> Result<(), String> {
    let Value::String(text) = &case["expression"] else { panic!("no expression in {case:?}") };
    let found = Expression::compile(text)
        .map_err(|error| error.to_string())
        .and_then(|expression| expression.search(given).map_err(|error| error.to_string()));
    match (case.get("result"), case.get("error"), found) {
        (Some(expected), _, Ok(found)) if found.python_eq(expected) => Ok(()),
        (None, Some(_), Err(_)) | (None, None, Ok(_)) => Ok(()),
        (_, _, Ok(found)) => Err(format!("{text} gives {}", found.python_repr())),
        (_, _, Err(message)) => Err(format!("{text} fails: {message}")),
    }
}

fn list(value: &Value) -> &[Value] {
    let Value::List(items) = value else { panic!("not a list: {value:?}") };
    items
}

fn map(value: &Value) -> &Map {
    let Value::Map(members) = value else { panic!("not a map: {value:?}") };
    members
}
